"""A clerk's work on read papers, told to the models: what the rules read, what was suggested, what was right."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from app.describe.header import read_header
from app.describe.learning import Advice, Case, Knowledge, advise, teach
from app.describe.learning.features import head_of
from tests.describe.office_papers import Read

LEARNT = ("codeNotation", "typeName", "organName", "parentOrgan", "place", "signer", "position")
TODAY = date(2026, 1, 1)
SURE = 0.85


def case_of(paper: Read) -> Case:
    readings = read_header(paper.pages, today=TODAY).fields
    values = {name: reading.value for name, reading in readings.items()}
    boxes = {name: reading.box for name, reading in readings.items() if reading.box and reading.page == 1}
    return Case(values, {name: r.confidence for name, r in readings.items()}, values, head_of(paper.pages[0]), boxes)


def improved(case: Case, advices: Iterable[Advice]) -> dict[str, str]:
    """The readings with the suggestions for what is empty or doubtful, as intake applies them."""
    values = dict(case.read)
    for advice in advices:
        if advice.beats(case.read.get(advice.field, ""), case.sure.get(advice.field, 0.0)):
            values[advice.field] = advice.value
    return values


@dataclass(slots=True)
class Score:
    """Right fields of so many documents, by the rules alone and with what was learnt."""

    documents: int = 0
    rules: Counter[str] = field(default_factory=Counter)
    learnt: Counter[str] = field(default_factory=Counter)
    wrong_though_sure: int = 0

    def note(self, case: Case, values: dict[str, str], truth: dict[str, str], advices: list[Advice]) -> None:
        self.documents += 1
        for name in LEARNT:
            self.rules[name] += case.read.get(name, "") == truth[name]
            self.learnt[name] += values.get(name, "") == truth[name]
        self.wrong_though_sure += sum(a.confidence >= SURE and a.value != truth[a.field] for a in advices if a.field in LEARNT)


def replay(knowledge: Knowledge, papers: Iterable[Read], *, learning: bool = True) -> Score:
    """Each paper is read, suggestions are applied, then the clerk confirms the truth."""
    score = Score()
    for paper in papers:
        case = case_of(paper)
        advices = advise(knowledge, case)
        score.note(case, improved(case, advices), paper.truth, advices)
        if learning:
            knowledge.learn(teach(knowledge, case, confirmed(paper)))
    return score


def confirmed(paper: Read) -> dict[str, str]:
    """What stands there when the clerk is done; papers about one matter lie in one dossier."""
    return {**paper.truth, "dossier": paper.matter, "maintenance": retention(paper)}


def retention(paper: Read) -> str:
    return "01" if "đất đai" in paper.matter or "nông thôn mới" in paper.matter else "07"
