"""What ink, paper, scanner and file format do to a drawn slot."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from training.strokes import Gray


def worn(rng: np.random.Generator, drawn: Gray, height: int) -> Gray:
    """The slot (twice as large as needed) after scanning at 150 … 300 dpi, `height` pixels high."""
    image = drawn
    skew = rng.normal(0, 0.012)
    high, wide = image.shape
    if abs(skew) > 0.003:
        matrix = np.array([[1, 0, 0], [skew, 1, -skew * wide / 2]], np.float32)
        image = np.asarray(cv2.warpAffine(image, matrix, (wide, high), borderValue=255), np.uint8)
    dense = float(np.clip(rng.normal(200, 45), 145, 305)) / 256  # drawn as if at 256 dpi
    scanned = cv2.resize(image, (max(8, round(wide * dense)), max(8, round(high * dense))), interpolation=cv2.INTER_AREA)
    scanned = _inked(rng, scanned.astype(np.float32))
    final = max(24, round(wide * height / high * rng.uniform(0.94, 1.07)))
    small = cv2.resize(scanned, (final, height), interpolation=cv2.INTER_AREA if dense > 0.5 else cv2.INTER_LINEAR)
    return np.asarray(small, np.uint8)


def _inked(rng: np.random.Generator, image: NDArray[Any]) -> Gray:
    blur = rng.uniform(0.0, 0.9)
    if blur > 0.25:
        image = cv2.GaussianBlur(image, (0, 0), blur)
    paper, ink = rng.uniform(225, 255), rng.uniform(0, 60)
    image = ink + image * ((paper - ink) / 255)
    if rng.random() < 0.2:  # shade across the page
        image = image - np.linspace(0, rng.uniform(-30, 30), image.shape[1], dtype=np.float32)[None, :]
    if rng.random() < 0.5:
        image = image + rng.normal(0, rng.uniform(1, 9), image.shape).astype(np.float32)
    draw = rng.random()
    if draw < 0.4:  # copiers and scan profiles lift the paper to white and eat faint strokes
        low, top = rng.uniform(0, 40), rng.uniform(190, 245)
        image = (image - low) * (255 / (top - low))
    elif draw < 0.46:  # fax
        image = np.where(image > rng.uniform(130, 190), 255.0, 0.0)
    grey = np.clip(image, 0, 255).astype(np.uint8)
    if rng.random() < 0.7:
        ok, coded = cv2.imencode(".jpg", grey, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(30, 92))])
        if ok:
            grey = np.asarray(cv2.imdecode(coded, cv2.IMREAD_GRAYSCALE), np.uint8)
    return grey
