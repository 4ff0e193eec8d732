"""What may change of a file's proofs (document security store) and of objects that nothing uses any more.

pyHanko takes a store for manipulated when a known signature gets further proofs, or a key it does not know; but a store is never seen on
a page, and each of its pieces is judged by itself (ETSI EN 319 142-1, 5.4.2: proofs may be added and taken away). And it refuses every
file in which an object is set free, as Acrobat does with looks that it has replaced.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.sign import diff_analysis
from pyhanko.sign.diff_analysis import SuspiciousModification
from pyhanko.sign.diff_analysis.rules_api import ReferenceUpdate as ReferenceUpdate_

WhitelistRule: Any = diff_analysis.WhitelistRule
ReferenceUpdate: Any = ReferenceUpdate_
Reference: Any = generic.Reference
STORE = ["/Root", "/DSS"]


class StoreRule(WhitelistRule):  # type: ignore[misc]
    """Objects below the store may be new, or be others than before when nothing else used them."""

    def apply(self, old: Any, new: Any) -> Iterable[Any]:
        if "/DSS" not in new.root:
            if "/DSS" in old.root:
                raise SuspiciousModification("the store was taken away")
            return
        raw = new.root.raw_get("/DSS")
        store = raw.get_object()
        if isinstance(store, generic.StreamObject) or not isinstance(store, generic.DictionaryObject):
            raise SuspiciousModification("the store is no dictionary")
        for reference in new.collect_dependencies(raw) & new.explicit_refs_in_revision():
            if old.is_ref_unassignable(reference) or only_in_store(old, reference):
                yield ReferenceUpdate(reference)


def only_in_store(revision: Any, reference: Any) -> bool:
    """Of an object that is used at all: whether every way to it leads through the store."""
    revision._load_reverse_xref_cache()
    return all(list(way.path[:2]) == STORE for way in revision._get_usages_of_ref(reference))


class FreedRule(WhitelistRule):  # type: ignore[misc]
    """An object may be set free when nothing in the new state of the document leads to it.

    Programs differ in what a free entry means for an object of another generation, so all that could be meant are looked for.
    """

    def apply(self, _old: Any, new: Any) -> Iterable[Any]:
        section = new.reader.xrefs.get_xref_data(new.revision)
        if not section.freed:
            return
        beside = section.hybrid.xref_data if section.hybrid is not None else None
        new._load_reverse_xref_cache()
        for number, following in section.freed.items():
            elsewhere = beside is not None and (number in beside.standard_xrefs or number in beside.xrefs_in_objstm)
            meant = [Reference(number, generation, new) for generation in {0, max(0, following - 1)}]
            if elsewhere or not any(new._get_usages_of_ref(one) for one in meant):
                yield ReferenceUpdate(Reference(number, following - 1, new))
