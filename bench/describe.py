"""Fields of printed papers that were generated for this: other issuers, forms, typefaces, scanners; right ones by field.

The papers are those of `tests.samples.varied`, seeds from 90000, in ten typefaces of Debian packages (`FONTS`); none of it is
used for training. `VANKHO_BENCH_COUNT` sets how many (500), `VANKHO_BENCH_FOLDER` takes a list of what was read wrong.
"""

from __future__ import annotations

import difflib
import json
import multiprocessing
import os
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from bench.measure import Row
from storage.text import nfc
from tests.samples.typeface import SHIPPED, Family
from tests.samples.varied import make_varied

FIRST, COUNT = 90_000, 500
TODAY = date(2026, 11, 27)
DPI = 300
GOAL = 0.98
SURE = 0.95
FONTS = (
    "fonts-liberation2 fonts-freefont-ttf fonts-dejavu-extra fonts-sil-charis fonts-sil-gentiumplus fonts-crosextra-carlito"
    " fonts-croscore fonts-noto-core fonts-open-sans"
)
FIELDS = (
    "codeNumber", "codeNotation", "issuedDate", "typeName", "organName", "parentOrgan", "subject", "place", "signer", "position",
    "addressee", "urgency", "secrecy", "circulation", "arrivalNumber", "arrivalDate",
)  # fmt: skip
NAMES = {"organName", "parentOrgan", "place", "signer", "position", "addressee"}  # letters compared, a tenth may differ
_PLACE = Path("/usr/share/fonts/truetype")
_FILES = {
    "Liberation Serif": ("liberation2/LiberationSerif-{}.ttf", "Regular", "Bold", "Italic", "BoldItalic"),
    "FreeSerif": ("freefont/FreeSerif{}.ttf", "", "Bold", "Italic", "BoldItalic"),
    "DejaVu Serif Condensed": ("dejavu/DejaVuSerifCondensed{}.ttf", "", "-Bold", "-Italic", "-BoldItalic"),
    "Charis": ("charis/CharisSIL-{}.ttf", "Regular", "Bold", "Italic", "BoldItalic"),
    "Gentium": ("gentiumplus/GentiumPlus-{}.ttf", "Regular", "Bold", "Italic", "BoldItalic"),
    "Carlito": ("crosextra/Carlito-{}.ttf", "Regular", "Bold", "Italic", "BoldItalic"),
    "Arimo": ("croscore/Arimo-{}.ttf", "Regular", "Bold", "Italic", "BoldItalic"),
    "Noto Serif": ("noto/NotoSerif-{}.ttf", "Regular", "Bold", "Italic", "BoldItalic"),
    "Open Sans": ("open-sans/OpenSans-{}.ttf", "Regular", "Bold", "Italic", "BoldItalic"),
}


@dataclass(slots=True)
class Counted:
    """What was right, by field, and where it was not."""

    asked: Counter[str] = field(default_factory=Counter)
    right: Counter[str] = field(default_factory=Counter)
    sure: Counter[str] = field(default_factory=Counter)
    sure_wrong: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)  # of a processor for describing, a page

    def add(self, truth: Mapping[str, str], found: Mapping[str, tuple[str, float]]) -> list[str]:
        """The fields that are wrong. One that the paper has not and that none was read for is not counted."""
        wrong = []
        for name in FIELDS:
            value, confidence = found.get(name, ("", 0.0))
            if not truth[name] and not value:
                continue
            good = agrees(name, value, truth[name])
            self.asked[name] += 1
            self.right[name] += good
            self.sure[name] += confidence >= SURE
            self.sure_wrong[name] += confidence >= SURE and not good
            if not good:
                wrong.append(name)
        return wrong


def run() -> list[Row]:
    count = int(os.environ.get("VANKHO_BENCH_COUNT", COUNT))
    kept = os.environ.get("VANKHO_BENCH_FOLDER")
    counted = measure(count, Path(kept) if kept else None)
    rows = [
        Row(f"describe: {name} right ({counted.asked[name]} printed)", f"{counted.right[name] / counted.asked[name]:.1%}",
            f"{GOAL:.0%}", counted.right[name] / counted.asked[name] / GOAL, "≥ 1")
        for name in FIELDS if counted.asked[name]
    ]  # fmt: skip
    sure, wrong = counted.sure.total(), counted.sure_wrong.total()
    middle = statistics.median(counted.seconds) * 1000
    return [
        *rows,
        Row("describe: processor milliseconds a page beyond OCR, median", f"{middle:.0f}", "80", middle / 80, "≤ 1"),
        Row(
            f"describe: wrong among {sure} readings of 0.95 and more",
            f"{wrong / max(sure, 1):.2%}",
            "1 %",
            wrong / max(sure, 1) / 0.01,
            "≤ 1",
        ),
    ]


def measure(count: int, kept: Path | None, first: int = FIRST) -> Counted:
    """Makes, reads and compares `count` papers on all cores."""
    families = typefaces()
    counted = Counted()
    if kept:
        kept.mkdir(parents=True, exist_ok=True)
    with multiprocessing.get_context("spawn").Pool(os.cpu_count()) as pool:
        jobs = [(seed, families) for seed in range(first, first + count)]
        for seed, truth, classes, found, seconds in pool.imap_unordered(_one, jobs, chunksize=4):
            counted.seconds.append(seconds)
            wrong = counted.add(truth, found)
            if kept:
                line = {"seed": seed, "classes": classes, "wrong": {n: [found.get(n, ("", 0.0)), truth[n]] for n in wrong}}
                with (kept / "read.jsonl").open("a", encoding="utf-8") as log:
                    log.write(json.dumps(line, ensure_ascii=False) + "\n")
    return counted


def typefaces() -> tuple[Family, ...]:
    """Those of the Debian packages and the shipped one; SystemExit where a package is missing."""
    found = [SHIPPED]
    for name, (pattern, *styles) in _FILES.items():
        files = [_PLACE / pattern.format(style) for style in styles]
        if not all(file.exists() for file in files):
            raise SystemExit(f"install the typefaces: apt-get install {FONTS}")
        found.append(Family(name, *files))
    return tuple(found)


def _one(
    job: tuple[int, tuple[Family, ...]],
) -> tuple[int, dict[str, str], tuple[str, ...], dict[str, tuple[str, float]], float]:
    seed, families = job
    made = make_varied(seed, families)
    with tempfile.TemporaryDirectory() as passing:
        path = made.save(Path(passing), str(seed))
        found, seconds = read(path)
    return seed, made.truth, made.classes, found, seconds


def read(path: Path) -> tuple[dict[str, tuple[str, float]], float]:
    """Values and confidences by field, as `vankho describe` reads them but in this process; and the processor's seconds a page of
    describing, looks at the pictures included."""
    from app.desk import tasks as desk

    with tempfile.TemporaryDirectory() as passing:
        document = laid_out(path, Path(passing))
        began = time.process_time()
        answer = desk.read_fields([document], TODAY.isoformat())[0]
        seconds = (time.process_time() - began) / len(document["words"])
    return {name: (str(value[0]), float(value[1])) for name, value in answer.items()}, seconds


def laid_out(path: Path, folder: Path) -> dict[str, list[str]]:
    """The words and pictures of a file's pages, written to `folder`, as `read_fields` takes them."""
    from app.capture import tasks as capture
    from app.desk.page_choice import wanted_pages
    from app.recognise import tasks as recognise
    from app.recognise.words import from_plain, to_json

    info = capture.inspect(str(path))
    words, images = [], []
    for number in wanted_pages(int(info["pages"])):
        image = folder / f"page-{number}"
        image = Path(capture.render_page(str(path), number - 1, str(image), DPI)["path"])
        layer = recognise.read_text_layer(str(path), number - 1) if info["kind"] == "pdf" and info["has_text"] else None
        plain = layer or recognise.read_page(str(image))
        page, turn = from_plain(plain), int(plain.get("turn", 0))
        if turn:
            from app.recognise.turning import upright

            page = upright(page, turn)
            image = Path(recognise.turn_picture(str(image), turn, f"{image}-upright.png"))
        file = folder / f"words-{number}.json"
        file.write_text(to_json(page), "utf-8")
        words.append(str(file))
        images.append(str(image))
    return {"words": words, "images": images}


def agrees(name: str, read_value: str, truth: str) -> bool:
    """Exactly for codes, dates and types; names and subjects may differ in a few letters (0.9 and 0.85 alike)."""
    if name in {"codeNumber", "arrivalNumber"}:
        return read_value.lstrip("0") == truth.lstrip("0")
    if name == "subject":
        return alike(_bare(read_value), _bare(truth)) >= 0.85
    if name in NAMES:
        return alike(nfc(read_value).casefold(), nfc(truth).casefold()) >= 0.9
    return nfc(read_value) == nfc(truth)


def alike(a: str, b: str) -> float:
    return difflib.SequenceMatcher(None, a, b, autojunk=False).ratio()


def _bare(subject: str) -> str:
    text = nfc(subject).strip(" ().“”").casefold()
    return text.removeprefix("v/v ").removeprefix("về việc ")
