"""The common vocabulary: what the archive's rows and the things read off pages are called.

What is read off pages needs no database: a reader in the sandbox starts without it. The rows are loaded all together as soon as one of
them is asked for: `Record.metadata` is never half of the archive.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from storage.records.reading import Box, FieldReading, PageText, Word, union

if TYPE_CHECKING:
    from storage.records.base import Record, new_uuid
    from storage.records.course import (
        ArchiveSetting,
        AuditEntry,
        Intake,
        OutboxItem,
        SyncBatch,
        SyncedVersion,
    )
    from storage.records.holdings import Document, Dossier, FieldEvidence, Fonds, Inventory, Page, Rendition
    from storage.records.lasting import SignatureTerm
    from storage.records.learning import LearntCount, Lesson
    from storage.records.objections import Objection
    from storage.records.packages import DayEvidence, FixityCheck, Message, Package, PackageItem, RegisterEntry, SpecialRecord

__all__ = [
    "ArchiveSetting",
    "AuditEntry",
    "Box",
    "DayEvidence",
    "Document",
    "Dossier",
    "FieldEvidence",
    "FieldReading",
    "FixityCheck",
    "Fonds",
    "Intake",
    "Inventory",
    "LearntCount",
    "Lesson",
    "Message",
    "Objection",
    "OutboxItem",
    "Package",
    "PackageItem",
    "Page",
    "PageText",
    "Record",
    "RegisterEntry",
    "Rendition",
    "SignatureTerm",
    "SpecialRecord",
    "SyncBatch",
    "SyncedVersion",
    "Word",
    "new_uuid",
    "union",
]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from storage.records import base, course, holdings, lasting, learning, objections, packages

    for module in (base, course, holdings, lasting, learning, objections, packages):
        globals().update({one: getattr(module, one) for one in __all__ if one in vars(module)})
    return globals()[name]
