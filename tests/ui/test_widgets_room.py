"""Room for words: with every text 1.4 times as long nothing is cut; and the widgets outside of dialogs have names."""

from __future__ import annotations

import gettext
from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QCheckBox, QLabel, QLineEdit, QPushButton, QRadioButton, QWidget
from pytestqt.qtbot import QtBot

from app import i18n
from storage.records.reading import FieldReading
from tests.ui.widgets_office import OPENERS, office  # noqa: F401 - a fixture
from tests.ui.widgets_pages import DrawnPages
from ui.jobs import JobsBridge
from ui.widgets.details import DetailsForm, Line
from ui.widgets.document_fields import document_fields
from ui.widgets.jobs_panel import JobsPanel
from ui.widgets.page_viewer import PageViewer


class Stretched(gettext.NullTranslations):
    """The Vietnamese, each text made 1.4 times as long."""

    def __init__(self, base: gettext.NullTranslations) -> None:
        super().__init__()
        self._base = base

    def _longer(self, text: str) -> str:
        return text + " " + "mm" * max(1, round(len(text) * 0.2)) if text and not text.isspace() else text

    def gettext(self, message: str) -> str:
        return self._longer(self._base.gettext(message))

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self._longer(self._base.ngettext(msgid1, msgid2, n))


@pytest.fixture
def stretched(monkeypatch: pytest.MonkeyPatch) -> None:
    i18n.set_language("vi")
    monkeypatch.setattr(i18n, "_current", Stretched(i18n._active()))


def cut(top: QWidget) -> list[str]:
    """Texts that have less room than they need."""
    found = []
    for widget in top.findChildren(QWidget):
        if not widget.isVisible() or not isinstance(widget, QLabel | QPushButton | QCheckBox | QRadioButton):
            continue
        text = widget.text()
        if isinstance(widget, QLabel) and widget.wordWrap():
            if widget.height() + 1 < widget.heightForWidth(widget.width()):
                found.append(f"height: {text}")
        elif text and widget.width() + 1 < widget.sizeHint().width():
            found.append(f"{widget.width()} < {widget.sizeHint().width()}: {text}")
    return found


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    made.show()
    return made


@pytest.mark.parametrize("name", OPENERS)
def test_no_dialog_cuts_a_longer_text(qtbot: QtBot, window: QWidget, request: pytest.FixtureRequest, name: str) -> None:
    place = request.getfixturevalue("office")
    request.getfixturevalue("stretched")
    dialog = OPENERS[name](window, place)
    qtbot.waitExposed(dialog)
    qtbot.waitUntil(lambda: cut(dialog) == [])
    assert dialog.width() <= 1326
    dialog.reject()


def test_a_cut_text_is_noticed(qtbot: QtBot) -> None:
    holder = QWidget()
    qtbot.addWidget(holder)
    button, label = QPushButton("Ký năm mươi văn bản", holder), QLabel("Một câu khá dài cần hai dòng", holder)
    label.setWordWrap(True)
    button.setFixedWidth(40)
    label.setFixedSize(60, 12)
    holder.show()
    assert len(cut(holder)) == 2


@pytest.mark.parametrize("name", OPENERS)
def test_every_dialog_is_reached_by_keyboard_named_and_closed_with_escape(
    qtbot: QtBot, window: QWidget, request: pytest.FixtureRequest, name: str
) -> None:
    dialog = OPENERS[name](window, request.getfixturevalue("office"))
    qtbot.waitExposed(dialog)
    assert dialog.windowModality() == Qt.WindowModality.WindowModal
    assert dialog.verb_button.isDefault()
    tabbed = [w for w in dialog.findChildren(QWidget) if w.isVisible() and w.focusPolicy() & Qt.FocusPolicy.TabFocus]
    stops = [w for w in tabbed if w.focusProxy() is None]
    assert [w for w in stops if not said(w)] == []
    assert reached(dialog) >= {w for w in stops if w.isEnabled() and not inside(w, tabbed)}
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def said(widget: QWidget) -> str:
    """What a screen reader says of it."""
    interface = QAccessible.queryAccessibleInterface(widget)
    return interface.text(QAccessible.Text.Name) if interface is not None else ""


def inside(widget: QWidget, others: list[QWidget]) -> bool:
    """Parts of a combo box or list, and radio buttons, which the arrows reach, are no stops of their own."""
    parents = []
    parent = widget.parentWidget()
    while parent is not None:
        parents.append(parent)
        parent = parent.parentWidget()
    return isinstance(widget, QRadioButton) or any(p in others for p in parents)


def reached(dialog: QWidget) -> set[QWidget]:
    """What Tab comes to, once round."""
    found: set[QWidget] = set()
    at = dialog.nextInFocusChain()
    while at is not dialog:
        if at.isVisible() and at.isEnabled():
            found.add(at)
        at = at.nextInFocusChain()
    return found


def details(qtbot: QtBot) -> DetailsForm:
    form = DetailsForm(document_fields())
    evidence = {"codeNumber": FieldReading("1", 0.2, 1, (0, 0, 1, 1), why="Số viết tay"), "subject": FieldReading("x", 0.99)}
    form.show_document(1, "Báo cáo 0417/BC-UBND", {"codeNumber": "1", "subject": "x"}, evidence, {"signer"})
    form.set_lines("signatures", [Line("Nguyễn Thị Hồng Ngọc", "hợp lệ " * 12, "success", key=1)])
    form.resize(360, 900)
    return form


def viewer(qtbot: QtBot) -> PageViewer:
    made = PageViewer()
    made.set_source(DrawnPages(3))
    made.resize(900, 700)
    return made


def panel(qtbot: QtBot) -> JobsPanel:
    made = JobsPanel(JobsBridge())
    made.resize(420, 500)
    return made


@pytest.fixture(params=[details, viewer, panel], ids=lambda f: f.__name__)
def widget(request: pytest.FixtureRequest, qtbot: QtBot) -> Iterator[Any]:
    made = request.param(qtbot)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    yield made
    if isinstance(made, PageViewer):
        made.canvas.loader.close()


@pytest.mark.usefixtures("stretched")
def test_no_widget_cuts_a_longer_text(widget: QWidget, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: cut(widget) == [])


def test_whatever_tab_reaches_has_a_name(widget: QWidget) -> None:
    for child in widget.findChildren(QWidget):
        if child.isVisible() and child.focusPolicy() & Qt.FocusPolicy.TabFocus and child.focusProxy() is None:
            interface = QAccessible.queryAccessibleInterface(child)
            assert interface is not None
            assert interface.text(QAccessible.Text.Name), child


def test_icon_buttons_have_names_and_tooltips(widget: QWidget) -> None:
    icons_only = [b for b in widget.findChildren(QAbstractButton) if not b.text() and not isinstance(b.parent(), QLineEdit)]
    assert all(b.accessibleName() and b.toolTip() for b in icons_only if b.focusPolicy() != Qt.FocusPolicy.NoFocus)
