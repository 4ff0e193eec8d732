"""Pictures from bytes, for threads beside the window."""

from __future__ import annotations

from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QImage, QImageReader


def decoded(data: bytes) -> QImage:
    """The picture; a null one when it can't be read. Unlike `QImage.fromData` a reader lets Python go on meanwhile: a page at 300 dpi
    takes a third of a second, in which the window could not even move its cursor."""
    bytes_ = QByteArray(data)
    buffer = QBuffer(bytes_)
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    return QImageReader(buffer).read()
