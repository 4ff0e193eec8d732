"""Varied papers with the head and signature of a copy below their end, as NĐ 30/2020 annex I, part two, sets it.

made = make_copied(7)
made.paper.truth, made.copy.code
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from tests.samples import ink, scan, typeface
from tests.samples.hand import StrokeWriter
from tests.samples.layout import Manner, Setter, words_of
from tests.samples.leaf import PAPER, Leaf, Rule
from tests.samples.offices import person
from tests.samples.render import draw
from tests.samples.typeface import SHIPPED, Family
from tests.samples.varied.capture import Capture
from tests.samples.varied.form import any_form
from tests.samples.varied.issuers import PLACES
from tests.samples.varied.make import Varied
from tests.samples.varied.setting import set_form

_TALL = 175.0  # points that a copy's part needs


@dataclass(slots=True, frozen=True)
class Copy:
    """What the copying office put below: none of it is the paper's."""

    word: str
    rows: tuple[str, ...]
    code: str
    place: str
    signer: str


@dataclass(slots=True)
class Copied:
    paper: Varied
    copy: Copy


def make_copied(seed: int, families: Sequence[Family] = (SHIPPED,), way: str | None = None) -> Copied:
    """One paper captured in some `way` (never as text), with a copy's part below the signature or, for want of room, on a sheet behind."""
    rng = random.Random(f"copied-{seed}")
    form, manner, family = any_form(rng), Manner.any(rng), rng.choice(families)
    form.attachments, form.length = False, 1
    word, mark = rng.choice((("SAO Y", "SY"), ("SAO LỤC", "SL"), ("TRÍCH SAO", "TrS")))
    place = rng.choice(PLACES)
    copy = Copy(
        word, ("ỦY BAN NHÂN DÂN", f"TỈNH {place.upper()}"), f"Số: {rng.randint(1, 300):02d}/{mark}-UBND", place, person(rng)
    )
    way = way or rng.choice(("scan 150", "scan 200", "scan 300", "grey 200", "bitonal 300", "copied"))
    capture = Capture.any(rng, way)
    with typeface.set_in(family):
        leaves = set_form(form, manner, rng)
        _put(leaves, copy, manner, rng)
        writer = StrokeWriter.any(rng)
        pages = [capture.finished(scan.scan(draw(leaf, rng, writer, ink.BLUE), capture.wear, rng), rng) for leaf in leaves]
    return Copied(Varied(form, capture, family, leaves, pages), copy)


def _put(leaves: list[Leaf], copy: Copy, manner: Manner, rng: random.Random) -> None:
    setter = Setter(manner)
    last = leaves[-1]
    low = max([line.y for line in last.lines] + [mark.box[3] for mark in last.marks])
    if low + _TALL < setter.floor:
        setter.leaves, setter.y = leaves, low + 8
        last.rules.append(Rule(setter.x0, setter.x1, low + 6))
    else:
        leaves.append(setter.leaf)
    middle = (setter.x0 + setter.x1) / 2
    left, right = (setter.x0 - 10, middle - 10), (middle, setter.x1 + 6)
    top = setter.y
    low, _made = setter.column([words_of(row, "bold") for row in copy.rows], 13, *left, top)
    setter.column([words_of(copy.word, "bold")], 14, *right, top)
    base = low + 18
    setter.centre(words_of(copy.code), 13, *left, base)
    setter.centre(words_of(f"{copy.place}, ngày {rng.randint(10, 28)} tháng 12 năm 2025", "italic"), 13.5, *right, base)
    y = base + 12
    setter.leaf.lines.append(Setter.line(words_of("Nơi nhận:", "bolditalic"), setter.x0, y + 12, 12))
    for at, name in enumerate(("- Như trên;", "- Lưu: VT.")):
        setter.leaf.lines.append(Setter.line(words_of(name), setter.x0, y + 26 + 13 * at, 11))
    low, _made = setter.column([words_of("TL. CHỦ TỊCH", "bold"), words_of("CHÁNH VĂN PHÒNG", "bold")], 13.5, *right, y)
    setter.column([words_of(copy.signer, "bold")], 13.5, *right, low + 40)
    assert setter.leaf.lines[-1].y < PAPER[1]
