"""A pile with its spreadsheet index: dossiers, fields, files; what does not fit is told row by row."""

from __future__ import annotations

import datetime
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from sqlalchemy import select

from app.desk import describing, filing, intake, intake_index
from app.errors import AppError
from app.jobs import Job
from app.sandbox import SandboxPool
from app.workspace import Workspace
from storage.records import Dossier, Fonds, Intake, Inventory
from tests.desk.papers import documents, in_vietnamese, prove_whole, states, take, tiny
from tests.rules.test_index_columns import HEADS

SHORT = ["Hồ sơ số", "Tiêu đề hồ sơ", "Số của văn bản", "Ký hiệu của văn bản", "Trích yếu", "Đường dẫn file"]


def workbook(path: Path, *rows: list[Any], head: list[str] = SHORT, form: dict[str, str] | None = None) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (head, *rows):
        sheet.append(row)
    for cell, number_format in (form or {}).items():
        sheet[cell].number_format = number_format
    book.save(path)
    return path


def load(workspace: Workspace, boxes: SandboxPool, index: Path, *paths: Path) -> intake_index.IndexResult:
    return intake_index.import_index(Job(), workspace, boxes, index, paths, ocr=False)


def dossiers(workspace: Workspace) -> list[Dossier]:
    with workspace.catalog.read() as session:
        return list(session.scalars(select(Dossier).order_by(Dossier.id)))


def test_a_whole_row_becomes_dossier_document_and_fields(workspace: Workspace, boxes: SandboxPool, tmp_path: Path) -> None:
    (tmp_path / "HS01").mkdir()
    tiny(tmp_path / "HS01" / "Văn bản 1.png")
    row: dict[int, Any] = dict(
        enumerate(
            [
                *(1, "UBND huyện", "01", 12, "H49.64.33.2001.160", "Hồ sơ về đất đai", "Vĩnh viễn", "Công khai", "Tiếng Việt"),
                *(
                    1,
                    2,
                    2001,
                    "00",
                    "12",
                    2001,
                    1,
                    "Chú giải ở đây",
                    "KH1",
                    "đất đai",
                    120.0,
                    "Bình thường",
                    "Số hóa",
                    "K1.01",
                    "hs",
                ),
                *(3, "Quyết định", 7, "/QĐ - UBND", 5, 3, 2001, "UBND huyện Đắk Song", "Về việc giao đất", "Việt", 1, "vb"),
                *(
                    "KH2",
                    "giao đất",
                    "Công khai",
                    "Số hóa",
                    "Chuyển đ/c An",
                    "Tốt",
                    "Có",
                    "5-6",
                    "Giấy",
                    "\\HS01\\văn bản 1.PNG",
                ),
            ]
        )
    )
    index = workbook(tmp_path / "bảng kê.xlsx", list(row.values()), head=HEADS, form={"AA2": "000"})
    result = load(workspace, boxes, index)
    assert result.intake.problems == []
    assert len(result.index.columns) == 46
    (made,) = documents(workspace)
    values = describing.fields_of(workspace, made.id)
    assert {name: value for name, value in values.values.items() if value} == {
        "codeNumber": "007",
        "codeNotation": "QĐ-UBND",
        "issuedDate": "05/03/2001",
        "typeName": "Quyết định",
        "subject": "Về việc giao đất",
        "organName": "UBND huyện Đắk Song",
        "sheets": "5-6",
        "language": "Tiếng Việt",
        "autograph": "Chuyển đ/c An",
        "keyword": "giao đất",
        "description": "vb; Quy trình xử lý: Có; Loại tài liệu: Giấy",
    }
    assert values.confirmed == {name for name, value in values.values.items() if value}
    assert {reading.source for reading in values.evidence.values()} == {"index"}
    assert (made.ordinal, made.infor_sign, made.format, made.mode, made.issued_sort) == (3, "KH2", "01", "01", "2001-03-05")
    (dossier,) = dossiers(workspace)
    assert (dossier.code, dossier.title, dossier.maintenance, dossier.paper_file_code) == (
        "H49.64.33.2001.160",
        "Hồ sơ về đất đai",
        "01",
        "K1.01",
    )
    assert (dossier.start_date, dossier.end_date, dossier.number_of_paper) == ("01/02/2001", "12/2001", 120)
    assert dossier.description == "hs; Chú giải: Chú giải ở đây; Hộp số: 12"
    assert dossier.keyword == "đất đai"
    with workspace.catalog.read() as session:
        assert [fonds.title for fonds in session.scalars(select(Fonds))] == ["UBND huyện"]
        assert [one.code for one in session.scalars(select(Inventory))] == ["01"]
    prove_whole(workspace)


def test_what_is_wrong_is_told_with_its_row_and_the_rest_goes_on(
    workspace: Workspace, boxes: SandboxPool, tmp_path: Path
) -> None:
    for number, folder in enumerate(("a", "b", "c")):
        (tmp_path / folder).mkdir()
        tiny(tmp_path / folder / ("x.png" if number < 2 else "y.png"), number)
    head = [*SHORT, "Ngày ban hành", "Số trang", "Tên loại văn bản"]
    index = workbook(
        tmp_path / "bk.xlsx",
        ["(1)", "(2)", "(3)", "(4)", "(5)", "(6)", "(7)", "(8)", "(9)"],
        ["HS1", "Một", "1", "QĐ-UBND", "tốt", "D:\\Quét\\A\\x.png", datetime.date(2024, 3, 5), 1, "quyet dinh"],
        [None, None, "2", "QĐ-UBND", "không rõ", "x.png"],
        [None, None, "3", "QĐ-UBND", "mất", "c/z.png"],
        [None, None, "4", "QĐ-UBND", "hai lần", "a/x.png"],
        [None, None, "5", "QĐ-UBND", "không tệp", None],
        [],
        ["", "Không mã", "12345678901234", "CV", "dài", "../../c/y", "31/02/2024", 4, "Bài thơ"],
        head=head,
    )
    result = load(workspace, boxes, index)
    found = [(problem.where.rpartition(" ")[2], in_vietnamese(problem)) for problem in result.intake.problems]
    assert found == [
        ("4", "index.file_unclear"),
        ("5", "index.file_missing"),
        ("6", "index.file_twice"),
        ("7", "index.no_file"),
        ("9", "index.cell"),  # a number too long
        ("9", "index.cell"),  # no such day
        ("9", "index.cell"),  # no such type
        ("9", "index.no_dossier_code"),
        ("9", "index.pages"),
    ]
    assert sorted(one.state for one in result.intake.outcomes) == ["done", "done", *["failed"] * 4]
    first, second = documents(workspace)
    assert (first.code, first.issued_date, first.type_name, first.dossier_id) == ("1/QĐ-UBND", "05/03/2024", "02", 1)
    assert (second.code_number, second.issued_date, second.type_name, second.dossier_id) == ("12345678901", "", "", None)


def test_files_that_were_there_already_get_the_word_of_the_index(
    workspace: Workspace, boxes: SandboxPool, tmp_path: Path
) -> None:
    take(workspace, boxes, tiny(tmp_path / "1.png"), tiny(tmp_path / "2.png", 9))
    describing.edit(workspace, 1, {"subject": "Của văn thư"})
    index = workbook(
        tmp_path / "bk.xlsx", ["HS", "T", "8", "QĐ", "Của bảng kê", "1.png"], ["HS", "T", "9", "QĐ", "Hai", "2.png"]
    )
    result = load(workspace, boxes, index)
    assert [one.state for one in result.intake.outcomes] == ["doubled", "doubled"]
    first, second = documents(workspace)
    assert (first.code, first.subject, second.subject) == ("8/QĐ", "Của văn thư", "Hai")
    assert [first.ordinal, second.ordinal] == [1, 2]
    again = load(workspace, boxes, index)
    assert again.intake.problems == []
    assert len(dossiers(workspace)) == 1
    prove_whole(workspace)


def test_a_run_that_was_stopped_still_knows_the_index(workspace: Workspace, boxes: SandboxPool, tmp_path: Path) -> None:
    index = workbook(tmp_path / "bk.xlsx", ["HS", "T", "8", "QĐ", "Nội dung", tiny(tmp_path / "1.png").name])
    job = Job()
    rows = intake_index.read_index(job, workspace, boxes, index).rows
    dossier = filing.add_dossier(workspace, "HS", "T")
    item = intake.Item(str(tmp_path / "1.png"), dossier, rows[0].given.packed())
    intake.enqueue(workspace, [item], ocr=False)
    assert states(workspace) == ["waiting"]
    intake.resume(Job(), workspace, boxes)
    (made,) = documents(workspace)
    assert (made.code, made.subject, made.dossier_id) == ("8/QĐ", "Nội dung", dossier)
    with workspace.catalog.read() as session:
        assert session.scalars(select(Intake.state)).all() == ["done"]


def test_with_folders_named_whatever_else_lies_there_comes_too(
    workspace: Workspace, boxes: SandboxPool, tmp_path: Path
) -> None:
    (tmp_path / "tệp").mkdir()
    tiny(tmp_path / "tệp" / "kê.png")
    tiny(tmp_path / "tệp" / "ngoài.png", 3)
    index = workbook(tmp_path / "tệp" / "bk.xlsx", ["HS", "T", "8", "QĐ", "a", "tệp/kê.png"])
    load(workspace, boxes, index, tmp_path / "tệp")
    assert [(one.source_name, one.subject) for one in documents(workspace)] == [("kê.png", "a"), ("ngoài.png", "")]


def test_a_secrecy_mark_in_the_index_keeps_the_document_back(workspace: Workspace, boxes: SandboxPool, tmp_path: Path) -> None:
    tiny(tmp_path / "1.png")
    index = workbook(tmp_path / "bk.xlsx", ["a", "1.png", "Mật"], head=["Trích yếu", "Tên file", "Độ mật"])
    result = load(workspace, boxes, index)
    assert [problem.code for problem in result.intake.problems] == ["document.secret"]
    assert documents(workspace)[0].secrecy == "Mật"


def test_indexes_that_can_not_be_used_are_told(workspace: Workspace, boxes: SandboxPool, tmp_path: Path) -> None:
    (tmp_path / "cũ.xls").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    with zipfile.ZipFile(tmp_path / "không.xlsx", "w") as file:
        file.writestr("hello", "x")
    whole = workbook(tmp_path / "đủ.xlsx", ["a"] * 6).read_bytes()
    (tmp_path / "cụt.xlsx").write_bytes(whole[: len(whole) // 2])
    with zipfile.ZipFile(tmp_path / "đủ.xlsx") as good, zipfile.ZipFile(tmp_path / "nát.xlsx", "w") as bad:
        for name in good.namelist():
            data = good.read(name)
            bad.writestr(name, data[: len(data) // 2] if "sheet1" in name else data)
    workbook(tmp_path / "trống.xlsx", head=[])
    workbook(tmp_path / "lạ.xlsx", ["a", "b"], head=["x", "y"])
    workbook(tmp_path / "thiếu.xlsx", head=["Trích yếu", "Ghi chú", "Tiêu đề hồ sơ"])
    codes = {}
    for path in sorted(tmp_path.glob("*.xls*")):
        if path.stem != "đủ":
            with pytest.raises(AppError) as told:
                load(workspace, boxes, path)
            codes[path.stem] = in_vietnamese(told.value)
    assert codes == {
        "cũ": "sheet.unknown",
        "cụt": "sheet.unknown",
        "không": "sheet.broken",
        "nát": "sheet.broken",
        "trống": "sheet.empty",
        "lạ": "index.no_header",
        "thiếu": "index.no_files",
    }
    assert documents(workspace) == []
