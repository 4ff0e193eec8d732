"""What the tests of signing, verifying and keeping do at the window, as a clerk would."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from ui.dialogs.pin import PinDialog
from ui.signing.page import SigningPage

LEFT = Qt.MouseButton.LeftButton


def front() -> Any:
    return QApplication.activeModalWidget()


def click(widget: QWidget) -> None:
    QTest.mouseClick(widget, LEFT)


def type_pin(qtbot: QtBot, pin: bytes) -> None:
    qtbot.waitUntil(lambda: isinstance(front(), PinDialog))
    dialog = front()
    QTest.keyClicks(dialog.pin, pin.decode())
    QTest.keyClick(dialog.pin, Qt.Key.Key_Return)


def drawn(qtbot: QtBot, page: SigningPage, kind: str) -> Any:
    """The preview of this look."""
    page._preview = None
    page.look.kind.setCurrentIndex(page.look.kind.findData(kind))
    page.draw_again()
    qtbot.waitUntil(lambda: page._preview is not None)
    return page._preview


def nameless(page: QWidget) -> list[QWidget]:
    """What takes the keys and says nothing to those who listen."""
    return [
        widget
        for widget in page.findChildren(QWidget)
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and widget.isVisibleTo(page)
        and widget.focusProxy() is None
        and not (widget.accessibleName() or (widget.text() if hasattr(widget, "text") else ""))
    ]
