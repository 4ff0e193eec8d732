"""What the office's own models have learnt: counts, which can be made anew from the confirmed documents.

Neither table goes into the audit log: the confirmations that the counts come from are there.
"""

from __future__ import annotations

from sqlalchemy import Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.records.base import Id, Record


class LearntCount(Record):
    """What is known of one label: in how many documents it was seen, and with what.

    `origin` is "" for this archive's own documents, else the archive whose knowledge was brought in. `kind` is the question
    ("dossier", "organName", "correction" …), `label` the answer, `counts` zlib JSON {feature: how often}.
    """

    __tablename__ = "learnt_count"
    __table_args__ = (UniqueConstraint("origin", "kind", "label"),)
    id: Mapped[Id] = mapped_column(init=False)
    origin: Mapped[str] = mapped_column(String(60), default="")
    kind: Mapped[str] = mapped_column(String(20))
    label: Mapped[str] = mapped_column(String(300))
    seen: Mapped[int] = mapped_column(default=0)
    counts: Mapped[bytes] = mapped_column(LargeBinary)


class Lesson(Record):
    """What one document taught, so that it can be taken back exactly.

    `first_read` is zlib JSON {field: value as the rules read it}: the clerk's corrections are told from it. `taught` is zlib JSON
    of the counts that were added, empty where nothing is confirmed. `entry` is the audit entry up to which it was followed.
    """

    __tablename__ = "lesson"
    __table_args__ = (Index("ix_lesson_entry", "entry"),)
    document_id: Mapped[int] = mapped_column(primary_key=True)
    first_read: Mapped[bytes] = mapped_column(LargeBinary, default=b"")
    taught: Mapped[bytes] = mapped_column(LargeBinary, default=b"")
    entry: Mapped[int] = mapped_column(default=0)
