"""Reads the signatures of a PDF: strictly where the file allows it, and honestly about where it did not.

pyHanko's strict reader refuses some files that the standard permits; these are read with the same rigour here:
- references to objects that don't exist (ISO 32000-1, 7.3.10: they are null);
- numbers of old cross-reference streams that are used again (many libraries do that at each incremental save);
- objects set free for ever by an update (Acrobat does so with what it has replaced);
- new objects that begin with a later generation than 0, under numbers that nothing else ever had (Okular and `pdfsig` write them);
- tables with a stream beside them for newer programs ("hybrid", ISO 32000-1, 7.5.8.4, as Word writes them), as long as both tell of the
  same objects.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from dataclasses import replace
from typing import Any, BinaryIO

from pyhanko.pdf_utils import misc
from pyhanko.pdf_utils import reader as pdf_reader
from pyhanko.pdf_utils import xref as pdf_xref
from pyhanko.pdf_utils.generic import NullObject
from pyhanko.pdf_utils.generic import Reference as Reference_
from pyhanko.sign import fields as pdf_fields

from app.signature.embedded import Embedded
from app.signature.words import clean

PdfFileReader: Any = pdf_reader.PdfFileReader
HistoricalResolver: Any = pdf_reader.HistoricalResolver
XRefCache: Any = pdf_xref.XRefCache
check_consistency: Any = pdf_xref._check_xref_consistency
enumerate_sig_fields: Any = pdf_fields.enumerate_sig_fields
Null: Any = NullObject
Reference: Any = Reference_
MOST_SIGNATURES = 200  # of one file
TOLERATED = ("XRef stream objects must not be clobbered", "a free xref with next generation 0", "has an orphaned generation")


class Sections(XRefCache):  # type: ignore[misc]
    """Knows that an old cross-reference stream is no part of the document, and that an object may be missing."""

    _again: list[set[Any]] | None = None

    def get_introducing_revision(self, ref: Any) -> int:
        for number, section in enumerate(self._xref_sections):
            try:
                if section.meta_info.stream_ref != ref and section.xref_data.try_resolve(ref) is not None:
                    return number
            except KeyError:
                continue
        return int(self.total_revisions)

    def get_last_change(self, ref: Any) -> int:
        """An entry that leads to where the object was already is no change: some programs write the whole table again."""
        for number in range(self.total_revisions - 1, -1, -1):
            if ref not in self._repeated(number) and knows(self._xref_sections[number], ref):
                return number
        raise KeyError(ref)

    def explicit_refs_in_revision(self, revision: int) -> set[Any]:
        return super().explicit_refs_in_revision(revision) - self._repeated(revision)  # type: ignore[no-any-return]

    def _repeated(self, revision: int) -> set[Any]:
        """What a section says once more of objects in the file's body, at the same place as the newest section before it."""
        if len(self._xref_sections) == 1:
            return set()
        if self._again is None:
            self._again = []
            places: dict[int, Any] = {}
            for section in self._xref_sections:
                data = section.xref_data
                same = {number for number, entry in data.standard_xrefs.items() if places.get(number) == entry}
                self._again.append({Reference(number, places[number][0], pdf=self.reader) for number in same})
                places |= dict.fromkeys([*data.xrefs_in_objstm, *data.freed]) | data.standard_xrefs
                if data.hybrid is not None:
                    places |= dict.fromkeys([*data.hybrid.xref_data.standard_xrefs, *data.hybrid.xref_data.xrefs_in_objstm])
        return self._again[revision]


def knows(section: Any, ref: Any) -> bool:
    try:
        section.xref_data.try_resolve(ref)
    except KeyError:
        return False
    return True


class Revision(HistoricalResolver):  # type: ignore[misc]
    def is_ref_unassignable(self, ref: Any) -> bool:
        """Also of numbers that until now were those of cross-reference streams: what is written there later is new. But never of a number
        that stands for something, whatever the file tells of its size."""
        sections = self.reader.xrefs._xref_sections[: self.revision + 1]
        if any(section.meta_info.stream_ref == ref for section in sections):
            last = next(one for one in reversed(sections) if one.meta_info.stream_ref == ref or holds(one, ref))
            return bool(last.meta_info.stream_ref == ref)
        return bool(super().is_ref_unassignable(ref)) and not any(holds(section, ref) for section in sections)


def holds(section: Any, ref: Any) -> bool:
    try:
        return section.xref_data.try_resolve(ref) is not None
    except KeyError:
        return False


class Reader(PdfFileReader):  # type: ignore[misc]
    """`unclear`: the file breaks rules, another program may read it otherwise. `odd`: it is unusual, but only one thing can be meant."""

    xrefs: Any

    def __init__(self, stream: BinaryIO, *, strict: bool) -> None:
        super().__init__(stream, strict=strict)
        self.xrefs = Sections(self, self.xrefs._xref_sections)
        self.unclear = not strict
        self.odd = bool(self.xrefs.hybrid_xrefs_present)

    def get_historical_resolver(self, revision: int) -> Any:
        kept = self._historical_resolver_cache
        if revision not in kept:
            kept[revision] = Revision(self, revision)
        return kept[revision]

    def _read_object(self, ref: Any, marker: Any, *args: Any, **how: Any) -> Any:
        if marker is None:
            missing = Null()
            missing.container_ref = ref
            return missing
        return super()._read_object(ref, marker, *args, **how)


def open_strict(file: BinaryIO) -> Any:
    """Raises for what can't be read for sure."""
    try:
        file.seek(0)
        reader = Reader(file, strict=True)
    except misc.PdfStrictReadError as error:
        if not any(words in str(error) for words in TOLERATED):
            raise
        reader = open_tolerant(file)
    if not all(map(one_meaning, *with_earlier(reader.xrefs._xref_sections))):
        raise misc.PdfStrictReadError("the table and the stream beside it differ")
    return reader


def open_tolerant(file: BinaryIO) -> Any:
    """These checks come last in pyHanko; what of them matters is made up for here."""
    file.seek(0)
    reader = Reader(file, strict=False)
    late = late_generations(reader.xrefs._xref_sections)
    check_consistency([without_oddities(one, late) for one in reader.xrefs._xref_sections])
    if reader.encrypted:
        raise misc.PdfStrictReadError("encrypted, and numbers of streams used again")
    reader.strict, reader.unclear, reader.odd = True, False, True
    return reader


def late_generations(sections: Sequence[Any]) -> set[int]:
    """Numbers that begin with a later generation than 0 and never have another one: only one object can be meant."""
    seen: dict[int, set[int]] = {}
    for section in sections:
        for data in (section.xref_data, getattr(section.xref_data.hybrid, "xref_data", None)):
            for number in (*data.xrefs_in_objstm, *data.freed) if data is not None else ():
                seen.setdefault(number, set()).add(0)
            for number, (generation, _place) in data.standard_xrefs.items() if data is not None else ():
                seen.setdefault(number, set()).add(generation)
    return {number for number, generations in seen.items() if len(generations) == 1 and 0 not in generations}


def without_oddities(section: Any, late: set[int]) -> Any:
    """The section without the number of its own stream, without objects set free for ever, which `stores.FreedRule` looks at, and without
    those of `late_generations`."""
    data = copy(section.xref_data)
    data.standard_xrefs = {number: entry for number, entry in data.standard_xrefs.items() if number not in late}
    data.freed = {number: following for number, following in data.freed.items() if following}
    return replace(section, xref_data=data, meta_info=replace(section.meta_info, stream_ref=None))


def with_earlier(sections: Sequence[Any]) -> tuple[list[Any], list[set[int]]]:
    """The sections, and for each the numbers of all objects that were defined before it."""
    earlier: list[set[int]] = []
    seen: set[int] = set()
    for section in sections:
        earlier.append(set(seen))
        for data in (section.xref_data, getattr(section.xref_data.hybrid, "xref_data", None)):
            if data is not None:
                seen |= data.standard_xrefs.keys() | data.xrefs_in_objstm.keys()
    return list(sections), earlier


def one_meaning(section: Any, earlier: set[int]) -> bool:
    """Whether a program that does not know the stream beside a table sees nothing else in place of its objects."""
    if section.xref_data.hybrid is None:
        return True
    hidden = section.xref_data.hybrid.xref_data
    numbers = hidden.standard_xrefs.keys() | hidden.xrefs_in_objstm.keys()
    if numbers & (section.xref_data.standard_xrefs.keys() | section.xref_data.xrefs_in_objstm.keys()):
        return False
    return not (numbers - section.xref_data.freed.keys()) & earlier


def read_signatures(file: BinaryIO) -> tuple[list[Any], list[str], list[str], Any]:
    """Signatures oldest first, names of fields whose signature can't be read, reasons, the reader (None if there is none).

    Strict first; a file that breaks the rules is read again with leniency, which its report then says.
    """
    for strict in (True, False):
        try:
            file.seek(0)
            reader = open_strict(file) if strict else Reader(file, strict=False)
            if reader.encrypted and not opens_without_password(reader):
                return [], [], ["pdf.encrypted"], None
            found, broken = embedded(reader)
            if strict and broken:
                continue
            return found, broken, [], reader
        except Exception:  # noqa: BLE001, S112 - foreign bytes break the parser in any way they like
            continue
    return [], [], ["read.failed"], None


def opens_without_password(reader: Any) -> bool:
    return "FAILED" not in str(reader.decrypt(b"").status)


def embedded(reader: Any) -> tuple[list[Any], list[str]]:
    found: list[Any] = []
    broken: list[str] = []
    for name, _value, reference in enumerate_sig_fields(reader, filled_status=True):
        if len(found) + len(broken) >= MOST_SIGNATURES:
            broken.append("…")
            break
        try:
            found.append(Embedded(reader, reference, str(name)))
        except Exception:  # noqa: BLE001 - this signature is damaged; the others may be whole
            broken.append(clean(str(name)))
    found.sort(key=lambda one: one.signed_revision)
    return found, broken


def taken_out(reader: Any) -> bool:
    """Whether an earlier state of the file held a signature that is in no field any more: taken out, whoever signed afterwards."""
    kept = held(reader)
    try:
        return any(held(reader.get_historical_resolver(number)) - kept for number in range(reader.xrefs.total_revisions - 1))
    except Exception:  # noqa: BLE001 - an old state that can't be followed; the signatures themselves have been read
        return False


def held(state: Any) -> set[Any]:
    """The signatures in the form of a state: the name of the field with the object that is its value."""
    if "/AcroForm" not in state.root:
        return set()
    fields = enumerate_sig_fields(state, filled_status=True)
    return {(str(name), getattr(field.get_object().raw_get("/V"), "idnum", None)) for name, _value, field in fields}
