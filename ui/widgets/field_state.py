"""What a form says about a field: declarations, and how sure the program is of a value."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import Enum

from app.i18n import N_, _
from storage.queries import DOUBTFUL
from storage.records.reading import FieldReading
from ui.widgets.dates import normal_date

SURE_FROM = DOUBTFUL
UNREAD = 0.5


@dataclass(slots=True, frozen=True)
class FieldDecl:
    """One field of a form. `kind`: text, lines, date, number, choice, word (a choice that may also be typed). `choices`: (value,
    shown), with value "" for none. `length` in characters, 0 = any. What is `aside` is shown without asking to be checked."""

    name: str
    label: str
    kind: str = "text"
    length: int = 0
    choices: tuple[tuple[str, str], ...] = ()
    required: bool = False
    help: str = ""
    aside: bool = False


class FieldState(Enum):
    """(word, icon, ink role). Colour alone never tells: the icon and the word stand beside it."""

    PLAIN = ("", "", "muted")
    CONFIRMED = (N_("Confirmed"), "done", "success")
    SURE = (N_("Sure"), "done", "muted")
    CHECK = (N_("Please check"), "warning", "warning")
    MISSING = (N_("Missing"), "error", "danger")
    WRONG = (N_("Not right yet"), "error", "danger")

    @property
    def word(self) -> str:
        return _(self.value[0]) if self.value[0] else ""

    @property
    def icon(self) -> str:
        return self.value[1]

    @property
    def role(self) -> str:
        return self.value[2]

    @property
    def doubtful(self) -> bool:
        """Whether the clerk still has to look at it."""
        return self in (FieldState.CHECK, FieldState.MISSING, FieldState.WRONG)


def state_of(decl: FieldDecl, value: str, reading: FieldReading | None, confirmed: bool) -> FieldState:
    """How the saved value stands: a person's word beats the reading; what nobody read or typed is plain."""
    if not value:
        if confirmed and not decl.required:
            return FieldState.CONFIRMED
        return FieldState.MISSING if decl.required else FieldState.PLAIN
    if confirmed or (reading is not None and reading.source == "clerk"):
        return FieldState.CONFIRMED
    if reading is None or (decl.aside and reading.confidence < SURE_FROM):
        return FieldState.PLAIN
    return FieldState.SURE if reading.confidence >= SURE_FROM else FieldState.CHECK


def unread(value: str, reading: FieldReading | None) -> bool:
    """Whether something stands there that could not be read: a stamp whose date is too faint."""
    return not value and reading is not None and reading.confidence < UNREAD


def tidy(decl: FieldDecl, text: str) -> str:
    """The value as it is saved: NFC, no stray blanks, dates as dd/MM/yyyy. Raises ValueError with a sentence for the clerk."""
    text = unicodedata.normalize("NFC", text)
    if decl.kind == "lines":
        text = "\n".join(line for line in (" ".join(part.split()) for part in text.splitlines()) if line)
    else:
        text = " ".join(text.split())
    if decl.kind == "date":
        return normal_date(text)
    if decl.kind == "number" and text and not re.fullmatch(r"[0-9]+", text):
        raise ValueError(_("Please write digits only."))
    if decl.length and len(text) > decl.length:
        raise ValueError(_("{count} characters; at most {most} fit.").format(count=len(text), most=decl.length))
    return text
