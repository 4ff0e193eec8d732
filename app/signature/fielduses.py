"""Other places that lead to a form field: the order of calculations, the structure, buttons that clear or show fields.

pyHanko explains a change of a field only for its place in the form and on the page. These others say nothing of the field's content;
what may change in it is for the rules of fields alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.sign import diff_analysis
from pyhanko.sign.diff_analysis.rules_api import ReferenceUpdate as ReferenceUpdate_

WhitelistRule: Any = diff_analysis.WhitelistRule
ReferenceUpdate: Any = ReferenceUpdate_
ORDER, STRUCTURE = ["/Root", "/AcroForm", "/CO"], ["/Root", "/StructTreeRoot"]
ACTIONS = {"/A", "/AA", "/OpenAction"}


class FieldUsesRule(WhitelistRule):  # type: ignore[misc]
    """Explains those uses of fields that were written again, and no other."""

    def apply(self, old: Any, new: Any) -> Iterable[Any]:
        written = [one for one in new.explicit_refs_in_revision() if not old.is_ref_unassignable(one) and is_field(old(one))]
        if not written:
            return
        old._load_reverse_xref_cache()
        for reference in written:
            for way in old._get_usages_of_ref(reference):
                if only_names([one if isinstance(one, int) else str(one) for one in way.path]):
                    yield ReferenceUpdate(reference, context_checked=way)


def is_field(found: Any) -> bool:
    return isinstance(found, generic.DictionaryObject) and ("/FT" in found or str(found.get("/Subtype")) == "/Widget")


def only_names(path: list[int | str]) -> bool:
    """Whether that way through the document does no more than to name the field."""
    if path[:3] == ORDER:
        return len(path) == 4
    if path[:2] == STRUCTURE:
        return path[-1] == "/Obj"
    words = [one for one in path if isinstance(one, str)]
    return bool(ACTIONS & set(words)) and words[-1] in ("/Fields", "/T")
