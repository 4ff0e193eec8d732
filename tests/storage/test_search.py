from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.search import Entry, Search

KEY = bytes(32)


@pytest.fixture
def search(tmp_path: Path) -> Iterator[Search]:
    made = Search(tmp_path / "search.db", KEY)
    with made.update(1) as index:
        index.put(
            [
                Entry(1, "12/QĐ-UBND Quyết định về đất đai, đường Điện Biên Phủ", "2024-01-01", 7),
                Entry(2, "dương liễu, quyet dinh cu", "2024-02-01"),
                Entry(3, "Nguyễn Thị Hòa khiếu nại", "2023-05-05"),
            ]
        )
    yield made
    made.close()


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("quyet dinh", [2, 1]),
        ("quyết định", [1, 2]),
        ("duong", [2, 1]),
        ("đường", [1, 2]),
        ("DIEN BIEN", [1]),
        ("12/QĐ-UBND", [1]),
        ("12/qd-ubnd", [1]),
        ("dat d", [1]),
        ('"bien phu"', [1]),
        ('"phu bien"', []),
        ("khieu nai", [3]),
        ("", []),
        ('"', []),
        ("*", []),
        ("AND OR NOT (", []),
        ("không có", []),
    ],
)
def test_find(search: Search, query: str, ids: list[int]) -> None:
    assert search.find(query).ids == ids
    assert sorted(search.find(query, sort="best").ids) == sorted(ids)


def test_only_in_a_dossier(search: Search) -> None:
    assert search.find("quyet dinh", dossier=7).ids == [1]
    assert search.find("quyet dinh", dossier=7).count == 1


def test_changes_and_removal(search: Search) -> None:
    with search.update(2) as index:
        index.put([Entry(1, "kế hoạch", "2024-01-01")])
        index.remove(2)
    assert search.find("quyet dinh").ids == []
    assert search.find("ke hoach").ids == [1]
    assert search.position == 2


def test_a_damaged_index_is_made_anew(tmp_path: Path) -> None:
    made = Search(tmp_path / "search.db", KEY)
    with made.update(5) as index:
        index.put([Entry(1, "a")])
    made.close()
    (tmp_path / "search.db").write_bytes(b"rubbish" * 1000)
    again = Search(tmp_path / "search.db", KEY)
    assert again.position == -1
    assert again.find("a").ids == []
    again.close()
