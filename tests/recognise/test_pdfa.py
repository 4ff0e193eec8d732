"""Access copies: proven PDF/A-2b, the scanner's own bytes kept, the words found by other programs."""

from __future__ import annotations

import io
import subprocess
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pikepdf
import pypdfium2
import pytest
from fontTools.ttLib import TTFont
from pikepdf import pdfa as checker
from PIL import Image, ImageCms

from app.capture import render
from app.capture.tasks import inspect, render_page
from app.errors import AppError
from app.jobs import Job
from app.package.puid import identify
from app.recognise import colours, glyphless, pdfa, pictures, tasks, words
from app.recognise.pdfa import AccessCopy
from app.sandbox import Sandbox
from storage.records.reading import PageText, Word
from tests import made_files as made

TITLE = "Quyết định 125/QĐ-UBND về việc kiện toàn Ban Chỉ đạo"


def text_of(size: tuple[int, int], lines: Sequence[str] = made.LINES, dpi: int = 200, points: int = 27) -> PageText:
    """Words roughly where `made.sheet` draws them."""
    width, height = size
    found = []
    for number, line in enumerate(lines):
        x, y = width / 12, height / 12 + number * points * 2
        for word in line.split():
            long = len(word) * points * 0.48
            found.append(Word(word, (x / width, y / height, (x + long) / width, (y + points) / height), 0.95, 0, number))
            x += long + points * 0.25
    return PageText(width, height, dpi, found, "tesseract")


def save_text(path: Path, page: PageText) -> Path:
    path.write_text(words.to_json(page), encoding="utf-8")
    return path


def copy(folder: Path, image: Path | None, text: PageText | None, source: dict[str, Any] | None = None) -> AccessCopy:
    """A copy of one page, checked to be PDF/A and alone in its folder."""
    out = folder / "access" / "copy.pdf"
    out.parent.mkdir(exist_ok=True)
    texts = [None if text is None else save_text(folder / "words.json", text)]
    made_copy = pdfa.write_access_copy(source or {}, [image], texts, out, title=TITLE)
    assert made_copy.size == out.stat().st_size
    assert [path.name for path in out.parent.iterdir()] == ["copy.pdf"]
    assert checker.validate_written(out, "2b").passed
    return made_copy


def pdftotext(path: Path, *options: str) -> str:
    done = subprocess.run(["pdftotext", *options, path, "-"], capture_output=True, text=True, check=True)
    assert not done.stderr
    return done.stdout


def picture_in(path: str, page: int = 0) -> Any:
    """(raw bytes, dictionary) of the page's picture."""
    with pikepdf.open(path) as pdf:
        image = pdf.pages[page].Resources.XObject.I0
        return image.read_raw_bytes(), (int(image.Width), int(image.Height)), str(image.ColorSpace), str(image.Filter)


def unlike(path: str, page: Image.Image) -> float:
    """How much the copy, shown at 50 dpi, differs from a page image: mean of 255."""
    document = pypdfium2.PdfDocument(path)
    shown = document[0].render(scale=50 / 72, rev_byteorder=True).to_pil().convert("RGB")
    document.close()
    small = page.convert("RGB").resize(shown.size, Image.Resampling.BOX)
    return float(np.abs(np.asarray(shown, dtype=np.int16) - np.asarray(small, dtype=np.int16)).mean())


def test_a_scan_is_kept_byte_for_byte_and_costs_little_more(tmp_path: Path) -> None:
    size = (1654, 2339)
    lines = [*made.LINES * 7]
    made.sheet(size, tuple(lines)).save(tmp_path / "a.jpg", dpi=(200, 200), quality=75)
    jpeg = (tmp_path / "a.jpg").read_bytes()
    done = copy(tmp_path, tmp_path / "a.jpg", text_of(size, lines))
    assert (done.way, done.kept, done.pages) == ("image", 1, 1)
    assert picture_in(done.path) == (jpeg, size, "/DeviceRGB", "/DCTDecode")
    assert done.size < 1.05 * len(jpeg)


def test_a_progressive_scan_is_kept_too(tmp_path: Path) -> None:
    made.sheet((1654, 2339)).save(tmp_path / "a.jpg", dpi=(200, 200), progressive=True)
    done = copy(tmp_path, tmp_path / "a.jpg", None)
    assert (done.kept, picture_in(done.path)[0]) == (1, (tmp_path / "a.jpg").read_bytes())
    assert unlike(done.path, made.sheet((1654, 2339))) < 2


def test_other_programs_find_every_word_in_order(tmp_path: Path) -> None:
    size = (1654, 2339)
    made.sheet(size).save(tmp_path / "a.jpg", dpi=(200, 200))
    done = copy(tmp_path, tmp_path / "a.jpg", text_of(size))
    assert pdftotext(Path(done.path)).strip("\n\f").split("\n") == list(made.LINES)
    assert pdftotext(Path(done.path), "-raw").strip("\n\f").split("\n") == list(made.LINES)
    document = pypdfium2.PdfDocument(done.path)
    assert document[0].get_textpage().get_text_bounded().split() == " ".join(made.LINES).split()
    document.close()


def test_words_lie_over_their_pictures(tmp_path: Path) -> None:
    size = (1654, 2339)
    made.sheet(size).save(tmp_path / "a.jpg", dpi=(200, 200))
    page = text_of(size)
    done = copy(tmp_path, tmp_path / "a.jpg", page)
    found = [line.split('"') for line in pdftotext(Path(done.path), "-bbox").split("\n") if "<word" in line]
    assert len(found) == len(page.words)
    for parts, word in zip(found, page.words, strict=True):
        box = [float(value) for value in parts[1:8:2]]
        wanted = [edge * side for edge, side in zip(word.box, (595.44, 842.04) * 2, strict=True)]
        assert box == pytest.approx(wanted, abs=2.0)


def test_what_a_viewer_highlights_covers_the_words(tmp_path: Path) -> None:
    """PDFium, so Chrome and Edge, takes the height of a highlight from the outlines of the font."""
    size = (1654, 2339)
    made.sheet(size).save(tmp_path / "a.jpg", dpi=(200, 200))
    page = text_of(size)
    done = copy(tmp_path, tmp_path / "a.jpg", page)
    document = pypdfium2.PdfDocument(done.path)
    leaf = document[0]
    text = leaf.get_textpage()
    for word in (page.words[0], page.words[-1]):
        search = text.search(word.text, match_case=True)
        start, count = search.get_next()
        left, bottom, right, top = text.get_rect(text.count_rects(start, count) - 1)
        wanted = [edge * side for edge, side in zip(word.box, (595.44, 842.04) * 2, strict=True)]
        assert [left, 842.04 - top, right, 842.04 - bottom] == pytest.approx(wanted, abs=3.0)
        search.close()
    text.close()
    leaf.close()
    document.close()


def test_a_read_page_end_to_end(tmp_path: Path) -> None:
    """Real reader, real copy, in the sandbox, with a page of two columns on a slope."""
    image = made.sheet((1654, 2339), points=34).rotate(0.7, fillcolor="white", resample=Image.Resampling.BICUBIC)
    image.save(tmp_path / "a.jpg", dpi=(200, 200), quality=80)
    with Sandbox() as sandbox:
        info = sandbox.call("app.capture.tasks:inspect", path=tmp_path / "a.jpg")
        found = sandbox.call("app.recognise.tasks:read_page", image=tmp_path / "a.jpg")
        page = words.from_plain(found)
        job = Job()
        done = sandbox.call(
            "app.recognise.tasks:write_access_copy",
            job=job,
            source=info,
            page_images=[str(tmp_path / "a.jpg")] * 3,
            page_texts=[str(save_text(tmp_path / "a.json", page))] * 3,
            out=tmp_path / "out.pdf",
            title=TITLE,
        )
    assert (job.done, job.total, done["pages"], done["kept"]) == (3, 3, 3, 3)
    assert checker.validate_written(tmp_path / "out.pdf", "2b").passed
    assert pdftotext(tmp_path / "out.pdf").split() == page.text.split() * 3
    assert "125/QĐ-UBND" in page.text


def test_the_copy_says_what_it_is(tmp_path: Path) -> None:
    made.sheet().save(tmp_path / "a.jpg", dpi=(150, 150))
    done = copy(tmp_path, tmp_path / "a.jpg", text_of((1240, 1754), dpi=150))
    with pikepdf.open(done.path) as pdf:
        assert str(pdf.Root.Lang) == "vi"
        assert str(pdf.docinfo["/Title"]) == TITLE
        with pdf.open_metadata() as metadata:
            assert metadata["dc:title"] == TITLE
            assert metadata.pdfa_status == "2B"
        assert [int(intent.DestOutputProfile.N) for intent in pdf.Root.OutputIntents] == [3]
        assert [float(x) for x in pdf.pages[0].MediaBox] == pytest.approx([0, 0, 595.2, 841.92], abs=0.02)


@pytest.mark.parametrize("title", ["", "dòng\nhai\x00\x0b", "<&>\ud800 “x”", "a" * 3000])
def test_any_title_will_do(tmp_path: Path, title: str) -> None:
    made.sheet((400, 560), points=9).save(tmp_path / "a.jpg", dpi=(200, 200))
    out = tmp_path / "out.pdf"
    pdfa.write_access_copy({}, [tmp_path / "a.jpg"], [None], out, title=title)
    assert checker.validate_written(out, "2b").passed
    with pikepdf.open(out) as pdf, pdf.open_metadata() as metadata:
        assert "\x00" not in str(metadata.get("dc:title", ""))


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_turned_photo_is_kept_and_shown_upright(tmp_path: Path, orientation: int) -> None:
    upright = made.sheet((800, 1120), points=18)
    upright.paste((0, 90, 200), (0, 0, 300, 200))
    back = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}
    exif = Image.Exif()
    exif[0x0112] = orientation
    stored = upright.transpose(Image.Transpose(back[orientation])) if orientation > 1 else upright
    stored.save(tmp_path / "a.jpg", exif=exif, dpi=(200, 200))
    done = copy(tmp_path, tmp_path / "a.jpg", text_of((800, 1120), points=18))
    assert done.kept == 1
    assert picture_in(done.path)[0] == (tmp_path / "a.jpg").read_bytes()
    assert unlike(done.path, upright) < 3
    with pikepdf.open(done.path) as pdf:
        assert [float(x) for x in pdf.pages[0].MediaBox] == pytest.approx([0, 0, 288, 403.2], abs=0.1)
    assert pdftotext(Path(done.path)).split() == " ".join(made.LINES).split()


@pytest.mark.parametrize(
    ("name", "options", "mode"),
    [
        ("a.jpg", {}, "CMYK"),
        ("a.png", {}, "RGB"),
        ("a.png", {}, "L"),
        ("a.png", {}, "RGBA"),
    ],
)
def test_other_pictures_become_colour_jpegs(tmp_path: Path, name: str, options: dict[str, Any], mode: str) -> None:
    made.sheet((1654, 2339)).convert(mode).save(tmp_path / name, dpi=(200, 200), **options)
    done = copy(tmp_path, tmp_path / name, None)
    data, size, space, _filter = picture_in(done.path)
    assert (done.kept, size, space) == (0, (1654, 2339), "/DeviceRGB")
    with Image.open(io.BytesIO(data)) as image:
        assert image.mode == "RGB"
    assert unlike(done.path, made.sheet((1654, 2339)).convert(mode)) < 2


@pytest.mark.parametrize(("dpi", "pixels"), [(100, 200), (150, 200), (250, 250), (600, 300)])
def test_new_pictures_keep_within_200_and_300_dpi(tmp_path: Path, dpi: int, pixels: int) -> None:
    made.sheet((3 * dpi, 4 * dpi), points=8).save(tmp_path / "a.png", dpi=(dpi, dpi))
    done = copy(tmp_path, tmp_path / "a.png", None)
    assert picture_in(done.path)[1] == (3 * pixels, 4 * pixels)
    with pikepdf.open(done.path) as pdf:
        assert [float(x) for x in pdf.pages[0].MediaBox] == pytest.approx([0, 0, 216, 288], abs=0.1)


def test_a_grey_scan_is_kept(tmp_path: Path) -> None:
    made.sheet().convert("L").save(tmp_path / "a.jpg", dpi=(150, 150))
    done = copy(tmp_path, tmp_path / "a.jpg", None)
    assert (done.kept, picture_in(done.path)[2]) == (1, "/DeviceGray")
    with pikepdf.open(done.path) as pdf:
        assert int(pdf.Root.OutputIntents[0].DestOutputProfile.N) == 1
    assert identify(Path(done.path)).puid == "fmt/477"


def source_of(path: Path) -> dict[str, Any]:
    return {**inspect(str(path)), "path": str(path)}


def layer_of(path: Path) -> PageText:
    found = tasks.read_text_layer(str(path), 0)
    assert found is not None
    return words.from_plain(found)


def test_a_born_digital_pdf_keeps_its_drawing(tmp_path: Path) -> None:
    path = made.drawn_pdf(tmp_path / "a.pdf")
    done = copy(tmp_path, None, layer_of(path), source_of(path))
    assert done.way == "vector"
    assert pdftotext(Path(done.path)).strip("\n\f").split("\n") == list(made.LINES)
    with pikepdf.open(done.path) as pdf:
        assert "/XObject" not in pdf.pages[0].Resources


@pytest.mark.parametrize("with_image", [False, True])
def test_one_that_cannot_be_pdfa_becomes_a_picture_with_its_words(tmp_path: Path, with_image: bool) -> None:
    path = made.drawn_pdf(tmp_path / "a.pdf", embed=False)
    image = tmp_path / "a.jpg" if with_image else None
    if image:
        assert not render_page(str(path), 0, str(image))["native"]
    done = copy(tmp_path, image, layer_of(path), source_of(path))
    assert (done.way, done.kept) == ("image", 0)
    assert picture_in(done.path)[1] == pytest.approx((1654, 2339), abs=1)  # 200 dpi
    assert pdftotext(Path(done.path)).strip("\n\f").split("\n") == list(made.LINES)


def test_scripts_do_not_reach_the_copy(tmp_path: Path) -> None:
    path = made.drawn_pdf(tmp_path / "a.pdf")
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        pdf.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
        pdf.pages[0].AA = pikepdf.Dictionary(O=pikepdf.Dictionary(S=pikepdf.Name.Launch, F="calc.exe"))
        pdf.save(path)
    assert source_of(path)["active"] == ["javascript", "launch", "open_action"]
    done = copy(tmp_path, None, layer_of(path), source_of(path))
    assert inspect(done.path)["active"] == []


def test_a_scan_in_a_pdf_keeps_its_jpeg_and_its_page_size(tmp_path: Path) -> None:
    made.sheet((1654, 2339)).save(tmp_path / "a.jpg")
    jpeg = (tmp_path / "a.jpg").read_bytes()
    path = made.scan_pdf(tmp_path / "a.pdf", jpeg, (1654, 2339), 200.3)
    render_page(str(path), 0, str(tmp_path / "page.jpg"))
    done = copy(tmp_path, tmp_path / "page.jpg", text_of((1654, 2339)), source_of(path))
    assert (done.kept, picture_in(done.path)[0]) == (1, jpeg)
    with pikepdf.open(done.path) as pdf:
        assert float(pdf.pages[0].MediaBox[2]) == pytest.approx(1654 / 200.3 * 72, abs=0.02)


def test_our_own_pictures_are_known_by_their_marks(tmp_path: Path) -> None:
    assert (render.DRAWN, render.CONVERTED) == (pictures.DRAWN, pictures.CONVERTED)
    made.sheet((1240, 1754)).save(tmp_path / "a.png", dpi=(300, 300))
    render_page(str(tmp_path / "a.png"), 0, str(tmp_path / "page.jpg"))
    done = copy(tmp_path, tmp_path / "page.jpg", None)
    assert (done.kept, picture_in(done.path)[1]) == (0, (1240, 1754))


def refusal(folder: Path, source: dict[str, Any], images: list[Path | None] | None = None) -> AppError:
    with pytest.raises(AppError) as caught:
        pdfa.write_access_copy(source, images or [None], [None], folder / "out.pdf", title=TITLE)
    assert not list(folder.glob("out.pdf*"))
    assert caught.value.message
    assert caught.value.advice
    return caught.value


def test_a_signed_pdf_is_never_rewritten(tmp_path: Path) -> None:
    signed = made.sign(made.drawn_pdf(tmp_path / "a.pdf"), tmp_path / "signed.pdf")
    source = source_of(signed)
    assert refusal(tmp_path, source).code == "pdf.signed"
    assert refusal(tmp_path, {**source, "signed": False, "signatures": 0}).code == "pdf.signed"
    assert refusal(tmp_path, {"kind": "pdf", "signed": True}).code == "pdf.signed"


def test_what_is_not_proven_is_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The real check, given a font that maps its signs to glyphs it does not have."""
    made.sheet((400, 560), points=9).save(tmp_path / "a.jpg", dpi=(200, 200))
    monkeypatch.setattr(glyphless, "program", lambda: b"\x00\x01\x00\x00 not a font")
    with pytest.raises(AppError) as caught:
        copy(tmp_path, tmp_path / "a.jpg", text_of((400, 560), points=9))
    assert caught.value.code == "pdfa.unproven"
    assert caught.value.detail
    assert list((tmp_path / "access").iterdir()) == []


def test_a_picture_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(b"rubbish")
    error = refusal(tmp_path, {}, [tmp_path / "a.jpg"])
    assert (error.code, "a.jpg" in error.detail) == ("page.unreadable", True)
    assert refusal(tmp_path, {}, [tmp_path / "không có.jpg"]).code == "page.unreadable"


def test_a_page_without_a_picture_gets_a_notice_not_a_gap(tmp_path: Path) -> None:
    path = made.tiff_with_bad_page(tmp_path / "a.tif", 3, 1)
    images: list[Path | None] = [tmp_path / "0.jpg", None, tmp_path / "2.jpg"]
    for index in (0, 2):
        render_page(str(path), index, str(tmp_path / f"{index}.jpg"))
    done = pdfa.write_access_copy(source_of(path), images, [None] * 3, tmp_path / "out.pdf", title=TITLE)
    assert done.pages == 3
    with pikepdf.open(tmp_path / "out.pdf") as pdf:
        assert len(pdf.pages) == 3
        assert [round(float(x)) for x in pdf.pages[1].MediaBox] == [0, 0, 595, 842]
    with Image.open(io.BytesIO(picture_in(done.path, 1)[0])) as notice:
        assert np.asarray(notice.convert("L")).min() < 100


def test_many_large_pages_need_little_memory(tmp_path: Path) -> None:
    """60 pages of some 3 MB under a limit that could not hold them."""
    noise = np.random.default_rng(5).integers(0, 255, (1500, 1100, 3), dtype=np.uint8)
    Image.fromarray(noise).save(tmp_path / "a.jpg", dpi=(200, 200), quality=93, subsampling=0)
    jpeg = (tmp_path / "a.jpg").read_bytes()
    size, images = len(jpeg), [tmp_path / f"{number}.jpg" for number in range(60)]
    for number, image in enumerate(images):
        image.write_bytes(jpeg + bytes([number]))  # no two alike: what several pages show is kept once
    page = save_text(tmp_path / "a.json", text_of((1100, 1500)))
    with Sandbox(memory_mb=350) as sandbox:
        done = sandbox.call(
            "app.recognise.tasks:write_access_copy",
            source={},
            page_images=[str(image) for image in images],
            page_texts=[str(page)] * 60,
            out=tmp_path / "out.pdf",
            title=TITLE,
        )
    assert done["size"] > 60 * size > 150_000_000


def test_any_sign_can_be_found_again(tmp_path: Path) -> None:
    """Every letter of Vietnamese and whatever else a page may hold, more of it than one font has codes for; in order and in NFC."""
    letters = "".join(glyphless.ACCENTED) + "".join(map(chr, range(0x20, 0x7F)))
    foreign = [chr(sign) for sign in (*range(0x4E00, 0x4E00 + 200), 0x1F600, 0x3B1)]
    lines = [
        *(letters[at : at + 12].replace(" ", "_") for at in range(0, len(letters), 12)),
        "mở\x01",
        "α (Ω) \\ Quyết" + foreign[-2],
    ]
    lines += ["x" + "".join(foreign[at : at + 10]) + "ữ" for at in range(0, 200, 10)]
    size = (1654, 2339)
    made.sheet(size, ("",)).save(tmp_path / "a.jpg", dpi=(200, 200))
    done = copy(tmp_path, tmp_path / "a.jpg", text_of(size, lines, points=20))
    found = pdftotext(Path(done.path), "-raw").split()
    assert found == unicodedata.normalize("NFC", " ".join(lines).replace("\x01", "\ufffd")).split()


def test_the_fonts_agree_with_their_program() -> None:
    """PDF/A demands it of widths (ISO 19005-2, 6.2.11.5); read by fontTools from the bytes."""
    font = TTFont(io.BytesIO(glyphless.program()))
    codes, metrics = font["cmap"].getcmap(1, 0).cmap, font["hmtx"]
    told = dict(enumerate(glyphless.widths(), glyphless.FIRST))
    assert {code: metrics[glyph][0] for code, glyph in codes.items() if code in told} == told
    signs = glyphless.Signs()
    assert (signs.width("i"), signs.width("ị"), signs.width("W")) == (0.278, 0.278, 0.944)
    assert signs.of("漢").font == signs.of("字").font == 1


@pytest.mark.parametrize(("profile", "mode"), [(colours.srgb(), "RGB"), (colours.grey(), "L")])
def test_the_colour_profiles_are_those_of_srgb(profile: bytes, mode: str) -> None:
    """LittleCMS opens them and finds the colours that its own sRGB has."""
    ours = ImageCms.ImageCmsProfile(io.BytesIO(profile))
    theirs = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
    pixels = np.random.default_rng(1).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    pixels = pixels if mode == "RGB" else pixels[..., 0]
    shown = ImageCms.applyTransform(Image.fromarray(pixels), ImageCms.buildTransform(ours, theirs, mode, "RGB"))
    assert shown is not None
    wanted = pixels if mode == "RGB" else np.stack([pixels] * 3, axis=2)
    assert np.abs(np.asarray(shown, np.int16) - wanted).max() <= 1


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", False),
        (b"\xff\xd8", False),
        (b"\xff\xd8\xff", False),
        (b"\xff\xd8\xff\xc0\x00\x0b\x08", True),
        (b"\xff\xd8\xff\xda", False),
    ],
)
def test_pieces_of_jpegs_are_judged_without_harm(tmp_path: Path, data: bytes, expected: bool) -> None:
    (tmp_path / "a.jpg").write_bytes(data)
    assert pictures.is_plain(io.BytesIO((tmp_path / "a.jpg").read_bytes())) is expected
