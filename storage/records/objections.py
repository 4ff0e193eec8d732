"""What the checks hold against documents, kept so that a list of a million asks no check."""

from __future__ import annotations

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from storage.records.base import Record


class Objection(Record):
    """The checks hold something against a field of a document, and the clerk has not said that it is right all the same.

    Derived from documents and evidence, so it may go at any time and is not logged. The row of document 0 is no objection: its
    `entry` is the audit entry up to which everything was followed.
    """

    __tablename__ = "objection"
    document_id: Mapped[int] = mapped_column(primary_key=True)
    field: Mapped[str] = mapped_column(String(30), primary_key=True)
    code: Mapped[str] = mapped_column(String(40), default="")
    entry: Mapped[int] = mapped_column(default=0)
