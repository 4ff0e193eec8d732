"""The code lists that the specifications name (resources/profiles/eark-vocabularies.json, iana-media-types.txt)."""

from __future__ import annotations

import json
import re
from datetime import datetime
from functools import cache, lru_cache

from app.package.profiles import FOLDER
from app.package.xml import VIETNAM

_MOMENT = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2})(?:\.[0-9]+)?(?:Z|[+-][0-9]{2}:[0-9]{2})?")
_CITS = re.compile(r"cits[a-z]+_v\d+(?:_\d+)+")  # every content information type specification, whatever its version


def known(name: str, value: str) -> bool:
    """Whether the list `name` holds `value`; `mime` is IANA's register of media types."""
    if name == "mime":
        return value.partition(";")[0].strip().lower() in _media_types()
    if name == "content" and _CITS.fullmatch(value):
        return True
    if name == "category":
        value = _plain(value)
    return value in _list(name)


def nearly(name: str, value: str) -> bool:
    """Whether `value` begins with a word of the list written in other letters, e.g. `documentation` or `SCHEMAS/x`."""
    word = value.partition("/")[0].strip()
    return word not in _list(name) and word.casefold() in {each.casefold() for each in _list(name)}


def starts_with_one(name: str, value: str) -> bool:
    """Whether `value` is a word of the list or a path below one of them, e.g. `Representations/rep1`."""
    return value.partition("/")[0] in _list(name)


@lru_cache(maxsize=1024)  # most files of a package bear the same moment
def is_moment(value: str) -> bool:
    """Whether `value` is an xs:dateTime: `2026-11-22T09:30:00`, with a fraction and an offset or without."""
    match = _MOMENT.fullmatch(value.strip())
    if match is None:
        return False
    try:
        datetime.fromisoformat(match[1])
    except ValueError:
        return match[1].endswith("T24:00:00")  # XML Schema's way to write the end of a day
    return True


def after(value: str, now: str) -> bool:
    """Whether an xs:dateTime lies after `now` (ISO 8601 with an offset); a day's grace for clocks and missing offsets."""
    try:
        moment = datetime.fromisoformat(value.strip())
    except ValueError:
        return False  # the schema says what is wrong with it
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=VIETNAM)
    return (moment - datetime.fromisoformat(now)).total_seconds() > 86_400


@cache
def _list(name: str) -> frozenset[str]:
    listed = json.loads((FOLDER / "eark-vocabularies.json").read_text("utf-8"))[name]
    return frozenset(_plain(each) for each in listed) if name == "category" else frozenset(listed)


@cache
def _media_types() -> frozenset[str]:
    return frozenset((FOLDER / "iana-media-types.txt").read_text("ascii").split())


def _plain(value: str) -> str:
    return re.sub(r"\s*[-–—]\s*", " - ", " ".join(value.split()))
