"""Pictures and recordings get their own fields at the desk; what is missing is told, and the package carries them."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from app.desk import packaging, special
from app.desk.completing import completeness
from app.desk.packing import Wishes
from app.errors import AppError
from app.jobs import Job
from app.workspace import Workspace
from storage.records import SpecialRecord
from tests.desk import packed

JPEG = b"\xff\xd8\xff\xe0\0\x10JFIF\0" + b"x" * 400
MP3 = b"ID3\x03\0\0\0\0\0\0" + b"x" * 400


def taken(workspace: Workspace, record: str) -> tuple[int, int]:
    """A dossier with a paper and a file of this sort that nothing is said about yet: (dossier, document)."""
    dossier = packed.dossier(workspace, 1)
    document = packed.picture(workspace, dossier, JPEG if record == "pic" else MP3, {}, record)
    special.describe_special(workspace, document, "doc", {})
    return dossier, document


@pytest.mark.parametrize(("record", "title"), [("pic", "imageTitle"), ("media", "movieTitle")])
def test_from_a_file_to_a_package(workspace: Workspace, tmp_path: Path, record: str, title: str) -> None:
    dossier, document = taken(workspace, record)
    assert special.suggestion(workspace, document) == record
    assert special.special(workspace, document).fields == []
    told = special.describe_special(workspace, document, record, {})
    sort = "typePic" if record == "pic" else "typeMedia"
    assert {each.name for each in told.fields if each.problem} == {sort, title}
    assert len(told.missing) == 2
    words = next(iter(told.fields[0].codes.values()))
    told = special.describe_special(workspace, document, record, {sort: words, title: " Lễ khởi công  trường học "})
    assert (told.missing, [each.problem for each in told.fields if each.problem]) == ([], [])
    assert told == special.special(workspace, document)
    values = {each.name: each.value for each in told.fields}
    assert (values[title], values[sort] in told.fields[0].codes) == ("Lễ khởi công trường học", True)
    assert [
        gap for gap in completeness(Job(), workspace, [dossier], Wishes(kind="sip-hoso")) if gap.document_id == document
    ] == []
    made = packaging.export(
        Job(), workspace, [dossier], tmp_path, Wishes(kind="sip-hoso", papers=False, as_zip=False)
    ).packages[0]
    assert [finding for finding in made.report.findings if finding.level != "info"] == []
    texts = {path.name: path.read_text("utf-8") for path in made.path.glob("representations/rep1/metadata/descriptive/*.xml")}
    assert [name for name, text in texts.items() if "Lễ khởi công trường học" in text] != []


def test_what_is_missing_is_a_gap_before_the_export(workspace: Workspace) -> None:
    dossier, document = taken(workspace, "pic")
    special.describe_special(workspace, document, "pic", {"photographer": "Nguyễn Văn An"})
    gaps = [gap for gap in completeness(Job(), workspace, [dossier], Wishes(kind="sip-hoso")) if gap.document_id == document]
    assert {gap.field for gap in gaps} >= {"typePic", "imageTitle"}


def test_fields_that_are_not_named_stay_and_others_go_with_the_kind(workspace: Workspace) -> None:
    _dossier, document = taken(workspace, "pic")
    special.describe_special(workspace, document, "pic", {"photographer": "An", "photoPlace": "Thái Bình"})
    told = special.describe_special(workspace, document, "pic", {"photoPlace": ""})
    assert {each.name: each.value for each in told.fields if each.value} == {"photographer": "An"}
    told = special.describe_special(workspace, document, "media", {})
    assert [each.value for each in told.fields if each.value] == []
    special.describe_special(workspace, document, "doc", {})
    with workspace.catalog.read() as session:
        assert session.scalars(select(SpecialRecord)).all() == []


@pytest.mark.parametrize(
    ("record", "values", "code"),
    [
        ("film", {}, "special.record"),
        ("pic", {"movieTitle": "x"}, "special.field"),
        ("pic", {"subject": "x"}, "special.field"),
        ("doc", {"imageTitle": "x"}, "special.field"),
        ("pic", {"photoTime": "hôm qua"}, "special.value"),
        ("pic", {"typePic": "tranh tường"}, "special.value"),
        ("pic", {"imageTitle": "x" * 501}, "special.value"),
    ],
)
def test_what_can_not_be_written(workspace: Workspace, record: str, values: dict[str, str], code: str) -> None:
    _dossier, document = taken(workspace, "pic")
    with pytest.raises(AppError) as caught:
        special.describe_special(workspace, document, record, values)
    assert caught.value.code == code
    assert special.special(workspace, document).record == "doc"


def test_a_document_that_is_not_there(workspace: Workspace) -> None:
    for call in (lambda: special.special(workspace, 7), lambda: special.describe_special(workspace, 7, "pic", {})):
        with pytest.raises(AppError) as caught:
            call()
        assert caught.value.code == "document.gone"
