"""kill -9 of the desk at every request of a sync, before it is sent and after it was answered: the next sync ends it, counted once."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from server.enrolment import ledger_url
from server.ledger import Ledger
from tests.cli.program import ROOT, environment, here
from tests.cli.test_sync import AGENCY, Served
from tests.desk.papers import tiny

DIES = """
import os, sys
from app.sync import line
left, when = int(sys.argv[1]), sys.argv[2]
ask = line.Line._exchange
def counted(self, *a, **k):
    global left
    left -= 1
    if left < 0 and when == "before":
        os._exit(9)
    answer = ask(self, *a, **k)
    if left < 0:
        os._exit(9)
    return answer
line.Line._exchange = counted
from app.cli.main import command_line
sys.exit(command_line(["--archive", sys.argv[3], "sync", "--patience", "20"]))
"""


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    server = Served(tmp_path / "server")
    server.start()
    yield server
    server.stop()
    server.port.close()


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_desk_killed_at_every_request(served: Served, tmp_path: Path, when: str) -> None:
    archive = tmp_path / "kho"
    here("init", archive).told(0)
    here("enrol", served.url, served.code(), archive=archive).told(0)
    here("import", "--no-ocr", *(tiny(tmp_path / f"{number}.png", number) for number in range(2)), archive=archive).told(0)
    codes = []
    for request in range(40):
        done = subprocess.run(
            [sys.executable, "-c", DIES, str(request), when, str(archive)],
            cwd=ROOT,
            env=environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=120,
            check=False,
        )
        codes.append(done.returncode)
        if done.returncode != 9:
            break
    assert codes[-1] == 0
    assert codes.count(9) >= 3
    again = here("--json", "sync", archive=archive)
    again.told(0)
    assert again.rows == []
    assert here("audit", "verify", archive=archive).code == 0
    with closing(Ledger(ledger_url(served.folder))) as ledger:
        assert len(ledger.receipts(AGENCY)) == 1
