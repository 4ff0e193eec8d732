"""One JSON object a file, good or bad; the spreadsheet index, scan profiles and `serve` on the command line."""

from __future__ import annotations

import json
import os
from pathlib import Path

import openpyxl
import pytest

from tests.cli.conftest import Kept
from tests.cli.program import SAMPLES, here, vankho
from tests.desk.papers import VIETNAMESE, tiny


def test_import_tells_of_every_file_how_it_ended(tmp_path: Path) -> None:
    archive = tmp_path / "kho"
    here("init", archive).told(0)
    tiny(tmp_path / "một.png")
    (tmp_path / "hai.png").write_bytes((tmp_path / "một.png").read_bytes())
    (tmp_path / "hỏng.pdf").write_bytes(b"%PDF-1.7 rubbish")
    files = [tmp_path / name for name in ("một.png", "hai.png", "hỏng.pdf", "mất.pdf")]
    done = here("--json", "import", "--no-ocr", *files, archive=archive)
    done.told(1)
    rows = {Path(row["file"]).name: row for row in done.rows}
    assert {name: row["state"] for name, row in rows.items()} == {
        "một.png": "done",
        "hai.png": "doubled",
        "hỏng.pdf": "failed",
        "mất.pdf": "failed",
    }
    assert rows["một.png"]["id"] == rows["hai.png"]["id"] == 1
    assert rows["hỏng.pdf"]["error"]["code"] == "file.broken"
    assert rows["mất.pdf"]["error"]["code"] == "file.gone"
    assert VIETNAMESE.search(rows["mất.pdf"]["error"]["message"])
    assert all(Path(row["file"]).is_absolute() for row in done.rows)


def test_describe_gives_one_object_for_each_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "ống")
    (tmp_path / "rỗng.pdf").touch()
    (tmp_path / "thư mục").mkdir()
    bad = [tmp_path / "ống", tmp_path / "rỗng.pdf", tmp_path / "thư mục", Path("/dev/zero"), tmp_path / "mất.pdf"]
    done = here("--json", "describe", *bad)
    done.told(1)
    assert [(row["file"], row["error"]["code"]) for row in done.rows] == [
        (str(bad[0]), "file.not_a_file"),
        (str(bad[1]), "file.empty"),
        (str(bad[2]), "file.folder"),
        (str(bad[3]), "file.not_a_file"),
        (str(bad[4]), "file.gone"),
    ]
    for row in done.rows:
        assert set(row["error"]) == {"code", "message", "advice"}
        assert VIETNAMESE.search(row["error"]["message"])


def test_import_by_an_index_shows_how_the_columns_were_understood(tmp_path: Path) -> None:
    archive = tmp_path / "kho"
    here("init", archive).told(0)
    tiny(tmp_path / "a.png")
    book = openpyxl.Workbook()
    book.active.append(["Tiêu đề của hồ sơ", "Hồ sơ số", "Người nhập", "Trích yếu", "Đường dẫn file"])
    book.active.append(["Hồ sơ đất đai", "HS.1", "An", "Về việc giao đất", "\\a.png"])
    book.active.append(["Hồ sơ đất đai", "HS.1", "An", "Thiếu", "b.png"])
    book.save(tmp_path / "bảng kê.xlsx")
    done = here("--json", "import", "--no-ocr", "--index", tmp_path / "bảng kê.xlsx", archive=archive)
    words = done.told(1)
    assert "A “Tiêu đề của hồ sơ” = Tiêu đề hồ sơ" in words
    assert "Người nhập" in words
    assert "bảng kê.xlsx, dòng 3" in words
    missing, taken = done.rows
    assert (missing["file"], missing["error"]["code"]) == ("b.png", "index.file_missing")
    assert (taken["subject"], taken["dossier"], taken["state"]) == ("Về việc giao đất", "HS.1", "done")
    assert here("import", archive=archive).told(2)


@pytest.mark.parametrize(
    "said",
    ['{"dpi": "300"}', '{"dpi": 9}', '{"source": "tray"}', '{"paper": 1}', "[]", "{", '{"duplex": 1}'],
)
def test_a_scan_profile_that_can_not_be_used_is_told(kept: Kept, tmp_path: Path, said: str) -> None:
    (tmp_path / "hồ sơ quét.json").write_text(said)
    done = here("scan", "--profile", tmp_path / "hồ sơ quét.json", archive=kept.folder)
    assert VIETNAMESE.search(done.told(3))
    assert "hồ sơ quét.json" in done.err


def test_scan_profiles_are_kept_by_name(kept: Kept) -> None:
    from app.capture.scanner import ScanProfile
    from app.desk import scan_profiles

    assert "bìa cứng" in here("scan", "--profile", "bìa cứng", archive=kept.folder).told(3)
    profile = ScanProfile("test:0", "flatbed", False, 200, "grey")
    scan_profiles.save("bìa cứng", profile)
    assert scan_profiles.names() == ["bìa cứng"]
    assert ScanProfile(**scan_profiles.load("bìa cứng")) == profile
    for name in ("../ra", "", ".x", "a\x00b"):
        assert here("scan", "--profile", name or " ", archive=kept.folder).told(3)


def test_serve_is_listed_and_comes_first() -> None:
    helped = vankho("--help")
    assert "serve" in helped.out
    helped.told(0)
    assert "serve --folder" in vankho("--archive", "x", "serve").told(2)
    own = vankho("serve", "--help")
    own.told(0)
    assert "cách dùng: vankho serve" in own.out
    assert VIETNAMESE.search(vankho("serve", "--không-có").told(2))


def test_the_parser_speaks_the_persons_language() -> None:
    assert "không biết tham số: --gì" in here("list", "--gì").told(2)
    assert "unrecognized arguments" in here("--language", "en", "list", "--gì").told(2)
    assert "còn thiếu: query" in here("search").told(2)
    import argparse

    assert argparse.ArgumentParser(prog="x").format_usage().startswith("usage")


def test_describe_still_reads_the_good_file_among_bad_ones(tmp_path: Path) -> None:
    done = here("--json", "describe", tmp_path / "mất.pdf", SAMPLES / "11-quyet-dinh.pdf")
    done.told(1)
    bad, good = done.rows
    assert (bad["error"]["code"], good["fields"]["codeNumber"]["value"]) == ("file.gone", "103")
    assert json.loads(done.out.splitlines()[1])["pages"] == 1
