"""What a signature looks like on the page.

    digitised     an office's signature on a digitised paper: its name, the time; top right, first page (Circular 05/2025, art. 8)
    copy          on an electronic copy: form of copy, office, time; top right, first page (Decree 30/2020, app. I part II, I.3)
    attachment    on an attachment in a file of its own: number and notation, time; top right, first page (app. I part I, II.8)
    person        picture of the handwritten signature between title and name (II.7)
    organisation  picture of the red seal in its real size over the left third of the person's signature (II.8)
    none          nothing is shown

The text is Times New Roman, upright, 10 pt, black, whatever the program's language: it belongs to the record.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from enum import StrEnum
from pathlib import Path

from app.errors import AppError
from app.i18n import _
from app.signature.font import FONT, FontSubset, missing, subset_for
from app.signature.picture import Picture, read_picture
from app.signature.place import MM, PageShape
from app.signature.words import clean
from storage.records.reading import Box

VIETNAM = timezone(timedelta(hours=7))
SIZE = 10.0  # points
LEADING = 12.0
TOP, RIGHT = 6 * MM, 10 * MM  # the corner of the first page, clear of the state's name
WIDEST = 0.45  # of the page
SEAL_MM = 36.0  # a seal with no size of its own
SMALLEST_SEAL_MM, LARGEST_SEAL_MM = 15.0, 60.0
PERSON_BOX: Box = (0.56, 0.70, 0.90, 0.80)  # where the signer's name usually stands on the last page


class Kind(StrEnum):
    DIGITISED = "digitised"
    COPY = "copy"
    ATTACHMENT = "attachment"
    ORGANISATION = "organisation"
    PERSON = "person"
    NONE = "none"


CORNER_KINDS = {Kind.DIGITISED, Kind.COPY, Kind.ATTACHMENT}


@dataclass(slots=True, frozen=True)
class Appearance:
    """How to show a signature. What is left empty comes from the certificate.

    `page` counts from 1 (None: the first page for texts in the corner, else the last); `box` is where, as fractions of the
    page as shown; `image` a PNG with transparent ground; `image_mm` its width on paper; `over` the box of the person's
    signature that the seal is laid on (None: the last visible signature in the file).
    """

    kind: Kind = Kind.NONE
    organisation: str = ""
    name: str = ""
    code: str = ""  # number and notation of the document, for `attachment`
    copy_form: str = "SAO Y"
    image: Path | None = None
    image_mm: float | None = None
    page: int | None = None
    box: Box | None = None
    over: Box | None = None


@dataclass(slots=True, frozen=True)
class Drawing:
    """An appearance laid out for one page: its box there, and either lines of text or a picture. Measures in points."""

    page: int  # from 0; -1 is the last
    box: Box
    width: float
    height: float
    lines: tuple[str, ...] = ()
    font: FontSubset | None = None
    picture: Picture | None = None
    room: tuple[float, float] | None = None  # points; of a field that was there before, else the drawing's own size


def signing_time(moment: datetime) -> str:
    """ISO 8601 with the offset of Vietnam: 2026-11-22T16:41:39+07:00."""
    return moment.astimezone(VIETNAM).isoformat(timespec="seconds")


def page_of(look: Appearance) -> int:
    """The page to draw on, from 0; -1 for the last."""
    if look.page is not None:
        return look.page - 1
    return 0 if look.kind in CORNER_KINDS else -1


def texts(look: Appearance, moment: datetime, *, subject: str, organisation: str) -> list[str]:
    """The lines before wrapping, cleaned and in NFC."""
    office = look.organisation or organisation or subject
    time = f"Thời gian ký: {signing_time(moment)}"
    rows = {
        Kind.DIGITISED: [office, time],
        Kind.COPY: [look.copy_form, office, time],
        Kind.ATTACHMENT: [look.code, time],
        Kind.PERSON: [f"Ký bởi: {look.name or subject}", time],
    }
    return [row for row in map(clean, rows.get(look.kind, [])) if row]


def draw(look: Appearance, shape: PageShape, rows: list[str], over: Box | None = None) -> Drawing:
    """Lays the appearance out on a page. `rows` are from `texts`, `over` is the signature found for a seal.

    Raises `sign.glyph_missing`, `sign.image_missing`, `sign.image_bad`, `sign.code_missing`, `sign.page_too_small`.
    """
    if look.kind is Kind.ATTACHMENT and not clean(look.code):
        raise AppError(
            "sign.code_missing",
            _("The number and notation of the document are missing; an attachment's signature has to show them."),
            _("Fill them in and sign again."),
        )
    if look.kind is Kind.ORGANISATION:
        return draw_seal(look, shape, over)
    if look.kind is Kind.PERSON and look.image is not None:
        picture = read_picture(look.image)
        return fit_picture(look, shape, picture, look.box or PERSON_BOX)
    return draw_text(look, shape, rows)


def draw_text(look: Appearance, shape: PageShape, rows: list[str]) -> Drawing:
    check_glyphs("".join(rows))
    font = subset_for("".join(rows))
    box = look.box or (PERSON_BOX if look.kind is Kind.PERSON else None)
    room = (box[2] - box[0]) * shape.width if box else shape.width * WIDEST
    lines = tuple(line for row in rows for line in wrap(row, font, max(room, SIZE * 2)))
    width = max(font.width(line, SIZE) for line in lines) + 1
    height = LEADING * len(lines) + 2
    if width > shape.width or height > shape.height:
        raise AppError(
            "sign.page_too_small",
            _("The page is too small for the text of the signature."),
            _("Sign without a visible signature, or choose another page."),
        )
    left = box[0] * shape.width if box else shape.width - min(RIGHT, shape.width - width) - width
    top = box[1] * shape.height if box else min(TOP, shape.height - height)
    placed = place(shape, left, top, width, height)
    return Drawing(page_of(look), placed, width, height, lines, font)


def draw_seal(look: Appearance, shape: PageShape, over: Box | None) -> Drawing:
    if look.image is None:
        raise AppError(
            "sign.image_missing",
            _("The picture of the seal is missing."),
            _("Choose the PNG picture of the red seal in the settings, or another appearance."),
        )
    picture = read_picture(look.image)
    width = seal_width(look, picture) * MM
    height = width * picture.height / picture.width
    signature = look.over or over
    if look.box is not None:
        left, top = look.box[0] * shape.width, look.box[1] * shape.height
    else:
        x0, y0, x1, y1 = signature or PERSON_BOX
        left = (x0 + (x1 - x0) / 3) * shape.width - width  # its right edge ends the left third of the signature
        top = (y0 + y1) / 2 * shape.height - height / 2
    return Drawing(page_of(look), place(shape, left, top, width, height), width, height, picture=picture)


def seal_width(look: Appearance, picture: Picture) -> float:
    """In mm: as asked, as the picture's resolution says when that can be a seal, else the usual size."""
    if look.image_mm:
        return look.image_mm
    natural = picture.millimetres
    return natural if natural and SMALLEST_SEAL_MM <= natural <= LARGEST_SEAL_MM else SEAL_MM


def fit_picture(look: Appearance, shape: PageShape, picture: Picture, box: Box) -> Drawing:
    """The picture as large as the box (or `image_mm`) allows, in its middle."""
    room = ((box[2] - box[0]) * shape.width, (box[3] - box[1]) * shape.height)
    scale = min(room[0] / picture.width, room[1] / picture.height)
    if look.image_mm:
        scale = look.image_mm * MM / picture.width
    width, height = picture.width * scale, picture.height * scale
    left = (box[0] + box[2]) / 2 * shape.width - width / 2
    top = (box[1] + box[3]) / 2 * shape.height - height / 2
    return Drawing(page_of(look), place(shape, left, top, width, height), width, height, picture=picture)


def place(shape: PageShape, left: float, top: float, width: float, height: float) -> Box:
    """The house box, pushed back into the page where it would stick out."""
    x = max(0.0, min(left, shape.width - width)) / shape.width
    y = max(0.0, min(top, shape.height - height)) / shape.height
    return (x, y, x + width / shape.width, y + height / shape.height)


def wrap(row: str, font: FontSubset, room: float) -> list[str]:
    """Breaks at spaces; a word wider than the room is cut."""
    lines: list[str] = []
    for word in row.split(" "):
        joined = f"{lines[-1]} {word}" if lines else word
        if lines and font.width(joined, SIZE) <= room:
            lines[-1] = joined
            continue
        rest = word
        while rest:
            fitting = next((n for n in range(len(rest), 1, -1) if font.width(rest[:n], SIZE) <= room), 1)
            lines.append(rest[:fitting])
            rest = rest[fitting:]
    return lines


def check_glyphs(text: str) -> None:
    absent = missing(text, FONT)
    if absent:
        raise AppError(
            "sign.glyph_missing",
            _("The text of the signature holds characters that can't be drawn: {characters}").format(characters=absent),
            _("Change the name of the office or the signer in the settings."),
        )
