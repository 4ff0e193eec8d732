"""Parts of an archive that were lost or damaged on the disk: told, never papered over, and the index made anew."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests.cli.conftest import Kept, kept, places
from tests.cli.program import here
from tests.desk.papers import VIETNAMESE

__all__ = ["kept", "places"]


@pytest.fixture
def archive(kept: Kept, tmp_path: Path) -> Path:
    return Path(shutil.copytree(kept.folder, tmp_path / "kho"))


def hurt(file: Path, at: int) -> None:
    with file.open("r+b") as opened:
        opened.seek(at)
        opened.write(os.urandom(64))


@pytest.mark.parametrize("how", ["gone", "empty"])
def test_an_archive_without_its_catalog_is_not_an_empty_archive(archive: Path, how: str) -> None:
    database = archive / "archive.db"
    database.unlink()
    if how == "empty":
        database.touch()
    assert "archive.db" in here("list", archive=archive).told(3)
    assert database.exists() == (how == "empty")


def test_files_without_their_key_are_no_place_for_a_new_archive(archive: Path) -> None:
    (archive / "keys.json").unlink()
    words = here("list", archive=archive).told(3)
    assert "keys.json" in words
    assert "init" not in words


def test_every_damaged_page_of_the_catalog_is_told_or_found_by_fixity(archive: Path) -> None:
    whole = (archive / "archive.db").read_bytes()
    assert here("--json", "fixity", archive=archive).rows[0]["catalogDamaged"] is False
    for at in range(4096 + 1000, len(whole), 31 * 4096):
        (archive / "archive.db").write_bytes(whole)
        hurt(archive / "archive.db", at)
        for command in (("list",), ("show", "1"), ("search", "quyet")):
            done = here("--json", *command, archive=archive)
            assert done.code in (0, 3)
            done.told(done.code)
        done = here("--json", "fixity", archive=archive)
        assert done.code in (1, 3), at
        done.told(done.code)
        assert done.code == 3 or done.rows[0]["catalogDamaged"]


def test_a_search_index_damaged_anywhere_is_made_anew_without_a_word(archive: Path) -> None:
    expected = here("--json", "search", "quyet dinh", archive=archive).rows
    assert expected
    whole = (archive / "search.db").read_bytes()
    for at in range(100, len(whole), 9 * 4096):
        (archive / "search.db").write_bytes(whole)
        hurt(archive / "search.db", at)
        assert here("--json", "search", "quyet dinh", archive=archive).rows == expected, at


def test_a_change_over_a_damaged_index_stands(archive: Path) -> None:
    for at in range(4096 + 100, (archive / "search.db").stat().st_size, 4096):
        hurt(archive / "search.db", at)
    here("dossier", "H.01", "Hồ sơ thử", archive=archive).told(0)
    here("file", "H.01", "1", archive=archive).told(0)
    rows = here("--json", "search", "ho so thu", archive=archive).rows
    assert [row["id"] for row in rows] == [1]


def test_the_locked_archive_is_not_called_a_zip(archive: Path) -> None:
    words = here("list", archive=archive, password=None).told(3)
    assert VIETNAMESE.search(words)
    assert "Tệp nén" not in words


def test_no_path_is_no_folder(archive: Path) -> None:
    assert here("import", "", archive=archive).code == 2


def test_names_cannot_write_on_the_terminal(archive: Path, tmp_path: Path) -> None:
    from tests.desk.papers import tiny

    made = tiny(tmp_path / "a.png", 7)
    nasty = tmp_path / "b\n\x1b[31m.png"
    shutil.copy(made, nasty)
    here("import", "--no-ocr", made, archive=archive).told(0)
    words = here("import", "--no-ocr", nasty, archive=archive).told(0)
    assert "\x1b" not in words
    assert len(words.splitlines()) == 1
