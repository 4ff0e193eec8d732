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


def opened(source: Source) -> BinaryIO:
    return source.open("rb") if isinstance(source, Path) else source()


@dataclass(slots=True, frozen=True, kw_only=True)
class FileInput:
    """Another file of the package: an attachment, a second representation, a piece of documentation.

    `sha256` (hex) and `size` (bytes) are known beforehand, as with documents.
    """

    name: str
    source: Source
    size: int
    sha256: str
    mime: str = "application/octet-stream"
    puid: str = ""
    format_name: str = ""

    def open(self) -> BinaryIO:
        return opened(self.source)


@dataclass(slots=True, frozen=True, kw_only=True)
class Linked:
    """Where the file of a linked document really lies (Thông tư 05/2025, annexes I and III: `Holeyfile`).

    `document_id` is the identifier that the archive knows it by. An AIP also names the package that holds it: its OBJID and the
    path in it.
    """

    document_id: str
    objid: str = ""
    path: str = ""


@dataclass(slots=True, frozen=True, kw_only=True)
class Segment:
    """One part of a dossier that is too large for one package (CSIP, "Handling large packages")."""

    number: int  # from 1; the first one is the parent
    of: int
    parent: str  # uuid of the first part's package
    parts: Sequence[str]  # uuids of all parts' packages, in order


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
    attachments: Sequence[FileInput] = ()
    linked: Linked | None = None  # then `source` is not read: the package holds a pointer
    original: FileInput | None = None  # the file as it came in, where packages have more than one representation

    def open(self) -> BinaryIO:
        return opened(self.source)


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
    """One dossier (or reader's request) to be packed."""

    kind: str  # a key of tt05-kinds.json, "eark-sip", "eark-aip", "eark-dip" or "bagit"
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
    documentation: Sequence[FileInput] = ()  # laid into documentation/
    segment: Segment | None = None
    uuid: str = field(default_factory=lambda: str(uuids.uuid4()))
