"""Finding with and without accents, the place on the page, and the pages for the eye."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.desk import filing
from app.desk.searching import hit_boxes, search
from app.desk.viewing import open_document
from app.errors import AppError
from app.sandbox import SandboxPool
from app.workspace import Workspace
from tests import made_files as made
from tests.desk import papers, records


@pytest.fixture
def three(workspace: Workspace) -> list[int]:
    return [
        records.document(workspace, "Quyết định bổ nhiệm", "Điều 1 Quyết định", "có hiệu lực", date="01/01/2024"),
        records.document(workspace, "Quyết đinh viết sai dấu", date="01/01/2025"),
        records.document(workspace, "Giấy mời họp", "đường Đinh Tiên Hoàng", date="01/01/2023"),
    ]


def test_both_spellings_find_the_same_and_the_typed_accents_come_first(workspace: Workspace, three: list[int]) -> None:
    plain, exact = search(workspace, "quyet dinh"), search(workspace, "quyết định")
    assert [row.id for row in plain.rows] == [three[1], three[0]]  # newest first
    assert [row.id for row in exact.rows] == [three[0], three[1]]  # as typed first
    assert (plain.count, exact.count, plain.capped) == (2, 2, False)
    assert [row.id for row in search(workspace, "DUONG đinh").rows] == [three[2]]


@pytest.mark.parametrize(
    "query", ["", "   ", '"', '""', "*", "AND", "NOT OR", "a:b", "(", "folded:", "%_", "\x00", "'; DROP TABLE", "^x", "-x"]
)
def test_odd_queries_find_nothing_and_break_nothing(workspace: Workspace, three: list[int], query: str) -> None:
    assert search(workspace, query).rows == []
    assert hit_boxes(workspace, three[0], query) == []


def test_a_phrase_a_number_a_beginning(workspace: Workspace, three: list[int]) -> None:
    assert [row.id for row in search(workspace, '"dinh bo nhiem"').rows] == [three[0]]
    assert search(workspace, '"nhiem bo"').rows == []
    assert [row.id for row in search(workspace, "giấy m").rows] == [three[2]]
    assert [row.id for row in search(workspace, "01/01/2023").rows] == [three[2]]


def test_limits_sorts_and_dossiers(workspace: Workspace, three: list[int]) -> None:
    dossier = filing.add_dossier(workspace, "01", "Hồ sơ mùa xuân")
    filing.file_documents(workspace, [three[0]], dossier)
    assert [row.id for row in search(workspace, "quyet dinh", limit=1).rows] == [three[1]]
    assert [row.id for row in search(workspace, "quyet dinh", dossier_id=dossier).rows] == [three[0]]
    assert {row.id for row in search(workspace, "quyet dinh", sort="best").rows} == {three[0], three[1]}
    assert [row.id for row in search(workspace, "mua xuan").rows] == [three[0]]  # by the dossier's title
    filing.edit_dossier(workspace, dossier, {"title": "Hồ sơ mùa thu"})
    assert (search(workspace, "mua xuan").count, search(workspace, "mua thu").count) == (0, 1)


def test_the_page_the_words_around_and_the_boxes(workspace: Workspace, three: list[int]) -> None:
    (hit,) = search(workspace, "hieu luc").rows
    assert (hit.page, hit.snippet) == (1, "Điều 1 Quyết định có hiệu lực")
    assert hit_boxes(workspace, three[0], "quyet dinh") == [(1, (0.2, 0.0, pytest.approx(0.39), 0.05))]
    broken_line = hit_boxes(workspace, three[0], "định có")
    assert len(broken_line) == 2  # a run over two lines is two boxes
    assert len(hit_boxes(workspace, three[0], "dieu luc")) == 2  # not in a row: each by itself
    assert hit_boxes(workspace, three[0], "khong gi") == []
    (fields_only,) = search(workspace, "giay moi").rows
    assert (fields_only.page, fields_only.snippet) == (None, "Giấy mời họp")


def test_pages_for_the_eye(workspace: Workspace, boxes: SandboxPool, tmp_path: Path, three: list[int]) -> None:
    papers.take(workspace, boxes, made.tiff_with_bad_page(tmp_path / "a.tif", 2, 1))
    view = open_document(workspace, 4)
    assert view.count == 2
    assert view.image(1)[:2] == b"\xff\xd8"
    assert view.size(1) == (400, 560)
    assert (view.image(2), view.size(2), bool(view.problem(2)), view.problem(1)) == (b"", (827, 1169), True, "")
    assert (view.words(1).words, view.turn(1)) == ([], 0)
    read = open_document(workspace, three[0])
    assert [word.text for word in read.words(1).words][:3] == ["Điều", "1", "Quyết"]
    with pytest.raises(AppError) as error:
        open_document(workspace, 99)
    assert error.value.code == "document.gone"


def test_a_lost_or_damaged_picture_is_told(workspace: Workspace, boxes: SandboxPool, tmp_path: Path) -> None:
    papers.take(workspace, boxes, papers.tiny(tmp_path / "a.png"))
    (page,) = papers.pages(workspace, 1)
    path = workspace.objects.path(page.image)
    data = bytearray(path.read_bytes())
    data[60] ^= 1
    path.write_bytes(data)
    with pytest.raises(AppError) as error:
        open_document(workspace, 1).image(1)
    assert papers.in_vietnamese(error.value) == "object.damaged"
    path.unlink()
    with pytest.raises(AppError) as error:
        open_document(workspace, 1).image(1)
    assert papers.in_vietnamese(error.value) == "object.missing"


def test_a_whole_word_is_not_marked_inside_longer_ones(workspace: Workspace) -> None:
    one = records.document(workspace, "Nhà văn hóa", "Ủy ban nhân dân xây nhà có hoa", date="01/01/2024")
    assert len(hit_boxes(workspace, one, "hoa nha")) == 2  # "nhà" and "hoa", not "nhân"
    assert len(hit_boxes(workspace, one, "hoa da")) == 2  # not typed to its end: "dân", and "hoa"
