"""Identifiers of a package: upper-case UUIDs that follow from the package's own, so that a repeated export is the same."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass
from functools import lru_cache

from app.package.model import PackageInput
from app.package.profiles import Dialect, Kind


@dataclass(slots=True, frozen=True)
class Ids:
    package: uuid.UUID

    def __call__(self, role: str) -> str:
        """`uuid-<UUID>` for anything in a METS but a file."""
        return f"uuid-{self._derived(role)}"

    def file(self, path: str) -> str:
        """`ID-<UUID>` for a file that the writer makes."""
        return f"ID-{self._derived('file:' + path)}"

    def _derived(self, role: str) -> str:
        # uuid.uuid5 in fewer steps (RFC 9562, 5.5): a large package takes tens of thousands.
        mixed = bytearray(hashlib.sha1(self.package.bytes + role.encode(), usedforsecurity=False).digest()[:16])
        mixed[6] = mixed[6] & 0x0F | 0x50
        mixed[8] = mixed[8] & 0x3F | 0x80
        signs = mixed.hex().upper()
        return f"{signs[:8]}-{signs[8:12]}-{signs[12:16]}-{signs[16:20]}-{signs[20:]}"


@lru_cache(maxsize=1 << 14)
def document_id(document_uuid: str) -> str:
    """`ID-<UUID>` of a document's file: in METS and PREMIS alike."""
    return f"ID-{uuid.UUID(document_uuid)}".upper()


def objid(package: PackageInput, kind: Kind) -> str:
    """The package's OBJID; without a fonds code `urn:uuid:<UUID>`."""
    upper = str(uuid.UUID(package.uuid)).upper()
    if "{fonds}" in kind.objid and not package.fonds_code.strip():
        return f"urn:uuid:{upper}"
    return kind.objid.format(uuid=upper, fonds=package.fonds_code.strip())


def folder_name(identifier: str) -> str:
    return identifier.replace(":", "_")


def zip_name(package: PackageInput, kind: Kind, dialect: Dialect, identifier: str) -> str:
    own = uuid.uuid5(uuid.UUID(package.uuid), "zip")
    pattern = dialect.zip_name[kind.oais]
    return pattern.format(guid=own, folder=folder_name(identifier), objid=identifier, ordinal=package.ordinal)
