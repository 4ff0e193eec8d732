"""The command line, killed with SIGKILL at a point of its work: `killed_program.py calls|soon NUMBER ARGUMENTS…`.

"calls" counts the moments at which something is made durable (fsync, rename): the kill falls just before the one with this number,
where half-written things are most likely. "soon" is any moment in the tenth of a second after it, told by the number's fraction.
Counting calls rather than seconds, the kill falls within the work on any machine. Number 0 kills never.
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
    left = [int(number)]

    def counted(function: Any) -> Any:
        def call(*arguments: Any, **named: Any) -> Any:
            left[0] -= 1
            if left[0] == 0:
                if kind == "calls":
                    die()
                timer = threading.Timer(number % 1 / 10, die)
                timer.daemon = True
                timer.start()
            return function(*arguments, **named)

        return call

    os.fsync = counted(os.fsync)
    os.replace = counted(os.replace)  # Path.replace calls it


if __name__ == "__main__":
    arm(sys.argv[1], float(sys.argv[2]))
    from app.cli.main import command_line

    raise SystemExit(command_line(sys.argv[3:]))
