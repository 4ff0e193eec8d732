"""The whole verb of taking in: bad input is told and costs nothing else, sources stay as they are."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest

from app.desk import describing, filing, intake
from app.desk.searching import search
from app.errors import AppError, Cancelled
from app.jobs import Job
from app.sandbox import SandboxPool
from app.services import Services
from app.workspace import Workspace
from storage.records import Page
from tests import made_files as made
from tests.conftest import PASSWORD
from tests.desk import papers
from tests.desk.papers import documents, in_vietnamese, names, prove_whole, take

ROOT = Path(__file__).resolve().parents[2]


def encrypted(path: Path) -> Path:
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(path, encryption=pikepdf.Encryption(owner="a", user="b"))
    return path


def no_pages(path: Path) -> Path:
    with pikepdf.new() as pdf:
        pdf.save(path)
    return path


def written(content: bytes) -> Callable[[Path], Path]:
    def write(path: Path) -> Path:
        path.write_bytes(content)
        return path

    return write


BAD: dict[str, tuple[str, Callable[[Path], Path]]] = {
    "rỗng.pdf": ("file.empty", written(b"")),
    "hỏng.pdf": ("file.broken", written(b"%PDF-1.7\n" + b"rubbish " * 100)),
    "hỏng.jpg": ("file.broken", written(b"\xff\xd8\xff\xe0" + b"rubbish " * 100)),
    "văn bản.docx": ("file.unknown", written(b"PK\x03\x04" + bytes(200))),
    "khóa.pdf": ("pdf.encrypted", encrypted),
    "không trang.pdf": ("pdf.no_pages", no_pages),
    "bom.png": ("image.bomb", lambda path: made.png_claiming(path, 60_000, 60_000)),
}


def test_each_bad_file_is_told_and_the_rest_of_the_batch_is_done(
    workspace: Workspace, boxes: SandboxPool, tmp_path: Path
) -> None:
    bad = [make(tmp_path / name) for name, (_code, make) in BAD.items()]
    good = [papers.tiny(tmp_path / "a.png", 1), papers.tiny(tmp_path / "z.png", 2)]
    gone, pipe = tmp_path / "đã mất.pdf", tmp_path / "ống"
    os.mkfifo(pipe)
    before = {path: papers.sha256(path) for path in [*bad, *good]}
    job = Job()
    result = intake.import_files(job, workspace, boxes, [good[0], gone, *bad, pipe, good[1]], ocr=False)
    told = {problem.where: in_vietnamese(problem) for problem in result.problems}
    assert told == {name: code for name, (code, _make) in BAD.items()} | {
        "đã mất.pdf": "file.gone",
        "ống": "file.not_a_file",
    }
    assert names(documents(workspace)) == ["a.png", "z.png"]
    assert result.documents == [1, 2]
    assert {path: papers.sha256(path) for path in before} == before
    assert [p.code for p in intake.failures(workspace)] == [code for code, _make in BAD.values()]
    assert intake.pending(workspace) == 0
    prove_whole(workspace)


def test_a_tiff_with_one_bad_page_keeps_all_its_places(workspace: Workspace, boxes: SandboxPool, tmp_path: Path) -> None:
    path = made.tiff_with_bad_page(tmp_path / "ba trang.tif", 3, 1)
    result = take(workspace, boxes, path)
    (document,) = documents(workspace)
    found = papers.pages(workspace, document.id)
    assert [bool(page.image) for page in found] == [True, False, True]
    assert [bool(page.problem) for page in found] == [False, True, False]
    assert papers.VIETNAMESE.search(found[1].problem)
    assert [(in_vietnamese(p), p.where) for p in result.problems] == [("image.page_broken", "ba trang.tif, trang 2")]
    (access,) = papers.renditions(workspace, document.id, "access")
    workspace.objects.copy_out(access.sha256, tmp_path / "access.pdf")
    with pikepdf.open(tmp_path / "access.pdf") as pdf:
        assert len(pdf.pages) == 3
    prove_whole(workspace)


def test_a_page_that_failed_is_made_when_the_file_comes_again(workspace: Workspace, boxes: SandboxPool, tmp_path: Path) -> None:
    path = papers.SAMPLES / "11-quyet-dinh.pdf"
    take(workspace, boxes, path)
    whole = papers.pages(workspace, 1)
    last = len(whole)
    with workspace.catalog.write("test") as transaction:  # as a page leaves it that took too long
        page = transaction.session.get_one(Page, whole[-1].id)
        page.image, page.width, page.height, page.words, page.text, page.problem = "", 0, 0, None, "", "Trang này mất quá lâu."
    describing.edit(workspace, 1, {"subject": "Do văn thư gõ"})
    copies = len(papers.renditions(workspace, 1, "access"))
    again = take(workspace, boxes, path)
    assert (again.documents, [Path(one).name for one in again.doubled], again.problems) == ([], [path.name], [])
    assert [(one.state, one.document_id, one.mended) for one in again.outcomes] == [("doubled", 1, (last,))]
    made_good = papers.pages(workspace, 1)[-1]
    assert (made_good.image, made_good.text, made_good.problem) == (whole[-1].image, whole[-1].text, "")
    assert len(papers.pages(workspace, 1)) == last
    assert describing.fields_of(workspace, 1).values["subject"] == "Do văn thư gõ"
    assert len(papers.renditions(workspace, 1, "access")) == copies + 1, "the copy for reading holds the page now"
    third = take(workspace, boxes, path)
    assert [one.mended for one in third.outcomes] == [()], "nothing is left to do"
    assert len(papers.renditions(workspace, 1, "access")) == copies + 1
    prove_whole(workspace)


def test_a_page_that_can_not_be_made_is_told_again(workspace: Workspace, boxes: SandboxPool, tmp_path: Path) -> None:
    path = made.tiff_with_bad_page(tmp_path / "ba trang.tif", 3, 1)
    take(workspace, boxes, path)
    again = take(workspace, boxes, path)
    assert [(one.state, one.mended) for one in again.outcomes] == [("doubled", ())]
    assert [(p.code, p.where) for p in again.problems] == [("image.page_broken", "ba trang.tif, trang 2")]
    assert [bool(page.image) for page in papers.pages(workspace, 1)] == [True, False, True]
    assert len(papers.renditions(workspace, 1, "access")) == 1, "nothing new to copy"
    prove_whole(workspace)


def test_a_signed_pdf_is_noticed_and_never_rewritten(workspace: Workspace, boxes: SandboxPool, tmp_path: Path) -> None:
    path = made.sign(made.drawn_pdf(tmp_path / "plain.pdf"), tmp_path / "đã ký.pdf")
    take(workspace, boxes, path)
    (document,) = documents(workspace)
    assert document.signed
    assert document.confidence_level == "01"
    assert papers.renditions(workspace, document.id, "access") == []
    (original,) = papers.renditions(workspace, document.id, "original")
    assert workspace.objects.read(original.sha256) == path.read_bytes()
    assert original.signatures == 1
    assert search(workspace, "Đắk Song").count == 1


def test_the_same_bytes_come_in_once(workspace: Workspace, boxes: SandboxPool, tmp_path: Path) -> None:
    first = papers.tiny(tmp_path / "a.png")
    twin = tmp_path / "b.png"
    twin.write_bytes(first.read_bytes())
    result = take(workspace, boxes, first, twin, first)
    assert (result.documents, [Path(d).name for d in result.doubled]) == ([1], ["b.png"])
    again = take(workspace, boxes, twin)
    assert (again.documents, again.doubled, again.problems) == ([], [str(twin)], [])
    filing.delete_documents(workspace, [1])
    assert take(workspace, boxes, first).documents == [2]  # what lies in the bin doesn't keep a paper out


def test_folders_in_depth_come_in_the_order_people_number_them(
    workspace: Workspace, boxes: SandboxPool, tmp_path: Path
) -> None:
    pile = tmp_path / "chồng"
    (pile / "10 con").mkdir(parents=True)
    (pile / "2 con" / "sâu").mkdir(parents=True)
    (pile / ".ẩn").mkdir()
    for number, name in enumerate(("trang 10.png", "trang 2.png", "10 con/x.png", "2 con/sâu/y.png", ".ẩn/z.png", "Thumbs.db")):
        papers.tiny(pile / name if name != "Thumbs.db" else pile / "t.png", number)
    (pile / "t.png").rename(pile / "Thumbs.db")
    dossier = filing.add_dossier(workspace, "01", "Hồ sơ")
    result = take(workspace, boxes, pile, dossier_id=dossier)
    found = documents(workspace)
    assert names(found) == ["y.png", "x.png", "trang 2.png", "trang 10.png"]
    assert [document.ordinal for document in found] == [1, 2, 3, 4]
    assert result.documents == [1, 2, 3, 4]


def test_a_slow_first_file_keeps_its_place(workspace: Workspace, boxes: SandboxPool, tmp_path: Path) -> None:
    made.pages_pdf(tmp_path / "1.pdf", 150)
    quick = [papers.tiny(tmp_path / f"{n}.png", n) for n in range(2, 6)]
    dossier = filing.add_dossier(workspace, "01", "Hồ sơ")
    (tmp_path / "1.pdf").rename(tmp_path / "1 dài.pdf")
    take(workspace, boxes, tmp_path / "1 dài.pdf", *quick, dossier_id=dossier)
    assert {d.source_name: d.ordinal for d in documents(workspace)} == {
        "1 dài.pdf": 1,
        "2.png": 2,
        "3.png": 3,
        "4.png": 4,
        "5.png": 5,
    }


def test_names_as_macs_write_them_and_names_that_are_no_text(workspace: Workspace, boxes: SandboxPool, tmp_path: Path) -> None:
    nfd = papers.tiny(tmp_path / unicodedata.normalize("NFD", "Quyết định số 1.png"), 1)
    odd = Path(os.fsdecode(os.fsencode(tmp_path) + b"/c\xf4ng v\xe3n\n2.png"))
    papers.tiny(tmp_path / "x.png", 2).rename(odd)
    broken = Path(os.fsdecode(os.fsencode(tmp_path) + b"/h\xf4ng.pdf"))
    broken.write_bytes(b"")
    result = take(workspace, boxes, nfd, odd, broken)
    assert names(documents(workspace)) == ["Quyết định số 1.png", "c?ng v?n 2.png"]
    assert [(p.where, p.code) for p in result.problems] == [("h?ng.pdf", "file.empty")]
    assert search(workspace, "quyet dinh so 1").count == 1
    prove_whole(workspace)


SCRIBBLER = """
import os, sys
file = os.open(sys.argv[1], os.O_WRONLY)
print("writing", flush=True)
while True:
    os.pwrite(file, os.urandom(50), 20)
"""


def test_a_file_that_is_still_being_written_is_told(workspace: Workspace, boxes: SandboxPool, tmp_path: Path) -> None:
    path = papers.tiny(tmp_path / "đang ghi.png")
    os.truncate(path, 60_000_000)  # so that reading it takes longer than the writer's turn to come
    good = papers.tiny(tmp_path / "xong.png", 3)
    with subprocess.Popen([sys.executable, "-c", SCRIBBLER, str(path)], stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline()
        try:
            result = take(workspace, boxes, path, good)
        finally:
            writer.kill()
    assert [in_vietnamese(p) for p in result.problems] == ["file.changing"]
    assert names(documents(workspace)) == ["xong.png"]


def test_stopping_keeps_what_is_begun_and_resume_ends_it(workspace: Workspace, boxes: SandboxPool, tmp_path: Path) -> None:
    made.pages_pdf(tmp_path / "dài.pdf", 120)
    job = Job()

    def stop_early(change: object) -> None:
        if documents(workspace) and papers.pages(workspace, 1):
            job.stop()

    workspace.listen(stop_early)
    with pytest.raises(Cancelled):
        intake.import_files(job, workspace, boxes, [tmp_path / "dài.pdf"], ocr=False)
    assert 0 < len(papers.pages(workspace, 1)) < 120
    assert intake.pending(workspace) == 1
    result = intake.resume(Job(), workspace, boxes)
    assert (result.documents, intake.pending(workspace)) == ([1], 0)
    prove_whole(workspace)


def test_a_document_that_failed_half_way_is_carried_on_when_its_file_comes_again(
    workspace: Workspace, boxes: SandboxPool, tmp_path: Path
) -> None:
    from storage.records import Intake

    path = papers.tiny(tmp_path / "a.png")
    with workspace.catalog.write("test") as transaction:
        transaction.session.add(Intake(batch="b", source=str(path), ocr=False, created_at="2026-01-01T00:00:00.000+07:00"))
    from app.desk import intake_steps
    from app.desk.intake import Turns

    with workspace.scratch() as scratch:  # stored, and then something failed
        intake_steps._store(Job(), workspace, boxes, 1, scratch, Turns([1]))
    with workspace.catalog.write("test") as transaction:
        transaction.session.get_one(Intake, 1).state = "failed"
    assert take(workspace, boxes, path).documents == [1]
    assert papers.states(workspace) == ["doubled", "done"]
    assert len(papers.renditions(workspace, 1, "access")) == 1
    prove_whole(workspace)


CHILD = """
import resource, sys
from pathlib import Path
from app import i18n
from app.desk import intake
from app.errors import AppError
from app.jobs import Job
from app.services import Services
services = Services(Path(sys.argv[1]))
workspace = services.open(password=sys.argv[2])
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]),) * 2)
try:
    intake.import_files(Job(), workspace, services.sandboxes, [Path(p) for p in sys.argv[4:]], ocr=False)
except AppError as error:
    print(error.code, error)
finally:
    services.close()
"""


@pytest.mark.parametrize("room", [40_000, 200_000, 600_000])
def test_a_full_disk_stops_the_batch_and_loses_nothing(
    services: Services, boxes: SandboxPool, tmp_path: Path, room: int
) -> None:
    """No file may grow past `room`: what a full disk does, at another place each time."""
    services.close()
    large = tmp_path / "lớn.png"
    made.sheet((1240, 900)).save(tmp_path / "x.png")
    from PIL import Image

    noise = Image.frombytes("RGB", (500, 500), os.urandom(750_000))
    noise.save(large, dpi=(200, 200))
    small = [papers.tiny(tmp_path / f"{n}.png", n) for n in range(3)]
    before = {path: papers.sha256(path) for path in [large, *small]}
    command = [sys.executable, "-c", CHILD, str(services.folder), PASSWORD, str(room), str(small[0]), str(large), str(small[1])]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("disk.full "), (done.stdout, done.stderr)
    assert papers.VIETNAMESE.search(done.stdout)
    assert {path: papers.sha256(path) for path in before} == before
    workspace = services.open(password=PASSWORD)
    assert "failed" not in papers.states(workspace)
    intake.resume(Job(), workspace, boxes)
    if intake.pending(workspace) == 0 and not documents(workspace):  # not even the list of files could be written
        take(workspace, boxes, small[0], large, small[1])
    assert names(documents(workspace)) == ["0.png", "lớn.png", "1.png"]
    for document, path in zip(documents(workspace), (small[0], large, small[1]), strict=True):
        assert [r.sha256 for r in papers.renditions(workspace, document.id, "original")] == [before[path]]
        assert all(page.image and not page.problem for page in papers.pages(workspace, document.id))
    prove_whole(workspace)


def test_two_thousand_pages_in_little_memory(workspace: Workspace, boxes: SandboxPool, tmp_path: Path) -> None:
    path = tmp_path / "dày.pdf"
    with pikepdf.new() as pdf:
        for number in range(2000):
            page = pdf.add_blank_page(page_size=(24, 30))
            page.Contents = pdf.make_stream(b"0 0 %d 9 re f" % (number % 20))
        pdf.save(path)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    result = take(workspace, boxes, path)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert (result.documents, result.problems) == ([1], [])
    found = papers.pages(workspace, 1)
    assert [page.number for page in found] == list(range(1, 2001))
    assert all(page.image for page in found)
    (access,) = papers.renditions(workspace, 1, "access")
    with workspace.objects.open(access.sha256) as file, pikepdf.open(file) as pdf:
        assert len(pdf.pages) == 2000
    assert grown < 150_000  # KB


def test_a_path_that_can_t_be_read_is_told(workspace: Workspace, boxes: SandboxPool, tmp_path: Path) -> None:
    """Running as root there is no file without a right to read; the memory of another process is one."""
    result = take(workspace, boxes, Path("/proc/1/mem"), papers.tiny(tmp_path / "a.png"))
    assert [in_vietnamese(problem) for problem in result.problems] == ["file.denied"]
    assert result.documents == [1]


def test_an_empty_folder_is_no_trouble(workspace: Workspace, boxes: SandboxPool, tmp_path: Path) -> None:
    (tmp_path / "trống").mkdir()
    result = take(workspace, boxes, tmp_path / "trống")
    assert (result.documents, result.doubled, result.problems) == ([], [], [])


def test_an_unknown_dossier_is_told_before_anything_is_taken(workspace: Workspace, boxes: SandboxPool, tmp_path: Path) -> None:
    with pytest.raises(AppError) as error:
        take(workspace, boxes, papers.tiny(tmp_path / "a.png"), dossier_id=99)
    assert in_vietnamese(error.value) == "dossier.gone"
    assert papers.states(workspace) == []
