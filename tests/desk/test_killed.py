"""kill -9 at any moment: nothing lost, nothing twice, and the next run ends what was begun."""

from __future__ import annotations

import random
import shutil
import signal
import subprocess
import sys
from pathlib import Path

from PIL import Image

from app.desk import intake
from app.desk.searching import search
from app.jobs import Job
from app.sandbox import SandboxPool
from app.services import Services
from tests import made_files as made
from tests.cli.program import environment
from tests.conftest import PASSWORD
from tests.desk import papers
from tests.desk.papers import SAMPLES, documents, prove_whole
from tests.desk.scanner import SaneTest

PROGRAM = Path(__file__).with_name("killed_program.py")
KILLS = 10


def run(kind: str, number: float, *arguments: str | Path) -> int:
    """The exit code, negative for a signal."""
    command = [sys.executable, str(PROGRAM), kind, str(number), *map(str, arguments)]
    done = subprocess.run(command, env=environment(PASSWORD), capture_output=True, check=False, stdin=subprocess.DEVNULL)
    assert done.returncode in (0, -signal.SIGKILL), done.stderr.decode()
    return done.returncode


def pile(folder: Path) -> dict[str, int]:
    """Five papers of every kind with their numbers of pages."""
    folder.mkdir()
    shutil.copy(SAMPLES / "11-quyet-dinh.pdf", folder)
    papers.jpeg(folder / "phiếu 1.jpg", "Quyết định", 1)
    papers.jpeg(folder / "phiếu 2.png", "Quyết định", 2)
    made.pages_pdf(folder / "bốn mươi trang.pdf", 40)
    sheets = [made.sheet((620, 200), (f"Quyết định nhiều trang {n}",), points=28, seal=False) for n in range(3)]
    sheets[0].save(folder / "ba trang.tif", save_all=True, append_images=sheets[1:], dpi=(100, 100))
    with Image.open(folder / "ba trang.tif") as image:
        assert getattr(image, "n_frames", 1) == 3
    return {"11-quyet-dinh.pdf": 1, "phiếu 1.jpg": 1, "phiếu 2.png": 1, "bốn mươi trang.pdf": 40, "ba trang.tif": 3}


def test_an_intake_killed_ten_times(services: Services, boxes: SandboxPool, tmp_path: Path) -> None:
    services.close()
    expected = pile(tmp_path / "chồng")
    before = {name: papers.sha256(tmp_path / "chồng" / name) for name in expected}
    chance = random.Random(30)
    killed = 0
    where = ["--archive", services.folder]
    for attempt in range(KILLS):
        moment = ("calls" if attempt % 2 == 0 else "soon", chance.uniform(1, 14))
        what: list[str | Path] = ["import", tmp_path / "chồng"] if attempt % 3 == 0 else ["resume"]
        killed += run(*moment, *where, *what) != 0
    assert killed == KILLS  # else the moments above no longer lie within the work
    assert run("calls", 0, *where, "import", "--resume", tmp_path / "chồng") == 0

    workspace = services.open(password=PASSWORD)
    found = documents(workspace)
    assert {d.source_name: d.pages for d in found} == expected
    assert len(found) == len(expected)
    for document in found:
        assert [r.sha256 for r in papers.renditions(workspace, document.id, "original")] == [before[document.source_name]]
        assert len(papers.renditions(workspace, document.id, "access")) == 1
        assert all(page.image and not page.problem for page in papers.pages(workspace, document.id))
        assert document.state in ("described", "recognised")
    assert {name: papers.sha256(tmp_path / "chồng" / name) for name in expected} == before
    prove_whole(workspace)
    assert intake.pending(workspace) == 0
    hits = {row.id for row in search(workspace, "quyet dinh").rows}
    assert hits == {d.id for d in found if d.source_name != "bốn mươi trang.pdf"}
    assert not list((services.folder / "objects").glob("*.part"))


def test_a_scan_killed_between_pages_keeps_what_came(services: Services, boxes: SandboxPool, sane: SaneTest) -> None:
    services.close()
    arguments = ["--archive", services.folder, "scan", "--device", "test:0", "--dpi", "50", "--no-ocr"]
    assert run("calls", 9, *arguments) == -signal.SIGKILL
    workspace = services.open(password=PASSWORD)
    (document,) = documents(workspace)
    came = [page.image for page in papers.pages(workspace, document.id)]
    assert 1 <= len(came) < 10
    assert intake.pending(workspace) == 1
    result = intake.resume(Job(), workspace, boxes)
    assert (result.documents, result.problems) == ([document.id], [])
    (document,) = documents(workspace)
    assert [page.image for page in papers.pages(workspace, document.id)] == came
    assert document.pages == len(came)
    assert [r.sha256 for r in papers.renditions(workspace, document.id, "original")] == came
    assert len(papers.renditions(workspace, document.id, "access")) == 1
    prove_whole(workspace)
