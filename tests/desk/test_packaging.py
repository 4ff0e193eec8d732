"""Exports of every kind from the catalog: whole, resumable, with the papers of the hand-over."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import zipfile
from pathlib import Path

import docx
import openpyxl
import pytest

from app.desk import packaging
from app.desk.packing import Reader, Wishes
from app.errors import AppError
from app.jobs import Job
from app.package import plans
from app.workspace import Workspace
from storage.records import Package
from tests.desk import packed

TT05 = ("sip-hoso", "aip-hoso", "sip-tailieu", "aip-tailieu", "dip")


def exported(workspace: Workspace, out: Path, kind: str, *dossiers: int, **wishes: object) -> packaging.ExportResult:
    result = packaging.export(Job(), workspace, dossiers, out, Wishes(kind=kind, **wishes))  # type: ignore[arg-type]
    assert result.problems == []
    return result


@pytest.mark.parametrize("dialect", ["accepted", "letter"])
@pytest.mark.parametrize("kind", TT05)
def test_every_kind_of_the_circular_is_clean(workspace: Workspace, tmp_path: Path, kind: str, dialect: str) -> None:
    made = exported(workspace, tmp_path, kind, packed.dossier(workspace), dialect=dialect)
    (one,) = made.packages
    assert (one.report.kind, one.report.findings) == (kind, [])


def test_every_kind_is_written(workspace: Workspace, tmp_path: Path) -> None:
    dossier = packed.dossier(workspace, 2)
    for kind in plans.kinds():
        one = exported(workspace, tmp_path / kind, kind, dossier, papers=False).packages[0]
        with zipfile.ZipFile(one.path) as file:
            assert file.testzip() is None
            held = [file.read(name) for name in file.namelist()]
        assert packed.pdf(1) in held
        assert packed.pdf(2) in held


def test_a_reader_gets_an_authentication_document(workspace: Workspace, tmp_path: Path) -> None:
    reader = Reader(request_id="YC-7", name="Nguyễn Thị Hậu", citizen_number="034085001234", purpose="01", copies=2)
    made = exported(workspace, tmp_path, "dip", packed.dossier(workspace), reader=reader)
    assert made.papers == []
    with zipfile.ZipFile(made.packages[0].path) as file:
        (name,) = [n for n in file.namelist() if "/documentation/" in n]
        paper = file.read(name)
    (tmp_path / "paper.pdf").write_bytes(paper)
    text = subprocess.run(["pdftotext", str(tmp_path / "paper.pdf"), "-"], capture_output=True, text=True, check=True).stdout
    assert "Nguyễn Thị Hậu" in text
    assert "VĂN BẢN XÁC THỰC LƯU TRỮ" in text
    assert "Về việc phê duyệt dự án" in text


def test_papers_of_the_hand_over(workspace: Workspace, tmp_path: Path) -> None:
    workspace.settings.set("office.agency", "Ủy ban nhân dân xã Quỳnh Phụ")
    dossiers = [packed.dossier(workspace, 2), packed.dossier(workspace, 1, code="H49.64.33.2001.161", first=10)]
    made = exported(workspace, tmp_path, "sip-hoso", *dossiers)
    listed, minutes = (docx.Document(str(path)) for path in made.papers)
    rows = [[cell.text for cell in row.cells] for row in listed.tables[1].rows]
    assert [row[1] for row in rows[2:]] == [packed.CODE, "H49.64.33.2001.161"]
    assert rows[2][3:6] == ["05/03/2001 - 31/12/2001", "Vĩnh viễn", "4/4"]
    assert any("Viết bằng chữ: Hai hồ sơ" in p.text for p in listed.paragraphs)
    told = [[cell.text for cell in row.cells] for row in minutes.tables[1].rows][2:]
    assert {row[2] for row in told} == {each.path.name for each in made.packages}
    assert {row[3] for row in told} == {each.digest for each in made.packages}


def test_the_same_export_again_repeats_nothing(workspace: Workspace, tmp_path: Path) -> None:
    dossier = packed.dossier(workspace)
    first = exported(workspace, tmp_path, "sip-hoso", dossier, papers=False).packages[0]
    before = first.path.stat().st_mtime_ns
    again = exported(workspace, tmp_path, "sip-hoso", dossier, papers=False).packages[0]
    assert (again.path, again.already, again.path.stat().st_mtime_ns) == (first.path, True, before)
    first.path.unlink()
    third = exported(workspace, tmp_path, "sip-hoso", dossier, papers=False).packages[0]
    assert not third.already
    assert third.path.name != first.path.name  # a package that was taken away is not written twice under one identity


def test_parts_of_a_large_dossier(workspace: Workspace, tmp_path: Path) -> None:
    dossier = packed.dossier(workspace, 6, size=300_000)
    made = exported(workspace, tmp_path, "aip-hoso", dossier, segment_size=1_200_000).packages
    assert [each.documents for each in made] == [2, 2, 2]
    assert [each.report.findings for each in made] == [[], [], []]
    assert all(each.size <= 1_200_000 for each in made)
    with workspace.catalog.read() as session:
        assert [row.record_status for row in session.query(Package).order_by(Package.id)] == ["NEW", "SUPPLEMENT", "SUPPLEMENT"]


def test_a_supplement_holds_only_what_is_new(workspace: Workspace, tmp_path: Path) -> None:
    dossier = packed.dossier(workspace, 2)
    exported(workspace, tmp_path, "sip-hoso", dossier, papers=False)
    with pytest.raises(AppError) as caught:
        packaging.package_input(workspace, dossier, Wishes(kind="sip-hoso", record_status="SUPPLEMENT"), packaging.clock.now())
    assert caught.value.code == "package.nothing_new"
    digest, size = workspace.objects.put_bytes(packed.pdf(3))
    with workspace.catalog.write("document.import") as transaction:
        row = packed._document(dossier, 3)
        transaction.session.add(row)
        transaction.session.flush()
        transaction.session.add(packed.rendition(row.id, "original", digest, size, "thêm.pdf"))
    one = exported(workspace, tmp_path, "sip-hoso", dossier, record_status="SUPPLEMENT", papers=False).packages[0]
    assert (one.documents, one.report.findings) == (1, [])
    assert 'RECORDSTATUS="SUPPLEMENT"' in zipfile.ZipFile(one.path).read(f"{one.report.objid}/METS.xml").decode()


@pytest.mark.parametrize("kind", ["sip-hoso", "aip-hoso"])
def test_a_document_submitted_before_goes_in_as_a_pointer(workspace: Workspace, tmp_path: Path, kind: str) -> None:
    first = packed.dossier(workspace, 2)
    earlier = exported(workspace, tmp_path, kind, first, papers=False).packages[0]
    second = packed.dossier(
        workspace, 2, code="H49.64.33.2001.161", first=2
    )  # its first document has the bytes of the other's second
    one = exported(workspace, tmp_path, kind, second, link_submitted=True, papers=False).packages[0]
    assert one.report.findings == []
    with zipfile.ZipFile(one.path) as file:
        (pointer,) = [name for name in file.namelist() if name.endswith(".fetch.txt")]
        told = file.read(pointer).decode()
    if kind == "aip-hoso":
        holding, size, here, identifier = told.split()
        assert holding.startswith(earlier.report.objid.replace(":", "_"))
        assert (int(size), identifier) == (len(packed.pdf(2)), f"{packed.CODE}.0000002")
        assert here == pointer.partition("/")[2].removesuffix(".fetch.txt")
    else:
        assert told.strip() == f"{packed.CODE}.2"


def test_attachments_and_pictures(workspace: Workspace, tmp_path: Path) -> None:
    dossier = packed.dossier(workspace, 1)
    with workspace.catalog.read() as session:
        first = packaging.documents_of(session, dossier)[0].id
    book = io.BytesIO()
    openpyxl.Workbook().save(book)
    packed.attach(workspace, first, "Bảng dự toán + phụ lục (1).xlsx", book.getvalue())
    packed.picture(
        workspace, dossier, b"\xff\xd8\xff\xe0anh\xff\xd9", {"typePic": "02", "imageTitle": "Lễ khởi công", "colour": "01"}
    )
    packed.picture(workspace, dossier, b"ID3am", {"typeMedia": "01", "movieTitle": "Phát biểu"}, "media")
    for kind in ("sip-hoso", "aip-hoso"):
        one = exported(workspace, tmp_path / kind, kind, dossier, papers=False).packages[0]
        assert one.report.findings == []
        names = [Path(name).name for name in zipfile.ZipFile(one.path).namelist()]
        assert any(name.endswith("_dk01_Bảng dự toán + phụ lục (1).xlsx") for name in names)
        assert any(name.upper().startswith("EAD_PIC_") and name.endswith(".xml") for name in names)
        assert any(name.upper().startswith("EAD_MEDIA_") and name.endswith(".xml") for name in names)


def test_a_dossier_that_cannot_be_packed_keeps_none_back(workspace: Workspace, tmp_path: Path) -> None:
    good = packed.dossier(workspace, 1)
    bad = packed.dossier(workspace, 1, code="H49.64.33.2001.161", first=5)
    empty = packed.dossier(workspace, 0, code="H49.64.33.2001.162")
    with workspace.catalog.write("document.edit") as transaction:
        packaging.documents_of(transaction.session, bad)[0].subject = ""
    result = packaging.export(Job(), workspace, [bad, empty, good], tmp_path, Wishes(kind="sip-hoso"))
    assert [problem.code for problem in result.problems] == ["package.fields", "package.empty"]
    assert [each.report.findings for each in result.packages] == [[]]


def test_too_little_room_for_a_batch_is_told_first(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import shutil

    dossier = packed.dossier(workspace, 1)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(10, 9, 1))  # type: ignore[attr-defined]
    with pytest.raises(AppError) as caught:
        packaging.export(Job(), workspace, [dossier], tmp_path / "out", Wishes(kind="sip-hoso"))
    assert caught.value.code == "package.space"
    assert list((tmp_path / "out").iterdir()) == []


KILLED = """
import sys
from pathlib import Path
from app.desk import packaging
from app.desk.packing import Wishes
from app.jobs import Job
from app.services import Services
services = Services(Path(sys.argv[1]))
workspace = services.open(password="mật khẩu thử")
sys.stdout.write("go\\n"); sys.stdout.flush()
ids = [int(n) for n in sys.argv[3].split(",")]
result = packaging.export(Job(), workspace, ids, Path(sys.argv[2]), Wishes(kind="sip-hoso", papers=False))
assert not result.problems, result.problems
services.close()
"""


def test_killed_at_ten_points(services: object, workspace: Workspace, tmp_path: Path) -> None:
    """500 files in five dossiers: whatever a kill leaves is whole or a `.part`, and the next run ends the work without repeating."""
    dossiers = [packed.dossier(workspace, 100, code=f"H49.64.33.2001.{n}", first=n * 1000, size=6000) for n in range(5)]
    services.close()  # type: ignore[attr-defined]
    out, seen = tmp_path / "out", {}
    for point in range(10):
        process = subprocess.Popen(
            [sys.executable, "-c", KILLED, str(tmp_path / "archive"), str(out), ",".join(map(str, dossiers))],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=Path(__file__).parents[2], env=os.environ,
        )  # fmt: skip
        assert process.stdout is not None
        assert process.stdout.readline() == b"go\n"
        _wait_for_work(out, process, point)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        for path in out.glob("*.zip"):
            stamp = seen.setdefault(path.name, path.stat().st_mtime_ns)
            assert path.stat().st_mtime_ns == stamp, "a whole package was written again"
            with zipfile.ZipFile(path) as file:
                assert file.testzip() is None
    ended = subprocess.run(
        [sys.executable, "-c", KILLED, str(tmp_path / "archive"), str(out), ",".join(map(str, dossiers))],
        capture_output=True, cwd=Path(__file__).parents[2], env=os.environ,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr.decode()
    packages = sorted(out.glob("*.zip"))
    assert len(packages) == 5
    assert all(path.stat().st_mtime_ns == seen.get(path.name, path.stat().st_mtime_ns) for path in packages)
    assert all(packaging.check_path(Job(), path).findings == [] for path in packages)
    assert {path.name for path in out.iterdir()} == {*(p.name for p in packages), "vankho-export.json"}


def _wait_for_work(out: Path, process: subprocess.Popen[bytes], point: int) -> None:
    """Until the export has got a bit further than at the last point: a number of whole packages, or bytes of the next one."""
    want_whole, want_bytes = divmod(point, 2)
    while process.poll() is None:
        whole = len(list(out.glob("*.zip"))) if out.exists() else 0
        parts = [_size(part) for part in out.glob("*.part")] if out.exists() else []
        if whole > want_whole or (whole == want_whole and (max(parts, default=0) > want_bytes * 100_000)):
            return


def _size(part: Path) -> int:
    """0 for one that got its last name a moment ago."""
    try:
        return part.stat().st_size
    except FileNotFoundError:
        return 0
