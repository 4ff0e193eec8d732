"""Papers that finish being read while a review is open: told beside it, joined at its end, never put under the clerk's hands."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from storage.queries import Scope
from ui.models.reading import Reads

if TYPE_CHECKING:
    from app.desk.reviewing import ReviewItem
    from app.workspace import Workspace

LOOK_MS = 800  # while a pile comes in every page is a change


class ReviewFresh(QObject):
    """`came(list[ReviewItem])`: all that may join now, each time the number has changed.

    `scope` is the list that is looked over; None where the clerk chose documents: then only those of them that were still being read.
    """

    came = Signal(list)

    def __init__(
        self,
        workspace: Workspace,
        reads: Reads,
        ids: Sequence[int],
        scope: Scope | None,
        only_doubtful: bool,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._workspace, self._reads, self._ids, self._scope, self._only = workspace, reads, list(ids), scope, only_doubtful
        self._newest = max(ids, default=0)
        self._waiting: set[int] | None = None  # of `ids`: those that were on their way when the review began
        self._known: Collection[int] = ()
        self.items: list[ReviewItem] = []
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(LOOK_MS)
        self._soon.timeout.connect(self._look)

    @property
    def looking(self) -> bool:
        return self._soon.isActive()

    def begin(self) -> None:
        """Notes what is on its way."""
        ids, workspace = self._ids, self._workspace

        def read() -> set[int]:
            from app.desk import reviewing

            return reviewing.on_their_way(workspace, ids)

        self._reads.run("review:waiting", read, self._begun)

    def _begun(self, waiting: set[int]) -> None:
        self._waiting = waiting
        self._soon.start()  # some of them may have been read since the list was

    def look_soon(self, known: Collection[int]) -> None:
        """Something has changed in a document that is none of `known`, those of the review."""
        self._known = known
        if not self._soon.isActive() and (self._waiting or self._scope is not None):
            self._soon.start()

    def know(self, shown: Collection[int]) -> None:
        """These are part of the review."""
        self._known = shown
        self._found(self.items)

    def take(self) -> list[ReviewItem]:
        """What has come; it counts as known from now on."""
        taken, self.items = self.items, []
        if self._waiting is not None:
            self._waiting -= {item.document_id for item in taken}
        self._known = {*self._known, *(item.document_id for item in taken)}
        self.came.emit([])
        return taken

    def _look(self) -> None:
        scope, newest, only, workspace = self._scope, self._newest, self._only, self._workspace
        waiting = sorted(self._waiting or ())

        def read() -> list[ReviewItem]:
            from app.desk import reviewing

            return reviewing.fresh(workspace, waiting, scope, newest, only_doubtful=only)

        self._reads.run("review:fresh", read, self._found)

    def _found(self, items: list[ReviewItem]) -> None:
        known = set(self._known)
        fresh = [item for item in items if item.document_id not in known]
        if fresh != self.items:
            self.items = fresh
            self.came.emit(fresh)
