"""What the checks hold against a document brings it to the shelf "to check", until it is mended or the clerk lets it stand."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import delete, select

from app import clock
from app.desk import describing, fields, filing, objections, undoing
from app.jobs import Job
from app.workspace import Workspace
from storage import queries
from storage.queries import Scope
from storage.records import Document, FieldEvidence, FieldReading, Objection
from tests.desk import records

CALM = {"codeNumber": "12", "codeNotation": "QĐ-UBND", "typeName": "Quyết định", "issuedDate": "05/03/2024"}


def described(workspace: Workspace, told: dict[str, str], state: str = "described") -> int:
    """A document whose fields were read with certainty."""
    with workspace.catalog.write("document.describe") as transaction:
        made = Document(created_at=records.AT, pages=1, state=state)
        transaction.session.add(made)
        transaction.session.flush()
        for name, value in told.items():
            fields.put(made, name, value)
            transaction.session.add(fields.evidence(made.id, name, FieldReading(value, 0.97, 1, None, "rule", "")))
        return made.id


def to_check(workspace: Workspace) -> list[int]:
    with workspace.catalog.read() as session:
        return queries.document_ids(session, Scope("to_check"), "oldest")


def test_a_typed_type_that_contradicts_the_notation_waits_for_a_word(workspace: Workspace) -> None:
    objections.followed(workspace)
    one = described(workspace, CALM)
    assert to_check(workspace) == []
    describing.edit(workspace, one, {"typeName": "Công văn"})
    assert to_check(workspace) == [one]
    with workspace.catalog.read() as session:
        (row,) = queries.document_rows(session, [one])
        assert (row.held, row.doubtful, queries.counts(session).to_check) == (1, 1, 1)
    describing.edit(workspace, one, {"typeName": "Quyết định"})
    assert to_check(workspace) == [], "mended"


def test_the_clerk_may_say_that_it_is_right_until_it_changes(workspace: Workspace) -> None:
    objections.followed(workspace)
    one = described(workspace, CALM | {"typeName": "Công văn"})
    assert to_check(workspace) == [one], "read so"
    describing.confirm_field(workspace, one, "codeNotation")
    assert to_check(workspace) == []
    undoing.undo(workspace)
    assert to_check(workspace) == [one]
    undoing.redo(workspace)
    describing.edit(workspace, one, {"subject": "Về việc khác"})
    assert to_check(workspace) == [], "another field is no reason to ask again"
    describing.edit(workspace, one, {"typeName": "Báo cáo"})
    assert to_check(workspace) == [one], "the other side of the contradiction is new"
    describing.confirm_field(workspace, one, "codeNotation")  # confirmed already: that word was said of another type
    assert to_check(workspace) == []


def test_a_word_on_one_value_has_no_dossier_checked_anew(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    objections.followed(workspace)
    one, two = (described(workspace, CALM | {"codeNumber": number, "typeName": "Công văn"}) for number in ("12", "13"))
    with monkeypatch.context() as patch:
        patch.setattr(objections, "_beside", lambda *_any: pytest.fail("a dossier was looked for"))
        describing.confirm_field(workspace, one, "codeNotation")
    assert to_check(workspace) == [two]


def test_a_confirmed_document_comes_back_when_something_is_typed(workspace: Workspace) -> None:
    objections.followed(workspace)
    one = described(workspace, CALM | {"typeName": "Công văn"})
    describing.confirm(workspace, [one])
    assert to_check(workspace) == []
    describing.edit(workspace, one, {"codeNumber": "mười hai"})
    assert to_check(workspace) == [one]


def test_numbers_of_a_dossier_are_held_against_each_other(workspace: Workspace) -> None:
    objections.followed(workspace)
    dossier, other = (filing.add_dossier(workspace, code, "Việc chung") for code in ("01", "02"))
    one, two = described(workspace, CALM), described(workspace, CALM | {"codeNumber": "13"})
    filing.file_documents(workspace, [one, two], dossier)
    assert to_check(workspace) == []
    describing.edit(workspace, two, {"codeNumber": "12"})
    assert to_check(workspace) == [one, two], "both: nobody knows which of them"
    filing.file_documents(workspace, [two], other)
    assert to_check(workspace) == [], "and the one that was left behind"


def test_an_empty_field_and_a_new_office_are_no_reason(workspace: Workspace) -> None:
    objections.followed(workspace)
    known = [described(workspace, {"organName": "UBND xã Đông Hạ"}) for _each in range(12)]
    describing.confirm(workspace, known)
    described(workspace, {"organName": "Phòng Nội vụ"})
    assert to_check(workspace) == []


def test_what_nobody_followed_is_found_at_the_next_start(workspace: Workspace) -> None:
    one = described(workspace, CALM | {"typeName": "Công văn"})
    assert to_check(workspace) == []
    assert objections.catch_up_few(workspace) == 0
    assert to_check(workspace) == [one]
    tomorrow = (clock.today() + timedelta(days=1)).strftime("%d/%m/%Y")
    two = described(workspace, CALM | {"issuedDate": tomorrow})
    assert to_check(workspace) == [one, two]
    with workspace.catalog.write("test") as transaction:  # as if a killed program had written neither, and as after that day
        transaction.session.execute(delete(Objection).where(Objection.document_id == one))
        transaction.session.merge(Objection(document_id=two, field="issuedDate", code="date.future"))
        transaction.session.get_one(Objection, (0, "")).entry = 0
    assert objections.catch_up(Job(), workspace) >= 2
    assert to_check(workspace) == [one, two]


def test_a_thick_archive_is_checked_by_a_job(workspace: Workspace) -> None:
    with workspace.catalog.write("document.describe") as transaction:
        for _number in range(objections.CHUNK + 1):
            transaction.session.add(
                Document(created_at=records.AT, state="described", type_name="01", code_notation="QĐ-UBND", code_number="1")
            )
    waiting = objections.CHUNK + 1
    assert objections.catch_up_few(workspace) == waiting
    assert to_check(workspace) == []
    assert objections.catch_up(Job(), workspace) == waiting
    assert len(to_check(workspace)) == waiting
    assert objections.catch_up_few(workspace) == 0


def test_what_was_confirmed_in_an_older_version_is_not_asked_again_until_it_changes(workspace: Workspace) -> None:
    one = described(workspace, CALM | {"typeName": "Công văn"})
    with workspace.catalog.write("test") as transaction:
        for row in transaction.session.scalars(select(FieldEvidence)):
            row.confirmed, row.stands = True, objections.LOOKED_AT  # as the migration leaves it
    objections.catch_up(Job(), workspace)
    assert to_check(workspace) == []
    describing.edit(workspace, one, {"subject": "Khác"})
    assert to_check(workspace) == []
    describing.edit(workspace, one, {"typeName": "Báo cáo"})
    assert to_check(workspace) == [one]


def test_checking_is_no_change_of_the_document(workspace: Workspace) -> None:
    objections.followed(workspace)
    one = described(workspace, CALM)
    heard = []
    workspace.listen(heard.append)
    change = describing.edit(workspace, one, {"typeName": "Công văn"})
    with workspace.catalog.read() as session:
        assert session.get_one(Document, one).version == 2
    assert [each.documents for each in heard if each.documents] == [{one}, {one}], (
        "and the lists hear that it stands on the shelf now"
    )
    assert [each.entry for each in heard if each.entry] == [change.entry]
