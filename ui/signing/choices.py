"""What is chosen for a signing: the look with what it needs, and the level in plain words."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from app.desk.looks import Wish
from app.i18n import N_, _
from app.rules.codes import format_date, parse_date
from app.settings import BY_KEY, Settings
from app.signature.appearance import COPY_FORMS
from ui.choosing import choose_files
from ui.dialogs.base import labelled
from ui.widgets.choice_box import ChoiceBox

PLAIN_LEVELS = {
    "B": N_("Signature alone"),
    "T": N_("With a time stamp"),
    "LT": N_("With time stamp and proofs"),
    "LTA": N_("For keeping for decades"),
}
MEANINGS = {
    "B": N_("The signing time is only what this computer says."),
    "T": N_("A time stamp proves when it was signed."),
    "LT": N_("It stays provable after the certificate expires."),
    "LTA": N_("The proofs too are sealed with an archive time stamp, which can be renewed."),
}
IMAGES = {"person": "sign.person_image", "organisation": "sign.seal_image"}


class LookChoice(QWidget):
    """`changed()` when the look should be drawn anew; texts are taken as one leaves them. `kept(key, value)` when a setting is to be
    written, by somebody who has a thread for it and calls `told` afterwards."""

    changed = Signal()
    kept = Signal(str, object)

    def __init__(self, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self.kind = ChoiceBox()
        for value, label in BY_KEY["sign.appearance"].choices:
            self.kind.addItem(_(label), value)
        self.kind.setCurrentIndex(max(self.kind.findData(settings["sign.appearance"]), 0))
        self.copy_form = ChoiceBox()
        for form in COPY_FORMS:
            self.copy_form.addItem(form, form)
        self.code, self.day = QLineEdit(), QLineEdit()
        self.day.setPlaceholderText(_("dd/mm/yyyy"))
        self.image = QPushButton(_("Choose the picture…"))
        self.image.setAutoDefault(False)
        self.level = ChoiceBox()
        for level, words in PLAIN_LEVELS.items():
            self.level.addItem(_(words), level)
        self.level.setCurrentIndex(max(self.level.findData(settings["sign.level"]), 0) if settings["sign.tsa"] else 0)
        self._rows = {
            "copy": labelled(_("Form of the copy"), self.copy_form),
            "code": labelled(_("Number and notation (empty: as described)"), self.code),
            "date": labelled(_("Date (empty: as described)"), self.day),
            "image": labelled(_("Picture (PNG)"), self.image),
        }
        self.level_note = QLabel()
        self.level_note.setWordWrap(True)
        self.level_note.setProperty("role", "muted")
        self._lay_out()
        self._connect()
        self._show_rows()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(labelled(_("Look of the signature"), self.kind))
        for row in self._rows.values():
            column.addWidget(row)
        column.addWidget(labelled(_("Level of the signature"), self.level))
        column.addWidget(self.level_note)
        self.level_note.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        for box in (self.kind, self.copy_form, self.level):
            box.setSizeAdjustPolicy(ChoiceBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(12)
        self._explain()

    def _explain(self) -> None:
        """What the level means, or what is missing for the better ones."""
        if self._settings["sign.tsa"]:
            self.level_note.setText(_(MEANINGS[self.chosen_level]))
        else:
            self.level.setEnabled(False)
            self.level_note.setText(_("Time stamps need the address of a time-stamp service (Settings › Signing)."))

    def _connect(self) -> None:
        self.kind.currentIndexChanged.connect(lambda _index: self._kind_changed())
        self.copy_form.currentIndexChanged.connect(lambda _index: self.changed.emit())
        self.level.currentIndexChanged.connect(lambda _index: self._level_chosen())
        self.code.editingFinished.connect(self.changed)
        self.day.editingFinished.connect(self._day_left)
        self.image.clicked.connect(lambda _checked: self._choose_image())

    def _kind_changed(self) -> None:
        self._show_rows()
        self.changed.emit()

    def _level_chosen(self) -> None:
        self._explain()
        self.kept.emit("sign.level", self.chosen_level)

    def _day_left(self) -> None:
        day = parse_date(self.day.text())
        if day is not None:
            self.day.setText(format_date(day))
        self.changed.emit()

    def _show_rows(self) -> None:
        kind = self.wish.kind
        shown = {
            "copy": kind == "copy",
            "code": kind in ("attachment", "number"),
            "date": kind == "date",
            "image": kind in IMAGES,
        }
        for name, row in self._rows.items():
            row.setVisible(shown[name])
        if kind in IMAGES:
            image = self._settings[IMAGES[kind]]
            self.image.setText(Path(image).name if image else _("Choose the picture…"))

    def _choose_image(self) -> None:
        key = IMAGES[self.wish.kind]

        def take(names: list[str]) -> None:
            if names:
                self.kept.emit(key, Path(names[0]))

        choose_files(
            self.window(),
            _("Picture of the signature"),
            (_("Pictures ({kinds})").format(kinds="*.png"),),
            take,
            purpose="picture",
            one=True,
        )

    def told(self, key: str) -> None:
        """A setting was written."""
        if key in IMAGES.values():
            self._show_rows()
            self.changed.emit()

    @property
    def wish(self) -> Wish:
        return Wish(
            str(self.kind.currentData() or "none"),
            copy_form=str(self.copy_form.currentData()),
            code=self.code.text().strip() if self.code.isVisibleTo(self) else "",
            issued=self._day(),
        )

    def _day(self) -> date | None:
        return parse_date(self.day.text()) if self.day.isVisibleTo(self) else None

    @property
    def chosen_level(self) -> str:
        return str(self.level.currentData() or "B")

    def set_busy(self, busy: bool) -> None:
        locked = self._settings.locked("sign.appearance")
        self.kind.setEnabled(not busy and not locked)
        for row in self._rows.values():
            row.setEnabled(not busy)
        self.level.setEnabled(not busy and bool(self._settings["sign.tsa"]))


def head(title: str, button: QPushButton | None = None) -> QHBoxLayout:
    label = QLabel(title)
    label.setProperty("role", "strong")
    label.setFixedHeight(label.fontMetrics().height() + 16)
    row = QHBoxLayout()
    row.addWidget(label, 1)
    if button is not None:
        button.setProperty("role", "quiet")
        button.setFixedHeight(label.height())
        row.addWidget(button)
    return row
