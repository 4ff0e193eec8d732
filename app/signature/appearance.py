"""What a signature looks like on the page: what is wanted (`Appearance`) and how it is laid out (`Drawing`).

    digitised     an office's signature on a digitised paper: its name, the time; top right, first page (Circular 05/2025, art. 8)
    copy          on an electronic copy: form of copy, office, time; top right, first page (Decree 30/2020, app. I part II, I.3)
    attachment    on an attachment in a file of its own: number and notation, time; top right, first page (app. I part I, II.8)
    person        picture of the handwritten signature between title and name (II.7)
    organisation  picture of the red seal in its real size over the left third of the person's signature (II.8)
    number, date  the outgoing number and date, filled into the blanks of a document that is signed already (II.3, II.4)
    none          nothing is shown

The text is Times New Roman, upright, 10 pt, black (number and date as the decree prints them: 13 pt, the date in italics), whatever
the program's language: it belongs to the record.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from enum import StrEnum
from pathlib import Path

from app.signature.font import FontSubset
from app.signature.picture import Picture
from app.signature.place import MM, PageShape
from app.signature.words import clean
from storage.boxes import Box

__all__ = ["MM", "SEAL_MM", "Appearance", "Drawing", "Kind", "Run", "page_of", "signing_time", "texts"]

VIETNAM = timezone(timedelta(hours=7))
SIZE = 10.0  # points
LEADING = 12.0
SEAL_MM = 36.0  # a seal with no size of its own
PERSON_BOX: Box = (0.56, 0.70, 0.90, 0.80)  # where the signer's name usually stands on the last page


class Kind(StrEnum):
    DIGITISED = "digitised"
    COPY = "copy"
    ATTACHMENT = "attachment"
    ORGANISATION = "organisation"
    PERSON = "person"
    NUMBER = "number"
    DATE = "date"
    NONE = "none"


CORNER_KINDS = {Kind.DIGITISED, Kind.COPY, Kind.ATTACHMENT}
FIRST_PAGE_KINDS = CORNER_KINDS | {Kind.NUMBER, Kind.DATE}
PICTURE_KINDS = {Kind.PERSON, Kind.ORGANISATION}
COPY_FORMS = ("SAO Y", "SAO LỤC", "TRÍCH SAO")  # Decree 30/2020, art. 25 and app. I part II, I.1


@dataclass(slots=True, frozen=True)
class Appearance:
    """How to show a signature. What is left empty comes from the certificate.

    `page` counts from 1, or from the end (-1); None: the first page for texts in the corner, number and date, else the last.
    `box` is where, as fractions of the page as shown; `image` a PNG with transparent ground; `image_mm` its width on paper;
    `over` the box that the seal is laid on where the file holds no signature of a hand.
    `gaps` are the blanks for number (one) or date (day, month, and the year where it is blank too); `size` the letters' points.
    """

    kind: Kind = Kind.NONE
    organisation: str = ""
    name: str = ""
    code: str = ""  # number and notation of the document, for `attachment`; what `number` writes
    copy_form: str = "SAO Y"
    image: Path | None = None
    image_mm: float | None = None
    page: int | None = None
    box: Box | None = None
    over: Box | None = None
    issued: date | None = None  # what `date` writes
    gaps: tuple[Box, ...] = ()
    size: float | None = None


@dataclass(slots=True, frozen=True)
class Run:
    """Letters in a row: left end and baseline in points from the drawing's left bottom corner."""

    text: str
    x: float
    y: float
    size: float = SIZE


@dataclass(slots=True, frozen=True)
class Drawing:
    """An appearance laid out for one page: its box there, and either letters or a picture. Measures in points on paper."""

    page: int  # from 0; -1 is the last
    box: Box
    width: float
    height: float
    runs: tuple[Run, ...] = ()
    font: FontSubset | None = None
    picture: Picture | None = None
    room: tuple[float, float] | None = None  # points; of a field that was there before, else the drawing's own size


def signing_time(moment: datetime) -> str:
    """ISO 8601 with the offset of Vietnam: 2026-11-22T16:41:39+07:00."""
    return moment.astimezone(VIETNAM).isoformat(timespec="seconds")


def page_of(look: Appearance) -> int:
    """The page to draw on, from 0; -1 for the last."""
    if look.page is not None:
        return look.page - 1 if look.page > 0 else look.page
    return 0 if look.kind in FIRST_PAGE_KINDS else -1


def texts(look: Appearance, moment: datetime, *, subject: str, organisation: str) -> list[str]:
    """The lines before wrapping, cleaned and in NFC; for number and date one text for each blank."""
    office = look.organisation or organisation or subject
    time = f"Thời gian ký: {signing_time(moment)}"
    rows = {
        Kind.DIGITISED: [office, time],
        Kind.COPY: [look.copy_form, office, time],
        Kind.ATTACHMENT: [look.code, time],
        Kind.PERSON: [f"Ký bởi: {look.name or subject}", time],
        Kind.NUMBER: [look.code],
        Kind.DATE: date_texts(look),
    }
    return [row for row in map(clean, rows.get(look.kind, [])) if row]


def date_texts(look: Appearance) -> list[str]:
    """Day, month and year as the decree writes them (days below 10 and months 1, 2 with a zero), or the whole where no blank is."""
    if look.issued is None:
        return []
    day = f"{look.issued.day:02d}"
    month = f"{look.issued.month:02d}" if look.issued.month < 3 else str(look.issued.month)
    parts = [day, month, str(look.issued.year)]
    return parts[: len(look.gaps)] if len(look.gaps) > 1 else [f"ngày {day} tháng {month} năm {look.issued.year}"]


def fit_in(shape: PageShape, left: float, top: float, width: float, height: float) -> Box:
    """The house box, pushed back into the page where it would stick out."""
    x = max(0.0, min(left, shape.width - width)) / shape.width
    y = max(0.0, min(top, shape.height - height)) / shape.height
    return (x, y, x + width / shape.width, y + height / shape.height)
