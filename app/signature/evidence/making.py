"""Makes and renews evidence records: one question to the time-stamp service for a whole batch."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from asn1crypto import tsp
from pyhanko.sign.validation import generic_cms

from app.signature.contexts import validation_context
from app.signature.evidence.record import Chain, EvidenceRecord, Form, Stamp
from app.signature.evidence.tree import build, hashed
from app.signature.loops import run
from app.signature.timestamp import Reply, TimestampService, wrong_answer
from app.signature.trust import load_trust

tsp_: Any = tsp
reply_: Any = Reply
validate_tst: Any = generic_cms.validate_tst_signed_data


def make_records(
    files: Sequence[Path], service: TimestampService, *, form: Form = "asn1", digest: str = "sha256"
) -> list[EvidenceRecord]:
    """One record a file, in their order, all under one time stamp. Raises `tsa.*` and OSError.

    A random leaf stands beside the files, so that a record tells nothing of the others even when there are two.
    """
    leaves = [*(digest_of(path, digest) for path in files), secrets.token_bytes(hashlib.new(digest).digest_size)]
    top, ways = build(leaves, digest)
    token = stamp(service, hashed(top, digest), digest)
    return [EvidenceRecord(form, [Chain(digest, [Stamp(way, token)])]) for way in ways[: len(files)]]


def renew_stamps(records: Sequence[EvidenceRecord], service: TimestampService) -> None:
    """Adds one new time stamp to each record, all under one question (time-stamp renewal): before the last service's certificate ends."""
    by_digest: dict[str, list[EvidenceRecord]] = {}
    for record in records:
        by_digest.setdefault(record.chains[-1].digest, []).append(record)
    for digest, group in by_digest.items():
        leaves = [hashlib.new(digest, record.renewed_thing()).digest() for record in group]
        top, ways = build([*leaves, secrets.token_bytes(len(leaves[0]))], digest)
        token = stamp(service, hashed(top, digest), digest)
        for record, way in zip(group, ways, strict=False):
            record.chains[-1].stamps.append(Stamp(way, token))


def renew_trees(records: Sequence[tuple[EvidenceRecord, Path]], service: TimestampService, digest: str = "sha512") -> None:
    """Begins a new chain with a stronger hash over the files and all older proofs (hash-tree renewal): before the old hash is broken."""
    leaves = [renewed_leaf(record, path, digest) for record, path in records]
    top, ways = build([*leaves, secrets.token_bytes(len(leaves[0]))], digest)
    token = stamp(service, hashed(top, digest), digest)
    for (record, _path), way in zip(records, ways, strict=False):
        record.chains.append(Chain(digest, [Stamp(way, token)]))


def renewed_leaf(record: EvidenceRecord, path: Path, digest: str, chains: int | None = None) -> bytes:
    """h' = H(H(file) ‖ H(older chains)), RFC 4998 §5.2."""
    older = record.sequence(len(record.chains) if chains is None else chains)
    return hashlib.new(digest, digest_of(path, digest) + hashlib.new(digest, older).digest()).digest()


def digest_of(path: Path, digest: str) -> bytes:
    with path.open("rb") as file:
        return hashlib.file_digest(file, digest).digest()


def stamp(service: TimestampService, imprint: bytes, digest: str) -> bytes:
    """The DER token over a digest of any algorithm; checked as `TimestampService` checks its own."""
    nonce = secrets.randbits(63)
    told = {"hash_algorithm": {"algorithm": digest}, "hashed_message": imprint}
    request = tsp_.TimeStampReq({"version": 1, "message_imprint": told, "nonce": nonce, "cert_req": True})
    answer = service._post(request.dump())
    try:
        reply = reply_.load(answer, strict=True)
        if reply["status"]["status"].native not in ("granted", "granted_with_mods"):
            raise ValueError(reply["status"]["status"].native)
        token = reply["time_stamp_token"]
        info = token["content"]["encap_content_info"]["content"].parsed
        if info["message_imprint"].native != request["message_imprint"].native or info["nonce"].native != nonce:
            raise ValueError("imprint or nonce")
        context = validation_context(service.trust or load_trust(), info["gen_time"].native)
        found = run(validate_tst(token["content"], context, lambda _name: imprint))
        if not (found["intact"] and found["valid"]):
            raise ValueError("signature")
        return bytes(token.dump())
    except Exception as error:
        raise wrong_answer(repr(error)) from error
