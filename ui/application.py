"""The program with a window: puts the parts together and lets Qt run.

`run(argv, services)` is called by `main.py`. The window is painted before the archive is opened.
"""

from __future__ import annotations

import logging
import signal
import sys
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from app import i18n
from app.i18n import _
from ui import theme
from ui.icons import icon
from ui.jobs import Asked, JobsBridge
from ui.memory import Collector
from ui.messages import Messages
from ui.models.reading import Reads
from ui.opening import Opening
from ui.qt_texts import QtTexts
from ui.window import Window

if TYPE_CHECKING:
    from app.services import Services
    from app.workspace import Workspace
    from ui.jobs_popup import JobsPopup

log = logging.getLogger(__name__)
TURN = 0.0005  # seconds


class Program:
    """One window and what stands behind it."""

    def __init__(self, app: QApplication, services: Services) -> None:
        self._app, self._services = app, services
        settings = services.settings
        i18n.set_language(settings["ui.language"])
        self.qt_texts = QtTexts(app)
        self.qt_texts.choose(i18n.language())
        self.look = theme.Theme(app, settings["ui.theme"], settings["ui.density"] == "compact")
        self.messages = Messages()
        self.reads = Reads()
        self.reads.on_error = self.messages.error
        self.bridge = JobsBridge()
        services.watch(self.bridge)
        self.window = Window(settings, self.look, self.messages)
        self.bridge.answer_with(self._answer)
        self.window.setWindowIcon(icon("fonds", "accent"))
        self.opening = Opening(services, self.window, self.reads, self.messages, self._opened)
        self.window.actions_.on("settings", self._show_settings)
        self.window.actions_.on("lock", self._lock)
        self.window.closing.connect(self._closing)
        self.bridge.job_changed.connect(self.window.foot.job_changed)
        self.bridge.job_finished.connect(self.window.foot.job_finished)
        settings.listen(self._setting_changed)
        self.jobs: JobsPopup | None = None

    def show(self) -> None:
        """Paints the window, then begins."""
        self.window.show()
        QTimer.singleShot(0, self.opening.begin)

    def _answer(self, asked: Asked) -> None:
        from ui.dialogs.questions import answer_in

        answer_in(self.window)(asked)

    # --- the archive ---
    def _opened(self, workspace: Workspace) -> None:
        from ui.archive_window import ArchiveWindow
        from ui.jobs_popup import JobsPopup

        if self.jobs is None:
            self.jobs = JobsPopup(self.bridge, self.window)
            self.window.actions_.on("jobs", self.jobs.toggle)
        self.archive = ArchiveWindow(self._services, workspace, self.window, self.look, self.bridge, self.reads, self.messages)

    def _lock(self) -> None:
        if self._services.lanes.live:
            self.messages.info(
                _("Work is still running."), _("Stop it or wait for its end, then lock the archive."), key="lock"
            )
            return
        self.opening.lock(self._close_archive)

    def _close_archive(self) -> None:
        if self._services.workspace is not None:
            self._services.workspace.close()
            self._services.workspace = None

    # --- settings ---
    def _show_settings(self) -> None:
        from ui.pages.settings import SettingsPage

        if not isinstance(self.window.pages.currentWidget(), SettingsPage):
            workspace = self._services.workspace
            card = None
            if workspace is not None:
                from ui.pages.archive_settings import ArchiveCard

                card = ArchiveCard(workspace, self.reads)
            self.window.show_over(SettingsPage(self._services.settings, card, self.window.pages))

    def _setting_changed(self, key: str) -> None:
        settings, page = self._services.settings, self.window.pages.currentWidget()
        if page is not None and hasattr(page, "follow"):
            page.follow(key)
        if key == "ui.theme":
            self.look.choose(look=settings[key])
        elif key == "ui.density":
            self.look.choose(compact=settings[key] == "compact")
        elif key == "ui.language" and settings[key] == i18n.language():
            self.messages.withdraw("language")
        elif key == "ui.language":
            self.messages.info(
                _("The language changes when Văn Khố is started again."),
                _("Nothing is lost; close the window and open it."),
                key="language",
            )

    def _closing(self) -> None:
        self.bridge.close()
        self.reads.close()
        self._services.close()
        self.qt_texts.leave()


def run(argv: list[str], services: Services) -> int:
    """Runs the window until it is closed; the exit code of the program."""
    QGuiApplication.setHighDpiScaleFactorRoundingPolicy(QGuiApplication.highDpiScaleFactorRoundingPolicy())
    app = QApplication(argv[:1])
    app.setApplicationName("vankho")
    app.setApplicationDisplayName(_("Văn Khố"))
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    # Drawing one list asks Python hundreds of times; each time the window may have to wait until a working thread gives way.
    sys.setswitchinterval(TURN)
    program = Program(app, services)
    program.show()
    Collector(app)
    return app.exec()
