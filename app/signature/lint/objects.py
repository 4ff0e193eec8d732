"""The objects of a PDF: actions, layers, fields, notes, fonts, attachments, and what nothing leads to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pikepdf

from app.signature.lint.fields import form_members, look_at_notes
from app.signature.lint.gather import Gathered

ACTIONS = {
    "/JavaScript": "active.javascript",
    "/Launch": "active.launch",
    "/GoToR": "active.launch",
    "/GoToE": "active.launch",
    "/SubmitForm": "active.submit",
    "/ImportData": "active.submit",
    "/Rendition": "active.media",
    "/RichMediaExecute": "active.media",
    "/GoTo3DView": "active.media",
    "/Movie": "active.media",
    "/Sound": "active.media",
    "/Hide": "active.hide",
    "/SetOCGState": "active.hide",
    "/ResetForm": "active.hide",
    "/URI": "active.link",
}
KEYS = {
    "/JS": "active.javascript",
    "/XFA": "field.xfa",
    "/EmbeddedFiles": "file.attachment",
    "/EF": "file.attachment",
    "/RichMediaContent": "active.media",
    "/3DD": "active.media",
    "/Alternates": "picture.alternate",
    "/OPI": "file.outside",
}
STANDARD_FONTS = {
    "Courier", "Helvetica", "Times", "Symbol", "ZapfDingbats", "Arial", "TimesNewRoman", "CourierNew",
}  # fmt: skip
DEEPEST = 40
UNSEEN_TYPES = {"/ObjStm", "/XRef", "/Metadata"}


def look_at_objects(pdf: pikepdf.Pdf, found: Gathered) -> None:
    reached = Reach(pdf)
    for thing in pdf.objects:
        if isinstance(thing, (pikepdf.Dictionary, pikepdf.Array, pikepdf.Stream)):
            for inner in dictionaries(thing):
                look_at_dictionary(inner, found)
            if not reached.has(thing) and counts_as_content(thing):
                found.add("object.unused", detail=kind_of(thing))
    look_at_opening(pdf, found)
    look_at_layers(pdf, found)
    members = form_members(pdf)
    for number, page in enumerate(pdf.pages):
        actions = page.obj.get("/AA")
        if isinstance(actions, pikepdf.Dictionary) and not empty(actions):
            found.add("active.automatic", number)
        look_at_notes(number, page, members, found)


class Reach:
    """Which indirect objects can be reached from the trailer."""

    def __init__(self, pdf: pikepdf.Pdf) -> None:
        self._seen: set[tuple[int, int]] = set()
        waiting: list[Any] = [pdf.trailer]
        while waiting:
            thing = waiting.pop()
            for inner in children(thing):
                if inner.is_indirect:
                    if inner.objgen in self._seen:
                        continue
                    self._seen.add(inner.objgen)
                waiting.append(inner)

    def has(self, thing: Any) -> bool:
        return not thing.is_indirect or thing.objgen in self._seen


def children(thing: Any) -> Iterator[Any]:
    values: Any = ()
    if isinstance(thing, pikepdf.Array):
        values = list(thing)
    elif isinstance(thing, (pikepdf.Dictionary, pikepdf.Stream)):
        values = [thing.get(key) for key in thing.keys()]  # noqa: SIM118 - no mapping
    return (one for one in values if isinstance(one, pikepdf.Object))


def dictionaries(thing: Any, depth: int = 0) -> Iterator[Any]:
    """The dictionary itself and the direct ones in it; indirect objects get their own turn."""
    if depth > DEEPEST:
        return
    if isinstance(thing, (pikepdf.Dictionary, pikepdf.Stream)):
        yield thing
    for inner in children(thing):
        if not inner.is_indirect:
            yield from dictionaries(inner, depth + 1)


def look_at_dictionary(thing: Any, found: Gathered) -> None:
    for key, code in KEYS.items():
        if key in thing and not empty(thing.get(key)):
            found.add(code)
    action = thing.get("/S")
    if isinstance(action, pikepdf.Name) and str(action) in ACTIONS and (str(action) != "/Sound" or "/Sound" in thing):
        found.add(ACTIONS[str(action)])
    if isinstance(thing, pikepdf.Stream):
        if "/F" in thing:
            found.add("file.outside")
        if thing.get("/Subtype") == pikepdf.Name.Form and "/Ref" in thing:
            found.add("file.outside")
    if thing.get("/Type") == pikepdf.Name.Font and "/Subtype" in thing:
        look_at_font(thing, found)


def empty(value: Any) -> bool:
    if isinstance(value, pikepdf.Dictionary) and "/Names" in value:  # a name tree
        return empty(value.get("/Names"))
    return isinstance(value, (pikepdf.Array, pikepdf.Dictionary)) and len(value) == 0


def look_at_font(font: Any, found: Gathered) -> None:
    if font.get("/Subtype") in (pikepdf.Name.Type0, pikepdf.Name.Type3):
        return
    descriptor = font.get("/FontDescriptor")
    if isinstance(descriptor, pikepdf.Dictionary) and any(f"/FontFile{n}" in descriptor for n in ("", "2", "3")):
        return
    name = str(font.get("/BaseFont", "")).lstrip("/")
    family = name.split("+")[-1].split(",")[0].split("-")[0].removesuffix("PSMT").removesuffix("MT").removesuffix("PS")
    found.add("font.standard" if family in STANDARD_FONTS else "font.missing", detail=name)


def counts_as_content(thing: Any) -> bool:
    """Whether an object that nothing leads to could be shown later; a lone number or an old info dictionary can't."""
    if isinstance(thing, pikepdf.Array):
        return False
    kind = str(thing.get("/Type", ""))
    if kind in UNSEEN_TYPES:
        return False
    if isinstance(thing, pikepdf.Stream):
        return True
    return kind in ("/Page", "/Pages", "/Catalog", "/Font", "/Annot", "/OCG") or "/FT" in thing


def kind_of(thing: Any) -> str:
    kind = str(thing.get("/Type", "")).lstrip("/") or str(thing.get("/Subtype", "")).lstrip("/")
    return kind or "stream"


def look_at_opening(pdf: pikepdf.Pdf, found: Gathered) -> None:
    opening = pdf.Root.get("/OpenAction")
    if isinstance(opening, pikepdf.Dictionary) and opening.get("/S") != pikepdf.Name.GoTo:
        found.add("active.automatic")
    if not empty(pdf.Root.get("/AA", pikepdf.Dictionary())):
        found.add("active.automatic")
    names = pdf.Root.get("/Names")
    if isinstance(names, pikepdf.Dictionary) and not empty(names.get("/JavaScript", pikepdf.Dictionary())):
        found.add("active.javascript")
    if not empty(pdf.Root.get("/AF", pikepdf.Array())):
        found.add("file.attachment")


def look_at_layers(pdf: pikepdf.Pdf, found: Gathered) -> None:
    """Optional content (ISO 32000-1, 8.11): groups that are off, or depend on the view, the printer, the zoom."""
    properties = pdf.Root.get("/OCProperties")
    if not isinstance(properties, pikepdf.Dictionary):
        return
    groups = list(properties.get("/OCGs", []))
    if not groups:
        return
    default = properties.get("/D", pikepdf.Dictionary())
    off = list(default.get("/OFF", []))
    hidden = bool(off) or default.get("/BaseState") == pikepdf.Name.OFF
    dependent = any(depends_on_view(group) for group in groups) and not empty(default.get("/AS", pikepdf.Array()))
    names = ", ".join(str(group.get("/Name", "")) for group in off[:5] if isinstance(group, pikepdf.Dictionary))
    found.add("layer.hidden" if hidden or dependent else "layer.present", detail=names)


def depends_on_view(group: Any) -> bool:
    usage = group.get("/Usage") if isinstance(group, pikepdf.Dictionary) else None
    return isinstance(usage, pikepdf.Dictionary) and any(
        key in usage for key in ("/View", "/Print", "/Export", "/Zoom", "/User")
    )
