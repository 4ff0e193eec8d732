"""Looking over what was read: the queue, the crops of one field, what seems wrong, and reading a drawn box."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image

from app.desk import describing, fields, filing, reviewing, undoing
from app.desk.box_text import fitted
from app.desk.review_checks import Finding, Row
from app.desk.sheet_checks import sheet_findings
from app.errors import AppError
from app.jobs import Job
from app.sandbox import SandboxPool
from app.workspace import Workspace
from storage.records import Document, FieldReading, Intake
from tests.desk import papers, records
from tests.desk.papers import SAMPLES, VIETNAMESE, take

UBND = "Ủy ban nhân dân xã Hòa Thắng"


def paper(
    workspace: Workspace,
    number: str,
    day: str,
    notation: str = "QĐ-UBND",
    organ: str = UBND,
    dossier: int | None = None,
    sure: float = 0.95,
    kind: str = "Quyết định",
) -> int:
    """A described document whose number was read with `sure`."""
    with workspace.catalog.write("document.import", number) as transaction:
        made = Document(created_at=records.AT, source_name=f"{number}.pdf", pages=1, state="described")
        transaction.session.add(made)
        transaction.session.flush()
        values = {"codeNumber": number, "codeNotation": notation, "issuedDate": day, "organName": organ, "subject": "V/v a"}
        for name, value in (values | {"typeName": kind}).items():
            fields.put(made, name, value)
        found = FieldReading(number, sure, 1, (0.2, 0.1, 0.25, 0.12), "rule", "")
        transaction.session.add(fields.evidence(made.id, "codeNumber", found))
        one = made.id
    if dossier is not None:
        filing.file_documents(workspace, [one], dossier)
    return one


def codes(findings: list[Finding]) -> set[tuple[int, str]]:
    return {(one.document_id, one.code) for one in findings}


# --- the queue ---
def test_doubtful_documents_come_first_then_the_order_of_the_dossier(workspace: Workspace) -> None:
    dossier = filing.add_dossier(workspace, "01", "Hồ sơ")
    sure, loose = paper(workspace, "1", "01/02/2024", dossier=dossier), paper(workspace, "9", "09/02/2024", sure=0.3)
    unsure = paper(workspace, "2", "02/02/2024", dossier=dossier, sure=0.3)
    empty = records.document(workspace, "", name="trống.pdf")
    ids = [empty, loose, unsure, sure, 999]
    found = reviewing.items(workspace, ids)
    assert [one.document_id for one in found] == [unsure, empty, loose, sure]
    assert {one.document_id: one.doubtful for one in found} == {unsure: 1, empty: 5, loose: 1, sure: 0}
    by_place = reviewing.items(workspace, ids, doubtful_first=False)
    assert [one.document_id for one in by_place] == [sure, unsure, empty, loose]
    assert sure not in [one.document_id for one in reviewing.items(workspace, ids, only_doubtful=True)]
    stood_on = reviewing.items(workspace, ids, only_doubtful=True, wanted=sure)
    assert [one.document_id for one in stood_on][-1] == sure
    filing.delete_documents(workspace, [unsure])
    assert unsure not in [one.document_id for one in reviewing.items(workspace, ids)]


def test_a_paper_that_is_still_being_read_is_not_looked_over_yet(workspace: Workspace) -> None:
    """Its fields are empty because nobody has read them, not because the paper has none."""
    waiting, done = records.document(workspace, "", name="a.pdf"), records.document(workspace, "", name="b.pdf")
    with workspace.catalog.write("intake.add") as transaction:
        for one, state in ((waiting, "paged"), (done, "done")):
            transaction.session.get_one(Document, one).state = "new"
            transaction.session.add(
                Intake(batch="b", source=f"/{one}.pdf", state=state, document_id=one, created_at="2026-01-01T00:00:00Z")
            )
    found = [one.document_id for one in reviewing.items(workspace, [waiting, done], only_doubtful=True, wanted=waiting)]
    assert found == [done]


def test_crops_tell_where_to_look(workspace: Workspace) -> None:
    one, two = paper(workspace, "1", "01/02/2024"), records.document(workspace, "Việc", "một hai")
    found = reviewing.field_crops(workspace, [two, one, 999], "codeNumber")
    assert [crop.document_id for crop in found] == [two, one]
    assert (found[1].value, found[1].box, found[1].sought, found[1].confirmed) == ("1", (0.2, 0.1, 0.25, 0.12), False, False)
    assert (found[0].sought, found[0].page, found[0].image) == (True, 1, "")
    assert reviewing.field_crops(workspace, [two], "signer")[0].page == 1
    assert reviewing.place_of("signer", None, 7)[0] == 7


# --- what seems wrong ---
def test_one_number_out_of_order_is_named_and_its_neighbours_are_not(workspace: Workspace) -> None:
    dossier = filing.add_dossier(workspace, "01", "Hồ sơ")
    rows = (("14", "16/01/2024"), ("27", "20/02/2024"), ("81", "04/03/2024"), ("38", "18/03/2024"), ("45", "01/04/2024"))
    ids = [paper(workspace, number, day, dossier=dossier) for number, day in rows]
    found = reviewing.dossier_checks(workspace, dossier)
    assert codes(found) == {(ids[2], "number.order")}
    (one,) = found
    assert (one.field, "81" in one.message, "38" in one.message) == ("codeNumber", True, True)
    assert VIETNAMESE.search(one.message)
    assert VIETNAMESE.search(one.word)
    describing.edit(workspace, ids[2], {"codeNumber": "31"})
    assert reviewing.dossier_checks(workspace, dossier) == []


def test_of_two_that_changed_places_both_are_named(workspace: Workspace) -> None:
    ids = [
        paper(workspace, n, d) for n, d in (("1", "01/01/2024"), ("3", "02/01/2024"), ("2", "03/01/2024"), ("4", "04/01/2024"))
    ]
    assert codes(reviewing.checks_of(workspace, ids)) == {(ids[1], "number.order"), (ids[2], "number.order")}


def test_types_numbered_apart_are_compared_apart(workspace: Workspace) -> None:
    rows = (("40", "QĐ-UBND", "01/01/2024"), ("3", "TB-UBND", "02/01/2024"), ("41", "QĐ-UBND", "03/01/2024"))
    rows += (("4", "TB-UBND", "04/01/2024"), ("42", "QĐ-UBND", "05/01/2024"), ("5", "TB-UBND", "06/01/2024"))
    kinds = {"QĐ-UBND": "Quyết định", "TB-UBND": "Thông báo"}
    ids = [paper(workspace, number, day, notation, kind=kinds[notation]) for number, notation, day in rows]
    assert reviewing.checks_of(workspace, ids) == []


def test_doubled_numbers_of_one_issuer_and_year(workspace: Workspace) -> None:
    one, two = paper(workspace, "05", "01/02/2024"), paper(workspace, "5", "03/02/2024")
    others = [paper(workspace, "5", "03/02/2023"), paper(workspace, "5", "03/02/2024", organ="Ủy ban nhân dân xã Khác")]
    found = [one_ for one_ in reviewing.checks_of(workspace, [one, two, *others]) if one_.code == "number.doubled"]
    assert {one_.document_id for one_ in found} == {one, two}
    assert "03/02/2024" in found[0].message


def test_day_before_its_predecessor(workspace: Workspace) -> None:
    dossier = filing.add_dossier(workspace, "01", "Hồ sơ")
    days = ("16/01/2024", "20/02/2024", "04/03/2020", "18/03/2024", "")
    organs = [f"Cơ quan {place}" for place in range(5)]
    ids = [paper(workspace, str(n), day, organ=organs[n], dossier=dossier) for n, day in enumerate(days)]
    found = [one for one in reviewing.dossier_checks(workspace, dossier) if one.code == "date.order"]
    assert [one.document_id for one in found] == [ids[2]]
    assert "20/02/2024" in found[0].message


def test_a_dossier_that_does_not_lie_by_date_is_left_alone(workspace: Workspace) -> None:
    dossier = filing.add_dossier(workspace, "01", "Hồ sơ")
    days = ("09/09/2024", "08/08/2024", "07/07/2024", "06/06/2024", "05/05/2024")
    for n, day in enumerate(days):
        paper(workspace, str(n), day, organ=f"Cơ quan {n}", dossier=dossier)
    assert [one for one in reviewing.dossier_checks(workspace, dossier) if one.code == "date.order"] == []


def test_each_document_by_itself(workspace: Workspace) -> None:
    one = paper(workspace, "1", "31/02/2024", kind="Thông báo")
    with workspace.catalog.write("test") as transaction:
        transaction.session.get_one(Document, one).subject = ""
    found = reviewing.checks_of(workspace, [one])
    assert codes(found) == {(one, "date.impossible"), (one, "type.notation_differs"), (one, "field.missing")}
    for finding in found:
        assert VIETNAMESE.search(finding.word)


def test_an_issuer_nobody_confirmed_is_asked_about(workspace: Workspace) -> None:
    ids = [paper(workspace, str(n), f"{n:02}/01/2024") for n in range(1, 11)]
    new = paper(workspace, "11", "11/01/2024", organ="Ủy ban nhân dân xã Hoa Thang")
    near = paper(workspace, "1", "12/01/2024", organ=UBND.replace("Hòa Thắng", "Hòa Thẳngg"))
    assert [one for one in reviewing.checks_of(workspace, [new]) if one.code == "organ.unknown"] == []
    for one in ids:
        describing.confirm_field(workspace, one, "organName")
    found = {one.document_id: one for one in reviewing.checks_of(workspace, [*ids, near]) if one.code == "organ.unknown"}
    assert set(found) == {near}
    assert UBND in found[near].message


def test_a_dossier_that_is_gone_is_told(workspace: Workspace) -> None:
    with pytest.raises(AppError) as error:
        reviewing.dossier_checks(workspace, 7)
    assert error.value.code == "dossier.gone"


# --- sheets ---
def sheet_row(place: int, sheets: str) -> Row:
    return Row(place, 1, place, f"{place}/QĐ", str(place), "QĐ", UBND, "", "", sheets)


def sheet_codes(*sheets: str) -> list[tuple[int, str]]:
    pile = [sheet_row(place, text) for place, text in enumerate(sheets, 1)]
    return sorted((one.document_id, one.code.partition(".")[2]) for one in sheet_findings(pile))


@pytest.mark.parametrize(
    ("sheets", "found"),
    [
        (("1-2", "3", "4-6", "7"), []),
        (("1-2", "3", "3-6", "7"), [(2, "doubled"), (3, "doubled")]),
        (("1-2", "3", "6-7", "8"), [(3, "gap")]),
        (("1-2", "3", "", "6"), []),  # the one without numbers may hold them
        (("1", "2", "3", "12", "5", "6"), [(4, "order")]),
        (("12", "12a", "13"), []),
        (("3-1",), [(1, "form")]),
        (("9", "4", "7", "1"), []),  # no order that could be broken
        (("1, 3, 5", "2"), []),
        (("17/02/2018", "2", "1,"), [(1, "form"), (3, "form")]),
    ],
)
def test_sheets_of_a_dossier_beside_each_other(sheets: tuple[str, ...], found: list[tuple[int, str]]) -> None:
    assert sheet_codes(*sheets) == found


def test_a_missing_sheet_is_said_beside_the_document(workspace: Workspace) -> None:
    dossier = filing.add_dossier(workspace, "01", "Hồ sơ")
    ids = [paper(workspace, str(n), f"0{n}/02/2024", dossier=dossier) for n in (1, 2, 3)]
    for one, sheets in zip(ids, ("1-2", "3", "5"), strict=True):
        describing.edit(workspace, one, {"sheets": sheets})
    found = [one for one in reviewing.checks_of(workspace, ids) if one.field == "sheets"]
    assert codes(found) == {(ids[2], "sheets.gap")}
    assert "4" in found[0].message
    assert found[0].word


# --- a drawn box ---
@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        ("codeNumber", "Số: 14/TTr-UBND", "14"),
        ("codeNumber", "Số: I4", "14"),
        ("codeNumber", "  l2 ", "12"),
        ("codeNumber", "05b/QĐ", "05b"),
        ("codeNumber", "không có gì ở đây", ""),
        ("sheets", "Tờ 1 - 3", "1-3"),
        ("sheets", "0012", "12"),
        ("sheets", "12a", "12a"),
        ("sheets", "I2", "12"),
        ("sheets", "—", ""),
        ("codeNotation", "Số: 14/TTr-UBND", "TTr-UBND"),
        ("codeNotation", "QĐ - UBND", "QĐ-UBND"),
        ("issuedDate", "Hòa Thắng, ngày 16 tháng 01 năm 2024", "16/01/2024"),
        ("issuedDate", "ngày 5 tháng 3\nnăm 2024", "05/03/2024"),
        ("issuedDate", "ngày 31 tháng 02 năm 2024", "31/02/2024"),
        ("issuedDate", "16012024", "16/01/2024"),
        ("issuedDate", "ngày … tháng …", ""),
        ("typeName", "QUYẾT ĐỊNH", "Quyết định"),
        ("typeName", "TỜ TRÌNH Về việc", "Tờ trình"),
        ("typeName", "THÔNG TƯ LIÊN TỊCH\nHướng dẫn", "Thông tư liên tịch"),
        ("organName", "ỦY BAN NHÂN DÂN\nXÃ HÒA THẮNG", "Ủy ban nhân dân xã Hòa Thắng"),
        ("signer", "Nguyễn Hữu Phước.", "Nguyễn Hữu Phước"),
        ("subject", "V/v nghỉ phép\nnăm 2024.", "Về việc nghỉ phép năm 2024"),
        ("place", "Hòa Thắng, ngày 16", "Hòa Thắng"),
        ("addressee", "Kính gửi: Ủy ban nhân dân huyện Phú An.", "Ủy ban nhân dân huyện Phú An"),
        ("keyword", " một hai ", "một hai"),
        ("", "", ""),
    ],
)
def test_text_of_a_box_takes_the_form_of_its_field(field: str, text: str, value: str) -> None:
    assert fitted(field, text) == value


def test_boxes_on_a_scanned_page_are_read(workspace: Workspace, boxes: SandboxPool) -> None:
    take(workspace, boxes, papers.SAMPLES / "01-to-trinh.jpg", ocr=False)
    truth = json.loads((papers.SAMPLES / "01-to-trinh.json").read_text("utf-8"))
    read = {}
    for name in ("codeNumber", "codeNotation", "issuedDate", "typeName", "organName", "signer", "subject"):
        x0, y0, x1, y1 = truth["boxes"][name]["box"]
        box = (x0 - 0.006, y0 - 0.004, x1 + 0.006, y1 + 0.004)
        read[name] = reviewing.read_box(Job(), workspace, boxes, 1, 1, box, field=name)
    assert read == {name: truth["fields"][name] for name in read}


def test_a_box_on_a_turned_page_is_read_upright(workspace: Workspace, boxes: SandboxPool, tmp_path: Path) -> None:
    from PIL import Image

    lying = tmp_path / "nam-ngang.png"
    with Image.open(papers.SAMPLES / "01-to-trinh.jpg") as image:
        image.convert("L").rotate(90, expand=True).save(lying, dpi=(200, 200))
    take(workspace, boxes, lying)
    describing.turn_page(workspace, 1, 1, 90)
    x0, y0, x1, y1 = json.loads((papers.SAMPLES / "01-to-trinh.json").read_text("utf-8"))["boxes"]["issuedDate"]["box"]
    box = (y0 - 0.004, 1 - x1 - 0.006, y1 + 0.004, 1 - x0 + 0.006)  # the same place on the page as scanned
    assert reviewing.read_box(Job(), workspace, boxes, 1, 1, box, field="issuedDate") == "16/01/2024"


def test_born_digital_text_is_taken_as_it_is(workspace: Workspace, boxes: SandboxPool) -> None:
    take(workspace, boxes, papers.SAMPLES / "11-quyet-dinh.pdf", ocr=True)
    x0, y0, x1, y1 = json.loads((papers.SAMPLES / "11-quyet-dinh.json").read_text("utf-8"))["boxes"]["signer"]["box"]
    box = (x0 - 0.01, y0 - 0.01, x1 + 0.01, y1 + 0.01)
    silent = SandboxPool(1)  # not even started: no picture is read
    assert reviewing.read_box(Job(), workspace, silent, 1, 1, box, field="signer") == "Nguyễn Hữu Phước"


def test_boxes_that_can_not_be_read_are_told(workspace: Workspace, boxes: SandboxPool, tmp_path: Path) -> None:
    take(workspace, boxes, papers.tiny(tmp_path / "a.png", shade=255))
    for call, code in (((7, 1, (0, 0, 1, 1)), "document.gone"), ((1, 9, (0, 0, 1, 1)), "page.gone")):
        with pytest.raises(AppError) as error:
            reviewing.read_box(Job(), workspace, boxes, *call)
        assert error.value.code == code
    with pytest.raises(AppError) as error:
        reviewing.read_box(Job(), workspace, boxes, 1, 1, (0.5, 0.5, 0.5, 0.5))
    assert papers.in_vietnamese(error.value) == "box.too_small"
    assert reviewing.read_box(Job(), workspace, boxes, 1, 1, (-1, -1, 9, 9), field="codeNumber") == ""


def test_a_box_around_a_plan_of_metres_is_read_in_bounded_memory(tmp_path: Path) -> None:
    """At 45 dots an inch it would be enlarged four times: to 400 million pixels."""
    Image.new("L", (5000, 5000), 255).save(tmp_path / "page.jpg")
    reviewing._cut(tmp_path / "page.jpg", (0.0, 0.0, 1.0, 1.0), 0, 45, tmp_path / "crop.png")
    with Image.open(tmp_path / "crop.png") as crop:
        assert 30_000_000 < crop.width * crop.height < 42_000_000


def test_a_box_that_is_no_place_is_refused(workspace: Workspace) -> None:
    document = paper(workspace, "1", "2024-01-05")
    with pytest.raises(AppError) as told:
        reviewing.accept_box(workspace, document, "codeNumber", "2", 1, (float("nan"), 0.0, 0.5, 0.5))
    assert papers.in_vietnamese(told.value) == "box.too_small"
    assert reviewing.field_crops(workspace, [document], "codeNumber")[0].value == "1"


def test_an_accepted_box_is_kept_as_the_place_and_undone_in_one_step(workspace: Workspace) -> None:
    one = paper(workspace, "1", "01/02/2024", sure=0.3)
    reviewing.accept_box(workspace, one, "codeNumber", "17", 1, (0.3, 0.2, 0.4, 0.25))
    reviewing.accept_box(workspace, one, "signer", "Lê Văn A", 1, (0.6, 0.7, 0.9, 1.5))
    view = describing.fields_of(workspace, one)
    assert (view.values["codeNumber"], view.evidence["codeNumber"].box) == ("17", (0.3, 0.2, 0.4, 0.25))
    assert view.evidence["signer"].box == (0.6, 0.7, 0.9, 1.0)
    assert view.confirmed == {"codeNumber", "signer"}
    undoing.undo(workspace)
    undoing.undo(workspace)
    view = describing.fields_of(workspace, one)
    assert (view.values["codeNumber"], view.evidence["codeNumber"].box) == ("1", (0.2, 0.1, 0.25, 0.12))
    assert ("signer" in view.evidence, view.confirmed) == (False, set())
    with pytest.raises(AppError):
        reviewing.accept_box(workspace, 99, "signer", "a", 1, (0, 0, 1, 1))


@pytest.mark.parametrize("name", ["06-giay-moi.jpg", "08-cong-van.png", "10-to-trinh.jpg"])
def test_digits_by_hand_are_read_off_a_crop(boxes: SandboxPool, tmp_path: Path, name: str) -> None:
    truth = json.loads((SAMPLES / name).with_suffix(".json").read_text("utf-8"))
    x0, y0, x1, y1 = truth["boxes"]["codeNumber"]["box"]
    with Image.open(SAMPLES / name) as page:
        wide, high, edge = page.width, page.height, 0.004
        crop = page.convert("RGB").crop(
            (int((x0 - edge) * wide), int((y0 - edge) * high), int((x1 + edge) * wide), int((y1 + edge) * high))
        )
    crop.save(tmp_path / "crop.png")
    value, sure = boxes.call("app.desk.tasks:read_digits", image=str(tmp_path / "crop.png"))
    assert value == truth["fields"]["codeNumber"]
    assert sure > 0.9


def test_a_crop_without_digits_is_no_number(boxes: SandboxPool, tmp_path: Path) -> None:
    Image.new("RGB", (120, 48), "white").save(tmp_path / "crop.png")
    value, sure = boxes.call("app.desk.tasks:read_digits", image=str(tmp_path / "crop.png"))
    assert not value or sure < 0.5
