"""Form fields and notes of a page: hidden ones, ones on top of each other, ones that can still change."""

from __future__ import annotations

import re
from itertools import combinations
from typing import Any

import pikepdf

from app.signature.lint.gather import Gathered
from app.signature.lint.space import PageSpace

HIDDEN = 0b10_0010  # flags Hidden and NoView (ISO 32000-1, table 165)
INVISIBLE = 1
READ_ONLY = 1
HARMLESS = {"/Link", "/Popup", "/PrinterMark", "/TrapNet"}
OVERLAP = 0.5  # of the smaller field
MOST_NOTES = 2000
SHOWN = re.compile(rb"\((?:\\.|[^\\()])*\)|<[0-9A-Fa-f\s]+>")


def look_at_notes(number: int, page: pikepdf.Page, members: set[tuple[int, int]], found: Gathered) -> None:
    """`members` are the object numbers of the fields that the document's form names."""
    space = PageSpace.of(page)
    fields: list[tuple[Any, list[float]]] = []
    for note in list(page.obj.get("/Annots", []))[:MOST_NOTES]:
        if not isinstance(note, pikepdf.Dictionary):
            continue
        area = rectangle(note)
        box = space.shown(area)
        if str(note.get("/Subtype", "")) == "/Widget":
            look_at_field(number, note, area, box, found)
            if not belongs(note, members):
                found.add("field.stray", number, box, name_of(note))
            if area is not None and kind_of(note) != "/Sig":
                fields.append((note, area))
        else:
            look_at_note(number, note, box, found)
    for (one, first), (other, second) in combinations(fields[:200], 2):
        if overlap(first, second) > OVERLAP:
            found.add("field.covered", number, space.shown(second), f"{name_of(one)}, {name_of(other)}")


def look_at_field(number: int, note: Any, area: list[float] | None, box: Any, found: Gathered) -> None:
    kind = kind_of(note)
    if kind == "/Sig":
        return
    flags = whole(note.get("/F", 0))
    if flags & (HIDDEN | INVISIBLE) or area is None or area[2] - area[0] < 1 or area[3] - area[1] < 1:
        found.add("field.hidden", number, box, name_of(note))
    if kind in ("/Tx", "/Ch") and value_differs(note):
        found.add("field.value", number, box, name_of(note))
    if not whole(inherited(note, "/Ff") or 0) & READ_ONLY:
        found.add("field.open", number, box, name_of(note))
    actions = note.get("/AA")
    if isinstance(actions, pikepdf.Dictionary) and len(actions):
        found.add("active.automatic", number, box, name_of(note))


def look_at_note(number: int, note: Any, box: Any, found: Gathered) -> None:
    kind = str(note.get("/Subtype", ""))
    if kind in HARMLESS:
        return
    if kind == "/FileAttachment":
        found.add("file.attachment", number, box)
    elif kind in ("/Screen", "/Movie", "/Sound", "/3D", "/RichMedia"):
        found.add("active.media", number, box)
    elif whole(note.get("/F", 0)) & (HIDDEN | INVISIBLE):
        found.add("note.hidden", number, box, note.get("/Contents", ""))
    else:
        found.add("note.present", number, box, note.get("/Contents", ""))


def value_differs(note: Any) -> bool:
    """Whether the drawn text of a field has nothing in common with its value; only simple encodings can be compared."""
    value, drawing = inherited(note, "/V"), note.get("/AP", {}).get("/N") if "/AP" in note else None
    if not isinstance(value, (pikepdf.String, str)) or not isinstance(drawing, pikepdf.Stream):
        return False
    wanted = re.sub(r"[^0-9A-Za-z]", "", str(value))
    if not wanted or not str(value).isascii():
        return False
    try:
        parts = SHOWN.findall(drawing.read_bytes())
    except pikepdf.PdfError:
        return False
    if any(part.startswith(b"<") for part in parts):
        return False
    text = re.sub(r"[^0-9A-Za-z]", "", b"".join(parts).decode("latin-1"))
    return wanted not in text and text not in wanted


def form_members(pdf: pikepdf.Pdf) -> set[tuple[int, int]]:
    """The object numbers of the fields at the top of the document's form."""
    form = pdf.Root.get("/AcroForm")
    fields = form.get("/Fields") if isinstance(form, pikepdf.Dictionary) else None
    named = list(fields) if isinstance(fields, pikepdf.Array) else []
    return {field.objgen for field in named if isinstance(field, pikepdf.Object)}


def belongs(note: Any, members: set[tuple[int, int]]) -> bool:
    for _level in range(20):
        if not isinstance(note, pikepdf.Dictionary):
            return False
        if note.is_indirect and note.objgen in members:
            return True
        note = note.get("/Parent")
    return False


def kind_of(note: Any) -> str:
    return str(inherited(note, "/FT") or "")


def inherited(note: Any, key: str) -> Any:
    """A field's entry, which may stand in a parent (ISO 32000-1, 12.7.3)."""
    for _level in range(20):
        if not isinstance(note, pikepdf.Dictionary):
            return None
        if key in note:
            return note.get(key)
        note = note.get("/Parent")
    return None


def name_of(note: Any) -> str:
    return str(inherited(note, "/T") or "")


def whole(value: Any) -> int:
    try:
        return int(value)
    except (TypeError, ValueError):
        return 0


def rectangle(note: Any) -> list[float] | None:
    try:
        left, bottom, right, top = (float(n) for n in note.get("/Rect"))
    except (TypeError, ValueError):
        return None
    return [min(left, right), min(bottom, top), max(left, right), max(bottom, top)]


def overlap(one: list[float], other: list[float]) -> float:
    """The common area as a part of the smaller one."""
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    if width <= 0 or height <= 0:
        return 0.0
    smaller = min((r[2] - r[0]) * (r[3] - r[1]) for r in (one, other))
    return width * height / smaller if smaller > 0 else 0.0
