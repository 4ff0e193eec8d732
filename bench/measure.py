"""Measuring: alternate runs, medians and ratios. Absolute times are remarks; what counts is the ratio within one run."""

from __future__ import annotations

import os
import platform
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path


@dataclass(slots=True)
class Row:
    """One comparison: ours against an anchor measured in the same run."""

    what: str
    ours: str
    anchor: str
    ratio: float
    goal: str

    def markdown(self) -> str:
        return f"| {self.what} | {self.ours} | {self.anchor} | {self.ratio:.2f} | {self.goal} |"


HEAD = "| what | ours | anchor | ratio | goal |\n|---|---|---|---|---|"


def seconds(action: Callable[[], object]) -> float:
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def alternate(ours: Callable[[], object], anchor: Callable[[], object], runs: int = 5) -> tuple[float, float]:
    """Median seconds of both, run in turn after one warm-up each."""
    ours()
    anchor()
    pairs = [(seconds(ours), seconds(anchor)) for _run in range(runs)]
    return statistics.median(a for a, _b in pairs), statistics.median(b for _a, b in pairs)


def machine() -> str:
    lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    model = next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), platform.machine())
    return f"{model}, {os.cpu_count()} cores, Python {platform.python_version()}, {date.today():%Y-%m-%d}"  # noqa: DTZ011 - a remark
