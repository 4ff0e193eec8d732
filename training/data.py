"""Synthetic slots in shards on disk, made by worker processes while training already runs on the first ones.

Shard k of a seed always holds the same samples, and the pool at step s depends on s alone: a run can be repeated.
"""

from __future__ import annotations

import time
from collections import defaultdict
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.describe.handwriting.geometry import HEIGHT, PAD, inked
from training.hands import Hands
from training.slots import Print, draw

SHARD = 2000
BUCKET = 16  # pixels


def make_shard(cache: Path, seed: int, shard: int) -> Path:
    """Draws `SHARD` samples into one file, unless it is there."""
    path = cache / "set" / f"{seed}-{shard:04d}.npz"
    if path.is_file():
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    hands, prints = Hands(cache), Print(cache)
    windows, widths, labels, kinds = [], [], [], []
    for index in range(SHARD):
        drawn = draw(np.random.default_rng([seed, shard, index]), hands, prints)
        windows.append((inked(drawn.window) * 255).astype(np.uint8).ravel())
        widths.append(drawn.window.shape[1])
        labels.append(drawn.label)
        kinds.append(drawn.kind)
    part = path.with_suffix(".part.npz")
    np.savez(part, pixels=np.concatenate(windows), widths=np.array(widths), labels=np.array(labels), kinds=np.array(kinds))
    part.replace(path)
    return path


def start_making(cache: Path, seed: int, shards: int, workers: int) -> ProcessPoolExecutor:
    """Makes the shards in order, in the background."""
    pool = ProcessPoolExecutor(workers)
    for shard in range(shards):
        pool.submit(make_shard, cache, seed, shard)
    return pool


class Pool:
    """The samples loaded so far, by width."""

    def __init__(self, cache: Path, seed: int) -> None:
        self.cache, self.seed, self.shards = cache, seed, 0  # shards of `seed` that are in
        self.windows: list[NDArray[np.uint8]] = []
        self.labels: list[str] = []
        self.kinds: list[str] = []
        self.buckets: dict[int, list[int]] = defaultdict(list)

    def grow(self, shards: int) -> None:
        """Waits for the files of the first so many shards and takes them in."""
        while self.shards < shards:
            path = self.cache / "set" / f"{self.seed}-{self.shards:04d}.npz"
            while not path.is_file():
                time.sleep(0.5)
            self._take(path)
            self.shards += 1

    def _take(self, path: Path) -> None:
        with np.load(path) as held:
            pixels, widths, labels, kinds = (held[name] for name in ("pixels", "widths", "labels", "kinds"))
        at = 0
        for width, label, kind in zip(widths.tolist(), labels.tolist(), kinds.tolist(), strict=True):
            window = pixels[at : at + HEIGHT * width].reshape(HEIGHT, width)
            at += HEIGHT * width
            if width // PAD < 2 * len(label) + 1:
                continue
            self.buckets[-(-width // BUCKET) * BUCKET].append(len(self.windows))
            self.windows.append(window)
            self.labels.append(label)
            self.kinds.append(kind)

    def batch(self, rng: np.random.Generator, size: int) -> tuple[NDArray[np.float32], list[str]]:
        """(size, 1, 48, width) ink and the labels, all of one width; moved and lightened a little."""
        keys = sorted(self.buckets)
        weights = np.array([len(self.buckets[k]) for k in keys], float)
        width = keys[rng.choice(len(keys), p=weights / weights.sum())]
        chosen = [self.buckets[width][i] for i in rng.integers(0, len(self.buckets[width]), size)]
        out = np.zeros((size, 1, HEIGHT, width), np.float32)
        for row, index in enumerate(chosen):
            window = np.roll(self.windows[index], int(rng.integers(-2, 3)), axis=0).astype(np.float32) / 255
            room = width - window.shape[1]
            left = int(rng.integers(0, room + 1)) if room else 0
            out[row, 0, :, left : left + window.shape[1]] = np.clip(window * rng.uniform(0.75, 1.25), 0, 1)
        return out, [self.labels[i] for i in chosen]
