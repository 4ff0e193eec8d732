"""Pages photographed in uneven light over a dark table."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from app.recognise import paper
from app.recognise.tesseract import Tesseract
from tests.recognise.scans import BODY, body


def photo(folder: Path) -> Path:
    """A sheet on a dark table, bright on the left, in the shadow on the right."""
    sheet = np.asarray(body()).astype(np.float32)
    height, width = sheet.shape[:2]
    light = np.linspace(1.0, 0.3, width, dtype=np.float32)[None, :, None]
    table = np.full((height + 300, width + 300, 3), (70, 60, 50), np.float32)
    table[150:-150, 150:-150] = sheet * light
    noise = np.random.default_rng(5).normal(0, 3, table.shape)
    path = folder / "photo.jpg"
    Image.fromarray(np.clip(table + noise, 0, 255).astype(np.uint8)).save(path, quality=85, dpi=(200, 200))
    return path


def missed(path: Path) -> int:
    reader = Tesseract()
    try:
        text = {word.text for word in reader.read(path, 200).words}
    finally:
        reader.close()
    return sum(word not in text for line in BODY for word in line.split())


def test_print_in_the_shadow_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = photo(tmp_path)
    evened = missed(path)
    monkeypatch.setattr(paper, "EVEN", 0.0)
    assert evened <= 3
    assert missed(path) > 10 + evened


def test_a_page_in_even_light_stays_as_it_is() -> None:
    grey = np.asarray(body().convert("L"))
    assert paper.lit(grey) is grey
    shaded = (grey * np.linspace(1.0, 0.85, grey.shape[1])[None, :]).astype(np.uint8)
    assert paper.lit(shaded) is shaded


def test_a_photostat_is_read_as_print() -> None:
    """White letters on black; a small sheet on black glass is none, nor is a page of print."""
    page = np.where(np.asarray(body().convert("L")) < 140, np.uint8(0), np.uint8(255))
    assert np.array_equal(paper.positive(255 - page), page)
    assert np.array_equal(paper.positive(page), page)
    glass = np.zeros((2000, 3000), np.uint8)
    glass[600 : 600 + page.shape[0], 700 : 700 + page.shape[1]] = page
    assert np.array_equal(paper.positive(glass), glass)
