"""Where the running text begins: the edges of the text on a page, and lines that begin a paragraph rather than stand centred."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from app.describe.layout import Line, Sheet

_WIDE = 0.55  # page widths: a line as long as this runs from edge to edge
_FEWEST = 2
_LEAST, _MOST = 0.025, 0.1  # page widths that a first line is moved in
_NEAR = 0.016
_STEP = 0.01


@dataclass(slots=True, frozen=True)
class Margins:
    """Left and right edge of the text, in page widths."""

    left: float
    right: float


def margins(sheet: Sheet) -> Margins | None:
    """From the lines that run over most of the page and those below them; None where there are hardly any."""
    lines = [line for line in sheet.lines if line.readable]
    wide = [at for at, line in enumerate(lines) if line.right - line.left > _WIDE]
    if len(wide) < _FEWEST:
        return None
    lefts = sorted(line.left for at in wide for line in lines[at : at + 2])
    rights = sorted(lines[at].right for at in wide)
    return Margins(lefts[len(lefts) // 10], statistics.median(rights[len(rights) // 2 :]))


def begins_paragraph(line: Line, following: Line | None, edges: Margins | None) -> bool:
    """True for a line that begins moved in and runs to the right edge, while what follows it does not stand further in.

    The rows of a title become shorter and stay in the middle; the second line of a paragraph begins at the left edge.
    """
    if edges is None or not _LEAST <= line.left - edges.left <= _MOST or line.right < edges.right - _NEAR:
        return False
    return following is None or following.left < line.left + _STEP


def next_line(lines: Sequence[Line], at: int) -> Line | None:
    """The next readable line of a list."""
    return next((line for line in lines[at + 1 :] if line.readable), None)
