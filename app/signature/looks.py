"""Which drawing goes where in one file: in a new field, in an empty field that is there, or over an earlier signature."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from pyhanko.pdf_utils import form_tools

from app.signature.appearance import Appearance, Drawing, Kind, page_of, texts
from app.signature.certificates import CertInfo
from app.signature.drawn import draw
from app.signature.place import page_shape
from app.signature.source import Source, enumerate_sig_fields
from storage.boxes import Box

get_single_field_annot: Any = form_tools.get_single_field_annot
Place = tuple[int, Box]  # page from 1, house box
SEAL_FIELD = "ConDau"  # how a seal's field is named here
HEAD = 0.33  # of the first page: there stand number, date and the texts of the corner
DEEPEST = 4  # nested forms that are followed


def lay_out(
    work: Source, appearance: Appearance | None, owner: CertInfo, moment: datetime, field: str | None
) -> Drawing | None:
    """The drawing for this file; None for an invisible signature. `field` names an empty field to fill: its place counts."""
    if appearance is None or appearance.kind is Kind.NONE:
        return None
    over = None
    if field is not None:
        place = empty_field_place(work, field)
        if place is None:
            return None  # a field without a place on a page stays invisible
        appearance = replace(appearance, page=place[0], box=place[1], gaps=())
    elif appearance.kind is Kind.ORGANISATION and appearance.box is None:
        found = hand_in(work)
        if found is not None:
            over = found[1]
            appearance = replace(appearance, page=found[0])
    rows = texts(appearance, moment, subject=owner.subject, organisation=owner.organisation)
    drawing = draw(appearance, work.shape(page_of(appearance)), rows, over)
    return drawing if field is None or appearance.box is None else fit(work, drawing, appearance.box)


def fit(work: Source, drawing: Drawing, box: Box) -> Drawing:
    """The drawing in the middle of a given box, made smaller where it must be."""
    shape = work.shape(drawing.page)
    room = ((box[2] - box[0]) * shape.width, (box[3] - box[1]) * shape.height)
    return replace(drawing, box=box, room=room)


def hand_in(work: Source) -> Place | None:
    """Where the newest signature of a hand stands, as a seal is laid on it: one with a picture, else one below the head of the page.

    Number, date and the texts in the corner are signatures too, and seals; nothing is laid on those.
    """
    shown = []
    for signature in reversed(work.earlier):
        place = place_of(work, signature.sig_field)
        if place is not None and not str(signature.field_name).startswith(SEAL_FIELD):
            shown.append((place, has_picture(signature.sig_field)))
    pictured = [place for place, picture in shown if picture]
    below = [place for place, _picture in shown if place[0] > 1 or place[1][1] > HEAD]
    return next(iter(pictured or below), None)


def has_picture(field: Any) -> bool:
    """Whether an image is drawn in the field's appearance, also inside of nested forms."""
    try:
        return holds_image(get_single_field_annot(field)["/AP"]["/N"], DEEPEST)
    except Exception:  # noqa: BLE001 - foreign fields are built in many ways
        return False


def holds_image(form: Any, depth: int) -> bool:
    parts = form.get("/Resources", {}).get("/XObject", {}) if depth else {}
    for name in parts:
        part = parts[name]
        if part.get("/Subtype") == "/Image" or (part.get("/Subtype") == "/Form" and holds_image(part, depth - 1)):
            return True
    return False


def empty_field_place(work: Source, field: str) -> Place | None:
    for name, _value, reference in enumerate_sig_fields(work.writer.prev, filled_status=False):
        if str(name) == field:
            return place_of(work, reference.get_object())
    return None


def place_of(work: Source, field: Any) -> Place | None:
    """Where a field stands; None when it has no extent or is built in another way."""
    try:
        widget = get_single_field_annot(field)
        x0, y0, x1, y1 = (float(v) for v in widget["/Rect"])
        if abs(x1 - x0) < 1 or abs(y1 - y0) < 1:
            return None
        wanted = widget.raw_get("/P").reference
        for index in range(int(work.writer.prev.root["/Pages"]["/Count"])):
            page = work.writer.prev.find_page_for_modification(index)[0]
            if page.reference == wanted:
                return index + 1, page_shape(page.get_object()).to_box((x0, y0, x1, y1))
    except Exception:  # noqa: BLE001 - foreign fields are built in many ways; this one gives no place
        return None
    return None
