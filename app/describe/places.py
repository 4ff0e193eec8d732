"""The place of issue mended: it is named in the head too, it is a place of the country, or its syllables are those of places."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import replace

from app.describe.fuzzy import compact, distance
from app.describe.gazetteer import PROVINCES, places, spelt_alike
from app.describe.names import is_syllable
from app.i18n import N_
from storage.records.reading import FieldReading

_SHORTEST = 5  # letters: a shorter name is too near to others
_MENDED, _LEAST = 0.85, 0.6
_SURE, _DOUBTFUL = 0.85, 0.6
_CERTAIN = 0.95
_TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")
_LOST, _OTHER, _INVENTED, _MOST = 1.0, 1.5, 2.0, 1.5  # how unlikely a misread accent is, and the most that is mended
_LETTERS = (  # what italic print is taken for that no syllable has
    (re.compile(r"q(?!u)"), "a"),
    (re.compile(r"(?<=[^\W\d_])ur(?=[ơớờởỡợaáàảãạ])"), "ư"),
    (re.compile(r"(?<=[^\W\d_])uơ(?=[ciáàmnpt])"), "ươ"),
)


def mended_place(fields: Mapping[str, FieldReading]) -> FieldReading:
    """`place` as it stands, or the one name that it nearly is: at the end of the issuer's names, else a province's."""
    reading = _spelt(fields["place"])
    read = reading.value
    named = named_places(fields, len(read.split()))
    usual = read if reading.confidence >= _CERTAIN or read in places() else _by_syllables(read)
    if read in PROVINCES or (read in named and read == usual):
        return reading
    near = {name for name in named if name != read and _is_near(read, name, reading.confidence)}
    if reading.confidence >= _SURE:  # small letters keep their accents better than the capitals of the head, but lose them, too
        near = {name for name in near if compact(name) != compact(read) or _lost_accents(reading, name)}
    near = near or {name for name in PROVINCES if _is_near(read, name, _SURE) and _may_be_misread(reading, name)}
    value = near.pop() if len(near) == 1 else usual
    if value not in places() and reading.confidence < _CERTAIN:
        value = _by_syllables(value)
    if value == read:
        return reading
    why = N_("The place before the date, mended after a name that is known: please check.")
    return replace(reading, value=value, confidence=round(min(max(reading.confidence, _LEAST), _MENDED), 3), why=why)


def mended_letters(text: str) -> str:
    """`mended_letters("Bình Sq") == "Bình Sa"`: only in words that are no syllables."""
    words = []
    for word in text.split():
        for pattern, letters in () if is_syllable(word) else _LETTERS:
            if is_syllable(other := unicodedata.normalize("NFC", pattern.sub(letters, word))):
                word = other
                break
        words.append(word)
    return " ".join(words)


def _spelt(reading: FieldReading) -> FieldReading:
    text = mended_letters(reading.value)
    if text == reading.value:
        return reading
    why = N_("The place before the date, mended after a name that is known: please check.")
    return replace(reading, value=text, confidence=min(reading.confidence, _MENDED), why=why)


def _by_syllables(text: str) -> str:
    """Words that are none of a place's become the one that they are with an accent more or with another tone: "Câm" is "Cẩm"."""
    return " ".join(_usual(word) for word in text.split())


def _usual(word: str) -> str:
    known = spelt_alike(word)
    if not known or any(accent_cost(word.casefold(), other) == 0 for other in known):
        return word
    ranked = sorted((accent_cost(word.casefold(), other), other) for other in known)
    if ranked[0][0] > _MOST or (len(ranked) > 1 and ranked[1][0] == ranked[0][0]):
        return word
    return ranked[0][1].capitalize() if word[:1].isupper() else ranked[0][1]


def accent_cost(read: str, meant: str) -> float:
    """How unlikely it is that `meant` was read as `read`, two words of the same plain letters: an engine loses accents and takes one for
    another, but seldom invents them. 0 for the same accents, wherever the tone stands.
    """
    (tone, shape), (own_tone, own_shape) = _accents(read), _accents(meant)
    lost, invented = own_shape - shape, shape - own_shape
    other = len({place for place, _mark in lost} & {place for place, _mark in invented})
    shapes = _LOST * (len(lost) - other) + _INVENTED * (len(invented) - other) + _OTHER * other
    return shapes + (0.0 if tone == own_tone else _INVENTED if not own_tone else _OTHER if tone else _LOST)


def _accents(word: str) -> tuple[frozenset[str], frozenset[tuple[int, str]]]:
    """The tone, and the other accents with the number of their letter; the bar of đ is one."""
    tone, shape, place = set[str](), set[tuple[int, str]](), 0
    for letter in unicodedata.normalize("NFD", word):
        if letter in _TONES:
            tone.add(letter)
        elif unicodedata.combining(letter):
            shape.add((place, letter))
        else:
            place += 1
            if letter in "đĐ":
                shape.add((place, "-"))
    return frozenset(tone), frozenset(shape)


def _lost_accents(reading: FieldReading, name: str) -> bool:
    """True where `name` has every accent that was read and more."""
    pairs = list(zip(reading.value.casefold().split(), name.casefold().split(), strict=True))
    return reading.confidence < _CERTAIN and all(
        _accents(a)[0] <= _accents(b)[0] and _accents(a)[1] <= _accents(b)[1] for a, b in pairs
    )


def named_places(fields: Mapping[str, FieldReading], words: int) -> tuple[str, ...]:
    """The last words of issuer and parent: "Ủy ban nhân dân huyện Phú An" ends with the place."""
    found = []
    for name in ("organName", "parentOrgan"):
        if name in fields and fields[name].confidence > 0.6:
            last = fields[name].value.split()[-words:]
            if len(last) == words:
                found.append(" ".join(last))
    return tuple(found)


def _may_be_misread(reading: FieldReading, name: str) -> bool:
    """Syllables that all can be are a place that is not on the list ("Hà Đông", no "Hạ Long") unless only accents differ or the engine
    is not sure of them.
    """
    spelt = all(is_syllable(word) for word in reading.value.split())
    return not spelt or compact(reading.value) == compact(name) or reading.confidence < _SURE


def _is_near(read: str, name: str, sure: float) -> bool:
    """One letter wrong, or an accent; more of them in a word that the engine doubts itself."""
    if len(compact(name)) < _SHORTEST or len(read.split()) != len(name.split()):
        return False
    limit = 1 if sure >= _DOUBTFUL else max(1, len(compact(name)) // 2)
    return distance(compact(read), compact(name), limit) <= limit
