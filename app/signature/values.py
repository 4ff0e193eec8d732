"""Form fields after a signature: was something filled in that was empty, or does a field show something else than what was signed?

A field's value and its look are two things in a PDF; an attacker leaves the one and changes the other ("shadow attacks", Mainka et al.,
NDSS 2021).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import field as made
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.sign.diff_analysis import SuspiciousModification

from app.signature.diffrules import entry

DEEPEST, DEEPEST_LOOK = 20, 12
MOST_FIELDS = 50_000
HIDDEN, PRINTED = 1 | 2 | 32, 4  # flags Invisible, Hidden and NoView; Print (ISO 32000-1, table 165)
DRAWS = re.compile(  # words, pictures, curves; straight lines and rectangles are a frame or a ground
    rb"\((?:\\.|[^\\()])*[^\s()](?:\\.|[^\\()])*\)|(?<!<)<[0-9A-Fa-f\s]*[0-9A-Fa-f][0-9A-Fa-f\s]*>(?!>)"
    rb"|(?<![A-Za-z/])(?:Do|sh|BI|c)(?![A-Za-z])"
)
WORDS = re.compile(rb"\(((?:\\.|[^\\()])*)\)\s*(?:Tj|'|\")")
READ_ONLY = 1  # flag of a field (ISO 32000-1, table 221)
DRAWN_WITH = ("/DR", "/DA", "/Q", "/NeedAppearances")
UNSEEN = {"/P", "/Parent", "/StructParent", "/LastModified", "/Metadata", "/PieceInfo"}


@dataclass(slots=True, frozen=True)
class Filled:
    """`shows`: something is seen of it besides a ground and a frame. `look` is a fingerprint; `words` what it writes, None when that
    can't be read; `font` how viewers would draw it anew."""

    value: str = ""
    shows: bool = False
    look: str = ""
    words: str | None = ""
    font: str = made(default="", compare=False)


def values_changed(old: Any, new: Any, *, may_fill: bool) -> bool:
    """Whether a field holds or shows something else now than when it was signed. `may_fill`: a certification lets forms be filled in,
    so new values are no fault, as long as the fields show them."""
    before, after = fields_of(old), fields_of(new)
    changed = {name: (was, after.get(name, Filled())) for name, was in before.items() if after.get(name) != was}
    if fonts_changed(old, new, {word for was in before.values() if was.value or was.shows for word in was.font.split()}):
        return True
    if may_fill:
        return any(deceives(was, now) for was, now in changed.values())
    return any(
        bool(was.value and now.value != was.value) or (was.shows and now.look != was.look) for was, now in changed.values()
    )


def drawn_otherwise(old: Any, new: Any) -> bool:
    """Whether the form itself tells viewers something else of how to draw its fields, though no field was touched."""
    marks = []
    for revision in (old, new):
        form = entry(revision, revision.root, "/AcroForm")
        told = [entry(revision, form, key) for key in DRAWN_WITH] if isinstance(form, dict) else []
        marks.append([fingerprint(revision, one) for one in told])
    return marks[0] != marks[1] and bool(marks[0])


def filled_in(old: Any, new: Any) -> bool:
    before, after = fields_of(old), fields_of(new)
    return any(now.value != before.get(name, Filled()).value for name, now in after.items())


def deceives(was: Filled, now: Filled) -> bool:
    """Whether the look changed though the value did not, and no longer is that of the value."""
    if was.value != now.value or was.look == now.look or not was.shows:
        return False
    wanted, written = plain(now.value), plain(now.words or "")
    return not now.shows or (now.words is not None and bool(wanted) and wanted not in written and written not in wanted)


def plain(text: str) -> str:
    return re.sub(r"[^0-9A-Za-z]", "", text)


def fonts_changed(old: Any, new: Any, used: set[str]) -> bool:
    """Whether a name that fields are drawn with means something else now: a font in which "1" looks like "9". Those in `used` must
    still be there, too."""
    before, after = resources_of(old), resources_of(new)
    lost = (name for name in before if name not in after and f"/{name.rpartition('/')[2]}" in used)
    return any(after.get(name, mark) != mark for name, mark in before.items()) or any(lost)


def resources_of(revision: Any) -> dict[str, str]:
    form = entry(revision, revision.root, "/AcroForm")
    kinds = entry(revision, form, "/DR") if isinstance(form, dict) else None
    found: dict[str, str] = {}
    for kind in kinds if isinstance(kinds, dict) else ():
        named = entry(revision, kinds, kind)
        for name in named if isinstance(named, dict) else ():
            found[f"{kind}{name}"] = fingerprint(revision, dict.__getitem__(named, name))
    return found


def fields_of(revision: Any) -> dict[str, Filled]:
    """All fields but signatures in a revision, by full name."""
    form = entry(revision, revision.root, "/AcroForm")
    found: dict[str, Filled] = {}
    if isinstance(form, dict):
        gather(revision, entry(revision, form, "/Fields"), ("", "", "", str(entry(revision, form, "/DA") or "")), found, 0)
    return found


def gather(revision: Any, fields: Any, above: tuple[str, str, str, str], found: dict[str, Filled], depth: int) -> None:
    """`above`: name, kind, value and font that the fields inherit."""
    for reference in fields or ():
        field = revision.get_object(reference.reference) if isinstance(reference, generic.IndirectObject) else reference
        if not isinstance(field, dict):
            continue
        if len(found) > MOST_FIELDS or depth == DEEPEST:
            raise SuspiciousModification("a form without end")
        name = f"{above[0]}.{entry(revision, field, '/T')}" if "/T" in field else above[0]
        kind = str(entry(revision, field, "/FT") or above[1])
        told = entry(revision, field, "/V")
        value = above[2] if told is None else "" if str(told) == "/Off" else words_of(told)
        font = str(entry(revision, field, "/DA") or above[3])
        kids = entry(revision, field, "/Kids")
        if kids is not None:
            gather(revision, kids, (name, kind, value, font), found, depth + 1)
        elif kind != "/Sig":
            found[name] = joined(found.get(name), look_of(revision, field, value, font))


def words_of(value: Any) -> str:
    return hashlib.sha256(value.data).hexdigest() if isinstance(value, generic.StreamObject) else str(value)


def joined(one: Filled | None, other: Filled) -> Filled:
    """Several boxes of one field."""
    if one is None:
        return other
    words = None if one.words is None or other.words is None else one.words + other.words
    font = f"{one.font} {other.font}"
    return Filled(one.value or other.value, one.shows or other.shows, one.look + other.look, words, font)


def look_of(revision: Any, box: Any, value: str, font: str) -> Filled:
    looks = entry(revision, box, "/AP")
    normal = entry(revision, looks, "/N") if isinstance(looks, dict) else None
    chosen = False
    if isinstance(normal, dict) and not isinstance(normal, generic.StreamObject):
        state = str(entry(revision, box, "/AS") or "/Off")
        chosen = state != "/Off"  # a tick may be drawn with lines alone
        normal = entry(revision, normal, state) if state in normal else None
    flags = entry(revision, box, "/F")
    hidden = isinstance(flags, int) and bool(int(flags) & HIDDEN)
    if hidden or not isinstance(normal, generic.StreamObject):
        return Filled(value, font=font)
    data = bytes(normal.data)
    spoken = b"".join(WORDS.findall(data)).decode("latin-1")
    readable = b"<" not in data.replace(b"<<", b"") and b"TJ" not in data and b" Do" not in data
    shows = chosen or bool(DRAWS.search(data))
    printed = bool(isinstance(flags, int) and int(flags) & PRINTED)
    look = f"{font}{printed}{kept_flags(revision, box)}{fingerprint(revision, entry(revision, box, '/MK'))}{fingerprint(revision, normal)}"
    return Filled(value, shows, look, spoken if readable else None, font)


def kept_flags(revision: Any, box: Any) -> int:
    """What a field's flags say of how it is drawn (a password shows dots); a later lock may make it read-only."""
    flags = entry(revision, box, "/Ff")
    return int(flags) & ~READ_ONLY if isinstance(flags, int) else 0


def fingerprint(revision: Any, thing: Any) -> str:
    mark = hashlib.sha256()
    for piece in pieces(revision, thing, 0, set()):
        mark.update(piece)
    return mark.hexdigest()


def pieces(revision: Any, thing: Any, depth: int, seen: set[Any]) -> Iterator[bytes]:
    """The bytes that make up how something is drawn, whatever numbers its objects have."""
    if isinstance(thing, generic.IndirectObject):
        if thing.reference in seen:
            return
        seen.add(thing.reference)
        thing = revision.get_object(thing.reference)
    if depth > DEEPEST_LOOK:
        return
    if isinstance(thing, dict):
        keys = sorted(key for key in thing if str(key) not in UNSEEN | {"/Length", "/Filter", "/DecodeParms"})
        for key in keys:
            yield str(key).encode()
            yield from pieces(revision, dict.__getitem__(thing, key), depth + 1, seen)
        if isinstance(thing, generic.StreamObject):
            yield bytes(thing.data)
    elif isinstance(thing, list):
        for one in list.__iter__(thing):
            yield from pieces(revision, one, depth + 1, seen)
    else:
        yield repr(thing).encode()
