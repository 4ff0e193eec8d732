"""Notes (annotations) that were added after a certification which permits them (P = 3; ISO 32000-1, 12.8.2.2.2).

Only new notes of the commenting kinds, put at the end of a page's list, without actions, layers, attachments or looks that change when
the mouse comes near ("Breaking the Specification", Rohlmann et al., S&P 2021, shows what else such notes are used for). Whether they
hide what was signed is seen on the drawn page: `app.signature.noted`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from pyhanko.pdf_utils import generic, misc
from pyhanko.pdf_utils.reader import RawPdfPath
from pyhanko.sign import diff_analysis
from pyhanko.sign.diff_analysis import ModificationLevel, SuspiciousModification
from pyhanko.sign.diff_analysis.commons import compare_dicts
from pyhanko.sign.diff_analysis.form_rules_api import FormUpdate as FormUpdate_
from pyhanko.sign.diff_analysis.rules_api import RelativeContext as RelativeContext_

rules: Any = diff_analysis  # without types
FieldRule: Any = diff_analysis.FieldMDPRule
FormUpdate: Any = FormUpdate_
RelativeContext: Any = RelativeContext_
same: Any = compare_dicts
Dictionary: Any = generic.DictionaryObject
NOTES = ModificationLevel.ANNOTATIONS
KINDS = {
    "/Text", "/Highlight", "/Underline", "/StrikeOut", "/Squiggly", "/Caret", "/FreeText", "/Line", "/Square", "/Circle",
    "/Polygon", "/PolyLine", "/Ink", "/Stamp", "/Popup",
}  # fmt: skip
KEYS = {
    "/Type", "/Subtype", "/Rect", "/Contents", "/P", "/NM", "/M", "/F", "/AP", "/Border", "/C", "/CA", "/ca", "/T", "/Popup", "/RC",
    "/CreationDate", "/IRT", "/Subj", "/RT", "/IT", "/QuadPoints", "/Name", "/DA", "/Q", "/DS", "/CL", "/LE", "/LL", "/LLE", "/Cap",
    "/BS", "/BE", "/RD", "/IC", "/InkList", "/L", "/Vertices", "/Open", "/State", "/StateModel", "/Parent", "/Lang", "/Rotate",
}  # fmt: skip
ELSEWHERE = ("/P", "/Parent", "/Popup", "/IRT")  # lead to the page and to other notes, each of which is judged by itself
REFUSED = {"/OC", "/A", "/AA", "/PA", "/JS", "/Ref", "/OPI", "/PS", "/EF", "/URI"}
FLAGS = 4 | 8 | 16 | 128 | 512  # print, no zoom, no rotation, locked, locked contents: nothing that hides a note anywhere
DEEPEST, DEEPEST_TREE = 12, 100


class WidgetsAndNotes(FieldRule):  # type: ignore[misc]
    """New signature fields as pyHanko has them; with new notes on the pages, their boxes and the notes together."""

    def __init__(self) -> None:
        self._usual = rules.SigFieldCreationRule()
        self._unbound = rules.SigFieldCreationRule(approve_widget_bindings=False)

    def apply(self, context: Any) -> Iterable[Any]:
        pages = list(extended_pages(context.old, context.new))
        if not any(is_note(reference) for *_page, added in pages for reference in added):
            yield from self._usual.apply(context)
            return
        fields = list(self._unbound.apply(context))
        yield from fields
        boxes = {update.updated_ref for _level, update in fields}
        for old_ref, new_ref, array, added in pages:
            same(old_ref.get_object(), new_ref.get_object(), frozenset(["/Annots"]))
            for reference in added:
                if reference not in boxes:
                    yield from note_updates(reference, context, old_ref)
                elif str(reference.get_object().get("/Subtype")) != "/Widget":
                    raise SuspiciousModification(f"{reference} is no box of a field")
            yield NOTES, FormUpdate(updated_ref=new_ref)
            if array is not None:
                place = RelativeContext(old_ref, RawPdfPath("/Annots"))
                yield NOTES, FormUpdate(updated_ref=array, context_checked=place)


def extended_pages(old: Any, new: Any) -> Iterator[tuple[Any, Any, Any, list[Any]]]:
    """Pages whose list of annotations grew at its end: the page before and now, the list's own reference (or None), what was added.

    Only where `new` itself wrote a page or a list; where annotations went or moved, nothing is yielded and nothing is explained.
    """
    written = new.explicit_refs_in_revision()
    if not any(could_hold_notes(new, reference) for reference in written if not old.is_ref_unassignable(reference)):
        return
    for old_ref, new_ref in zip(leaves(old.root["/Pages"], 0), leaves(new.root["/Pages"], 0), strict=False):
        if old_ref.reference != new_ref.reference:
            return
        before, array_before = listed(old_ref.get_object())
        after, array = listed(new_ref.get_object())
        if new_ref.reference not in written and array not in written:
            continue
        added = after[len(before) :]
        if not all(isinstance(one, generic.Reference) for one in after):
            continue
        if not added or after[: len(before)] != before or len(set(after)) != len(after):
            continue
        if array is not None and array != array_before and not old.is_ref_unassignable(array):
            continue
        yield old_ref.reference, new_ref.reference, array, added


def could_hold_notes(new: Any, reference: Any) -> bool:
    found = new(reference)
    return isinstance(found, generic.ArrayObject) or (isinstance(found, generic.DictionaryObject) and "/Annots" in found)


def leaves(node: Any, depth: int) -> Iterator[Any]:
    """Indirect objects of the pages in their order."""
    if depth > DEEPEST_TREE:
        raise misc.PdfReadError("page tree too deep")
    kids = node["/Kids"]
    for position in range(len(kids)):
        kid: Any = kids.raw_get(position)
        if not isinstance(kid, generic.IndirectObject):
            raise SuspiciousModification("a page that is no object of its own")
        found = target(kid.reference)
        if str(found.get("/Type")) == "/Pages":
            yield from leaves(found, depth + 1)
        else:
            yield kid


def listed(page: Any) -> tuple[list[Any], Any]:
    """References of a page's annotations, and that of the list itself when it is an object of its own."""
    if "/Annots" not in page:
        return [], None
    raw = page.raw_get("/Annots")
    array = raw.reference if isinstance(raw, generic.IndirectObject) else None
    found = raw.get_object()
    if not isinstance(found, generic.ArrayObject):
        raise SuspiciousModification("annotations that are no list")
    entries = [found.raw_get(position) for position in range(len(found))]
    return [one.reference if isinstance(one, generic.IndirectObject) else one for one in entries], array


def is_note(reference: Any) -> bool:
    found = target(reference)
    return isinstance(found, generic.DictionaryObject) and str(found.get("/Subtype")) in KINDS


def target(entry: Any) -> Any:
    """What an entry of a page's list leads to; None for one that is written into the list itself."""
    if not isinstance(entry, generic.Reference):
        return None
    reference: Any = entry
    return reference.get_object()


def note_updates(reference: Any, context: Any, page: Any) -> Iterator[Any]:
    """The note and all that only it uses. Raises SuspiciousModification for one that could do more than comment."""
    note: Any = target(reference)
    if not harmless(note) or not context.old.is_ref_unassignable(reference):
        raise SuspiciousModification(f"{reference} is no harmless note")
    own = Dictionary({key: note.raw_get(key) for key in note if key not in ELSEWHERE})
    new = context.new.collect_dependencies(own, since_revision=context.old.revision + 1)
    place = RelativeContext(page, RawPdfPath("/Annots"))  # an old page that points here already asked for something else
    for one in {reference, *(ref for ref in new if context.old.is_ref_unassignable(ref))}:
        yield NOTES, FormUpdate(updated_ref=one, context_checked=place)


def harmless(note: Any) -> bool:
    """Whether a note is of a commenting kind and holds nothing but a comment and one look."""
    if isinstance(note, generic.StreamObject) or not isinstance(note, generic.DictionaryObject):
        return False
    if str(note.get("/Subtype")) not in KINDS or not set(map(str, note)) <= KEYS:
        return False
    if str(note.get("/Subtype")) == "/Popup" and "/AP" in note:  # has none (ISO 32000-2, 12.5.6.14); what draws it is chance
        return False
    flags, looks = note.get("/F", 0), note.get("/AP")
    if not isinstance(flags, int) or int(flags) & ~FLAGS:
        return False
    if looks is not None and (set(map(str, looks)) != {"/N"} or not isinstance(looks["/N"], generic.StreamObject)):
        return False
    return not any(refused(note[key], 0) for key in note if key not in ELSEWHERE)


def refused(value: Any, depth: int) -> bool:
    """Whether something below holds what a note must not: actions, layers, files, references to other documents."""
    if depth > DEEPEST:
        return True
    if isinstance(value, generic.DictionaryObject):
        if REFUSED & set(map(str, value)) or (isinstance(value, generic.StreamObject) and "/F" in value):
            return True
        return any(refused(value[key], depth + 1) for key in value if key not in ("/P", "/Parent"))
    return isinstance(value, generic.ArrayObject) and any(refused(one, depth + 1) for one in value)


def added_notes(old: Any, new: Any) -> list[tuple[int, str, list[float]]]:
    """Page (from 0), kind and rectangle (points, as the file gives them) of every annotation that `new` has beyond `old`."""
    found: list[tuple[int, str, list[float]]] = []
    pairs = zip(leaves(old.root["/Pages"], 0), leaves(new.root["/Pages"], 0), strict=True)
    for number, (old_ref, new_ref) in enumerate(pairs):
        before, after = listed(old_ref.get_object())[0], listed(new_ref.get_object())[0]
        for reference in after[len(before) :]:
            note = reference.get_object()
            found.append((number, str(note.get("/Subtype")), [float(one) for one in note["/Rect"]]))
    return found


def new_boxes(old: Any, new: Any) -> list[tuple[int, list[float]]]:
    """Page (from 0) and rectangle of every box of a field that is seen in `new` and looked otherwise, or was not there, in `old`."""
    found: list[tuple[int, list[float]]] = []
    written = set()
    for number in range(old.revision + 1, new.revision + 1):
        written |= new.reader.xrefs.explicit_refs_in_revision(number)
    for number, page in enumerate(leaves(new.root["/Pages"], 0)):
        for reference in listed(page.get_object())[0]:
            if reference not in written:
                continue
            box = target(reference)
            if isinstance(box, generic.DictionaryObject) and str(box.get("/Subtype")) == "/Widget" and "/AP" in box:
                rect = [float(one) for one in box["/Rect"]]
                if rect[0] != rect[2] and rect[1] != rect[3]:
                    found.append((number, rect))
    return found
