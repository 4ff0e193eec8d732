"""The sample scans: the generator, the shipped dozen and the shipped fonts."""

from __future__ import annotations

import io
import json
import random
import struct
import unicodedata
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pikepdf
import pypdfium2
import pytest
import tesserocr
from fontTools.ttLib import TTFont
from PIL import Image

from tests.samples import KINDS, make_document, mnist, save
from tests.samples.__main__ import main
from tests.samples.dossier import ENTRIES, sample_of
from tests.samples.hand import SHAPES, PictureWriter, StrokeWriter
from tests.samples.sample import encode

RESOURCES = Path(__file__).resolve().parents[2] / "resources"
SHIPPED = RESOURCES / "samples"
TRUTHS = sorted(SHIPPED.glob("*.json"))
TESSDATA = str(Path(__file__).resolve().parents[2] / "resources/models/tessdata")
FIELDS = {
    "codeNumber", "codeNotation", "issuedDate", "typeName", "organName", "parentOrgan", "subject", "place", "signer",
    "position", "addressee", "urgency", "secrecy",
}  # fmt: skip


def vietnamese_letters() -> set[str]:
    """The 12 vowels with five tone marks and without, and đ, small and capital."""
    marks = ("", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323")
    small = {unicodedata.normalize("NFC", vowel + mark) for vowel in "aăâeêioôơuưy" for mark in marks} | {"đ"}
    return small | {letter.upper() for letter in small}


def read(path: Path) -> dict[str, Any]:
    truth: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return truth


def seeded(seed: int) -> random.Random:
    return random.Random(seed)


def opened_pdf(path: Path) -> Any:
    return pypdfium2.PdfDocument(path)  # type: ignore[no-untyped-call]


def pictures(path: Path) -> list[Image.Image]:
    if path.suffix == ".pdf":
        with opened_pdf(path) as pdf:
            return [page.render(scale=200 / 72).to_pil() for page in pdf]
    with Image.open(path) as image:
        found = []
        for i in range(getattr(image, "n_frames", 1)):
            image.seek(i)
            found.append(image.convert("RGB"))
        return found


def words_found(image: Image.Image, text: str) -> tuple[float, str]:
    """The share of the true words that Tesseract sees, and what it read."""
    with tesserocr.PyTessBaseAPI(path=TESSDATA, lang="vie") as engine:
        engine.SetImage(image)
        engine.SetSourceResolution(200)
        seen = engine.GetUTF8Text()
    wanted = text.split()
    known = set(seen.split())
    return sum(word in known for word in wanted) / len(wanted), seen


@pytest.mark.parametrize("font", sorted((RESOURCES / "fonts").glob("*.ttf")), ids=lambda path: path.stem)
def test_a_shipped_font_has_every_vietnamese_letter(font: Path) -> None:
    with TTFont(font) as opened:
        cmap = opened.getBestCmap() or {}
        glyphs = opened["glyf"]
        letters = vietnamese_letters()
        assert len(letters) == 146
        assert not [c for c in letters if ord(c) not in cmap]
        assert not [c for c in letters if glyphs[cmap[ord(c)]].numberOfContours == 0]
        assert "SIL Open Font License" in str(opened["name"].getDebugName(13))


def test_the_fonts_are_small_and_licensed() -> None:
    folder = RESOURCES / "fonts"
    fonts = sorted(path.name for path in folder.glob("*.ttf"))
    assert fonts == [
        "NotoSans-Bold.ttf", "NotoSans-Regular.ttf",
        "Tinos-Bold.ttf", "Tinos-BoldItalic.ttf", "Tinos-Italic.ttf", "Tinos-Regular.ttf",
    ]  # fmt: skip
    assert sum(path.stat().st_size for path in folder.iterdir()) < 4_000_000
    for name in ("OFL-Tinos.txt", "OFL-NotoSans.txt"):
        text = (folder / name).read_text("utf-8")
        assert "Google" in text
        assert "PERMISSION & CONDITIONS" in text


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_made_with_its_truth(kind: str) -> None:
    sample = make_document(41, kind=kind, pages=1, handwritten=False)
    fields = sample.truth["fields"]
    assert set(fields) == FIELDS
    assert fields["typeName"] == kind
    assert sample.truth["handwritten"] == []
    assert len(sample.pages) == sample.truth["pages"] == len(sample.truth["text"])
    assert sample.pages[0].size == (1653, 2339)
    text = " ".join("\n".join(sample.truth["text"]).split())
    assert f"Số: {fields['codeNumber']}/{fields['codeNotation']}" in text
    assert fields["signer"] in text
    assert fields["subject"] in text
    assert unicodedata.is_normalized("NFC", json.dumps(sample.truth, ensure_ascii=False))
    if kind == "Công văn":
        assert f"V/v {fields['subject']}" in text
        assert fields["addressee"]
    else:
        assert kind.upper() in text


def test_the_same_seed_gives_the_same_pages_and_another_seed_others() -> None:
    first, again, other = make_document(5, pages=1), make_document(5, pages=1), make_document(6, pages=1)
    assert first.truth == again.truth
    assert np.array_equal(np.asarray(first.pages[0]), np.asarray(again.pages[0]))
    assert first.truth["fields"] != other.truth["fields"]


@pytest.mark.parametrize("pages", [2, 3])
def test_as_many_pages_as_asked_and_numbers_from_the_second(pages: int) -> None:
    sample = make_document(9, kind="Báo cáo", pages=pages)
    assert len(sample.pages) == pages
    starts = [text.splitlines()[0] for text in sample.truth["text"]]
    assert starts[1:] == [str(n) for n in range(2, pages + 1)]


def test_pens_fill_only_what_the_truth_calls_handwritten() -> None:
    """The ink stands in the box that the truth gives, although the page is turned and moved."""
    sample = make_document(12, kind="Thông báo", pages=1, handwritten=True, condition="used")
    assert sample.truth["handwritten"] == ["codeNumber", "issuedDate"]
    page = np.asarray(sample.pages[0].convert("L"), np.int16)
    x0, y0, x1, y1 = sample.truth["boxes"]["codeNumber"]["box"]
    height, width = page.shape
    inside = page[int(y0 * height) : int(y1 * height), int(x0 * width) : int(x1 * width)]
    assert (inside < np.median(page) - 50).mean() > 0.02
    assert not any(word.room for line in make_document(12, pages=1, handwritten=False).leaves[0].lines for word in line.words)


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown kind"):
        make_document(1, kind="Thư tình")


def test_each_format_is_what_it_says(tmp_path: Path) -> None:
    sample = make_document(20, kind="Kế hoạch", pages=2, handwritten=False, condition="clean")
    with pytest.raises(ValueError, match="one page"):
        save(sample, tmp_path, "x", "jpeg")
    for name in ("tiff", "tiff-g4"):
        path = save(sample, tmp_path, name, name)
        with Image.open(path) as image:
            assert getattr(image, "n_frames", 1) == 2
            assert round(image.info["dpi"][0]) == 200
    scanned = save(sample, tmp_path, "scan", "pdf")
    with pikepdf.open(scanned) as pdf:
        assert len(pdf.pages) == 2
        assert [round(float(v)) for v in pdf.pages[0].mediabox] == [0, 0, 595, 842]
        assert "/Font" not in pdf.pages[0].obj.Resources
    assert read(tmp_path / "scan.json")["file"] == "scan.pdf"


def test_the_born_digital_pdf_gives_its_text_back(tmp_path: Path) -> None:
    sample = make_document(21, kind="Quyết định", pages=2, handwritten=False)
    path = save(sample, tmp_path, "born", "text-pdf")
    assert read(tmp_path / "born.json")["born_digital"] is True
    with opened_pdf(path) as pdf:
        texts = [page.get_textpage().get_text_range() for page in pdf]
    for got, leaf in zip(texts, sample.leaves, strict=True):
        printed = "\n".join(line.text for line in leaf.lines)
        assert " ".join(unicodedata.normalize("NFC", got).split()) == " ".join(printed.split())


def test_every_digit_has_forms_and_one_hand_is_not_another() -> None:
    assert set(SHAPES) == set("0123456789")
    assert len(SHAPES["1"]) >= 2
    assert any(len(form) == 3 for form in SHAPES["7"])  # the crossed seven
    masks = [StrokeWriter.any(seeded(seed)).write("1975", 60) for seed in (1, 2)]
    assert masks[0].shape != masks[1].shape or not np.array_equal(masks[0], masks[1])
    for mask in masks:
        assert mask.max() > 200
        assert 0.05 < (mask > 128).mean() < 0.5


def test_mnist_digits_are_read_from_a_folder_and_bad_files_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A tiny set in the IDX format stands for the real one, which is not kept in the project."""
    monkeypatch.setenv("VANKHO_MNIST", str(tmp_path))
    assert not mnist.available()
    tiny = np.zeros((10, 28, 28), np.uint8)
    for digit in range(10):
        tiny[digit, 4:24, 8 : 10 + digit] = 255
    (tmp_path / mnist.IMAGES).write_bytes(struct.pack(">4B3I", 0, 0, 8, 3, 10, 28, 28) + tiny.tobytes())
    (tmp_path / mnist.LABELS).write_bytes(struct.pack(">4BI", 0, 0, 8, 1, 10) + bytes(range(10)))
    assert mnist.available()
    found = mnist.pictures()
    assert [len(found[str(d)]) for d in range(10)] == [1] * 10
    assert PictureWriter(seeded(1), found).write("27", 50).max() == 255
    (tmp_path / mnist.LABELS).write_bytes(b"<html>")
    with pytest.raises(ValueError, match="IDX"):
        mnist._idx(tmp_path / mnist.LABELS)


def test_without_npm_and_cache_our_own_strokes_are_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("VANKHO_MNIST", str(tmp_path / "none"))
    monkeypatch.setenv("PATH", str(tmp_path))
    out = tmp_path / "out"
    assert main(["--count", "1", "--seed", "3", "--pages", "1", "--handwritten", "--digits", "mnist", "-o", str(out)]) == 0
    assert "our own strokes" in capsys.readouterr().err
    assert len(list(out.iterdir())) == 2


def test_twelve_are_shipped_in_mixed_formats_and_small() -> None:
    truths = [read(path) for path in TRUTHS]
    files = [SHIPPED / truth["file"] for truth in truths]
    assert len(files) == 12
    assert {path.name for path in SHIPPED.iterdir()} == {p.name for p in (*files, *TRUTHS)} | {"README.md"}
    assert {path.suffix for path in files} == {".jpg", ".png", ".tif", ".pdf"}
    assert sum(path.stat().st_size for path in SHIPPED.iterdir()) <= 2_500_000
    assert sum(path.stat().st_size <= 150 * 1024 for path in files) >= 8
    assert sum(truth["born_digital"] for truth in truths) == 1
    assert sum(bool(truth["handwritten"]) for truth in truths) == 3
    assert not any(truth["fields"]["secrecy"] for truth in truths)
    assert [truth["pages"] for truth in truths] == [len(pictures(path)) for path in files]


def test_the_shipped_dossier_makes_sense() -> None:
    """Numbers of the office rise with the dates, and no paper cites another of a later day."""
    fields = [read(path)["fields"] for path in TRUTHS]
    dates = [datetime.strptime(f["issuedDate"], "%d/%m/%Y") for f in fields]  # noqa: DTZ007 - a day, no time
    assert dates == sorted(dates)
    assert {day.year for day in dates} == {2024}
    own = [int(f["codeNumber"]) for f in fields if f["organName"] == "Ủy ban nhân dân xã Hòa Thắng"]
    assert len(own) == 11
    assert own == sorted(set(own))
    assert [entry.stem for entry in ENTRIES] == [path.stem for path in TRUTHS]
    earlier: list[str] = []
    for path, one in zip(TRUTHS, fields, strict=True):
        cited = {f"{f['codeNumber']}/{f['codeNotation']}" for f in fields} - {f"{one['codeNumber']}/{one['codeNotation']}"}
        text = "\n".join(read(path)["text"])
        assert not [code for code in cited if code in text and code not in earlier]
        earlier.append(f"{one['codeNumber']}/{one['codeNotation']}")


def test_the_generator_still_makes_what_is_shipped() -> None:
    """The truth exactly; the picture nearly (another Pillow or OpenCV may round otherwise)."""
    entry = ENTRIES[0]
    sample = sample_of(entry)
    shipped = read(SHIPPED / f"{entry.stem}.json")
    assert {**sample.truth, "file": shipped["file"], "format": shipped["format"]} == shipped
    with Image.open(io.BytesIO(encode(sample, entry.format))) as made, Image.open(SHIPPED / shipped["file"]) as kept:
        difference = np.asarray(made, np.int16) - np.asarray(kept, np.int16)
    assert np.abs(difference).mean() < 2


@pytest.mark.parametrize("stem", ["01-to-trinh", "04-quyet-dinh", "05-thong-bao", "09-bao-cao", "11-quyet-dinh"])
def test_what_is_shipped_can_be_read(stem: str) -> None:
    truth = read(SHIPPED / f"{stem}.json")
    share, seen = words_found(pictures(SHIPPED / truth["file"])[0], truth["text"][0])
    assert share > 0.9, seen
    assert f"{truth['fields']['codeNumber']}/{truth['fields']['codeNotation']}" in seen
    assert f"ngày {truth['fields']['issuedDate'][:2]} tháng" in seen
