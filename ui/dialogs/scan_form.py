"""How to scan: device, paper source, both sides, resolution, colour. Remembered in the settings."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QPushButton,
    QRadioButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.capture.scanner import Device, ScanProfile
from app.desk import scan_profiles
from app.errors import AppError
from app.i18n import _
from app.settings import BY_KEY, Settings
from ui import icons, theme
from ui.dialogs.base import labelled
from ui.dialogs.questions import NameDialog
from ui.widgets.choice_box import ChoiceBox


class ScanForm(QWidget):
    """`failed(error)` when a profile can't be used or kept;
    `refresh_wanted()` when the person asks to look for scanners again; `changed()` when the choice of device changed."""

    refresh_wanted = Signal()
    changed = Signal()
    failed = Signal(object)

    def __init__(self, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self.device = ChoiceBox()
        self.device.setMinimumContentsLength(18)
        self.device.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.device.currentIndexChanged.connect(lambda _index: self.changed.emit())
        self.refresh = QToolButton()
        self.refresh.setIcon(icons.icon("refresh"))
        self.refresh.setText(_("Look again"))
        self.refresh.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.refresh.setIconSize(QSize(theme.ICON_BAR, theme.ICON_BAR))
        self.refresh.setAccessibleName(_("Look for scanners again"))
        self.refresh.setToolTip(_("Look for scanners again"))
        self.refresh.clicked.connect(lambda _checked: self.refresh_wanted.emit())
        self.feeder = QRadioButton(_("Feeder (a pile of sheets)"))
        self.flatbed = QRadioButton(_("Flatbed glass (one page)"))
        self._source = QButtonGroup(self)
        self._source.addButton(self.feeder)
        self._source.addButton(self.flatbed)
        self.duplex = QCheckBox(_("Both sides of each sheet"))
        self.feeder.toggled.connect(lambda _on: self._judge())
        self.dpi = _choice(settings, "scan.dpi")
        self.colour = _choice(settings, "scan.colour")
        self.profiles = ChoiceBox()
        self.profiles.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.profiles.setMinimumContentsLength(12)
        self.profiles.activated.connect(lambda _index: self._use_profile())
        self.keep_button = QPushButton(_("Keep…"))
        self.keep_button.setAutoDefault(False)
        self.keep_button.setToolTip(_("Keep what is chosen here under a name"))
        self.keep_button.setAccessibleName(self.keep_button.toolTip())
        self.keep_button.clicked.connect(lambda _checked: self._ask_name())
        for button in (self.feeder, self.flatbed, self.duplex):
            button.clicked.connect(lambda _on: self.profiles.setCurrentIndex(0))
        for box in (self.device, self.dpi, self.colour):
            box.activated.connect(lambda _index: self.profiles.setCurrentIndex(0))
        self._lay_out()
        self._recall()
        self.fill_profiles()

    def _lay_out(self) -> None:
        paper = QWidget()
        column = QVBoxLayout(paper)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        for widget in (self.feeder, self.flatbed, self.duplex):
            column.addWidget(widget)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(12)
        for label, field, button in (
            (_("Kind of pile"), self.profiles, self.keep_button),
            (_("Scanner"), self.device, self.refresh),
        ):
            outer.addWidget(labelled(label, _beside(field, button)))
            field.setAccessibleName(label)
        outer.addWidget(labelled(_("Paper from"), paper))
        picture = QHBoxLayout()
        picture.setSpacing(8)
        picture.addWidget(labelled(_("Resolution"), self.dpi), 1)
        picture.addWidget(labelled(_("Colour"), self.colour), 1)
        outer.addLayout(picture)
        outer.addStretch(1)

    def _recall(self) -> None:
        settings = self._settings
        (self.flatbed if settings["scan.source"] == "flatbed" else self.feeder).setChecked(True)
        self.duplex.setChecked(bool(settings["scan.duplex"]))
        for key, widget in (("scan.duplex", self.duplex), ("scan.dpi", self.dpi), ("scan.colour", self.colour)):
            widget.setEnabled(not settings.locked(key))
        self._judge()

    def _judge(self) -> None:
        self.duplex.setEnabled(self.feeder.isChecked() and not self._settings.locked("scan.duplex"))

    # --- profiles ---
    def fill_profiles(self, chosen: str = "") -> None:
        """The kept profiles; the first line is for what is chosen below by hand."""
        self.profiles.clear()
        self.profiles.addItem(_("As chosen below"), "")
        for name in scan_profiles.names():
            self.profiles.addItem(name, name)
        self.profiles.setCurrentIndex(max(self.profiles.findData(chosen), 0))

    def _use_profile(self) -> None:
        name = str(self.profiles.currentData() or "")
        if not name:
            return
        try:
            said = scan_profiles.load(name)
        except AppError as error:
            self.profiles.setCurrentIndex(0)
            self.failed.emit(error)
            return
        device = self.device.findData(said.get("device"))
        if device >= 0:
            self.device.setCurrentIndex(device)
        if "source" in said:
            (self.flatbed if said["source"] == "flatbed" else self.feeder).setChecked(True)
        if "duplex" in said and not self._settings.locked("scan.duplex"):
            self.duplex.setChecked(said["duplex"])
        for key, box in (("dpi", self.dpi), ("colour", self.colour)):
            if key in said and not self._settings.locked(f"scan.{key}"):
                _choose(box, said[key])
        self.changed.emit()

    def _ask_name(self) -> None:
        dialog = NameDialog(
            self.window(), _("Keep as a kind of pile"), _("Name, such as “Old decisions, both sides”"), _("Keep")
        )
        dialog.named.connect(self.keep)
        dialog.show_wide(420)

    def keep(self, name: str) -> None:
        """Keeps what is chosen under this name; one of that name is replaced."""
        profile = self.profile()
        if profile is None:
            return
        try:
            scan_profiles.save(name, profile)
        except AppError as error:
            self.failed.emit(error)
            return
        self.fill_profiles(name.strip())

    def set_devices(self, devices: Sequence[Device]) -> None:
        """Shows the scanners found; the one used last is chosen."""
        wanted = self.device.currentData() or self._settings["scan.device"]
        self.device.clear()
        for device in devices:
            self.device.addItem(device.label, device.name)
        self.device.setCurrentIndex(max(self.device.findData(wanted), 0) if devices else -1)

    def set_working(self, on: bool) -> None:
        self.setEnabled(not on)

    def profile(self) -> ScanProfile | None:
        """What is chosen; None without a scanner."""
        device = self.device.currentData()
        if not device:
            return None
        feeder = self.feeder.isChecked()
        return ScanProfile(
            str(device),
            "feeder" if feeder else "flatbed",
            feeder and self.duplex.isChecked(),
            int(self.dpi.currentData()),
            str(self.colour.currentData()),
        )

    def remember(self, profile: ScanProfile) -> None:
        """Keeps the choice for the next time, except what the office has laid down."""
        values = {
            "scan.device": profile.device,
            "scan.source": profile.source,
            "scan.duplex": self.duplex.isChecked(),
            "scan.dpi": profile.dpi,
            "scan.colour": profile.colour,
        }
        for key, value in values.items():
            if not self._settings.locked(key) and self._settings[key] != value:
                self._settings.set(key, value)


def _choose(box: ChoiceBox, value: object) -> None:
    """A value of a profile that the list does not know is added to it."""
    if box.findData(value) < 0:
        box.addItem(str(value), value)
    box.setCurrentIndex(box.findData(value))


def _beside(field: QWidget, button: QWidget) -> QWidget:
    """The field, and the button that belongs to it at its right."""
    holder = QWidget()
    row = QHBoxLayout(holder)
    row.setContentsMargins(0, 0, 0, 0)
    row.addWidget(field, 1)
    row.addWidget(button)
    holder.setFocusProxy(field)
    return holder


def _choice(settings: Settings, key: str) -> ChoiceBox:
    box = ChoiceBox()
    for value, label in BY_KEY[key].choices:
        box.addItem(_(label), value)
    box.setCurrentIndex(max(box.findData(settings[key]), 0))
    return box
