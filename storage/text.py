"""Vietnamese text: one normal form, folding for search, the order of the alphabet.

Everything that enters the program passes `nfc`: NFC and NFD look alike and compare unequal.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_WORD = re.compile(r"[^\W_]+", re.UNICODE)

# The Vietnamese alphabet; f, j, w, z stand where Latin has them. Tones order within a letter: ngang huyền hỏi ngã sắc nặng.
_ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_RANK = {letter: index for index, letter in enumerate(_ALPHABET)}
_TONES = {"\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5}


def nfc(text: str) -> str:
    """Unicode normal form C."""
    return unicodedata.normalize("NFC", text)


def clean(text: str) -> str:
    """NFC, one blank between words, none at the ends, no control characters."""
    kept = "".join(" " if c in "\t\n\r\f\v\u00a0" else c for c in nfc(text) if c.isprintable() or c in "\t\n\r\f\v\u00a0")
    return " ".join(kept.split())


@lru_cache(maxsize=65536)
def fold(text: str) -> str:
    """The form without accents and case: NFC → đ to d → marks off → lower. `fold("Đường") == "duong"`.

    SQLite's own folding never maps đ, nor does NFD: it has no decomposition.
    """
    plain = unicodedata.normalize("NFD", nfc(text).replace("đ", "d").replace("Đ", "D"))
    return nfc("".join(c for c in plain if not unicodedata.combining(c))).lower()


def lowered(text: str) -> str:
    """The exact form for search: NFC, lower case, accents kept, old tone places kept."""
    return nfc(text).lower()


def has_accents(text: str) -> bool:
    """True where the person typed an accent or đ, and so meant it."""
    return fold(text) != lowered(text)


def words(text: str) -> list[str]:
    """Letters and digits in runs, as the search index cuts them."""
    return _WORD.findall(nfc(text))


@lru_cache(maxsize=65536)
def sort_key(text: str) -> tuple[tuple[int, ...], tuple[int, ...], str]:
    """Dictionary order of Vietnamese: letters first (ă after a, đ after d), tones break ties, digits by value come first."""
    letters: list[int] = []
    tones: list[int] = []
    for part in re.split(r"(\d+)", nfc(text).lower()):
        if part.isdigit():
            letters.extend((1, min(int(part), 2**53)))
            continue
        for char in unicodedata.normalize("NFD", part):
            _add(char, letters, tones)
    return tuple(letters), tuple(tones), text


def _add(char: str, letters: list[int], tones: list[int]) -> None:
    if char in _TONES:
        if tones:
            tones[-1] = _TONES[char]
    elif char in "\u0306\u0302\u031b" and letters:  # breve, circumflex, horn make another letter
        base = _ALPHABET[letters[-1] - 10] if 10 <= letters[-1] < 10 + len(_ALPHABET) else ""
        letters[-1] = 10 + _RANK.get(nfc(base + char), letters[-1] - 10)
    elif char in _RANK:
        letters.append(10 + _RANK[char])
        tones.append(0)
    elif char.isspace():
        letters.append(0)
    elif char.isalpha():
        letters.append(100 + ord(char))
        tones.append(0)


def collate(a: str, b: str) -> int:
    """SQLite collation `VIETNAMESE`: -1, 0 or 1."""
    left, right = sort_key(a), sort_key(b)
    return (left > right) - (left < right)
