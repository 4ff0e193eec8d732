"""The network, the decoder and the windows that reach them: synthetic slots, and whatever else a picture may be."""

from __future__ import annotations

import hashlib
import json
import random
from itertools import product
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from app.describe.handwriting.decode import beam, score, score_alike
from app.describe.handwriting.geometry import HEIGHT, inked
from app.describe.handwriting.reader import MODEL, NOTHING, Kind, SlotReader
from app.errors import AppError
from tests.samples.hand import StrokeWriter
from training.hands import Hands
from training.slots import Print, draw
from training.strokes import Gray, StrokeHand

KINDS: tuple[Kind, ...] = ("number", "day", "month", "year")


@pytest.fixture(scope="module")
def reader() -> SlotReader:
    return SlotReader()


class OtherHand:
    """The writer of the sample papers: other forms than those of the training."""

    def __init__(self, seed: int) -> None:
        self.writer = StrokeWriter.any(random.Random(seed))

    def write(self, text: str, height: int) -> Gray:
        return self.writer.write(text, height)


def share_read(reader: SlotReader, kind: Kind, seed: int, count: int) -> float:
    """How many of `count` slots, written by hands of the training's kind and by others in turn, are read exactly."""
    prints, hands = Print(), Hands()
    right = 0
    for index in range(count):
        rng = np.random.default_rng([seed, index])
        hand = OtherHand(index) if index % 2 else StrokeHand.any(rng)
        drawn = draw(rng, hands, prints, kind, hand)
        read = reader.read(drawn.window, kind)
        wanted = int(drawn.label) if drawn.label else None
        right += read.best == wanted or (wanted is not None and kind in {"day", "month"} and wanted > 31)
    return right / count


@pytest.mark.parametrize(("kind", "least"), [("number", 0.88), ("day", 0.9), ("month", 0.88), ("year", 0.95)])
def test_synthetic_slots_are_read(reader: SlotReader, kind: Kind, least: float) -> None:
    assert share_read(reader, kind, 4711, 60) >= least


def test_a_sure_reading_is_right(reader: SlotReader) -> None:
    prints, hands = Print(), Hands()
    sure, wrong = 0, 0
    for index in range(80):
        drawn = draw(np.random.default_rng([99, index]), hands, prints, "number")
        read = reader.read(drawn.window, "number")
        if read.sure >= 0.99 and drawn.label:
            sure += 1
            wrong += read.best != int(drawn.label)
    assert sure >= 10
    assert wrong <= 1


def test_what_the_first_scale_bears_out_is_never_firmly_read_otherwise(reader: SlotReader) -> None:
    prints, hands = Print(), Hands()
    borne_out = 0
    for index in range(40):
        drawn = draw(np.random.default_rng([98, index]), hands, prints, "month")
        read = reader.read(drawn.window, "month")
        for month in range(1, 13):
            if reader.bears_out(drawn.window, "month", month):
                borne_out += 1
                assert read.best == month or read.sure < 0.9
            elif month == read.best:
                assert read.sure < 0.999
    assert borne_out >= 20


def test_a_blank_slot_bears_nothing_out(reader: SlotReader) -> None:
    assert not any(reader.bears_out(np.full((48, 90), 255, np.uint8), "day", day) for day in range(1, 32))


def test_the_written_form_is_kept(reader: SlotReader) -> None:
    slots = (draw(np.random.default_rng([5, i]), Hands(), Print(), "number") for i in range(160))
    led = [slot for slot in slots if slot.label.startswith("0")][:4]
    read = [reader.read(slot.window, "number") for slot in led]
    kept = [one.forms.get(int(slot.label)) == slot.label for slot, one in zip(led, read, strict=True)]
    assert len(kept) >= 2
    assert all(kept)


def test_generator_draws_the_same_again() -> None:
    first, again = (draw(np.random.default_rng([1, 2]), Hands(), Print()) for _ in range(2))
    assert first.label == again.label
    assert np.array_equal(first.window, again.window)
    assert first.window.shape[0] == HEIGHT


def test_the_model_is_the_one_that_was_measured() -> None:
    figures = json.loads((MODEL.parent / "metrics.json").read_text("utf-8"))
    held = MODEL.read_bytes()
    assert hashlib.sha256(held).hexdigest() == figures["sha256"]
    assert len(held) == figures["bytes"] <= 1_000_000


def test_readings_are_probabilities(reader: SlotReader) -> None:
    for index, kind in enumerate(KINDS * 3):
        read = reader.read(draw(np.random.default_rng([8, index]), Hands(), Print(), kind).window, kind)
        chances = [p for _v, p in read.values]
        assert chances == sorted(chances, reverse=True)
        assert not chances or sum(chances) == pytest.approx(1.0)
        assert 0.0 <= read.mass <= 1.0
        assert all(value > 0 for value, _p in read.values)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("shade", [0, 128, 255])
def test_a_blank_window_gives_nothing(reader: SlotReader, kind: Kind, shade: int) -> None:
    assert reader.read(np.full((48, 120), shade, np.uint8), kind) == NOTHING


@pytest.mark.parametrize(
    "window",
    [
        np.zeros((0, 0), np.uint8),
        np.zeros((48, 0), np.uint8),
        np.zeros((3, 3), np.uint8),
        np.zeros((4, 4, 4, 4), np.uint8),
        np.zeros(48, np.uint8),
        np.full((48, 100), np.nan, np.float32),
        np.full((48, 100), np.inf, np.float64),
        np.full((48, 100, 2), 255, np.uint8),
        np.zeros((48, 100), object),
        np.array([["a", "b"] * 20] * 48),
    ],
    ids=["empty", "no width", "tiny", "four axes", "one axis", "nan", "inf", "two channels", "objects", "text"],
)
def test_what_is_no_window_gives_nothing(reader: SlotReader, window: NDArray[np.generic]) -> None:
    assert reader.read(window, "number") == NOTHING


@pytest.mark.parametrize("size", [(1, 4000), (4000, 9), (9, 9), (3000, 3000)])
def test_noise_of_any_size_is_read_without_harm(reader: SlotReader, size: tuple[int, int]) -> None:
    noise = np.random.default_rng(3).integers(0, 256, size).astype(np.uint8)
    read = reader.read(noise, "day")
    assert all(1 <= value <= 31 for value, _p in read.values)


def test_every_kind_of_pixel_means_the_same(reader: SlotReader) -> None:
    drawn = next(
        d for i in range(50) if len((d := draw(np.random.default_rng([12, i]), Hands(), Print(), "number")).label) == 3
    )
    plain = reader.read(drawn.window, "number")
    assert plain.values
    forms: list[NDArray[np.generic]] = [
        drawn.window.astype(np.float64) / 255,
        drawn.window.astype(np.float32),
        drawn.window.astype(np.uint16) * 257,
        np.repeat(drawn.window[:, :, None], 3, axis=2),
        cv2.resize(drawn.window, None, fx=3, fy=3, interpolation=cv2.INTER_CUBIC),
    ]
    for form in forms:
        assert reader.read(form, "number").best == plain.best


def test_a_missing_or_broken_model_is_told(tmp_path: Path) -> None:
    broken = tmp_path / "slots.onnx"
    with pytest.raises(AppError, match="viết tay") as missing:
        SlotReader(broken)
    broken.write_bytes(b"\x08\x01 not a network")
    with pytest.raises(AppError) as damaged:
        SlotReader(broken)
    assert missing.value.code == damaged.value.code == "handwriting.model"


def random_steps(seed: int, count: int) -> NDArray[np.float32]:
    logits = np.random.default_rng(seed).normal(0, 3, (count, 11))
    return np.asarray(logits - np.log(np.exp(logits).sum(axis=1, keepdims=True)), np.float32)


@pytest.mark.parametrize("seed", range(4))
def test_the_exact_score_counts_every_way(seed: int) -> None:
    """Against all 11⁴ paths, one by one."""
    steps = random_steps(seed, 4)
    chances: dict[str, float] = {}
    for path in product(range(11), repeat=4):
        text = "".join(str(c - 1) for c, before in zip(path, (0, *path), strict=False) if c and c != before)
        chances[text] = chances.get(text, 0.0) + float(np.exp(sum(steps[i, c] for i, c in enumerate(path))))
    labels = ["", "7", "07", "11", "123", "1234"]
    assert score(steps, labels) == pytest.approx([chances.get(label, 0.0) for label in labels], rel=1e-4)


def written_steps(text: str, seed: int) -> NDArray[np.float32]:
    """As a network says it that wavers at every digit: a third for another one, some for none."""
    rng = np.random.default_rng(seed)
    chances = rng.uniform(0.001, 0.01, (4 * len(text) + 3, 11))
    chances[:, 0] = 1.0
    for place, digit in enumerate(text):
        chances[4 * place + 2, [0, int(digit) + 1, rng.integers(1, 11)]] = (0.2, rng.uniform(0.5, 1.0), rng.uniform(0.2, 0.45))
    return np.asarray(np.log(chances / chances.sum(axis=1, keepdims=True)), np.float32)


@pytest.mark.parametrize("text", ["7", "05", "136", "111", "2004"])
def test_the_beam_finds_what_is_most_probable(text: str) -> None:
    """Against the exact score of every string of up to four digits."""
    steps = written_steps(text, int(text))
    every = [f"{n:0{length}d}" if length else "" for length in range(5) for n in range(10**length)]
    exact = dict(zip(every, score(steps, every).tolist(), strict=True))
    ranked = sorted(exact, key=lambda one: -exact[one])
    found = beam(steps, 4)
    assert list(found)[:3] == ranked[:3]
    assert [found[one] for one in ranked[:3]] == pytest.approx([exact[one] for one in ranked[:3]], rel=0.05)


def test_ink_is_the_same_in_any_contrast() -> None:
    drawn = draw(np.random.default_rng([2, 2]), Hands(), Print(), "number").window.astype(np.float32)
    pale = np.asarray(120 + drawn * 0.45, np.uint8)
    assert np.abs(inked(pale) - inked(drawn.astype(np.uint8))).mean() < 0.03


def test_labels_that_begin_alike_have_the_probabilities_of_each_alone() -> None:
    rng = np.random.default_rng(3)
    said = rng.normal(size=(9, 11))
    steps = np.asarray(said - np.log(np.exp(said).sum(axis=1, keepdims=True)), np.float32)
    labels = ("", "1", "11", "112", "12", "7312", "73", "777", "0734")
    assert score_alike(steps, labels) == pytest.approx(score(steps, labels), rel=1e-9)
    assert score_alike(steps, ("", "5", "55")) == pytest.approx(score(steps, ("", "5", "55")), rel=1e-9)
