"""The facts below the fields of a document: its pages, its signatures, what happened to it. Read beside the window."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app import clock
from app.i18n import N_, _, _n
from storage import audit, queries
from storage.records import AuditEntry, Page, Rendition
from ui.models.words import date_word
from ui.widgets.lines import Line

REACH = 400  # newest audit entries looked through
MOST = 60

ACTIONS = {
    "document.import": N_("Taken in"),
    "document.pages": N_("Pages stored"),
    "document.recognise": N_("Text recognised"),
    "document.describe": N_("Fields filled in"),
    "document.describe_again": N_("Fields read again"),
    "document.edit": N_("Field changed"),
    "document.confirm_field": N_("Field confirmed"),
    "document.confirm": N_("Confirmed as checked"),
    "document.file": N_("Put into a dossier"),
    "document.order": N_("Order in the dossier changed"),
    "document.delete": N_("Moved to the bin"),
    "document.restore": N_("Taken out of the bin"),
    "document.sign": N_("Signed digitally"),
    "page.turn": N_("Page turned"),
    "scan.page": N_("Page scanned"),
    "scan.end": N_("Scan ended"),
    "step.undo": N_("Step undone"),
    "step.redo": N_("Step done again"),
    "sync.seal": N_("Sealed for sending"),
    "sync.receipt": N_("Receipt of the server"),
}
VERDICTS = {
    "valid": ("success", N_("valid")),
    "invalid": ("danger", N_("not valid")),
    "unknown": ("warning", N_("can't be told for sure")),
}


def facts_of(session: Session, document_id: int) -> dict[str, list[Line]]:
    """Lines for "pages", "signatures" and "history"."""
    return {
        "pages": [_page(page) for page in sorted(queries.pages_of(session, document_id), key=lambda one: not one.problem)],
        "signatures": _signed(queries.renditions_of(session, document_id)),
        "history": _history(session, document_id),
    }


def moment_word(stamp: str) -> str:
    """dd/MM/yyyy HH:mm in Vietnam's time, of an ISO moment."""
    try:
        local = datetime.fromisoformat(stamp).astimezone(clock.VIETNAM)
    except ValueError:
        return stamp
    return _("{date} at {time}").format(date=date_word(local.isoformat()), time=local.strftime("%H:%M"))


def _page(page: Page) -> Line:
    title = _("Page {number}").format(number=page.number)
    if page.problem:
        return Line(title, page.problem, "warning", page.number)
    words = len(page.text.split())
    text = _n("{count} word read", "{count} words read", words).format(count=words) if words else _("no text read")
    dots = _("{dpi} dots an inch").format(dpi=page.dpi) if page.dpi else ""
    return Line(title, " · ".join(part for part in (text, dots) if part), key=page.number)


def _signed(renditions: list[Rendition]) -> list[Line]:
    """What is known without verifying: that there are signatures, since when."""
    signed = [r for r in renditions if r.kind == "signed"] or [r for r in renditions if r.signatures]
    if not signed:
        return []
    newest = signed[-1]
    count = max(1, newest.signatures)
    title = _n("{count} signature", "{count} signatures", count).format(count=count)
    return [Line(title, _("{time} — press Ctrl+Shift+V to check").format(time=moment_word(newest.created_at)))]


def _history(session: Session, document_id: int) -> list[Line]:
    found = (entry for entry in queries.history_of(session, REACH) if _concerns(entry, document_id))
    lines: list[Line] = []
    for entry in found:
        words = _(ACTIONS[entry.action]) if entry.action in ACTIONS else entry.action
        lines.append(Line(words, f"{moment_word(entry.at)} · {entry.actor}"))
        if len(lines) == MOST:
            break
    return lines


def _concerns(entry: AuditEntry, document_id: int) -> bool:
    for row in audit.read_changes(entry):
        if row["table"] == "document" and row["id"] and row["id"][0] == document_id:
            return True
        if document_id in (row["after"].get("document_id"), row["before"].get("document_id")):
            return True
    return False


def verified_lines(report: Mapping[str, Any]) -> list[Line]:
    """The report on a file's signatures as sentences; `report` is `Verification.to_json`."""
    from app.signature.reasons import sentence

    lines = []
    for signature in report["signatures"]:
        kind, word = VERDICTS.get(signature["verdict"], VERDICTS["unknown"])
        when = moment_word(signature["signedAt"]) if signature["signedAt"] else _("time unknown")
        title = _("Signature of {signer}, {time}: {verdict}").format(
            signer=signature["signer"] or _("an unknown signer"), time=when, verdict=_(word)
        )
        whys = [sentence(code) for code in signature["reasons"]]
        lines.append(Line(title, " ".join(whys), kind))
    return lines
