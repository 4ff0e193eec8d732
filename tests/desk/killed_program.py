"""The command line, killed with SIGKILL at a point of its work: `killed_program.py calls|seconds NUMBER ARGUMENTS…`.

"calls" counts the moments at which something is made durable (fsync, rename): the kill falls just before the one with this number,
where half-written things are most likely. "seconds" is any moment at all. Number 0 kills never.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def arm(kind: str, number: float) -> None:
    if kind == "seconds":
        timer = threading.Timer(number, die)
        timer.daemon = True
        timer.start()
        return
    left = [number]

    def counted(function: Any) -> Any:
        def call(*arguments: Any, **named: Any) -> Any:
            left[0] -= 1
            if left[0] == 0:
                die()
            return function(*arguments, **named)

        return call

    os.fsync = counted(os.fsync)
    os.replace = counted(os.replace)  # Path.replace calls it


if __name__ == "__main__":
    arm(sys.argv[1], float(sys.argv[2]))
    from app.cli.main import command_line

    raise SystemExit(command_line(sys.argv[3:]))
