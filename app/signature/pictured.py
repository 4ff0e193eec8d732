"""The signatures that are pictures: the hand's between title and name, the seal's over its left third."""

from __future__ import annotations

from pathlib import Path

from app.errors import AppError
from app.i18n import _
from app.signature.appearance import PERSON_BOX, SEAL_MM, Appearance, Drawing, fit_in, page_of
from app.signature.picture import Picture, read_picture
from app.signature.place import MM, PageShape
from storage.boxes import Box

SMALLEST_SEAL_MM, LARGEST_SEAL_MM = 15.0, 60.0
WIDEST_HAND_MM = 60.0  # a signature is never blown up beyond what a hand writes


def draw_seal(look: Appearance, shape: PageShape, over: Box | None) -> Drawing:
    """The seal in its real size; its right edge ends the left third of the signature (Decree 30/2020, app. I part I, II.8)."""
    if look.image is None:
        raise AppError(
            "sign.image_missing",
            _("The picture of the seal is missing."),
            _("Choose the PNG picture of the red seal in the settings, or another appearance."),
        )
    picture = read_picture(look.image)
    width = seal_width(look, picture) * MM
    height = width * picture.height / picture.width
    if look.box is not None:
        left, top = look.box[0] * shape.width, look.box[1] * shape.height
    else:
        x0, y0, x1, y1 = over or look.over or PERSON_BOX
        left = (x0 + (x1 - x0) / 3) * shape.width - width
        top = (y0 + y1) / 2 * shape.height - height / 2
    return Drawing(page_of(look), fit_in(shape, left, top, width, height), width, height, picture=picture)


def seal_width(look: Appearance, picture: Picture) -> float:
    """In mm: as asked, as the picture's resolution says when that can be a seal, else the usual size."""
    if look.image_mm:
        return look.image_mm
    natural = picture.millimetres
    return natural if natural and SMALLEST_SEAL_MM <= natural <= LARGEST_SEAL_MM else SEAL_MM


def draw_person(look: Appearance, shape: PageShape, image: Path) -> Drawing:
    """The picture as large as the box (or `image_mm`) allows, in its middle (app. I part I, II.7.d)."""
    picture = read_picture(image)
    box = look.box or PERSON_BOX
    room = ((box[2] - box[0]) * shape.width, (box[3] - box[1]) * shape.height)
    scale = min(room[0] / picture.width, room[1] / picture.height, WIDEST_HAND_MM * MM / picture.width)
    if look.image_mm:
        scale = look.image_mm * MM / picture.width
    width, height = picture.width * scale, picture.height * scale
    left = (box[0] + box[2]) / 2 * shape.width - width / 2
    top = (box[1] + box[3]) / 2 * shape.height - height / 2
    return Drawing(page_of(look), fit_in(shape, left, top, width, height), width, height, picture=picture)
