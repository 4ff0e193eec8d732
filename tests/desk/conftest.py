from __future__ import annotations

from pathlib import Path

import pytest

from tests.desk.scanner import SaneTest


@pytest.fixture
def sane(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> SaneTest:
    folder: Path = tmp_path_factory.mktemp("sane")
    (folder / "dll.conf").write_text("test\n")
    monkeypatch.setenv("SANE_CONFIG_DIR", str(folder))
    made = SaneTest(folder)
    made.set()
    return made
