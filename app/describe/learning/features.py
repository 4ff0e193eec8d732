"""A document as the models see it, and its words as features that can be shown again as evidence.

A feature is a folded word or two neighbouring ones behind a letter for where they stood: `w:thu hoi`, `o:uy ban`. What the
features came from is kept beside them, so that the sentence to the clerk has the words with their accents.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from app.describe.fuzzy import compact, tidy
from storage.records.reading import Box, PageText
from storage.text import fold, words

HEAD_LINES = 14
HEAD_WORDS = 110
SUBJECT_WORDS = 60
# fmt: off
_SMALL = frozenset((  # alone they say nothing
    "về", "việc", "và", "của", "các", "cho", "trên", "được", "theo", "là", "có", "tại", "từ", "với", "trong",
    "những", "một", "này", "đã", "để", "do", "bị", "ở", "năm", "số", "ngày", "tháng", "lý", "nay",
))
# fmt: on
PHRASE = 7  # words
LONGEST = 40  # letters of one word; longer is rubbish


@dataclass(slots=True)
class Case:
    """One document. `read` is what the rules read, `sure` how sure they were, `values` what stands there now (the clerk's, else
    what was read); `head` the first lines of page 1, `boxes` where fields stand on page 1. Fields as in `app.describe.header`.
    """

    read: Mapping[str, str] = field(default_factory=dict)
    sure: Mapping[str, float] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)
    head: str = ""
    boxes: Mapping[str, Box] = field(default_factory=dict)

    def value(self, name: str) -> str:
        return self.values.get(name) or self.read.get(name, "")


@dataclass(slots=True)
class Features:
    """Feature → where its words stand in `texts`: (source, first word, behind the last)."""

    spots: dict[str, tuple[str, int, int]] = field(default_factory=dict)
    texts: dict[str, list[str]] = field(default_factory=dict)

    def add_words(self, letter: str, source: str, text: str, most: int) -> None:
        """Words of a text and pairs of neighbours. Numbers are no words: they differ in every document."""
        shown = [w for w in words(tidy(text)) if 2 <= len(w) <= LONGEST and not any(c.isdigit() for c in w)][:most]
        plain = [fold(word) for word in shown]
        self.texts[source] = shown
        for at, word in enumerate(plain):
            if shown[at].lower() not in _SMALL:
                self.spots.setdefault(f"{letter}:{word}", (source, at, at + 1))
            if at + 1 < len(plain):
                self.spots.setdefault(f"{letter}:{word} {plain[at + 1]}", (source, at, at + 2))

    def add_whole(self, letter: str, source: str, text: str) -> None:
        """A value as one feature, whatever its accents and blanks."""
        key = compact(text)[:60]
        if key:
            self.texts[source] = [text]
            self.spots.setdefault(f"{letter}:{key}", (source, 0, 1))

    def phrases(self, chosen: Iterable[str], most: int = 3) -> list[str]:
        """The chosen features as they stand in the document; those that touch become one phrase."""
        found: list[tuple[str, int, int]] = []
        for feature in chosen:
            source, start, end = self.spots[feature]
            near = [
                s for s in found if s[0] == source and s[1] <= end and start <= s[2] and max(end, s[2]) - min(start, s[1]) <= 5
            ]
            for span in near:
                found.remove(span)
                start, end = min(start, span[1]), max(end, span[2])
            found.append((source, start, end))
        shown: dict[str, str] = {}
        for source, start, end in found:
            phrase = " ".join(self.texts[source][start:end])
            shown.setdefault(fold(phrase), phrase)
        return list(shown.values())[:most]


def head_of(page: PageText | None) -> str:
    """The first lines of page 1."""
    return "\n".join(" ".join(w.text for w in row) for row in page.lines()[:HEAD_LINES]) if page else ""


def head_of_text(text: str) -> str:
    """The same from the plain text of a page, a line a line."""
    return "\n".join(text.split("\n", HEAD_LINES)[:HEAD_LINES])


def tail(notation: str) -> str:
    """The office's part of a notation: QĐ-UBND → UBND."""
    return notation.partition("-")[2]


def features_of(kind: str, case: Case) -> Features:
    """What one question is answered from."""
    found = Features()
    {"typeName": _for_type, "organName": _for_issuer}.get(kind, _for_dossier)(found, case)
    return found


def _for_type(found: Features, case: Case) -> None:
    """The title is set in capitals; words of the body tell the matter and not the type."""
    found.add_whole("k", "codeNotation", case.read.get("codeNotation", "").partition("-")[0])
    found.add_whole("y", "typeName", case.read.get("typeName", ""))
    found.add_words("h", "head", "\n".join(filter(_in_capitals, case.head.splitlines())), HEAD_WORDS)
    found.add_words("s", "subject", case.read.get("subject", ""), 4)


def _in_capitals(line: str) -> bool:
    letters = [char for char in line if char.isalpha()]
    return sum(char.isupper() for char in letters) >= 0.8 * len(letters) > 0


def _for_issuer(found: Features, case: Case) -> None:
    found.add_words("o", "organName", case.read.get("organName", ""), 20)
    found.add_words("u", "parentOrgan", case.read.get("parentOrgan", ""), 12)
    found.add_whole("p", "place", case.read.get("place", ""))
    found.add_whole("n", "codeNotation", tail(case.read.get("codeNotation", "")))
    found.add_whole("g", "signer", case.read.get("signer", ""))


def _for_dossier(found: Features, case: Case) -> None:
    found.add_words("w", "subject", case.value("subject") or case.head, SUBJECT_WORDS)
    found.add_whole("i", "organName", case.value("organName"))
    found.add_whole("y", "typeName", case.value("typeName"))
    found.add_whole("n", "codeNotation", tail(case.value("codeNotation")))
