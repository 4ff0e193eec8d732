"""What a person may wish of an export: which dossiers, of which kind, written how, to where."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.desk import packaging
from app.desk.packing import Reader, Wishes
from app.i18n import N_, _
from app.package import eark_plan
from storage.queries import DossierRow
from storage.text import fold
from ui.choosing import choose_folder
from ui.dialogs.base import framed, labelled
from ui.widgets.choice_box import ChoiceBox

LIST_HEIGHT = 92  # three rows: the window must fit a screen of 768 pixels
ROW_ROOM = 12  # pixels above and below the words of a row, as in the other lists
DOSSIER = Qt.ItemDataRole.UserRole


@dataclass(slots=True, frozen=True)
class PackageKind:
    """`dialects`: whether Thông tư 05/2025 has two ways to write it; `versions`: whether E-ARK has several."""

    kind: str
    name: str
    help: str
    dialects: bool = True
    versions: bool = False


ALL_KINDS = (
    PackageKind("sip-hoso", N_("Submission package (SIP) – dossiers"), N_("To hand dossiers over to the historical archive.")),
    PackageKind("sip-tailieu", N_("Submission package (SIP) – loose documents"), N_("To hand over documents that form no dossier.")),
    PackageKind("aip-hoso", N_("Archival package (AIP) – dossiers"), N_("To keep dossiers for good, with all that was done to them.")),
    PackageKind("aip-tailieu", N_("Archival package (AIP) – loose documents"), N_("To keep loose documents for good.")),
    PackageKind("dip", N_("Copies for a reader (DIP)"), N_("Copies for somebody who asked for records, with the authentication document.")),
    PackageKind("eark-sip", N_("E-ARK submission package"), N_("For archives abroad that follow E-ARK."), False, True),
    PackageKind("eark-aip", N_("E-ARK archival package"), N_("For archives abroad that follow E-ARK."), False, True),
    PackageKind("eark-dip", N_("E-ARK package for a reader"), N_("For archives abroad that follow E-ARK."), False, True),
    PackageKind("bagit", N_("BagIt folder"), N_("Files with checksums, for any system."), False),
)  # fmt: skip
KINDS = tuple(kind for kind in ALL_KINDS if kind.kind in packaging.KINDS)
DIALECTS = (("accepted", N_("As the receiving archives accept it")), ("letter", N_("By the letter of the circular")))
SIZES = (
    (0, N_("Whole, however large")),
    (10**9, N_("Parts of 1 GB")),
    (2 * 10**9, N_("Parts of 2 GB")),
    (4 * 10**9, N_("Parts of 4 GB")),
)
STATUSES = (
    ("NEW", N_("New package")),
    ("SUPPLEMENT", N_("Supplement: only what was not sent yet")),
    ("REPLACEMENT", N_("Replaces an earlier package")),
    ("TEST", N_("Trial")),
)
PURPOSES = (("01", N_("Private")), ("02", N_("Official")), ("03", N_("Special official")))


class ExportForm(QWidget):
    """`changed()` when anything was chosen otherwise."""

    changed = Signal()

    def __init__(self, rows: list[DossierRow], chosen: list[int], folder: Path) -> None:
        super().__init__()
        self.dossiers = QListWidget()
        self.dossiers.setAccessibleName(_("Dossiers"))
        self.dossiers.setFixedHeight(LIST_HEIGHT)
        self.filter = QLineEdit()
        self.filter.setPlaceholderText(_("Find a dossier by code or title"))
        self.filter.setClearButtonEnabled(True)
        self.filter.setAccessibleName(_("Find a dossier by code or title"))
        self.filter.textChanged.connect(self._narrow)
        self._fill(rows, set(chosen))
        self.kind, self.dialect, self.version = ChoiceBox(), ChoiceBox(), ChoiceBox()
        self.part_size, self.status, self.purpose = ChoiceBox(), ChoiceBox(), ChoiceBox()
        for box, pairs in (
            (self.kind, [(k.kind, k.name) for k in KINDS]), (self.dialect, DIALECTS), (self.part_size, SIZES), (self.status, STATUSES),
            (self.purpose, PURPOSES), (self.version, [(v, f"E-ARK {v}") for v in eark_plan.VERSIONS]),
        ):  # fmt: skip
            for value, name in pairs:
                box.addItem(_(name), value)
        self.version.setCurrentIndex(self.version.findData(eark_plan.DEFAULT))
        self.purpose.setCurrentIndex(1)
        self.receiver, self.reader, self.citizen = QLineEdit(), QLineEdit(), QLineEdit()
        self.folder = QLineEdit(str(folder))
        self.choose_button = QPushButton(_("Choose…"))
        self.sign_box = QCheckBox(_("Sign each package with the token"))
        self.sign_box.setToolTip(_("The signature lies in a file beside the package. The PIN is asked for once."))
        self.sign_box.setAccessibleDescription(self.sign_box.toolTip())
        self._lay_out(len(rows) > 1)
        self.dossiers.itemChanged.connect(lambda _item: self.changed.emit())
        for box in (self.kind, self.dialect, self.version, self.part_size, self.status):
            box.currentIndexChanged.connect(lambda _index: self._judge())
        self.folder.textChanged.connect(lambda _text: self.changed.emit())
        self._judge()

    def _lay_out(self, several: bool) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.dossiers_field: QWidget | None = None
        if several:
            box = QWidget()
            inside = QVBoxLayout(box)
            inside.setContentsMargins(0, 0, 0, 0)
            inside.setSpacing(4)
            inside.addWidget(self.filter)
            inside.addWidget(framed(self.dossiers))
            box.setFocusProxy(self.filter)
            self.dossiers_field = labelled(_("Dossiers"), box)
            column.addWidget(self.dossiers_field)
        self.kind_field = labelled(_("Kind of package"), self.kind, _(KINDS[0].help))
        self.dialect_field = labelled(_("Way of writing"), self.dialect)
        self.version_field = labelled(_("Version"), self.version)
        self.status_field = labelled(_("Nature of the package"), self.status)
        self.size_field = labelled(_("Size"), self.part_size)
        self.receiver_field = labelled(_("Receiving archive (for the minutes)"), self.receiver)
        self.reader_field = labelled(_("Who gets the copies"), self.reader)
        self.citizen_field = labelled(_("Citizen number"), self.citizen)
        self.purpose_field = labelled(_("Purpose"), self.purpose)
        column.addWidget(self.kind_field)
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(12)
        places = (
            (self.dialect_field, 0, 0), (self.version_field, 0, 0), (self.size_field, 0, 1), (self.status_field, 1, 0),
            (self.receiver_field, 1, 1), (self.reader_field, 2, 0), (self.citizen_field, 2, 1), (self.purpose_field, 1, 1),
        )  # fmt: skip
        for field, row, place in places:
            grid.addWidget(field, row, place, Qt.AlignmentFlag.AlignTop)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        column.addLayout(grid)
        self.choose_button.setAutoDefault(False)
        self.choose_button.setAccessibleName(_("Choose the folder"))
        self.choose_button.clicked.connect(lambda _checked: self._choose())
        holder = QWidget()
        line = QHBoxLayout(holder)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(self.folder, 1)
        line.addWidget(self.choose_button)
        holder.setFocusProxy(self.folder)
        column.addWidget(labelled(_("Into the folder"), holder))
        self.folder.setAccessibleName(_("Into the folder"))
        column.addWidget(self.sign_box)

    def _fill(self, rows: list[DossierRow], chosen: set[int]) -> None:
        for row in sorted(rows, key=lambda each: (each.id not in chosen, each.code)):
            item = QListWidgetItem(f"{row.code} — {row.title}")
            item.setData(DOSSIER, row.id)
            item.setToolTip(row.title)
            item.setSizeHint(QSize(0, self.fontMetrics().height() + ROW_ROOM))
            item.setCheckState(Qt.CheckState.Checked if row.id in chosen else Qt.CheckState.Unchecked)
            self.dossiers.addItem(item)
        if self.dossiers.count():
            self.dossiers.setCurrentRow(0)

    def _narrow(self, words: str) -> None:
        wanted = fold(words)
        for row in range(self.dossiers.count()):
            item = self.dossiers.item(row)
            item.setHidden(wanted not in fold(item.text()) and item.checkState() != Qt.CheckState.Checked)

    def _judge(self) -> None:
        chosen = self.chosen()
        self.kind.setAccessibleDescription(_(chosen.help))
        for note in [w for w in self.kind_field.children() if w.property("role") == "muted"]:
            note.setText(_(chosen.help))  # type: ignore[attr-defined]
        reader = chosen.kind == "dip"
        self.dialect_field.setVisible(chosen.dialects)
        self.version_field.setVisible(chosen.versions)
        self.receiver_field.setVisible(not reader)
        for field in (self.reader_field, self.citizen_field, self.purpose_field):
            field.setVisible(reader)
        self.changed.emit()

    def _choose(self) -> None:
        choose_folder(self, _("Choose the folder"), self.folder.setText, purpose="export", start=self.folder.text().strip())

    def chosen(self) -> PackageKind:
        return KINDS[max(self.kind.currentIndex(), 0)]

    def dossier_ids(self) -> list[int]:
        """In the order of their codes, as the list of the hand-over has them."""
        items = [self.dossiers.item(row) for row in range(self.dossiers.count())]
        checked = [item for item in items if item.checkState() == Qt.CheckState.Checked]
        return [int(item.data(DOSSIER)) for item in sorted(checked, key=lambda item: item.text())]

    def out(self) -> Path:
        return Path(self.folder.text().strip()).expanduser()

    def wishes(self) -> Wishes:
        chosen = self.chosen()
        reader = Reader(name=self.reader.text(), citizen_number=self.citizen.text(), purpose=str(self.purpose.currentData()))
        return Wishes(
            kind=chosen.kind,
            dialect=str(self.dialect.currentData()),
            version=str(self.version.currentData()) if chosen.versions else "",
            segment_size=int(self.part_size.currentData()),
            record_status=str(self.status.currentData()),
            reader=reader if chosen.kind == "dip" else Reader(),
            receiver=self.receiver.text().strip(),
        )

    def show_choice(self, on: bool) -> None:
        """The list of dossiers; what was exported needs its room on a small screen."""
        if self.dossiers_field is not None:
            self.dossiers_field.setVisible(on)

    def set_working(self, on: bool) -> None:
        self.setEnabled(not on)
