"""What goes into a package: plain values, no database.

The desk fills these from the catalog; `write_package` turns them into files. Field names are those of Thông tư 05/2025
(`fileCode`, `issuedDate`, …), values are text as the circular writes them (codes `01`, dates `DD/MM/YYYY`).
"""

from __future__ import annotations

import uuid as uuids
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

Source = Path | Callable[[], BinaryIO]


@dataclass(slots=True, frozen=True)
class SoftwareInput:
    name: str
    version: str


@dataclass(slots=True, frozen=True, kw_only=True)
class SignatureInput:
    """A signature that a file carries, for PREMIS. `method` as in "SHA256withRSA", `signed_at` as the signature tells it."""

    signer: str
    method: str
    signed_at: datetime | None = None
    field: str = ""  # the PDF's signature field
    value: str = ""  # base64 of the signature, where the caller has it at hand


@dataclass(slots=True, frozen=True, kw_only=True)
class DocumentInput:
    """One document of the package with its file.

    `fields` may hold more than the kind of package asks for: the writer takes those of its table.
    `sha256` (hex) and `size` (bytes) are known beforehand; the writer proves them while it copies and never hashes twice.
    """

    uuid: str
    ordinal: int  # from 1
    name: str  # file name in data/, e.g. "H49.64.33.2001.160.0000001.pdf"
    fields: Mapping[str, str]
    source: Source
    size: int
    sha256: str
    puid: str = ""  # PRONOM key, e.g. "fmt/477"
    format_name: str = ""
    mime: str = "application/pdf"
    signed: bool = False
    signatures: Sequence[SignatureInput] = ()
    record: str = "doc"  # "doc", "pic", "media"

    def open(self) -> BinaryIO:
        return self.source.open("rb") if isinstance(self.source, Path) else self.source()


@dataclass(slots=True, frozen=True, kw_only=True)
class EventInput:
    """An act on the documents (PREMIS event). `type` from the Library of Congress vocabulary; digitising is `transfer`."""

    type: str
    at: datetime
    detail: str = ""
    outcome: str = "success"
    outcome_note: str = ""
    agent: str = ""  # a person or an organisation; empty: the software
    agent_role: str = "implementer"
    documents: Sequence[str] = ()  # uuids; empty: all of the package
    object_role: str = "outcome"


@dataclass(slots=True, frozen=True, kw_only=True)
class PackageInput:
    """One dossier (or reader's request) to be packed. `kind` is a key of resources/profiles/tt05-kinds.json."""

    kind: str  # "sip-hoso", "aip-hoso", also "sip-tailieu", "aip-tailieu", "dip"
    fonds_code: str
    dossier: Mapping[str, str]
    documents: Sequence[DocumentInput]
    software: SoftwareInput
    packer: str  # account of the person who packs
    created: datetime  # without a zone: Vietnam's time
    events: Sequence[EventInput] = ()
    organisation: str = ""  # its name; default: the fonds code
    submission_code: str = ""  # code of the submission request (letter)
    ordinal: int = 1  # of the package in the submission (letter: part of the ZIP's name)
    record_status: str = "NEW"  # NEW, SUPPLEMENT, REPLACEMENT, TEST, OTHER
    uuid: str = field(default_factory=lambda: str(uuids.uuid4()))
