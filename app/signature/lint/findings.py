"""The findings: what is said of them, how bad they are, and how they come out of the sandbox."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol

from app.i18n import N_, _
from app.jobs import Job

Level = Literal["error", "warning", "info"]
Box = tuple[float, float, float, float]

CODES: dict[str, tuple[Level, str]] = {
    # content that isn't seen, or may be seen differently later
    "text.covered": ("error", N_("Text lies hidden under a picture or a filled area.")),
    "text.under_field": ("error", N_("Text lies hidden under a form field or a note.")),
    "text.hidden": ("warning", N_("There is text that can't be seen on the page.")),
    "picture.covered": ("error", N_("A picture lies hidden under another picture or a filled area.")),
    "picture.alternate": ("error", N_("A picture has another version that may be shown instead of it.")),
    "field.covered": ("error", N_("Form fields lie on top of each other; the one below may come forth later.")),
    "field.hidden": ("error", N_("There is a form field that is hidden now and may be shown later.")),
    "field.stray": ("error", N_("A form field does not belong to the document's form; some programs show it, others don't.")),
    "field.value": ("error", N_("A form field shows something else than it holds.")),
    "field.open": ("warning", N_("There are form fields that can still be filled in; what they show may change after the signing.")),
    "field.xfa": ("error", N_("The document is a dynamic form (XFA), whose look is computed each time it is opened.")),
    "layer.hidden": ("error", N_("The document has layers that are hidden now, or look different on screen and on paper.")),
    "layer.present": ("warning", N_("The document has layers that a reader can switch on and off.")),
    "note.hidden": ("error", N_("There is a note that is hidden now and may be shown later.")),
    "note.present": ("warning", N_("There are notes or stamps on the page that are not part of its content.")),
    "object.unused": ("warning", N_("The file holds pages, texts or pictures that it does not show.")),
    "object.doubled": ("error", N_("The file holds two versions of the same part; the other one may be shown later.")),
    "file.tail": ("warning", N_("Something is appended behind the end of the document.")),
    "file.head": ("info", N_("Something stands before the beginning of the document.")),
    "file.attachment": ("warning", N_("Other files are attached inside the document; they are not seen on its pages.")),
    "file.outside": ("error", N_("A part of the document lies in another file, which may be changed at any time.")),
    "font.missing": ("warning", N_("A font is not in the file; on another computer the text may look different.")),
    "font.standard": ("info", N_("A standard font is not in the file; another computer takes its own.")),
    # things that act by themselves
    "active.javascript": ("error", N_("The document holds a program (JavaScript) that may change what is shown.")),
    "active.launch": ("error", N_("The document can start other programs or open other files.")),
    "active.submit": ("error", N_("The document can send data to the outside, or fetch it from there.")),
    "active.media": ("error", N_("The document holds sound, film or 3D content.")),
    "active.hide": ("error", N_("The document can show and hide its parts by itself.")),
    "active.automatic": ("warning", N_("The document does something by itself when it is opened or closed.")),
    "active.link": ("info", N_("The document holds links to the internet.")),
    # the check itself
    "page.unreadable": ("warning", N_("This page can't be drawn, so it was not checked for hidden content.")),
    "page.unchecked": ("warning", N_("The document has so many pages that the last ones were not checked for hidden content.")),
    "file.damaged": ("error", N_("The file is damaged and can't be checked for hidden content.")),
    "file.encrypted": ("error", N_("The file is protected with a password and can't be checked for hidden content.")),
}  # fmt: skip
ORDER: tuple[Level, ...] = ("error", "warning", "info")


@dataclass(slots=True, frozen=True)
class Finding:
    """One thing found.

    `level`: "error" (should not be signed like this: it can show something else later), "warning" (a person should look first),
    "info". `page` counts from 0, None when it concerns the whole file. `box` is left, top, right, bottom as parts (0..1) of the
    page as it is shown, None when it has no place. `words` is a sentence in the person's language; `detail` is what was found
    there (the hidden text, a field's name), already safe to show.
    """

    code: str
    level: Level
    page: int | None
    box: Box | None
    words: str
    detail: str = ""

    @classmethod
    def of(cls, code: str, page: int | None = None, box: Sequence[float] | None = None, detail: str = "") -> Finding:
        level, english = CODES[code]
        place = (box[0], box[1], box[2], box[3]) if box is not None else None
        return cls(code, level, page, place, _(english), detail)

    def to_json(self) -> dict[str, Any]:
        return {
            "code": self.code,
            "level": self.level,
            "page": self.page,
            "box": list(self.box) if self.box else None,
            "words": self.words,
            "detail": self.detail,
        }


class Caller(Protocol):
    """The sandbox, as much of it as is used here."""

    def call(self, task: str, *, job: Job | None = None, **params: Any) -> Any: ...


def inspect(path: Path, sandbox: Caller, *, job: Job | None = None) -> list[Finding]:
    """What a person should know before this PDF is signed; the worst first. Nothing is executed or fetched.

    A file that can't be read gives a finding ("file.damaged", "file.encrypted"), no error. Raises AppError `sandbox.*` when the
    file took too much memory or time, and Cancelled.
    """
    rows = sandbox.call("app.signature.tasks:lint", path=str(Path(path).absolute()), job=job)
    found = [Finding.of(row["code"], row["page"], row["box"], row["detail"]) for row in rows if row["code"] in CODES]
    return sorted(found, key=lambda one: (ORDER.index(one.level), -1 if one.page is None else one.page))


def worst(findings: Sequence[Finding]) -> Level | None:
    """The highest level among the findings; None when there are none."""
    return next((level for level in ORDER if any(one.level == level for one in findings)), None)
