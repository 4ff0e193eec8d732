"""Small pieces of many pages for the grid of one field: fetched beside the window, what is in view first, a few hundred kept."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QByteArray, QObject, QRect, QSize, Signal
from PySide6.QtGui import QImage, QImageReader, QTransform

from app.desk.reviewing import FieldCrop
from storage.records.reading import Box
from ui.models.reading import Reads
from ui.widgets.crop import inside, region
from ui.widgets.page_layout import turned

if TYPE_CHECKING:
    from app.workspace import Workspace

KEPT = 600  # pieces of some 30 kB


@dataclass(slots=True, frozen=True)
class Piece:
    """The picture, and where in it the value stands; a null picture where the page can't be shown."""

    image: QImage
    mark: Box | None


class CropStore(QObject):
    """`came(document id)` when a piece has arrived."""

    came = Signal(int)

    def __init__(self, workspace: Workspace, reads: Reads, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace, self._reads = workspace, reads
        self._pieces: OrderedDict[FieldCropKey, Piece] = OrderedDict()
        self._wants: list[FieldCrop] = []
        self._size = QSize(220, 60)
        self._busy = False

    def set_size(self, size: QSize) -> None:
        """Pixels of the device that a piece fills; what was kept in another size goes."""
        if size != self._size:
            self._size = size
            self._pieces.clear()

    def piece(self, crop: FieldCrop) -> Piece | None:
        """None while it is not there."""
        found = self._pieces.get(_key(crop))
        if found is not None:
            self._pieces.move_to_end(_key(crop))
        return found

    def want(self, crops: Sequence[FieldCrop]) -> None:
        """The crops in view, the most wanted first; replaces what was wanted before."""
        self._wants = [crop for crop in crops if _key(crop) not in self._pieces]
        self._next()

    def _next(self) -> None:
        if self._busy or not self._wants:
            return
        crop, size, workspace = self._wants.pop(0), self._size, self._workspace
        if not crop.image:
            self._take(crop, size, Piece(QImage(), None))
            return
        self._busy = True

        def read() -> Piece:
            return cut(workspace.objects.read(crop.image), crop, size)

        self._reads.run(
            "review:crop",
            read,
            lambda piece: self._take(crop, size, piece),
            lambda _error: self._take(crop, size, Piece(QImage(), None)),
        )

    def _take(self, crop: FieldCrop, size: QSize, piece: Piece) -> None:
        self._busy = False
        if size == self._size:
            self._pieces[_key(crop)] = piece
            while len(self._pieces) > KEPT:
                self._pieces.popitem(last=False)
            self.came.emit(crop.document_id)
        self._next()


FieldCropKey = tuple[str, int, Box, int]


def _key(crop: FieldCrop) -> FieldCropKey:
    return (crop.image, crop.document_id, crop.box, crop.turn)


def cut(data: bytes, crop: FieldCrop, size: QSize) -> Piece:
    """The piece around the crop's box at `size`, upright. Only the rows that are needed are unpacked where the format allows it."""
    bytes_ = QByteArray(data)
    buffer = QBuffer(bytes_)
    buffer.open(QBuffer.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    reader.setAutoTransform(False)
    whole = reader.size()
    if not whole.isValid():
        return Piece(QImage(), None)
    across = crop.turn % 180 != 0
    width, height = (whole.height(), whole.width()) if across else (whole.width(), whole.height())
    upright = turned(crop.box, crop.turn)
    part = region(upright, width, height, size.width() / max(size.height(), 1), close=not crop.sought)
    raw = turned(part, -crop.turn)
    reader.setClipRect(
        QRect(
            round(raw[0] * whole.width()),
            round(raw[1] * whole.height()),
            max(1, round((raw[2] - raw[0]) * whole.width())),
            max(1, round((raw[3] - raw[1]) * whole.height())),
        )
    )
    image = reader.read()
    if crop.turn % 360:
        image = image.transformed(QTransform().rotate(crop.turn))
    if not image.isNull():
        image = _fitted(image, size)
    return Piece(image, None if crop.sought else inside(upright, part))


def _fitted(image: QImage, size: QSize) -> QImage:
    from PySide6.QtCore import Qt

    return image.scaled(size, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation)
