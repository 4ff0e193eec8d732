"""Documents made without reading any paper."""

from __future__ import annotations

from app.desk import fields
from app.desk.pages import pack_words
from app.workspace import Workspace
from storage.records import Document, FieldReading, Page, PageText, Word

AT = "2026-01-01T08:00:00.000+07:00"


def words(*lines: str) -> PageText:
    """One line below the other, each word a tenth of the page wide."""
    found = []
    for row, line in enumerate(lines):
        for column, word in enumerate(line.split()):
            x, y = column / 10, row / 10
            found.append(Word(word, (x, y, x + 0.09, y + 0.05), 0.9, 0, row))
    return PageText(1000, 1400, 120, found, "test")


def document(workspace: Workspace, subject: str = "", *lines: str, date: str = "", sure: float = 0.95, name: str = "") -> int:
    """A described document of one page; its subject and date were read with `sure`."""
    with workspace.catalog.write("document.import", name) as transaction:
        session = transaction.session
        made = Document(created_at=AT, source_name=name, pages=1, state="described")
        session.add(made)
        session.flush()
        text = words(*lines)
        session.add(
            Page(document_id=made.id, number=1, width=1000, height=1400, dpi=120, words=pack_words(text), text=text.text)
        )
        for field, value in (("subject", subject), ("issuedDate", date)):
            if value:
                fields.put(made, field, value)
                session.add(fields.evidence(made.id, field, FieldReading(value, sure, 1, (0.1, 0.1, 0.5, 0.2), "rule", "test")))
        return made.id
