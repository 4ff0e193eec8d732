"""Icons: one SVG each in `resources/icons`, drawn in the ink that the moment asks for.

`icon("scan")` follows the text colour of the running palette, so a change from light to dark needs no new icons. `role` names another
ink of `ui.theme.Tokens` ("muted", "accent", "danger", "success", "warning", "accent_text").
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from PySide6.QtCore import QByteArray, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QIconEngine, QPainter, QPixmap, QPixmapCache
from PySide6.QtSvg import QSvgRenderer

from ui import theme

FOLDER = Path(__file__).resolve().parent.parent / "resources" / "icons"


def icon(name: str, role: str = "text") -> QIcon:
    """The icon of that name; a name without a drawing is a bug and raises FileNotFoundError."""
    _drawing(name)
    return QIcon(TintedIcon(name, role))


def pixmap(name: str, role: str = "text", size: int = 16, ratio: float = 1.0) -> QPixmap:
    """The drawing as a picture of `size` logical pixels on a screen of that device pixel ratio."""
    return _tinted(name, ink(role), QSize(round(size * ratio), round(size * ratio)), ratio)


def ink(role: str, mode: QIcon.Mode = QIcon.Mode.Normal, state: QIcon.State = QIcon.State.Off) -> QColor:
    """The colour of a role in the running palette: disabled things are faint, on a selection the selection's text leads."""
    tokens = theme.current()
    if mode == QIcon.Mode.Disabled:
        return QColor(tokens.faint)
    chosen = mode == QIcon.Mode.Selected or state == QIcon.State.On
    if chosen and (tokens is theme.CONTRAST or role in ("text", "muted")):
        return QColor(tokens.selection_text)
    return QColor(getattr(tokens, role))


class TintedIcon(QIconEngine):
    """Draws the SVG in the ink of the palette at the moment of painting."""

    def __init__(self, name: str, role: str) -> None:
        super().__init__()
        self._name, self._role = name, role

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        ratio = painter.device().devicePixelRatioF() if painter.device() else 1.0
        side = min(rect.width(), rect.height())
        picture = _tinted(self._name, ink(self._role, mode, state), QSize(round(side * ratio), round(side * ratio)), ratio)
        painter.drawPixmap(QPoint(rect.x() + (rect.width() - side) // 2, rect.y() + (rect.height() - side) // 2), picture)

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        return _tinted(self._name, ink(self._role, mode, state), size, 1.0)

    def scaledPixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State, scale: float) -> QPixmap:
        return _tinted(self._name, ink(self._role, mode, state), size, scale)

    def clone(self) -> QIconEngine:
        return TintedIcon(self._name, self._role)


@lru_cache(maxsize=256)
def _drawing(name: str) -> bytes:
    return (FOLDER / f"{name}.svg").read_bytes()


def _tinted(name: str, colour: QColor, size: QSize, ratio: float) -> QPixmap:
    key = f"vk:{name}:{colour.name()}:{size.width()}x{size.height()}@{ratio}"
    found = QPixmap()
    if QPixmapCache.find(key, found):
        return found
    picture = QPixmap(size)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    QSvgRenderer(QByteArray(_drawing(name))).render(painter, QRectF(0, 0, size.width(), size.height()))
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceIn)
    painter.fillRect(picture.rect(), colour)
    painter.end()
    picture.setDevicePixelRatio(ratio)
    QPixmapCache.insert(key, picture)
    return picture
