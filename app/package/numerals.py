"""Numbers in Vietnamese words, as lists and minutes write them."""

from __future__ import annotations

DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
GROUPS = ("", " nghìn", " triệu", " tỷ")
MOST = 10**12


def in_words(number: int) -> str:
    """`in_words(1205)` is "Một nghìn hai trăm linh năm". Raises ValueError below 0 and from 10^12 on."""
    if not 0 <= number < MOST:
        raise ValueError(number)
    if number == 0:
        return "Không"
    groups = []
    rest = number
    while rest:
        rest, group = divmod(rest, 1000)
        groups.append(group)
    parts = []
    for place in range(len(groups) - 1, -1, -1):
        if groups[place]:
            parts.append(_three(groups[place], full=place < len(groups) - 1) + GROUPS[place])
    return " ".join(parts).capitalize()


def _three(number: int, *, full: bool) -> str:
    """`full`: also the hundreds that are none, as they are said within a larger number."""
    hundreds, rest = divmod(number, 100)
    words = [f"{DIGITS[hundreds]} trăm"] if hundreds or full else []
    if rest:
        words.append(_two(rest, after=bool(words)))
    return " ".join(words)


def _two(number: int, *, after: bool) -> str:
    tens, ones = divmod(number, 10)
    if tens == 0:
        return f"linh {DIGITS[ones]}" if after else DIGITS[ones]
    head = "mười" if tens == 1 else f"{DIGITS[tens]} mươi"
    if ones == 0:
        return head
    if ones == 5:
        return f"{head} lăm"
    if ones == 1 and tens > 1:
        return f"{head} mốt"
    return f"{head} {DIGITS[ones]}"
