"""How long the window's thread leaves a click waiting: a clerk's day in a window with 2,000 documents, step by step, against an empty
PySide6 window that does nothing at the same load. What counts is the longest silence; `own` is what the thread itself worked in it,
the rest it waited for the processor."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import Any

from bench.measure import Row

ROOT = Path(__file__).resolve().parent.parent
BOUND = 100  # ms
PARTS = {
    "opening": "archive opened",
    "resting": "nothing done",
    "lists": "lists, search, settings, look",
    "paper": "a PDF of 500 pages",
    "review": "quick check",
    "dialogs": "export, packages, preservation, import, scan",
    "signing": "signing page, token, PIN, batch of 50",
    "verifying": "verification, 12 signatures",
    "lasting": "due list of 5,000, lock",
}


def run() -> list[Row]:
    from bench.sign import token
    from tests.signature.pki import make_pki

    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        module = token(place, make_pki(place / "pki"))
        (place / "config").mkdir()
        settings = {"sign.module": str(module), "sign.appearance": "none"}
        (place / "config" / "settings.json").write_text(json.dumps(settings))
        places = {"VANKHO_CONFIG": f"{place}/config", "VANKHO_LOG": f"{place}/log"}
        env = os.environ | places | {"QT_QPA_PLATFORM": os.environ.get("QT_QPA_PLATFORM", "offscreen")}
        archive = str(place / "archive")
        subprocess.run([sys.executable, "-m", "bench.window_stock", archive], cwd=ROOT, env=env, check=True)
        empty = walk(env, "--empty")
        steps = walk(env, archive)
    idle = max(step["longest"] for step in empty) * 1000
    by_part = defaultdict(list)
    for step in steps:
        by_part[step["part"]].append(step)
    return [_row(PARTS.get(part, part), of, idle) for part, of in by_part.items()]


def walk(env: dict[str, str], *arguments: str) -> list[dict[str, Any]]:
    command = [sys.executable, "-m", "bench.window_walk", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=env, check=True, capture_output=True, text=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def _row(name: str, steps: list[dict[str, Any]], idle: float) -> Row:
    worst = max(steps, key=lambda step: step["longest"])
    own = max(step["own"] for step in steps) * 1000
    longest = worst["longest"] * 1000
    ours = f"{longest:.0f} ms ({worst['step']}); most of its own work {own:.0f} ms"
    return Row(f"window, longest silence: {name}", ours, f"empty window {idle:.0f} ms", longest / BOUND, "≤ 1 (100 ms)")
