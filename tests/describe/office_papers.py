"""Papers of few offices as an engine with habits of its own would read them: text and boxes only, no picture is drawn."""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import dataclass
from functools import cache

from storage.records.reading import PageText, Word
from tests.samples.layout import Manner, lay_out
from tests.samples.leaf import PAPER, Line
from tests.samples.matters import MATTERS
from tests.samples.paper import Paper
from tests.samples.texts import KINDS, compose

# what this engine makes of this office's print, as a rule
CONFUSIONS = {"TTr": "TIr", "UBND": "UENO", "BC": "8C", "TB": "I8", "KH": "KI-I", "NQ": "N0", "HĐND": "HDNO"}
CAPITALS = {"THỦY": "THÚY", "TRƯỜNG": "TRUỒNG", "GIANG": "GIẢNG", "MỸ": "MỶ", "PHÒNG": "PHÓNG", "CHI": "CHỈ", "HUYỆN": "HUYÊN"}
OFTEN = 0.75


@dataclass(slots=True)
class Read:
    """A paper, its truth by field name, what it is about, and its pages as they were read."""

    truth: dict[str, str]
    matter: str
    pages: list[PageText]


@cache
def offices(seeds: int = 1500) -> dict[str, list[tuple[int, str]]]:
    """(seed, kind) of the papers that each invented office issues, the most frequent offices first."""
    found: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for seed in range(seeds):
        kind = KINDS[seed % len(KINDS)]
        office = compose(random.Random(seed), kind).office
        found[f"{office.name}, {office.parent}"].append((seed, kind))
    return dict(sorted(found.items(), key=lambda item: -len(item[1])))


def read_papers(office: int, *, garble: bool = True) -> list[Read]:
    """The papers of the office at this place of the list."""
    return [read_paper(seed, kind, garble=garble) for seed, kind in list(offices().values())[office]]


def read_paper(seed: int, kind: str, *, garble: bool = True) -> Read:
    paper = compose(random.Random(seed), kind)
    rng = random.Random(seed + 1)
    leaves = lay_out(paper, Manner())
    pages = []
    for leaf in leaves:
        words = [word for at, line in enumerate(leaf.lines) for word in _words(line, at, rng if garble else None)]
        pages.append(PageText(1654, 2339, 200, words, "test"))
    return Read(_truth(paper), _matter(paper), pages)


def _words(line: Line, at: int, rng: random.Random | None) -> list[Word]:
    """The line's words as the engine cuts them; those that it confuses are doubtful."""
    found: list[Word] = []
    for word, x0, x1 in line.places():
        box = (x0 / PAPER[0], (line.y - 0.8 * line.size) / PAPER[1], x1 / PAPER[0], (line.y + 0.24 * line.size) / PAPER[1])
        if found and word.joined:
            last = found.pop()
            found.append(Word(last.text + word.text, (*last.box[:2], *box[2:]), 0.95, 0, at))
        else:
            found.append(Word(word.text, box, 0.95, 0, at))
    return [_garbled(word, rng) for word in found] if rng else found


def _garbled(word: Word, rng: random.Random) -> Word:
    text = word.text
    if "/" in text or text.isupper():
        for right, wrong in (CONFUSIONS if "/" in text else CAPITALS).items():
            if right in text and rng.random() < OFTEN:
                text = text.replace(right, wrong)
    return word if text == word.text else Word(text, word.box, 0.55, word.block, word.line)


def _truth(paper: Paper) -> dict[str, str]:
    office = paper.office
    return {
        "codeNumber": paper.number,
        "codeNotation": paper.notation,
        "issuedDate": paper.issued.strftime("%d/%m/%Y"),
        "typeName": paper.type_name,
        "organName": office.name,
        "parentOrgan": office.parent,
        "subject": paper.subject,
        "place": office.place,
        "signer": paper.signature.name,
        "position": paper.signature.position,
    }


def _matter(paper: Paper) -> str:
    text = paper.subject + " ".join(str(block) for block in paper.blocks)
    return next((matter.topic for matter in MATTERS if matter.topic in text), "")
