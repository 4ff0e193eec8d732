"""Lays an appearance out on one page."""

from __future__ import annotations

from app.errors import AppError
from app.i18n import _
from app.signature.appearance import LEADING, PERSON_BOX, SIZE, Appearance, Drawing, Kind, Run, fit_in, page_of
from app.signature.filled import draw_filled
from app.signature.font import FONT, FontSubset, missing, subset_for
from app.signature.pictured import draw_person, draw_seal
from app.signature.place import MM, PageShape
from app.signature.words import clean
from storage.boxes import Box

TOP, RIGHT = 6 * MM, 10 * MM  # the corner of the first page, clear of the state's name
WIDTHS = (0.45, 0.55, 0.65, 0.8)  # of the page: wider only where the text would grow down into the state's name
DEEPEST = 14 * MM  # the top margin of 20 mm (app. I, I.3) less the corner's own distance


def draw(look: Appearance, shape: PageShape, rows: list[str], over: Box | None = None) -> Drawing:
    """Lays the appearance out on a page. `rows` are from `texts`, `over` is the signature found for a seal.

    Raises `sign.glyph_missing`, `sign.image_missing`, `sign.image_bad`, `sign.code_missing`, `sign.date_missing`,
    `sign.place_missing`, `sign.page_too_small`.
    """
    if look.kind in (Kind.ATTACHMENT, Kind.NUMBER) and not clean(look.code):
        raise AppError(
            "sign.code_missing",
            _("The number and notation of the document are missing; an attachment's signature has to show them.")
            if look.kind is Kind.ATTACHMENT
            else _("The number that is to be filled in is missing."),
            _("Fill them in and sign again."),
        )
    if look.kind is Kind.ORGANISATION:
        return draw_seal(look, shape, over)
    if look.kind is Kind.PERSON and look.image is not None:
        return draw_person(look, shape, look.image)
    if look.kind in (Kind.NUMBER, Kind.DATE):
        return draw_filled(look, shape, rows)
    return draw_text(look, shape, rows)


def draw_text(look: Appearance, shape: PageShape, rows: list[str]) -> Drawing:
    check_glyphs("".join(rows))
    font = subset_for("".join(rows))
    box = look.box or (PERSON_BOX if look.kind is Kind.PERSON else None)
    rooms = [(box[2] - box[0]) * shape.width] if box else [share * shape.width for share in WIDTHS]
    word = min(max(font.width(word, SIZE) for row in rows for word in row.split(" ")), shape.width - 1)  # kept whole if need be
    lines = lines_for(rows, font, [max(room, word) for room in rooms])
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
    runs = tuple(Run(line, 0.5, height - SIZE - number * LEADING) for number, line in enumerate(lines))
    return Drawing(page_of(look), fit_in(shape, left, top, width, height), width, height, runs, font)


def lines_for(rows: list[str], font: FontSubset, rooms: list[float]) -> list[str]:
    """The rows wrapped to the narrowest room in which they don't become too deep."""
    lines: list[str] = []
    for room in rooms:
        lines = [line for row in rows for line in wrap(row, font, max(room, SIZE * 2))]
        if LEADING * len(lines) + 2 <= DEEPEST:
            break
    return lines


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
    """Raises `sign.glyph_missing` for what the font can't draw: it would vanish without a word."""
    absent = missing(text, FONT)
    if absent:
        raise AppError(
            "sign.glyph_missing",
            _("The text of the signature holds characters that can't be drawn: {characters}").format(characters=absent),
            _("Change the name of the office or the signer in the settings."),
        )
