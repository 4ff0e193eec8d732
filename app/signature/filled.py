"""Number and date of an outgoing document, filled in after its signer has signed: each is a signature of its own.

The clerk's order is number, date, seal (Decree 30/2020, art. 15 and 17). The blanks are printed on the page ("Số:      /QĐ-UBND",
"ngày … tháng … năm 2024"), so the letters have to meet them: each text stands in the middle of its blank, on the printed line.
"""

from __future__ import annotations

from app.errors import AppError
from app.i18n import _
from app.signature.appearance import Appearance, Drawing, Kind, Run, fit_in, page_of
from app.signature.font import FONT, ITALIC, missing, subset_for
from app.signature.place import PageShape
from storage.boxes import Box, union

PRINTED = 13.0  # points, app. I part I, V.3 and V.4
DESCENT = 0.22  # of the size: from the baseline to the lower edge of a printed line's box


def draw_filled(look: Appearance, shape: PageShape, rows: list[str]) -> Drawing:
    """Raises `sign.place_missing`, `sign.date_missing`, `sign.glyph_missing`, `sign.page_too_small`."""
    if not rows:
        raise AppError(
            "sign.date_missing", _("The date that is to be filled in is missing."), _("Enter the date and sign again.")
        )
    font_file = ITALIC if look.kind is Kind.DATE else FONT
    absent = missing("".join(rows), font_file)
    if absent:
        raise AppError(
            "sign.glyph_missing",
            _("The text of the signature holds characters that can't be drawn: {characters}").format(characters=absent),
            _("Correct the number of the document."),
        )
    gaps = look.gaps or ((look.box,) if look.box else ())
    if len(gaps) < len(rows):
        raise no_place(look.kind)
    size = look.size or PRINTED
    font = subset_for("".join(rows), font_file)
    placed = [(text, *_middle(gap, shape, font.width(text, size))) for text, gap in zip(rows, gaps, strict=False)]
    left = min(x for _text, x, _y in placed) - 1
    right = max(x + font.width(text, size) for text, x, _y in placed) + 1
    baseline = max(y for _text, _x, y in placed)
    top, bottom = baseline - size, baseline + size * DESCENT + 1
    width, height = right - left, bottom - top
    if width > shape.width or height > shape.height:
        raise AppError(
            "sign.page_too_small",
            _("The page is too small for the text of the signature."),
            _("Sign without a visible signature, or choose another page."),
        )
    runs = tuple(Run(text, x - left, bottom - baseline, size) for text, x, _y in placed)
    return Drawing(page_of(look), fit_in(shape, left, top, width, height), width, height, runs, font)


def _middle(gap: Box, shape: PageShape, width: float) -> tuple[float, float]:
    """Left end and baseline (points from the top) of a text in a blank; its lower edge is that of the printed line."""
    left = (gap[0] + gap[2]) / 2 * shape.width - width / 2
    height = (gap[3] - gap[1]) * shape.height
    return left, gap[3] * shape.height - height * DESCENT


def no_place(kind: Kind) -> AppError:
    if kind is Kind.DATE:
        return AppError(
            "sign.place_missing",
            _("The line of the date (“…, day … month … year …”) was not found on the first page."),
            _("Show on the page where the date belongs."),
        )
    return AppError(
        "sign.place_missing",
        _("The line of the number (“Số: …”) was not found on the first page."),
        _("Show on the page where the number belongs."),
    )


def around(gaps: tuple[Box, ...]) -> Box | None:
    """The box that the person sees and drags."""
    return union(gaps)
