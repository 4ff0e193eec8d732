"""Which words a clerk should look at: those that the reader may have got wrong.

The engine's own confidence misses what it is sure of: a tone lost on a capital ("UY BAN"), a hook taken for an acute ("tống hợp"),
a capital in the middle of a sentence ("vụ Sau:"). So words of middling confidence are read a second time, alone and at another
size, and what the two readings disagree on loses its confidence. What is no Vietnamese syllable loses it too.

Measured by bench/doubt.py: 92 to 93 % of the wrong words are among the 7 to 8 % marked; as many marks by confidence alone find
83 to 85 %.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import replace

from app.recognise.syllables import is_syllable, is_word_case
from storage.records.reading import Word

DOUBTFUL = 0.925  # words below this confidence are marked
LOWERED = 0.88  # the most that a word keeps when something speaks against it
ASK_BELOW, ASK_RISKY_BELOW = 0.95, 0.965  # words are read again from DOUBTFUL up to here
SURE = 0.8  # a second reading of other letters counts only from here
CAPITAL_SURE = 0.975
ABBREVIATION = 5  # capitals: UBND, HĐND, TNMT
ALIKE = frozenset("COÔƠSUƯVXKPTZ")  # capitals that are their small letters, larger

Again = Callable[[Word], tuple[str, float]]
"""The same place read once more: (text, confidence)."""


def is_doubtful(word: Word) -> bool:
    """Whether a word as stored should be shown as uncertain. Words of a sound text layer never are."""
    return word.confidence < DOUBTFUL


def weighed(words: Sequence[Word], again: Again) -> list[Word]:
    """The words of a page in reading order with their confidence lowered where something speaks against them.

    A word that is no syllable becomes what the second reading says where that is one and differs only in its marks.
    """
    return [_weighed(words, place, again) for place in range(len(words))]


def _weighed(words: Sequence[Word], place: int, again: Again) -> Word:
    word = words[place]
    letters = core(word.text)
    strange = not plausible(letters)
    if strange or DOUBTFUL <= word.confidence < (ASK_RISKY_BELOW if _risky(letters) else ASK_BELOW):
        text, sure = again(word)
        other = core(text)
        if strange and letters and is_syllable(other) and is_word_case(other) and unmarked(other) == unmarked(letters):
            return replace(word, text=word.text.replace(letters, other), confidence=min(word.confidence, LOWERED))
        if strange or contradicts(letters, other, sure):
            return _lowered(word)
    return _lowered(word) if word.confidence < CAPITAL_SURE and _stray_capital(words, place) else word


def contradicts(first: str, second: str, sure: float) -> bool:
    """Other marks always count, other letters only from a sure reader; capitals never: a lone word has no height to compare."""
    one, two = first.casefold(), second.casefold()
    return one != two and (sure >= SURE or unmarked(one) == unmarked(two))


def plausible(letters: str) -> bool:
    """A syllable, an abbreviation, or no word at all: numbers and codes are not judged."""
    if not letters.isalpha():
        return True
    return is_word_case(letters) and (is_syllable(letters) or _is_abbreviation(letters))


def _is_abbreviation(letters: str) -> bool:
    """A few capitals that are no syllable which has only lost its tone, as TICH is one of TỊCH."""
    if not letters.isupper() or len(letters) > ABBREVIATION:
        return False
    toned = (
        letters[: place + 1] + "\u0301" + letters[place + 1 :] for place, sign in enumerate(letters) if sign in "AĂÂEÊIOÔƠUƯY"
    )
    return not any(is_syllable(unicodedata.normalize("NFC", attempt)) for attempt in toned)


def core(text: str) -> str:
    """Without the punctuation around it."""
    start, end = 0, len(text)
    while start < end and not text[start].isalnum():
        start += 1
    while end > start and not text[end - 1].isalnum():
        end -= 1
    return text[start:end]


def unmarked(text: str) -> str:
    """Small plain letters."""
    plain = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return "".join(sign for sign in plain if not unicodedata.combining(sign))


def _risky(letters: str) -> bool:
    """Capitals lose their marks; on ê, ô, â the hook and the acute look alike."""
    if len(letters) > 1 and letters.isupper():
        return True
    parts = unicodedata.normalize("NFD", letters)
    return "\u0302\u0301" in parts or "\u0302\u0309" in parts


def _stray_capital(words: Sequence[Word], place: int) -> bool:
    """A capital that looks like its small letter, within a sentence and not in a name of several words."""
    letters = core(words[place].text)
    if len(letters) < 2 or unicodedata.normalize("NFD", letters)[0] not in ALIKE or not letters[1:].islower():
        return False
    before = words[place - 1].text if place else ""
    after = core(words[place + 1].text) if place + 1 < len(words) else ""
    return before.islower() and before[-1:].isalpha() and not after[:1].isupper()


def _lowered(word: Word) -> Word:
    return replace(word, confidence=min(word.confidence, LOWERED))
