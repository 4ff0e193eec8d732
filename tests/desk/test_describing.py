"""Fields: typed, confirmed, checked, read again; pages turned."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.describe import vocabulary
from app.desk import describing, fields, type_names
from app.errors import AppError
from app.jobs import Job
from app.rules import codes
from app.sandbox import SandboxPool
from app.workspace import Workspace
from storage import queries
from storage.queries import Scope
from tests.desk import papers, records
from tests.desk.papers import in_vietnamese, take


def values(workspace: Workspace, document_id: int) -> dict[str, str]:
    return {name: value for name, value in describing.fields_of(workspace, document_id).values.items() if value}


def test_a_real_paper_is_read_confirmed_and_read_again(workspace: Workspace, boxes: SandboxPool) -> None:
    take(workspace, boxes, papers.SAMPLES / "11-quyet-dinh.pdf")
    view = describing.fields_of(workspace, 1)
    assert (view.values["codeNumber"], view.values["typeName"]) == ("103", "Quyết định")
    reading = view.evidence["codeNumber"]
    assert reading.box is not None
    assert all(0 <= edge <= 1 for edge in reading.box)
    assert (reading.page, view.confirmed, view.document.state) == (1, set(), "described")

    describing.edit(workspace, 1, {"codeNumber": "999"})
    with workspace.catalog.write("test") as transaction:
        transaction.session.get_one(records.Document, 1).code_notation = "sai"
    describing.describe_again(Job(), workspace, boxes, [1])
    again = describing.fields_of(workspace, 1)
    assert again.values["codeNumber"] == "999"  # what the clerk typed stays
    assert again.values["codeNotation"] == view.values["codeNotation"]
    assert again.confirmed == {"codeNumber"}


def test_what_is_typed_is_cleaned_confirmed_and_found_in_order(workspace: Workspace) -> None:
    one = records.document(workspace, "cũ", date="01/02/2024")
    change = describing.edit(
        workspace,
        one,
        {"subject": "  Về việc\u0009nghỉ\u00a0 phép \n\n dòng hai ", "issuedDate": "05/03/2023", "typeName": "Quyết định"},
    )
    view = describing.fields_of(workspace, one)
    assert view.values["subject"] == "Về việc nghỉ phép\ndòng hai"
    assert (view.document.issued_sort, view.document.type_name, view.values["typeName"]) == ("2023-03-05", "02", "Quyết định")
    assert view.confirmed == {"subject", "issuedDate", "typeName"}
    assert view.evidence["subject"].source == "clerk"
    assert (change.documents, change.entry is not None) == ({one}, True)
    assert describing.edit(workspace, one, {"issuedDate": "05/03/2023"}).entry is None  # nothing new: nothing logged


@pytest.mark.parametrize(
    ("typed", "kept", "shown"),
    [
        ("Thông tư", "Thông tư", "Thông tư"),  # no code of its own in Thông tư 05/2025
        ("quyết định", "02", "Quyết định"),
        ("Khác", "32", "Khác"),
        ("", "", ""),
        ("99", "", ""),
    ],
)
def test_a_type_without_a_code_keeps_its_word(workspace: Workspace, typed: str, kept: str, shown: str) -> None:
    one = records.document(workspace, "cũ")
    describing.edit(workspace, one, {"typeName": "Báo cáo"})
    describing.edit(workspace, one, {"typeName": typed})
    view = describing.fields_of(workspace, one)
    assert (view.document.type_name, view.values["typeName"]) == (kept, shown)


def test_what_the_header_reads_as_a_type_is_never_dropped() -> None:
    for kind in vocabulary.KINDS:
        document = records.Document(created_at="2026-01-01T00:00:00+00:00")
        fields.put(document, "typeName", kind.name)
        assert fields.get(document, "typeName"), kind.name
        assert codes.type_code(document.type_name) in codes.TYPES
        assert type_names.spelt(kind.name.upper()) == fields.get(document, "typeName")


@pytest.mark.parametrize(
    ("text", "sort"),
    [
        ("05/03/2023", "2023-03-05"),
        ("03/2023", "2023-03-00"),
        ("2023", "2023-00-00"),
        ("", ""),
        ("hôm nay", ""),
        ("1/2/3/4", ""),
        ("²/1/2024", ""),
        ("١/٢/٢٠٢٤", ""),
        ("-1/2/2024", ""),
    ],
)
def test_dates_sort_as_far_as_they_are_known(text: str, sort: str) -> None:
    assert fields.sortable(text) == sort


def test_confirming_takes_a_document_off_the_list_to_check(workspace: Workspace) -> None:
    sure, unsure = records.document(workspace, "a"), records.document(workspace, "b", date="1/1/2024", sure=0.4)

    def to_check() -> list[int]:
        with workspace.catalog.read() as session:
            return queries.document_ids(session, Scope("to_check"))

    assert to_check() == [unsure]
    describing.confirm_field(workspace, unsure, "subject")
    assert to_check() == [unsure]
    describing.confirm(workspace, [sure, unsure])
    assert to_check() == []
    assert describing.fields_of(workspace, unsure).confirmed == {"subject", "issuedDate"}
    with workspace.catalog.read() as session:
        assert queries.document_ids(session, Scope("to_sign")) == [unsure, sure]


def test_a_field_nobody_read_can_be_confirmed_empty(workspace: Workspace) -> None:
    one = records.document(workspace, "a")
    describing.confirm_field(workspace, one, "signer")
    view = describing.fields_of(workspace, one)
    assert ("signer" in view.confirmed, view.evidence["signer"].value) == (True, "")


def test_turning_goes_round_and_leaves_the_picture(workspace: Workspace, boxes: SandboxPool, tmp_path: Path) -> None:
    take(workspace, boxes, papers.tiny(tmp_path / "a.png"))
    (before,) = papers.pages(workspace, 1)
    for degrees, turn in ((90, 90), (270, 0), (-90, 270), (180, 90), (720, 90)):
        describing.turn_page(workspace, 1, 1, degrees)
        (page,) = papers.pages(workspace, 1)
        assert (page.turn, page.image) == (turn, before.image)
    with pytest.raises(AppError) as error:
        describing.turn_page(workspace, 1, 2, 90)
    assert error.value.code == "page.gone"
    assert papers.VIETNAMESE.search(error.value.message)


def test_a_document_that_is_gone_is_told_by_every_verb(workspace: Workspace) -> None:
    for verb in (
        lambda: describing.fields_of(workspace, 7),
        lambda: describing.edit(workspace, 7, {"subject": "a"}),
        lambda: describing.confirm(workspace, [7]),
        lambda: describing.confirm_field(workspace, 7, "subject"),
    ):
        with pytest.raises(AppError) as error:
            verb()
        assert error.value.code == "document.gone"
        assert papers.VIETNAMESE.search(error.value.message)


def test_one_missing_document_leaves_the_others_as_they_were(workspace: Workspace) -> None:
    one = records.document(workspace, "a")
    with pytest.raises(AppError):
        describing.confirm(workspace, [one, 99])
    assert describing.fields_of(workspace, one).document.state == "described"


def test_checks_speak_of_fields_in_vietnamese(workspace: Workspace) -> None:
    one = records.document(workspace, "a")
    describing.edit(workspace, one, {"issuedDate": "31/02/2024", "codeNumber": "abc"})
    found = describing.check(workspace, one)
    assert "issuedDate" in {field for field, _code, _sentence in found}
    for _field, _code, sentence in found:
        assert papers.VIETNAMESE.search(sentence)


def test_in_vietnamese_is_a_real_proof() -> None:
    with pytest.raises(AssertionError):
        in_vietnamese(AppError("x", "It is broken.", "Try again."))
