"""What the reading gets wrong again and again, and the clerk mends again and again: "TIr" is "TTr" in this office's print.

Kept by the piece (between blanks, dashes and slashes), with how often a piece was right as it was read: a piece that is both is
left alone. A whole value that was mended the same way before is mended the same way again.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.describe.fuzzy import compact, distance, tidy
from app.describe.learning.knowledge import Knowledge, Mark
from storage.text import clean, lowered

FIELDS = ("codeNotation", "organName", "parentOrgan", "place", "position", "signer")
PERSONAL = ("signer",)  # stays on this desk
_CUT = {"codeNotation": re.compile(r"([-/.\s]+)")}
_BLANKS = re.compile(r"(\s+)")
PIECES = 16
LONGEST = 40


@dataclass(slots=True, frozen=True)
class Mended:
    value: str
    opinion: float
    wrong: str  # the piece, or the whole value, that was mended
    right: str
    times: int


def marks_of(name: str, read: str, right: str) -> list[Mark]:
    """What one field teaches. Nothing where the pieces don't answer to each other."""
    read, right = clean(tidy(read)), clean(right)
    if not read or not right:
        return []
    marks = [Mark(f"form:{name}", compact(read)[:120], {right[:300]: 1})] if len(compact(read)) >= 3 else []
    pairs = {(a, b) for a, b in _pairs(_cut(name, read), _cut(name, right)) if a and b and max(len(a), len(b)) <= LONGEST}
    return marks + [Mark(f"fix:{name}", a, {b: 1}) for a, b in sorted(pairs)[:PIECES]]


def _pairs(left: list[str], right: list[str]) -> list[tuple[str, str]]:
    """Pieces that answer to each other; where one fell apart ("KI-I" for "KH") the two of it together."""
    if len(left) == len(right):
        return list(zip(left[::2], right[::2], strict=True))
    if len(left) != len(right) + 2 or len(right) > PIECES:
        return []
    ways = []
    for at in range(0, len(right), 2):
        joined = [*left[:at], "".join(left[at : at + 3]), *left[at + 3 :]]
        pairs = list(zip(joined[::2], right[::2], strict=True))
        ways.append((sum(distance(compact(a), compact(b), LONGEST) for a, b in pairs), pairs))
    return min(ways, key=lambda way: way[0])[1]


def mend(knowledge: Knowledge, name: str, read: str) -> Mended | None:
    """The value as the clerk would have mended it; None where nothing is known to be wrong."""
    read = clean(tidy(read))
    if not read or name not in FIELDS:
        return None
    return _whole(knowledge, name, read) or _by_pieces(knowledge, name, read)


def _whole(knowledge: Knowledge, name: str, read: str) -> Mended | None:
    tally = knowledge.tally(f"form:{name}", compact(read)[:120])
    if tally is None:
        return None
    right, times = max(tally.counts.items(), key=lambda item: item[1], default=("", 0))
    all_times = sum(tally.counts.values())
    return Mended(right, (times + 0.6) / (all_times + 1), read, right, times) if times else None


def _by_pieces(knowledge: Knowledge, name: str, read: str) -> Mended | None:
    parts = _cut(name, read)
    opinion, first = 1.0, None
    for at in range(0, len(parts), 2):
        for end in (at + 3, at + 1):
            piece = "".join(parts[at:end])
            found = _piece(knowledge, name, piece) if end <= len(parts) else None
            if found:
                right, sure, times = found
                first = first or (piece, right, times)
                parts[at:end] = [right, *[""] * (end - at - 1)]
                opinion = min(opinion, sure)
                break
    if first is None:
        return None
    return Mended("".join(parts), opinion, *first)


def _piece(knowledge: Knowledge, name: str, piece: str) -> tuple[str, float, int] | None:
    tally = knowledge.tally(f"fix:{name}", piece)
    if tally is None:
        return None
    right, times = max(tally.counts.items(), key=lambda item: item[1])
    if right == piece or times < _least(name, piece, right):
        return None
    return right, (times + 0.5) / (sum(tally.counts.values()) + 1), times


def _least(name: str, piece: str, right: str) -> int:
    """A notation is made of few pieces and one correction tells; a name may really be another name."""
    return 1 if name == "codeNotation" or lowered(piece) == lowered(right) else 2


def _cut(name: str, value: str) -> list[str]:
    """Pieces at even places, what stands between them at odd ones."""
    return _CUT.get(name, _BLANKS).split(value)
