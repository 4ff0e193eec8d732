"""Taking in scans against OCRmyPDF 17 with the same pages, language and cores: pages a minute, size, errors of the text.

OCRmyPDF lives in a virtual environment of its own under the person's cache folder; it needs the tesseract program.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import unicodedata
from pathlib import Path

from bench.measure import Row, seconds

COUNT = 24
PEER = Path.home() / ".cache" / "vankho" / "ocrmypdf-17.13"


def run() -> list[Row]:
    from app.desk import intake
    from app.jobs import Job
    from app.services import Services
    from storage import queries
    from tests.samples import make_document, save

    if shutil.which("tesseract") is None:
        raise SystemExit("install tesseract-ocr and tesseract-ocr-vie for the anchor OCRmyPDF")
    peer = _peer()
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        truths: dict[str, str] = {}
        for number in range(COUNT):
            sample = make_document(1000 + number, pages=1)
            path = save(sample, place / "in", f"{number:03d}", "pdf")
            truths[path.name] = " ".join(json.loads(path.with_suffix(".json").read_text("utf-8"))["text"])
            path.with_suffix(".json").unlink()
        sources = sorted((place / "in").glob("*.pdf"))
        os.environ["VANKHO_CONFIG"] = str(place / "config")
        services = Services(place / "archive")
        services.create("mật khẩu đo tốc độ")
        assert services.workspace is not None
        workspace = services.workspace
        services.sandboxes.call("app.capture.tasks:inspect", path=str(sources[0]))  # starts a worker, as the open program has
        mine = seconds(lambda: intake.import_files(Job(), workspace, services.sandboxes, [place / "in"]))
        with workspace.catalog.read() as session:
            ids = queries.document_ids(session, queries.Scope())
            texts = {row.source_name: "" for row in ()}
            sizes = 0
            for document_id in ids:
                pages = queries.pages_of(session, document_id)
                original = queries.best_rendition(session, document_id, "original")
                access = queries.best_rendition(session, document_id, "access")
                assert original is not None
                assert access is not None
                texts[original.name] = " ".join(page.text for page in pages)
                sizes += access.size
        services.close()

        def anchor() -> None:
            for source in sources:
                subprocess.run(
                    [peer, "-q", "-l", "vie", "--output-type", "pdfa", "--jobs", str(os.cpu_count()), "--sidecar",
                     str(place / f"{source.stem}.txt"), str(source), str(place / f"{source.stem}.out.pdf")],
                    check=True, capture_output=True,
                )  # fmt: skip

        # the anchor takes one file a call; as many calls at once as there are cores is its best on single pages
        theirs = seconds(lambda: _parallel(peer, sources, place)) if COUNT > 1 else seconds(anchor)
        their_sizes = sum((place / f"{s.stem}.out.pdf").stat().st_size for s in sources)
        their_texts = {s.name: (place / f"{s.stem}.txt").read_text("utf-8") for s in sources}
    error = sum(_distance(texts[name], truth) for name, truth in truths.items()) / sum(map(len, truths.values()))
    their_error = sum(_distance(their_texts[name], truth) for name, truth in truths.items()) / sum(map(len, truths.values()))
    rate, their_rate = COUNT / mine * 60, COUNT / theirs * 60
    return [
        Row(
            "digitise: pages a minute, all of intake",
            f"{rate:.0f}",
            f"OCRmyPDF 17.13 {their_rate:.0f}",
            rate / their_rate,
            "≥ 1.5",
        ),
        Row("digitise: size of the PDF/A", f"{sizes / 1e6:.2f} MB", f"{their_sizes / 1e6:.2f} MB", sizes / their_sizes, "≤ 1"),
        Row("digitise: errors of the text (characters)", f"{error:.2%}", f"{their_error:.2%}", error / their_error, "≤ 1"),
    ]


def _parallel(peer: str, sources: list[Path], place: Path) -> None:
    from concurrent.futures import ThreadPoolExecutor

    def one(source: Path) -> None:
        subprocess.run(
            [peer, "-q", "-l", "vie", "--output-type", "pdfa", "--jobs", "1", "--sidecar", str(place / f"{source.stem}.txt"),
             str(source), str(place / f"{source.stem}.out.pdf")],
            check=True, capture_output=True,
        )  # fmt: skip

    with ThreadPoolExecutor(os.cpu_count() or 2) as threads:
        list(threads.map(one, sources))


def _peer() -> str:
    program = PEER / "bin" / "ocrmypdf"
    if not program.exists():
        subprocess.run([sys.executable, "-m", "venv", str(PEER)], check=True)
        subprocess.run([str(PEER / "bin/pip"), "install", "-q", "ocrmypdf==17.13.0"], check=True)
    return str(program)


def _distance(read: str, truth: str) -> int:
    """Edit distance of the texts, blanks folded (Levenshtein)."""
    a, b = (" ".join(unicodedata.normalize("NFC", t).split()) for t in (read, truth))
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        before, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (x != y))
    return row[-1]
