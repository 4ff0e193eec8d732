"""Batch deposit, version 1: the words client and server share. Every request may be repeated for ever with the same result.

    GET  /v1/capabilities                 versions, part sizes, signing keys, server time
    PUT  /v1/desks/{uuid}                 enrolment with a one-time code → token
    PUT  /v1/batches/{uuid7}              the manifest
    POST /v1/blobs/missing                which of these digests are still wanted, and how far broken uploads got
    PUT  /v1/blobs/{sha256}               a small blob whole
    PUT, HEAD, PATCH /v1/uploads/{sha256} a large blob in parts (the semantics of the IETF's resumable uploads draft, but
                                          with an address that follows from the content, so a retry never doubles anything)
    POST /v1/batches/{uuid7}/commit       check everything, count it once, sign the receipt
    GET  /v1/batches/{uuid7}[/receipt|/verdicts]
    GET  /v1/items/{uuid}                 the versions of a record, those kept aside too
    GET  /v1/trust                        the signed, numbered list of trusted certification authorities
    GET  /v1/blobs/{sha256}               bytes of a committed batch of the same agency

Problems are RFC 9457 JSON; digests in headers RFC 9530.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.sync import strict
from app.sync.manifest import Blob, Item, Manifest, Metadata, merkle_root, new_id, seal
from app.sync.receipt import Receipt, Verdict, jwk, opened, read_jwks, sign, unchecked_payload, verify_receipt
from app.sync.strict import Fields, Malformed, canonical, content_digest, read_content_digest

__all__ = [
    "Blob", "Capabilities", "Enrolment", "Item", "ItemVersions", "Malformed", "Manifest", "Metadata", "Problem", "Receipt",
    "ServerVersion", "Verdict",
    "canonical", "content_digest", "jwk", "merkle_root", "new_id", "read_content_digest", "seal", "verify_receipt",
]  # fmt: skip

VERSION = 1
VERSION_HEADER = "Vankho-Protocol"
JSON = "application/json"
PROBLEM = "application/problem+json"
RECEIPT = "application/jose"
TRUST_LIST = "vankho-trust"  # the `typ` of the signed list of authorities
PART = "application/partial-upload"
BYTES = "application/octet-stream"

PART_SIZE = 8 * 1024 * 1024
SMALL_PART_SIZE = 1024 * 1024  # on a line that keeps breaking
MAX_QUERY = 1000  # digests in one `missing` question


@dataclass(slots=True, frozen=True)
class Problem:
    """An RFC 9457 problem; `code` is the last part of its type URI."""

    status: int
    code: str
    detail: str = ""
    extra: Mapping[str, Any] | None = None

    def encoded(self) -> bytes:
        return canonical(
            {**(self.extra or {}), "detail": self.detail, "status": self.status, "title": self.code.replace("_", " "),
             "type": f"urn:vankho:sync:{self.code}"}
        )  # fmt: skip

    @classmethod
    def read(cls, status: int, data: bytes) -> Problem:
        """Lenient: whatever can be made out of the body of an answer with that status."""
        try:
            told = strict.read_json(data)
        except Malformed:
            told = None
        if not isinstance(told, dict):
            return cls(status, "unknown", data[:200].decode("utf-8", "replace"))
        code = str(told.get("type", "")).rpartition(":")[2] or "unknown"
        return cls(status, code, str(told.get("detail", ""))[:1000], told)


@dataclass(slots=True, frozen=True)
class Capabilities:
    """What a server says of itself. `keys` are public signing keys in text form, the one in use first."""

    versions: tuple[int, ...]
    part_size: int  # bytes: largest part and largest whole blob
    manifest_size: int  # bytes: largest manifest
    keys: tuple[str, ...]
    time: str  # the server's UTC time: shown when it differs much, never trusted

    def encoded(self) -> bytes:
        return canonical(
            {"digests": ["sha-256"], "keys": {"keys": [jwk(key) for key in self.keys]}, "manifest_size": self.manifest_size,
             "max_query": MAX_QUERY, "part_size": self.part_size, "time": self.time, "versions": list(self.versions)}
        )  # fmt: skip

    @classmethod
    def read(cls, data: bytes) -> Capabilities:
        """Members a later version adds are passed over."""
        got = Fields(strict.read_json(data), "capabilities")
        return cls(
            tuple(strict.integer(v, "versions", 1) for v in got.list("versions", 100)),
            got.integer("part_size", least=1024),
            got.integer("manifest_size", least=1024),
            read_jwks(got.take("keys")),
            got.text("time"),
        )


@dataclass(slots=True, frozen=True)
class Enrolment:
    """A desk's request to be known: signed with its new key, admitted by a one-time code."""

    desk: str
    agency: str | None  # None: the one that the code was made for
    name: str
    code: str
    public_key: str  # text form

    def _claim(self) -> bytes:
        return canonical(
            {"agency": self.agency, "code": self.code, "desk": self.desk, "key": self.public_key, "name": self.name}
        )

    def signed(self, private: Ed25519PrivateKey) -> bytes:
        """The body of the request: proof that the desk holds the private key."""
        return sign(self._claim(), private, "vankho-enrolment").encode()

    @classmethod
    def read(cls, data: bytes, desk: str) -> Enrolment:
        """Malformed unless the body is signed by the very key it brings and speaks of `desk`."""
        try:
            token = data.decode("ascii")
        except UnicodeDecodeError:
            raise Malformed("enrolment: not a signed token") from None
        got = Fields(strict.read_canonical(unchecked_payload(token)), "enrolment")
        agency = got.take("agency")
        found = cls(
            strict.uuid_of(got.take("desk"), "desk"),
            None if agency is None else strict.agency_of(agency),
            got.text("name"),
            got.text("code", 40),
            got.text("key", 43),
        )
        got.close()
        opened(token, [found.public_key], "vankho-enrolment")
        if found.desk != desk:
            raise Malformed("enrolment: speaks of another desk")
        return found


@dataclass(slots=True, frozen=True)
class ServerVersion:
    """One version of a record at the server; `batch` brought it there. `reason` is empty for an accepted one."""

    version: int
    digest: str
    parent: str | None
    kind: str
    metadata_sha256: str
    batch: str
    reason: str = ""  # "conflict", "unreadable": kept aside

    @classmethod
    def read(cls, value: Any) -> ServerVersion:
        got = Fields(value, "version")
        parent = got.take("parent")
        return cls(
            got.integer("version", least=1),
            got.sha256("digest"),
            None if parent is None else strict.sha256_of(parent, "parent"),
            strict.kind_of(got.take("kind")),
            got.sha256("metadata_sha256"),
            strict.uuid7_of(got.take("batch"), "batch"),
            str(got.maybe("reason") or ""),
        )


@dataclass(slots=True, frozen=True)
class ItemVersions:
    """All versions of a record at the server: `accepted` with the head last, and those kept `aside`."""

    accepted: tuple[ServerVersion, ...]
    aside: tuple[ServerVersion, ...]

    @property
    def head(self) -> ServerVersion | None:
        return self.accepted[-1] if self.accepted else None

    @classmethod
    def read(cls, value: Any) -> ItemVersions:
        got = Fields(value, "item")
        lists = (got.list(name, 1_000_000) for name in ("versions", "set_aside"))
        accepted, aside = (tuple(ServerVersion.read(found) for found in rows) for rows in lists)
        return cls(accepted, aside)
