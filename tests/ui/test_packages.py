"""The windows of packages: what is missing leads to its field, packages come in, preservation tells what it found."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.desk import packaging
from app.desk.packing import Wishes
from app.jobs import Job
from app.services import Services
from storage.records import Document
from tests.desk import packed
from ui.dialogs.export import open_export
from ui.dialogs.import_package import open_import_package
from ui.dialogs.preservation import open_preservation
from ui.jobs import JobsBridge


@pytest.fixture
def jobs(services: Services) -> Iterator[JobsBridge]:
    bridge = JobsBridge()
    services.watch(bridge)
    yield bridge
    bridge.close()


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    made.show()
    return made


def test_a_gap_leads_to_its_field(qtbot: QtBot, services: Services, jobs: JobsBridge, window: QWidget, tmp_path: Path) -> None:
    assert services.workspace is not None
    dossier = packed.dossier(services.workspace, 1)
    with services.workspace.catalog.write("document.edit") as transaction:
        packaging.documents_of(transaction.session, dossier)[0].subject = ""
    dialog = open_export(window, services, jobs, dossier, tmp_path)
    qtbot.waitUntil(lambda: any(row.line.key for row in dialog.gaps.rows()))
    wanted = next(row for row in dialog.gaps.rows() if row.line.key and row.line.key[1] == "subject")
    with qtbot.waitSignal(dialog.wanted) as told:
        wanted.chosen.emit(wanted.line.key)
    assert told.args == [1, "subject"]
    assert "MB" in dialog.room.text()


def test_kinds_show_what_they_need(services: Services, jobs: JobsBridge, window: QWidget, tmp_path: Path) -> None:
    assert services.workspace is not None
    dialog = open_export(window, services, jobs, packed.dossier(services.workspace, 1), tmp_path)
    form = dialog.form
    shown = {}
    for kind in ("sip-hoso", "dip", "eark-aip", "bagit"):
        form.kind.setCurrentIndex(form.kind.findData(kind))
        fields = {"dialect": form.dialect_field, "version": form.version_field, "reader": form.reader_field}
        shown[kind] = {name for name, field in fields.items() if field.isVisibleTo(form)}
    assert shown == {"sip-hoso": {"dialect"}, "dip": {"dialect", "reader"}, "eark-aip": {"version"}, "bagit": set()}
    dialog.reject()


def test_a_package_is_taken_in_and_differences_are_shown(
    qtbot: QtBot, services: Services, jobs: JobsBridge, window: QWidget, tmp_path: Path
) -> None:
    workspace = services.workspace
    assert workspace is not None
    dossier = packed.dossier(workspace, 1)
    path = packaging.export(Job(), workspace, [dossier], tmp_path, Wishes(kind="sip-hoso", papers=False)).packages[0].path
    with workspace.catalog.write("document.edit") as transaction:
        transaction.session.get_one(Document, 1).subject = "Đã sửa ở đây"
    dialog = open_import_package(window, services, jobs, path)
    with qtbot.waitSignal(dialog.received):
        dialog.verb_button.click()
    assert dialog.notice.kind == "warning"
    assert any("Đã sửa ở đây" in row.line.detail for row in dialog.found.rows())
    dialog.reject()


def test_preservation_finds_the_damaged_file(qtbot: QtBot, services: Services, jobs: JobsBridge, window: QWidget) -> None:
    workspace = services.workspace
    assert workspace is not None
    packed.dossier(workspace, 2)
    place = next(iter(workspace.objects.all()))
    workspace.objects.path(place).unlink()
    dialog = open_preservation(window, services, jobs)
    qtbot.waitUntil(lambda: any("PDF/A-2b" in row.line.title for row in dialog.formats.rows()))
    qtbot.waitUntil(lambda: dialog._job is None)
    dialog.verb_button.click()
    qtbot.waitUntil(lambda: any(row.line.key for row in dialog.alarms.rows()))
    assert dialog.notice.kind == "danger"
    dialog.reject()
