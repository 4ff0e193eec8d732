"""The page of what the program has learnt from this office: seen, handed on, taken back, forgotten."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractSlider, QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from app.desk import hands, learning
from app.desk.hands import Practice, Standing
from app.desk.learning import KnowledgeStatus
from app.i18n import _, _n
from app.jobs import Job, State
from ui import theme
from ui.choosing import choose_files, choose_new_file
from ui.jobs import JobsBridge
from ui.learnt.cards import Card, HandsCard, SuggestionsCard
from ui.models.words import number_word
from ui.pages.desk_page import DeskPage
from ui.pages.over import centred
from ui.pages.over import head as page_head
from ui.widgets.job_progress import JobProgress
from ui.widgets.notice import Notice

if TYPE_CHECKING:
    from app.services import Services

WIDTH = 820
COUNTS, WEIGHTS = "*.json", "*.npz"
_STEPS = {
    Qt.Key.Key_PageDown: QAbstractSlider.SliderAction.SliderPageStepAdd,
    Qt.Key.Key_PageUp: QAbstractSlider.SliderAction.SliderPageStepSub,
}


class LearntPage(DeskPage):
    """`listed()` when what is known stands there."""

    listed = Signal()

    def __init__(self, services: Services, jobs: JobsBridge, parent: QWidget | None = None) -> None:
        super().__init__(services, jobs, parent)
        self._job: Job | None = None
        self._when_stopped = ""
        self.found: tuple[KnowledgeStatus, Standing] | None = None
        self.suggestions, self.hands = SuggestionsCard(), HandsCard()
        self.notice, self.progress = Notice(), JobProgress(jobs)
        self.doing = QLabel()
        self.stop_button = QPushButton(_("Stop"))
        self.forget_button = QPushButton()
        self.sure_button, self.keep_button = QPushButton(_("Forget everything")), QPushButton(_("Keep it"))
        self._lay_out()
        self._wire()
        self._ask_to_forget(False)
        jobs.job_finished.connect(self._finished)
        jobs.job_changed.connect(self._changed)
        self._judge()

    # --- building ---
    def _lay_out(self) -> None:
        inside = QWidget()
        inside.setMaximumWidth(theme.fitted(WIDTH))
        body = QVBoxLayout(inside)
        body.setContentsMargins(24, 20, 24, 24)
        body.setSpacing(12)
        intro = QLabel(
            _(
                "Every field that you confirm or correct teaches the program. It never changes a document by itself, and what "
                "one undoes with Ctrl+Z it unlearns."
            )
        )
        intro.setWordWrap(True)
        intro.setProperty("role", "muted")
        for widget in (intro, self.hands, self.suggestions, self._make_last_card()):
            body.addWidget(widget)
        body.addStretch(1)
        self.scrolled = scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(centred(inside))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(page_head(_("What has been learnt"), self.leave))
        column.addWidget(scroll, 1)
        column.addWidget(self._make_foot())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = _STEPS.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
            return
        self.scrolled.verticalScrollBar().triggerAction(step)

    def _make_last_card(self) -> Card:
        card = Card(
            _("Forget what was learnt"),
            "trash",
            _(
                "Suggestions and handwriting, also those from other desks. Your documents stay as they are; “Learn anew” and "
                "“Practise now” learn from them again."
            ),
        )
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addStretch(1)
        self.sure_button.setProperty("role", "danger")
        for button in (self.forget_button, self.keep_button, self.sure_button):
            button.setAutoDefault(False)
            row.addWidget(button)
        card.column.addLayout(row)
        return card

    def _make_foot(self) -> QFrame:
        self._foot = QFrame()
        self._foot.setProperty("role", "foot")
        rows = QVBoxLayout(self._foot)
        rows.setContentsMargins(16, 10, 16, 12)
        rows.setSpacing(8)
        rows.addWidget(self.notice)
        line = QHBoxLayout()
        line.setSpacing(12)
        self.doing.setProperty("role", "muted")
        line.addWidget(self.doing)
        line.addWidget(self.progress, 1)
        line.addWidget(self.stop_button)
        rows.addLayout(line)
        return self._foot

    def _wire(self) -> None:
        workspace, boxes = self._workspace, self._services.sandboxes
        own, counts = self.hands, self.suggestions
        own.now.clicked.connect(
            lambda: self._start(_("Learn the handwriting"), lambda job: hands.practise(job, workspace, boxes), self._practised)
        )
        own.undo.clicked.connect(
            lambda: self._start(_("Take the last practice back"), lambda _job: hands.undo(workspace), self._taken_back)
        )
        own.give.clicked.connect(lambda: self._give(_("Handwriting"), WEIGHTS, hands.export_hand))
        own.take.clicked.connect(
            lambda: self._take(
                _("Handwriting"),
                WEIGHTS,
                lambda job, path: hands.import_hand(job, workspace, boxes, path),
                self._brought_hand,
            )
        )
        counts.again.clicked.connect(
            lambda: self._start(
                _("Learn anew"),
                lambda job: learning.rebuild(workspace, job),
                self._rebuilt,
                _("Stopped. The rest is learnt when the archive is opened next time."),
            )
        )
        counts.give.clicked.connect(lambda: self._give(_("Suggestions"), COUNTS, learning.export_knowledge))
        counts.take.clicked.connect(
            lambda: self._take(
                _("Suggestions"), COUNTS, lambda _job, path: learning.import_knowledge(workspace, path), self._brought_counts
            )
        )
        self.forget_button.clicked.connect(lambda: self._ask_to_forget(True))
        self.keep_button.clicked.connect(lambda: self._ask_to_forget(False))
        self.sure_button.clicked.connect(
            lambda: self._start(_("Forget everything"), lambda _job: learning.reset(workspace), self._forgotten)
        )
        self.stop_button.clicked.connect(self._stop)

    # --- what is known ---
    def load(self) -> None:
        workspace = self._workspace

        def verb(_job: Job) -> tuple[KnowledgeStatus, Standing]:
            return learning.status(workspace), hands.standing(workspace)

        self.start("catalog", _("What has been learnt"), verb, self._show, self._say_error)

    def _show(self, found: tuple[KnowledgeStatus, Standing]) -> None:
        self.found = found
        self.suggestions.tell(found[0])
        self.hands.tell(found[1])
        self._judge()
        self.listed.emit()

    # --- the work ---
    def _start(self, title: str, verb: Callable[[Job], Any], done: Callable[[Any], None], stopped: str = "") -> None:
        """Beside the window; what came of it, or `stopped`, stands at the foot, then everything is shown anew."""

        def ended(result: Any) -> None:
            self._rest()
            done(result)
            self.load()

        def failed(error: BaseException) -> None:
            self._rest()
            self._say_error(error)

        self.notice.clear()
        self._when_stopped = stopped or _("Stopped. Nothing was changed.")
        self._job = self.start("cpu", title, verb, ended, failed)
        if self._job is not None:
            self.progress.follow(self._job)
            self.doing.setText(title)
            for widget in (self._foot, self.stop_button):
                widget.show()
            self.stop_button.setEnabled(True)
            self.stop_button.setFocus(
                Qt.FocusReason.OtherFocusReason
            )  # before the pressed one goes grey and hands it to another
        self._judge()

    def _changed(self, job: Job) -> None:
        if job is self._job and job.note:
            self.doing.setText(job.note)

    def _stop(self) -> None:
        if self._job is not None:
            self._job.stop()
            self.stop_button.setEnabled(False)
            self.doing.setText(_("Stopping…"))

    def _finished(self, job: Job) -> None:
        if job is self._job and job.state is State.STOPPED:  # nobody calls back
            self._rest()
            self._say("info", self._when_stopped)
            self.load()

    def _rest(self) -> None:
        had = self.focusWidget() is self.stop_button
        self._job = None
        self.progress.rest()
        self._ask_to_forget(False)
        self._judge()
        if had:
            (self.hands.now if self.hands.now.isEnabled() else self.suggestions.again).setFocus(Qt.FocusReason.OtherFocusReason)

    def _judge(self) -> None:
        working = self._job is not None
        for card in (self.suggestions, self.hands):
            card.lock(working or self.found is None)
        self.forget_button.setEnabled(not working)
        self.sure_button.setEnabled(not working)
        self.stop_button.setEnabled(working)
        for widget in (self.stop_button, self.doing):
            widget.setVisible(working)
        self._foot.setVisible(working or bool(self.notice.text()))

    def _say_error(self, error: BaseException) -> None:
        self.notice.say_error(error)
        self._foot.setVisible(bool(self.notice.text()))

    def _say(self, kind: str, text: str, advice: str = "") -> None:
        self.notice.say(kind, text, advice)
        self._foot.show()

    # --- what came of it ---
    def _practised(self, done: Practice | None) -> None:
        if done is None:
            self._say(
                "info",
                _("There are too few confirmed numbers and dates to learn this office's handwriting from."),
                _("Confirm numbers and dates on some more scanned papers, best in the quick check (F4)."),
            )
        elif done.kept:
            before, after = done.right
            words = _(
                "The office's own handwriting is in use now: of {tried} numbers kept aside it reads {after}, before {before}."
            )
            self._say(
                "success",
                words.format(tried=number_word(done.tried), after=number_word(after), before=number_word(before)),
                _("Papers that come in from now on are read so. “Read the fields again” reads older ones anew."),
            )
        else:
            self._say("info", _("Practised, but it reads no better: nothing was changed."))

    def _taken_back(self, done: bool) -> None:
        if done:
            self._say("success", _("The last practice was taken back."))

    def _rebuilt(self, documents: int) -> None:
        words = _n("Learnt anew from {count} document.", "Learnt anew from {count} documents.", documents)
        self._say("success", words.format(count=number_word(documents)))

    def _brought_counts(self, labels: int) -> None:
        words = _n(
            "{count} thing that another desk knows was brought in.",
            "{count} things that another desk knows were brought in.",
            labels,
        )
        self._say("success", words.format(count=number_word(labels)))

    def _brought_hand(self, done: Practice) -> None:
        if done.kept:
            self._say("success", _("The other desk's handwriting is in use now."))
            return
        before, after = done.right
        words = _("It reads this office's papers worse ({after} of {tried} right, now {before}): nothing was changed.")
        self._say("warning", words.format(after=number_word(after), tried=number_word(done.tried), before=number_word(before)))

    def _forgotten(self, _none: None) -> None:
        self._say("success", _("Everything learnt was forgotten. The documents are as they were."))

    def _ask_to_forget(self, on: bool) -> None:
        had = on or self.focusWidget() in (self.keep_button, self.sure_button)
        self.forget_button.setText(_("Forget everything…"))
        self.forget_button.setVisible(not on)
        self.keep_button.setVisible(on)
        self.sure_button.setVisible(on)
        if had:
            (self.keep_button if on else self.forget_button).setFocus(Qt.FocusReason.OtherFocusReason)

    # --- to other desks and back ---
    def _give(self, what: str, kind: str, write: Callable[[Any, Path], Path]) -> None:
        workspace = self._workspace

        def chosen(name: str) -> None:
            self._start(_("Write to a file"), lambda _job: write(workspace, Path(name)), self._given)

        ending = kind.removeprefix("*")
        name = _("Learnt {what}").format(what=what.lower()) + ending
        filters = (_("Learnt by Văn Khố ({kinds})").format(kinds=kind),)
        choose_new_file(self, _("Write to a file"), name, filters, chosen, purpose="learnt")

    def _given(self, path: Path) -> None:
        self._say(
            "success",
            _("Written: {file}").format(file=path),
            _("Carry the file to the other desk and choose “Bring in a file…” there."),
        )

    def _take(self, what: str, kind: str, verb: Callable[[Job, Path], Any], done: Callable[[Any], None]) -> None:
        filters = (_("Learnt by Văn Khố ({kinds})").format(kinds=kind),)

        def chosen(names: list[str]) -> None:
            self._start(_("Bring in a file"), lambda job: verb(job, Path(names[0])), done)

        choose_files(self, f"{what}: {_('Bring in a file')}", filters, chosen, purpose="learnt", one=True)
