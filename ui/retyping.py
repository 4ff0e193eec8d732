"""Documents without a type: told once the archive is open where an earlier version lost them, and read again on a click."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from app.i18n import _, _n
from app.jobs import Job
from ui.jobs import JobsBridge
from ui.messages import Messages
from ui.models.reading import Reads
from ui.models.words import number_word

if TYPE_CHECKING:
    from app.desk.untyped import Retyped
    from app.services import Services
    from app.workspace import Workspace

KEY = "untyped"


class Retyping(QObject):
    """The verb `read`, and `offer` that leads to it."""

    def __init__(
        self,
        services: Services,
        workspace: Workspace,
        bridge: JobsBridge,
        reads: Reads,
        messages: Messages,
        undo: Callable[[], object],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._services, self._workspace, self._bridge = services, workspace, bridge
        self._reads, self._messages, self._undo = reads, messages, undo

    def offer(self) -> None:
        """Says how many documents lost their type, where there are any."""
        workspace = self._workspace

        def count() -> int:
            from app.desk import untyped

            return untyped.lost(workspace)

        self._reads.run("untyped", count, self._tell)

    def _tell(self, count: int) -> None:
        if count:
            words = _n(
                "{count} document has no type: an earlier version could not keep it",
                "{count} documents have no type: an earlier version could not keep it",
                count,
            )
            self._messages.info(
                words.format(count=number_word(count)) + ".",
                _("What you confirmed stays, and it can be undone."),
                action=(_("Fill in the types"), self.read),
                key=KEY,
            )

    def read(self) -> None:
        """Fills the empty types of the whole archive."""
        workspace, services = self._workspace, self._services

        def work(job: Job) -> Retyped:
            from app.desk import untyped

            return untyped.read_types(job, workspace, services.sandboxes)

        self._messages.withdraw(KEY)
        _job, future = services.lanes.start("cpu", _("Fill in missing types"), work)
        self._bridge.watch(future, self._done, self._messages.error, self)

    def _done(self, made: Retyped) -> None:
        if not made.looked:
            self._messages.success(_("No document lacks its type."), key=KEY)
        elif not made.filled:
            self._messages.info(
                _("No type was found in the documents that have none."),
                _("Please fill them in by hand."),
                key=KEY,
                lasting=False,
            )
        else:
            words = _n("{count} type filled in", "{count} types filled in", made.filled)
            left = made.looked - made.filled
            more = _n("{count} document still has none.", "{count} documents still have none.", left)
            self._messages.success(
                words.format(count=number_word(made.filled)) + ".",
                more.format(count=number_word(left)) if left else "",
                action=(_("Undo"), self._undo),
                key="done",
            )
