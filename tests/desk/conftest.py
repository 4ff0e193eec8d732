from __future__ import annotations

from pathlib import Path

import pytest

from storage import keys
from tests.desk.scanner import SaneTest


@pytest.fixture(autouse=True)
def _cheap_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """An archive a test: stretching its password as long as a real one takes most of the time. tests/app has it as it is."""
    monkeypatch.setitem(keys.ARGON, "memory_cost", 8192)
    monkeypatch.setitem(keys.ARGON, "time_cost", 1)


@pytest.fixture
def sane(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> SaneTest:
    folder: Path = tmp_path_factory.mktemp("sane")
    (folder / "dll.conf").write_text("test\n")
    monkeypatch.setenv("SANE_CONFIG_DIR", str(folder))
    made = SaneTest(folder)
    made.set()
    return made
