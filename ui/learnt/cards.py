"""The cards of the page of what was learnt: a heading, what is known now, and the buttons that change it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout

from app.desk.hands import DUE, Standing, Story
from app.desk.learning import KnowledgeStatus
from app.i18n import _, _n
from ui import theme
from ui.icons import pixmap
from ui.models.words import date_word, number_word

NAMES_WIDTH = 190
SAYS_NOTHING = "—"


class Card(QFrame):
    """`column` takes more; facts are lines "name: value" that `tell` fills."""

    def __init__(self, title: str, mark: str, help_text: str) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(20, 16, 20, 16)
        self.column.setSpacing(10)
        head = QHBoxLayout()
        head.setSpacing(10)
        sign = QLabel()
        sign.setPixmap(pixmap(mark, "accent", 20, self.devicePixelRatioF()))
        words = QLabel(title)
        words.setProperty("role", "strong")
        head.addWidget(sign)
        head.addWidget(words, 1)
        self.column.addLayout(head)
        self._help = QLabel(help_text)
        self._help.setWordWrap(True)
        self._help.setProperty("role", "muted")
        self.column.addWidget(self._help)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnMinimumWidth(0, theme.fitted(NAMES_WIDTH))
        self._grid.setColumnStretch(1, 1)
        self.column.addLayout(self._grid)
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(8)
        self._buttons.addStretch(1)
        self.column.addSpacing(2)
        self.column.addLayout(self._buttons)

    def fact(self, name: str) -> QLabel:
        """A line of the card; the returned label takes its value."""
        line = self._grid.rowCount()
        what, says = QLabel(name), QLabel(SAYS_NOTHING)
        what.setProperty("role", "muted")
        says.setWordWrap(True)
        says.setTextFormat(Qt.TextFormat.PlainText)
        says.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        says.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        self._grid.addWidget(what, line, 0, Qt.AlignmentFlag.AlignTop)
        self._grid.addWidget(says, line, 1)
        return says

    def button(self, words: str, role: str = "") -> QPushButton:
        made = QPushButton(words)
        made.setAutoDefault(False)
        if role:
            made.setProperty("role", role)
        self._buttons.addWidget(made)
        return made


class SuggestionsCard(Card):
    """What the suggestions while describing rest on."""

    def __init__(self) -> None:
        super().__init__(
            _("Suggestions"),
            "done",
            _(
                "Type, issuer, notation, dossier and retention are suggested from the documents that were confirmed before. "
                "Each suggestion says which ones it rests on."
            ),
        )
        self._here, self._elsewhere = self.fact(_("Learnt from")), self.fact(_("From other desks"))
        self.again = self.button(_("Learn anew"))
        self.take = self.button(_("Bring in a file…"))
        self.give = self.button(_("Write to a file…"))
        self.again.setToolTip(_("Makes it anew from all confirmed documents of this archive"))
        _name(self.take, self.give, _("Suggestions"))
        self._any = False

    def tell(self, found: KnowledgeStatus) -> None:
        self._any = bool(found.documents)
        words = _n("{count} confirmed document", "{count} confirmed documents", found.documents)
        self._here.setText(
            words.format(count=number_word(found.documents))
            if found.documents
            else _("Nothing yet. Confirm fields in the description or in the quick check (F4).")
        )
        desks = _n("{count} desk", "{count} desks", found.origins)
        self._elsewhere.setText(
            desks.format(count=number_word(found.origins)) if found.origins else _("Nothing was brought in.")
        )

    def lock(self, working: bool) -> None:
        self.again.setEnabled(not working)
        self.take.setEnabled(not working)
        self.give.setEnabled(not working and self._any)
        self.give.setToolTip("" if self._any else _("There is nothing to hand on yet."))


class HandsCard(Card):
    """Whether the office's own handwriting is read with, how it came about and how much better it reads."""

    def __init__(self) -> None:
        super().__init__(
            _("Handwritten numbers and dates"),
            "edit",
            _(
                "The reader practises on numbers and dates that were confirmed, or that their neighbours in the dossier make "
                "certain. It then must read others, kept aside, at least as well as before; else nothing changes."
            ),
        )
        self._state, self._learnt = self.fact(_("In use")), self.fact(_("Practised"))
        self._better, self._next = self.fact(_("How well it reads")), self.fact(_("Certain since then"))
        self.undo = self.button(_("Take the last practice back"))
        self.take = self.button(_("Bring in a file…"))
        self.give = self.button(_("Write to a file…"))
        self.now = self.button(_("Practise now"), "primary")
        _name(self.take, self.give, _("Handwritten numbers and dates"))
        self._found: Standing | None = None

    def tell(self, found: Standing) -> None:
        self._found = found
        self._state.setText(_("This office's own handwriting") if found.own else _("The reader that came with the program"))
        self._learnt.setText(_how(found))
        self._better.setText(_how_well(found))
        self._next.setText(_what_next(found))

    def lock(self, working: bool) -> None:
        own, known = self._found is not None and self._found.own, self._found is not None and self._found.known > 0
        self.now.setEnabled(not working and known)
        self.now.setToolTip("" if known else _("Confirm numbers and dates on scanned papers first."))
        self.undo.setEnabled(not working and own)
        self.give.setEnabled(not working and own)
        self.take.setEnabled(not working)
        for button in (self.undo, self.give):
            button.setToolTip("" if own else _("This office's handwriting has not been learnt yet."))


def _name(take: QPushButton, give: QPushButton, what: str) -> None:
    """The two cards have buttons alike: whoever only hears them is told which."""
    for button in (take, give):
        button.setAccessibleName(f"{what}: {button.text()}")


def _how(found: Standing) -> str:
    """When, and from how much."""
    if not found.own:
        words = _("Not yet.")
    elif found.last is None:
        words = _("By an earlier version of the program, which did not note when.")
    elif found.last.practice.foreign:
        words = _("Brought in from another desk on {date}").format(date=date_word(found.last.at))
    else:
        count = _n("{count} handwritten number", "{count} handwritten numbers", found.last.practice.lessons)
        documents = _n("{count} document", "{count} documents", found.last.practice.documents)
        words = _("{date}, from {numbers} in {documents}").format(
            date=date_word(found.last.at),
            numbers=count.format(count=number_word(found.last.practice.lessons)),
            documents=documents.format(count=number_word(found.last.practice.documents)),
        )
    if found.vain is not None:
        words += "\n" + _("Tried again on {date}: it read no better, so nothing was changed.").format(
            date=date_word(found.vain.at)
        )
    return words


def _how_well(found: Standing) -> str:
    told: Story | None = found.last if found.own else None
    if told is None or not told.practice.tried:
        return SAYS_NOTHING
    before, after = told.practice.right
    tried = told.practice.tried
    if before == after:
        words = _("Of {tried} kept aside {after} were read right, as before, but more surely.")
        return words.format(tried=number_word(tried), after=number_word(after))
    return _("Of {tried} kept aside {before} were read right before, {after} now ({was} → {now} %).").format(
        tried=number_word(tried),
        before=number_word(before),
        after=number_word(after),
        was=round(100 * before / tried),
        now=round(100 * after / tried),
    )


def _what_next(found: Standing) -> str:
    words = _n("{count} document", "{count} documents", found.fresh).format(count=number_word(found.fresh))
    if found.fresh >= DUE:
        return _("{documents}: enough to practise").format(documents=words)
    rest = DUE - found.fresh
    more = _n("after {count} more it practises by itself", "after {count} more it practises by itself", rest)
    return f"{words}; {more.format(count=number_word(rest))}"
