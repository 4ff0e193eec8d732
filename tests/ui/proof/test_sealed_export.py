"""The export's "sign" box: the certificate is chosen, the PIN asked for once, the signature lies beside the package."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.desk import sealing
from app.services import Services
from tests.desk import packed
from tests.signature.conftest import PIN, Hsm
from tests.ui.proof.hands import click, front, type_pin
from ui.dialogs.export import ExportDialog, open_export
from ui.dialogs.questions import ChoiceDialog, answer_in
from ui.jobs import JobsBridge


@pytest.fixture
def dialog(qtbot: QtBot, services: Services, jobs: JobsBridge, hsm: Hsm, tmp_path: Path) -> ExportDialog:
    assert services.workspace is not None
    services.settings.set("sign.module", hsm.module)
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    jobs.answer_with(answer_in(window))
    made = open_export(window, services, jobs, packed.dossier(services.workspace, 2), tmp_path / "ra")
    made.form.sign_box.setChecked(True)
    return made


def choose(qtbot: QtBot, owner: str = "Nguyễn Thị Hương Giang") -> None:
    """The order is the token's, and SoftHSM's differs from one to the next."""
    qtbot.waitUntil(lambda: isinstance(front(), ChoiceDialog))
    (button,) = (one for one in front()._group.buttons() if owner in one.text())
    click(button)
    click(front().verb_button)


def test_the_package_is_signed_beside_itself(qtbot: QtBot, dialog: ExportDialog, tmp_path: Path) -> None:
    with qtbot.waitSignal(dialog.exported) as told:
        click(dialog.verb_button)
        choose(qtbot)
        type_pin(qtbot, PIN)
    assert told.args is not None
    (package,) = told.args[0].packages
    assert package.seal == package.path.with_name(package.path.name + sealing.ENDING)
    assert sealing.seal_of(package.path) == package.seal
    assert dialog.notice.kind == "success"
    assert any(row.line.title == package.seal.name for row in dialog.findings.rows())
    dialog.reject()


def test_who_declines_the_pin_has_written_nothing_and_can_begin_again(
    qtbot: QtBot, dialog: ExportDialog, tmp_path: Path
) -> None:
    click(dialog.verb_button)
    choose(qtbot)
    qtbot.waitUntil(lambda: hasattr(front(), "pin"))
    front().reject()
    qtbot.waitUntil(lambda: not dialog.working)
    assert not (tmp_path / "ra").exists()
    assert dialog.verb_button.isEnabled()
    dialog.reject()


def test_without_a_token_a_sentence_says_what_to_do(
    qtbot: QtBot, services: Services, dialog: ExportDialog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "none").mkdir()
    conf = tmp_path / "empty.conf"
    conf.write_text(f"directories.tokendir = {tmp_path / 'none'}\n")
    monkeypatch.setenv("SOFTHSM2_CONF", str(conf))
    click(dialog.verb_button)
    qtbot.waitUntil(lambda: dialog.notice.kind == "danger")
    assert "cắm" in dialog.notice.text()
    assert not (tmp_path / "ra").exists()
    dialog.reject()
