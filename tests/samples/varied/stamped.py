"""Papers of `varied` under stamps that its own forms don't have: double and round frames, worn red, black and violet ink, askew, over the
letterhead, beside and above it, words with a time or a number, marks that are typed as a line, and stamps that are no marks at all.

The seeds of `make_varied` are not touched: these have their own.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from PIL import Image, ImageDraw

from tests.samples import ink, scan, typeface
from tests.samples.hand import Gray, StrokeWriter
from tests.samples.layout import Manner, Setter, words_of
from tests.samples.leaf import MM, PAPER, Leaf
from tests.samples.render import SCALE, draw
from tests.samples.typeface import SHIPPED, Family
from tests.samples.varied.capture import Capture
from tests.samples.varied.form import Form, any_form
from tests.samples.varied.make import Varied
from tests.samples.varied.setting import set_form

SECRECY = ("Mật", "Mật", "Tối mật", "Tuyệt mật")
URGENCY = ("Khẩn", "Thượng khẩn", "Hỏa tốc", "Hỏa tốc hẹn giờ")
CIRCULATION = ("Lưu hành nội bộ", "Xem xong trả lại", "Tài liệu thu hồi", "Chỉ người có tên mới được bóc bì")
NO_MARKS = (
    "BẢN SAO", "ĐÃ GIẢI MẬT", "GIẢI MẬT", "SAO Y BẢN CHÍNH", "BẢN SỐ: 05", "BẢN SAO SỐ: 03", "BẢN CHÍNH", "ĐÃ KIỂM TRA", "CÔNG KHAI",
    "HỒ SƠ LƯU", "CÔNG VĂN ĐI",
)  # fmt: skip
SUBJECTS = (
    "Về việc tăng cường công tác bảo vệ bí mật nhà nước",
    "Ban hành Danh mục bí mật nhà nước thuộc lĩnh vực nội vụ",
    "Về giải mật tài liệu lưu trữ",
    "Về bảo đảm an toàn, bảo mật thông tin mạng",
    "Về xử lý tình huống khẩn cấp do mưa lũ",
)
INKS: dict[str, ink.Colour] = {
    "red": ink.RED,
    "pale red": (226, 110, 112),
    "pink": (236, 150, 150),
    "violet": (110, 60, 150),
    "black": ink.BLACK,
}
PLACES = {"below": 5, "above": 1.2, "letterhead": 1, "right": 1.2, "beside": 0.8}


@dataclass(frozen=True, slots=True)
class Stamp:
    """One stamp: its printed rows, the frame, how it was put on the paper. `wear` 0 … 1: how much ink is missing."""

    rows: tuple[str, ...]
    frame: str  # single, double, round, none
    colour: ink.Colour
    strength: float
    angle: float
    wear: float
    tall: float  # mm, of a stamp with one row
    spaced: bool = False

    @classmethod
    def any(cls, rng: random.Random, rows: tuple[str, ...]) -> Stamp:
        return cls(
            rows,
            rng.choices(("single", "double", "round", "none"), (5, 2, 2, 0.7))[0],
            INKS[rng.choices(list(INKS), (6, 1.5, 0.5, 0.7, 1.3))[0]],
            rng.uniform(0.7, 0.95),
            rng.choice((rng.uniform(-2, 2), rng.uniform(-2, 2), rng.uniform(-10, 10))),
            rng.choice((0.0, 0.0, rng.uniform(0, 0.25))),
            rng.uniform(7.5, 11),
            spaced=rng.random() < 0.08,
        )

    def drawn(self, rng: random.Random) -> Gray:
        """Ink 0 … 255 at 300 dpi."""
        size = self.tall * 0.52 / 25.4 * 300
        font = typeface.at("bold", size)
        rows = [" ".join(row.replace(" ", "  ")) if self.spaced else row for row in self.rows]
        wide = max(font.getlength(row) for row in rows) + rng.uniform(0.7, 1.6) * size
        high = size * (0.75 + 1.15 * len(rows))
        pad = round(size * 0.5)
        image = Image.new("L", (round(wide) + 2 * pad, round(high) + 2 * pad), 0)
        pencil = ImageDraw.Draw(image)
        box = (pad, pad, image.width - pad, image.height - pad)
        thick = max(2, round(size * rng.uniform(0.05, 0.09)))
        radius = round(size * 0.4) if self.frame == "round" else 0
        if self.frame != "none":
            pencil.rounded_rectangle(box, radius, outline=255, width=thick)
        if self.frame == "double" or (self.frame == "round" and rng.random() < 0.4):
            gap = thick + max(3, round(size * 0.09))
            pencil.rounded_rectangle(
                (box[0] - gap, box[1] - gap, box[2] + gap, box[3] + gap), radius and radius + gap, outline=255, width=thick
            )
        for at, row in enumerate(rows):
            y = image.height / 2 + (at - (len(rows) - 1) / 2) * 1.15 * size + 0.03 * size
            pencil.text((image.width / 2, y), row, font=font, fill=255, anchor="mm")
        mask = np.asarray(image.rotate(self.angle, Image.Resampling.BICUBIC, expand=True), np.float32)
        noise = np.random.default_rng(rng.getrandbits(32))
        coarse = cv2.resize(noise.random((7, 13)).astype(np.float32), mask.shape[::-1], interpolation=cv2.INTER_CUBIC)
        fine = cv2.GaussianBlur(noise.random(mask.shape).astype(np.float32), (0, 0), 2.2)
        fine = (fine - 0.5) * 4 + 0.5
        inked = mask * np.clip(1.15 - 0.5 * self.wear - 0.35 * coarse, 0.4, 1.0) * (fine + 0.5 * coarse > self.wear * 1.4)
        return np.asarray(np.clip(inked, 0, 255), np.uint8)


def make_stamped(seed: int, families: Sequence[Family] = (SHIPPED,), way: str | None = None) -> Varied:
    """One paper with a mark or two, or (one of five) with a stamp or a subject that only looks like one. Page 1 alone."""
    rng = random.Random(f"stamped-{seed}")
    form = any_form(rng)
    while form.motto == "centre":
        form = any_form(rng)
    manner, family = Manner.any(rng), rng.choice(families)
    marks, place = _marks(form, rng), rng.choices(list(PLACES), list(PLACES.values()))[0]
    typed = [row for row, stamped in marks if not stamped]
    stamps = [Stamp.any(rng, rows) for rows, stamped in marks if stamped]
    capture = Capture.any(rng, way)
    while capture.way == "text":
        capture = Capture.any(rng, way)
    with typeface.set_in(family):
        form.urgency = "Khẩn" if (stamps or typed) and place == "below" else ""  # makes room
        form.secrecy = "Mật" if len(marks) > 1 and place == "below" else ""
        leaf = set_form(form, manner, rng)[0]
        form.urgency, form.secrecy = form.truth["urgency"], form.truth["secrecy"]
        spots = _spots(leaf, place, rng)
        leaf.marks = [mark for mark in leaf.marks if mark.kind != "stamp"]
        for rows in typed:
            x, y = spots.pop(0)
            _type(leaf, rows[0], x, y)
        page = draw(leaf, rng, StrokeWriter.any(rng), rng.choice((ink.BLUE, ink.BLACK)))
        for stamp, (x, y) in zip(stamps, spots, strict=False):
            mask = stamp.drawn(rng)
            left = min(max(round(x * SCALE - mask.shape[1] / 2), 12), page.shape[1] - mask.shape[1] - 12)
            ink.stamp_ink(page, mask, left, max(8, round(y * SCALE - mask.shape[0] / 2)), stamp.colour, stamp.strength)
        picture = capture.finished(scan.scan(page, capture.wear, rng), rng)
    return Varied(form, capture, family, [leaf], [picture])


def _marks(form: Form, rng: random.Random) -> list[tuple[tuple[str, ...], bool]]:
    """(rows, whether they are stamped rather than typed) of each; `form.truth` is told."""
    form.secrecy = form.urgency = form.circulation = ""
    form.arrival = None
    form.truth.update(secrecy="", urgency="", circulation="", arrivalNumber="", arrivalDate="")
    if rng.random() < 0.2:
        if rng.random() < 0.4:
            form.subject = form.truth["subject"] = rng.choice(SUBJECTS)
            return []
        return [((rng.choice(NO_MARKS),), True)]
    names = rng.choices(
        (("secrecy",), ("urgency",), ("circulation",), ("secrecy", "urgency"), ("secrecy", "circulation")), (5, 2, 2, 2, 1.5)
    )[0]
    made: list[tuple[tuple[str, ...], bool]] = []
    for name in names:
        value = rng.choice({"secrecy": SECRECY, "urgency": URGENCY, "circulation": CIRCULATION}[name])
        form.truth[name] = value
        text = value.upper()
        if rng.random() < 0.25:
            text = text.replace("HỎA", "HOẢ")
        rows: tuple[str, ...] = (text,)
        if value == "Hỏa tốc hẹn giờ" and rng.random() < 0.7:
            rows = (text, rng.choice(("Trước 10 giờ 00 ngày 12/5", "... giờ ... ngày ...", "14h30 ngày 20/11")))
        if name == "circulation" and len(text) > 20:
            rows = ("CHỈ NGƯỜI CÓ TÊN", "MỚI ĐƯỢC BÓC BÌ")
        if name != "circulation" and rng.random() < 0.12:
            label = "Độ mật" if name == "secrecy" else "Độ khẩn"
            made.append(((rng.choice((f"{label}: {value}", f"{label.upper()}: {text}", f"{label}: {text}")),), False))
        else:
            made.append((rows, True))
    return made


def _spots(leaf: Leaf, place: str, rng: random.Random) -> list[tuple[float, float]]:
    """Centres for stamps, in points, one below the other."""
    tops = [line for line in leaf.lines if line.y < 200]
    left = [line for line in tops if (line.x + line.end) / 2 < PAPER[0] * 0.45]
    centre = (min(line.x for line in left) + max(line.end for line in left)) / 2
    if place == "below":
        found = [
            ((m.box[0] + m.box[2]) / 2 + rng.uniform(-12, 12), (m.box[1] + m.box[3]) / 2)
            for m in leaf.marks
            if m.kind == "stamp"
        ]
        if found:
            return [*found, (found[-1][0], found[-1][1] + 12 * MM)]
    if place == "above":
        y = min(line.y for line in tops) - rng.uniform(9, 11) * MM
        return [(centre + rng.uniform(-30, 30), y), (centre + 60 * MM, y), (PAPER[0] - 40 * MM, y)]
    if place == "letterhead":
        y = rng.choice(left[:3]).y
        return [(centre + rng.uniform(-20, 20), y + rng.uniform(-4, 10)), (centre, y + 16 * MM)]
    right = [line for line in tops if line.x > PAPER[0] * 0.4]
    low = max(line.y for line in (right or tops))
    if place == "right":
        return [(PAPER[0] - rng.uniform(32, 45) * MM, low + 8 * MM), (PAPER[0] - 40 * MM, low + 20 * MM)]
    return [(PAPER[0] * 0.13, low + rng.uniform(9, 13) * MM), (PAPER[0] * 0.13, low + 24 * MM)]


def _type(leaf: Leaf, text: str, x: float, y: float) -> None:
    line = Setter.line(words_of(text, "bold" if text.isupper() else "regular"), 0, y + 4, 13)
    leaf.lines.append(replace(line, x=max(40.0, x - line.end / 2)))
