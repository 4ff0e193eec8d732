"""The place of issue read again where the first look leaves a doubt: at other sizes, alone and with the date behind it.

Italic print loses an accent or a first letter at one size and keeps it at another, so every word is what most looks say. The looks cost
some 30 ms each and stop as soon as two agree.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from app.describe.fuzzy import compact, tidy
from app.describe.gazetteer import places, spelt_alike
from app.describe.ink import PageReader
from app.describe.names import is_syllable
from app.describe.places import accent_cost, mended_letters, mended_place, named_places
from app.describe.second import look
from storage.records.reading import FieldReading, PageText

_CLEAR, _DISPUTED, _KNOWN = 0.9, 0.9, 0.6
_AGREED = 0.8  # at least so sure are two looks that end the search
_ALONE = 0.9  # of what only one look says
_DIFFERENT, _CLEARLY, _DOUBTED = 2, 1.2, 0.8
_DATE = re.compile(r"n?[gq]\w{0,2}[yv]\b")
_EDGE = " ,.;:_-'`|“”„!¡"
_SIZES = (1.0, 0.73, 1.5)  # of the picture; the second for 300 dpi
_BEHIND = 0.14  # page widths behind the place that show the date's beginning


@dataclass(slots=True, frozen=True)
class _Heard:
    """The words of one look and how sure each is."""

    words: tuple[str, ...]
    sure: tuple[float, ...]

    @property
    def least(self) -> float:
        return min(self.sure, default=0.0)


def read_place_again(
    page: PageText, image: Path, engine: PageReader, fields: Mapping[str, FieldReading]
) -> FieldReading | None:
    """The place that the looks agree on, mended after what is known; None where the first look needs no other. Never sure where the head
    differs in an accent.
    """
    first = fields.get("place")
    if first is None:
        return None
    named = named_places(fields, len(first.value.split()))
    rival = {name for name in named if compact(name) == compact(first.value) and name != first.value}
    if first.confidence >= _CLEAR and not rival and _is_spelt(first.value):
        return None
    if first.confidence >= _KNOWN and (first.value in places() or (first.value in named and _is_spelt(first.value))):
        return None
    found = mended_place({**fields, "place": _agreed(first, page, image, engine, named)})
    return replace(found, confidence=min(found.confidence, _DISPUTED)) if rival and found.value not in named else found


def _is_spelt(text: str) -> bool:
    """Only syllables of the language, none of which other accents would make a usual one."""
    return all(is_syllable(word) and (not (known := spelt_alike(word)) or word.casefold() in known) for word in text.split())


def _agreed(first: FieldReading, page: PageText, image: Path, engine: PageReader, named: Sequence[str]) -> FieldReading:
    words = tuple(mended_letters(first.value).split())
    heard = [_Heard(words, (first.confidence,) * len(words))]
    for one in _looks(first, page, image, engine):
        if len(one.words) != len(words):
            continue
        same = any(other.words == one.words and min(other.least, one.least) >= _AGREED for other in heard)
        heard.append(one)
        if same:
            break
    told, sure = [], []
    for place in range(len(words)):
        word, certain = _vote([(one.words[place], one.sure[place]) for one in heard], {name.split()[place] for name in named})
        told.append(word)
        sure.append(certain)
    return replace(first, value=" ".join(told), confidence=round(min(sure), 3))


def _vote(heard: Sequence[tuple[str, float]], named: set[str]) -> tuple[str, float]:
    """The word that most looks say, weighed by how sure they are and whether it can be part of a place's name."""
    weights: dict[str, float] = defaultdict(float)
    for word, sure in heard:
        usual = word.casefold() in spelt_alike(word)
        like = 1.0 if usual else 0.8 if word in named else 0.7 if is_syllable(word) else 0.35
        weights[word] += (sure + 0.1) * like * (1.0 if word[:1].isupper() else 0.3)
    best = max(weights, key=lambda word: weights[word])
    meant = _usual(heard, best)
    if meant is not None:
        return meant, min(_DOUBTED, max(sure for _word, sure in heard))
    certain = [sure for word, sure in heard if word == best]
    return best, max(certain) * (1.0 if len(certain) > 1 else _ALONE)


def _usual(heard: Sequence[tuple[str, float]], best: str) -> str | None:
    """The syllable of places that the looks mean together where they differ in the accents of one that is none: "Câm", "Cấm", "Cắm"."""
    known = spelt_alike(best)
    same = [(word.casefold(), sure) for word, sure in heard if compact(word) == compact(best)]
    if not known or best.casefold() in known or len({word for word, _sure in same}) < _DIFFERENT:
        return None
    costs = sorted((sum((sure + 0.1) * accent_cost(word, other) for word, sure in same), other) for other in known)
    if len(costs) > 1 and costs[0][0] * _CLEARLY > costs[1][0]:
        return None
    return costs[0][1].capitalize()


def _looks(first: FieldReading, page: PageText, image: Path, engine: PageReader) -> Iterator[_Heard]:
    if first.box is None:
        return
    x0, y0, x1, y1 = first.box
    air = (y1 - y0) / 3
    for end in (x1 + air, x1 + _BEHIND):
        region = (max(0.0, x0 - air), max(0.0, y0 - air), min(1.0, end), min(1.0, y1 + air))
        for size in _SIZES:
            read = look(engine, image, region, page, "black", shape="line", size=size)
            words, sure = [], []
            for word in sorted(read, key=lambda one: one.box[0]):
                text = tidy(word.text)
                if _DATE.match(compact(text)) or text[:1].isdigit():
                    break
                if bare := text.strip(_EDGE):
                    words.append(mended_letters(bare))
                    sure.append(word.confidence)
            yield _Heard(tuple(words), tuple(sure))
