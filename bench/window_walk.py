"""window_walk.py ARCHIVE|--empty [--profile] [PART …] — opens the window and does what a clerk does; one JSON object a step.

The token is SoftHSM (SOFTHSM2_CONF names it); the archive is one that `bench.window_stock` made.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLabel

from app.launch import services_for_window
from bench.watch import Step, Watch
from bench.window_stock import PASSWORD, TO_SIGN
from ui.application import Program
from ui.memory import Collector

PIN = "482915"
PARTS = ("resting", "lists", "paper", "review", "dialogs", "signing", "verifying", "lasting")
DUE, RESTING = 5_000, 8.0  # rows; seconds


class Walk:
    """The steps, part by part. Each part begins and ends at the library."""

    def __init__(self, program: Program) -> None:
        self.program, self.window = program, program.window

    def steps(self, parts: tuple[str, ...]) -> Iterator[Step]:
        for part in ("opening", *parts):
            for step in getattr(self, part)():
                yield replace(step, part=part)

    # --- for the steps ---
    @property
    def library(self) -> Any:
        return self.window.library

    @property
    def page(self) -> Any:
        return self.window.pages.currentWidget()

    def use(self, key: str) -> Callable[[], None]:
        return self.window.actions_[key].trigger

    def calm(self) -> bool:
        """Nothing is asked, read or worked on any more."""
        services = self.program._services
        return not self.program.reads.busy and not services.lanes.live

    def front(self) -> Any:
        return QApplication.activeModalWidget()

    def close(self) -> None:
        front = self.front()
        if isinstance(front, QDialog):
            front.reject()

    def dialog(self, name: str, key: str, ended: Callable[[], bool] | None = None) -> Iterator[Step]:
        yield Step(name, self.use(key), lambda: self.front() is not None and (ended or self.calm)())
        yield Step(f"{name}: close", self.close, lambda: self.front() is None)

    def shelf(self, key: tuple[str, int]) -> Callable[[], None]:
        return lambda: self.library.sidebar.choose(key)

    def dossier(self, code: str) -> int:
        from storage import queries

        with self.program._services.workspace.catalog.read() as session:  # type: ignore[union-attr]
            return next(row.id for row in queries.dossier_rows(session) if row.code == code)

    def back(self) -> Step:
        return Step("back to the library", self.window.back, self.calm)

    # --- the parts ---
    def opening(self) -> Iterator[Step]:
        yield Step("first window", self.program.show, lambda: hasattr(self.page, "unlock") and self.calm())
        yield Step(
            "archive opened, 2,000 documents",
            lambda: self.page.unlock.emit(PASSWORD, False, False),
            lambda: self.library is not None and bool(self.library.model.ids) and self.calm(),
        )

    def resting(self) -> Iterator[Step]:
        begun = [0.0]
        yield Step(
            "archive open, nothing done for 8 s",
            lambda: begun.__setitem__(0, time.monotonic()),
            lambda: time.monotonic() - begun[0] > RESTING and self.calm(),
        )

    def lists(self) -> Iterator[Step]:
        yield Step("list sorted", lambda: self.library.list.table.sortByColumn(1, Qt.SortOrder.AscendingOrder), self.calm)
        yield Step("end of the list", self.library.list.table.scrollToBottom, self.calm)
        yield Step("all chosen", self.library.list.table.selectAll, self.calm)
        yield Step("a dossier", self.shelf(("dossier", self.dossier("05.2024.TC"))), self.calm)
        yield Step("all documents again", self.shelf(("all", 0)), self.calm)
        yield Step("search", lambda: QTest.keyClicks(self.window.top.search, "kien toan"), self.calm)
        yield Step("search left", self.window.top.search.clear, self.calm)
        yield Step("dark colours", self.use("dark"), self.calm)
        yield Step("light colours", self.use("dark"), self.calm)
        yield Step("command palette", self.use("commands"), self.calm)
        yield Step("command palette closed", self.window.palette_.close_palette, self.calm)
        yield Step("settings", self.use("settings"), self.calm)
        yield self.back()
        yield Step("help", self.use("help"), self.calm)
        yield self.back()

    def paper(self) -> Iterator[Step]:
        yield Step("dossier with the PDF of 500 pages", self.shelf(("dossier", self.dossier("dai"))), self.calm)
        yield Step("document of 500 pages opened", lambda: self.library.open_document(self.library.model.ids[0]), self.calm)
        canvas = self.library.details.viewer.canvas
        yield Step("its page 400", lambda: canvas.go_to_page(400), self.calm)
        yield Step("thumbnails", self.library.details.viewer.bar.thumbs.click, self.calm)
        yield Step("document closed", self.library.close_document, self.calm)

    def review(self) -> Iterator[Step]:
        yield Step("all documents", self.shelf(("all", 0)), self.calm)
        yield Step("quick check", self.use("review"), self.calm)
        yield Step("quick check, grid", self.use("review"), self.calm)
        yield self.back()

    def dialogs(self) -> Iterator[Step]:
        yield Step("a dossier", self.shelf(("dossier", self.dossier("ky"))), self.calm)
        yield from self.dialog("export dialog", "package")
        yield from self.dialog("check-package dialog", "check-package")
        yield from self.dialog("take in a package", "import-package")
        yield from self.dialog("preservation", "preservation")
        yield from self.dialog("import dialog", "import")
        yield from self.dialog("scan dialog", "scan")
        yield from self.dialog("dossier dialog", "edit-dossier")

    def looked(self) -> bool:
        return hasattr(self.page, "run") and self.page.run.looking is None and self.page._preview is not None and self.calm()

    def listed(self) -> bool:
        return self.page.list.count() > TO_SIGN and self.page.run.looking is None and self.calm()

    def signing(self) -> Iterator[Step]:
        yield Step("all documents", self.shelf(("all", 0)), self.calm)
        yield Step("2,000 documents chosen", self.library.list.table.selectAll, self.calm)
        yield Step(
            "signing page, 2,052 documents",
            self.use("sign"),
            self.listed,
        )
        yield Step("signing page left", self.page.leave, self.calm)
        yield Step("a dossier", self.shelf(("dossier", self.dossier("ky"))), self.calm)
        yield Step("50 documents chosen", self.library.list.table.selectAll, self.calm)
        yield Step("signing page, 50 documents", self.use("sign"), self.looked)
        yield Step("another document", lambda: self.page.list.setCurrentRow(7), self.looked)
        yield Step("another look", lambda: self.page.look.kind.setCurrentIndex(2), self.calm)
        yield Step(
            "invisible look", lambda: self.page.look.kind.setCurrentIndex(self.page.look.kind.findData("none")), self.calm
        )
        yield Step("tokens looked for again", self.page.run.look_for_tokens, self.looked)
        yield Step("sign pressed, PIN asked", self._press, lambda: hasattr(self.front(), "pin"))
        yield Step("PIN given, 50 signed", self._give_pin, lambda: self.page.run.job is None and self.calm())
        yield Step("signing page left", self.page.leave, self.calm)

    def _press(self) -> None:
        cards = [card for card in self.page.certificates.cards if card.radio.isEnabled()]
        cards[0].radio.click()
        self.page.sign_button.click()

    def _give_pin(self) -> None:
        front = self.front()
        front.pin.setText(PIN)
        front.verb_button.click()

    def verifying(self) -> Iterator[Step]:
        yield Step("a dossier", self.shelf(("dossier", self.dossier("da-ky"))), self.calm)
        yield Step("document chosen", lambda: self.library.list.table.selectRow(0), self.calm)
        yield Step(
            "verification page, 12 signatures",
            self.use("verify"),
            lambda: getattr(self.page, "report", None) is not None and self.calm(),
        )
        yield self.back()

    def lasting(self) -> Iterator[Step]:
        yield Step("due list", self.use("lasting"), lambda: getattr(self.page, "found", None) is not None and self.calm())
        yield Step("due list of 5,000 rows", self._many_due, self.calm)
        yield Step("another horizon", lambda: self.page.horizon.setCurrentIndex(2), self.calm)
        yield Step("all due chosen", self.page.table.selectAll, self.calm)
        yield self.back()
        yield Step("lock", self.use("lock"), lambda: hasattr(self.page, "unlock") and self.calm())

    def _many_due(self) -> None:
        rows = self.page.found.rows
        if rows:
            self.page._take(replace(self.page.found, rows=[rows[number % len(rows)] for number in range(DUE)]))


def empty() -> Iterator[Step]:
    """A window that does nothing, for as long as the others rest."""
    begun = time.monotonic()
    window = QLabel("Văn Khố")
    yield Step("empty window", window.show, lambda: time.monotonic() - begun > RESTING)


def main() -> int:
    archive, profile = Path(sys.argv[1]), "--profile" in sys.argv
    parts = tuple(word for word in sys.argv[2:] if word in PARTS) or PARTS
    app = QApplication(sys.argv[:1])
    if str(archive) == "--empty":
        steps = empty()
    else:
        services = services_for_window([])
        services.folder = archive
        steps = Walk(Program(app, services)).steps(parts)
    watch = Watch(steps, app.quit, profile=profile)
    QTimer.singleShot(0, watch.begin)
    Collector(app)
    app.exec()
    for one in watch.silences:
        print(json.dumps(asdict(one), ensure_ascii=False), flush=True)
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    raise SystemExit(main())
