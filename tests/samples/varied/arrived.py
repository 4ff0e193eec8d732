"""Varied papers with an arrival stamp that was filled in by hand.

made = make_arrived(7)
made.paper.save(folder, "07"), made.written["number"]
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from tests.samples import ink, scan, typeface
from tests.samples.arrival import Stamp, any_stamp, struck
from tests.samples.hand import StrokeWriter, Writer
from tests.samples.layout import Manner
from tests.samples.leaf import PAPER, Box
from tests.samples.render import DPI, draw
from tests.samples.typeface import SHIPPED, Family
from tests.samples.varied.capture import WAYS, Capture
from tests.samples.varied.form import any_form
from tests.samples.varied.make import Varied
from tests.samples.varied.setting import set_form

INKS: tuple[tuple[ink.Colour, int], ...] = (
    ((206, 38, 44), 9), ((222, 70, 66), 3), ((120, 52, 150), 3), ((40, 62, 160), 2), ((60, 60, 64), 3),
)  # fmt: skip
PENS: tuple[tuple[ink.Colour, int], ...] = (((34, 56, 150), 5), ((20, 40, 120), 2), ((38, 36, 40), 4))
OFFICES = ("UBND HUYỆN PHÚ AN", "SỞ NỘI VỤ TỈNH AN HÒA", "VĂN PHÒNG HĐND VÀ UBND", "TRƯỜNG THPT TÂN KHÁNH", "CHI CỤC THUẾ HƯNG LỘC",
           "CÔNG TY CỔ PHẦN BÌNH MINH", "HUYỆN ỦY PHÚ AN")  # fmt: skip
COLOUR = ("scan 150", "scan 200", "scan 300")
GREY = ("grey 200", "grey 300", "bitonal 200", "bitonal 300", "copied")


@dataclass(slots=True)
class Arrived:
    """`paper` with its truth; `written` tells where number and date of arrival were written, as fractions of page 1."""

    paper: Varied
    written: dict[str, Box]
    stamp_ink: ink.Colour
    pen: ink.Colour


def make_arrived(
    seed: int, families: Sequence[Family] = (SHIPPED,), way: str | None = None, writer: Writer | None = None
) -> Arrived:
    """One printed paper, stamped and written on, captured in some `way` (see `capture.WAYS`, never as text)."""
    rng = random.Random(f"arrived-{seed}")
    form, manner, family = any_form(rng), Manner.any(rng), rng.choice(families)
    form.length, form.attachments = 1, False
    way = way or rng.choice([name for name in WAYS if name not in {"text", "photo", "scan 100", "scan 600", "scan 400"}])
    capture = Capture.any(rng, way)
    number = str(rng.choice((rng.randint(1, 99), rng.randint(1, 999), rng.randint(100, 4999))))
    day = form.issued + timedelta(days=rng.choice((0, 1, 1, 2, 2, 3, 4, 5, 6, 7, 9, 12, 20, 33)))
    number = f"{int(number):02d}" if rng.random() < 0.8 else number
    form.arrival = None
    form.truth.update(arrivalNumber=number, arrivalDate=f"{day:%d/%m/%Y}")
    colour, pen = (rng.choices([one for one, _n in kinds], [n for _one, n in kinds])[0] for kinds in (INKS, PENS))
    with typeface.set_in(family):
        leaves = set_form(form, manner, rng)[:1]
        page = draw(leaves[0], rng, StrokeWriter.any(rng), ink.BLUE)
    with typeface.set_in(rng.choice(families)):
        stamp = struck(any_stamp(rng, rng.choice(OFFICES), number, day, writer), rng)
    x, y = _place(page, stamp, rng)
    strength = rng.uniform(0.6, 0.95)
    if way.startswith("bitonal"):  # a fainter one is gone, and nobody knows then what the figures mean
        colour, strength = tuple(round(0.8 * part) for part in colour), max(strength, 0.9)  # type: ignore[assignment]
    ink.stamp_ink(page, stamp.stamp, x, y, colour, strength)
    ink.stamp_ink(page, stamp.pen, x, y, pen, rng.uniform(0.8, 0.97))
    written = {}
    for name, (x0, y0, x1, y1) in stamp.written.items():
        points = tuple(v * 72 / DPI for v in (x0 + x, y0 + y, x1 + x, y1 + y))
        written[name] = scan.moved((points[0], points[1], points[2], points[3]), capture.wear, *PAPER)
    picture = capture.finished(scan.scan(page, capture.wear, rng), rng)
    return Arrived(Varied(form, capture, family, leaves, [picture]), written, colour, pen)


def _place(page: ink.Page, stamp: Stamp, rng: random.Random) -> tuple[int, int]:
    """Where there is least on the paper, as people stamp: at the left below the number, in a margin, over the head."""
    height, width = page.shape[:2]
    high, wide = stamp.stamp.shape
    dark = (page[:, :, 0] < 128).astype(np.float32)
    spots = []
    for _try in range(80):
        right = rng.random() < 0.25
        x = (
            rng.randint(round(width * 0.62), width - wide + 40)
            if right and wide < width * 0.4
            else rng.randint(-20, round(width * 0.25))
        )
        y = rng.randint(0, max(1, round(height * 0.42) - high))
        inside = dark[max(y, 0) : y + high, max(x, 0) : x + wide]
        spots.append((float(inside.mean()), x, y))
    spots.sort()
    return spots[0 if rng.random() < 0.75 else rng.randint(1, 5)][1:]
