"""What may change of the logical structure (ISO 32000-1, 14.7) when a signature is added to a tagged file: its field is tagged.

Libraries put an element "Form" with a reference to the field's box at some place of the tree, and note it in the parent tree. All
else has to stay as it was: what the structure says is what a screen reader reads out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.sign import diff_analysis
from pyhanko.sign.diff_analysis import SuspiciousModification
from pyhanko.sign.diff_analysis.commons import compare_dicts
from pyhanko.sign.diff_analysis.rules_api import ReferenceUpdate as ReferenceUpdate_

WhitelistRule: Any = diff_analysis.WhitelistRule
ReferenceUpdate: Any = ReferenceUpdate_
same: Any = compare_dicts
Dictionary: Any = generic.DictionaryObject
name: Any = generic.pdf_name
TREE = ["/Root", "/StructTreeRoot"]
OF_ROOT = frozenset(["/K", "/ParentTree", "/ParentTreeNextKey"])
OF_FORM = {"/Type", "/S", "/P", "/K", "/Pg", "/NS", "/ID", "/T", "/Lang"}
OF_NODE = {"/Type", "/Nums", "/Kids", "/Limits"}
OF_REFERENCE = {"/Type", "/Obj", "/Pg"}
DEEPEST, MOST = 40, 200_000


class StructureRule(WhitelistRule):  # type: ignore[misc]
    """Nothing is explained when anything but new tags of signature fields came; then the change stays unexplained."""

    def apply(self, old: Any, new: Any) -> Iterable[Any]:
        if "/StructTreeRoot" not in old.root or "/StructTreeRoot" not in new.root:
            return
        written = list(only_in_tree(old, new))
        if not written:
            return
        try:
            explained = Tags(old, new).compare(written)
        except (SuspiciousModification, KeyError, TypeError, AttributeError, ValueError, RecursionError):
            return
        yield from map(ReferenceUpdate, [*written, *explained])


def only_in_tree(old: Any, new: Any) -> Iterator[Any]:
    """What the revision wrote anew and only the structure used before."""
    old._load_reverse_xref_cache()
    for reference in new.explicit_refs_in_revision():
        ways = old._get_usages_of_ref(reference)
        if ways and all(list(way.path[:2]) == TREE for way in ways):
            yield reference


class Tags:
    def __init__(self, old: Any, new: Any) -> None:
        self.old, self.new = old, new
        self.elements: set[Any] = set()  # new tags
        self.others: set[Any] = set()  # what holds them: lists, references to boxes, nodes of the parent tree

    def compare(self, written: Iterable[Any]) -> set[Any]:
        """References of all that is new. Raises SuspiciousModification when something else changed."""
        for reference in written:
            ways = [list(way.path) for way in self.old._get_usages_of_ref(reference)]
            before, after = self.old(reference), self.new(reference)
            if isinstance(before, generic.ArrayObject):
                self.compare_lists(before, after, {str(way[-1]) for way in ways})
            elif not any("/ParentTree" in way for way in ways) or not set(map(str, before)) <= OF_NODE:
                self.compare_elements(before, after, top=TREE in ways)
        self.compare_parents()
        return self.elements | self.others

    def compare_lists(self, before: Any, after: Any, names: set[str]) -> None:
        if names == {"/K"}:
            self.extended(list.__iter__(before), list.__iter__(after))
        elif not names <= {"/Nums", "/Kids"} and before != after:  # those of the parent tree are looked at as a whole
            raise SuspiciousModification("a list that is none of tags")

    def compare_elements(self, before: Any, after: Any, *, top: bool) -> None:
        if not top and str(before.get("/Type", "/StructElem")) != "/StructElem":
            raise SuspiciousModification("no tag")
        same(before, after, OF_ROOT if top else frozenset(["/K"]))
        self.extended(self.kids(before), self.kids(after))

    def kids(self, element: Any) -> list[Any]:
        if "/K" not in element:
            return []
        raw = element.raw_get("/K")
        found = raw.get_object()
        if not isinstance(found, generic.ArrayObject):
            return [raw]
        if isinstance(raw, generic.IndirectObject) and self.old.is_ref_unassignable(raw.reference):
            self.others.add(raw.reference)
        return list(list.__iter__(found))

    def extended(self, before: Iterable[Any], after: Iterable[Any]) -> None:
        """The old ones must all be there, in their order; what stands between them must be new tags of signatures."""
        waiting = list(before)
        for one in after:
            if waiting and one == waiting[0]:
                waiting.pop(0)
            elif not self.is_tag(one):
                raise SuspiciousModification("another tag than that of a signature")
        if waiting:
            raise SuspiciousModification("a tag is missing")

    def is_tag(self, one: Any) -> bool:
        if not isinstance(one, generic.IndirectObject) or not self.old.is_ref_unassignable(one.reference):
            return False
        element: Any = self.new(one.reference)
        if str(element.get("/S")) != "/Form" or not set(map(str, element)) <= OF_FORM:
            return False
        boxes = self.kids(element)
        if not boxes or not all(map(self.is_box, boxes)):
            return False
        self.elements.add(one.reference)
        return True

    def is_box(self, one: Any) -> bool:
        """Whether this refers to the box of a signature field."""
        if isinstance(one, generic.IndirectObject):
            if not self.old.is_ref_unassignable(one.reference):
                return False
            self.others.add(one.reference)
            one = self.new(one.reference)
        if not isinstance(one, generic.DictionaryObject) or not set(map(str, one)) <= OF_REFERENCE:
            return False
        box: Any = one["/Obj"]
        field = box["/Parent"] if "/FT" not in box and "/Parent" in box else box
        return str(box.get("/Subtype")) == "/Widget" and str(field.get("/FT")) == "/Sig"

    def compare_parents(self) -> None:
        before, after = (dict(self.numbers(one, one.root["/StructTreeRoot"], 0)) for one in (self.old, self.new))
        if any(after.get(number) != value for number, value in before.items()):
            raise SuspiciousModification("the parent tree changed")
        added = [value for number, value in after.items() if number not in before]
        if not all(isinstance(one, generic.IndirectObject) and one.reference in self.elements for one in added):
            raise SuspiciousModification("the parent tree leads to something new")

    def numbers(self, revision: Any, node: Any, depth: int, key: str = "/ParentTree") -> Iterator[tuple[int, Any]]:
        """Pairs of the number tree; what holds them is noted when it is new."""
        if depth > DEEPEST or key not in node:
            return
        raw = node.raw_get(key)
        self.note(revision, raw)
        top = raw.get_object()
        for branch in [top] if isinstance(top, generic.DictionaryObject) else []:
            if "/Nums" in branch:
                self.note(revision, branch.raw_get("/Nums"))
                row = list(list.__iter__(branch["/Nums"]))
                if len(row) > MOST:
                    raise SuspiciousModification("too many")
                yield from ((int(number), value) for number, value in zip(row[::2], row[1::2], strict=True))
            if "/Kids" in branch:
                self.note(revision, branch.raw_get("/Kids"))
                for kid in list.__iter__(branch["/Kids"]):
                    yield from self.numbers(revision, Dictionary({name("/X"): kid}), depth + 1, "/X")

    def note(self, revision: Any, raw: Any) -> None:
        if revision is self.new and isinstance(raw, generic.IndirectObject) and self.old.is_ref_unassignable(raw.reference):
            self.others.add(raw.reference)
