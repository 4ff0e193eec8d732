"""What becomes of each item of a batch: follows the head, is known already, or is kept beside it. Nothing is overwritten."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, select

from app.sync.manifest import Item, Manifest
from app.sync.receipt import Verdict, encode_verdicts
from server.tables import versions

ACCEPTED, KNOWN, CONFLICT, UNREADABLE = "accepted", "known", "conflict", "unreadable"
_AT_ONCE = 500  # ids in one question: below every database's limit of parameters


@dataclass(slots=True)
class Judged:
    """The verdicts in the manifest's order and the rows that follow from them."""

    verdicts: list[Verdict] = field(default_factory=list)
    versions: list[dict[str, Any]] = field(default_factory=list)
    set_aside: list[dict[str, Any]] = field(default_factory=list)

    @property
    def encoded(self) -> bytes:
        return encode_verdicts(self.verdicts)

    @property
    def conflicts(self) -> int:
        return sum(verdict.verdict == CONFLICT for verdict in self.verdicts)


@dataclass(slots=True)
class _Line:
    """The accepted versions of one record."""

    head: str | None = None
    version: int = 0
    digests: set[str] = field(default_factory=set)

    def add(self, version: int, digest: str) -> None:
        self.digests.add(digest)
        if version > self.version:
            self.head, self.version = digest, version


def judge(db: Connection, manifest: Manifest, unreadable: Collection[str]) -> Judged:
    """Judges all items against the accepted versions, each after those before it in the same batch."""
    lines = _lines(db, manifest)
    judged = Judged()
    for item in manifest.items:
        line, digest = lines.setdefault(item.uuid, _Line()), item.digest
        word = _verdict(item, digest, line, unreadable)
        row = _row(manifest, item, digest)
        if word == ACCEPTED:
            judged.versions.append(row)
            line.add(item.version, digest)
        elif word != KNOWN:
            judged.set_aside.append({**row, "head": line.head, "reason": word})
        judged.verdicts.append(Verdict(item.uuid, item.version, word, line.head))
    return judged


def _verdict(item: Item, digest: str, line: _Line, unreadable: Collection[str]) -> str:
    if digest in line.digests:
        return KNOWN
    if item.metadata.sha256 in unreadable:
        return UNREADABLE
    follows = item.parent == line.head and item.version > line.version
    return ACCEPTED if follows else CONFLICT


def _row(manifest: Manifest, item: Item, digest: str) -> dict[str, Any]:
    return {
        "agency": manifest.agency,
        "item": item.uuid,
        "version": item.version,
        "digest": digest,
        "parent": item.parent,
        "kind": item.kind,
        "metadata_sha256": item.metadata.sha256,
        "batch": manifest.batch_id,
    }


def _lines(db: Connection, manifest: Manifest) -> dict[str, _Line]:
    ids = sorted({item.uuid for item in manifest.items})
    lines: dict[str, _Line] = {}
    for start in range(0, len(ids), _AT_ONCE):
        wanted = select(versions.c.item, versions.c.version, versions.c.digest).where(
            versions.c.agency == manifest.agency, versions.c.item.in_(ids[start : start + _AT_ONCE])
        )
        for row in db.execute(wanted):
            lines.setdefault(row.item, _Line()).add(row.version, row.digest)
    return lines
