"""The kinds and dialects of packages as data (resources/profiles)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from app.errors import AppError
from app.i18n import _

RESOURCES = Path(__file__).resolve().parents[2] / "resources"
FOLDER = RESOURCES / "profiles"
DIALECTS = ("accepted", "letter")
RECORDS = ("doc", "pic", "media")


@dataclass(slots=True, frozen=True)
class Kind:
    """What a kind of package is, whatever the dialect."""

    name: str
    oais: str  # SIP, AIP, DIP
    objid: str  # with {uuid} and {fonds}
    type: str
    division: str
    premis: str  # required, optional, absent
    code_field: str
    root_profile: str
    rep_profile: str


@dataclass(slots=True, frozen=True)
class Dialect:
    """How packages of one dialect are put into words; the keys are those of the JSON file."""

    name: str
    root_note: str
    rep_agent: str
    agreement: str  # whose code the SUBMISSIONAGREEMENT is: "dossier" or "submission"
    empty_amdsec: bool
    mdref: Mapping[str, str]
    premis_mimetype: str
    schema_mimetype: str
    record_file: Mapping[str, str]
    name_by: str  # "docId" or "name"
    zip_name: Mapping[str, str]
    schemas: Mapping[str, str]  # name in the package → file of resources/schemas, or a record


@cache
def kinds() -> Mapping[str, Kind]:
    return {name: Kind(name, **row) for name, row in _read("tt05-kinds.json").items()}


def kind(name: str) -> Kind:
    """Raises AppError `package.kind` for a kind nobody knows."""
    try:
        return kinds()[name]
    except KeyError:
        known = ", ".join(kinds())
        raise AppError(
            "package.kind",
            _("There is no package kind “{kind}”.").format(kind=name),
            _("Choose one of: {known}.").format(known=known),
        ) from None


@cache
def dialect(name: str) -> Dialect:
    """Raises AppError `package.dialect` for a dialect nobody knows."""
    if name not in DIALECTS:
        raise AppError(
            "package.dialect",
            _("There is no package dialect “{dialect}”.").format(dialect=name),
            _("Choose one of: {known}.").format(known=", ".join(DIALECTS)),
        )
    row = _read(f"tt05-{name}.json")
    return Dialect(name=row.pop("dialect"), **row)


def _read(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FOLDER / name).read_text("utf-8"))
    found.pop("about", None)
    return found
