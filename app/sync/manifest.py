"""A batch is a canonical manifest: who sends which versions of which records, and the bytes that belong to them.

The SHA-256 of its RFC 8785 form is the batch's identity. Bytes are named by their SHA-256; the metadata of an item is itself such
a blob (canonical JSON). A batch is never changed; a correction is a new batch.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import uuid_utils

from app.sync import strict
from app.sync.strict import Fields, Malformed

FORMAT = "vankho-batch/1"
MAX_ITEMS = 20_000
MAX_BLOBS_OF_ITEM = 5_000
MAX_METADATA = 4 * 1024 * 1024


def new_id() -> str:
    """A new UUIDv7: ids sort by the time of their making."""
    return str(uuid_utils.uuid7())


@dataclass(slots=True, frozen=True)
class Blob:
    """One computer file of an item. `puid` is None where the format is not known; `path` is its place within the item."""

    sha256: str
    size: int  # bytes
    path: str
    puid: str | None = None

    def as_json(self) -> dict[str, Any]:
        return {"path": self.path, "puid": self.puid, "sha256": self.sha256, "size": self.size}

    @classmethod
    def read(cls, value: Any, where: str) -> Blob:
        fields = Fields(value, where)
        blob = cls(
            fields.sha256("sha256"),
            fields.integer("size"),
            strict.path_of(fields.take("path"), f"{where}.path"),
            strict.puid_of(fields.take("puid"), f"{where}.puid"),
        )
        fields.close()
        return blob


@dataclass(slots=True, frozen=True)
class Metadata:
    """Where an item's description lies: a blob of canonical JSON."""

    sha256: str
    size: int  # bytes

    @classmethod
    def of(cls, description: dict[str, Any]) -> tuple[Metadata, bytes]:
        """The reference and the bytes to send for it."""
        data = strict.canonical(description)
        return cls(strict.sha256(data), len(data)), data

    def as_json(self) -> dict[str, Any]:
        return {"sha256": self.sha256, "size": self.size}

    @classmethod
    def read(cls, value: Any, where: str) -> Metadata:
        fields = Fields(value, where)
        found = cls(fields.sha256("sha256"), fields.integer("size", least=1))
        fields.close()
        if found.size > MAX_METADATA:
            raise Malformed(f"{where}: more than {MAX_METADATA} bytes")
        return found


@dataclass(slots=True, frozen=True)
class Item:
    """One version of one record.

    `parent` is the `digest` of the version this one was made from, as the server last confirmed it; None for a new record.
    """

    uuid: str
    version: int  # from 1, rising
    parent: str | None
    kind: str  # "document", "dossier", "deletion" …
    metadata: Metadata
    blobs: tuple[Blob, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return {
            "blobs": [blob.as_json() for blob in self.blobs],
            "kind": self.kind,
            "metadata": self.metadata.as_json(),
            "parent": self.parent,
            "uuid": self.uuid,
            "version": self.version,
        }

    @property
    def digest(self) -> str:
        """The identity of this version: SHA-256 of its canonical form. The next version names it as its parent."""
        return strict.sha256(strict.canonical(self.as_json()))

    @classmethod
    def read(cls, value: Any, where: str) -> Item:
        fields = Fields(value, where)
        parent = fields.take("parent")
        item = cls(
            strict.uuid_of(fields.take("uuid"), f"{where}.uuid"),
            fields.integer("version", least=1),
            None if parent is None else strict.sha256_of(parent, f"{where}.parent"),
            strict.kind_of(fields.take("kind"), f"{where}.kind"),
            Metadata.read(fields.take("metadata"), f"{where}.metadata"),
            tuple(Blob.read(blob, f"{where}.blobs[{n}]") for n, blob in enumerate(fields.list("blobs", MAX_BLOBS_OF_ITEM))),
        )
        fields.close()
        if len({blob.path for blob in item.blobs}) != len(item.blobs):
            raise Malformed(f"{where}: a path stands twice")
        return item


@dataclass(frozen=True)
class Manifest:
    """What one batch consists of."""

    agency: str
    desk: str  # the desk's UUID
    batch_id: str  # UUIDv7
    items: tuple[Item, ...]
    tool: str  # name and version of the program that made it

    def as_json(self) -> dict[str, Any]:
        return {
            "agency": self.agency,
            "batch_id": self.batch_id,
            "desk": self.desk,
            "format": FORMAT,
            "items": [item.as_json() for item in self.items],
            "tool": self.tool,
        }

    @cached_property
    def encoded(self) -> bytes:
        """The canonical bytes, as they travel and as they are hashed."""
        return strict.canonical(self.as_json())

    @cached_property
    def sha256(self) -> str:
        """`manifest_sha256`, the identity of the batch."""
        return strict.sha256(self.encoded)

    @cached_property
    def wanted(self) -> dict[str, int]:
        """Every distinct blob with its size in bytes, descriptions included, in the order of first mention."""
        found: dict[str, int] = {}
        for item in self.items:
            for sha256, size in ((item.metadata.sha256, item.metadata.size), *((b.sha256, b.size) for b in item.blobs)):
                if found.setdefault(sha256, size) != size:
                    raise Malformed(f"blob {sha256} is told with two sizes")
        return found

    @property
    def total_bytes(self) -> int:
        """Bytes of all distinct blobs."""
        return sum(self.wanted.values())

    @cached_property
    def merkle_root(self) -> str:
        """Merkle root over the distinct blobs' digests in ascending order."""
        return merkle_root(sorted(self.wanted))

    @classmethod
    def read(cls, data: bytes) -> Manifest:
        """Reads canonical bytes; Malformed for anything else."""
        fields = Fields(strict.read_canonical(data), "manifest")
        if fields.take("format") != FORMAT:
            raise Malformed("manifest.format: not known")
        manifest = cls(
            strict.agency_of(fields.take("agency")),
            strict.uuid_of(fields.take("desk"), "desk"),
            strict.uuid7_of(fields.take("batch_id"), "batch_id"),
            tuple(Item.read(item, f"items[{n}]") for n, item in enumerate(fields.list("items", MAX_ITEMS))),
            fields.text("tool"),
        )
        fields.close()
        manifest.check()
        return manifest

    def check(self) -> None:
        """Malformed when the parts contradict each other."""
        if not self.items:
            raise Malformed("manifest: no items")
        if len({(item.uuid, item.version) for item in self.items}) != len(self.items):
            raise Malformed("manifest: a version of an item stands twice")
        if self.total_bytes > strict.MAX_INTEGER:
            raise Malformed("manifest: too many bytes")


def seal(agency: str, desk: str, items: Iterable[Item], tool: str, batch_id: str | None = None) -> Manifest:
    """A manifest that is sure to be understood by the other side; Malformed says what is wrong with it."""
    return Manifest.read(Manifest(agency, desk, batch_id or new_id(), tuple(items), tool).encoded)


def merkle_root(digests: list[str]) -> str:
    """Merkle tree head of RFC 9162 §2.1.1 over raw 32-byte digests: leaf = H(0x00 ‖ d), node = H(0x01 ‖ left ‖ right)."""
    if not digests:
        return hashlib.sha256().hexdigest()
    level = [hashlib.sha256(b"\x00" + bytes.fromhex(digest)).digest() for digest in digests]
    # Joining neighbours and lifting an odd last node gives the same tree as RFC 9162's split at the largest power of two.
    while len(level) > 1:
        joined = [hashlib.sha256(b"\x01" + left + right).digest() for left, right in zip(level[::2], level[1::2], strict=False)]
        level = joined + ([level[-1]] if len(level) % 2 else [])
    return level[0].hex()
