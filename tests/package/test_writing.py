"""Whole or not at all: bad input, changed files, full disks, stops."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.errors import AppError, Cancelled
from app.jobs import Job
from app.package.check import check_package
from app.package.names import distinct, href, path_of, safe_name
from app.package.plan import input_faults
from app.package.write import write_package
from tests.package import samples


def refused(tmp: Path, package: Any, **options: Any) -> AppError:
    out = tmp / "out"
    with pytest.raises(AppError) as caught:
        write_package(Job(), package, out, **options)
    assert not out.exists() or list(out.iterdir()) == []
    return caught.value


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"subject": "x" * 501}, "501"),
        ({"issuedDate": "2001-03-05"}, "2001-03-05"),
        ({"typeName": "Quyết định"}, "Quyết định"),
        ({"docCode": ""}, "Mã lưu trữ tài liệu"),
        ({"docCode": f"{samples.CODE.replace('2001', '2003')}.0000001"}, "2003"),
        ({"docCode": f"{samples.CODE}.1"}, ".160.1"),
    ],
)
def test_fields_that_the_archive_would_refuse(tmp_path: Path, changes: dict[str, str], word: str) -> None:
    package = samples.package(tmp_path, documents=[samples.document(tmp_path, 1, fields=changes)])
    error = refused(tmp_path, package)
    assert error.code == "package.fields"
    assert word in error.message
    assert [fault.document for fault in input_faults(package)] == list(package.documents)


def test_a_long_list_of_faults_is_cut(tmp_path: Path) -> None:
    documents = [samples.document(tmp_path, n, fields={"subject": ""}) for n in range(1, 31)]
    error = refused(tmp_path, samples.package(tmp_path, documents=documents))
    assert "25" in error.message
    assert len(error.message.splitlines()) == 7


def test_a_digitised_dossier_needs_its_paper_code(tmp_path: Path) -> None:
    error = refused(tmp_path, samples.package(tmp_path, dossier={"paperFileCode": ""}))
    assert error.code == "package.fields"


def test_no_documents(tmp_path: Path) -> None:
    assert refused(tmp_path, replace(samples.package(tmp_path), documents=[])).code == "package.empty"


def test_a_document_twice(tmp_path: Path) -> None:
    one = samples.document(tmp_path, 1)
    assert refused(tmp_path, samples.package(tmp_path, documents=[one, one])).code == "package.duplicate"


def test_unknown_kind_and_dialect(tmp_path: Path) -> None:
    assert refused(tmp_path, samples.package(tmp_path, "tar")).code == "package.kind"
    assert refused(tmp_path, samples.package(tmp_path), dialect="../x").code == "package.dialect"


@pytest.mark.parametrize("as_zip", [True, False])
@pytest.mark.parametrize("spoil", [lambda b: b[:-1], lambda b: b + b"x", lambda b: b[:20] + b"X" + b[21:], lambda _: b""])
def test_a_file_that_is_not_what_the_catalog_says(tmp_path: Path, spoil: Any, as_zip: bool) -> None:
    package = samples.package(tmp_path)
    path = tmp_path / "source-2.pdf"
    path.write_bytes(spoil(path.read_bytes()))
    error = refused(tmp_path, package, as_zip=as_zip)
    assert error.code == "package.fixity"
    assert package.documents[1].name in error.message


def test_a_file_that_is_gone(tmp_path: Path) -> None:
    package = samples.package(tmp_path)
    (tmp_path / "source-1.pdf").unlink()
    assert refused(tmp_path, package).code == "package.payload"


def test_files_may_come_from_an_opener(tmp_path: Path) -> None:
    opened: list[int] = []

    def opener() -> io.BytesIO:
        opened.append(1)
        return io.BytesIO(samples.pdf(1))

    document = replace(samples.document(tmp_path, 1), source=opener)
    made = write_package(Job(), samples.package(tmp_path, documents=[document]), tmp_path / "out")
    assert check_package(made.path).valid
    assert opened == [1]


class StopAfter:
    """A listener that stops the job in the middle."""

    def changed(self, job: Job) -> None:
        if job.done >= 14:
            job.stop()

    def ask(self, job: Job, question: object) -> None:
        return None


@pytest.mark.parametrize("as_zip", [True, False])
def test_stopping_in_the_middle_leaves_nothing(tmp_path: Path, as_zip: bool) -> None:
    job = Job("export", StopAfter())
    with pytest.raises(Cancelled):
        write_package(job, samples.package(tmp_path, count=10), tmp_path / "out", as_zip=as_zip)
    assert list((tmp_path / "out").iterdir()) == []
    again = write_package(Job(), samples.package(tmp_path, count=10), tmp_path / "out", as_zip=as_zip)
    assert check_package(again.path).valid


@pytest.mark.parametrize("as_zip", [True, False])
def test_what_a_crash_left_is_cleared_away(tmp_path: Path, as_zip: bool) -> None:
    """A killed process leaves its `.part`; the next run of the same package starts clean."""
    package = samples.package(tmp_path)
    first = write_package(Job(), package, tmp_path / "out", as_zip=as_zip)
    part = first.path.with_name(f"{first.path.name}.part")
    first.path.rename(part)
    again = write_package(Job(), package, tmp_path / "out", as_zip=as_zip)
    assert list((tmp_path / "out").iterdir()) == [again.path]
    assert check_package(again.path).findings == []


def test_an_older_package_is_never_overwritten(tmp_path: Path) -> None:
    package = samples.package(tmp_path)
    first = write_package(Job(), package, tmp_path / "out")
    content = first.path.read_bytes()
    with pytest.raises(AppError) as caught:
        write_package(Job(), package, tmp_path / "out")
    assert caught.value.code == "package.exists"
    assert first.path.read_bytes() == content


FULL = """
import resource, signal, sys
from pathlib import Path
from app.errors import AppError
from app.jobs import Job
from app.package.write import write_package
from tests.package import samples
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
tmp = Path(sys.argv[1])
package = samples.package(tmp, documents=[samples.document(tmp, 1, samples.pdf(1, 400_000))])
resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))
try:
    write_package(Job(), package, tmp / "out", as_zip=sys.argv[2] == "zip")
except AppError as error:
    print(error.code, sorted(p.name for p in (tmp / "out").iterdir()))
"""


@pytest.mark.parametrize("form", ["zip", "folder"])
def test_a_disk_that_fills_up(tmp_path: Path, form: str) -> None:
    run = subprocess.run(
        [sys.executable, "-c", FULL, str(tmp_path), form], capture_output=True, text=True, cwd=Path(__file__).parents[2]
    )
    assert (run.stdout.strip(), run.stderr) == ("package.space []", "")


def test_too_little_room_is_told_before_the_first_byte(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import shutil

    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(10, 9, 1))  # type: ignore[attr-defined]
    package = samples.package(tmp_path)
    for document in package.documents:
        assert isinstance(document.source, Path)
        document.source.unlink()  # would be `package.payload` if anybody looked
    assert refused(tmp_path, package).code == "package.space"


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(AppError) as caught:
        write_package(Job(), samples.package(tmp_path), tmp_path / "file" / "out")
    assert caught.value.code == "package.write"


# --- names ---


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("Tờ trình số 3.pdf", "Tờ trình số 3.pdf"),
        ("CON", "_CON"),
        ("nul.pdf", "_nul.pdf"),
        ("a/b\\c:d*e?.pdf", "a_b_c_d_e_.pdf"),
        ("..", "_"),
        ("", "_"),
        ("x. ", "x"),
        ("a\u202efdp.exe", "a_fdp.exe"),
        ("Tờ".encode().decode() + ".pdf", "Tờ.pdf"),
    ],
)
def test_safe_names(name: str, safe: str) -> None:
    assert safe_name(name) == safe


def test_long_names_keep_their_extension() -> None:
    short = safe_name("Ề" * 300 + ".pdf")
    assert short.endswith("Ề.pdf")
    assert len(short.encode()) <= 120


def test_names_that_would_collide_get_numbers() -> None:
    assert distinct(["a.pdf", "A.pdf", "a_2.pdf", "b", "B"]) == ["a.pdf", "A_2.pdf", "a_2_2.pdf", "b", "B_2"]


@pytest.mark.parametrize("path", ["data/Tờ trình + 50% #3.pdf", "a b/c'd\"e.pdf", "x/é.pdf"])
def test_addresses_read_back(path: str) -> None:
    assert href(path).isascii()
    assert path_of(href(path)) == path


def test_odd_names_make_valid_packages(tmp_path: Path) -> None:
    names = ["CON.pdf", "Tờ trình + “báo cáo” #3%.pdf", "con.PDF", "a" * 300 + ".pdf", "..", "x:y.pdf"]
    documents = [samples.document(tmp_path, n, name=name, fields={"docId": f"d{n}"}) for n, name in enumerate(names, 1)]
    made = write_package(Job(), samples.package(tmp_path, documents=documents), tmp_path / "out", dialect="letter")
    assert check_package(made.path).findings == []


def test_control_signs_in_fields_do_not_break_the_package(tmp_path: Path) -> None:
    document = samples.document(tmp_path, 1, fields={"subject": "a\x00b\x1bc\ufffe " + "ê\u0323"})
    made = write_package(Job(), samples.package(tmp_path, documents=[document]), tmp_path / "out")
    assert check_package(made.path).findings == []


def test_no_fonds_code(tmp_path: Path) -> None:
    made = write_package(Job(), samples.package(tmp_path, "aip-hoso", fonds_code=""), tmp_path / "out")
    assert made.objid == f"urn:uuid:{samples.UUID.upper()}"
    assert check_package(made.path).valid


def test_files_are_on_disk_before_the_name_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    order: list[str] = []
    fsync, replace_ = os.fsync, Path.replace

    def seen_fsync(handle: int) -> None:
        order.append("fsync")
        fsync(handle)

    def seen_replace(self: Path, target: Path) -> Path:
        order.append("replace")
        return replace_(self, target)

    monkeypatch.setattr(os, "fsync", seen_fsync)
    monkeypatch.setattr(Path, "replace", seen_replace)
    write_package(Job(), samples.package(tmp_path), tmp_path / "out")
    assert order == ["fsync", "replace", "fsync"]
