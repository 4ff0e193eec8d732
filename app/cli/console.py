"""What the command line says: results on stdout (JSON lines with --json), progress and words on stderr."""

from __future__ import annotations

import dataclasses
import getpass
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

from app.errors import AppError, Problem
from app.i18n import _
from app.jobs import Job, Question


class Console:
    """Also listens to jobs: one line of progress, at most ten a second, and asks on the terminal."""

    def __init__(self, *, as_json: bool = False) -> None:
        self.as_json = as_json
        self.interrupted = False  # a signal asked to stop
        self._last = 0.0
        self._drawn = False

    def result(self, row: dict[str, Any], words: str) -> None:
        """One result: `row` as a JSON line, or `words` for people."""
        self._wipe()
        text = json.dumps(row, ensure_ascii=False, default=_plain) if self.as_json else words
        sys.stdout.write(text + "\n")
        sys.stdout.flush()

    def say(self, words: str) -> None:
        self._wipe()
        sys.stderr.write(words + "\n")

    def problems(self, found: list[Problem]) -> int:
        """Says each; the exit code that follows."""
        for problem in found:
            self.say(f"! {problem}")
        return 1 if found else 0

    def job(self, title: str = "") -> Job:
        return Job(title, self)

    # --- Listener ---
    def changed(self, job: Job) -> None:
        if self.interrupted:
            job.stop()
        now = time.monotonic()
        if not sys.stderr.isatty() or now - self._last < 0.1:
            return
        self._last, self._drawn = now, True
        total = f"/{job.total}" if job.total else ""
        sys.stderr.write(f"\r\x1b[K{job.note} {job.done}{total}")
        sys.stderr.flush()

    def ask(self, job: Job, question: Question) -> Any:
        """The answer from the terminal. Raises AppError `question.no_terminal` where there is none."""
        if not sys.stdin.isatty():
            raise AppError(
                "question.no_terminal",
                _("A question can't be asked without a terminal: {title}.").format(title=question.title),
                _("Give the answer in an environment variable (see --pin-env and --password-env), or work in a terminal."),
            )
        self.say(question.text)
        if question.kind in ("pin", "password"):
            return getpass.getpass(question.title + ": ") or None
        for index, choice in enumerate(question.choices, 1):
            self.say(f"  {index}. {choice}")
        answer = input("? ").strip()
        valid = answer.isdigit() and 1 <= int(answer) <= len(question.choices)
        return question.choices[int(answer) - 1] if valid else None

    def _wipe(self) -> None:
        if self._drawn:
            sys.stderr.write("\r\x1b[K")
            self._drawn = False


def secret_from(variable: str | None) -> str | None:
    """A secret out of the environment, which it leaves: children must not inherit it. Never taken from the arguments."""
    return os.environ.pop(variable, None) if variable else None


def row_id(text: str) -> int | None:
    """The number that a document's id is; None for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def count(text: str) -> int:
    """For argparse: a number from 1."""
    number = int(text)
    if not 1 <= number < 2**31:
        raise ValueError(text)
    return number


def path(text: str) -> Path:
    """For argparse: a path that was really given; an empty one would mean the folder one happens to be in."""
    if not text.strip():
        raise ValueError(text)
    return Path(text)


def seconds(text: str) -> float:
    """For argparse: a time from 0, and an end to it."""
    number = float(text)
    if not 0 <= number <= 1e6:
        raise ValueError(text)
    return number


def yes_no(value: bool) -> str:
    return _("yes") if value else _("no")


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return dataclasses.asdict(value)
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    raise TypeError(type(value))
