"""A page over the library that works with the open archive: its work runs on the lanes, its plain copies lie in a scratch folder."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QWidget

from app.jobs import Job
from ui.dialogs.archive import archive_of
from ui.jobs import JobsBridge
from ui.pages.over import OverPage

if TYPE_CHECKING:
    from app.services import Services

Failed = Callable[[BaseException], None]


class DeskPage(OverPage):
    def __init__(self, services: Services, jobs: JobsBridge, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._services, self._jobs = services, jobs
        self._workspace = archive_of(services)

    def scratch(self) -> Path:
        """A private folder for plain copies, gone with the page."""
        keep = ExitStack()
        self.destroyed.connect(lambda *_gone: keep.close())  # held by the signal: a bound method is not
        return keep.enter_context(self._workspace.scratch())

    def start(
        self, lane: str, title: str, verb: Callable[[Job], Any], done: Callable[[Any], None], failed: Failed
    ) -> Job | None:
        """Work beside the window; `done` or `failed` on its thread, neither once the page is gone. None while the window closes."""
        if self._jobs.closed:
            return None
        job, future = self._services.lanes.start(lane, title, verb)
        self._jobs.watch(future, done, failed, self)
        return job
