"""The upper part of a JPEG is, pixel by pixel, that of the whole picture."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from app.describe.upper import said_to_be, upper_part


def saved(folder: Path, *, grey: bool = False, **how: Any) -> Path:
    """A page of noise, of which no two rows are alike, in sizes that no block divides."""
    pixels = np.random.default_rng(7).integers(0, 256, (613, 427) if grey else (613, 427, 3), dtype=np.uint8)
    path = folder / "page"
    Image.fromarray(pixels).save(path, "JPEG", **how)
    return path


@pytest.mark.parametrize("half", [False, True])
@pytest.mark.parametrize("how", [{"grey": True}, {"subsampling": 0}, {"subsampling": 2}, {"subsampling": 2, "optimize": True}])
def test_the_pixels_are_those_of_the_whole(tmp_path: Path, how: dict[str, Any], half: bool) -> None:
    path = saved(tmp_path, **how)
    with Image.open(path) as whole:
        part = upper_part(whole, path, 0.4)
        assert part is not None
        assert part.height < whole.height / 2
        for picture in (whole, part):
            picture.draft(None, (picture.width // 2, picture.height // 2) if half else picture.size)
        rows = round(0.4 * whole.width)
        assert np.array_equal(np.asarray(part)[:rows], np.asarray(whole)[:rows])
        part.close()


@pytest.mark.parametrize("deep", [0.7, 2.0])
def test_most_of_a_page_is_unpacked_as_a_whole(tmp_path: Path, deep: float) -> None:
    path = saved(tmp_path)
    with Image.open(path) as whole:
        assert upper_part(whole, path, deep) is None


def test_rows_that_come_in_several_passes_are_left_alone(tmp_path: Path) -> None:
    path = saved(tmp_path, progressive=True)
    with Image.open(path) as whole:
        assert upper_part(whole, path, 0.4) is None


def test_a_jpeg_without_its_end_is_left_to_the_look_that_says_so(tmp_path: Path) -> None:
    path = saved(tmp_path)
    path.write_bytes(path.read_bytes()[:-200])
    with Image.open(path) as whole:
        assert upper_part(whole, path, 0.4) is None


def test_what_is_no_jpeg_gets_no_height() -> None:
    out = io.BytesIO()
    Image.new("L", (40, 40)).save(out, "PNG")
    for data in (out.getvalue(), b"", b"\xff\xd8", b"\xff\xd8\xff\xc4\x00", b"\xff\xd8" + b"\xff" * 40):
        assert said_to_be(data, 20) is None
