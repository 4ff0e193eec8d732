"""The network's last two layers in numpy, forward and backward: what an office's own hands change of it.

One recurrent layer both ways (GRU, ONNX's gate order update, reset, new; reset after the product) and one linear layer; Cho and
others, "Learning phrase representations using RNN encoder-decoder", 2014. Onnxruntime runs them when reading; this is for learning,
where it has no gradients and a clerk's computer no torch.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Weights = dict[str, Floats]
"""`read_w` (2, 3H, in), `read_r` (2, 3H, H), `read_b` (2, 6H), `name_w` (2H, classes), `name_b` (classes)."""

NAMES = ("read_w", "read_r", "read_b", "name_w", "name_b")


def to_bytes(weights: Weights) -> bytes:
    """Half precision, packed: 110 kB."""
    out = io.BytesIO()
    halves: dict[str, Any] = {name: weights[name].astype(np.float16) for name in NAMES}
    np.savez_compressed(out, **halves)
    return out.getvalue()


_MOST = 100.0  # times the largest shipped weight
# what a file may provoke that another desk, or a bad disk, gave: a claim of terabytes is a MemoryError, an odd ZIP any of the others
_NO_FILE = (OSError, EOFError, ValueError, KeyError, TypeError, RuntimeError, NotImplementedError, MemoryError, OverflowError,
            SyntaxError, struct.error, zlib.error, zipfile.BadZipFile)  # fmt: skip


def from_bytes(data: bytes, like: Mapping[str, Floats]) -> Weights | None:
    """None for what is no such file, of other shapes or out of all measure: then the shipped weights read on."""
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as found:
            made = {name: np.asarray(found[name], np.float32) for name in NAMES}
    except _NO_FILE:
        return None
    return made if all(_fits(made[name], like[name]) for name in NAMES) else None


def _fits(made: Floats, like: Floats) -> bool:
    """Practice moves weights by parts of their size; such that are not numbers or huge would make all that is read "not a number"."""
    most = _MOST * max(1.0, float(np.abs(like).max()))
    return made.shape == like.shape and bool(np.isfinite(made).all()) and float(np.abs(made).max()) <= most


@dataclass(slots=True)
class _Way:
    """What one direction remembers of its way forward; lists run in its own order of steps."""

    order: list[int]
    before: list[Floats]
    update: list[Floats]
    reset: list[Floats]
    new: list[Floats]
    held: list[Floats]  # the part of `new` that the reset gate scales


@dataclass(slots=True)
class Trace:
    seen: Floats
    read: Floats
    ways: list[_Way]


def forward(weights: Weights, seen: Floats) -> tuple[Floats, Trace]:
    """Log probabilities (batch, steps, classes) of what the eye saw (batch, steps, in), and what `backward` needs."""
    batch, steps, _inside = seen.shape
    half = weights["read_r"].shape[2]
    read = np.zeros((batch, steps, 2 * half), np.float32)
    ways = []
    for way in (0, 1):
        order = list(range(steps)) if way == 0 else list(range(steps - 1, -1, -1))
        bias, recurrent = weights["read_b"][way], weights["read_r"][way]
        fed = seen @ weights["read_w"][way].T + bias[: 3 * half]
        kept = _Way(order, [], [], [], [], [])
        state = np.zeros((batch, half), np.float32)
        for step in order:
            back = state @ recurrent.T + bias[3 * half :]
            gates = _sigmoid(fed[:, step, : 2 * half] + back[:, : 2 * half])
            update, reset, held = gates[:, :half], gates[:, half:], back[:, 2 * half :]
            new = np.tanh(fed[:, step, 2 * half :] + reset * held)
            for trail, value in (
                (kept.before, state), (kept.update, update), (kept.reset, reset), (kept.new, new), (kept.held, held),
            ):  # fmt: skip
                trail.append(value)
            state = (1 - update) * new + update * state
            read[:, step, way * half : (way + 1) * half] = state
        ways.append(kept)
    spoken = read @ weights["name_w"] + weights["name_b"]
    spoken -= spoken.max(axis=2, keepdims=True)
    said = spoken - np.log(np.exp(spoken).sum(axis=2, keepdims=True))
    return said, Trace(seen, read, ways)


def backward(weights: Weights, trace: Trace, slope: Floats) -> Weights:
    """The gradient by the weights; `slope` is the one by what is spoken before the soft maximum."""
    half = weights["read_r"].shape[2]
    found = {name: np.zeros_like(weights[name]) for name in NAMES}
    found["name_w"] += np.einsum("bti,btc->ic", trace.read, slope, optimize=True)
    found["name_b"] += slope.sum(axis=(0, 1))
    by_read = slope @ weights["name_w"].T
    for way, kept in enumerate(trace.ways):
        recurrent = weights["read_r"][way]
        fed = np.zeros((*trace.seen.shape[:2], 3 * half), np.float32)
        carried = np.zeros_like(kept.before[0])
        for place in range(len(kept.order) - 1, -1, -1):
            step = kept.order[place]
            update, reset, new = kept.update[place], kept.reset[place], kept.new[place]
            state = by_read[:, step, way * half : (way + 1) * half] + carried
            by_new = state * (1 - update) * (1 - new * new)
            by_reset = by_new * kept.held[place] * reset * (1 - reset)
            by_update = state * (kept.before[place] - new) * update * (1 - update)
            back = np.concatenate([by_update, by_reset, by_new * reset], axis=1)
            fed[:, step] = np.concatenate([by_update, by_reset, by_new], axis=1)
            found["read_r"][way] += back.T @ kept.before[place]
            found["read_b"][way, 3 * half :] += back.sum(axis=0)
            carried = state * update + back @ recurrent
        found["read_w"][way] += np.einsum("bto,bti->oi", fed, trace.seen, optimize=True)
        found["read_b"][way, : 3 * half] += fed.sum(axis=(0, 1))
    return found


def _sigmoid(values: Floats) -> Floats:
    return np.asarray(0.5 * (1 + np.tanh(0.5 * values)), np.float32)
