"""Runs the real program as scripts run it: a process of its own, its streams, its exit code."""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "resources" / "samples"
PASSWORD = "mật khẩu thử"


@dataclass(slots=True)
class Ended:
    code: int
    out: str
    err: str

    @property
    def rows(self) -> list[dict[str, Any]]:
        """What --json printed; fails on anything between the objects."""
        found = [json.loads(line) for line in self.out.splitlines()]
        assert all(isinstance(row, dict) for row in found)
        return found

    def told(self, code: int) -> str:
        """The words on stderr, after the usual proofs: this exit code, no traceback, no bug."""
        assert self.code == code, (self.code, self.out, self.err)
        assert "Traceback" not in self.err
        assert "gặp lỗi" not in self.err
        assert "made a mistake" not in self.err
        return self.err


def command(*arguments: str | Path, archive: Path | None = None) -> list[str]:
    where = ["--archive", str(archive)] if archive is not None else []
    return [sys.executable, str(ROOT / "main.py"), *where, *(os.fspath(a) for a in arguments)]


def environment(password: str | None = PASSWORD, **more: str) -> dict[str, str]:
    given = os.environ | {"PYTHONWARNINGS": "default"} | more
    return given if password is None else given | {"VANKHO_PASSWORD": password}


def vankho(
    *arguments: str | Path, archive: Path | None = None, password: str | None = PASSWORD, timeout: float = 120, **env: str
) -> Ended:
    done = subprocess.run(
        command(*arguments, archive=archive),
        env=environment(password, **env),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=timeout,
        check=False,
    )
    return Ended(done.returncode, done.stdout.decode(), done.stderr.decode())


def here(*arguments: str | Path, archive: Path | None = None, password: str | None = PASSWORD, **env: str) -> Ended:
    """The same command within this process: for tests of many calls, where starting a program takes most of the time."""
    from app.cli.main import command_line

    before, handler, root = dict(os.environ), signal.getsignal(signal.SIGTERM), logging.getLogger()
    handlers, level = list(root.handlers), root.level
    os.environ.update(env if password is None else env | {"VANKHO_PASSWORD": password})
    out, err = StringIO(), StringIO()
    try:
        with redirect_stdout(out), redirect_stderr(err):
            code = command_line(command(*arguments, archive=archive)[2:])
    finally:
        os.environ.clear()
        os.environ.update(before)
        signal.signal(signal.SIGTERM, handler)
        for added in [one for one in root.handlers if one not in handlers]:
            root.removeHandler(added)
            added.close()
        root.setLevel(level)
        logging.raiseExceptions = True
    return Ended(code, out.getvalue(), err.getvalue())
