"""What one confirmed document teaches, as marks that can be subtracted again."""

from __future__ import annotations

from collections.abc import Mapping

from app.describe.learning import corrections, habits, trials
from app.describe.learning.advice import advise
from app.describe.learning.features import Case, features_of
from app.describe.learning.knowledge import CHOICES, Knowledge, Mark

LABEL = 300


def teach(knowledge: Knowledge, case: Case, truth: Mapping[str, str]) -> list[Mark]:
    """`truth`: what the clerk confirmed, by field, and `dossier`, `maintenance` where it is filed. Nothing is learnt here: give
    the marks to `Knowledge.learn`. First the models are tried on the document, as it was when nobody had looked at it.
    """
    truth = {name: value for name, value in truth.items() if value}
    if not truth:
        return []
    marks = [
        trials.trial(advice.question, advice.opinion, advice.value == truth[advice.field])
        for advice in advise(knowledge, case, least=0.0)
        if advice.field in truth
    ]
    for kind in CHOICES:
        if kind in truth:
            marks.append(Mark(kind, truth[kind][:LABEL], dict.fromkeys(features_of(kind, case).spots, 1)))
    for name in corrections.FIELDS:
        if name in truth:
            marks += corrections.marks_of(name, case.read.get(name, ""), truth[name])
    return marks + habits.marks_of(case, truth)
