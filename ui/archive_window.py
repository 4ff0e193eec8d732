"""The window while an archive is open: its page, its verbs, its facts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from app.i18n import _
from app.jobs import Job
from ui import theme
from ui.jobs import JobsBridge
from ui.messages import Messages
from ui.models.reading import Reads
from ui.nightly import Nightly
from ui.outward import Outward
from ui.pages.facts import moment_word
from ui.pages.library import LibraryPage
from ui.retyping import Retyping
from ui.verbs import Verbs
from ui.warming import Warming
from ui.window import Window

if TYPE_CHECKING:
    from app.desk.syncing import SyncStatus
    from app.services import Services
    from app.workspace import Workspace
    from storage.queries import Counts


LATER_MS = 1500  # the token's driver may be slow; the window comes first


class ArchiveWindow(QObject):
    """Made when the archive is open; everything in it goes with the library page."""

    def __init__(
        self,
        services: Services,
        workspace: Workspace,
        window: Window,
        look: theme.Theme,
        bridge: JobsBridge,
        reads: Reads,
        messages: Messages,
    ) -> None:
        self.library = LibraryPage(workspace, reads, look, window.actions_, window.pages)
        super().__init__(self.library)
        self._services, self._workspace, self._window, self._reads = services, workspace, window, reads
        self.verbs = Verbs(services, workspace, window, self.library, bridge, reads, messages)
        self.outward = Outward(services, workspace, window, self.library, bridge, reads, messages, self.verbs.imported)
        self.retyping = Retyping(services, workspace, bridge, reads, messages, self.verbs.undo, self)
        for key, slot in (self.verbs.table | self.outward.table | {"fill-types": self.retyping.read}).items():
            window.actions_.serve(key, slot)
        self.library.circumstances.connect(window.actions_.refresh)
        self.library.counted.connect(self._counted)
        form = self.library.details.form
        form.undo_wanted.connect(self.verbs.undo)
        form.redo_wanted.connect(self.verbs.redo)
        self.library.details.failed.connect(messages.error)
        search = window.top.search
        search.asked.connect(self.library.search)
        search.stepped.connect(self._stepped)
        search.entered.connect(self.library.results.enter)
        self.library.results.closed.connect(search.clear)
        self.library.sidebar.chosen.connect(lambda _node: search.clear())
        QTimer.singleShot(0, self, self._show)  # made in one turn of the window, shown in the next
        QTimer.singleShot(LATER_MS, self.outward.look_at_certificate)
        QTimer.singleShot(LATER_MS, self._recall)
        QTimer.singleShot(LATER_MS, Warming(self).start)
        QTimer.singleShot(LATER_MS, self._catch_up)
        QTimer.singleShot(LATER_MS, self.retyping.offer)
        self.nightly = Nightly(services, workspace, bridge, messages, self)

    def _show(self) -> None:
        self._window.show_library(self.library)
        self.library.tell()
        self.verbs.resume()

    def _recall(self) -> None:
        """What was learnt is loaded now, so that the first correction of the day does not wait for it."""
        workspace = self._workspace

        def load() -> None:
            from app.desk.learnt import learnt

            learnt(workspace)

        self._reads.run("learnt", load, lambda _none: None, lambda _error: None)

    def _catch_up(self) -> None:
        """From now on what the checks hold against a document is kept with each change; what was written without a window, or by an
        older version, is checked behind it."""
        services, workspace = self._services, self._workspace

        def few() -> int:
            from app.desk import objections

            return objections.catch_up_few(workspace)

        def many(job: Job) -> int:
            from app.desk import objections

            return objections.catch_up(job, workspace)

        def then(left: int) -> None:
            if left:
                services.lanes.start("cpu", _("Check the descriptions"), many)

        self._reads.run("objections", few, then)

    def _stepped(self, by: int) -> None:
        if self.library.searching:
            self.library.results.step(by)

    def _counted(self, _counts: Counts) -> None:
        workspace = self._workspace

        def ask() -> SyncStatus:
            from app.desk import syncing

            return syncing.status(workspace)

        self._reads.run("sync-status", ask, self._say_sync)

    def _say_sync(self, status: SyncStatus) -> None:
        last = moment_word(status.last_receipt_at) if status.last_receipt_at else ""
        self._window.foot.say_sync(status.waiting, last, status.enrolled, status.problem)
