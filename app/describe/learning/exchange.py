"""Knowledge for the other desks: counts as JSON, without texts, names of people, or words that stood in one document only.

    {"format": "vankho-knowledge", "version": 1, "origin": "<archive>", "made": "<day>", "counts": {kind: {label: [seen, {feature: n}]}}}

What comes in was written by somebody else: every kind, length and number is checked before any of it counts.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from app.describe.learning import corrections, habits, trials
from app.describe.learning.knowledge import CHOICES, ENTRIES, FEATURES, FEATURES_ELSE, LABELS, SLACK, Key, Knowledge, Tally
from app.errors import AppError
from app.i18n import _
from storage.text import clean

FORMAT, VERSION = "vankho-knowledge", 1
LARGEST = 24 * 1024 * 1024  # bytes of a file
BRACKETS, COMMAS = 200_000, 2_000_000  # more would fill the memory before anything is checked
MOST = 1_000_000  # documents that a count may speak of
DEEPEST = 8
_PAIRED = tuple(f"{kind}:{name}" for kind in ("fix", "form") for name in corrections.FIELDS if name not in corrections.PERSONAL)
KINDS = (*CHOICES, *_PAIRED, habits.KIND, habits.ZONES, trials.KIND)
_ORIGIN = re.compile(r"[0-9A-Za-z][0-9A-Za-z.-]{0,59}")


def shareable(knowledge: Knowledge) -> Knowledge:
    """The part that may leave this desk."""
    out = Knowledge()
    for (kind, label), tally in knowledge.rows():
        if kind in KINDS and (counts := _shared_counts(kind, tally)):
            out.put((kind, label), Tally(tally.seen, counts))
    return out


def _shared_counts(kind: str, tally: Tally) -> dict[str, int]:
    if kind == habits.ZONES:
        return dict(tally.counts)
    counts = {f: min(n, tally.seen) for f, n in tally.counts.items()}  # a count may outlive its documents after a trim
    if kind == habits.KIND:
        return {f: n for f, n in counts.items() if not f.startswith(habits.PERSONAL)}
    if kind in CHOICES:
        return {f: n for f, n in counts.items() if not f.startswith("g:") and n > 1}
    return counts


def to_json(knowledge: Knowledge, origin: str, made: str) -> bytes:
    """`origin` names the archive (its id), `made` the day. Only what is `shareable`."""
    counts: dict[str, dict[str, Any]] = {}
    for (kind, label), tally in sorted(shareable(knowledge).rows()):
        counts.setdefault(kind, {})[label] = [tally.seen, dict(sorted(tally.counts.items()))]
    whole = {"format": FORMAT, "version": VERSION, "origin": origin, "made": made, "counts": counts}
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":")).encode()


def from_json(data: bytes) -> tuple[str, Knowledge]:
    """(origin, knowledge). Raises AppError `knowledge.broken`, `knowledge.newer`, `knowledge.too_large`."""
    if len(data) > LARGEST:
        raise AppError(
            "knowledge.too_large",
            _("This file is too large to be knowledge of another desk."),
            _("Ask that desk to export it again."),
        )
    whole = _parsed(data)
    if not isinstance(whole, dict) or whole.get("format") != FORMAT:
        raise broken("format")
    version = whole.get("version")
    if type(version) is not int or version < 1:
        raise broken("version")
    if version > VERSION:
        raise AppError(
            "knowledge.newer",
            _("This knowledge was exported by a newer version of Văn Khố."),
            _("Install the newer version on this PC, or ask for an export from this version."),
        )
    origin, counts = whole.get("origin"), whole.get("counts")
    if not isinstance(origin, str) or not _ORIGIN.fullmatch(origin):
        raise broken("origin")
    if not isinstance(counts, dict) or not counts.keys() <= set(KINDS):
        raise broken("kinds")
    found = Knowledge()
    for kind, labels in counts.items():
        _take(found, kind, labels)
    return origin, found


def _parsed(data: bytes) -> Any:
    if data.count(b"[") + data.count(b"{") > BRACKETS or data.count(b",") > COMMAS:
        raise broken("size")
    try:
        text = data.decode("utf-8")
        if _depth(text) > DEEPEST:
            raise broken("depth")
        return json.loads(text, object_pairs_hook=_no_twins, parse_constant=_refuse, parse_int=_short_number)
    except (ValueError, RecursionError) as error:
        raise broken(str(error)[:200]) from error


def _depth(text: str) -> int:
    """How deep brackets are nested, those in strings apart."""
    deepest = depth = 0
    for found in re.finditer(r'"(?:[^"\\]|\\.)*"|[\[{\]}]', text):
        mark = found.group()[0]
        if mark in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif mark in "]}":
            depth -= 1
    return deepest


def _no_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found


def _refuse(constant: str) -> Any:
    raise ValueError(constant)


def _short_number(digits: str) -> int:
    if len(digits) > 12:
        raise ValueError("a number is too long")
    return int(digits)


def _take(found: Knowledge, kind: str, labels: Any) -> None:
    if not isinstance(labels, dict) or len(labels) > LABELS * SLACK:
        raise broken(f"labels of {kind}")
    entries = 0
    for label, row in labels.items():
        if not _is_text(label, 300) or not isinstance(row, list) or len(row) != 2:
            raise broken(f"a label of {kind}")
        seen, counts = row
        entries += len(counts) if isinstance(counts, dict) else 0
        if not _is_count(seen) or entries > ENTRIES * SLACK:
            raise broken(f"counts of {kind}")
        key: Key = (kind, label)
        found.put(key, Tally(seen, _checked(kind, seen, counts)))


def _checked(kind: str, seen: int, counts: Any) -> dict[str, int]:
    most = FEATURES.get(kind, FEATURES_ELSE) * SLACK
    if not isinstance(counts, dict) or not 0 < len(counts) <= most:
        raise broken(f"features of {kind}")
    right = _SHAPES.get(kind.partition(":")[0], _is_feature)
    for feature, amount in counts.items():
        highest = seen * habits.SCALE**2 if kind == habits.ZONES else seen
        if not _is_text(feature, 300) or not right(feature) or not _is_count(amount) or amount > highest:
            raise broken(f"a feature of {kind}")
    return dict(counts)


def _is_text(value: Any, longest: int) -> bool:
    """Text as `clean` leaves it: no control characters, nothing that hides."""
    return isinstance(value, str) and 0 < len(value) <= longest and _is_sound(value)


def _is_sound(value: str) -> bool:
    return clean(value) == value and not any("\ud800" <= char <= "\udfff" for char in value)


def _is_count(value: Any) -> bool:
    return type(value) is int and 0 < value <= MOST * habits.SCALE**2


def _is_feature(feature: str) -> bool:
    return re.fullmatch(r"[a-z]:.{1,90}", feature) is not None and not feature.startswith("g:")


_SHAPES: dict[str, Callable[[str], bool]] = {
    "fix": lambda feature: len(feature) <= corrections.LONGEST,
    "form": bool,
    habits.KIND: lambda feature: feature.startswith(("place=", "parentOrgan=", "notation|")),
    habits.ZONES: lambda feature: re.fullmatch(r"[A-Za-z]{1,20}\.(?:x0|y0|x1|y1|n|yy)", feature) is not None,
    trials.KIND: lambda feature: re.fullmatch(r"[0-9][+-]", feature) is not None,
}


def broken(detail: str = "") -> AppError:
    return AppError(
        "knowledge.broken",
        _("This file is no knowledge exported by Văn Khố, or it is damaged. Nothing was taken from it."),
        _("Ask the other desk to export its knowledge again."),
        detail=detail,
    )
