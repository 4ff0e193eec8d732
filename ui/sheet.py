"""The style sheet, made from the tokens. Small on purpose: what the palette can say is not repeated here."""

from __future__ import annotations

from string import Template
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ui.theme import Tokens

_SHEET = Template("""
QToolTip { color: $text; background: $base; border: 1px solid $line; padding: 4px 6px; }
QLabel[role="title"] { font-size: ${title}pt; font-weight: 600; }
QLabel[role="heading"] { font-size: ${heading}pt; font-weight: 600; }
QLabel[role="strong"] { font-weight: 600; }
QLabel[role="muted"] { color: $muted; }
QLabel[role="danger"] { color: $danger; }
QLabel[role="success"] { color: $success; }
QLabel[role="warning"] { color: $warning; }
QLabel[role="accent"] { color: $accent; }
QLabel[role="key"] { background: $base; border: 1px solid $line; border-radius: 4px; padding: 1px 6px; }

QLabel[role="code"] { font-size: ${code}pt; font-weight: 600; }

QFrame[role="bar"] { background: $window; border: 0; border-bottom: 1px solid $line; }
QFrame[role="foot"] { background: $window; border: 0; border-top: 1px solid $line; }
QFrame[role="card"] { background: $base; border: 1px solid $line; border-radius: 8px; }
QFrame[role="well"] { background: $alt; border: 1px solid $line; border-radius: 6px; }
QFrame[role="line"] { background: $line; border: 0; max-height: 1px; min-height: 1px; }
QFrame[role="page"] { background: $base; border: 0; }
QFrame[kind] { border: 0; border-radius: 6px; }
QFrame[kind="info"] { background: $info_ground; border-left: 3px solid $info; }
QFrame[kind="success"] { background: $success_ground; border-left: 3px solid $success; }
QFrame[kind="warning"] { background: $warning_ground; border-left: 3px solid $warning; }
QFrame[kind="danger"] { background: $danger_ground; border-left: 3px solid $danger; }
QFrame[role="veil"] { background: $veil; border: 2px dashed $accent; border-radius: 12px; }
QFrame[role="popup"] { background: $base; border: 1px solid $field; border-radius: 8px; }

QPushButton { background: $base; border: 1px solid $field; border-radius: 6px; padding: 0 14px; min-height: ${field_h}px; }
QPushButton:hover { background: $hover; }
QPushButton:pressed { background: $selection; }
QPushButton:focus { border: 2px solid $accent; padding: 0 13px; min-height: ${field_h2}px; }
QPushButton:disabled { color: $faint; background: $window; border-color: $line; }
QPushButton[role="primary"] { background: $accent; color: $accent_text; border-color: $accent; font-weight: 600; }
QPushButton[role="primary"]:hover { background: $accent_hover; border-color: $accent_hover; }
QPushButton[role="primary"]:focus { border: 2px solid $text; }
QPushButton[role="primary"]:disabled { background: $hover; color: $faint; border-color: $line; }
QPushButton[role="danger"] { color: $danger; border-color: $danger; }
QPushButton[role="quiet"] { background: transparent; border-color: transparent; color: $accent; }
QPushButton[role="quiet"]:hover { background: $hover; }
QPushButton[role="quiet"]:focus { border: 2px solid $accent; }
QPushButton[role="quiet"]:disabled { color: $faint; }
QPushButton:checked { background: $selection; color: $selection_text; border-color: $accent; }

QToolButton { border: 2px solid transparent; border-radius: 6px; padding: 3px; background: transparent; }
QToolButton[role="verb"] { padding: 4px 10px 4px 8px; }
QToolButton:hover { background: $hover; }
QToolButton:pressed, QToolButton:checked { background: $selection; color: $selection_text; }
QToolButton:focus { border-color: $accent; }
QToolButton:disabled { color: $faint; }
QToolButton::menu-indicator { image: none; }
QToolButton[role="foot"] { padding: 1px 8px; border-radius: 4px; color: $muted; }
QToolButton[role="foot"]:hover { color: $text; }

QLineEdit, QPlainTextEdit, QTextEdit, QComboBox, QSpinBox, QDoubleSpinBox, QDateEdit, QTimeEdit, QDateTimeEdit {
  background: $base; border: 1px solid $field; border-radius: 6px; padding: 0 8px; selection-background-color: $accent;
  selection-color: $accent_text; }
QLineEdit, QComboBox, QSpinBox, QDoubleSpinBox, QDateEdit, QTimeEdit, QDateTimeEdit { min-height: ${field_h}px; }
QPlainTextEdit, QTextEdit { padding: 4px 6px; }
QLineEdit:focus, QComboBox:focus, QSpinBox:focus, QDoubleSpinBox:focus, QDateEdit:focus, QTimeEdit:focus, QDateTimeEdit:focus {
  border: 2px solid $accent; padding: 0 7px; min-height: ${field_h2}px; }
QPlainTextEdit:focus, QTextEdit:focus { border: 2px solid $accent; padding: 3px 5px; }
QLineEdit:disabled, QPlainTextEdit:disabled, QTextEdit:disabled, QComboBox:disabled, QSpinBox:disabled, QDateEdit:disabled {
  background: $window; color: $faint; border-color: $line; }
QLineEdit:read-only, QPlainTextEdit:read-only { background: $window; border-color: $line; }
QLineEdit[invalid="true"], QPlainTextEdit[invalid="true"], QComboBox[invalid="true"], QDateEdit[invalid="true"] {
  background: $danger_ground; border-color: $danger; }
QComboBox { padding-right: 24px; }
QComboBox:focus { padding-right: 23px; }
QComboBox::drop-down { border: 0; width: 24px; subcontrol-origin: padding; subcontrol-position: center right; }
QComboBox::down-arrow { image: url("vk:$name/down.svg"); width: 12px; height: 12px; }
QComboBox QAbstractItemView, QListView[role="choices"] { background: $base; border: 1px solid $field; padding: 4px; outline: 0;
  selection-background-color: $selection; selection-color: $selection_text; }
QComboBox QAbstractItemView::item, QListView[role="choices"]::item { min-height: ${field_h2}px; padding: 0 6px; }
QSpinBox::up-button, QDoubleSpinBox::up-button, QDateEdit::up-button, QTimeEdit::up-button, QDateTimeEdit::up-button {
  subcontrol-origin: padding; subcontrol-position: top right; width: 22px; border: 0; }
QSpinBox::down-button, QDoubleSpinBox::down-button, QDateEdit::down-button, QTimeEdit::down-button, QDateTimeEdit::down-button {
  subcontrol-origin: padding; subcontrol-position: bottom right; width: 22px; border: 0; }
QSpinBox::up-arrow, QDoubleSpinBox::up-arrow, QDateEdit::up-arrow, QTimeEdit::up-arrow, QDateTimeEdit::up-arrow {
  image: url("vk:$name/up.svg"); width: 10px; height: 10px; }
QSpinBox::down-arrow, QDoubleSpinBox::down-arrow, QDateEdit::down-arrow, QTimeEdit::down-arrow, QDateTimeEdit::down-arrow {
  image: url("vk:$name/down.svg"); width: 10px; height: 10px; }
QDateEdit::drop-down, QDateTimeEdit::drop-down { border: 0; width: 24px; subcontrol-origin: padding; subcontrol-position: center right; }
QDateEdit::down-arrow { image: url("vk:$name/down.svg"); width: 12px; height: 12px; }

QCheckBox, QRadioButton { spacing: 8px; padding: 2px; border: 2px solid transparent; border-radius: 5px; }
QCheckBox:focus, QRadioButton:focus { border-color: $accent; }
QCheckBox::indicator, QRadioButton::indicator { width: 16px; height: 16px; border: 1px solid $field; background: $base; }
QCheckBox::indicator { border-radius: 4px; }
QRadioButton::indicator { border-radius: 8px; }
QCheckBox::indicator:checked { background: $accent; border-color: $accent; image: url("vk:$name/check.svg"); }
QCheckBox::indicator:indeterminate { background: $accent; border-color: $accent; image: url("vk:$name/partial.svg"); }
QRadioButton::indicator:checked { border: 5px solid $accent; width: 8px; height: 8px; background: $accent_text; }
QCheckBox::indicator:disabled, QRadioButton::indicator:disabled { background: $window; border-color: $line; }

QListView::indicator, QTreeView::indicator, QTableView::indicator { width: 16px; height: 16px; border: 1px solid $field;
  border-radius: 4px; background: $base; }
QListView::indicator:checked, QTreeView::indicator:checked, QTableView::indicator:checked { background: $accent;
  border-color: $accent; image: url("vk:$name/check.svg"); }
QListView::indicator:disabled, QTreeView::indicator:disabled { background: $window; border-color: $line; }

QTableView, QTreeView, QListView { background: $base; alternate-background-color: $alt; border: 0; outline: 0;
  gridline-color: $line; selection-background-color: $selection; selection-color: $selection_text; }
QTableView::item { padding: 0 6px; border: 0; }
QTableView::item:selected { background: $selection; color: $selection_text; }
QTreeView[role="side"] { background: $window; }
QTreeView::branch { background: transparent; }
QTreeView::branch:has-children:closed { image: url("vk:$name/right.svg"); }
QTreeView::branch:has-children:open { image: url("vk:$name/down.svg"); }
QHeaderView { background: $window; }
QHeaderView::section { background: $window; color: $muted; font-weight: 600; border: 0; border-bottom: 1px solid $line;
  padding: 0 8px; min-height: ${header_h}px; }
QHeaderView::section:hover { color: $text; }
QHeaderView::up-arrow { image: url("vk:$name/up.svg"); width: 12px; height: 12px; }
QHeaderView::down-arrow { image: url("vk:$name/down.svg"); width: 12px; height: 12px; }

QTabWidget::pane { border: 0; border-top: 1px solid $line; }
QTabBar::tab { padding: 6px 12px; border: 0; border-bottom: 2px solid transparent; color: $muted; }
QTabBar::tab:hover { color: $text; }
QTabBar::tab:selected { color: $text; border-bottom-color: $accent; font-weight: 600; }
QTabBar:focus { border: 1px solid $accent; }

QSplitter::handle { background: $line; }
QSplitter::handle:horizontal { width: 1px; }
QSplitter::handle:vertical { height: 1px; }
QSplitter::handle:hover { background: $accent; }

QMenu { menu-scrollable: 1; background: $base; border: 1px solid $line; border-radius: 6px; padding: 4px; }
QMenu::item { padding: 6px 28px 6px 10px; border-radius: 4px; }
QMenu::item:selected { background: $selection; color: $selection_text; }
QMenu::item:disabled { color: $faint; }
QMenu::icon { padding-left: 8px; }
QMenu::separator { height: 1px; background: $line; margin: 4px 8px; }

QScrollBar:vertical { background: transparent; width: 12px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 12px; margin: 0; }
QScrollBar::handle { background: $field; border-radius: 4px; margin: 2px; }
QScrollBar::handle:vertical { min-height: 32px; }
QScrollBar::handle:horizontal { min-width: 32px; }
QScrollBar::handle:hover { background: $muted; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }

QProgressBar { background: $hover; border: 0; border-radius: 4px; min-height: 8px; max-height: 8px; color: transparent; }
QProgressBar::chunk { background: $accent; border-radius: 4px; }
QGroupBox { border: 0; margin-top: 24px; font-weight: 600; }
QGroupBox::title { subcontrol-origin: margin; left: 0; }
QStatusBar { background: $window; border-top: 1px solid $line; color: $muted; }
QStatusBar::item { border: 0; }
QScrollArea { border: 0; background: transparent; }
QDialog { background: $window; }
QDialogButtonBox { dialogbuttonbox-buttons-have-icons: 0; }
""")


def of(tokens: Tokens, compact: bool, points: float = 10.0) -> str:
    """The sheet of those tokens; sizes in px and pt, a little lower when compact. Headings follow the text's size, `points`."""
    from dataclasses import asdict

    larger = points / 10.0
    field_height = round((24 if compact else 28) * larger)
    sizes = {
        "field_h": field_height,
        "field_h2": field_height - 2,
        "header_h": round((26 if compact else 32) * larger),
        "title": round(points * 1.6, 1),
        "code": round(points * 1.4, 1),
        "veil": _translucent(tokens.info_ground),
        "heading": round(points * 1.2, 1),
    }
    return _SHEET.substitute(asdict(tokens), **{key: str(value) for key, value in sizes.items()})


def _translucent(colour: str) -> str:
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red}, {green}, {blue}, 225)"
