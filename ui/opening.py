"""From an empty window to an open archive and back: creating, unlocking, locking."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from app.errors import AppError
from app.i18n import _
from ui.choosing import choose_folder
from ui.messages import Messages
from ui.models.reading import Reads
from ui.pages.start import FirstRunPage, GonePage, OpeningPage, RecoveryPage, UnlockPage
from ui.window import Window

if TYPE_CHECKING:
    from app.services import Services
    from app.workspace import Workspace

log = logging.getLogger(__name__)


class Opening(QObject):
    """Leads to `opened(workspace)`. Heavy work runs beside the window; the window paints first."""

    def __init__(
        self, services: Services, window: Window, reads: Reads, messages: Messages, opened: Callable[[Workspace], None]
    ) -> None:
        super().__init__(window)
        self._services, self._window, self._reads, self._messages, self._opened = services, window, reads, messages, opened

    def begin(self) -> None:
        """Chooses the first page: the archive that opens by itself, the password, or the first run."""
        folder = self._services.folder
        if (folder / "keys.json").exists():
            self._window.show_page(OpeningPage())
            self._reads.run("opens-by-itself", self._facts, self._begin_known)
        elif str(folder) == self._services.settings["ui.archive"]:
            self._gone(folder)
        else:
            self._first_run()
        self._reads.run("warm", _warm, lambda _none: None)

    def _facts(self) -> tuple[bool, bool]:
        from app import keystore, workspace

        return workspace.opens_by_itself(self._services.folder), keystore.available()

    def _begin_known(self, facts: tuple[bool, bool]) -> None:
        by_itself, can_remember = facts
        if by_itself:
            self._reads.run("open", self._services.open, self._done, lambda _error: self.ask(can_remember))
        else:
            self.ask(can_remember)

    # --- the password ---
    def ask(self, can_remember: bool = False) -> None:
        """The page that asks for the password."""
        page = UnlockPage(self._services.folder, can_remember)
        page.unlock.connect(lambda secret, recovery, remember: self._unlock(page, secret, recovery, remember))
        page.elsewhere.connect(self.choose_other)
        self._window.show_page(page)

    def _unlock(self, page: UnlockPage, secret: str, recovery: bool, remember: bool) -> None:
        services = self._services
        page.busy(True)

        def work() -> tuple[Workspace, bool]:
            opened = services.open(recovery=secret) if recovery else services.open(password=secret)
            return opened, opened.remember() if remember else True

        self._reads.run("open", work, lambda found: self._unlocked(*found), page.refuse)

    def _unlocked(self, workspace: Workspace, remembered: bool) -> None:
        if not remembered:
            self._messages.warning(
                _("This PC could not keep the key safely."), _("The archive will ask for the password next time, as before.")
            )
        self._done(workspace)

    def _gone(self, folder: Path) -> None:
        page = GonePage(folder)
        page.again.connect(self.begin)
        page.elsewhere.connect(self.choose_other)
        page.fresh.connect(self._start_afresh)
        self._window.show_page(page)

    def _start_afresh(self) -> None:
        from app import paths

        self._services.folder = paths.default_archive()
        self._first_run()

    def _done(self, workspace: Workspace) -> None:
        """The archive is open; it opens again next time, wherever its folder lies."""
        settings, folder = self._services.settings, str(self._services.folder)
        if settings["ui.archive"] != folder and not settings.locked("ui.archive"):
            settings.set("ui.archive", folder)
        self._opened(workspace)

    # --- the first run ---
    def _first_run(self) -> None:
        page = FirstRunPage(self._services.folder)
        page.wanted.connect(lambda folder, password: self._create(page, Path(folder), password))
        page.open_other.connect(self.choose_other)
        page.browse.connect(lambda: self._choose_folder(page.set_folder))
        self._window.show_page(page)

    def _create(self, page: FirstRunPage, folder: Path, password: str) -> None:
        services = self._services
        page.busy(True)
        services.folder = folder.expanduser()
        agency = page.agency
        self._reads.run("open", lambda: services.create(password), lambda code: self._created(code, agency), page.refuse)

    def _created(self, code: str, agency: str) -> None:
        if agency and not self._services.settings.locked("office.agency"):
            self._services.settings.set("office.agency", agency)
        page = RecoveryPage(code)
        page.print_.connect(lambda: self._print(code))
        page.done.connect(self._begin_work)
        self._window.show_page(page)

    def _begin_work(self) -> None:
        if self._services.workspace is not None:
            self._done(self._services.workspace)

    def _print(self, code: str) -> None:
        from ui.recovery_sheet import print_sheet

        print_sheet(self._window, code, self._services.folder, self._messages)

    # --- another folder ---
    def choose_other(self) -> None:
        """Lets the person choose the folder of an archive that exists."""
        self._choose_folder(self._open_other)

    def _open_other(self, folder: str) -> None:
        if not (Path(folder) / "keys.json").exists():
            self._messages.error(
                AppError(
                    "keys.missing",
                    _("There is no archive in this folder."),
                    _("Choose another folder, or create an archive here."),
                ),
                "opening",
            )
            return
        self._messages.withdraw("opening")
        self._services.folder = Path(folder)
        self.begin()

    def _choose_folder(self, then: Callable[[str], object]) -> None:
        start = str(self._services.folder.parent)
        choose_folder(self._window, _("Folder of the archive"), then, purpose="archive", start=start)

    def lock(self, close: Callable[[], None]) -> None:
        """Closes the archive and asks for the password again."""
        self._window.leave_library()
        self._window.show_page(OpeningPage(_("Locking the archive…")))

        def failed(error: BaseException) -> None:
            self._messages.error(error)
            self.ask()

        self._reads.run("lock", close, lambda _none: self.ask(), failed)


def _warm() -> None:
    """Imports what opening needs, and what the archive's window is made of, while the person reads the page or types."""
    import ui.archive_window
    import ui.jobs_popup  # noqa: F401
