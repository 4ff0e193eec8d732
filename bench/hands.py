"""Numbers and dates that other offices' clerks wrote by hand: read alone and as a dossier, by the order in which it lies.

The dossiers are those of `tests.samples.penned`, report seeds from 500000 (those below were looked at). Writers are strokes of
their own, handwriting fonts of the npm registry that the training has not (`FONTS`) and, where `VANKHO_BENCH_DIGITS` names an npz
with `images` (n, h, w) and `target`, pictures of digits (UCI's of scikit-learn were used). `VANKHO_BENCH_COUNT` sets how many dossiers
(11: one of each order, of 8 papers), `VANKHO_BENCH_FOLDER` keeps pages and words, and takes a list of what was read wrong.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from bench.describe import SURE, TODAY, agrees, laid_out
from bench.measure import Row
from tests.samples.hand import Gray
from tests.samples.penned import ORDERS, make_dossier

FIRST, COUNT, PAPERS = 500_000, 11, 8
DEPTH = 0.45  # of each page: nothing below is by hand
FONTS = (
    "annie-use-your-telescope", "caveat-brush", "dancing-script", "delicious-handrawn", "gochi-hand", "mansalva", "rock-salt",
    "short-stack", "swanky-and-moo-moo", "neucha", "coming-soon", "just-me-again-down-here", "waiting-for-the-sunrise", "pangolin",
    "playpen-sans", "nanum-brush-script",
)  # fmt: skip
FIELDS = ("codeNumber", "issuedDate")
WRONG = 0.01  # of the readings that are sure, at most


@dataclass(slots=True)
class Tally:
    """Of handwritten values: how many, how many right, sure, and sure but wrong."""

    asked: int = 0
    right: int = 0
    sure: int = 0
    sure_wrong: int = 0

    def add(self, good: bool, confidence: float) -> None:
        self.asked += 1
        self.right += good
        self.sure += confidence >= SURE
        self.sure_wrong += confidence >= SURE and not good


@dataclass(slots=True)
class Found:
    """One handwritten value as it was read."""

    seed: int
    place: int
    order: str
    classes: tuple[str, ...]
    way: str  # alone, dossier
    name: str
    truth: str
    value: str
    confidence: float

    @property
    def good(self) -> bool:
        return agrees(self.name, self.value, self.truth)


@dataclass(slots=True)
class Counted:
    """By (order, way, field)."""

    tallies: dict[tuple[str, str, str], Tally] = field(default_factory=dict)

    def add(self, found: Found) -> None:
        for order in (found.order, "all"):
            self.tallies.setdefault((order, found.way, found.name), Tally()).add(found.good, found.confidence)

    def lines(self) -> Iterator[str]:
        """A table: the order, the number alone and in the dossier, the date alone and in the dossier."""
        yield "| order | n | number alone | dossier | date alone | dossier | sure in the dossier | of these wrong | sure alone | wrong |"
        yield "|---|---|---|---|---|---|---|---|---|---|"
        for order in (*ORDERS, "all"):
            rows = {
                (way, name): self.tallies.get((order, way, name), Tally()) for way in ("alone", "dossier") for name in FIELDS
            }
            if not any(tally.asked for tally in rows.values()):
                continue
            cells = [
                f"{rows[way, name].right / max(rows[way, name].asked, 1):.1%}"
                for name in FIELDS
                for way in ("alone", "dossier")
            ]
            sums = [
                (sum(getattr(rows[way, name], what) for name in FIELDS))
                for way in ("dossier", "alone")
                for what in ("sure", "sure_wrong")
            ]
            counts = "/".join(str(rows["alone", name].asked) for name in FIELDS)
            yield f"| {order} | {counts} | {' | '.join(cells)} | {' | '.join(str(one) for one in sums)} |"


def run() -> list[Row]:
    count = int(os.environ.get("VANKHO_BENCH_COUNT", COUNT))
    kept = os.environ.get("VANKHO_BENCH_FOLDER")
    counted = measure(range(FIRST, FIRST + count), Path(kept) if kept else None)
    print("\n".join(counted.lines()))
    rows = []
    for name in FIELDS:
        alone, dossier = counted.tallies["all", "alone", name], counted.tallies["all", "dossier", name]
        ours, anchor = dossier.right / dossier.asked, alone.right / alone.asked
        rows.append(
            Row(f"hands: {name} right in a dossier, against alone", f"{ours:.1%}", f"{anchor:.1%}", ours / anchor, "≥ 1")
        )
    for way in ("alone", "dossier"):
        tallies = [counted.tallies["all", way, name] for name in FIELDS]
        sure, wrong = sum(t.sure for t in tallies), sum(t.sure_wrong for t in tallies)
        share = wrong / max(sure, 1)
        rows.append(
            Row(
                f"hands: wrong among {sure} readings of 0.95 and more, {way}",
                f"{share:.2%}",
                f"{WRONG:.0%}",
                share / WRONG,
                "≤ 1",
            )
        )
    return rows


def measure(seeds: Iterable[int], kept: Path | None) -> Counted:
    """Makes, reads and compares the dossiers on all cores."""
    counted = Counted()
    fonts = [str(path) for path in typefaces()]
    with multiprocessing.get_context("spawn").Pool(os.cpu_count()) as pool:
        for found in pool.imap_unordered(_one, [(seed, fonts, str(kept or "")) for seed in seeds]):
            for one in found:
                counted.add(one)
                if kept and not one.good:
                    with (kept / "wrong.tsv").open("a", encoding="utf-8") as log:
                        log.write(
                            f"{one.seed}\t{one.place}\t{one.way}\t{one.name}\t{one.truth}\t{one.value}\t{one.confidence}\t{one.classes}\n"
                        )
    return counted


def typefaces() -> list[Path]:
    """The fonts, from the cache of the training or got with npm."""
    from training.fetch import _font, cache

    folder = cache() / "bench-hand"
    for name in FONTS:
        if not (folder / f"{name}.ttf").is_file():
            _font(name, folder / f"{name}.ttf", italic=False)
    return sorted(folder.glob("*.ttf"))


@cache
def pictures() -> dict[str, list[Gray]]:
    """Pictures of digits, light strokes on black, 8 bit; {} where none are named."""
    named = os.environ.get("VANKHO_BENCH_DIGITS")
    if not named:
        return {}
    from PIL import Image

    found: dict[str, list[Gray]] = {str(digit): [] for digit in range(10)}
    with np.load(named) as held:
        for image, digit in zip(held["images"], held["target"].tolist(), strict=True):
            grey = Image.fromarray((image / image.max() * 255).astype(np.uint8)).resize((96, 96), Image.Resampling.BICUBIC)
            sharp = np.clip((np.asarray(grey, np.float32) - 120) * 4, 0, 255).astype(np.uint8)
            found[str(digit)].append(sharp)
    return found


def _one(job: tuple[int, list[str], str]) -> list[Found]:
    seed, fonts, kept = job
    with tempfile.TemporaryDirectory() as passing:
        folder = Path(kept or passing) / str(seed)
        return compared(seed, prepared(seed, folder, fonts, count=PAPERS, depth=DEPTH))


def prepared(seed: int, folder: Path, fonts: list[str], *, count: int | None = None, depth: float = 1.0) -> dict[str, Any]:
    """Pages and words of a dossier in `folder`, made unless they are there."""
    done = folder / "dossier.json"
    if done.is_file():
        made: dict[str, Any] = json.loads(done.read_text("utf-8"))
        return made
    shutil.rmtree(folder, ignore_errors=True)
    dossier = make_dossier(seed, fonts=[Path(font) for font in fonts], pictures=pictures(), count=count, depth=depth)
    papers = []
    for place, paper in enumerate(dossier.papers):
        own = folder / str(place)
        own.mkdir(parents=True)
        resolution = {"dpi": (paper.dpi, paper.dpi)} if paper.dpi else {}
        if paper.page.mode == "1":
            path = own / "scan.tif"
            paper.page.save(path, compression="group4", **resolution)
        else:
            path = own / "scan.jpg"
            paper.page.save(path, quality=85, **resolution)
        papers.append({**laid_out(path, own), "truth": paper.truth, "by_hand": sorted(paper.by_hand)})
    made = {"order": dossier.order, "classes": dossier.classes, "papers": papers}
    done.write_text(json.dumps(made, ensure_ascii=False), "utf-8")
    return made


def compared(seed: int, made: dict[str, Any]) -> list[Found]:
    """Every handwritten value of the dossier, each document alone and all together."""
    from app.desk import tasks as desk

    papers = [{"words": one["words"], "images": one["images"]} for one in made["papers"]]
    together = desk.read_fields(papers, TODAY.isoformat())
    alone = [desk.read_fields([paper], TODAY.isoformat())[0] for paper in papers]
    found = []
    for way, answers in (("alone", alone), ("dossier", together)):
        for place, (answer, paper) in enumerate(zip(answers, made["papers"], strict=True)):
            for name in paper["by_hand"]:
                value, confidence = answer.get(name, ("", 0.0))[:2]
                found.append(
                    Found(
                        seed, place, made["order"], tuple(made["classes"]), way, name, paper["truth"][name], value, confidence
                    )
                )
    return found
