"""Verbs that reach out of the window: scanner, token, package, server, proof."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer

from app.errors import AppError
from app.i18n import _, _n
from app.jobs import Job
from ui.choosing import choose_folder, choose_new_file
from ui.jobs import JobsBridge
from ui.messages import Kind, Message, Messages
from ui.models.reading import Reads
from ui.models.words import number_word
from ui.pages.facts import verified_lines
from ui.pages.library import LibraryPage
from ui.window import Window

if TYPE_CHECKING:
    from app.services import Services
    from app.workspace import Workspace
AGAIN_MS = 120_000  # the server may be back by then


class Outward(QObject):
    """Scan, sign, verify, export, sync, save copies, prove. `imported` tells how a scan ended, as an import does."""

    def __init__(
        self,
        services: Services,
        workspace: Workspace,
        window: Window,
        library: LibraryPage,
        bridge: JobsBridge,
        reads: Reads,
        messages: Messages,
        imported: Callable[[Any], None],
    ) -> None:
        super().__init__(library)
        self._services, self._workspace = services, workspace
        self._window, self._library = window, library
        self._bridge, self._reads, self._messages, self._imported = bridge, reads, messages, imported
        self._later = QTimer(self)  # after a failure sending goes on by itself, as the sentence promises
        self._later.setSingleShot(True)
        self._later.setInterval(AGAIN_MS)
        self._later.timeout.connect(self.sync)

    @property
    def table(self) -> dict[str, Callable[[], object]]:
        """Action key → what it does."""
        return {
            "scan": self.scan,
            "sign": self.sign,
            "verify": self.verify,
            "package": self.package,
            "check-package": self.check_package,
            "import-package": self.import_package,
            "preservation": self.preservation,
            "lasting": self.lasting,
            "day-proofs": self.day_proofs,
            "learnt": self.learnt,
            "contents-list": self.contents_list,
            "sync": self.sync,
            "save-copy": self.save_copies,
            "check-archive": self.check_archive,
        }

    def start(self, lane: str, title: str, verb: Callable[[Job], Any], done: Callable[[Any], None]) -> None:
        """Long work: seen in the jobs panel; `done` on the window's thread, trouble as a banner."""
        _job, future = self._services.lanes.start(lane, title, verb)
        self._bridge.watch(future, done, self._messages.error, self)

    # --- paper and token ---
    def scan(self) -> None:
        from ui.dialogs.scan import open_scan

        open_scan(self._window, self._services, self._bridge, self._library.dossier).scanned.connect(self._imported)

    def sign(self) -> None:
        from ui.signing.page import SigningPage

        self._library.details.form.flush()
        page = SigningPage(self._services, self._bridge, self._library.selected, self._window.pages)
        page.closed.connect(self.look_at_certificate)
        page.finished_batch.connect(lambda _outcome: self._library.refresh())
        self._window.show_over(page)
        page.run.look_for_tokens()

    def look_at_certificate(self) -> None:
        """Says at the bottom whose certificate is plugged in and how long it is good; silent where there is none."""
        settings, foot = self._services.settings, self._window.foot

        def look() -> tuple[str, int | None]:
            from app.desk import signing

            now = datetime.now(UTC)
            try:
                found = [c for token in signing.tokens(Job(), settings) for c in token.certificates if c.usable]
            except AppError:
                return "", None
            best = max(found, key=lambda c: c.not_after, default=None)
            return (best.subject, best.days_left(now)) if best else ("", None)

        self._reads.run("certificate", look, lambda found: foot.say_certificate(*found), lambda _error: None)

    def verify(self) -> None:
        """Checks the signatures of what is chosen: one document on a page of its own, several as a count."""
        chosen = self._library.selected
        if len(chosen) == 1:
            self._verify_one(chosen[0])
        else:
            self._verify_many()

    def _verify_one(self, document_id: int) -> None:
        from ui.verifying.page import VerifyPage

        page = VerifyPage(self._services, self._bridge, self._window.pages)
        page.judged.connect(lambda report: self._into_details(document_id, report))
        self._window.show_over(page)
        page.judge(document_id)

    def _into_details(self, document_id: int, report: dict[str, Any]) -> None:
        if document_id == self._library.details.document_id:
            self._library.details.say_signatures(verified_lines(report))

    def _verify_many(self) -> None:
        ids, workspace, boxes = self._library.selected, self._workspace, self._services.sandboxes

        def work(job: Job) -> list[tuple[int, dict[str, Any]]]:
            from app.desk import verifying

            found = []
            for place, document_id in enumerate(ids):
                job.progress(place, len(ids))
                try:
                    found.append((document_id, verifying.verify_document(job, workspace, boxes, document_id)))
                except AppError as error:
                    job.problem(str(document_id), error)
            job.progress(len(ids), len(ids))
            return found

        self.start("cpu", _("Check signatures"), work, self._verified)

    def _verified(self, found: list[tuple[int, dict[str, Any]]]) -> None:
        for document_id, report in found:
            if document_id == self._library.details.document_id:
                self._library.details.say_signatures(verified_lines(report))
        if found:
            counted = Counter(str(report["verdict"]) for _id, report in found)
            kind = Kind.DANGER if counted["invalid"] else Kind.INFO
            advice = _("Choose one of them and check it alone to see why.") if counted["invalid"] or counted["unknown"] else ""
            self._messages.say(Message(kind, verdicts_in_words(counted), advice, key="verify"))

    # --- out of the house ---
    def package(self) -> None:
        """Exports the dossier that is chosen, or that of the first chosen document."""
        from ui.dialogs.export import open_export

        dossier = self._dossier()
        if dossier is not None:
            dialog = open_export(self._window, self._services, self._bridge, dossier)
            dialog.wanted.connect(self._library.show_field)

    def check_package(self) -> None:
        """Looks into a package from anywhere: what the receiving archive would object to."""
        from ui.dialogs.check_package import open_check

        open_check(self._window, self._services, self._bridge)

    def import_package(self) -> None:
        """Takes in a package or an edXML message from another office."""
        from ui.dialogs.import_package import open_import_package

        open_import_package(self._window, self._services, self._bridge).wanted.connect(self._library.show_field)

    def preservation(self) -> None:
        """Formats at risk, and whether all files are whole."""
        from ui.dialogs.preservation import open_preservation

        open_preservation(self._window, self._services, self._bridge).wanted.connect(self._library.show_field)

    def day_proofs(self) -> None:
        """Which days are proven, and until when."""
        from ui.dialogs.day_proofs import open_day_proofs

        dialog = open_day_proofs(self._window, self._services, self._bridge)
        dialog.wanted.connect(self._library.show_field)
        dialog.settings_wanted.connect(self._window.actions_["settings"].trigger)

    def lasting(self) -> None:
        """What stops being provable, and when."""
        from ui.lasting.page import LastingPage

        def show(document_id: int) -> None:
            self._window.back()
            self._library.show_field(document_id, "")

        page = LastingPage(self._services, self._bridge, self._window.pages)
        page.wanted.connect(show)
        page.renewed.connect(lambda _done: self._library.refresh())
        page.settings_button.clicked.connect(lambda _checked: self._window.actions_["settings"].trigger())
        self._window.show_over(page)
        page.load()

    def learnt(self) -> None:
        """What the program knows from this office's confirmations."""
        from ui.learnt.page import LearntPage

        page = LearntPage(self._services, self._bridge, self._window.pages)
        self._window.show_over(page)
        page.load()

    def _dossier(self) -> int | None:
        """The dossier that is meant; where there is none, says what to do first."""
        dossier = self._library.dossier or self._library.dossier_of_selected
        if dossier is None:
            self._messages.info(
                _("These documents are not in a dossier yet."),
                _("Put them into a dossier first (Ctrl+M); packages and contents lists are made of dossiers."),
                key="package",
            )
        return dossier

    def contents_list(self) -> None:
        """Writes the list of a dossier's documents as a DOCX where the person wants it, and offers to open it."""
        dossier, workspace = self._dossier(), self._workspace
        if dossier is None:
            return

        def write(name: str) -> None:
            def work(job: Job) -> Path:  # noqa: ARG001
                from app.desk import packaging

                return packaging.contents_list(workspace, dossier, Path(name))

            self.start("cpu", _("Contents list"), work, self._listed)

        code = self._library.dossier_code(dossier)
        name = _("Contents list {code}").format(code=re.sub(r'[\\/:*?"<>|]', "-", code)).strip() + ".docx"
        filters = (_("Word documents ({kinds})").format(kinds="*.docx"),)
        choose_new_file(self._window, _("Contents list"), name, filters, write, purpose="contents-list")

    def _listed(self, path: Path) -> None:
        from PySide6.QtCore import QUrl
        from PySide6.QtGui import QDesktopServices

        show = (_("Open"), lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(path))))
        words = _("The contents list has been written: {file}").format(file=path)
        self._messages.success(words, action=show, key="contents-list", lasting=True)

    def save_copies(self) -> None:
        """Writes the newest file of each chosen document into a folder."""
        ids, workspace = self._library.selected, self._workspace

        def save(folder: str) -> None:
            def work(job: Job) -> int:
                from ui.copies import save_copies

                return save_copies(job, workspace, ids, Path(folder))

            self.start("cpu", _("Save copies"), work, self._saved)

        choose_folder(self._window, _("Save copies to which folder?"), save, purpose="copies")

    def _saved(self, count: int) -> None:
        words = _n("{count} file saved", "{count} files saved", count).format(count=number_word(count))
        self._messages.success(words + ".", key="saved")

    def sync(self) -> None:
        workspace = self._workspace
        if not workspace.settings["sync.endpoint"]:
            settings = (_("Settings"), self._window.actions_["settings"].trigger)
            self._messages.info(
                _("No central server is set up yet."),
                _("Your administrator gives you its address and an enrolment code."),
                action=settings,
                key="sync",
            )
            return

        def work(job: Job) -> Any:
            from app.desk import syncing

            return syncing.sync(job, workspace)

        self._later.stop()
        self.start("network", _("Sync"), work, self._synced)

    def _synced(self, result: Any) -> None:
        if result.problems:
            problem = result.problems[0]
            self._messages.warning(problem.message, problem.advice, key="sync")
            self._later.start()
        elif not result.items:
            self._messages.success(_("There is nothing new to send."), key="sync")
        else:
            words = _n(
                "{count} item sent and confirmed by the server", "{count} items sent and confirmed by the server", result.items
            )
            self._messages.success(words.format(count=number_word(result.items)) + ".", key="sync")
        self._library.refresh()

    # --- proof ---
    def check_archive(self) -> None:
        """Recomputes the audit chain and re-reads every file."""
        workspace = self._workspace

        def work(job: Job) -> tuple[Any, Any]:
            from app.desk import keeping

            return keeping.audit_verify(job, workspace), keeping.fixity(job, workspace)

        self.start("cpu", _("Check the archive"), work, lambda found: self._checked(*found))

    def _checked(self, chain: Any, files: Any) -> None:
        if chain.sound and files.sound:
            words = _("The archive is whole: {entries} entries of the log and {files} files checked.")
            self._messages.success(
                words.format(entries=number_word(chain.entries), files=number_word(files.checked)),
                key="check-archive",
                lasting=True,
            )
            return
        bad = len(files.missing) + len(files.damaged)
        words = _("The archive is not whole: {files} files missing or damaged; the log {log}.").format(
            files=number_word(bad), log=_("is in order") if chain.sound else _("has been changed")
        )
        advice = _("Don't work on; ask your administrator to compare with the last backup.")
        self._messages.say(Message(Kind.DANGER, words, advice, key="check-archive"))


def verdicts_in_words(counted: Mapping[str, int]) -> str:
    """How many documents have which verdict; verdicts that none has are left out."""
    number = {verdict: number_word(count) for verdict, count in counted.items() if count}
    parts = {
        "valid": _("{count} with valid signatures"),
        "invalid": _("{count} with signatures that are not valid"),
        "unknown": _("{count} that can't be told for sure"),
        "unsigned": _("{count} without signatures"),
    }
    said = [words.format(count=number[verdict]) for verdict, words in parts.items() if verdict in number]
    return _("Documents checked: {parts}.").format(parts=", ".join(said))
