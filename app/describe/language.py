"""The language of a text: Vietnamese by its accents, others by their script or by the small words that every sentence has."""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.i18n import N_
from storage.records.reading import FieldReading
from storage.text import has_accents

_WORD = re.compile(r"[^\W\d_]{2,}")
_LEAST_WORDS, _LEAST_FOREIGN = 15, 40  # a letterhead in English makes no English letter
_VIETNAMESE, _HARDLY = 0.35, 0.1  # share of words with accents
_SMALL, _SMALL_SHARE = 0.2, 0.75  # share of small words; of a script among all letters
_ENGLISH = "the of and to in for is with by on that this be as are from at or an has have it will"
_FRENCH = "le la les de des du et en un une pour dans est par que qui sur au aux ce cette ne pas"
_SMALL_WORDS = {"Tiếng Anh": frozenset(_ENGLISH.split()), "Tiếng Pháp": frozenset(_FRENCH.split())}
_SCRIPTS = {"Tiếng Nga": re.compile("[\u0400-\u04ff]"), "Tiếng Trung": re.compile("[\u4e00-\u9fff]")}


def read_language(texts: Sequence[str]) -> FieldReading | None:
    """Which of the circular's languages the plain texts are in; None where they are too short or in another."""
    words = [word.lower() for text in texts for word in _WORD.findall(text)]
    letters = "".join(words)
    for name, script in _SCRIPTS.items():
        share = len(script.findall(letters)) / max(len(letters), 1)
        if len(letters) >= _LEAST_FOREIGN and share > _SMALL_SHARE:
            return FieldReading(name, 0.95, None, None, "rule", N_("By the script."))
    if len(words) < _LEAST_WORDS:
        return None
    accents = sum(has_accents(word) for word in words) / len(words)
    if accents >= _VIETNAMESE:
        return FieldReading("Tiếng Việt", round(min(0.98, 0.6 + accents / 2), 3), None, None, "rule", N_("By the accents."))
    small = {name: sum(word in own for word in words) / len(words) for name, own in _SMALL_WORDS.items()}
    name, share = max(small.items(), key=lambda one: one[1])
    if len(words) >= _LEAST_FOREIGN and share >= _SMALL and (accents < _HARDLY or name == "Tiếng Pháp"):
        return FieldReading(
            name, round(min(0.95, 0.6 + share), 3), None, None, "rule", N_("By the small words of the sentences.")
        )
    return None
