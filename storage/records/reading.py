"""What was read off a page: the vocabulary that recognition, description, the viewer and the archive share.

Boxes are fractions of the page, origin top left: (x0, y0, x1, y1), 0 ≤ x0 < x1 ≤ 1.
Confidence is 0 … 1. All text is NFC.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from storage.boxes import Box as Box
from storage.boxes import union as union


@dataclass(slots=True, frozen=True)
class Word:
    text: str
    box: Box
    confidence: float
    block: int = 0  # reading order: blocks, lines in a block
    line: int = 0  # numbered through the whole page


@dataclass(slots=True)
class PageText:
    """The words of one page in reading order."""

    width: int  # pixels of the image that was read
    height: int
    dpi: int
    words: list[Word] = field(default_factory=list)
    engine: str = ""  # "tesseract 5.5.4 vie", "text layer"

    def lines(self) -> list[list[Word]]:
        """Words grouped by line, in reading order."""
        rows: dict[int, list[Word]] = {}
        for word in self.words:
            rows.setdefault(word.line, []).append(word)
        return [rows[key] for key in sorted(rows)]

    @property
    def text(self) -> str:
        """Plain text, a line a line."""
        return "\n".join(" ".join(w.text for w in row) for row in self.lines())


@dataclass(slots=True, frozen=True)
class FieldReading:
    """The value of one field with its evidence: where it stands, how sure, and why."""

    value: str
    confidence: float
    page: int | None = None  # from 1
    box: Box | None = None
    source: str = ""  # "rule", "clerk", "handwriting", "import"
    why: str = ""
