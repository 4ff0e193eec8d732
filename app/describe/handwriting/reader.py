"""Reads the digits in slots with a small network (`resources/models/handwriting`): candidates with probabilities.

The window holds the print around the digits; the network was trained to look past it. Three scales are averaged: what is
read alike at all of them is there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import Any, Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from app.describe.handwriting.decode import Steps, beam, score
from app.describe.handwriting.geometry import HEIGHT, NARROWEST, PAD, WIDEST, Gray, inked
from app.describe.handwriting.recurrent import NAMES, Floats, Weights
from app.errors import AppError
from app.i18n import _

Kind = Literal["number", "day", "month", "year"]
MODEL = Path(__file__).resolve().parent.parent.parent.parent / "resources" / "models" / "handwriting" / "slots.onnx"
SCALES = ((1.0, 1.0), (1.12, 1.05), (0.94, 0.92))  # of width and height
LONGEST = 5  # digits of a number
KEPT = 40  # candidates of a slot
_LEAST = 8  # pixels a side
_BARE = 0.35  # how often, against the form with a zero, a lone digit is written where a zero belongs
_SURE_BLANK = 0.9  # from here on the slot is empty: forms that lie in an archive are filled in
_BORNE_OUT = 0.5  # of one scale's probability: a sixth of all three
_SCRIBBLE = 0.5  # below this mass the values are made less sure

_FORMS: dict[Kind, dict[str, int]] = {
    "day": {form: day for day in range(1, 32) for form in {str(day), f"{day:02d}"}},
    "month": {form: month for month in range(1, 13) for form in {str(month), f"{month:02d}"}},
    "year": {str(year): year for year in range(1950, 2050)},
}


@dataclass(slots=True, frozen=True)
class SlotReading:
    """What may stand in a slot: values with probabilities, best first, together 1; none for an empty slot.

    `mass` is the share of all that the network saw in the window which these values explain: low for scribble. `forms` tells
    how a value is written where that is not its plain digits ("05").
    """

    values: tuple[tuple[int, float], ...] = ()
    mass: float = 0.0
    forms: Mapping[int, str] = field(default_factory=dict)

    @property
    def best(self) -> int | None:
        return self.values[0][0] if self.values else None

    @property
    def sure(self) -> float:
        return self.values[0][1] if self.values else 0.0

    def of(self, value: int) -> float:
        """The probability of this value."""
        return next((p for v, p in self.values if v == value), 0.0)


NOTHING = SlotReading()


class SlotReader:
    """Loads the model once (20 ms); afterwards 1 … 3 ms a slot. One thread at a time."""

    def __init__(self, model: Path = MODEL) -> None:
        """Raises AppError where the model is missing or broken."""
        self._own: Weights = {}
        onnxruntime = import_module("onnxruntime")  # 0.1 s: only when something is read
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1  # so small that threads only cost
        options.log_severity_level = 4
        try:
            self._session: Any = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
        except Exception as error:  # the library raises its own kinds, all of them plain exceptions
            raise _no_model(str(error)) from error

    def taught(self, own: Weights) -> SlotReader:
        """The same reader with an office's own last layers."""
        made = copy(self)
        made._own = own
        return made

    def see(self, ink: NDArray[np.float32]) -> Floats:
        """What the layers that stay see in ink, 48 high and a multiple of 4 wide: (1, steps, 96)."""
        seen: Floats = self._session.run(["seen"], {"ink": ink[None, None]})[0]
        return seen

    @cached_property
    def shipped(self) -> Weights:
        """The last layers as they came with the program."""
        nothing = np.zeros((1, 1, HEIGHT, NARROWEST), np.float32)
        return dict(zip(NAMES, self._session.run([f"{name}_now" for name in NAMES], {"ink": nothing}), strict=True))

    def read(self, window: NDArray[Any], kind: Kind) -> SlotReading:
        """Candidates for what stands in a grey window (8 bit, paper light, cut as `geometry` tells, of any size).

        A blank, tiny or odd window gives no candidates.
        """
        grey = _grey(window)
        if grey is None:
            return NOTHING
        found = [self._probabilities(steps, kind) for steps in self.steps(grey)]
        if not found:
            return NOTHING
        return _merged(found, kind)

    def bears_out(self, window: NDArray[Any], kind: Kind, value: int) -> bool:
        """Whether the first scale alone gives the value so much that `read` can't firmly read another, whatever the others say."""
        grey = _grey(window)
        ink = inked(grey) if grey is not None else np.zeros(0, np.float32)
        if not ink.any():
            return False
        found = self._probabilities(self._run(_scaled(ink, *SCALES[0])), kind)
        return sum(p for form, p in found.items() if form and int(form) == value) >= _BORNE_OUT

    def steps(self, grey: Gray) -> list[Steps]:
        """What the network says of a window as `slots.cut` makes it, at each scale; none for a blank one."""
        ink = inked(grey)
        if not ink.any():
            return []
        return [self._run(_scaled(ink, wide, high)) for wide, high in SCALES]

    def _run(self, ink: NDArray[np.float32]) -> Steps:
        said: Steps = self._session.run(["said"], {"ink": ink[None, None], **self._own})[0][0]
        return said

    def _probabilities(self, steps: Steps, kind: Kind) -> dict[str, float]:
        if kind == "number":
            return beam(steps, LONGEST)
        forms = ("", *_FORMS[kind])
        return {form: p * _usual(kind, form) for form, p in zip(forms, score(steps, forms).tolist(), strict=True)}


def _usual(kind: Kind, form: str) -> float:
    """A zero is written before days under 10 and before the months 1 and 2 (Nghị định 30/2020, annex I, II.4.b), as a rule."""
    lone = len(form) == 1 and (kind == "day" or (kind == "month" and form in "12"))
    return _BARE if lone else 1.0


def _merged(found: Sequence[Mapping[str, float]], kind: Kind) -> SlotReading:
    """The mean of the scales; what is the same value in another form ("7", "07") together."""
    values: dict[int, float] = {}
    ways: dict[str, float] = {}
    empty = 0.0
    for one in found:
        empty += one.get("", 0.0) / len(found)
        for form, probability in one.items():
            value = _FORMS[kind].get(form) if kind != "number" else int(form or "0") or None
            if value is not None:
                ways[form] = ways.get(form, 0.0) + probability
                values[value] = values.get(value, 0.0) + probability / len(found)
    total = sum(values.values())
    if total <= 0 or empty / (empty + total) > _SURE_BLANK:
        return NOTHING
    flat = min(1.0, 0.5 + 0.5 * total / _SCRIBBLE)  # what explains little of the window is not sure however alone it stands
    best = sorted(((value, (p / total) ** flat) for value, p in values.items()), key=lambda pair: -pair[1])[:KEPT]
    kept = sum(p for _v, p in best)
    return SlotReading(tuple((value, p / kept) for value, p in best), min(1.0, total), _forms(ways, [v for v, _p in best]))


def _forms(ways: Mapping[str, float], values: Sequence[int]) -> dict[int, str]:
    """The likeliest way each value is written, where it has leading zeros."""
    likeliest: dict[int, str] = {}
    for form in sorted(ways, key=lambda one: ways[one]):
        likeliest[int(form)] = form
    return {value: likeliest[value] for value in values if likeliest.get(value, "").startswith("0")}


def _grey(window: NDArray[Any]) -> Gray | None:
    """8 bit, one channel, 48 pixels high, at most `WIDEST` wide; None for what is no picture of a slot."""
    if window.ndim == 3 and window.shape[2] in {3, 4}:
        window = window[:, :, :3].min(axis=2)
    if window.ndim != 2 or min(window.shape) < _LEAST:
        return None
    grey = _eight_bit(window)
    if grey is None:
        return None
    wide = min(max(round(grey.shape[1] * HEIGHT / grey.shape[0]), NARROWEST), WIDEST)
    if grey.shape == (HEIGHT, wide):
        return grey
    shrinks = grey.shape[0] > HEIGHT
    return np.asarray(cv2.resize(grey, (wide, HEIGHT), interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR), np.uint8)


def _eight_bit(window: NDArray[Any]) -> Gray | None:
    """Black and white, 16 bit and 0 … 1 become 0 … 255; None for what is no number."""
    if window.dtype == np.bool_:
        return window.astype(np.uint8) * np.uint8(255)
    if window.dtype.kind == "f":
        values = np.nan_to_num(window.astype(np.float64), nan=255.0, posinf=255.0, neginf=0.0)
        return np.asarray(np.clip(values * (255.0 if values.max() <= 1.0 else 1.0), 0, 255), np.uint8)
    if window.dtype.kind in "ui":
        whole = window.astype(np.int64)
        return np.asarray(np.clip(whole // (257 if whole.max() > 255 else 1), 0, 255), np.uint8)
    return None


def _scaled(ink: NDArray[np.float32], wide: float, high: float) -> NDArray[np.float32]:
    """Stretched about the middle, again 48 high, padded to whole steps."""
    height, width = ink.shape
    if (wide, high) != (1.0, 1.0):
        tall = round(height * high)
        ink = np.asarray(
            cv2.resize(ink, (max(NARROWEST, round(width * wide)), tall), interpolation=cv2.INTER_LINEAR), np.float32
        )
        spare = tall - height
        top = abs(spare) // 2
        ink = ink[top : top + height] if spare >= 0 else np.pad(ink, ((top, -spare - top), (0, 0)))
    return np.ascontiguousarray(np.pad(ink, ((0, 0), (0, -ink.shape[1] % PAD))), np.float32)


def _no_model(detail: str) -> AppError:
    return AppError(
        "handwriting.model",
        _("The reader of handwritten numbers could not be loaded."),
        _("Install the program again. Until then please type handwritten numbers and dates yourself."),
        detail=detail,
    )
