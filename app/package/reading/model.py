"""What was read out of a package: values and paths; nothing is copied yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(slots=True, frozen=True)
class ReadFile:
    """A file of the package: `path` in its tree, `name` as it was called before it was packed, where that is told."""

    path: str
    name: str
    mime: str = ""


@dataclass(slots=True, frozen=True, kw_only=True)
class ReadDocument:
    """`uuid` is empty where the package gives none. `linked` is the identifier of a document whose file lies elsewhere."""

    uuid: str = ""
    ordinal: int
    record: str = "doc"
    fields: Mapping[str, str]
    file: ReadFile | None
    attachments: Sequence[ReadFile] = ()
    original: ReadFile | None = None
    linked: str = ""


@dataclass(slots=True, frozen=True, kw_only=True)
class ReadPackage:
    """`kind` is one of the writer's kinds, or "tt02". Field names are those of Thông tư 05/2025 whatever the package calls them.

    `relatives`: OBJIDs of the parent or the children, where the package is a part of a larger one.
    """

    kind: str
    objid: str = ""
    record_status: str = "NEW"
    fonds_code: str = ""
    organisation: str = ""
    dossier: Mapping[str, str]
    documents: Sequence[ReadDocument] = field(default_factory=tuple)
    relatives: Sequence[str] = ()
