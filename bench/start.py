"""Start of the window against an empty PySide6 window, whole processes, offscreen and without an archive."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.measure import Row, alternate

ROOT = Path(__file__).resolve().parent.parent


def run() -> list[Row]:
    with tempfile.TemporaryDirectory() as home:
        places = {"VANKHO_CONFIG": f"{home}/config", "VANKHO_ARCHIVE": f"{home}/data", "VANKHO_LOG": f"{home}/log"}
        env = os.environ | places | {"QT_QPA_PLATFORM": os.environ.get("QT_QPA_PLATFORM", "offscreen")}

        def start(which: str) -> None:
            subprocess.run([sys.executable, "-m", "bench.first_paint", which], cwd=ROOT, env=env, check=True)

        ours, empty = alternate(lambda: start("vankho"), lambda: start("empty"))
    goal = "≤ the empty window + 1 s"
    return [
        Row("window, process start to first paint", f"{ours:.2f} s", f"empty PySide6 window {empty:.2f} s", ours / empty, goal)
    ]
