"""What a paper says, before anybody knows how it looks."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from tests.samples.offices import Office

Style = Literal["text", "heading", "grounds", "centre"]


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph; `**…**` inside the text is bold."""

    text: str
    style: Style = "text"


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signed: the capacity lines as printed ("TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH"), the position in ordinary case."""

    capacity: tuple[str, ...]
    position: str
    name: str
    secretary: str = ""  # minutes: the second signature, at the left


@dataclass(slots=True)
class Paper:
    """One administrative document.

    `number` is as the paper shows it ("05"); `type_name` is in ordinary case ("Quyết định"), "Công văn" for a letter.
    `by_hand` names what the clerk wrote in with a pen: of "number", "day", "month".
    """

    type_name: str
    office: Office
    number: str
    notation: str
    issued: date
    subject: str
    blocks: list[Block]
    signature: Signature
    recipients: tuple[str, ...]
    addressees: tuple[str, ...] = ()
    urgency: str = ""
    secrecy: str = ""
    by_hand: frozenset[str] = field(default_factory=frozenset)

    @property
    def day(self) -> str:
        return f"{self.issued.day:02d}"

    @property
    def month(self) -> str:
        """Nghị định 30, phụ lục I, phần I, mục II.4.b: a zero before days under 10 and before the months 1 and 2."""
        return f"{self.issued.month:02d}" if self.issued.month < 3 else str(self.issued.month)
