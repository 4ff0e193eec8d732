"""kill -9 of the server while an upload is under way: it starts again, the batch ends, counted once."""

from __future__ import annotations

import io
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from app.jobs import Job, Silent
from app.sync.client import deposit, enrol
from app.sync.outbox import BatchState
from server.enrolment import create_code, ledger_url
from server.ledger import Ledger
from tests.ports import KeptPort
from tests.sync.offices import AGENCY, Desk, noise

PATIENCE = 600.0  # seconds: the rests double while a busy machine starts the server again


class Server:
    """`python -m server` on a port that stays the same."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.port = KeptPort()
        self._process: subprocess.Popen[str] | None = None
        self.url = self.start()

    def start(self) -> str:
        command = [sys.executable, "-m", "server", "--folder", str(self._folder), "--listen", f"127.0.0.1:{self.port.number}"]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        assert self._process.stdout
        found = re.fullmatch(r"listening on (\S+)\n", self._process.stdout.readline())
        assert found
        return found[1]

    def end(self, how: int = signal.SIGKILL) -> int:
        assert self._process
        assert self._process.stdout
        os.kill(self._process.pid, how)
        with self._process:
            return self._process.wait()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    running = Server(tmp_path / "server")
    yield running
    running.end()
    running.port.close()


def test_killed_in_the_middle_of_uploads_and_started_again(server: Server, tmp_path: Path) -> None:
    desk = Desk(enrol(server.url, create_code(tmp_path / "server", AGENCY), "máy 1"))
    manifest = desk.batch(*(desk.item(noise(10_000_000, n)) for n in range(3)))
    kills_at = [1, 9_000_000, 14_000_000, 25_000_000]
    read = 0

    class Deadly(io.BytesIO):
        """Reading on at the desk is the moment at which the server dies."""

        def read(self, size: int | None = -1, /) -> bytes:
            nonlocal read
            block = super().read(size)
            read += len(block)
            if kills_at and read > kills_at[0]:
                kills_at.pop(0)
                server.end()
                server.start()
            return block

    receipt = deposit(
        Job(), desk.endpoint, manifest, lambda d: Deadly(desk.bytes[d]), desk.states.append, patience=PATIENCE, senders=1
    )
    assert not kills_at
    assert (receipt.seq, receipt.blobs) == (1, len(manifest.wanted))
    server.end()
    server.start()
    assert desk.deposit(manifest).jws == receipt.jws
    stored = (tmp_path / "server" / "objects").glob("*/??/??/*")
    assert {path.name: path.read_bytes() for path in stored} == desk.bytes


def test_killed_at_any_moment(server: Server, tmp_path: Path) -> None:
    """While bytes are flowing, when all are sent, and while the batch is being counted."""
    desk = Desk(enrol(server.url, create_code(tmp_path / "server", AGENCY), "máy 1"))
    manifest = desk.batch(*(desk.item(noise(9_000_000, n)) for n in range(3)), *(desk.item(noise(99, n)) for n in range(20)))

    def again() -> None:
        server.end()
        server.start()

    class Killer(Silent):
        """Hears of progress while two senders are at work."""

        levels = [2_000_000, 12_000_000, 20_000_000]

        def changed(self, job: Job) -> None:
            if self.levels and job.done > self.levels[0]:
                self.levels.pop(0)
                again()

    def on_state(state: BatchState) -> None:
        if state in (BatchState.SENT, BatchState.COMMITTED):
            again()

    job = Job("", Killer())
    receipt = deposit(job, desk.endpoint, manifest, desk.open, on_state, patience=PATIENCE)
    assert not Killer.levels
    assert (receipt.seq, receipt.blobs) == (1, len(manifest.wanted))
    assert desk.deposit(manifest).jws == receipt.jws
    with closing(Ledger(ledger_url(tmp_path / "server"))) as ledger:
        assert ledger.receipts(AGENCY) == [receipt.jws]


def test_ends_when_asked(server: Server) -> None:
    assert server.end(signal.SIGTERM) in (0, -signal.SIGTERM)
    server.start()
