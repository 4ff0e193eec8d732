from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QModelIndex, Qt
from pytestqt.qtbot import QtBot

from app.services import Services
from app.workspace import Workspace
from storage import queries
from storage.queries import Counts, Scope, TreeRow
from tests.ui.stock import DOUBTFUL, HOLDING, many
from ui.models import documents as documents_module
from ui.models.documents import MIME, PAGE, Column, DocumentsModel, spoken, tooltip
from ui.models.hits import places
from ui.models.reading import Reads
from ui.models.tree import COUNT_ROLE, TreeModel
from ui.models.words import date_word


@pytest.fixture
def workspace(stocked: Services) -> Workspace:
    assert stocked.workspace is not None
    return stocked.workspace


@pytest.fixture
def model(workspace: Workspace, reads: Reads, qtbot: QtBot) -> DocumentsModel:
    made = DocumentsModel(reads)
    made.open(workspace.catalog)
    with qtbot.waitSignal(made.loaded):
        made.reload()
    return made


def text(model: DocumentsModel, row: int, column: Column) -> Any:
    return model.index(row, column).data()


def fetched(qtbot: QtBot, model: DocumentsModel, row: int) -> None:
    qtbot.waitUntil(lambda: model.row_at(row) is not None)


def test_obeys_qt(model: DocumentsModel, qtmodeltester: Any) -> None:
    qtmodeltester.check(model)


def test_shows_documents_newest_first(model: DocumentsModel, qtbot: QtBot) -> None:
    assert model.rowCount() == len(HOLDING)
    assert text(model, 0, Column.SUBJECT) == "…"
    fetched(qtbot, model, 0)
    assert text(model, 0, Column.CODE) == "09/KH-UBND"
    assert text(model, 0, Column.DATE) == "02/05/2024"
    assert text(model, 0, Column.TYPE) == "Kế hoạch"
    assert text(model, 0, Column.STATE) == "Cần kiểm tra"
    assert text(model, 4, Column.CODE) == "—"
    assert text(model, 4, Column.SUBJECT) == "ban-quet.pdf"
    assert text(model, 4, Column.STATE) == "Mới nhập"


def test_state_is_icon_and_word(model: DocumentsModel, qtbot: QtBot, holding: list[int]) -> None:
    fetched(qtbot, model, 0)
    index = model.index(model.row_of(holding[DOUBTFUL]), Column.STATE)
    assert index.data() == "Cần kiểm tra"
    assert not index.data(Qt.ItemDataRole.DecorationRole).isNull()
    assert "1 mục cần kiểm tra" in index.data(Qt.ItemDataRole.ToolTipRole)
    confirmed = model.index(model.row_of(holding[0]), Column.STATE)
    assert confirmed.data() == "Chờ ký"


def test_a_secrecy_mark_comes_before_every_other_state(model: DocumentsModel, qtbot: QtBot) -> None:
    fetched(qtbot, model, 0)
    row = model.row_at(0)
    assert row is not None
    secret = replace(row, secrecy="Mật", unsynced=True)
    assert spoken(secret).endswith("Có độ mật.")
    said = tooltip(secret, Column.STATE) or ""
    assert "Mật: để riêng" in said
    assert "Chưa gửi" not in said


def test_speaks_whole_sentences(model: DocumentsModel, qtbot: QtBot) -> None:
    fetched(qtbot, model, 0)
    said = model.index(0, Column.CODE).data(Qt.ItemDataRole.AccessibleTextRole)
    assert said == "Kế hoạch 09/KH-UBND, 02/05/2024, Số hóa tài liệu lưu trữ lịch sử. Cần kiểm tra."


def test_scope_and_order(model: DocumentsModel, qtbot: QtBot, holding: list[int]) -> None:
    with qtbot.waitSignal(model.loaded):
        model.show_scope(Scope("unfiled"))
    assert set(model.ids) == set(holding[3:])
    with qtbot.waitSignal(model.loaded):
        model.show_scope(Scope(), "oldest")
    assert model.id_at(1) == holding[0]
    with qtbot.waitSignal(model.loaded):
        model.sort(Column.DATE, Qt.SortOrder.DescendingOrder)
    assert model.order == "newest"


def test_rows_come_in_pages_and_go_again(
    workspace: Workspace, model: DocumentsModel, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(documents_module, "KEPT_PAGES", 2)
    many(workspace, 4 * PAGE)
    asked: list[int] = []
    original = queries.document_rows

    def counted(session: Any, ids: list[int]) -> Any:
        asked.append(len(ids))
        return original(session, ids)

    monkeypatch.setattr(queries, "document_rows", counted)
    with qtbot.waitSignal(model.loaded):
        model.reload()
    assert model.rowCount() == 4 * PAGE + len(HOLDING)
    for row in (0, 3 * PAGE, PAGE, 2 * PAGE):
        fetched(qtbot, model, row)
    assert max(asked) <= PAGE
    assert len(asked) == 4
    assert len(model._pages) == 2
    fetched(qtbot, model, 0)
    assert len(asked) == 5, "what was let go is read anew"


def test_changed_rows_are_read_anew(workspace: Workspace, model: DocumentsModel, qtbot: QtBot, holding: list[int]) -> None:
    from app.desk import describing

    fetched(qtbot, model, 0)
    describing.edit(workspace, holding[0], {"subject": "Trích yếu mới"})
    row = model.row_of(holding[0])
    with qtbot.waitSignal(model.dataChanged):
        model.touch({holding[0]})
    assert text(model, row, Column.SUBJECT) == "Trích yếu mới"


def test_reload_without_news_keeps_the_view(model: DocumentsModel, qtbot: QtBot) -> None:
    fetched(qtbot, model, 0)
    with qtbot.assertNotEmitted(model.modelReset), qtbot.waitSignal(model.loaded):
        model.reload()
    assert text(model, 0, Column.CODE) == "09/KH-UBND"


def test_only_the_newest_answer_counts(reads: Reads, qtbot: QtBot) -> None:
    got: list[str] = []
    for word in ("một", "hai", "ba"):
        reads.run("key", lambda word=word: word, got.append)  # type: ignore[misc]
    qtbot.waitUntil(lambda: not reads.busy)
    assert got == ["ba"]


def test_errors_of_reads_are_told(reads: Reads, qtbot: QtBot) -> None:
    told: list[BaseException] = []
    reads.on_error = told.append

    def fail() -> None:
        raise OSError("hỏng")

    reads.run("key", fail, lambda _none: None)
    qtbot.waitUntil(lambda: bool(told))
    reads.write(fail)
    qtbot.waitUntil(lambda: len(told) == 2)


def test_writes_are_done_even_when_closing(qapp: object) -> None:
    reads = Reads()
    done: list[int] = []
    for number in range(20):
        reads.write(lambda number=number: done.append(number))  # type: ignore[misc]
    reads.close()
    assert done == list(range(20))
    reads.run("late", lambda: done.append(99), lambda _none: None)
    assert 99 not in done


# --- the tree ---
@pytest.fixture
def tree(workspace: Workspace) -> TreeModel:
    made = TreeModel()
    with workspace.catalog.read() as session:
        made.fill(queries.tree(session), queries.counts(session))
    return made


def test_tree_obeys_qt(tree: TreeModel, qtmodeltester: Any) -> None:
    qtmodeltester.check(tree)


def test_tree_has_shelves_then_holdings(tree: TreeModel) -> None:
    titles = [tree.index(row, 0).data() for row in range(tree.rowCount())]
    assert titles == [
        "Tất cả văn bản",
        "Chưa vào hồ sơ",
        "Cần kiểm tra",
        "Chờ ký",
        "Chờ đồng bộ",
        "Thùng rác",
        "UBND huyện Mỹ Đức",
    ]
    assert tree.index(0, 0).data(COUNT_ROLE) == 5
    assert tree.index(1, 0).data(COUNT_ROLE) == 2
    inventory = tree.index(0, 0, tree.index(6, 0))
    assert tree.rowCount(inventory) == 2
    dossier = tree.index(0, 0, inventory)
    assert dossier.data() == "Tổ chức cán bộ"
    assert dossier.data(Qt.ItemDataRole.ToolTipRole) == "01.2024.TC — Tổ chức cán bộ"
    assert dossier.data(Qt.ItemDataRole.AccessibleTextRole) == "01.2024.TC — Tổ chức cán bộ, 2 văn bản"
    assert tree.parent(dossier) == inventory


def test_numbers_change_without_a_reset(tree: TreeModel, workspace: Workspace, holding: list[int], qtbot: QtBot) -> None:
    from app.desk import filing

    filing.delete_documents(workspace, holding[:1])
    with workspace.catalog.read() as session:
        rows, counts = queries.tree(session), queries.counts(session)
    with qtbot.assertNotEmitted(tree.modelReset):
        assert not tree.fill(rows, counts)
    assert tree.index(0, 0).data(COUNT_ROLE) == 4
    assert tree.index(5, 0).data(COUNT_ROLE) == 1


def test_tree_of_nothing() -> None:
    tree = TreeModel()
    tree.fill([], Counts(0, 0, 0, 0, 0, 0, 0))
    assert tree.rowCount() == 6
    assert not tree.index_of(("dossier", 7)).isValid()
    assert tree.node(QModelIndex()).kind == "root"


def test_documents_can_be_dropped_on_dossiers_only(
    tree: TreeModel, model: DocumentsModel, qtbot: QtBot, holding: list[int]
) -> None:
    data = model.mimeData([model.index(0, 0), model.index(0, 1), model.index(1, 0)])
    inventory = tree.index(0, 0, tree.index(6, 0))
    dossier = tree.index(0, 0, inventory)
    move = Qt.DropAction.MoveAction
    with qtbot.waitSignal(tree.filed) as told:
        tree.dropMimeData(data, move, -1, -1, dossier)
    assert told.args[0] == sorted([model.id_at(0), model.id_at(1)])
    assert told.args[1] == tree.node(dossier).id
    assert not tree.canDropMimeData(data, move, -1, -1, tree.index(0, 0))
    foreign = QMimeData()
    foreign.setText("1,2")
    assert not tree.canDropMimeData(foreign, move, -1, -1, dossier)
    broken = QMimeData()
    broken.setData(MIME, b"1,x,;drop,2")
    with qtbot.waitSignal(tree.filed) as told:
        tree.dropMimeData(broken, move, -1, -1, dossier)
    assert told.args[0] == [1, 2]


def test_tree_with_dossiers_outside_of_inventories() -> None:
    rows = [TreeRow("fonds", 1, None, "F", "Phông", 1), TreeRow("dossier", 3, ("fonds", 1), "HS", "", 1)]
    tree = TreeModel()
    tree.fill(rows, Counts(1, 0, 0, 0, 1, 0, 0))
    assert tree.index(0, 0, tree.index(6, 0)).data() == "HS"


# --- words ---
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("nha van hoa", ["Nhà văn hóa"]),
        ("nhà văn", ["Nhà văn"]),
        ("thong", ["thống"]),
        ("thon", ["thống", "thôn"]),
        ('"nha van"', ["Nhà văn"]),
        ("hop sua", ["Họp", "sửa"]),
        ("nhã", ["nhất", "Nhà"]),
        ("đường", []),
        ("...", []),
        ("", []),
    ],
)
def test_places_of_a_query(query: str, found: list[str]) -> None:
    text = "Họp thống nhất phương án sửa chữa Nhà văn hóa thôn"
    assert [text[start : start + length] for start, length in places(text, query)] == found


def test_places_of_a_code() -> None:
    text = "Căn cứ Quyết định số 125/QĐ-UBND ngày"
    (start, length), *rest = places(text, "125/qd-ubnd")
    assert text[start : start + length] == "125/QĐ-UBND"
    assert not rest


def test_words_of_days() -> None:
    assert date_word("2024-04-11T09:00:00") == "11/04/2024"
    assert date_word("hôm qua") == "hôm qua"
