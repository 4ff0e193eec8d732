"""The reader practises on the slots of one office: gradients that are true, a hand that is read better, and what spoils nothing."""

from __future__ import annotations

import io
import random
import zipfile

import numpy as np
import pytest

from app.describe.handwriting.decode import score
from app.describe.handwriting.geometry import HEIGHT
from app.describe.handwriting.practice import FEWEST, Lesson, ctc_slope, practise
from app.describe.handwriting.reader import SlotReader
from app.describe.handwriting.recurrent import NAMES, Floats, Weights, backward, forward, from_bytes, to_bytes
from tests.samples.hand import StrokeWriter
from training.hands import Hands
from training.slots import Print, draw
from training.strokes import Gray

NUDGE = 1e-2


@pytest.fixture(scope="module")
def reader() -> SlotReader:
    return SlotReader()


class Hard:
    """A hand that leans far more than those the network knows, with a thick pen."""

    def write(self, text: str, height: int) -> Gray:
        writer = StrokeWriter(random.Random(text), -0.55, 0.14, 0.42, 0.03, dict.fromkeys("0123456789", 1))
        return writer.write(text, height)


def slots(first: int, count: int) -> list[Lesson]:
    prints, hands = Print(), Hands()
    drawn = (draw(np.random.default_rng([first, n]), hands, prints, "number", Hard()) for n in range(count))
    return [Lesson(one.window, one.label) for one in drawn if one.label and not one.label.startswith("0")]


def right(reader: SlotReader, lessons: list[Lesson]) -> int:
    return sum(reader.read(one.window, "number").best == int(one.digits) for one in lessons)


def test_forward_says_what_the_network_says(reader: SlotReader) -> None:
    (steps, *_more) = reader.steps(slots(1, 1)[0].window)
    ink = np.random.default_rng(3).random((HEIGHT, 96)).astype(np.float32)
    said = forward(reader.shipped, reader.see(ink))[0][0]
    again = reader.taught(reader.shipped)
    assert said.shape == (24, 11)
    assert np.allclose(np.exp(said).sum(axis=1), 1, atol=1e-5)
    assert np.allclose(again.steps(slots(1, 1)[0].window)[0], steps, atol=1e-4)


@pytest.mark.parametrize("digits", ["123", "11", "7", "05"])
def test_the_gradient_is_the_slope_of_the_loss(reader: SlotReader, digits: str) -> None:
    seen = reader.see(np.random.default_rng(5).random((HEIGHT, 128)).astype(np.float32))
    weights: Weights = {name: value.copy() for name, value in reader.shipped.items()}

    def loss() -> float:
        return -float(np.log(score(forward(weights, seen)[0][0], (digits,))[0]))

    said, trace = forward(weights, seen)
    slope: Floats = ctc_slope(said[0], digits)[None].astype(np.float32)
    found = backward(weights, trace, slope)
    for name, gradient in found.items():
        place = np.unravel_index(int(np.abs(gradient).argmax()), gradient.shape)
        kept = float(weights[name][place])
        weights[name][place] = kept + NUDGE
        above = loss()
        weights[name][place] = kept - NUDGE
        below = loss()
        weights[name][place] = kept
        assert gradient[place] == pytest.approx((above - below) / (2 * NUDGE), rel=0.05), name


def test_a_hard_hand_is_read_better_after_practice(reader: SlotReader) -> None:
    taught, unseen = slots(10, 60), slots(20, 60)
    before = right(reader, unseen)
    done = practise(reader, taught)
    assert done is not None
    assert done.better
    after = right(reader.taught(done.weights), unseen)
    assert after >= before + len(unseen) // 10, (before, after, len(unseen))
    own = from_bytes(to_bytes(done.weights), reader.shipped)
    assert own is not None
    assert abs(right(reader.taught(own), unseen) - after) <= 1


def test_wrong_values_are_not_kept(reader: SlotReader) -> None:
    """Half of the slots are told another number: those kept aside are not read better."""
    rng = random.Random(4)
    lied = [Lesson(one.window, str(rng.randrange(1000, 9999))) for one in slots(30, 40)]
    done = practise(reader, lied)
    assert done is not None
    assert done.right[1] == 0


def test_too_few_or_empty_slots_teach_nothing(reader: SlotReader) -> None:
    assert practise(reader, slots(40, FEWEST // 2)) is None
    blank = np.full((HEIGHT, 96), 240, np.uint8)
    assert practise(reader, [Lesson(blank, "12")] * 40) is None


def test_a_spoilt_file_is_no_weights(reader: SlotReader) -> None:
    whole = to_bytes(reader.shipped)
    assert from_bytes(b"", reader.shipped) is None
    assert from_bytes(whole[: len(whole) // 2], reader.shipped) is None
    other = {name: value[..., :-1] for name, value in reader.shipped.items()}
    assert from_bytes(to_bytes(other), reader.shipped) is None
    endless = {name: np.full_like(value, np.inf) for name, value in reader.shipped.items()}
    assert from_bytes(to_bytes(endless), reader.shipped) is None


@pytest.mark.filterwarnings("ignore:overflow")
def test_a_hostile_file_is_no_weights(reader: SlotReader) -> None:
    """Bytes changed anywhere, a claim of terabytes, numbers out of all measure: never an exception, never weights."""
    whole, chance = to_bytes(reader.shipped), random.Random(5)
    for _time in range(60):
        spoilt = bytearray(whole)
        for _byte in range(3):
            spoilt[chance.randrange(len(spoilt))] ^= 1 + chance.randrange(255)
        found = from_bytes(bytes(spoilt), reader.shipped)
        assert found is None or all(np.isfinite(value).all() for value in found.values())
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for name in NAMES:
            head = io.BytesIO()
            np.lib.format.write_array_header_1_0(head, {"descr": "<f4", "fortran_order": False, "shape": (1 << 40,)})
            file.writestr(f"{name}.npy", head.getvalue() + bytes(1000))
    assert from_bytes(out.getvalue(), reader.shipped) is None
    out = io.BytesIO()
    np.savez_compressed(out, **{name: np.full_like(value, 3e38) for name, value in reader.shipped.items()})
    assert from_bytes(out.getvalue(), reader.shipped) is None
