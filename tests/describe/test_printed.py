"""From the picture to the fields: drawn papers, real Tesseract."""

from __future__ import annotations

import difflib
from datetime import date
from pathlib import Path

import pytest

from app.describe.header import describe
from app.recognise.tesseract import Tesseract
from storage.records.reading import FieldReading
from storage.text import fold
from tests.samples import Sample, make_document

TODAY = date(2026, 11, 22)
SHOWN = ("codeNumber", "issuedDate", "typeName", "subject", "organName")
PRINTED = ("Quyết định", "Tờ trình", "Báo cáo", "Thông báo", "Kế hoạch", "Giấy mời", "Công văn")


def read(sample: Sample, engine: Tesseract, folder: Path) -> dict[str, FieldReading]:
    images = []
    for number, page in enumerate(sample.pages, 1):
        images.append(folder / f"{number}.png")
        page.save(images[-1], dpi=(200, 200))
    return describe([engine.read(image) for image in images], images=images, today=TODAY, engine=engine)


def alike(a: str, b: str) -> float:
    plain = [" ".join(fold(text).replace("v/v", "về việc").split()).removeprefix("ve viec ") for text in (a, b)]
    return difflib.SequenceMatcher(None, *plain).ratio()


def _boxes_lie_on_what_they_name(sample: Sample, found: dict[str, FieldReading]) -> None:
    boxes = sample.truth["boxes"]
    checked = [(field, boxes[field]["box"]) for field in SHOWN if field in boxes]
    assert len(checked) >= 4
    for field, (x0, y0, x1, y1) in checked:
        box = found[field].box
        assert box is not None, field
        assert box[0] < x1, field
        assert box[2] > x0, field
        assert box[1] < y1, field
        assert box[3] > y0, field


@pytest.mark.parametrize("kind", PRINTED)
def test_a_printed_paper_is_read_right(kind: str, engine: Tesseract, tmp_path: Path) -> None:
    sample = make_document(40 + PRINTED.index(kind), kind=kind, pages=1, handwritten=False, condition="clean")
    truth, found = sample.truth["fields"], read(sample, engine, tmp_path)
    for name in ("codeNumber", "codeNotation", "issuedDate", "typeName"):
        assert found[name].value == truth[name], name
        assert found[name].confidence > 0.4, name
    assert alike(found["subject"].value, truth["subject"]) >= 0.9
    assert alike(found["organName"].value, truth["organName"]) >= 0.9
    assert alike(found["place"].value, truth["place"]) >= 0.9
    assert alike(found["signer"].value, truth["signer"]) >= 0.9
    assert fold(found["position"].value) == fold(truth["position"])
    _boxes_lie_on_what_they_name(sample, found)
    for mark in ("urgency", "secrecy"):
        assert (found[mark].value if mark in found else "") == truth[mark]


@pytest.mark.parametrize("seed", [70, 71])
def test_handwritten_numbers_and_days_are_never_sure_and_wrong(seed: int, engine: Tesseract, tmp_path: Path) -> None:
    sample = make_document(seed, kind="Tờ trình", pages=1, handwritten=True, condition="clean")
    truth, found = sample.truth, read(sample, engine, tmp_path)
    assert truth["handwritten"]
    for name in truth["handwritten"]:
        reading = found[name]
        assert reading.value in {"", truth["fields"][name]} or reading.confidence <= 0.6
    _boxes_lie_on_what_they_name(sample, found)
    assert found["typeName"].value == "Tờ trình"
    assert found["codeNotation"].value == truth["fields"]["codeNotation"]
