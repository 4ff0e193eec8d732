"""What many tests share. Nothing here reaches the person's own settings, archive or key store."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest

from app import i18n
from app.sandbox import SandboxPool
from app.services import Services
from app.workspace import Workspace

if TYPE_CHECKING:
    from app.recognise.tesseract import Tesseract

# The same examples on every run, as slow as the machine is; HYPOTHESIS_PROFILE=default looks for new ones.
AS_SLOW = [hypothesis.HealthCheck.too_slow]
hypothesis.settings.register_profile("same", derandomize=True, database=None, deadline=None, suppress_health_check=AS_SLOW)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))

PASSWORD = "mật khẩu thử"


@pytest.fixture(autouse=True)
def _own_places(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings and logs of each test lie in a folder of its own; no key store is ever asked."""
    places = tmp_path_factory.mktemp("places")
    monkeypatch.setenv("VANKHO_CONFIG", str(places / "config"))
    monkeypatch.setenv("VANKHO_LOG", str(places / "log"))
    monkeypatch.setenv("VANKHO_OFFICE", str(places / "office.json"))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    i18n.set_language("vi")


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    """A program with a new, open archive."""
    made = Services(tmp_path / "archive")
    made.create(PASSWORD)
    yield made
    made.close()


@pytest.fixture
def workspace(services: Services) -> Workspace:
    assert services.workspace is not None
    return services.workspace


@pytest.fixture(scope="session")
def boxes() -> Iterator[SandboxPool]:
    """Sandboxes that the tests of one process share: they take a moment to start."""
    pool = SandboxPool(2)
    yield pool
    pool.close()


@pytest.fixture(scope="module")
def engine() -> Iterator[Tesseract]:
    """The reader of print, started once a module; its libraries are loaded only where it is asked for."""
    from app.recognise.tesseract import Tesseract

    reader = Tesseract()
    yield reader
    reader.close()
