"""Suggestions for one document, each with the evidence in a sentence. Where the evidence is thin there is none.

Secrecy and urgency are never suggested: that is the issuer's word, not a habit. Nor are number and date: they differ every time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from app.describe.fuzzy import compact, distance
from app.describe.learning import corrections, habits, trials
from app.describe.learning.bayes import judge
from app.describe.learning.features import Case, features_of
from app.describe.learning.knowledge import Knowledge
from app.i18n import _

LEAST = 0.6  # less sure is no suggestion
SURE = 0.85  # a reading as sure as this is not second-guessed
SHORT = 6  # letters; less of a name is noise
CORRECTED = "corrected"
OPINION = 0.3  # weaker opinions are not even put to the trial


@dataclass(slots=True, frozen=True)
class Advice:
    """`value` as people write it (a dossier by its key), `why` translated; `question` and `opinion` are what trials count."""

    field: str
    value: str
    confidence: float
    why: str
    question: str
    opinion: float

    def beats(self, value: str, confidence: float) -> bool:
        """Whether it may stand in place of what the rules read. That a reading looked sure counts no more where the clerk mended
        just this reading before: then it gives way to a correction that is itself sure.
        """
        if not value:
            return True
        if self.question.endswith(f".{CORRECTED}") and self.value != value:
            return confidence < SURE or self.confidence >= max(SURE, confidence)
        return confidence < SURE and self.confidence > confidence


@dataclass(slots=True)
class _Asked:
    knowledge: Knowledge
    case: Case
    dossiers: Mapping[str, str] | None
    issuer: str = ""
    kind: str = ""

    def advice(self, name: str, method: str, value: str, opinion: float, why: str) -> Advice | None:
        if not value or opinion < OPINION:
            return None
        question = f"{name}.{method}"
        return Advice(name, value, trials.confidence(self.knowledge, question, opinion), why, question, opinion)


def advise(
    knowledge: Knowledge, case: Case, *, dossiers: Mapping[str, str] | None = None, least: float = LEAST
) -> list[Advice]:
    """At most one suggestion a field. `dossiers` (key → title) are those that may be suggested; None: all, by their key."""
    asked = _Asked(knowledge, case, dossiers)
    issuer, kind = _issuer(asked), _type(asked)
    asked.issuer = _settled(asked, "organName", issuer)
    asked.kind = _settled(asked, "typeName", kind)
    found = [issuer, kind, *(step(asked) for step in _STEPS)]
    return [advice for advice in found if advice and advice.confidence >= least]


def _settled(asked: _Asked, name: str, advice: Advice | None) -> str:
    """The value that other questions build on."""
    value = asked.case.value(name)
    if advice and advice.confidence >= LEAST and (not value or asked.case.sure.get(name, 0.0) < SURE):
        return advice.value
    return value


def _issuer(asked: _Asked) -> Advice | None:
    """Another office is as near as one letter, so a name that was read must be nearly this one, and the place one of its places."""
    mended, known = _mended(asked, "organName"), _by_words(asked, "organName")
    if known and not _may_be(asked, known.value):
        known = None
    return _better(mended, known)


def _may_be(asked: _Asked, issuer: str) -> bool:
    read, name = compact(asked.case.read.get("organName", "")), compact(issuer)
    limit = max(1, len(name) // 10)
    if len(read) >= SHORT and distance(read, name, limit) > limit:
        return False
    return habits.knows(asked.knowledge, issuer, "place", asked.case.read.get("place", ""))


def _type(asked: _Asked) -> Advice | None:
    return _by_words(asked, "typeName")


def _by_words(asked: _Asked, kind: str) -> Advice | None:
    """The label that the document's words speak for."""
    features = features_of(kind, asked.case)
    allowed = frozenset(asked.dossiers) if kind == "dossier" and asked.dossiers is not None else None
    answer = judge(asked.knowledge, kind, features.spots, allowed)
    if answer is None or not answer.evidence:
        return None  # that most documents are so is no reason
    title = (asked.dossiers or {}).get(answer.label, answer.label)
    return asked.advice(
        kind, "words", answer.label, answer.probability, _words_sentence(kind, features.phrases(answer.evidence), title)
    )


def _words_sentence(kind: str, phrases: list[str], label: str) -> str:
    quoted = ", ".join(_("“{phrase}”").format(phrase=phrase[:40]) for phrase in phrases)
    label = label if len(label) <= 70 else label[:69] + "…"
    if kind == "dossier":
        return _("The words {words} are usual in dossier {dossier}.").format(words=quoted, dossier=label)
    if kind == "maintenance":
        return _("The words {words} are usual in dossiers of this retention.").format(words=quoted)
    if kind == "organName":
        return _("{words}: as in this issuer's other documents.").format(words=quoted)
    return _("The words {words} are usual in documents of this type.").format(words=quoted)


def _mended(asked: _Asked, name: str) -> Advice | None:
    """What was read, with the clerk's earlier corrections; None where nothing changes."""
    read = asked.case.read.get(name, "")
    found = corrections.mend(asked.knowledge, name, read)
    if found is None:
        return None
    if found.value == read:
        why = _("“{value}” was read and confirmed before ({count} times).").format(value=read[:80], count=found.times)
    else:
        sentence = _("“{wrong}” was corrected to “{right}” before ({count} times).")
        why = sentence.format(wrong=found.wrong[:60], right=found.right[:60], count=found.times)
    return asked.advice(name, CORRECTED, found.value, found.opinion, why)


def _notation(asked: _Asked) -> Advice | None:
    read = asked.case.read.get("codeNotation", "")
    what = f"notation|{asked.kind}"
    mended = _mended(asked, "codeNotation")
    if not read:
        return _usual(asked, "codeNotation", what)
    return _better(mended, _near(asked, "codeNotation", what, read, 1))


def _near(asked: _Asked, name: str, what: str, read: str, limit: int, least: int = 1) -> Advice | None:
    found = habits.nearest(asked.knowledge, asked.issuer, what, read, limit)
    if found is None or found.times < least:
        return None
    why = _("“{value}” stands in {count} documents of this issuer.").format(value=found.value[:80], count=found.times)
    return asked.advice(name, "near", found.value, found.opinion, why)


def _usual(asked: _Asked, name: str, what: str) -> Advice | None:
    found = habits.usual(asked.knowledge, asked.issuer, what)
    if found is None:
        return None
    sentence = _("“{value}” in {count} of {total} documents of this issuer.")
    why = sentence.format(value=found.value[:80], count=found.times, total=found.of)
    return asked.advice(name, "usual", found.value, found.opinion, why)


def _plain(name: str) -> Callable[[_Asked], Advice | None]:
    def step(asked: _Asked) -> Advice | None:
        read = asked.case.read.get(name, "")
        if not read:
            return _usual(asked, name, name)
        return _better(_mended(asked, name), _near(asked, name, name, read, 2))

    return step


def _signer(asked: _Asked) -> Advice | None:
    """A known signer of this issuer whose name differs in accents or two letters; never one that is not on the page."""
    read = asked.case.read.get("signer", "")
    near = _near(asked, "signer", "signer", read, 1, least=2)
    return _better(_mended(asked, "signer"), near)


def _position(asked: _Asked) -> Advice | None:
    signer = asked.case.value("signer")
    return _better(_mended(asked, "position"), _usual(asked, "position", f"position|{signer}") if signer else None)


def _dossier(asked: _Asked) -> Advice | None:
    return _by_words(asked, "dossier")


def _maintenance(asked: _Asked) -> Advice | None:
    return _by_words(asked, "maintenance")


def _better(one: Advice | None, other: Advice | None) -> Advice | None:
    """The surer of two; where both say the same, its doubts are the product of theirs."""
    if one is None or other is None:
        return one or other
    best = one if one.confidence >= other.confidence else other
    if one.value != other.value:
        return best
    together = min(trials.HIGHEST, 1 - (1 - one.confidence) * (1 - other.confidence) * 2)
    return Advice(best.field, best.value, round(max(together, best.confidence), 3), best.why, best.question, best.opinion)


_STEPS = (_notation, *(_plain(name) for name in habits.PLAIN), _signer, _position, _dossier, _maintenance)
