"""How sure a suggestion is: by how often suggestions like it were right in this office.

Before a confirmed document is learnt the models are asked about it, and whether they were right is counted, by question, method and
ten bands of their own opinion. Few trials leave an opinion as it is, a little doubted.
"""

from __future__ import annotations

from app.describe.learning.knowledge import Knowledge, Mark

KIND = "trial"
PRIOR = 4.0  # trials that the model's own opinion counts for
DOUBT = 0.92
HIGHEST = 0.97  # the clerk's own eye is the only certainty


def confidence(knowledge: Knowledge, question: str, opinion: float) -> float:
    """0 … HIGHEST for an opinion of 0 … 1 on a question such as "organName.words"."""
    tally = knowledge.tally(KIND, question)
    right = wrong = 0
    if tally:
        band = _band(opinion)
        right, wrong = tally.counts.get(f"{band}+", 0), tally.counts.get(f"{band}-", 0)
    return round(min(HIGHEST, (right + PRIOR * DOUBT * opinion) / (right + wrong + PRIOR)), 3)


def trial(question: str, opinion: float, right: bool) -> Mark:
    """The outcome of one trial, to be learnt with the document."""
    return Mark(KIND, question, {f"{_band(opinion)}{'+' if right else '-'}": 1})


def _band(opinion: float) -> int:
    return min(9, int(opinion * 10))
