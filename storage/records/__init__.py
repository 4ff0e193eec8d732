"""The common vocabulary: what the archive's rows and the things read off pages are called."""

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
from storage.records.reading import Box, FieldReading, PageText, Word, union

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
