"""Whether the text that a PDF claims to hold is what a person sees on the page.

Old Vietnamese fonts (VNI, TCVN3 "ABC") put Vietnamese shapes on Western codes: the page looks right, the text is noise such as
"Coäng hoøa" or "Céng hßa"; `app.recognise.legacy` translates what it recognises. Subset fonts without a map give private-use
signs, fonts with a wrong map other letters. Such text is worse than none: it is read from the picture instead.
"""

from __future__ import annotations

import unicodedata

ENOUGH = 12  # signs; a page with fewer says nothing
_MARKS = "\u0300\u0301\u0302\u0303\u0306\u0309\u031b\u0323"
_ODD = "–—-…“”‘’«»•·°§×÷±²³½¼¾€©®™√≤≥≠→←●○□■☐☑☒✓"


def is_sound(text: str) -> bool:
    """True for plausible Vietnamese or other Latin text with digits and the usual punctuation."""
    signs = [sign for sign in unicodedata.normalize("NFC", text) if not sign.isspace()]
    if len(signs) < ENOUGH:
        return False
    letters = [sign for sign in signs if sign.isalpha()]
    known = sum(_usual(sign) for sign in signs)
    if known < 0.93 * len(signs):
        return False
    return not _mojibake(letters) and not _spaced_out(text) and not _voiceless(text)


def is_vietnamese_letter(letter: str) -> bool:
    """a–z, đ, and letters whose marks are those of Vietnamese."""
    if letter in "đĐ":
        return True
    parts = unicodedata.normalize("NFD", letter)
    base, marks = parts[0], parts[1:]
    return base.isascii() and base.isalpha() and all(mark in _MARKS for mark in marks) and _placed(base.lower(), marks)


def _placed(base: str, marks: str) -> bool:
    """The mark stands on a letter that bears it in Vietnamese: ñ, ö, ç and their like don't."""
    if not marks:
        return True
    if base not in "aeiouy":
        return False
    shapes = {"\u0302": "aeo", "\u0306": "a", "\u031b": "ou"}
    return all(base in shapes.get(mark, "aeiouy") for mark in marks)


def _mojibake(letters: list[str]) -> bool:
    """Many letters beyond ASCII, and a good part of them not Vietnamese ones."""
    beyond = [letter for letter in letters if not letter.isascii()]
    foreign = [letter for letter in beyond if not is_vietnamese_letter(letter)]
    return len(foreign) > 4 and len(foreign) > 0.12 * len(beyond) and len(foreign) > 0.01 * len(letters)


def _spaced_out(text: str) -> bool:
    """ "Q U Y Ế T": words torn into letters can't be searched."""
    words = text.split()
    single = sum(len(word) == 1 and word.isalpha() for word in words)
    return len(words) > 8 and single > 0.5 * len(words)


def _voiceless(text: str) -> bool:
    """Too few vowels for any language in Latin letters: a wrong map has put other letters in their places.

    Of Vietnamese and English letters some 40 % are vowels; when all are shifted hardly ever 30. Abbreviations in capitals don't count.
    """
    words = [word for word in text.split() if len(word) > 2 and word.isalpha() and not word.isupper()]
    letters = [unicodedata.normalize("NFD", sign)[0] for word in words for sign in word.lower()]
    return len(words) > 8 and sum(letter in "aeiouy" for letter in letters) < 0.3 * len(letters)


def _usual(sign: str) -> bool:
    if sign.isascii():
        return sign.isprintable()
    if sign in _ODD:
        return True
    return sign.isalpha() and unicodedata.name(sign, "").startswith("LATIN")
