"""Documents put into an archive as intake leaves them, without pictures: read papers, their fields and what was read first."""

from __future__ import annotations

from app import clock
from app.describe.header import read_header
from app.desk import describing, fields, learning
from app.desk.learnt import keep_first_read
from app.workspace import Workspace
from storage.records import Document, Page
from tests.describe.office_papers import Read
from tests.describe.replaying import TODAY


def take_read(workspace: Workspace, paper: Read, dossier_id: int | None = None) -> int:
    """One document described as intake does it: the rules' readings, bettered by what was learnt."""
    with workspace.catalog.write("document.import") as transaction:
        document = Document(source_name="tờ.jpg", created_at=clock.stamp(), pages=len(paper.pages), dossier_id=dossier_id)
        transaction.session.add(document)
        transaction.session.flush()
        for number, page in enumerate(paper.pages, 1):
            transaction.session.add(Page(document_id=document.id, number=number, text=page.text))
        document_id = document.id
    first_read = read_header(paper.pages, today=TODAY).fields
    readings = learning.improve(workspace, first_read, document_id)
    with workspace.catalog.write("document.describe") as transaction:
        document = transaction.session.get_one(Document, document_id)
        for name, reading in readings.items():
            if name in fields.BY_NAME:
                fields.put(document, name, reading.value)
                transaction.session.add(fields.evidence(document_id, name, reading))
        keep_first_read(transaction.session, document_id, first_read)
        document.state = "described"
    return document_id


def correct(workspace: Workspace, document_id: int, paper: Read) -> int:
    """The clerk types what is wrong, then confirms; returns how many fields had to be typed."""
    view = describing.fields_of(workspace, document_id)
    wrong = {name: value for name, value in paper.truth.items() if view.values[name] != value}
    if wrong:
        describing.edit(workspace, document_id, wrong)
    describing.confirm(workspace, [document_id])
    return len(wrong)
