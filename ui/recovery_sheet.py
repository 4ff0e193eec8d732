"""The recovery sheet on paper."""

from __future__ import annotations

from html import escape
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QTextDocument
from PySide6.QtWidgets import QDialog, QWidget

from app import clock
from app.i18n import _
from ui.messages import Messages
from ui.models.words import date_word

PAPER_POINTS = 12
_PAGE = """<h1>{title}</h1><p>{place}</p><p>{warning}</p>
<p style="font-size:20pt; font-family:monospace">{code}</p><p>{use}</p>"""


def sheet_html(code: str, folder: str, day: str) -> str:
    """The sheet's text; every value is escaped."""
    groups = code.split("-")
    lines = "<br>".join(" &nbsp; ".join(escape(group) for group in groups[i : i + 4]) for i in range(0, len(groups), 4))
    title = _("Văn Khố: recovery sheet")
    place = _("Archive in {folder}, made on {day}").format(folder=folder, day=day)
    warning = _("Whoever has this code can open the archive. Keep it in a sealed envelope, in the safe.")
    use = _("To use it: start Văn Khố, choose “Use the recovery sheet”, type the eight groups.")
    return _PAGE.format(title=escape(title), place=escape(place), warning=escape(warning), code=lines, use=escape(use))


def print_sheet(window: QWidget, code: str, folder: Path, messages: Messages) -> None:
    """Opens the system's print dialog; prints when the person agrees."""
    from PySide6.QtPrintSupport import QPrintDialog, QPrinter

    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    dialog = QPrintDialog(printer, window)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowTitle(_("Print the sheet"))  # Qt's own title is a button's text, with its mnemonic mark

    def print_now() -> None:
        document = QTextDocument()
        document.setDefaultFont(QFont("", PAPER_POINTS))
        document.setHtml(sheet_html(code, str(folder), date_word(clock.stamp())))
        document.print_(printer)
        saved = printer.outputFileName()
        if saved:
            words = _("The sheet has been saved as {file}. Print that file, then delete it.").format(file=saved)
            messages.warning(words, key="recovery-sheet")
        else:
            messages.success(_("The sheet has been sent to the printer."), key="recovery-sheet")

    dialog.accepted.connect(print_now)
    QDialog.open(dialog)
