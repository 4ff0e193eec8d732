"""Scanning as the program sees it: a list of devices, and pages that come one by one, each on the disk before the next."""

from __future__ import annotations

import json
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from app.errors import AppError, Cancelled
from app.i18n import N_, _
from app.jobs import Job
from app.paths import ROOT

SILENCE = 120.0  # seconds without a byte: a driver that hangs (lamps take up to a minute to warm)
POLL = 0.1

_WORDS = {
    "scanner.no_driver": (
        N_("This PC has no scanner software."),
        N_("Ask your administrator to install the scanner's driver (on Debian: libsane1)."),
    ),
    "scanner.none": (N_("No scanner was found."), N_("Check that it is switched on and plugged in, then press Refresh.")),
    "scanner.busy": (N_("The scanner is being used by another program."), N_("Close that program, then scan again.")),
    "scanner.jam": (N_("Paper is jammed in the scanner."), N_("Open it, take the sheet out, and go on with that sheet.")),
    "scanner.no_paper": (N_("There is no paper in the feeder."), N_("Put the sheets in and press Scan.")),
    "scanner.cover_open": (N_("The scanner's cover is open."), N_("Close it, then scan again.")),
    "scanner.offline": (
        N_("The scanner stopped answering."),
        N_("The pages scanned so far are kept. Check its cable and power, then scan the rest."),
    ),
    "scanner.denied": (
        N_("This user may not use the scanner."),
        N_("Ask your administrator to add you to the scanner's users."),
    ),
    "scanner.setting": (
        N_("The scanner refuses this setting."),
        N_("Choose another resolution, colour or paper source in the scan window."),
    ),
    "scanner.unsupported": (N_("The scanner has no feeder of this kind."), N_("Choose the flatbed glass as the paper source.")),
    "scanner.no_duplex": (
        N_("This scanner scans one side of the paper only."),
        N_("Turn off “Scan both sides”; scan the fronts, turn the pile over and scan the backs."),
    ),
    "scanner.cancelled": (
        N_("The scan was stopped at the scanner."),
        N_("The pages scanned so far are kept. Scan the rest when you are ready."),
    ),
    "scanner.memory": (N_("The scanner ran out of memory."), N_("Choose a lower resolution.")),
    "scanner.crashed": (
        N_("The scanner's driver crashed."),
        N_("The pages scanned so far are kept. Switch the scanner off and on, then scan the rest."),
    ),
    "disk.full": (N_("The disk is full."), N_("The pages scanned so far are kept. Free some space, then scan the rest.")),
}


@dataclass(slots=True, frozen=True)
class Device:
    name: str  # what the driver calls it; `ScanProfile.device` takes this
    vendor: str
    model: str
    kind: str

    @property
    def label(self) -> str:
        return " ".join(part for part in (self.vendor, self.model) if part) or self.name


@dataclass(slots=True, frozen=True)
class ScanProfile:
    """`source` "feeder" or "flatbed", `colour` "colour" or "grey"."""

    device: str
    source: str = "feeder"
    duplex: bool = False
    dpi: int = 300
    colour: str = "colour"


@dataclass(slots=True, frozen=True)
class ScannedPage:
    """A JPEG that is on the disk; the caller owns the file."""

    path: Path
    number: int  # from 1
    width: int
    height: int
    dpi: int


def list_devices(job: Job) -> list[Device]:
    """Raises AppError `scanner.no_driver`, `scanner.none`, `scanner.crashed`."""
    with _Child(job) as child:
        answer = child.ask({"do": "devices"})
    devices = [Device(row["name"], row["vendor"], row["model"], row["type"]) for row in answer["devices"]]
    if not devices:
        raise trouble("scanner.none")
    return devices


def scan(job: Job, profile: ScanProfile, folder: Path) -> Iterator[ScannedPage]:
    """Pages until the feeder is empty (one page from the flatbed). The next page is asked for when the caller comes back for it.

    Raises AppError `scanner.*`; Cancelled when the job is asked to stop. Pages that were given stay.
    """
    with _Child(job) as child:
        child.ask({"do": "scan", "profile": asdict(profile), "folder": str(folder)})
        while True:
            answer = child.ask({"do": "next"})
            if answer.get("end"):
                return
            yield ScannedPage(Path(answer["page"]), answer["number"], answer["width"], answer["height"], answer["dpi"])


def trouble(code: str, detail: str = "") -> AppError:
    message, advice = _WORDS.get(code, _WORDS["scanner.offline"])
    return AppError(code, _(message), _(advice), detail=detail)


class _Child:
    """The worker process with the driver in it."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._process = subprocess.Popen(
            [sys.executable, "-m", "app.capture.scanner.worker"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
            start_new_session=True,  # Ctrl+C reaches us; the driver is told to stop and sends its scanner home
        )
        self._answers: queue.Queue[dict[str, Any] | None] = queue.Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self._process.stdout is not None  # noqa: S101 - a pipe was asked for
        with suppress(ValueError):
            for line in self._process.stdout:
                self._answers.put(json.loads(line))
        self._answers.put(None)

    def ask(self, request: dict[str, Any]) -> dict[str, Any]:
        """The answer. Raises AppError of the scanner, Cancelled."""
        self._job.check()
        self._send(request)
        heard = time.monotonic()
        while True:
            try:
                answer = self._answers.get(timeout=POLL)
            except queue.Empty:
                if self._job.stopping:
                    self._send({"do": "cancel"})
                    raise Cancelled from None
                if time.monotonic() - heard > SILENCE:
                    raise trouble("scanner.offline", "silent") from None
                continue
            heard = time.monotonic()
            if answer is None:
                raise trouble("scanner.crashed", f"exit {self._process.wait()}")
            if "error" in answer:
                raise trouble(answer["error"], answer.get("detail", ""))
            if "heard" not in answer:
                return answer

    def _send(self, request: dict[str, Any]) -> None:
        assert self._process.stdin is not None  # noqa: S101 - a pipe was asked for
        try:
            self._process.stdin.write(json.dumps(request) + "\n")
            self._process.stdin.flush()
        except OSError as error:
            raise trouble("scanner.crashed", str(error)) from error

    def __enter__(self) -> _Child:
        return self

    def __exit__(self, *_exc: object) -> None:
        assert self._process.stdin is not None  # noqa: S101 - a pipe was asked for
        assert self._process.stdout is not None  # noqa: S101 - a pipe was asked for
        with suppress(OSError):
            self._process.stdin.close()
        try:
            self._process.wait(5)  # lets the driver send its scanner home
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._reader.join()
        self._process.stdout.close()
