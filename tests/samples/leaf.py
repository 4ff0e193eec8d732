"""A set page as a list of things to draw, in points, origin top left: what picture and PDF are both made from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from tests.samples import typeface
from tests.samples.typeface import Style

MM = 72 / 25.4
PAPER = (210 * MM, 297 * MM)  # A4
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Word:
    """`tag` names the field that it belongs to; `room` > 0 leaves so much space for a pen instead of printing."""

    text: str
    style: Style = "regular"
    tag: str = ""
    joined: bool = False  # no space before it
    room: float = 0.0

    def width(self, size: float) -> float:
        return self.room or typeface.width(self.text, self.style, size)


@dataclass(frozen=True, slots=True)
class Line:
    """Words from `x` on the baseline `y`; `gap` is the space between two of them."""

    words: tuple[Word, ...]
    x: float
    y: float
    size: float
    gap: float

    def places(self) -> list[tuple[Word, float, float]]:
        """(word, x0, x1) of each."""
        found, x = [], self.x
        for i, word in enumerate(self.words):
            if i and not word.joined:
                x += self.gap
            end = x + word.width(self.size)
            found.append((word, x, end))
            x = end
        return found

    @property
    def end(self) -> float:
        return self.places()[-1][2]

    @property
    def text(self) -> str:
        return "".join(("" if i == 0 or w.joined else " ") + w.text for i, w in enumerate(self.words))


@dataclass(frozen=True, slots=True)
class Rule:
    x0: float
    x1: float
    y: float
    width: float = 0.6
    dotted: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that is put on the printed page: a signature, a round seal, a boxed stamp."""

    kind: Literal["signature", "seal", "stamp"]
    box: Box
    text: str = ""


@dataclass(slots=True)
class Leaf:
    """One page side."""

    lines: list[Line] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)

    @property
    def text(self) -> str:
        """A line a line; a table row is told cell by cell, left before right. Stamps stand at the end."""
        rows = [line.text for line in self.lines]
        return "\n".join(rows + [m.text for m in self.marks if m.kind == "stamp"])

    def tagged(self) -> dict[str, Box]:
        """Where each tagged field stands: the box around all its words, in points."""
        found: dict[str, Box] = {}
        for line in self.lines:
            for word, x0, x1 in line.places():
                if word.tag:
                    box = (x0, line.y - (1.1 if word.room else 0.8) * line.size, x1, line.y + 0.24 * line.size)
                    old = found.get(word.tag, box)
                    found[word.tag] = (min(old[0], box[0]), min(old[1], box[1]), max(old[2], box[2]), max(old[3], box[3]))
        for mark in self.marks:
            if mark.kind == "stamp":
                found["urgency" if mark.text != "MẬT" else "secrecy"] = mark.box
        return found
