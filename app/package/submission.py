"""Submission agreements as data: which files a receiving archive takes, whether they must be PDF/A and signed, how large, how long kept."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.errors import AppError
from app.i18n import _
from app.package.profiles import FOLDER, RECORDS

SHIPPED = FOLDER / "agreement.json"
# PRONOM's keys of PDF/A-1a … PDF/A-4f
PDFA = frozenset({"fmt/95", "fmt/354", *(f"fmt/{n}" for n in range(476, 482)), *(f"fmt/{n}" for n in range(1910, 1913))})


@dataclass(slots=True, frozen=True)
class Agreement:
    """`media`: record → media types of its main file; None takes all. `largest_file` in bytes, 0 for no limit.

    `maintenance`: the retention codes that the archive takes; None for all.
    """

    name: str
    media: Mapping[str, Sequence[str] | None]
    attachments: Sequence[str] | None
    pdfa: bool
    signed: bool
    largest_file: int
    maintenance: Sequence[str] | None


def agreement(path: Path | None = None) -> Agreement:
    """The agreement in a file, or the shipped one. Raises AppError `agreement.broken`."""
    place = path or SHIPPED
    try:
        told: dict[str, Any] = json.loads(place.read_text("utf-8"))
        media = {record: _listed(told["media"].get(record)) for record in RECORDS}
        return Agreement(
            str(told.get("name") or place.stem),
            media,
            _listed(told.get("attachments")),
            bool(told.get("pdfa")),
            bool(told.get("signed")),
            int(told.get("largest_file") or 0),
            _listed(told.get("maintenance")),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise AppError(
            "agreement.broken",
            _("The submission agreement “{name}” cannot be read.").format(name=place.name),
            _("Choose another file, or take the one that is shipped."),
            detail=str(error)[:200],
        ) from error


def _listed(value: Any) -> list[str] | None:
    return None if value is None else [str(each) for each in value]
