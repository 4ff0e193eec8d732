"""The reader of print, started once a module."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from app.recognise.tesseract import Tesseract


@pytest.fixture(scope="module")
def engine() -> Iterator[Tesseract]:
    reader = Tesseract()
    yield reader
    reader.close()
