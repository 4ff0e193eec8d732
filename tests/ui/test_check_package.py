"""The window's check of a package: found, filtered, told where, and saved as a report."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.package.report import Report
from tests.package.eark_samples import DATA_FOLDER, MemoryTree, spoil, unpack, whole, without
from tests.ui.widgets_office import Office, office
from ui.dialogs.check_package import CheckPackageDialog, open_check, place_of

__all__ = ["office"]


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    widget = QWidget()
    qtbot.addWidget(widget)
    widget.show()
    return widget


def spoilt() -> MemoryTree:
    """Two errors, one in each METS, a warning, and a file that nobody names."""
    tree = spoil(whole(), without("/m:mets", "OBJID"))
    tree = spoil(tree, without("//m:file", "CREATED"), "representations/rep1/METS.xml")
    tree = spoil(tree, without("//m:dmdSec", "STATUS"))
    tree.files[f"{DATA_FOLDER}/lạc.pdf"] = b"%PDF-1.7"
    return tree


def checked(qtbot: QtBot, window: QWidget, office: Office, path: Path) -> CheckPackageDialog:
    dialog = open_check(window, office.services, office.jobs)
    qtbot.waitExposed(dialog)
    with qtbot.waitSignal(dialog.checked):
        dialog.take(path)
    return dialog


def groups(dialog: CheckPackageDialog) -> dict[str, list[str]]:
    """Level as shown → the rules below it."""
    tops = [dialog.tree.topLevelItem(row) for row in range(dialog.tree.topLevelItemCount())]
    return {top.text(0): [top.child(row).text(2) for row in range(top.childCount())] for top in tops}


def test_a_good_package_says_so(qtbot: QtBot, window: QWidget, office: Office, tmp_path: Path) -> None:
    dialog = checked(qtbot, window, office, unpack(whole(), tmp_path))
    assert dialog.notice.kind == "success"
    assert dialog.save_button.isVisible()
    assert list(groups(dialog).values()) == [["CSIPSTR3"]]
    dialog.close()


def test_errors_come_first_and_can_be_filtered(qtbot: QtBot, window: QWidget, office: Office, tmp_path: Path) -> None:
    dialog = checked(qtbot, window, office, unpack(spoilt(), tmp_path))
    assert dialog.notice.kind == "danger"
    names = list(groups(dialog))
    assert [name.partition(" (")[0] for name in names] == ["Lỗi", "Cảnh báo", "Ghi chú"]
    assert set(groups(dialog)[names[0]]) == {"CSIP1", "CSIP70", "IP-UNLISTED"}
    dialog.filter.setText("lạc.pdf")
    assert list(groups(dialog).values()) == [["IP-UNLISTED"]]
    dialog.filter.setText("csip1")
    assert list(groups(dialog).values()) == [["CSIP1"]]
    assert dialog.words.text().startswith("CSIP1: ")
    dialog.filter.clear()
    dialog.levels["error"].setChecked(False)
    assert [name.partition(" (")[0] for name in groups(dialog)] == ["Cảnh báo", "Ghi chú"]
    dialog.close()


def test_the_place_of_a_finding(qtbot: QtBot, window: QWidget, office: Office, tmp_path: Path) -> None:
    base = unpack(spoilt(), tmp_path)
    dialog = checked(qtbot, window, office, base)
    assert dialog.report is not None
    places = {finding.rule: place_of(dialog.report, finding) for finding in dialog.report.findings}
    assert places["CSIP1"] == base
    assert places["CSIP70"] == base / "representations/rep1"
    assert places["IP-UNLISTED"] == base / DATA_FOLDER
    dialog.close()


def test_in_an_archive_the_place_goes_to_the_clipboard(qtbot: QtBot, window: QWidget, office: Office, tmp_path: Path) -> None:
    base = unpack(spoilt(), tmp_path)
    path = tmp_path / "gói.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for file in sorted(base.rglob("*")):
            archive.write(file, file.relative_to(tmp_path))
    dialog = checked(qtbot, window, office, path)
    dialog.filter.setText("IP-UNLISTED")
    dialog.jump()
    assert QGuiApplication.clipboard().text() == f"{DATA_FOLDER}/lạc.pdf"
    dialog.close()


def test_a_package_can_be_dropped(qtbot: QtBot, window: QWidget, office: Office, tmp_path: Path) -> None:
    base = unpack(whole(), tmp_path)
    dialog = open_check(window, office.services, office.jobs)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(base))])
    facts = (Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    entering = QDragEnterEvent(QPointF(5, 5).toPoint(), *facts)
    dialog.dragEnterEvent(entering)
    assert entering.isAccepted()
    with qtbot.waitSignal(dialog.checked) as told:
        dialog.dropEvent(QDropEvent(QPointF(5, 5), *facts))
    assert told.args is not None
    assert isinstance(told.args[0], Report)
    assert dialog.path.text() == str(base)
    dialog.close()


def test_the_report_is_saved(
    qtbot: QtBot, window: QWidget, office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr("ui.dialogs.check_package.QDesktopServices.openUrl", lambda url: opened.append(url.toLocalFile()))
    dialog = checked(qtbot, window, office, unpack(spoilt(), tmp_path))
    target = tmp_path / "báo cáo.json"
    dialog.save(target)
    qtbot.waitUntil(lambda: bool(opened))
    assert opened == [str(target)]
    assert json.loads(target.read_text("utf-8"))["valid"] is False
    dialog.save(tmp_path / "báo cáo.docx")
    qtbot.waitUntil(lambda: dialog.notice.kind == "danger")
    dialog.close()


def test_nothing_chosen_can_not_be_checked(qtbot: QtBot, window: QWidget, office: Office, tmp_path: Path) -> None:
    dialog = open_check(window, office.services, office.jobs)
    assert not dialog.verb_button.isEnabled()
    dialog.path.setText(str(tmp_path / "không có"))
    with qtbot.waitSignal(dialog.checked):
        dialog.verb_button.click()
    assert dialog.notice.kind == "danger"
    dialog.close()
