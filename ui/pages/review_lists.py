"""Which documents a review goes through, and what the checks have against them: asked beside the window."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from ui.models.reading import Reads

if TYPE_CHECKING:
    from app.desk.review_checks import Finding
    from app.desk.reviewing import ReviewItem
    from app.workspace import Workspace

CHECK_MS = 350  # after the last change the checks run anew


class ReviewLists(QObject):
    """`items_came(list[ReviewItem])`, `findings_came(list[Finding])`."""

    items_came = Signal(list)
    findings_came = Signal(list)

    def __init__(
        self,
        workspace: Workspace,
        reads: Reads,
        ids: Sequence[int],
        only_doubtful: bool,
        wanted: int = 0,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._workspace, self._reads, self._ids, self._only = workspace, reads, list(ids), only_doubtful
        self._wanted = wanted
        self._shown: list[int] = []
        self._findings: dict[int, list[Finding]] = {}
        self.by_place: list[int] = []  # in the order of the dossiers
        self._check_soon = QTimer(self)
        self._check_soon.setSingleShot(True)
        self._check_soon.setInterval(CHECK_MS)
        self._check_soon.timeout.connect(self.ask_findings)

    @property
    def checking(self) -> bool:
        """Whether the checks will run anew in a moment."""
        return self._check_soon.isActive()

    def of(self, document_id: int) -> list[Finding]:
        """What the checks have against a document."""
        return self._findings.get(document_id, [])

    def ask_items(self, *, doubtful_first: bool) -> None:
        ids, only, wanted, workspace = self._ids, self._only, self._wanted, self._workspace

        def read() -> list[ReviewItem]:
            from app.desk import reviewing

            return reviewing.items(workspace, ids, doubtful_first=doubtful_first, only_doubtful=only, wanted=wanted)

        self._reads.run("review:items", read, self._take_items)

    def _take_items(self, items: list[ReviewItem]) -> None:
        self._shown = [item.document_id for item in items]
        by_place = sorted(items, key=lambda item: (item.dossier_id is None, item.dossier_id or 0, item.ordinal))
        self.by_place = [item.document_id for item in by_place]
        self.items_came.emit(items)
        self.ask_findings()

    def add(self, items: Sequence[ReviewItem]) -> None:
        """Documents that join at the end."""
        fresh = [item.document_id for item in items]
        self._ids += [one for one in fresh if one not in set(self._ids)]
        self._shown += fresh
        self.by_place += fresh
        self.ask_findings()

    def check_soon(self) -> None:
        """Something was changed."""
        self._check_soon.start()

    def ask_findings(self) -> None:
        if not self._shown:
            return
        ids, workspace = list(self._shown), self._workspace

        def read() -> list[Finding]:
            from app.desk import reviewing

            return reviewing.checks_of(workspace, ids)

        self._reads.run("review:checks", read, self._take_findings)

    def _take_findings(self, findings: list[Finding]) -> None:
        self._findings = {}
        for one in findings:
            self._findings.setdefault(one.document_id, []).append(one)
        self.findings_came.emit(findings)
