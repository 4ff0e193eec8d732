"""A small page that shows where a signature will stand and what it will say."""

from __future__ import annotations

from datetime import UTC, datetime

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.i18n import _
from app.signature.appearance import CORNER_KINDS, Appearance, Kind, texts
from ui import theme

PAPER = QSize(174, 246)
RIGHT_MARGIN, TOP_MARGIN = 0.05, 0.02  # of the page: 10 mm and 6 mm on A4
PERSON = QRectF(0.56, 0.70, 0.34, 0.10)


class LookPreview(QWidget):
    """Lines stand for the text of the page; the signature's own words are legible."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kind = Kind.NONE
        self._rows: list[str] = []
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return PAPER + QSize(4, 4)

    def show_look(self, kind: str, *, subject: str, organisation: str, code: str) -> None:
        self._kind = Kind(kind)
        self._rows = texts(Appearance(self._kind, code=code), datetime.now(UTC), subject=subject, organisation=organisation)
        words = "; ".join(self._rows) if self._rows else self._without_text()
        self.setAccessibleName(_("Preview of the signature: {words}").format(words=words))
        self.setToolTip("\n".join(self._rows))
        self.update()

    def _without_text(self) -> str:
        return _("red seal") if self._kind is Kind.ORGANISATION else _("not visible")

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        page = QRectF(2, 2, PAPER.width(), PAPER.height())
        painter.fillRect(page, QColor(theme.LIGHT.base))
        painter.setPen(QPen(QColor(theme.current().field), 1))
        painter.drawRect(page)
        self._text_lines(painter, page)
        if self._kind is Kind.ORGANISATION:
            self._seal(painter, page)
        elif self._rows:
            self._words(painter, page)
        painter.end()

    def _text_lines(self, painter: QPainter, page: QRectF) -> None:
        grey = QColor(theme.LIGHT.line)
        lines = [(0.08, 0.10, 0.30), (0.52, 0.10, 0.40), (0.14, 0.125, 0.18), (0.60, 0.125, 0.24), (0.35, 0.20, 0.30)]
        lines += [(0.10, 0.27 + 0.035 * at, 0.82 if at % 5 < 4 else 0.45) for at in range(11)]
        lines += [(0.60, 0.68, 0.26), (0.08, 0.70, 0.22), (0.08, 0.73, 0.18), (0.62, 0.83, 0.22)]
        for x, y, width in lines:
            painter.fillRect(QRectF(page.x() + x * page.width(), page.y() + y * page.height(), width * page.width(), 3), grey)

    def _words(self, painter: QPainter, page: QRectF) -> None:
        font = QFont("Liberation Serif")
        font.setStyleHint(QFont.StyleHint.Serif)
        font.setPixelSize(8)
        painter.setFont(font)
        if self._kind in CORNER_KINDS:
            right, top = page.right() - RIGHT_MARGIN * page.width(), page.top() + TOP_MARGIN * page.height()
            area = QRectF(page.center().x(), top, right - page.center().x(), 40)
        else:
            area = QRectF(
                page.x() + PERSON.x() * page.width(), page.y() + PERSON.y() * page.height(),
                (1 - PERSON.x()) * page.width() - 4, PERSON.height() * page.height() + 6,
            )  # fmt: skip
        flags = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap)
        flags |= int(Qt.TextFlag.TextWrapAnywhere)
        text = "\n".join(self._rows)
        needed = painter.boundingRect(area, flags, text)
        ground = QColor(theme.LIGHT.info_ground)
        painter.fillRect(needed.adjusted(-2, -1, 2, 1), ground)
        painter.setPen(QPen(QColor(theme.LIGHT.accent), 1))
        painter.drawRect(needed.adjusted(-2, -1, 2, 1))
        painter.setPen(QColor(theme.LIGHT.text))
        painter.drawText(needed, flags, text)

    def _seal(self, painter: QPainter, page: QRectF) -> None:
        """A round seal over the left third of the person's signature."""
        size = 36 / 210 * page.width()
        middle_y = page.y() + 0.75 * page.height()
        right = page.x() + (PERSON.x() + PERSON.width() / 3) * page.width()
        painter.setPen(QPen(QColor(theme.LIGHT.danger), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(QRectF(right - size, middle_y - size / 2, size, size))
        painter.drawEllipse(QRectF(right - size * 0.72, middle_y - size * 0.22, size * 0.44, size * 0.44))
