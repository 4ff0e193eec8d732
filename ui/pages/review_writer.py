"""What the clerk says in a review goes into the archive: short writes behind the window, one after the other."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import shiboken6
from PySide6.QtCore import QObject, Signal

from app.i18n import _
from storage.records.reading import Box
from ui.models.reading import Reads

if TYPE_CHECKING:
    from app.jobs import Job
    from app.services import Services
    from app.workspace import Workspace


def learn_hands(services: Services, workspace: Workspace) -> None:
    """A practice in the background where it is due; what it needs was written before it starts."""

    def work(job: Job) -> object:
        from app.desk import hands

        return hands.practise_if_due(job, workspace, services.sandboxes)

    services.lanes.start("cpu", _("Learn the handwriting"), work)


class ReviewWriter(QObject):
    """`refused(id, name, error)` when the archive would not take a value, `failed(error)` for the rest, `turned(id)` once a page's
    turn is stored."""

    refused = Signal(int, str, object)
    failed = Signal(object)
    turned = Signal(int)

    def __init__(self, workspace: Workspace, reads: Reads, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace, self._reads = workspace, reads

    def edit(self, document_id: int, name: str, value: str) -> None:
        """A typed value."""

        def work() -> None:
            from app.desk import describing

            describing.edit(self._workspace, document_id, {name: value})

        self._write(document_id, name, work)

    def confirm(self, document_id: int, name: str) -> None:
        """The value is right as it stands."""

        def work() -> None:
            from app.desk import describing

            describing.confirm_field(self._workspace, document_id, name)

        self._write(document_id, name, work)

    def accept_box(self, document_id: int, name: str, value: str, page: int, box: Box) -> None:
        """A value read from a box, which is kept as its place; `box` on the page as scanned."""

        def work() -> None:
            from app.desk import reviewing

            reviewing.accept_box(self._workspace, document_id, name, value, page, box)

        self._write(document_id, name, work)

    def confirm_all(self, document_id: int) -> None:
        """The whole document is right."""

        def work() -> None:
            from app.desk import describing

            describing.confirm(self._workspace, [document_id])

        self._reads.write(work, failed=self._fail)

    def turn(self, document_id: int, page: int, degrees: int) -> None:
        """Stores a further turn of a page for the eye."""

        def work() -> None:
            from app.desk import describing

            describing.turn_page(self._workspace, document_id, page, degrees)

        self._reads.write(work, lambda _none: self._say_turned(document_id), self._fail)

    def _write(self, document_id: int, name: str, work: Callable[[], None]) -> None:
        self._reads.write(work, failed=lambda error: self._refuse(document_id, name, error))

    # A write may end after the page was left: then trouble is told by the window.
    def _refuse(self, document_id: int, name: str, error: BaseException) -> None:
        if shiboken6.isValid(self):
            self.refused.emit(document_id, name, error)
        else:
            self._reads.on_error(error)

    def _fail(self, error: BaseException) -> None:
        if shiboken6.isValid(self):
            self.failed.emit(error)
        else:
            self._reads.on_error(error)

    def _say_turned(self, document_id: int) -> None:
        if shiboken6.isValid(self):
            self.turned.emit(document_id)
