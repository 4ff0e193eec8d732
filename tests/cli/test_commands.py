"""Every command as scripts call it: exit codes, JSON lines, sentences, and never a traceback."""

from __future__ import annotations

import json
import os
import random
import re
import signal
import subprocess
from pathlib import Path

import pytest

from app.errors import AppError
from tests.cli.conftest import Kept
from tests.cli.program import SAMPLES, command, environment, here, vankho
from tests.desk.papers import VIETNAMESE

COMMANDS = (
    *("demo", "init", "list", "show", "search", "import", "resume", "scan", "devices", "describe"),
    *("import-package", "formats", "sign", "verify", "renew", "evidence", "export", "check", "enrol", "sync"),
    *("fixity", "audit", "dossier", "file", "learning"),
)


def test_init_gives_the_recovery_code_once(tmp_path: Path) -> None:
    done = here("--json", "init", tmp_path / "kho")
    done.told(0)
    (row,) = done.rows
    assert re.fullmatch(r"([2-9A-HJ-NP-Z]{4}-){7}[2-9A-HJ-NP-Z]{4}", row["recovery"])
    assert VIETNAMESE.search(here("init", tmp_path / "kho").told(3))  # there is one already
    assert "VANKHO_PASSWORD" in here("init", tmp_path / "khác", password=None).told(3)
    assert VIETNAMESE.search(here("init", tmp_path / "khác", password="ngắn").told(3))
    (tmp_path / "tệp").write_text("x")
    assert VIETNAMESE.search(here("init", tmp_path / "tệp").told(3))


def test_import_tells_what_it_made(kept: Kept) -> None:
    first, second = kept.imported
    assert (first["code"], first["issuedDate"], first["pages"]) == ("103/QĐ-UBND", "10/10/2024", 1)
    assert [row["id"] for row in kept.imported] == [1, 2]
    assert second["pages"] == 1


def test_list_show_and_search_print_one_object_a_line(kept: Kept) -> None:
    listed = vankho("--json", "list", archive=kept.folder)
    listed.told(0)
    assert {row["id"] for row in listed.rows} == {1, 2}
    by_id, by_uuid = (here("show", key, "--json", archive=kept.folder) for key in ("1", listed.rows[0]["uuid"]))
    by_id.told(0)
    assert by_id.rows[0]["fields"]["typeName"] == "Quyết định"
    assert {file["kind"] for file in by_id.rows[0]["files"]} == {"original", "access"}
    assert by_uuid.rows[0]["uuid"] == listed.rows[0]["uuid"]
    plain, exact = (here("--json", "search", query, archive=kept.folder) for query in ("quyet dinh", "quyết định"))
    assert {row["id"] for row in plain.rows} == {row["id"] for row in exact.rows} == {1, 2}
    assert set(plain.rows[0]) == {"id", "code", "issuedDate", "subject", "dossier", "page", "snippet"}
    assert here("--json", "search", "khôngcótừnày", archive=kept.folder).rows == []
    words = here("list", archive=kept.folder)
    assert "103/QĐ-UBND" in words.out


@pytest.mark.parametrize("what", [("list", "--dossier", "không có"), ("show", "77"), ("show", "²"), ("show", "9" * 30)])
def test_what_is_not_there_is_told(kept: Kept, what: tuple[str, ...]) -> None:
    done = here(*what, archive=kept.folder)
    assert VIETNAMESE.search(done.told(3))
    assert done.out == ""


def test_describe_needs_no_archive_and_gives_places_on_the_page(tmp_path: Path) -> None:
    (tmp_path / "hỏng.pdf").write_bytes(b"%PDF-1.7 rubbish")
    good = SAMPLES / "11-quyet-dinh.pdf"
    done = vankho("--json", "describe", tmp_path / "hỏng.pdf", good, tmp_path / "mất.pdf", password=None)
    words = done.told(1)
    broken, row, gone = done.rows
    assert (broken["error"]["code"], gone["error"]["code"]) == ("file.broken", "file.gone")
    truth = json.loads((SAMPLES / "11-quyet-dinh.json").read_text("utf-8"))["fields"]
    assert (row["file"], row["pages"]) == (str(good), 1)
    for name in ("codeNumber", "codeNotation", "issuedDate", "typeName"):
        found = row["fields"][name]
        assert found["value"] == truth[name]
        x0, y0, x1, y1 = found["box"]
        assert 0 <= x0 < x1 <= 1
        assert 0 <= y0 < y1 <= 1
        assert 0 < found["confidence"] <= 1
        assert found["page"] == 1
        assert VIETNAMESE.search(found["why"])
    assert "hỏng.pdf" in words
    assert "mất.pdf" in words


def test_import_with_a_bad_file_ends_with_one(kept: Kept, tmp_path: Path) -> None:
    archive = tmp_path / "kho"
    here("init", archive).told(0)
    (tmp_path / "rỗng.pdf").touch()
    done = vankho("--json", "import", "--no-ocr", tmp_path / "rỗng.pdf", SAMPLES / "04-quyet-dinh.png", archive=archive)
    assert "rỗng.pdf" in done.told(1)
    assert [row["state"] for row in done.rows] == ["failed", "done"]
    again = here("import", SAMPLES / "04-quyet-dinh.png", archive=archive)
    assert "04-quyet-dinh.png" in again.told(0)
    assert again.out == ""
    assert here("resume", archive=archive).told(0) == ""
    assert here("import", tmp_path / "không có", archive=archive).told(1)


def test_proofs(kept: Kept, tmp_path: Path) -> None:
    for what in (("fixity",), ("audit", "verify")):
        done = here("--json", *what, archive=kept.folder)
        done.told(0)
        assert len(done.rows) == 1
    import shutil

    broken = shutil.copytree(kept.folder, tmp_path / "kho")
    objects = [path for path in (broken / "objects").rglob("*") if path.is_file()]
    data = bytearray(objects[0].read_bytes())
    data[-1] ^= 1
    objects[0].write_bytes(data)
    objects[1].unlink()
    done = here("--json", "fixity", archive=broken)
    done.told(1)
    assert (done.rows[0]["damaged"], done.rows[0]["missing"]) == ([objects[0].name], [objects[1].name])


def test_export_and_check(kept: Kept, tmp_path: Path) -> None:
    missing = here("export", "--kind", "sip-hoso", "--dossier", "x", "-o", tmp_path, archive=kept.folder)
    assert VIETNAMESE.search(missing.told(3))
    (tmp_path / "rác.zip").write_bytes(b"PK rubbish")
    done = here("--json", "check", tmp_path / "rác.zip", tmp_path / "mất")
    done.told(1)
    assert [row["valid"] for row in done.rows] == [False, False]
    assert all(row["findings"] for row in done.rows)


def test_a_dossier_goes_out_as_a_valid_package(tmp_path: Path) -> None:
    from app.desk import describing, filing, intake
    from app.jobs import Job
    from app.services import Services
    from tests.conftest import PASSWORD

    services = Services(tmp_path / "kho")
    services.create(PASSWORD)
    assert services.workspace is not None
    try:
        taken = intake.import_files(Job(), services.workspace, services.sandboxes, [SAMPLES / "11-quyet-dinh.pdf"])
        dossier = filing.add_dossier(services.workspace, "H00.99.01.2024.01", "Hồ sơ", paper_file_code="K1", maintenance="01")
        filing.file_documents(services.workspace, taken.documents, dossier)
        describing.confirm(services.workspace, taken.documents)
        filing.add_dossier(services.workspace, "../../lạc", "Hồ sơ trống")
    finally:
        services.close()
    out = ("-o", tmp_path / "ra")
    package = vankho("--json", "export", "--kind", "sip-hoso", "--dossier", "H00.99.01.2024.01", *out, archive=tmp_path / "kho")
    package.told(0)
    (row,) = package.rows
    assert (row["valid"], row["documents"]) == (True, 1)
    assert here("check", row["path"]).code == 0
    listing = here("export", "--kind", "contents-list", "--dossier", "../../lạc", *out, archive=tmp_path / "kho")
    listing.told(0)
    assert Path(listing.out.strip()).resolve().parent == (tmp_path / "ra").resolve()
    assert "chưa có" in here("export", "--kind", "aip-hoso", "--dossier", "../../lạc", *out, archive=tmp_path / "kho").told(3)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_and_refuses_what_it_does_not_know(name: str) -> None:
    from contextlib import redirect_stderr, redirect_stdout
    from io import StringIO

    from app.cli.main import command_line

    out, err = StringIO(), StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        assert command_line([name, "--help"]) == 0
        assert command_line([name, "--không-có"]) == 2
    assert f"vankho {name}" in out.getvalue()
    assert "Traceback" not in err.getvalue()


@pytest.mark.parametrize(
    "arguments",
    [
        ["không-có"],
        ["--json"],
        ["list", "--limit", "0"],
        ["list", "--limit", "-3"],
        ["list", "--limit", "nhiều"],
        ["list", "--limit", "9" * 40],
        ["search"],
        ["scan", "--dpi", "-1"],
        ["scan", "--colour", "đỏ"],
        ["export", "--kind", "x", "--dossier", "1", "-o", "."],
        ["sign"],
        ["audit", "forge"],
        ["sync", "--patience", "lâu"],
    ],
)
def test_a_wrong_call_ends_with_two(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    from app.cli.main import command_line

    assert command_line(arguments) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert "cách dùng" in said.err


def test_arguments_at_random_never_end_in_a_traceback(tmp_path: Path) -> None:
    """In this process, against an archive that isn't there: whatever is typed has one of the four codes and no bug."""
    chance = random.Random(5)
    words = [
        *COMMANDS,
        "--json",
        "--archive",
        "--limit",
        "1",
        "-1",
        "",
        " ",
        "\x00",
        "đ",
        "../..",
        "--",
        "-o",
        "--kind",
        "²",
        "%s",
        "{0}",
    ]
    words = [word for word in words if word not in ("demo", "init", "scan", "devices", "sign")]
    for _round in range(60):
        typed = [chance.choice(words) for _number in range(chance.randint(1, 5))]
        done = here(*typed, archive=tmp_path / "không có")
        assert done.code in (0, 1, 2, 3), typed
        done.told(done.code)


def test_locked_wrong_and_foreign_archives(kept: Kept, tmp_path: Path) -> None:
    assert "VANKHO_PASSWORD" in here("list", archive=kept.folder, password=None).told(3)
    assert VIETNAMESE.search(here("list", archive=kept.folder, password="sai mật khẩu").told(3))
    assert str(tmp_path / "đâu") in here("list", archive=tmp_path / "đâu").told(3)
    assert VIETNAMESE.search(here("list", archive=Path("/" + "x" * 300)).told(3))
    (tmp_path / "kho").mkdir()
    (tmp_path / "kho" / "keys.json").write_text("{")
    assert VIETNAMESE.search(here("list", archive=tmp_path / "kho").told(3))


def test_another_variable_for_the_password_and_the_language(kept: Kept) -> None:
    done = here(
        "--password-env", "MẬT", "--language", "en", "search", "quyet", archive=kept.folder, password=None, MẬT="mật khẩu thử"
    )
    assert "2 documents" in done.told(0)


def test_who_stops_reading_stops_the_program_quietly(kept: Kept) -> None:
    """`vankho list | head -0`"""
    read, write = os.pipe()
    os.close(read)
    process = subprocess.Popen(
        command("--json", "list", archive=kept.folder),
        env=environment(),
        stdout=write,
        stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
    )
    os.close(write)
    _out, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (3, b"")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_stops_with_a_sentence_and_resume_goes_on(tmp_path: Path, number: signal.Signals) -> None:
    from tests.made_files import pages_pdf

    archive = tmp_path / "kho"
    here("init", archive).told(0)
    pages_pdf(tmp_path / "dài.pdf", 150)
    process = subprocess.Popen(
        command("import", "--no-ocr", tmp_path / "dài.pdf", archive=archive),
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
    )
    while process.poll() is None and sum(path.is_file() for path in (archive / "objects").rglob("*")) < 20:
        pass  # until it is in the middle of its work
    os.killpg(process.pid, number)  # as a terminal does: everybody hears it
    _out, err = process.communicate(timeout=60)
    assert process.returncode == 3
    assert "Traceback" not in err.decode()
    assert VIETNAMESE.search(err.decode())
    done = here("--json", "resume", archive=archive)
    done.told(0)
    assert [row["pages"] for row in done.rows] == [150]
    assert here("fixity", archive=archive).code == 0


def test_a_full_disk_names_the_command_that_goes_on(tmp_path: Path) -> None:
    """No file may grow past 600 kB: what a full disk does."""
    from PIL import Image

    archive = tmp_path / "kho của tôi"
    here("init", archive).told(0)
    Image.frombytes("RGB", (500, 500), os.urandom(750_000)).save(tmp_path / "lớn.png", dpi=(200, 200))
    full = subprocess.run(
        ["sh", "-c", 'ulimit -f 1200; exec "$@"', "sh", *command("import", "--no-ocr", tmp_path / "lớn.png", archive=archive)],
        env=environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=120,
        check=False,
    )
    told = full.stderr.decode()
    assert full.returncode == 3, told
    assert "bấm" not in told, "there is nothing to press"
    assert f"vankho --archive '{archive}' resume" in told
    done = here("--json", "resume", archive=archive)
    done.told(0)
    assert [row["state"] for row in done.rows] == ["done"]


def test_other_commands_are_given_again_where_the_disk_was_full() -> None:
    from argparse import Namespace

    from app.cli.going_on import how, told

    assert how(Namespace(command="export", archive=None)).endswith("chính lệnh này.")
    assert "--resume" in how(Namespace(command="sign", archive=None))
    assert how(Namespace(command="import", archive=None, left=2)).endswith("vankho resume")
    assert "lệnh" not in told(AppError("file.gone", "Không thấy tệp.", ""), Namespace(command="import", archive=None))


def test_scan_and_devices_from_the_command_line(tmp_path: Path) -> None:
    from tests.desk.scanner import SaneTest

    (tmp_path / "sane").mkdir()
    (tmp_path / "sane" / "dll.conf").write_text("test\n")
    sane = SaneTest(tmp_path / "sane")
    sane.set()
    where = {"SANE_CONFIG_DIR": str(sane.folder)}
    devices = vankho("--json", "devices", **where)
    devices.told(0)
    assert [row["name"] for row in devices.rows] == ["test:0"]
    here("init", tmp_path / "kho").told(0)
    done = here(
        "--json",
        "scan",
        "--dpi",
        "30",
        "--source",
        "flatbed",
        "--colour",
        "grey",
        "--no-ocr",
        archive=tmp_path / "kho",
        **where,
    )
    done.told(0)
    assert [(row["id"], row["pages"]) for row in done.rows] == [(1, 1)]
    duplex = here("scan", "--device", "test:0", "--duplex", archive=tmp_path / "kho", **where)
    assert VIETNAMESE.search(duplex.told(3))
    sane.set(status="JAMMED")
    assert "kẹt" in here("scan", "--device", "test:0", archive=tmp_path / "kho", **where).told(3)
    assert len(here("--json", "list", archive=tmp_path / "kho").rows) == 1


def test_a_dossier_made_filled_and_listed_without_the_window(tmp_path: Path) -> None:
    archive = tmp_path / "kho"
    here("init", archive).told(0)
    made = here("--json", "dossier", "H1.2024.01", "Hồ sơ thử", "--paper-code", "K1", archive=archive)
    made.told(0)
    assert made.rows[0]["code"] == "H1.2024.01"
    assert VIETNAMESE.search(here("dossier", "H1.2024.01", "Lần nữa", archive=archive).told(3))  # the code is taken
    here("import", SAMPLES / "11-quyet-dinh.pdf", "--no-ocr", archive=archive).told(0)
    filed = here("--json", "file", "H1.2024.01", "1", archive=archive)
    filed.told(0)
    assert filed.rows == [{"dossier": "H1.2024.01", "documents": [1]}]
    listed = here("--json", "list", "--dossier", "H1.2024.01", archive=archive)
    assert [row["id"] for row in listed.rows] == [1]
    assert VIETNAMESE.search(here("file", "H1.2024.01", "99", archive=archive).told(3))
    assert VIETNAMESE.search(here("file", "không có", "1", archive=archive).told(3))
