"""What keeps the window's thread free: lists in portions, choices by runs, pictures and memory off its back, rooms loaded ahead."""

from __future__ import annotations

import gc
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QItemSelectionModel, QStringListModel, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QListView
from pytestqt.qtbot import QtBot

from tests.made_files import sheet
from ui import memory, warming
from ui.models.chosen import chosen_rows, count_of
from ui.widgets.decoding import decoded
from ui.widgets.lines import PORTION, Line, Lines


def test_a_long_list_comes_in_portions_and_the_keyboard_stays_where_it_was(qtbot: QtBot) -> None:
    lines = Lines("")
    qtbot.addWidget(lines)
    lines.show()
    lines.activateWindow()
    qtbot.waitUntil(lines.isActiveWindow)
    chosen: list[object] = []
    lines.chosen.connect(chosen.append)
    lines.set_lines([Line(f"Trang {number}", key=number) for number in range(PORTION + 7)])
    assert [row.line.title for row in lines.rows()][-2:] == [f"Trang {PORTION - 1}", "Xem thêm 7 dòng"]
    more = lines.rows()[-1]
    qtbot.waitUntil(more.isVisible)
    more.setFocus()
    assert more.hasFocus()
    QTest.keyClick(more, Qt.Key.Key_Return)
    assert [row.line.title for row in lines.rows()] == [f"Trang {number}" for number in range(PORTION + 7)]
    assert lines.focusWidget() is lines.rows()[PORTION]
    assert chosen == [], "the row that offers the rest is no line"
    lines.rows()[PORTION].chosen.emit(PORTION)
    assert chosen == [PORTION]
    lines.set_lines([Line("Một")])
    assert [row.line.title for row in lines.rows()] == ["Một"]


def test_what_is_chosen_is_told_in_runs(qtbot: QtBot) -> None:
    view = QListView()
    qtbot.addWidget(view)
    view.setModel(QStringListModel([str(number) for number in range(100)], view))
    view.setSelectionMode(QListView.SelectionMode.ExtendedSelection)
    selection = view.selectionModel()
    view.selectAll()
    assert chosen_rows(selection) == [(0, 99)]
    selection.select(view.model().index(40, 0), QItemSelectionModel.SelectionFlag.Deselect)
    assert chosen_rows(selection) == [(0, 39), (41, 99)]
    assert count_of(selection) == 99
    selection.clear()
    assert chosen_rows(selection) == []


def test_pictures_are_read_as_qt_reads_them(tmp_path: Path) -> None:
    sheet((400, 500)).save(tmp_path / "a.png")
    data = (tmp_path / "a.png").read_bytes()
    assert decoded(data) == QImage.fromData(data)
    assert decoded(b"no picture").isNull()


def test_the_oldest_generation_that_is_due_is_collected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gc, "get_threshold", lambda: (700, 10, 10))
    for counts, wanted in (((10, 20, 20), -1), ((701, 0, 20), 0), ((701, 11, 3), 1), ((701, 11, 11), 2)):
        monkeypatch.setattr(gc, "get_count", lambda counts=counts: counts)
        assert memory.due() == wanted


def test_a_room_that_is_broken_keeps_no_other_from_being_loaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    for name, body in (("broken_room", "1 / 0"), ("sound_room", ""), ("late_room", "")):
        (tmp_path / f"{name}.py").write_text(body)
    monkeypatch.syspath_prepend(tmp_path)
    stops = iter([False, True])
    warming.load(["broken_room", "sound_room", "late_room"], lambda _seconds: next(stops))
    gc.unfreeze()
    assert "sound_room" in sys.modules
    assert "late_room" not in sys.modules, "it was told to stop"
    assert "broken_room" in caplog.text


def test_every_room_is_there() -> None:
    for room in warming.ROOMS:
        assert (Path(*room.split(".")).with_suffix(".py")).exists(), room
