"""Sheet numbers in the corners of generated dossiers (`tests.samples.sheets`), through the engine: by pencil, pen and machine.

Seeds from 2000 are for the report; 1000 … 1999 are those the reader was built on. `VANKHO_BENCH_COUNT` sets how many papers (200).
Only the top of each page is drawn and recognised: nothing else of it is looked at.
"""

from __future__ import annotations

import multiprocessing
import os
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from bench.measure import Row
from storage.records.reading import FieldReading
from tests.samples.sheets import TOP, Numbered, make_numbered

FIRST, COUNT, DOSSIER = 2000, 200, 20
BLANK = 1_000_000  # seeds from here on are drawn without numbers
SURE = 0.95

Read = tuple[str, str, float, str, float]  # truth, in the dossier and how sure, alone and how sure


def run() -> list[Row]:
    count = int(os.environ.get("VANKHO_BENCH_COUNT", COUNT))
    dossiers = max(1, count // DOSSIER)
    with multiprocessing.get_context("spawn").Pool(os.cpu_count()) as pool:
        answers = pool.map(_dossier, [FIRST + n for n in range(dossiers)] + [BLANK + n for n in range(dossiers)], chunksize=1)
    numbered = [one for answer, _cost in answers[:dossiers] for one in answer]
    blank = [one for answer, _cost in answers[dossiers:] for one in answer]
    cost = sum(cost for _answer, cost in answers[dossiers:]) / max(len(blank), 1) * 1000
    together = sum(truth == value for truth, value, _s, _a, _t in numbered) / len(numbered)
    alone = sum(truth == value for truth, _v, _s, value, _t in numbered) / len(numbered)
    sure = [(truth, value) for truth, value, s, _a, _t in numbered if s >= SURE]
    sure += [(truth, value) for truth, _v, _s, value, s in numbered if s >= SURE]
    wrong = sum(truth != value for truth, value in sure) / max(len(sure), 1)
    false = sum(bool(value) or bool(other) for _t, value, _s, other, _u in blank) / len(blank)
    return [
        Row(f"sheets: right, read as dossiers ({len(numbered)} papers)", f"{together:.1%}", "95 %", together / 0.95, "≥ 1"),
        Row("sheets: right, each paper alone", f"{alone:.1%}", "80 %", alone / 0.8, "≥ 1"),
        Row(f"sheets: wrong among {len(sure)} readings of 0.95 and more", f"{wrong:.2%}", "1 %", wrong / 0.01, "≤ 1"),
        Row(f"sheets: numbers seen on {len(blank)} papers without", f"{false:.2%}", "0.5 %", false / 0.005, "≤ 1"),
        Row("sheets: processor milliseconds a paper without", f"{cost:.1f}", "10", cost / 10, "≤ 1"),
    ]


def _dossier(seed: int) -> tuple[list[Read], float]:
    """What is read of the papers of one dossier, and the processor's seconds for a look at their corners, a paper."""
    from app.describe.handwriting.reader import SlotReader
    from app.describe.sheet_numbers.seen import look_at_pages
    from app.describe.sheet_numbers.sequence import read_sheets
    from app.recognise import tasks as recognise
    from app.recognise.words import from_plain

    reader, seen, cost = SlotReader(), [], 0.0
    dossier = make_numbered(seed % BLANK, DOSSIER, deep=TOP, blank=seed >= BLANK)
    with tempfile.TemporaryDirectory() as passing:
        for place, made in enumerate(dossier):
            images = made.save(Path(passing), str(place))
            pages = [from_plain(recognise.read_page(str(image))) for image in images]
            began = time.process_time()
            seen.append(look_at_pages(pages, images, reader))
            cost += time.process_time() - began
    together = read_sheets(seen)
    alone = [read_sheets([one])[0] for one in seen]
    return _read(dossier, together, alone), cost


def _read(
    dossier: Sequence[Numbered], together: Sequence[FieldReading | None], alone: Sequence[FieldReading | None]
) -> list[Read]:
    nothing = FieldReading("", 0.0)
    found = ((made.truth, one or nothing, other or nothing) for made, one, other in zip(dossier, together, alone, strict=True))
    return [(truth, one.value, one.confidence, other.value, other.confidence) for truth, one, other in found]
