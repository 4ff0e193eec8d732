"""What a signature covers, and what was done to the file afterwards."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any

from pyhanko.sign.diff_analysis import DiffResult, ModificationLevel
from pyhanko.sign.fields import MDPPerm
from pyhanko.sign.validation.pdf_embedded import read_certification_data
from pyhanko.sign.validation.status import SignatureCoverageLevel

from app.signature.diffrules import POLICY, description_changed, entry
from app.signature.notes import added_notes, new_boxes
from app.signature.restyled import restyled
from app.signature.tail import unaccounted, window
from app.signature.values import drawn_otherwise, filled_in, fingerprint, values_changed

ALLOWED = (ModificationLevel.NONE, ModificationLevel.LTA_UPDATES, ModificationLevel.FORM_FILLING)
MOST_BLANKS = (
    1 << 17
)  # some programs fill the gap with blanks instead of zeros; hexadecimal digits may have blanks between them
read_certification: Any = read_certification_data


@dataclass(slots=True, frozen=True)
class Coverage:
    """`changes`: "none", "allowed" (further signatures, filled fields, permitted notes) or "suspicious". `length`: signed bytes of the
    file from its start, the gap of the signature's own value included; 0 when the range is not sound. `revision` counts from 1."""

    whole_file: bool
    changes: str
    reasons: tuple[str, ...]
    length: int = 0
    revision: int = 0


def look_at_coverage(signature: Any, *, draw: bool = True) -> Coverage:
    """Judges without any trust; draws pages with permitted notes, unless told not to. Raises what pyHanko raises on a broken file."""
    if not range_is_sound(signature):
        return Coverage(False, "suspicious", ("range.wrong",))
    length, revision = sum([int(n) for n in signature.byte_range][2:]), int(signature.signed_revision) + 1
    try:
        signature.compute_integrity_info(diff_policy=POLICY)
    except Exception:
        if signature.coverage in (None, SignatureCoverageLevel.ENTIRE_FILE):
            raise
        # what was added can't even be followed: typical of shadow attacks, never of an honest program
        return Coverage(False, "suspicious", ("changes.suspicious", "read.failed"), length, revision)
    level = signature.coverage
    if level is SignatureCoverageLevel.ENTIRE_FILE:
        return Coverage(True, "none", (), length, revision)
    reasons = suspicions(signature, length)
    seen = notes_seen(signature, length) if draw and not reasons and with_notes(signature) else ""
    if seen == "hiding":
        reasons = ("changes.suspicious", "changes.covered")
    elif draw and not reasons and not seen and covered_by_box(signature, length):
        reasons = ("changes.overlaid",)
    elif not reasons and looks_otherwise(signature, length, draw=draw):
        reasons = ("changes.restyled",)
    if reasons:
        return Coverage(False, "suspicious", reasons, length, revision)
    return Coverage(False, "allowed", said_of(signature, seen), length, revision)


def suspicions(signature: Any, length: int) -> tuple[str, ...]:
    """Why what was added is not allowed; empty when it is."""
    found = signature.diff_result
    allowed = (
        signature.coverage is SignatureCoverageLevel.ENTIRE_REVISION
        and isinstance(found, DiffResult)
        and (found.modification_level in ALLOWED or (with_notes(signature) and notes_permitted(signature)))
        and bool(signature.summarise_integrity_info()["docmdp_ok"])
    )
    if not allowed:
        return ("changes.suspicious",)
    reader = signature.reader
    if unaccounted(reader, length):
        return ("changes.suspicious", "changes.unaccounted")
    old = reader.get_historical_resolver(signature.signed_revision)
    new = reader.get_historical_resolver(reader.xrefs.total_revisions - 1)
    if trailer_changed(reader, signature.signed_revision) or marks_changed(old, new):
        return ("changes.suspicious",)
    if description_changed(old, new):
        return ("changes.suspicious", "changes.description")
    touched = found.modification_level >= ModificationLevel.FORM_FILLING or drawn_otherwise(old, new)
    if touched and values_changed(old, new, may_fill=may_fill(reader)):
        return ("changes.suspicious", "changes.values")
    return ("changes.suspicious",) if awaited(reader, signature.signed_revision) else ()


def marks_changed(old: Any, new: Any) -> bool:
    """Whether the catalog says something else of the structure, such as that it does not count: then another text is read aloud."""
    before = entry(old, old.root, "/MarkInfo")
    return before is not None and fingerprint(old, before) != fingerprint(new, entry(new, new.root, "/MarkInfo"))


def trailer_changed(reader: Any, signed: int) -> bool:
    """Whether a later trailer tells of another encryption, of none, or of no catalog: another program then reads other content from the
    same bytes.

    pyHanko lets a trailer inherit from those before it, viewers don't.
    """
    trailers = reader.trailer._trailer_revisions  # the newest first
    last = len(trailers) - 1
    before = key_of(reader.trailer.flatten(signed))
    later = [trailers[last - number] for number in range(signed + 1, last + 1)]
    return any("/Root" not in trailer or key_of(trailer) != before for trailer in later)


def key_of(trailer: Any) -> tuple[Any, Any] | None:
    if "/Encrypt" not in trailer:
        return None
    first = trailer["/ID"][0] if "/ID" in trailer else None
    return trailer.raw_get("/Encrypt"), getattr(first, "original_bytes", None)


def awaited(reader: Any, signed: int) -> bool:
    """Whether something was put where the document pointed to before, though there was nothing: a place prepared for it."""
    before = reader.get_historical_resolver(signed)
    before._load_reverse_xref_cache()
    numbers = range(signed + 1, reader.xrefs.total_revisions)
    written = {one for number in numbers for one in reader.xrefs.explicit_refs_in_revision(number)}
    return any(before.is_ref_unassignable(one) and before._get_usages_of_ref(one) for one in written)


def may_fill(reader: Any) -> bool:
    """A certification that lets forms be filled in (P = 2 or 3) has said so beforehand; else what was filled in was signed."""
    certified = read_certification(reader)
    return certified is not None and certified.permission is not MDPPerm.NO_CHANGES


def with_notes(signature: Any) -> bool:
    found = signature.diff_result
    return isinstance(found, DiffResult) and found.modification_level is ModificationLevel.ANNOTATIONS


def notes_permitted(signature: Any) -> bool:
    """Whether a certification with P = 3 stood when this signature was made, and this signature itself says nothing stricter."""
    certified = read_certification(signature.reader)
    old = signature.reader.get_historical_resolver(signature.signed_revision)
    stood = entry(old, old.root, "/Perms")
    return (
        certified is not None
        and certified.permission is MDPPerm.ANNOTATE
        and isinstance(stood, dict)
        and "/DocMDP" in stood
        and signature.docmdp_level in (None, MDPPerm.ANNOTATE)
    )


def notes_seen(signature: Any, length: int) -> str:
    """`app.signature.noted.look_at_notes` of what was added behind the signed bytes."""
    from app.signature.noted import look_at_notes  # draws pages: slow to load, and few files have notes

    reader = signature.reader
    old = reader.get_historical_resolver(signature.signed_revision)
    new = reader.get_historical_resolver(reader.xrefs.total_revisions - 1)
    with window(reader.stream) as data:
        return look_at_notes(bytes(data[:length]), bytes(data[:]), added_notes(old, new))


def covered_by_box(signature: Any, length: int) -> bool:
    """Whether the box of a later signature hides what was signed ("sneaky signature attack", Rohlmann et al., S&P 2021)."""
    reader = signature.reader
    old = reader.get_historical_resolver(signature.signed_revision)
    new = reader.get_historical_resolver(reader.xrefs.total_revisions - 1)
    boxes = new_boxes(old, new)
    if not boxes:
        return False
    from app.signature.noted import box_hides

    with window(reader.stream) as data:
        return box_hides(bytes(data[:length]), bytes(data[:]), boxes)


def looks_otherwise(signature: Any, length: int, *, draw: bool) -> bool:
    """Whether a field that a certification lets be filled in holds the signed value, but is drawn in another way."""
    reader = signature.reader
    if signature.diff_result.modification_level < ModificationLevel.FORM_FILLING or not may_fill(reader):
        return False
    old = reader.get_historical_resolver(signature.signed_revision)
    new = reader.get_historical_resolver(reader.xrefs.total_revisions - 1)
    boxes, plain = restyled(old, new)
    if not boxes or not draw or not plain:
        return bool(boxes)
    from app.signature.noted import box_differs

    with window(reader.stream) as data:
        return box_differs(bytes(data[:length]), bytes(data[:]), boxes)


def said_of(signature: Any, seen: str) -> tuple[str, ...]:
    """What else is to be said of allowed changes; `seen` is what `notes_seen` found, empty where nothing was drawn."""
    said = ["changes.allowed"]
    reader = signature.reader
    old = reader.get_historical_resolver(signature.signed_revision)
    if signature.diff_result.modification_level >= ModificationLevel.FORM_FILLING and filled_in(
        old, reader.get_historical_resolver(reader.xrefs.total_revisions - 1)
    ):
        said.append("changes.filled")
    if with_notes(signature):
        said.append("changes.notes" if seen == "quiet" else "changes.drawn")
    if signature.reader.unclear:  # read with leniency, another program may see another document
        said.append("changes.unclear")
    if signature.docmdp_level is MDPPerm.NO_CHANGES:
        # ISO 32000-2 (12.8.2.2.2) permits proofs of validity, ISO 32000-1 and Acrobat do not
        said.append("changes.certified")
    return tuple(said)


def range_is_sound(signature: Any) -> bool:
    """Whether the signed range is the file from its start with one gap, and the gap is exactly this signature's value.

    The parser alone would accept a gap elsewhere (spoofing and "universal signature forgery" files).
    """
    try:
        numbers = [int(n) for n in signature.byte_range]
    except (TypeError, ValueError):
        return False
    if len(numbers) != 4 or any(n < 0 for n in numbers):
        return False
    start, before, resume, after = numbers
    value = signature.pkcs7_content
    stream = signature.reader.stream
    size = stream.seek(0, os.SEEK_END)
    if start != 0 or not before < resume <= before + 2 * len(value) + MOST_BLANKS or resume + after > size:
        return False
    stream.seek(before)
    gap = stream.read(resume - before)
    try:
        return gap[:1] == b"<" and gap[-1:] == b">" and bool(bytes.fromhex(gap[1:-1].decode("ascii")) == value)
    except ValueError:
        return False
