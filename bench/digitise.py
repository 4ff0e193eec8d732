"""Taking in scans against OCRmyPDF 17 with the same pages, language and cores: pages a minute, processor time, size, errors of the text.

Both take turns, `ROUNDS` times; the ratio is the median of the pairs, so that what else the machine does meets both.

OCRmyPDF lives in a virtual environment of its own under the person's cache folder; it needs the programs tesseract (with vie) and,
for PDF/A, Ghostscript. Ours does more: the pages are also stored encrypted, described and entered into the catalog.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from bench.measure import Row, seconds

COUNT, ROUNDS = int(os.environ.get("VANKHO_BENCH_COUNT", "24")), int(os.environ.get("VANKHO_BENCH_ROUNDS", "3"))
NICE = 5  # as our workers run: beside other work both get the same share
PEER = Path.home() / ".cache" / "vankho" / "ocrmypdf-17.13"


@dataclass(slots=True)
class Done:
    """What one program made of the pages."""

    wall: float = 0.0  # seconds
    cpu: float = 0.0
    size: int = 0  # bytes of all PDF/A files
    texts: dict[str, str] = field(default_factory=dict)  # by file name

    @property
    def rate(self) -> float:
        return COUNT / self.wall * 60

    def error(self, truths: dict[str, str]) -> float:
        """Share of the characters."""
        return sum(_distance(self.texts[name], truth) for name, truth in truths.items()) / sum(map(len, truths.values()))


def run() -> list[Row]:
    if shutil.which("tesseract") is None:
        raise SystemExit("install tesseract-ocr and tesseract-ocr-vie for the anchor OCRmyPDF")
    peer = _peer()
    rounds = []
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        truths = _pages(place / "in")
        for turn in range(ROUNDS):
            rounds.append((_ours(place, turn), _theirs(peer, place)))
    kind = "" if shutil.which("gs") else " (no PDF/A: no Ghostscript)"
    mine, theirs = sorted(rounds, key=lambda pair: pair[0].rate / pair[1].rate)[len(rounds) // 2]
    cpu = statistics.median(one.cpu / other.cpu for one, other in rounds)
    error, their_error = mine.error(truths), theirs.error(truths)
    load = os.getloadavg()[2] if hasattr(os, "getloadavg") else 0.0
    return [
        Row(f"digitise: pages a minute, all of intake (load {load:.1f})", f"{mine.rate:.0f}",
            f"OCRmyPDF 17.13{kind} {theirs.rate:.0f}", mine.rate / theirs.rate, "≥ 1.5"),
        Row("digitise: processor seconds a page", f"{mine.cpu / COUNT:.2f}", f"{theirs.cpu / COUNT:.2f}", cpu, "≤ 0.67"),
        Row("digitise: size of the PDF/A", f"{mine.size / 1e6:.2f} MB", f"{theirs.size / 1e6:.2f} MB", mine.size / theirs.size, "≤ 1"),
        Row("digitise: errors of the text (characters)", f"{error:.2%}", f"{their_error:.2%}", error / their_error, "≤ 1"),
    ]  # fmt: skip


def _pages(folder: Path) -> dict[str, str]:
    from tests.samples import make_document, save

    truths: dict[str, str] = {}
    for number in range(COUNT):
        path = save(make_document(1000 + number, pages=1), folder, f"{number:03d}", "pdf")
        truths[path.name] = " ".join(json.loads(path.with_suffix(".json").read_text("utf-8"))["text"])
        path.with_suffix(".json").unlink()
    return truths


def _ours(place: Path, turn: int) -> Done:
    from app.desk import intake
    from app.jobs import Job
    from app.services import Services
    from storage import queries

    os.environ["VANKHO_CONFIG"] = str(place / "config")
    services = Services(place / f"archive-{turn}")
    services.create("mật khẩu đo tốc độ")
    workspace = services.workspace
    assert workspace is not None
    services.sandboxes.call(
        "app.capture.tasks:inspect", path=str(place / "in" / "000.pdf")
    )  # starts a worker, as the open program has
    done, before = Done(), _cpu()
    done.wall = seconds(lambda: intake.import_files(Job(), workspace, services.sandboxes, [place / "in"]))
    with workspace.catalog.read() as session:
        for document_id in queries.document_ids(session, queries.Scope()):
            original = queries.best_rendition(session, document_id, "original")
            access = queries.best_rendition(session, document_id, "access")
            assert original is not None
            assert access is not None
            done.texts[original.name] = " ".join(page.text for page in queries.pages_of(session, document_id))
            done.size += access.size
    services.close()
    done.cpu = _cpu() - before  # the workers have ended: their time counts
    return done


def _theirs(peer: str, place: Path) -> Done:
    """It takes one file a call; as many calls at once as there are cores is its best on single pages."""
    sources = sorted((place / "in").glob("*.pdf"))

    def one(source: Path) -> None:
        out, text = place / f"{source.stem}.out.pdf", place / f"{source.stem}.txt"
        kind = "pdfa" if shutil.which("gs") else "pdf"
        subprocess.run(
            ["nice", "-n", str(NICE), peer, "-q", "-l", "vie", "--output-type", kind, "--jobs", "1", "--sidecar", str(text),
             str(source), str(out)],
            check=True, capture_output=True,
        )  # fmt: skip

    def all_of_them() -> None:
        with ThreadPoolExecutor(os.cpu_count() or 2) as threads:
            list(threads.map(one, sources))

    done, before = Done(), _cpu()
    done.wall = seconds(all_of_them)
    done.cpu = _cpu() - before
    for source in sources:
        done.size += (place / f"{source.stem}.out.pdf").stat().st_size
        done.texts[source.name] = (place / f"{source.stem}.txt").read_text("utf-8")
    return done


def _cpu() -> float:
    """Processor seconds of this process and of those it has seen end."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def _peer() -> str:
    program = PEER / "bin" / "ocrmypdf"
    if not program.exists():
        subprocess.run([sys.executable, "-m", "venv", str(PEER)], check=True)
        subprocess.run([str(PEER / "bin/pip"), "install", "-q", "ocrmypdf==17.13.0"], check=True)
    return str(program)


def _distance(read: str, truth: str) -> int:
    """Edit distance of the texts, blanks folded (Levenshtein), a row at a time."""
    a, b = (" ".join(unicodedata.normalize("NFC", t).split()) for t in (read, truth))
    there, steps = np.frombuffer(b.encode("utf-32-le"), np.uint32), np.arange(len(b) + 1)
    row = steps.copy()
    for i, sign in enumerate(a, 1):
        new = np.empty_like(row)
        new[0] = i
        new[1:] = np.minimum(row[:-1] + (there != ord(sign)), row[1:] + 1)
        row = np.minimum.accumulate(new - steps) + steps
    return int(row[-1])
