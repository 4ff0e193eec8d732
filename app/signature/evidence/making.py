"""Makes and renews evidence records: one question to the time-stamp service for a whole batch."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Sequence
from pathlib import Path

from app.signature.evidence.record import Chain, EvidenceRecord, Form, Stamp
from app.signature.evidence.tree import build, hashed
from app.signature.tsa import Stamper


def make_records(
    files: Sequence[Path], service: Stamper, *, form: Form = "asn1", digest: str = "sha256"
) -> list[EvidenceRecord]:
    """One record a file, in their order, all under one time stamp. Raises `tsa.*` and OSError.

    A random leaf stands beside the files, so that a record tells nothing of the others even when there are two.
    """
    ways, token = planted([digest_of(path, digest) for path in files], service, digest)
    return [EvidenceRecord(form, [Chain(digest, [Stamp(way, token)])]) for way in ways]


def make_group_records(
    groups: Sequence[Sequence[bytes]], service: Stamper, *, form: Form = "asn1", digest: str = "sha256"
) -> list[EvidenceRecord]:
    """One record for each group of files, given by their digests, all under one time stamp.

    A group is RFC 4998's "data object group" (§4.2): its digests stand together in the first list of the tree, so that the record
    proves each of the files by itself and also that none was added to them or taken away. Raises `tsa.*`.
    """
    lists = [sorted(set(group)) for group in groups]
    ways, token = planted([node_of(group, digest) for group in lists], service, digest)
    return [
        EvidenceRecord(form, [Chain(digest, [Stamp(grouped(group, way), token)])])
        for group, way in zip(lists, ways, strict=True)
    ]


def renew_stamps(records: Sequence[EvidenceRecord], service: Stamper) -> None:
    """Adds one new time stamp to each record, all under one question (time-stamp renewal): before the last service's certificate ends."""
    by_digest: dict[str, list[EvidenceRecord]] = {}
    for record in records:
        by_digest.setdefault(record.chains[-1].digest, []).append(record)
    for digest, found in by_digest.items():
        ways, token = planted([hashlib.new(digest, record.renewed_thing()).digest() for record in found], service, digest)
        for record, way in zip(found, ways, strict=True):
            record.chains[-1].stamps.append(Stamp(way, token))


def renew_trees(records: Sequence[tuple[EvidenceRecord, Path]], service: Stamper, digest: str = "sha512") -> None:
    """Begins a new chain with a stronger hash over the files and all older proofs (hash-tree renewal): before the old hash is broken."""
    ways, token = planted([renewed_leaf(record, digest_of(path, digest), digest) for record, path in records], service, digest)
    for (record, _path), way in zip(records, ways, strict=True):
        record.chains.append(Chain(digest, [Stamp(way, token)]))


def renew_group_trees(
    records: Sequence[tuple[EvidenceRecord, Iterable[bytes]]], service: Stamper, digest: str = "sha512"
) -> None:
    """Hash-tree renewal of group records: beside each the digests of its files in the new algorithm."""
    lists = []
    for record, files in records:
        older = older_digest(record, digest)
        lists.append(sorted({hashlib.new(digest, file + older).digest() for file in files}))
    ways, token = planted([node_of(group, digest) for group in lists], service, digest)
    for (record, _files), group, way in zip(records, lists, ways, strict=True):
        record.chains.append(Chain(digest, [Stamp(grouped(group, way), token)]))


def planted(leaves: Sequence[bytes], service: Stamper, digest: str) -> tuple[list[list[list[bytes]]], bytes]:
    """A tree over the leaves and a random one: the way of each leaf, and the token over the root."""
    top, ways = build([*leaves, secrets.token_bytes(hashlib.new(digest).digest_size)], digest)
    return ways[: len(leaves)], service.stamp_digest(hashed(top, digest), digest)


def node_of(group: Sequence[bytes], digest: str) -> bytes:
    """What stands for a group in the tree; a group of one is the leaf itself."""
    return hashed(group, digest) if len(group) > 1 else group[0]


def grouped(group: Sequence[bytes], way: Sequence[Sequence[bytes]]) -> list[list[bytes]]:
    """The way of a group's node, with a first step that holds the group and nothing else."""
    node = way[0][0]  # `build` puts the leaf first
    return [list(group), [value for value in way[0] if value != node], *map(list, way[1:])]


def renewed_leaf(record: EvidenceRecord, file: bytes, digest: str, chains: int | None = None) -> bytes:
    """h' = H(H(file) ‖ H(older chains)), RFC 4998 §5.2; `file` is H(file)."""
    return hashlib.new(digest, file + older_digest(record, digest, chains)).digest()


def older_digest(record: EvidenceRecord, digest: str, chains: int | None = None) -> bytes:
    """H of the first chains; of all when None."""
    return hashlib.new(digest, record.sequence(len(record.chains) if chains is None else chains)).digest()


def digest_of(path: Path, digest: str) -> bytes:
    with path.open("rb") as file:
        return hashlib.file_digest(file, digest).digest()
