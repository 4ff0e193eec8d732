"""Numbers and days that were written by hand into arrival stamps: right ones, and how few of the sure ones are wrong.

The papers are those of `tests.samples.varied.arrived`, seeds from 190000 (development looked at 170000 … 170119), half of them in
colour, half grey, of one bit or copied. `VANKHO_BENCH_COUNT` sets how many (100: some three minutes on two cores),
`VANKHO_BENCH_FOLDER` takes a list of what was wrong.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import tempfile
from collections import Counter
from pathlib import Path

from bench.describe import SURE, agrees, read, typefaces
from bench.measure import Row
from tests.samples.typeface import Family
from tests.samples.varied.arrived import COLOUR, GREY, make_arrived

FIRST, COUNT = 190_000, 100
NAMES = {"arrivalNumber": "numbers", "arrivalDate": "days"}
GOALS = {"colour": 0.85, "grey": 0.70}

Found = dict[str, tuple[str, float]]


def run() -> list[Row]:
    count = int(os.environ.get("VANKHO_BENCH_COUNT", COUNT))
    kept = os.environ.get("VANKHO_BENCH_FOLDER")
    right: Counter[tuple[str, str]] = Counter()
    asked: Counter[str] = Counter()
    sure = wrong = 0
    families = typefaces()
    with multiprocessing.get_context("spawn").Pool(os.cpu_count()) as pool:
        for seed, kind, truth, found in pool.imap_unordered(_one, [(seed, families) for seed in range(FIRST, FIRST + count)]):
            asked[kind] += 1
            for name in NAMES:
                value, confidence = found.get(name, ("", 0.0))
                good = agrees(name, value, truth[name])
                right[kind, name] += good
                sure += confidence >= SURE
                wrong += confidence >= SURE and not good
                if kept and not good:
                    with (Path(kept) / "arrival.jsonl").open("a", encoding="utf-8") as log:
                        log.write(json.dumps([seed, kind, name, truth[name], value, confidence], ensure_ascii=False) + "\n")
    rows = []
    for kind, goal in GOALS.items():
        for name, said in NAMES.items():
            share = right[kind, name] / max(asked[kind], 1)
            what = f"arrival: {said} written into the stamp right, {kind} ({asked[kind]})"
            rows.append(Row(what, f"{share:.1%}", f"{goal:.0%}", share / goal, "≥ 1"))
    share = wrong / max(sure, 1)
    return [*rows, Row(f"arrival: wrong among {sure} readings of 0.95 and more", f"{share:.2%}", "1 %", share / 0.01, "≤ 1")]


def _one(job: tuple[int, tuple[Family, ...]]) -> tuple[int, str, dict[str, str], Found]:
    seed, families = job
    kind = "colour" if seed % 2 == 0 else "grey"
    ways = COLOUR if kind == "colour" else GREY
    made = make_arrived(seed, families, ways[seed // 2 % len(ways)])
    with tempfile.TemporaryDirectory() as passing:
        found, _seconds = read(made.paper.save(Path(passing), str(seed)))
    return seed, kind, made.paper.truth, found
