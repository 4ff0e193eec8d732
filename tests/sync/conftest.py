from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest

from tests.sync.offices import Desk, Office, office

_numbers = itertools.count(1)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with office(tmp_path_factory.mktemp("server")) as started:
        yield started


@pytest.fixture
def served(running: Office) -> Office:
    """The module's server, with an agency that nobody has used before."""
    return Office(running.folder, running.url, f"000.00.{next(_numbers)}.H29")


@pytest.fixture
def desk(served: Office) -> Desk:
    return served.desk()
