"""Dossiers of scanned papers of other offices, numbered and dated by hand, each document with its truth.

dossier = make_dossier(7)                  # the same seed, fonts and pictures give the same pages
for paper in dossier.papers: paper.page, paper.truth
"""

from __future__ import annotations

import io
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from tests.samples import ink, scan
from tests.samples.hand import Gray, Writer
from tests.samples.layout import Manner
from tests.samples.leaf import Leaf
from tests.samples.penned.blanks import Blanks, set_head, shown
from tests.samples.penned.orders import ORDERS, Entry
from tests.samples.penned.pens import any_writer, writes_letters
from tests.samples.render import SCALE, draw
from tests.samples.varied.capture import Capture
from tests.samples.varied.form import any_form
from tests.samples.varied.issuers import any_issuer
from tests.samples.varied.setting import set_form

WAYS = {"scan 150": 2, "scan 200": 4, "scan 300": 4, "scan 400": 1, "grey 200": 2, "grey 300": 2, "bitonal 200": 1, "bitonal 300": 2,
        "copied": 1.5, "photo": 1.5}  # fmt: skip
VIOLET: ink.Colour = (92, 84, 150)
FEWEST, MOST = 12, 26


@dataclass(slots=True)
class Penned:
    """One document: its page, what it says, and what of it is written by hand."""

    page: Image.Image
    dpi: int | None
    truth: dict[str, str]
    by_hand: frozenset[str]  # codeNumber, issuedDate


@dataclass(slots=True)
class PennedDossier:
    """`classes` is what is special about it, for counting where a reader fails."""

    order: str
    papers: list[Penned]
    classes: tuple[str, ...]


@dataclass(slots=True)
class Hand:
    """How a clerk fills in: writer, ink, size against the print, how far it strays."""

    writer: Writer
    pen: ink.Colour
    strength: float
    size: float
    stray: float  # ems
    carbon: bool

    @classmethod
    def any(cls, rng: random.Random, writer: Writer, way: str) -> Hand:
        carbon = rng.random() < 0.1 and not way.startswith(("bitonal", "copied"))  # nothing of it would be left
        pen = VIOLET if carbon else rng.choice((ink.BLUE, ink.BLUE, ink.BLACK))
        strength = rng.uniform(0.5, 0.7) if carbon else rng.uniform(0.75, 0.97)
        return cls(writer, pen, strength, rng.choice((0.8, 0.95, 1.1, 1.3, 1.55)), rng.choice((0.05, 0.12, 0.25)), carbon)


@dataclass(slots=True)
class Office:
    """One issuer's form and clerks."""

    blanks: Blanks
    manner: Manner
    hands: list[Hand]
    sealed: float  # how often a seal lies over the number


def make_dossier(
    seed: int, order: str | None = None, *, fonts: Sequence[Path] = (), pictures: dict[str, list[Gray]] | None = None,
    count: int | None = None, depth: float = 1.0,
) -> PennedDossier:  # fmt: skip
    """A dossier in the `order` that is named (of `ORDERS`), else in one drawn from the seed; only the upper `depth` of its pages."""
    rng = random.Random(f"penned-{seed}")
    order = order or list(ORDERS)[seed % len(ORDERS)]
    entries = ORDERS[order](rng, count or rng.randint(FEWEST, MOST))
    capture = replace(Capture.any(rng, rng.choices(list(WAYS), list(WAYS.values()))[0]), turn=0)
    year = entries[0].issued.year
    offices = [_office(rng, year, capture.way, fonts, pictures or {}) for _one in range(1 + max(e.issuer for e in entries))]
    papers = [_paper(entry, offices[entry.issuer], capture, rng, depth) for entry in entries]
    hand, blanks = offices[0].hands[0], offices[0].blanks
    classes = (
        order, capture.way, type(hand.writer).__name__, f"size {hand.size}", f"leader {blanks.leader or 'none'}",
        "pen " + " ".join(sorted(blanks.pen)), f"label {blanks.label}",
        *(name for name, has in (("carbon", hand.carbon), ("year inside", blanks.year_inside), ("party", blanks.issuer.kind == "party"),
                                 ("centred", blanks.centred), ("drop", bool(blanks.drop)), ("stray", hand.stray > 0.2)) if has),
    )  # fmt: skip
    return PennedDossier(order, papers, classes)


def _office(rng: random.Random, year: int, way: str, fonts: Sequence[Path], pictures: dict[str, list[Gray]]) -> Office:
    hands = [Hand.any(rng, any_writer(rng, list(fonts), pictures), way) for _clerk in range(rng.choice((1, 1, 1, 2)))]
    letters = all(writes_letters(hand.writer) for hand in hands)
    blanks = Blanks.any(rng, any_issuer(rng), year, letters=letters)
    return Office(blanks, Manner.any(rng), hands, rng.choice((0.0, 0.0, 0.0, 0.15)))


def _paper(entry: Entry, office: Office, capture: Capture, rng: random.Random, depth: float) -> Penned:
    blanks = office.blanks
    form = any_form(rng, blanks.issuer)
    form.type_name = blanks.kinds[entry.kind][0]
    form.notation = blanks.notation(entry.kind, rng.choice(blanks.issuer.units), entry.issued.year)
    suffixed = entry if all(writes_letters(hand.writer) for hand in office.hands) else replace(entry, suffix="")
    form.number, form.issued, form.old = shown(suffixed, blanks), entry.issued, blanks.old
    form.motto, form.numbered, form.dated, form.arrival, form.english = "right", True, True, None, False
    form.length, form.attachments, form.secrecy, form.urgency, form.circulation = 1, False, "", "", ""
    leaves = set_form(form, office.manner, rng, lambda setter: set_head(setter, form, blanks, entry, rng))
    page = draw(leaves[0], rng, None, ink.BLUE)
    page = page[: round(page.shape[0] * depth)]
    hand = rng.choice(office.hands)
    _fill(page, leaves[0], hand, rng)
    if rng.random() < office.sealed:
        _seal(page, leaves[0], blanks.issuer.name, rng)
    scanned = capture.finished(scan.scan(page, capture.wear, rng), rng)
    truth = {"codeNumber": form.number, "codeNotation": form.notation, "issuedDate": f"{entry.issued:%d/%m/%Y}"}
    parts = {"number": "codeNumber", "day": "issuedDate", "month": "issuedDate", "year": "issuedDate"}
    by_hand = frozenset(parts[part] for part in blanks.pen if part in parts)
    return Penned(_pressed(scanned, capture), capture.dpi, truth, by_hand)


def _fill(page: ink.Page, leaf: Leaf, hand: Hand, rng: random.Random) -> None:
    """Writes into the blanks, as large as this clerk writes, over the print where there is no room."""
    for line in leaf.lines:
        em = line.size * SCALE
        for word, x0, x1 in line.places():
            if not word.room:
                continue
            mask = hand.writer.write(word.text, max(12, round(0.7 * em * hand.size * rng.uniform(0.92, 1.1))))
            if hand.carbon:
                mask = np.asarray(cv2.GaussianBlur(mask, (0, 0), 1.2), np.uint8)
            spare = (x1 - x0) * SCALE - mask.shape[1]
            most = spare + 0.55 * em  # no clerk writes over more than the first letter behind
            if spare < -1.1 * em:
                mask = np.asarray(cv2.resize(mask, (round((x1 - x0) * SCALE + 0.9 * em), mask.shape[0])), np.uint8)
                spare = (x1 - x0) * SCALE - mask.shape[1]
                most = spare + 0.55 * em
            x = x0 * SCALE + min(max(spare * rng.uniform(0.1, 0.7) + rng.gauss(0, hand.stray) * em, -0.45 * em), most)
            y = line.y * SCALE - mask.shape[0] + rng.gauss(0.02, hand.stray * 0.7) * em
            ink.stamp_ink(page, mask, round(x), round(y), hand.pen, hand.strength * rng.uniform(0.92, 1.0))


def _seal(page: ink.Page, leaf: Leaf, name: str, rng: random.Random) -> None:
    """Somebody's red seal partly over the number."""
    line = next(line for line in leaf.lines if line.words[0].text.lower().startswith("số"))
    size = round(36 / 25.4 * 300)
    x = round((line.x + rng.uniform(-20, 40)) * SCALE - size / 2)
    y = round((line.y + rng.choice((-34, 30)) + rng.uniform(-8, 8)) * SCALE - size / 2)
    ink.stamp_ink(page, ink.seal(rng, name.upper()[:40], size), x, y, ink.RED, rng.uniform(0.6, 0.85))


def _pressed(page: Image.Image, capture: Capture) -> Image.Image:
    """As the file holds it: bitonal as it is, the rest through JPEG."""
    if page.mode == "1":
        return page
    out = io.BytesIO()
    page.save(out, "JPEG", quality=capture.wear.quality)
    return Image.open(io.BytesIO(out.getvalue()))
