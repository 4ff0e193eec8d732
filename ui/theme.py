"""The look: colours and sizes by role, laid on Qt's Fusion style as a palette and a little QSS.

Widgets never name a colour: they use the palette, the `role` / `kind` properties that the style sheet knows, or `current()` when they
paint by hand. The contrast of every pair is tested (WCAG AA).

Properties the sheet knows: QLabel[role="heading" | "title" | "muted" | "danger" | "success" | "warning"],
QPushButton[role="primary" | "danger" | "quiet"], QFrame[role="card" | "bar" | "line" | "well"],
QFrame[kind="info" | "success" | "warning" | "danger"] (banners), QLineEdit etc. [invalid="true"].
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from PySide6.QtCore import QDir, QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontMetrics, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from ui import sheet

RESOURCES = Path(__file__).resolve().parent.parent / "resources"
ROW_COMFORTABLE, ROW_COMPACT = 34, 28
ICON_BAR, ICON_LIST = 20, 16
POINTS = 10.0


def fitted(pixels: int) -> int:
    """A width or height that holds words: `pixels` at a text of 10 points, more where the person has chosen larger letters."""
    return round(pixels * QGuiApplication.font().pointSizeF() / POINTS)


class Look(StrEnum):
    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"
    CONTRAST = "contrast"


@dataclass(slots=True, frozen=True)
class Tokens:
    """Colours by role, as #rrggbb."""

    name: str
    window: str
    base: str
    alt: str
    text: str
    muted: str
    faint: str  # disabled
    line: str
    field: str  # border of a field
    hover: str
    accent: str
    accent_text: str
    accent_hover: str
    selection: str
    selection_text: str
    danger: str
    danger_ground: str
    success: str
    success_ground: str
    warning: str
    warning_ground: str
    info: str
    info_ground: str
    mark: str  # a search hit on the page


LIGHT = Tokens(
    name="light", window="#f6f7f9", base="#ffffff", alt="#fafbfc", text="#1b1f24", muted="#5b6470", faint="#767f8b",
    line="#d5dae1", field="#848e9c", hover="#e9edf3", accent="#1a5fb4", accent_text="#ffffff", accent_hover="#174f96",
    selection="#dbe8f8", selection_text="#10233c", danger="#b3261e", danger_ground="#fdecea", success="#1b6e3a",
    success_ground="#e6f4ea", warning="#8a5300", warning_ground="#fff4de", info="#1a5fb4", info_ground="#e8f1fc", mark="#ffd54a",
)  # fmt: skip
DARK = Tokens(
    name="dark", window="#1f2227", base="#17191d", alt="#1b1e22", text="#e6e8eb", muted="#a2abb6", faint="#858e99",
    line="#3a4048", field="#6b7683", hover="#2c3138", accent="#78aeed", accent_text="#0d1b2a", accent_hover="#93bff2",
    selection="#24405f", selection_text="#eaf2fc", danger="#ffb4ab", danger_ground="#3b1a18", success="#83d39d",
    success_ground="#15301f", warning="#f2c46d", warning_ground="#362a12", info="#9cc4f4", info_ground="#172b42", mark="#ffd54a",
)  # fmt: skip
CONTRAST = Tokens(
    name="contrast", window="#000000", base="#000000", alt="#000000", text="#ffffff", muted="#ffffff", faint="#b0b0b0",
    line="#ffffff", field="#ffffff", hover="#303030", accent="#ffff00", accent_text="#000000", accent_hover="#ffffff",
    selection="#1aebff", selection_text="#000000", danger="#ff8a80", danger_ground="#000000", success="#6dff8f",
    success_ground="#000000", warning="#ffd54a", warning_ground="#000000", info="#1aebff", info_ground="#000000", mark="#ffff00",
)  # fmt: skip


def current() -> Tokens:
    """The tokens of the palette that runs now, for those who paint by hand."""
    palette = QGuiApplication.palette()
    window = palette.color(QPalette.ColorRole.Window)
    if window == QColor(CONTRAST.window):
        return CONTRAST
    return DARK if window.lightness() < 128 else LIGHT


def palette_of(tokens: Tokens) -> QPalette:
    """Every palette role from the tokens."""
    role, group = QPalette.ColorRole, QPalette.ColorGroup
    out = QPalette()
    pairs = {
        role.Window: tokens.window, role.WindowText: tokens.text, role.Base: tokens.base, role.AlternateBase: tokens.alt,
        role.Text: tokens.text, role.Button: tokens.window, role.ButtonText: tokens.text, role.BrightText: tokens.danger,
        role.Highlight: tokens.selection, role.HighlightedText: tokens.selection_text, role.Accent: tokens.accent,
        role.Link: tokens.accent, role.LinkVisited: tokens.accent, role.PlaceholderText: tokens.muted,
        role.ToolTipBase: tokens.base, role.ToolTipText: tokens.text, role.Mid: tokens.line, role.Midlight: tokens.hover,
        role.Light: tokens.base, role.Dark: tokens.field, role.Shadow: tokens.line,
    }  # fmt: skip
    for key, value in pairs.items():
        out.setColor(key, QColor(value))
    for key in (role.WindowText, role.Text, role.ButtonText, role.HighlightedText):
        out.setColor(group.Disabled, key, QColor(tokens.faint))
    return out


class Theme(QObject):
    """Lays the chosen look on the application and follows the system while told to."""

    changed = Signal()  # after palette and sheet are in place

    def __init__(self, app: QApplication, look: str = Look.SYSTEM, compact: bool = False) -> None:
        super().__init__()
        self._app, self._look, self.compact = app, Look(look), compact
        self._applying = False
        QDir.setSearchPaths("vk", [str(RESOURCES / "icons" / "controls")])
        app.setStyle("Fusion")
        app.setFont(_font())
        self._hints = app.styleHints()  # held: PySide drops the wrapper otherwise
        self._hints.colorSchemeChanged.connect(self._system_changed)
        self._accessibility = self._hints.accessibility()
        self._accessibility.contrastPreferenceChanged.connect(self._system_changed)
        self.apply()

    @property
    def look(self) -> Look:
        return self._look

    @property
    def row_height(self) -> int:
        """Pixels of a list row in the running density and font."""
        line = QFontMetrics(self._app.font()).height()
        return max(ROW_COMPACT, line + 8) if self.compact else max(ROW_COMFORTABLE, line + 14)

    def choose(self, look: str | None = None, compact: bool | None = None) -> None:
        """Changes the look or the density at once; every open window follows."""
        self._look = Look(look) if look is not None else self._look
        self.compact = compact if compact is not None else self.compact
        self.apply()

    def apply(self) -> None:
        self._applying = True
        schemes = {Look.LIGHT: Qt.ColorScheme.Light, Look.DARK: Qt.ColorScheme.Dark, Look.CONTRAST: Qt.ColorScheme.Dark}
        self._hints.setColorScheme(schemes.get(self._look, Qt.ColorScheme.Unknown))
        if self._look is Look.SYSTEM and self._accessibility.contrastPreference() == Qt.ContrastPreference.HighContrast:
            self._app.setStyleSheet("")  # the person's own contrast colours win over ours
            self._app.setPalette(QPalette())
        else:
            tokens = self._tokens()
            # From one sheet to another Qt polishes each widget once for every ancestor it has; from none to one, once. Nothing is
            # painted in between.
            self._app.setStyleSheet("")
            self._app.setPalette(palette_of(tokens))
            self._app.setStyleSheet(sheet.of(tokens, self.compact, self._app.font().pointSizeF()))
        self._applying = False
        self.changed.emit()

    def _tokens(self) -> Tokens:
        chosen = {Look.LIGHT: LIGHT, Look.DARK: DARK, Look.CONTRAST: CONTRAST}
        if self._look in chosen:
            return chosen[self._look]
        return DARK if self._hints.colorScheme() == Qt.ColorScheme.Dark else LIGHT

    def _system_changed(self) -> None:
        if not self._applying and self._look is Look.SYSTEM:
            self.apply()


def restyle(widget: QWidget, name: str, value: object) -> None:
    """Sets a property that the sheet selects on, and lets the sheet see it."""
    widget.setProperty(name, value)
    if not widget.testAttribute(Qt.WidgetAttribute.WA_WState_Polished):
        return  # the sheet has not looked at it yet
    widget.style().unpolish(widget)
    widget.style().polish(widget)


def _font() -> QFont:
    """Segoe UI where Windows has it, else the shipped Noto Sans: tall enough for stacked Vietnamese marks."""
    families = set(QFontDatabase.families())
    if "Segoe UI" in families:
        family = "Segoe UI"
    else:
        for file in sorted((RESOURCES / "fonts").glob("NotoSans-*.ttf")):
            QFontDatabase.addApplicationFont(str(file))
        family = "Noto Sans"
    font = QFont(family)
    font.setPointSizeF(max(POINTS, QGuiApplication.font().pointSizeF()))
    font.setStyleHint(QFont.StyleHint.SansSerif)
    return font
