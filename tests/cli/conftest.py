from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.cli.program import SAMPLES, vankho
from tests.made_files import sheet
from tests.signature.conftest import full_token, hsm, identity, pki, software

__all__ = ["full_token", "hsm", "identity", "pki", "software"]


@dataclass(slots=True)
class Kept:
    """An archive that was made and filled from the command line; tests read it."""

    folder: Path
    imported: list[dict[str, Any]] = field(default_factory=list)


@pytest.fixture(scope="session")
def places(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Settings and logs for what runs before the first test's own are set."""
    folder = tmp_path_factory.mktemp("cli")
    ours = {
        "VANKHO_CONFIG": str(folder / "config"),
        "VANKHO_LOG": str(folder / "log"),
        "VANKHO_OFFICE": str(folder / "office.json"),
        "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
    }
    before = {name: os.environ.get(name) for name in ours}
    os.environ |= ours
    yield folder
    for name, value in before.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value


@pytest.fixture(scope="session")
def kept(places: Path) -> Kept:
    archive = Kept(places / "kho")
    vankho("init", archive.folder).told(0)
    slip = places / "quyết định 2.jpg"
    sheet((620, 200), ("Quyết định số 2",), points=28, seal=False).save(slip, dpi=(100, 100))
    done = vankho("--json", "import", SAMPLES / "11-quyet-dinh.pdf", slip, archive=archive.folder)
    done.told(0)
    archive.imported = done.rows
    return archive
