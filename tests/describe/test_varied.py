"""Papers of many issuers, forms and ages: the rules on words as they are printed, and a few papers through the real engine."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from app.describe.header import describe
from app.describe.wording import mended_wording
from bench.describe import FIELDS, agrees, read
from storage.records.reading import PageText, Word
from tests.samples.layout import Manner
from tests.samples.leaf import PAPER, Leaf, Line
from tests.samples.varied import make_varied
from tests.samples.varied.form import Form, any_form
from tests.samples.varied.setting import set_form

TODAY = date(2026, 11, 22)
COUNT = 150
LEAST = 0.98


def words(line: Line, at: int) -> list[Word]:
    found: list[Word] = []
    for word, x0, x1 in line.places():
        box = (x0 / PAPER[0], (line.y - 0.8 * line.size) / PAPER[1], x1 / PAPER[0], (line.y + 0.24 * line.size) / PAPER[1])
        if found and word.joined:
            last = found.pop()
            found.append(Word(last.text + word.text, (*last.box[:2], *box[2:]), 0.95, 0, at))
        else:
            found.append(Word(word.text, box, 0.95, 0, at))
    return found


def page(leaf: Leaf) -> PageText:
    """A leaf as an engine would read it that makes no mistake; a stamp's words stand side by side in its box."""
    found = [word for at, line in enumerate(leaf.lines) for word in words(line, at)]
    for at, mark in enumerate((m for m in leaf.marks if m.kind == "stamp"), len(leaf.lines)):
        x0, y0, x1, y1 = mark.box
        parts = mark.text.split()
        step = (x1 - x0 - 20) / len(parts)
        for place, part in enumerate(parts):
            left = x0 + 10 + place * step
            box = (left / PAPER[0], (y0 + 6) / PAPER[1], (left + 0.9 * step) / PAPER[0], (y1 - 6) / PAPER[1])
            found.append(Word(part, box, 0.93, 0, at))
    return PageText(1654, 2339, 200, found, "test")


def paper(seed: int) -> tuple[Form, list[PageText]]:
    rng = random.Random(f"form-{seed}")
    form = any_form(rng)
    return form, [page(leaf) for leaf in set_form(form, Manner.any(rng), rng)]


def test_the_rules_read_every_kind_of_paper() -> None:
    asked, right = Counter[str](), Counter[str]()
    wrong = []
    for seed in range(COUNT):
        form, pages = paper(seed)
        found = describe(pages, today=TODAY)
        for name in FIELDS:
            value = found[name].value if name in found else ""
            if form.truth[name] or value:
                asked[name] += 1
                right[name] += agrees(name, value, form.truth[name])
                if not agrees(name, value, form.truth[name]):
                    wrong.append((seed, name, value, form.truth[name]))
    assert min(asked[name] for name in FIELDS if name not in {"secrecy", "circulation"}) >= 10
    assert all(right[name] >= LEAST * asked[name] or asked[name] - right[name] <= 1 for name in FIELDS), wrong


@pytest.mark.parametrize(("seed", "way"), [(1, "scan 200"), (6, "bitonal 300"), (10, "grey 200"), (5, "text")])
def test_a_paper_of_any_kind_through_the_engine(seed: int, way: str, tmp_path: Path) -> None:
    made = make_varied(seed, way=way)
    found, _seconds = read(made.save(tmp_path, "paper"))
    for name in ("codeNumber", "codeNotation", "issuedDate", "typeName", "organName", "subject"):
        assert agrees(name, found.get(name, ("", 0.0))[0], made.truth[name]), (name, found.get(name), made.truth[name])


def test_the_same_seed_makes_the_same_paper() -> None:
    first, again = make_varied(3, way="scan 150"), make_varied(3, way="scan 150")
    assert first.truth == again.truth
    assert [page.tobytes() for page in first.pages] == [page.tobytes() for page in again.pages]


@pytest.mark.parametrize(
    ("read_as", "printed"),
    [
        ("Về việc xin bố sung kinh phí", "Về việc xin bổ sung kinh phí"),
        ("VỆ SINH AN TOÀN THỰC PHÂM", "VỆ SINH AN TOÀN THỰC PHẨM"),
        ("Tinh thần làm việc", "Tinh thần làm việc"),
        ("Bồ Sùng", "Bồ Sùng"),
    ],
)
def test_accents_of_sure_words_are_mended(read_as: str, printed: str) -> None:
    assert mended_wording(read_as) == printed
