"""The command line and a real server process: serve, enrol, sync, and what the line may do."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.cli.program import command, environment, here, vankho
from tests.desk.papers import VIETNAMESE, tiny
from tests.fakes.chaos_proxy import ChaosProxy, Pass, Stall, html
from tests.ports import KeptPort

AGENCY = "000.00.12.H29"


@dataclass
class Served:
    """`main.py serve` in a process of its own; `stop` and `start` keep its folder and its address."""

    folder: Path
    url: str = ""
    process: subprocess.Popen[str] | None = None
    port: KeptPort = field(default_factory=KeptPort)

    def start(self) -> None:
        listen = f"127.0.0.1:{self.port.number}"
        self.process = subprocess.Popen(
            command("serve", "--folder", self.folder, "--listen", listen),
            env=environment(None),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self.process.stdout is not None
        self.url = self.process.stdout.readline().strip().rpartition(" ")[2]
        assert self.url.startswith("http://127.0.0.1:")

    def stop(self) -> None:
        assert self.process is not None
        assert self.process.stdout is not None
        self.process.terminate()
        self.process.wait(30)
        self.process.stdout.close()

    def code(self) -> str:
        made = subprocess.run(
            command("serve", "--folder", self.folder, "--code-for", AGENCY),
            env=environment(None),
            capture_output=True,
            text=True,
            check=True,
        )
        return made.stdout.split()[0]


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    server = Served(tmp_path / "server")
    server.start()
    yield server
    server.stop()
    server.port.close()


def test_a_desk_enrols_and_syncs_whatever_the_line_does(served: Served, tmp_path: Path) -> None:
    archive = tmp_path / "kho"
    here("init", archive).told(0)
    here("import", "--no-ocr", tiny(tmp_path / "a.png", 1), archive=archive).told(0)
    assert VIETNAMESE.search(here("sync", archive=archive).told(3))  # not enrolled yet
    assert VIETNAMESE.search(here("enrol", served.url, "AAAA-BBBB-CCCC", archive=archive).told(3))
    assert VIETNAMESE.search(here("enrol", "không phải địa chỉ", "AAAA-BBBB-CCCC", archive=archive).told(3))

    with ChaosProxy(served.url) as line:
        enrolled = vankho("--json", "enrol", line.url, served.code(), archive=archive)
        enrolled.told(0)
        assert enrolled.rows[0]["agency"] == AGENCY
        for fault in (html(), Stall()):
            line.forever = fault
            failed = here("--json", "sync", "--patience", "1", archive=archive)
            assert VIETNAMESE.search(failed.told(1))
            assert failed.out == ""
        line.forever = Pass()
        served.stop()
        down = vankho("--json", "sync", "--patience", "1", archive=archive)
        assert VIETNAMESE.search(down.told(1))
        served.start()
        done = here("--json", "sync", "--patience", "20", archive=archive)
        done.told(0)
    assert [row["items"] for row in done.rows] == [1]
    assert set(done.rows[0]) == {"batch", "items", "bytes", "receipt"}
    again = here("sync", "--patience", "20", archive=archive)
    assert VIETNAMESE.search(again.told(0))  # the line is gone, but nothing waits
    assert again.out == ""


def test_to_names_the_server_that_the_desk_belongs_to(served: Served, tmp_path: Path) -> None:
    archive = tmp_path / "kho"
    here("init", archive).told(0)
    here("enrol", served.url, served.code(), archive=archive).told(0)
    here("dossier", "H.01", "Hồ sơ thử", archive=archive).told(0)
    refused = here("--json", "sync", "--to", "http://127.0.0.1:1", archive=archive)
    assert served.url in refused.told(3)
    assert refused.out == ""
    done = here("--json", "sync", "--to", f"{served.url}/", archive=archive)
    done.told(0)
    assert [row["items"] for row in done.rows] == [1]
    assert here("sync", "--patience", "nan", archive=archive).code == 2
