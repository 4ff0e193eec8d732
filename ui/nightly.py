"""What the office wants done once a day, done while the program is open: the proof over the files of past days."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from app.errors import AppError
from app.i18n import _
from app.jobs import Job
from ui.jobs import ENDED, JobsBridge
from ui.messages import Messages

if TYPE_CHECKING:
    from app.services import Services
    from app.workspace import Workspace

log = logging.getLogger(__name__)

FIRST_MS = 60_000  # the clerk's own work comes first
EVERY_MS = 3_600_000


class Nightly(QObject):
    """Looks once an hour whether a day is over that has no proof yet, where the setting asks for it. Success is silence."""

    def __init__(
        self, services: Services, workspace: Workspace, bridge: JobsBridge, messages: Messages, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._services, self._workspace, self._bridge, self._messages = services, workspace, bridge, messages
        self._job: Job | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()
        QTimer.singleShot(FIRST_MS, self.look)

    def look(self) -> None:
        """Makes and renews what is missing. A trouble is said once, until it is over."""
        settings, workspace = self._services.settings, self._workspace
        trust = settings["sign.trust"]
        running = self._job is not None and self._job.state not in ENDED
        if running or self._bridge.closed or not (settings["sign.day_evidence"] and settings["sign.tsa"]):
            return

        def work(job: Job) -> int:
            from app.desk import day_evidence

            made = day_evidence.make_days(job, workspace, trust=trust)
            return len(made) + len(day_evidence.renew_days(job, workspace, trust=trust))

        self._job, future = self._services.lanes.start("network", _("Proofs by day"), work)
        self._bridge.watch(future, self._done, self._failed, self)

    def _done(self, made: int) -> None:
        self._messages.withdraw("day-proofs")
        log.info("proofs by day: %d records made or renewed", made)

    def _failed(self, error: BaseException) -> None:
        if isinstance(error, AppError):
            self._messages.warning(
                _("The files of the last days have no proof yet: {why}").format(why=error.message),
                _("The program tries again in an hour. {advice}").format(advice=error.advice),
                key="day-proofs",
            )
        else:
            self._messages.error(error)
