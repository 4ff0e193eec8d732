"""What was found out about how long signatures stay provable."""

from __future__ import annotations

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from storage.records.base import Moment, Record


class SignatureTerm(Record):
    """How long the signatures of one file stay provable; derived from its bytes and the trusted authorities, so it may go at any time.

    `trust` is the digest of the authorities that were trusted then; `facts` is JSON of `app.desk.lasting`.
    """

    __tablename__ = "signature_term"
    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    trust: Mapped[str] = mapped_column(String(64))
    facts: Mapped[str] = mapped_column(default="[]")
    checked_at: Mapped[Moment]
