"""How heavy rows of print are: the parent body stands in plain letters, the issuer below it in bold (NĐ 30/2020 annex I, cell 2).

Words tell where a name begins only as long as it begins with a known one ("CHI NHÁNH …" may go on with the bank's name, "VIỄN THÔNG
HÀ TĨNH" begins with none). Where the weight differs clearly it decides.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np

from app.describe.ink import Pixels, darkest, pixels_of
from app.describe.layout import Line
from app.describe.masthead import issuer_begins, read_issuer
from storage.records.reading import FieldReading, Word

_HEAVIER = 1.2  # times the ink of plain print: bold has 1.1 to 1.6 times, rows of one weight differ by less than 1.2
_NOTHING = 1e-6
_GOES_ON = re.compile(
    r"\W*(?:tinh|thanh pho|quan|huyen|thi xa|thi tran|xa|phuong|dac khu|khu vuc|va)\b"
)  # no name begins with it
_PAPER, _INK = 90, 2  # percentiles of light in the box of a word


def names_by_weight(rows: Sequence[Line], image: Path) -> dict[str, FieldReading]:
    """Issuer and parent where the rows' weight parts them elsewhere than their words do; {} where it doesn't, and for a lost picture."""
    if len(rows) < 2:
        return {}
    try:
        page = pixels_of(image)
    except OSError:
        return {}
    ink = [_ink(row, page) for row in rows]
    parts = [(min(ink[at:]) / max(*ink[:at], _NOTHING), at) for at in range(1, len(rows)) if not _GOES_ON.match(rows[at].plain)]
    heavier, first = max(parts, default=(0.0, 0))
    if heavier < _HEAVIER or first == issuer_begins(rows):
        return {}
    return read_issuer(rows, first)


def _ink(row: Line, page: Pixels) -> float:
    """The ink in a row for its width; marks above and below letters make its height tell little."""
    found = [_ink_of(word, page) for word in row.words]
    return sum(dark for dark, _wide in found) / max(sum(wide for _dark, wide in found), 1)


def _ink_of(word: Word, page: Pixels) -> tuple[float, int]:
    height, width = page.shape[:2]
    x0, y0, x1, y1 = word.box
    part = darkest(page[int(y0 * height) : int(y1 * height) + 1, int(x0 * width) : int(x1 * width) + 1])
    paper, ink = (float(value) for value in np.percentile(part, (_PAPER, _INK)))
    dark = np.clip((paper - part.astype(np.float32)) / max(paper - ink, 1.0), 0, 1)
    return float(cv2.sumElems(dark)[0]), part.shape[1]
