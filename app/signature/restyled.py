"""Boxes of form fields that hold the signed value still, but whose look was written anew: a look can say something else than the value.

Whether it does is seen on the drawn page (`app.signature.noted.box_differs`), as long as every program draws the same: a plain look, in
fonts that the document had when it was signed, or in a standard one.
"""

from __future__ import annotations

import re
from typing import Any

from pyhanko.pdf_utils import generic

from app.signature.diffrules import entry
from app.signature.notes import leaves, listed, target
from app.signature.values import DEEPEST, HIDDEN, PRINTED, fingerprint, kept_flags

LOOK = ("/AP", "/AS", "/Rect")
PLAIN = {"/Type", "/Subtype", "/FormType", "/BBox", "/Matrix", "/Resources", "/Length", "/Filter", "/DecodeParms"}
NEEDED = {"/Font", "/ProcSet"}
OF_FONT = {"/Type", "/Subtype", "/BaseFont", "/Name", "/Encoding"}
SET_FONT = re.compile(rb"/([^\s/\[\]<>()]+)\s+[-+.\d]+\s+Tf\b")
Box = tuple[int, list[float]]


def restyled(old: Any, new: Any) -> tuple[list[Box], bool]:
    """Page (from 0) and rectangle (points of the file) of every such box, where it was and where it is; whether all their looks are plain.
    Boxes that had no look are left out: the value alone was signed."""
    found: list[Box] = []
    plain, known = True, known_fonts(old)
    for number, page in enumerate(leaves(new.root["/Pages"], 0)):
        for reference in listed(page.get_object())[0]:
            now = target(reference)
            if not isinstance(now, generic.DictionaryObject) or str(now.get("/Subtype")) != "/Widget":
                continue
            was = None if old.is_ref_unassignable(reference) else old(reference)
            if not isinstance(was, generic.DictionaryObject) or "/AP" not in was or inherited(old, was, "/FT") in ("", "/Sig"):
                continue
            same_value = inherited(old, was, "/V") == inherited(new, now, "/V")
            same_flags = seen(old, was) == seen(new, now)
            if same_value and not (same_flags and all(mark(old, was, key) == mark(new, now, key) for key in LOOK)):
                found += [(number, [float(one) for one in entry(old, was, "/Rect")])]
                found += [(number, [float(one) for one in entry(new, now, "/Rect")])]
                plain = plain and same_flags and is_plain(old, was, new, now, known)
    return found, plain


def seen(revision: Any, box: Any) -> tuple[int, int]:
    """The flags that decide where a box is seen, on the screen or on paper, and how."""
    flags = entry(revision, box, "/F")
    return int(flags) & (HIDDEN | PRINTED) if isinstance(flags, int) else 0, kept_flags(revision, box)


def known_fonts(revision: Any) -> set[str]:
    """Fingerprints of the fonts that the form offers."""
    form = entry(revision, revision.root, "/AcroForm")
    offered = entry(revision, form, "/DR") if isinstance(form, dict) else None
    return fonts_of(revision, offered)


def fonts_of(revision: Any, resources: Any) -> set[str]:
    fonts = entry(revision, resources, "/Font") if isinstance(resources, dict) else None
    return {fingerprint(revision, dict.__getitem__(fonts, one)) for one in fonts} if isinstance(fonts, dict) else set()


def is_plain(old: Any, was: Any, new: Any, now: Any, known: set[str]) -> bool:
    """Whether any program draws this look alike. One that is chosen among several (a tick) has to stay as it was."""
    before, after = look(old, was), look(new, now)
    if not isinstance(before, generic.StreamObject) or not isinstance(after, generic.StreamObject):
        return False
    box, resources = entry(new, after, "/BBox"), entry(new, after, "/Resources")
    if not set(map(str, after)) <= PLAIN or str(after.get("/Subtype")) != "/Form" or not is_box(box):
        return False
    if mark(old, before, "/Matrix") != mark(new, after, "/Matrix"):
        return False
    had = known | fonts_of(old, entry(old, before, "/Resources"))
    if resources is not None and not (isinstance(resources, dict) and set(map(str, resources)) <= NEEDED):
        return False
    fonts = entry(new, resources, "/Font") if resources is not None else None
    if not isinstance(fonts, dict):
        fonts = {}
    wanted = {"/" + name.decode("latin-1") for name in SET_FONT.findall(bytes(after.data))}
    if not wanted <= set(map(str, fonts)):
        return False
    return all(
        fingerprint(new, dict.__getitem__(fonts, one)) in had or is_standard(new, entry(new, fonts, one)) for one in fonts
    )


def look(revision: Any, box: Any) -> Any:
    looks = entry(revision, box, "/AP")
    return entry(revision, looks, "/N") if isinstance(looks, dict) else None


def is_box(value: Any) -> bool:
    numbers = list(value) if isinstance(value, generic.ArrayObject) else []
    return len(numbers) == 4 and all(isinstance(one, int | float) for one in numbers)


def is_standard(revision: Any, font: Any) -> bool:
    """A font of every viewer, with a usual encoding and nothing of its own."""
    if not isinstance(font, dict) or not set(map(str, font)) <= OF_FONT or str(font.get("/Subtype")) != "/Type1":
        return False
    return isinstance(entry(revision, font, "/Encoding"), generic.NameObject | None)


def mark(revision: Any, box: Any, key: str) -> str:
    return fingerprint(revision, box.raw_get(key)) if key in box else ""


def inherited(revision: Any, field: Any, key: str) -> str:
    """A fingerprint of the field's own value or that of a field above; the name itself of a name; empty for none."""
    for _step in range(DEEPEST):
        if key in field:
            found = entry(revision, field, key)
            return str(found) if isinstance(found, generic.NameObject) else fingerprint(revision, found)
        above = entry(revision, field, "/Parent")
        if not isinstance(above, generic.DictionaryObject):
            break
        field = above
    return ""
