"""Papers whose place and date stand over the signature: minutes and contracts with the motto in the middle, reports without a date above.

made = make_ending(7, by_hand=True)      # made.pages are pictures, made.truth["issuedDate"] is "12/03/2009"
"""

from __future__ import annotations

import random
from dataclasses import replace

from tests.samples import ink, scan
from tests.samples.hand import StrokeWriter
from tests.samples.layout import Manner
from tests.samples.render import draw
from tests.samples.typeface import SHIPPED
from tests.samples.varied.capture import Capture
from tests.samples.varied.form import Form, any_form
from tests.samples.varied.make import Varied
from tests.samples.varied.setting import set_form

WAYS = ("scan 150", "scan 200", "scan 200", "scan 300", "grey 200", "grey 300", "bitonal 300")


def make_ending(seed: int, *, by_hand: bool, way: str | None = None, length: int | None = None) -> Varied:
    """One paper; `length` as in `Form`: 1 is a page, 4 two or three."""
    rng = random.Random(f"ending-{seed}")
    form, manner = _form(rng, by_hand=by_hand), Manner.any(rng)
    if length is not None:
        form.length = length
    capture = Capture.any(rng, way or rng.choice(WAYS))
    capture = replace(capture, turn=0, wear=replace(capture.wear, sheet=""))
    leaves = set_form(form, manner, rng)
    writer, pen = StrokeWriter.any(rng), rng.choice((ink.BLUE, ink.BLACK))
    pages = [capture.finished(scan.scan(draw(leaf, rng, writer, pen), capture.wear, rng), rng) for leaf in leaves]
    return Varied(form, capture, SHIPPED, leaves, pages)


def _form(rng: random.Random, *, by_hand: bool) -> Form:
    form = any_form(rng)
    while form.issuer.kind != "state" or form.type_name == "Công văn":
        form = any_form(rng)
    form.dated, form.end_date, form.attachments, form.english = False, "pen" if by_hand else "printed", False, False
    form.arrival, form.urgency, form.secrecy, form.circulation = None, "", "", ""
    if form.type_name in {"Biên bản", "Hợp đồng"} or rng.random() < 0.5:
        form.motto, form.numbered = "centre", False
    form.truth["place"] = form.issuer.place
    return form
