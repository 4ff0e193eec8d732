"""The look of a signature for one document or file: what it says, which picture, and where it stands.

A place that the clerk chose by hand is kept as a template for that kind of signature on that type of document: as a shift from the
place that is found by itself, so that it fits the next document too.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from app.desk import found
from app.desk.pages import words_of
from app.desk.placing import Place, find_place, first_and_last, put, upright
from app.errors import AppError
from app.jobs import Job
from app.recognise.words import from_plain
from app.rules import codes
from app.sandbox import SandboxPool
from app.settings import Settings
from app.signature.appearance import CORNER_KINDS, PICTURE_KINDS, Appearance, Kind
from app.workspace import Workspace
from storage import queries
from storage.records import Document, PageText
from storage.records.reading import Box

TEMPLATES = "sign.places"
MOST_TEMPLATES = 200


@dataclass(slots=True, frozen=True)
class Wish:
    """What is asked for; what is empty comes from the document, the settings and the certificate.

    `page` and `box` fix the place (page from 1, -1 the last; box in fractions of the page as shown).
    """

    kind: str
    organisation: str = ""
    code: str = ""
    copy_form: str = "SAO Y"
    image: Path | None = None
    issued: date | None = None
    page: int | None = None
    box: Box | None = None


@dataclass(slots=True, frozen=True)
class Looked:
    """The look for one file; `place` where it was found (None: not looked for or not found), `by_hand` that a template moved it."""

    look: Appearance | None
    place: Place | None = None
    by_hand: bool = False


def look_for_document(workspace: Workspace, document_id: int, wish: Wish) -> Looked:
    """The look for a document of the archive. Raises AppError `document.gone`."""
    if wish.kind == "none":
        return Looked(None)
    kind = Kind(wish.kind)
    with workspace.catalog.read() as session:
        document = found.document(session, document_id)
        rows = queries.pages_of(session, document_id)
        upright_copy = queries.best_rendition(session, document_id, "access") is not None
        wanted = set(first_and_last(len(rows))) if kind not in CORNER_KINDS else set()
        pages = {
            row.number: upright(words_of(row), row.turn if upright_copy else 0)
            for row in rows
            if row.number in wanted and row.words is not None
        }
        type_name = codes.type_word(document.type_name)
        look = _filled_in(kind, wish, document)
        whole = two_digits(document.code_number) + document.code.removeprefix(document.code_number)
    settings = workspace.settings
    return _place(_with_settings(look, settings, wish), pages, type_name, settings, wish, whole)


def look_for_file(job: Job, boxes: SandboxPool, path: Path, wish: Wish, settings: Settings) -> Looked:
    """The look for a file outside of the archive: its own text layer is read where a place has to be found."""
    if wish.kind == "none":
        return Looked(None)
    kind = Kind(wish.kind)
    look = Appearance(kind, organisation=wish.organisation, code=wish.code, copy_form=wish.copy_form, issued=wish.issued)
    pages = _layers(job, boxes, path) if kind not in CORNER_KINDS and wish.box is None else {}
    return _place(_with_settings(look, settings, wish), pages, "", settings, wish)


def remember(settings: Settings, kind: str, type_name: str, place: Place | None, page: int, box: Box) -> None:
    """Keeps where the clerk put this kind of signature on this type of document; `page` from 1, or -1 for the last."""
    kept = _templates(settings)
    kept.pop(_key(kind, type_name), None)
    row: dict[str, Any] = {"page": page, "box": [round(v, 5) for v in box]}
    if place is not None:
        row["by"] = [round(box[0] - place.box[0], 5), round(box[1] - place.box[1], 5)]
    kept[_key(kind, type_name)] = row
    settings.set(TEMPLATES, json.dumps(dict(list(kept.items())[-MOST_TEMPLATES:]), ensure_ascii=False))


def forget(settings: Settings, kind: str, type_name: str) -> None:
    """Back to the place that is found by itself."""
    kept = _templates(settings)
    if kept.pop(_key(kind, type_name), None) is not None:
        settings.set(TEMPLATES, json.dumps(kept, ensure_ascii=False))


def _key(kind: str, type_name: str) -> str:
    return f"{kind}|{type_name}"


def _templates(settings: Settings) -> dict[str, Any]:
    """What was kept; an edited file may hold anything."""
    try:
        kept = json.loads(settings[TEMPLATES] or "{}")
    except ValueError:
        return {}
    return {k: v for k, v in kept.items() if _sound(v)} if isinstance(kept, dict) else {}


def _sound(row: Any) -> bool:
    if not isinstance(row, dict) or not isinstance(row.get("page"), int):
        return False
    numbers = [row.get("box"), row.get("by", [0, 0])]
    lengths = [4, 2]
    return all(
        isinstance(part, list) and len(part) == many and all(isinstance(v, int | float) for v in part)
        for part, many in zip(numbers, lengths, strict=True)
    )


def _filled_in(kind: Kind, wish: Wish, document: Document) -> Appearance:
    code = wish.code or (document.code if kind is Kind.ATTACHMENT else document.code_number)
    return Appearance(
        kind,
        organisation=wish.organisation,
        code=two_digits(code) if kind is Kind.NUMBER else code,
        copy_form=wish.copy_form,
        issued=wish.issued or codes.parse_date(document.issued_date),
    )


def _with_settings(look: Appearance, settings: Settings, wish: Wish) -> Appearance:
    look = replace(look, organisation=look.organisation or settings["office.agency"])
    if look.kind in PICTURE_KINDS:
        seal = look.kind is Kind.ORGANISATION
        image = wish.image or settings["sign.seal_image" if seal else "sign.person_image"]
        look = replace(look, image=image, image_mm=(settings["sign.seal_mm"] or None) if seal else None)
    return look


def _place(
    look: Appearance, pages: Mapping[int, PageText], type_name: str, settings: Settings, wish: Wish, whole: str = ""
) -> Looked:
    """`whole` is the number with its notation, for a line on which no notation is printed."""
    if wish.box is not None:
        gaps = (wish.box,) if look.kind in (Kind.NUMBER, Kind.DATE) else ()
        return Looked(replace(look, page=wish.page, box=wish.box, gaps=gaps))
    place = find_place(look.kind, pages)
    if place is not None and place.whole and look.kind is Kind.NUMBER:
        look = replace(look, code=wish.code or whole or look.code)
    kept = _templates(settings).get(_key(look.kind.value, type_name))
    if kept is not None:
        return Looked(_as_kept(look, place, kept), place, by_hand=True)
    return Looked(put(look, place), place)


def _as_kept(look: Appearance, place: Place | None, kept: Mapping[str, Any]) -> Appearance:
    if place is not None and "by" in kept and look.kind is not Kind.ORGANISATION:
        return put(look, place.moved((kept["by"][0], kept["by"][1])))
    x0, y0, x1, y1 = kept["box"]
    box: Box = (x0, y0, x1, y1)
    gaps = (box,) if look.kind in (Kind.NUMBER, Kind.DATE) else ()
    return replace(look, page=kept["page"], box=box, gaps=gaps)


def _layers(job: Job, boxes: SandboxPool, path: Path) -> dict[int, PageText]:
    """The text of the first and the last pages; none where the file has none, or can't be read: then signing says why."""
    try:
        count = int(boxes.call("app.capture.tasks:inspect", path=str(path.absolute()), job=job)["pages"])
        pages = {}
        for number in first_and_last(count):
            plain = boxes.call("app.recognise.tasks:read_text_layer", path=str(path.absolute()), index=number - 1, job=job)
            if plain is not None:
                pages[number] = from_plain(plain)
    except AppError:
        return {}
    return pages


def two_digits(number: str) -> str:
    """Numbers below 10 have a zero before them (Decree 30/2020, app. I part I, II.3.c)."""
    return number.zfill(2) if re.fullmatch(r"\d", number.strip()) else number
