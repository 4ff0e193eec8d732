"""Bad input is normal input: cut pictures, full folders, a reader that dies; the rest of the work goes on and all of it is told."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from PIL import Image

from app.desk import intake, intake_steps
from app.desk.reading_files import FileFields, describe_files
from app.jobs import Job
from app.sandbox import SandboxPool
from app.workspace import Workspace
from tests import made_files as made
from tests.desk import papers
from tests.desk.papers import documents

ROOT = Path(__file__).resolve().parents[2]
SIZE = (1240, 1754)


def scans(path: Path, *shares: float) -> Path:
    """A scanned PDF, of each page's JPEG only the share that is given."""
    out = io.BytesIO()
    made.sheet(SIZE, lines=tuple(made.LINES * 5)).save(out, "JPEG", quality=80)
    with pikepdf.new() as pdf:
        for share in shares:
            data = out.getvalue()[: round(len(out.getvalue()) * share)]
            with pikepdf.open(made.scan_pdf(path, data, SIZE, 150)) as one:
                pdf.pages.extend(one.pages)
        pdf.save(path)
    return path


def described(boxes: SandboxPool, *paths: Path, dossier: bool = False) -> list[FileFields]:
    return list(describe_files(Job(), boxes, paths, dossier=dossier))


def test_a_cut_picture_is_told_with_its_page_and_the_rest_is_described(boxes: SandboxPool, tmp_path: Path) -> None:
    found = described(boxes, scans(tmp_path / "a.pdf", 0.6, 1.0))[0]
    assert found.problem is None
    assert found.fields["codeNumber"].value == "125"
    assert [(page, one.code) for page, one in found.page_problems.items()] == [(1, "image.incomplete")]
    said = str(found.page_problems[1])
    assert "trang 1" in said
    assert "quét lại" in said.lower()


def test_a_cut_picture_stays_in_the_archive_with_its_page_marked(
    workspace: Workspace, boxes: SandboxPool, tmp_path: Path
) -> None:
    path = scans(tmp_path / "a.pdf", 1.0, 0.4)
    result = intake.import_files(Job(), workspace, boxes, [path], ocr=False)
    assert [(p.where, p.code) for p in result.problems] == [("a.pdf, trang 2", "image.incomplete")]
    assert [one.state for one in result.outcomes] == ["done"]
    document = documents(workspace)[0]
    assert [r.sha256 for r in papers.renditions(workspace, document.id, "original")] == [papers.sha256(path)]
    assert papers.renditions(workspace, document.id, "access")
    whole, cut = papers.pages(workspace, document.id)
    assert whole.image
    assert whole.problem == ""
    assert cut.image
    assert "trang 2" in cut.problem


FULL = """
import resource, signal, sys
from pathlib import Path
from app import i18n
from app.desk import intake, intake_steps
from app.desk.reading_files import describe_files
from app.errors import AppError
from app.jobs import Job
from app.sandbox import SandboxPool
from app.services import Services
i18n.set_language("vi")
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
services = Services(Path(sys.argv[1])) if sys.argv[1] else None
workspace = services.open(password=sys.argv[2]) if services else None
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]),) * 2)
with SandboxPool(1) as boxes:
    try:
        if services:
            intake.import_files(Job(), workspace, boxes, [Path(sys.argv[4])], ocr=False)
        else:
            for found in describe_files(Job(), boxes, [Path(sys.argv[4])]):
                print(found.problem.code, found.problem)
    except AppError as error:
        print(error.code, error)
"""


@pytest.mark.parametrize("room", [0, 60_000, 200_000])
def test_a_full_folder_of_temporary_files_is_named_and_the_archive_not_blamed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, room: int
) -> None:
    """No file may grow past `room`: not the folder, not the copy, not the page's picture can be written."""
    temporary = tmp_path / "tạm"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    path = tmp_path / "a.png"
    made.sheet((2480, 3508), points=54).save(path, dpi=(300, 300))
    command = [sys.executable, "-c", FULL, "", "", str(room), str(path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("disk.full"), (done.stdout, done.stderr)
    assert (f"Thư mục tệp tạm đã đầy: {temporary}" if room else "Không ghi được vào thư mục tệp tạm nào") in done.stdout
    assert list(temporary.iterdir()) == []


def test_pages_of_impossible_shapes_get_a_copy_all_the_same(workspace: Workspace, boxes: SandboxPool, tmp_path: Path) -> None:
    """PDF/A-2 allows sides from 3 to 14,400 points: a point, a strip, a page of a kilometre."""
    Image.new("L", (1, 9000), 255).save(tmp_path / "dải.png")
    paths = [tmp_path / "dải.png"]
    for name, width, height in (("điểm", 1, 1), ("km", 2_834_645, 2_834_645)):
        paths.append(tmp_path / f"{name}.pdf")
        with pikepdf.new() as pdf:
            page = pdf.add_blank_page()
            page.obj.MediaBox = [0, 0, width, height]
            page.Contents = pdf.make_stream(b"0 0 %d %d re f" % (width // 2, height // 2))
            pdf.save(paths[-1])
    result = intake.import_files(Job(), workspace, boxes, paths, ocr=False)
    assert result.problems == []
    for document in documents(workspace):
        assert papers.renditions(workspace, document.id, "access"), document.source_name


def test_a_link_that_leads_nowhere_is_told_and_not_left_out(workspace: Workspace, boxes: SandboxPool, tmp_path: Path) -> None:
    folder = tmp_path / "hồ sơ"
    folder.mkdir()
    (folder / "đứt.pdf").symlink_to("không có.pdf")
    (folder / "vòng.pdf").symlink_to("vòng.pdf")
    papers.tiny(folder / "tốt.png")
    result = intake.import_files(Job(), workspace, boxes, [folder], ocr=False)
    assert sorted((p.where, p.code) for p in result.problems) == [("vòng.pdf", "file.unreadable"), ("đứt.pdf", "file.gone")]
    assert papers.names(documents(workspace)) == ["tốt.png"]


class Counting(SandboxPool):
    """Counts what is asked of it."""

    def __init__(self) -> None:
        super().__init__(1)
        self.asked: list[str] = []

    def call(self, task: str, **params: Any) -> Any:
        self.asked.append(task)
        return super().call(task, **params)


def test_a_file_whose_pages_all_take_too_long_is_not_tried_for_days(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pikepdf.new() as pdf:
        strokes = pdf.make_stream(b"0 0 m 500 800 l S\n" * 100_000)
        for _page in range(9):
            pdf.add_blank_page(page_size=(595, 842)).Contents = strokes
        pdf.save(tmp_path / "a.pdf", compress_streams=True)
    monkeypatch.setattr(intake_steps, "PAGE_SECONDS", 0.05)
    with Counting() as pool:
        result = intake.import_files(Job(), workspace, pool, [tmp_path / "a.pdf"], ocr=False)
        tried = pool.asked.count("app.capture.tasks:render_page")
    assert {p.code for p in result.problems} >= {"sandbox.timeout"}
    assert tried <= intake_steps.SLOW_MOST + intake_steps.WRITERS
    assert all("quá" in page.problem for page in papers.pages(workspace, documents(workspace)[0].id))
