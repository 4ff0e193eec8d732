"""What is usual with an issuer: its notation for each type, its place, its superior, who signs, and where on the page things stand.

Kept under the issuer's name, letters only, so that the way it is written doesn't matter.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.describe.fuzzy import compact, distance
from app.describe.learning.features import Case
from app.describe.learning.knowledge import Knowledge, Mark
from storage.records.reading import Box

KIND, ZONES = "habit", "zone"
PERSONAL = ("signer=", "position|")  # names of people stay on this desk
PLAIN = ("place", "parentOrgan")
PLACED = ("codeNumber", "codeNotation", "issuedDate", "organName", "subject")
OFTEN = 3  # documents; fewer make no habit
SCALE = 1000  # boxes are counted in thousandths of the page
_SPREAD = 0.06


@dataclass(slots=True, frozen=True)
class Usual:
    value: str
    opinion: float
    times: int
    of: int


def marks_of(case: Case, truth: Mapping[str, str]) -> list[Mark]:
    """What one document teaches about its issuer; `truth` are confirmed values."""
    issuer = label(truth.get("organName", ""))
    if not issuer:
        return []
    seen = {f"{name}={truth[name]}"[:300]: 1 for name in (*PLAIN, "signer") if truth.get(name)}
    kind = truth.get("typeName", "")
    if truth.get("codeNotation") and kind:
        seen[f"notation|{kind}={truth['codeNotation']}"[:300]] = 1
    if truth.get("signer") and truth.get("position"):
        seen[f"position|{truth['signer']}={truth['position']}"[:300]] = 1
    marks = [Mark(KIND, issuer, seen)]
    places: dict[str, int] = {}
    for name in PLACED:
        if name in case.boxes and name in truth:
            edges = [round(edge * SCALE) for edge in case.boxes[name]]
            places |= {f"{name}.{mark}": edge for mark, edge in zip(("x0", "y0", "x1", "y1"), edges, strict=True) if edge > 0}
            places[f"{name}.n"] = 1
            places |= {f"{name}.yy": edges[1] ** 2} if edges[1] else {}
    return [*marks, Mark(ZONES, issuer, places)] if places else marks


def label(issuer: str) -> str:
    return compact(issuer)[:120]


def usual(knowledge: Knowledge, issuer: str, what: str) -> Usual | None:
    """The value of `what` ("place", "notation|Quyết định") that most documents of the issuer have."""
    options = _options(knowledge, issuer, what)
    total = sum(options.values())
    if total < OFTEN:
        return None
    value = max(options, key=lambda option: options[option])
    return Usual(value, (options[value] + 0.5) / (total + 1), options[value], total)


def nearest(knowledge: Knowledge, issuer: str, what: str, read: str, limit: int) -> Usual | None:
    """The one known value of `what` that is at most `limit` letters away from what was read; None when two are as near."""
    key = compact(read)
    if len(key) < 3:
        return None
    options = _options(knowledge, issuer, what)
    ranked = sorted((distance(key, compact(option), limit), option) for option in options)
    near = [(far, option) for far, option in ranked if far <= limit]
    if not near or (len(near) > 1 and near[0][0] == near[1][0]):
        return None
    far, value = near[0]
    times = options[value]
    opinion = 0.97 - 0.12 * far - 0.25 / (times + 1)
    return Usual(value, max(0.0, opinion), times, sum(options.values()))


def knows(knowledge: Knowledge, issuer: str, what: str, read: str) -> bool:
    """True unless the issuer's values of `what` are known and none is like what was read."""
    options = _options(knowledge, issuer, what)
    return not read or not options or any(distance(compact(read), compact(option), 1) <= 1 for option in options)


def zone(knowledge: Knowledge, issuer: str, name: str) -> Box | None:
    """Where the field stands on page 1 of this issuer's documents; None where that differs or is not known."""
    tally = knowledge.tally(ZONES, label(issuer))
    count = tally.counts.get(f"{name}.n", 0) if tally else 0
    if tally is None or count < OFTEN:
        return None
    x0, y0, x1, y1 = (tally.counts.get(f"{name}.{mark}", 0) / count / SCALE for mark in ("x0", "y0", "x1", "y1"))
    spread = max(0.0, tally.counts.get(f"{name}.yy", 0) / count / SCALE**2 - y0 * y0)
    return (x0, y0, x1, y1) if spread <= _SPREAD**2 and x0 < x1 <= 1 and y0 < y1 <= 1 else None


def _options(knowledge: Knowledge, issuer: str, what: str) -> dict[str, int]:
    tally = knowledge.tally(KIND, label(issuer))
    start = f"{what}="
    return {feature[len(start) :]: n for feature, n in tally.counts.items() if feature.startswith(start)} if tally else {}
