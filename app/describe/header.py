"""The fields of a document from its words: rules and geometry, no network, no learning.

`describe` is the door of this room. It reads page 1 from the top (head, number and date, marks, title, subject), the last
page from the end (signer, recipients), and what goes with them. What stands there but can't be read comes back empty with
its place, so that the clerk sees the crop: an empty field is a minute's work, a wrong one that looks sure is a wrong archive.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from app.describe.attachments import read_attachments
from app.describe.closing import read_closing
from app.describe.closing_date import beside_opening, contradicted, find_end_date
from app.describe.dateline import date_of_opening
from app.describe.first import NOT_FOUND, FirstPage, read_first_page
from app.describe.head_again import look_again_at_head
from app.describe.ink import PageReader, Shape
from app.describe.language import read_language
from app.describe.layout import Line, Sheet
from app.describe.marks.again import look_again_at_marks
from app.describe.places import mended_place
from app.describe.readers import Reader, Slot, ask
from app.describe.second import read_places_again
from app.describe.signing import look_again_at_end
from app.i18n import N_
from storage.records.reading import FieldReading, PageText

FIELDS = (
    "codeNumber", "codeNotation", "issuedDate", "typeName", "organName", "parentOrgan", "subject", "place", "signer",
    "position", "authority", "addressee", "recipients", "attachments", "urgency", "secrecy", "circulation", "arrivalNumber",
    "arrivalDate", "language", "numberOfPage", "sheets",
)  # fmt: skip
_TOGETHER = {"codeNumber": ("codeNumber", "codeNotation"), "issuedDate": ("issuedDate", "place"), "subject": ("subject",)}
_SHAPES: tuple[Shape, ...] = ("page", "block")
LANGUAGE_PAGES = 3  # annexes of figures tell nothing


@dataclass(slots=True)
class Header:
    """Readings by field, and the places where number and date must stand (for readers of handwriting)."""

    fields: dict[str, FieldReading] = field(default_factory=dict)
    slots: list[Slot] = field(default_factory=list)
    body: float = 0.5  # page widths: where the head of page 1 ends
    ended: bool = False  # the date is that of the end
    sheets: list[Sheet] = field(default_factory=list)  # the pages that it was read from, as lines
    names: list[Line] = field(default_factory=list)  # rows of the issuer's names
    gap: FieldReading | None = None  # where the head's date must stand that was not found while the end has one

    @property
    def dated(self) -> bool:
        """Whether a date, or a line for one, was found."""
        found = self.fields.get("issuedDate")
        return found is not None and found.confidence > NOT_FOUND


def describe(
    pages: Sequence[PageText],
    *,
    images: Sequence[Path] | None = None,
    today: date,
    engine: PageReader | None = None,
    readers: Mapping[str, Sequence[Reader]] | None = None,
) -> dict[str, FieldReading]:
    """The fields of one document, those that were found or whose place was found. Keys: `FIELDS`.

    `pages` are all its pages in order, `images` their pictures, `today` the last day that a date may be. With images an
    `engine` reads again what a seal or a red frame hides (0.1 … 0.4 s), and `readers` (by field) offer candidates.
    A field that stands on the page but can't be read has the value "" and a low confidence. `typeName`, urgency and
    secrecy are the Vietnamese names, dates dd/MM/yyyy, several names are joined with "; ".
    """
    header = read_header(pages, today=today)
    if images and engine and pages:
        look_again(header, pages, images, engine, today)
    if images and readers:
        for slot in header.slots:
            if slot.field in header.fields:
                header.fields[slot.field] = ask(readers, images, slot, header.fields[slot.field])
    return {name: header.fields[name] for name in FIELDS if name in header.fields}


def read_header(pages: Sequence[PageText], *, today: date) -> Header:
    """Readings and slots by the rules alone."""
    header = Header()
    if not pages:
        return header
    header.fields["numberOfPage"] = FieldReading(str(len(pages)), 1.0, None, None, "rule", N_("Counted."))
    header.sheets = sheets = [Sheet.of(page, number) for number, page in enumerate(pages, 1)]
    if not any(sheet.lines for sheet in sheets):
        return header
    first = read_first_page(sheets[0], today)
    header.fields.update(first.fields)
    header.slots, header.body, header.names = first.slots, first.body, first.names
    closing = read_closing(sheets)
    if closing:
        header.fields.update(closing.fields)
    attachments = read_attachments(sheets, closing.page if closing else None)
    if attachments:
        header.fields["attachments"] = attachments
    _take_end_date(header, first, sheets, today)
    if "place" in header.fields:
        header.fields["place"] = mended_place(header.fields)
    language = read_language([page.text for page in pages[:LANGUAGE_PAGES]])
    if language:
        header.fields["language"] = language
    return header


def look_again(header: Header, pages: Sequence[PageText], images: Sequence[Path], engine: PageReader, today: date) -> None:
    """What overlapping inks or a swallowed line hid; a reading of the first look gives way only where it was missing.

    `header` is what was read from these `pages`.
    """
    for shape in _SHAPES:
        _look_again_at_lost(header, pages[0], images[0], engine, today, shape)
    sheets = header.sheets
    header.fields.update(look_again_at_end(pages, sheets, images, engine, header.fields))
    header.fields.update(look_again_at_head(pages[0], sheets[0], images[0], engine, header.fields, today, header.names))
    header.fields.update(look_again_at_marks(pages[0], sheets[0], images[0], engine, header.body, header.fields))


def _look_again_at_lost(header: Header, first: PageText, image: Path, engine: PageReader, today: date, shape: Shape) -> None:
    lost = [name for name in ("codeNumber", "issuedDate", "subject") if _lost(header, name)]
    if header.gap is not None:
        lost.append("issuedDate")  # the head may have one that the engine lost
    places = {**header.fields, "issuedDate": header.gap or header.fields.get("issuedDate")}
    boxes = [box for name in lost if (found := places[name]) and (box := found.box)]
    page = read_places_again(first, image, engine, boxes, shape) if boxes else None
    if page is None:
        return
    second = read_header([page], today=today)
    names = [field for name in lost for field in _TOGETHER[name]]
    header.fields.update({n: second.fields[n] for n in names if n in second.fields and not _lost(second, n)})
    if header.gap is not None and second.gap is None and second.fields.get("issuedDate", header.gap).confidence > NOT_FOUND:
        header.gap, header.ended, header.slots = (
            None,
            False,
            [slot for slot in header.slots if not slot.field.startswith("issuedDate")],
        )
    known = {slot.field for slot in header.slots}
    header.slots += [slot for slot in second.slots if slot.field not in known]


def _lost(header: Header, name: str) -> bool:
    reading = header.fields.get(name)
    return reading is not None and not reading.value and reading.confidence <= NOT_FOUND


def _take_end_date(header: Header, first: FirstPage, sheets: Sequence[Sheet], today: date) -> None:
    """Minutes, contracts and applications carry place and date above the signatures; the head wins where it has them."""
    end, head = find_end_date(sheets, today), header.fields.get("issuedDate")
    if head is not None and head.confidence > NOT_FOUND:
        # Where the line in the head is there but can't be read, no other date may stand for it.
        header.fields["issuedDate"] = contradicted(head, end)
        return
    opened = date_of_opening(sheets[0], today) if head is None or first.head_in_the_middle else None
    # A blank that nobody filled in, of a form behind the paper, stands for no date that the head must have.
    if end is not None and (end.reading.value or (opened is None and (head is None or end.place is not None))):
        header.gap, header.ended = head, True
        header.fields["issuedDate"] = beside_opening(end.reading, opened)
        header.slots += end.slots
        if end.place is not None:
            header.fields.setdefault("place", end.place)
    elif opened is not None:
        header.fields["issuedDate"] = opened
