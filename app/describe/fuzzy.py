"""Matching of text that was read badly: letters only, no accents, a bounded number of wrong letters."""

from __future__ import annotations

import re
from functools import lru_cache

from storage.text import fold, nfc

_LOOKALIKE = str.maketrans(
    {"Ñ": "N", "ñ": "n", "Ð": "Đ", "ð": "đ", "⁄": "/", "∕": "/", "–": "-", "—": "-", "−": "-", "‐": "-", "‑": "-"}
)
_NOT_PLAIN = re.compile(r"[^a-z0-9]+")


@lru_cache(maxsize=8192)
def tidy(text: str) -> str:
    """NFC with one form for what OCR confuses without harm: eth → đ, dashes → -, fraction slash → /. Length is kept."""
    return text if text.isascii() else nfc(text).translate(_LOOKALIKE)


@lru_cache(maxsize=8192)
def compact(text: str) -> str:
    """Only the letters and digits, folded: `compact("__ TỜTRÌNH -") == "totrinh"`."""
    return _NOT_PLAIN.sub("", fold(tidy(text)))


def distance(a: str, b: str, limit: int) -> int:
    """Edit distance (insert, delete, replace); `limit + 1` as soon as it must be larger."""
    if abs(len(a) - len(b)) > limit:
        return limit + 1
    if a == b:
        return 0
    if _lacks(a, b, limit):
        return limit + 1
    before = list(range(len(b) + 1))
    for i, left in enumerate(a, 1):
        row = [i]
        for j, right in enumerate(b, 1):
            row.append(min(before[j] + 1, row[-1] + 1, before[j - 1] + (left != right)))
        if min(row) > limit:
            return limit + 1
        before = row
    return min(before[-1], limit + 1)


def prefix_distance(word: str, text: str, limit: int) -> tuple[int, int]:
    """(errors, letters of `text` used) of the best match of `word` with a beginning of `text`."""
    if text.startswith(word):
        return 0, len(word)
    head = text[: len(word) + limit]
    if limit == 0 or _lacks(word, head, limit):
        return limit + 1, 0
    before = list(range(len(head) + 1))
    for i, left in enumerate(word, 1):
        row = [i]
        for j, right in enumerate(head, 1):
            row.append(min(before[j] + 1, row[-1] + 1, before[j - 1] + (left != right)))
        if min(row) > limit:
            return limit + 1, 0
        before = row
    best = min(before)
    # Of equal matches the one as long as the word: a lost letter is rarer than a wrong one.
    used = min((j for j, cost in enumerate(before) if cost == best), key=lambda j: abs(j - len(word)))
    return best, used


def _lacks(word: str, text: str, limit: int) -> bool:
    """True where more letters of `word` than may be wrong are nowhere in `text`: told at a hundredth of the cost."""
    return len(_letters(word).difference(text)) > limit


@lru_cache(maxsize=1024)
def _letters(word: str) -> frozenset[str]:
    return frozenset(word)


def locate(word: str, text: str, limit: int) -> tuple[int, int, int] | None:
    """(start, end, errors) of the best match of `word` anywhere in `text`; None with more than `limit` errors."""
    found = text.find(word)
    if found >= 0:
        return found, found + len(word), 0
    if limit <= 0 or len(text) < len(word) - limit or _lacks(word, text, limit):
        return None
    # Sellers' algorithm; every cell carries where its match began.
    costs, starts = [0] * (len(text) + 1), list(range(len(text) + 1))
    for i, left in enumerate(word, 1):
        row, begun = [i], [0]
        cost, start = i, 0
        for j, right in enumerate(text):  # the least of three, of equal ones that which began first
            one, at = costs[j] + (left != right), starts[j]
            two, other = costs[j + 1] + 1, starts[j + 1]
            if two < one or (two == one and other < at):
                one, at = two, other
            cost += 1
            if one < cost or (one == cost and at < start):
                cost, start = one, at
            row.append(cost)
            begun.append(start)
        if min(row) > limit:
            return None
        costs, starts = row, begun
    end = min(range(len(costs)), key=lambda j: costs[j])
    return (starts[end], end, costs[end]) if costs[end] <= limit else None
