"""What each action does: takes what is chosen, starts the desk's verb, says how it went. No rule of the trade lives here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from app.errors import AppError, Problem
from app.i18n import _, _n
from app.jobs import Job, State
from storage import queries
from ui.choosing import choose_folder
from ui.dossiers import ChooseDossierDialog
from ui.jobs import JobsBridge
from ui.messages import Messages
from ui.models.reading import Reads
from ui.models.words import number_word
from ui.pages.library import LibraryPage
from ui.shelves import Shelves
from ui.window import Window

if TYPE_CHECKING:
    from app.desk.intake import IntakeResult
    from app.services import Services
    from app.workspace import Workspace


class Verbs(QObject):
    """The verbs of one open archive. Lives as long as its library page."""

    def __init__(
        self,
        services: Services,
        workspace: Workspace,
        window: Window,
        library: LibraryPage,
        bridge: JobsBridge,
        reads: Reads,
        messages: Messages,
    ) -> None:
        super().__init__(library)
        self._services, self._workspace = services, workspace
        self._window, self._library = window, library
        self._bridge, self._reads, self._messages = bridge, reads, messages
        bridge.job_finished.connect(self._ended)
        self.shelves = Shelves(services, window, library, self._told)
        window.dropped.connect(self.import_paths)
        library.filed.connect(self.file_into)

    @property
    def table(self) -> dict[str, Callable[[], object]]:
        """Action key → what it does."""
        library = self._library
        return {
            "import": self.import_files,
            "import-folder": self.import_folder,
            "new-dossier": self.new_dossier,
            "edit-dossier": self.edit_dossier,
            "new-inventory": lambda: self.shelves.new("inventory"),
            "new-fonds": lambda: self.shelves.new("fonds"),
            "edit-shelf": self.shelves.edit,
            "open-document": lambda: library.open_document(library.selected[0]),
            "describe": self.describe,
            "review": self.review,
            "confirm": self.confirm,
            "file": self.choose_dossier,
            "earlier": lambda: self.move(-1),
            "later": lambda: self.move(+1),
            "by-date": self.order_by_date,
            "describe-again": self.describe_again,
            "trash": self.trash,
            "restore": self.restore,
            "undo": self.undo,
            "redo": self.redo,
            "go-tree": library.sidebar.setFocus,
            "go-list": library.focus_list,
            "go-details": lambda: library.details.form.focus_next_doubtful() or library.details.form.setFocus(),
            "details": lambda: library.details.setVisible(self._window.actions_["details"].isChecked()),
            "refresh": library.refresh,
        }

    # --- starting work ---
    def start(self, lane: str, title: str, verb: Callable[[Job], Any], done: Callable[[Any], None]) -> None:
        """Long work: seen in the jobs panel; `done` on the window's thread, trouble as a banner."""
        _job, future = self._services.lanes.start(lane, title, verb)
        self._bridge.watch(future, done, self._messages.error, self)

    def change(self, work: Callable[[], Any], told: Callable[[Any], None] | None = None) -> None:
        """A short write."""
        self._reads.write(work, told, self._messages.error)

    # --- bringing in ---
    def import_files(self) -> None:
        self.import_paths([])

    def import_folder(self) -> None:
        title = _("Import a folder")
        choose_folder(self._window, title, lambda name: self.import_paths([Path(name)]), purpose="import", files_too=True)

    def import_paths(self, paths: list[Path]) -> None:
        """Asks what to take in, beginning with these; into the dossier that is shown."""
        from ui.dialogs.import_files import open_import

        dialog = open_import(self._window, self._services, self._bridge, paths, self._library.dossier)
        dialog.begun.connect(lambda _job, future: self._bridge.watch(future, self.imported, self._messages.error, self))

    def resume(self) -> None:
        """Goes on with what an earlier run left unfinished."""
        services, workspace = self._services, self._workspace

        def pending() -> int:
            from app.desk import intake

            return intake.pending(workspace)

        def work(job: Job) -> IntakeResult:
            from app.desk import intake

            return intake.resume(job, workspace, services.sandboxes)

        self._messages.withdraw("import")
        self._reads.run(
            "pending", pending, lambda n: self.start("cpu", _("Finish the import"), work, self.imported) if n else None
        )

    def _ended(self, job: Job) -> None:
        """Whoever stopped an import hears what is left of it, and how to go on; so when the disk was full."""
        full = isinstance(job.error, AppError) and job.error.code == "disk.full"
        if job.state is not State.STOPPED and not full:
            return
        workspace = self._workspace

        def pending() -> int:
            from app.desk import intake

            return intake.pending(workspace)

        def tell(count: int) -> None:
            if count:
                words = _n("{count} file is not finished yet", "{count} files are not finished yet", count)
                self._messages.info(
                    words.format(count=number_word(count)) + ".",
                    _("What was taken in is safe. The rest goes on when you like, or when the archive is opened next time."),
                    action=(_("Go on"), self.resume),
                    key="import",
                )

        self._reads.run("left", pending, tell)

    def imported(self, result: IntakeResult) -> None:
        """Says what came of an import or a scan."""
        count = len(result.documents)
        words = [_n("{count} document taken in", "{count} documents taken in", count).format(count=number_word(count))]
        if result.doubled:
            twice = len(result.doubled)
            words.append(_n("{count} was already here", "{count} were already here", twice).format(count=number_word(twice)))
        if whole := sum(len(one.mended) for one in result.outcomes):
            made = _n("{count} page that had failed is whole now", "{count} pages that had failed are whole now", whole)
            words.append(made.format(count=number_word(whole)))
        jobs = (_("Show"), self._window.actions_["jobs"].trigger)
        if result.problems:
            bad = len(result.problems)
            words.append(
                _n("{count} could not be taken in", "{count} could not be taken in", bad).format(count=number_word(bad))
            )
            self._messages.warning("; ".join(words) + ".", first_of(result.problems), action=jobs, key="import")
        else:
            self._messages.success("; ".join(words) + ".", key="import")
        if count and not self._library.working:
            self._library.list.wish(result.documents[0])

    # --- describing ---
    def describe(self) -> None:
        """Opens the document large and goes to the first field that wants a look."""
        chosen = self._library.selected
        if chosen:
            self._window.actions_["details"].setChecked(True)
            self._library.details.show()
            self._library.open_document(chosen[0])
            form = self._library.details.form
            if not form.focus_next_doubtful():
                form.focus_field(next(iter(form.cells)))

    def review(self) -> None:
        """Looks over what was read, by keys alone."""
        from ui.pages.review_open import open_review

        parts = (self._services, self._workspace, self._library, self._bridge, self._reads, self._messages)
        open_review(self._window, *parts, self.undo, self.redo)

    def confirm(self) -> None:
        ids, workspace = self._library.selected, self._workspace
        self._library.details.form.flush()

        def work() -> None:
            from app.desk import describing

            describing.confirm(workspace, ids)

        words = _n("{count} document confirmed", "{count} documents confirmed", len(ids)).format(count=number_word(len(ids)))
        self.change(work, lambda _none: self._told(words))

    def describe_again(self) -> None:
        ids, workspace = self._library.selected, self._workspace

        def work(job: Job) -> int:
            from app.desk import describing

            describing.describe_again(job, workspace, self._services.sandboxes, ids)
            return len(ids)

        self.start("cpu", _("Read the fields again"), work, lambda _count: self._library.details.reload())

    def _told(self, words: str) -> None:
        """Something was done that can be taken back."""
        self._messages.success(words + ".", action=(_("Undo"), self.undo), key="done")

    # --- filing ---
    def file_into(self, ids: list[int], dossier_id: int | None) -> None:
        """Puts documents into a dossier; None takes them out of theirs."""
        workspace = self._workspace

        def work() -> None:
            from app.desk import filing

            filing.file_documents(workspace, ids, dossier_id)

        count = number_word(len(ids))
        if dossier_id is None:
            words = _n("{count} document taken out of its dossier", "{count} documents taken out of their dossier", len(ids))
        else:
            words = _n("{count} document put into the dossier", "{count} documents put into the dossier", len(ids))
        self.change(work, lambda _none: self._told(words.format(count=count)))

    def choose_dossier(self) -> None:
        ids = self._library.selected
        if self._library.model.order == "newest" and not self._library.searching:
            ids = ids[::-1]  # dossiers and their contents lists begin with the oldest

        def show(rows: list[queries.DossierRow]) -> None:
            dialog = ChooseDossierDialog(self._window, rows, len(ids))
            dialog.chosen.connect(lambda dossier_id: self.file_into(ids, dossier_id))
            dialog.new_wanted.connect(lambda: self.new_dossier(ids))
            dialog.open()

        self._reads.ask("dossiers", self._workspace.catalog, queries.dossier_rows, show)

    def move(self, by: int) -> None:
        """Moves the chosen documents one place up (-1) or down (+1) in their dossier."""
        model, dossier, workspace = self._library.model, self._library.dossier, self._workspace
        if dossier is None:
            return
        if model.order != "dossier":
            model.show_scope(model.scope, "dossier")
            self._messages.info(
                _("The list now shows the order of the dossier; move the documents here."), key="order", lasting=False
            )
            return
        ids = moved(list(model.ids), self._library.selected, by)

        def work() -> None:
            from app.desk import filing

            filing.order_documents(workspace, dossier, ids)

        self.change(work)

    def order_by_date(self) -> None:
        """Puts the documents of the dossier into the order of their dates, oldest first."""
        dossier, workspace = self._library.dossier, self._workspace
        if dossier is None:
            return

        def work() -> None:
            from app.desk import filing

            with workspace.catalog.read() as session:
                ids = queries.document_ids(session, queries.Scope("dossier", dossier), "oldest")
            filing.order_documents(workspace, dossier, ids)

        def told(_none: None) -> None:
            self._library.model.show_scope(self._library.model.scope, "dossier")
            self._told(_("The dossier is in the order of the dates"))

        self.change(work, told)

    def new_dossier(self, then_file: list[int] | None = None) -> None:
        """Asks for code and title; documents in `then_file` go in at once."""
        from ui.dialogs.dossier import open_new_dossier

        above = self.shelves.here
        where = {f"{above.kind}_id": above.id} if above is not None else {}

        def created(dossier_id: int) -> None:
            if then_file:
                self.file_into(then_file, dossier_id)
            else:
                self._told(_("The dossier has been made"))

        open_new_dossier(self._window, self._services, self._bridge, on_created=created, **where)

    def edit_dossier(self) -> None:
        """All that describes the dossier: packages are refused while something is missing."""
        from ui.dialogs.dossier import open_edit_dossier

        node = self._library.sidebar.node
        if node.kind == "dossier":
            open_edit_dossier(self._window, self._services, node.id, lambda _id: self._told(_("The dossier has been changed")))

    # --- the bin, undo ---
    def trash(self) -> None:
        ids, workspace = self._library.selected, self._workspace

        def work() -> None:
            from app.desk import filing

            filing.delete_documents(workspace, ids)

        words = _n("{count} document moved to the bin", "{count} documents moved to the bin", len(ids))
        self._library.close_document()
        self.change(work, lambda _none: self._told(words.format(count=number_word(len(ids)))))

    def restore(self) -> None:
        ids, workspace = self._library.selected, self._workspace

        def work() -> None:
            from app.desk import filing

            filing.restore_documents(workspace, ids)

        words = _n("{count} document taken out of the bin", "{count} documents taken out of the bin", len(ids))
        self.change(work, lambda _none: self._told(words.format(count=number_word(len(ids)))))

    def undo(self) -> None:
        self._step("undo", _("Undone: {what}"), _("There is nothing to undo."))

    def redo(self) -> None:
        self._step("redo", _("Done again: {what}"), _("There is nothing to do again."))

    def _step(self, name: str, words: str, nothing: str) -> None:
        workspace = self._workspace

        def work() -> str | None:
            from app.desk import undoing

            return str(found) if (found := getattr(undoing, name)(workspace)) else None

        self.change(work, lambda what: self._messages.success(words.format(what=what) if what else nothing, key="done"))


def first_of(problems: Sequence[Problem]) -> str:
    """The first trouble in words; where all are alike, the sentence stands for all of them."""
    first = problems[0]
    alike = len(problems) > 1 and all(p.message == first.message for p in problems)
    return f"{first.message} {first.advice}".strip() if alike else str(first)


def moved(ids: list[int], chosen: list[int], by: int) -> list[int]:
    """`ids` with the chosen ones one place further up (-1) or down (+1); those at the edge stay."""
    out = list(ids) if by < 0 else ids[::-1]
    for place in range(1, len(out)):
        if out[place] in chosen and out[place - 1] not in chosen:
            out[place - 1], out[place] = out[place], out[place - 1]
    return out if by < 0 else out[::-1]
