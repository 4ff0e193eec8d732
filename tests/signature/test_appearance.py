"""What the law wants to see on the page, read back by poppler and looked at as pixels."""

from __future__ import annotations

import subprocess
import unicodedata
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pypdfium2
import pytest

from app.errors import AppError
from app.signature import font
from app.signature.appearance import MM, SEAL_MM, Appearance, Kind, signing_time
from app.signature.place import PageShape
from app.signature.sign import sign_pdf
from app.signature.software import SoftwareSigner
from app.signature.trust import Trust
from app.signature.verify import verify_pdf
from app.signature.words import clean
from tests.signature import files
from tests.signature.conftest import pdftotext

NOW = datetime(2026, 11, 22, 2, 41, 39, tzinfo=UTC)
TIME = "Thời gian ký: 2026-11-22T09:41:39+07:00"
OFFICE = "Ủy ban nhân dân huyện Đắk Song – Phòng Nội vụ"


@pytest.fixture(scope="module")
def signer(identity: object, software: SoftwareSigner) -> SoftwareSigner:
    return software


def shown(tmp_path: Path, signer: SoftwareSigner, look: Appearance, **page: int) -> Path:
    source = files.plain(tmp_path / "a.pdf", **page)  # type: ignore[arg-type]
    return sign_pdf(source, tmp_path / "b.pdf", signer, appearance=look).path


def text_lines(path: Path) -> list[str]:
    return [line.strip() for line in pdftotext(path).splitlines() if line.strip()]


@pytest.mark.parametrize(
    ("look", "expected"),
    [
        (Appearance(Kind.DIGITISED, organisation=OFFICE), [OFFICE]),
        (Appearance(Kind.COPY, organisation=OFFICE), ["SAO Y", OFFICE]),
        (Appearance(Kind.COPY, organisation=OFFICE, copy_form="TRÍCH SAO"), ["TRÍCH SAO", OFFICE]),
        (Appearance(Kind.ATTACHMENT, code="125/QĐ-UBND"), ["125/QĐ-UBND"]),
        (Appearance(Kind.PERSON, name="Nguyễn Thị Ái Vỹ"), ["Ký bởi: Nguyễn Thị Ái Vỹ"]),
        (Appearance(Kind.DIGITISED, organisation="100%% %(x)s {a} (b\\) <c>"), ["100%% %(x)s {a} (b\\) <c>"]),
    ],
)
def test_the_text_can_be_read_back(tmp_path: Path, signer: SoftwareSigner, look: Appearance, expected: list[str]) -> None:
    found = text_lines(shown(tmp_path, signer, look))
    stamp = [line for line in found if not line.startswith("Quyet dinh")]
    assert stamp[:-1] == expected
    assert stamp[-1].startswith("Thời gian ký: 20")
    assert stamp[-1].endswith("+07:00")


def test_the_time_is_vietnams(tmp_path: Path) -> None:
    assert f"Thời gian ký: {signing_time(NOW)}" == TIME


def test_every_vietnamese_letter_is_drawn(tmp_path: Path, signer: SoftwareSigner) -> None:
    vowels = ("a", "ă", "â", "e", "ê", "i", "o", "ô", "ơ", "u", "ư", "y")
    tones = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
    letters = "".join(unicodedata.normalize("NFC", vowel + tone) for vowel in vowels for tone in tones)
    letters += letters.upper() + "đĐ"
    look = Appearance(Kind.DIGITISED, organisation=unicodedata.normalize("NFD", letters))
    found = "".join(text_lines(shown(tmp_path, signer, look))[:-2])
    assert found == letters


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
def test_it_stands_upright_on_a_turned_page(tmp_path: Path, signer: SoftwareSigner, rotate: int) -> None:
    out = shown(tmp_path, signer, Appearance(Kind.DIGITISED, organisation="Sở Nội vụ"), rotate=rotate)
    boxes = subprocess.run(["pdftotext", "-bbox", str(out), "-"], check=True, capture_output=True, text=True).stdout
    (row,) = [line for line in boxes.splitlines() if ">Nội<" in line]
    x0, y0, x1, y1 = (float(row.split(f'{key}="')[1].split('"')[0]) for key in ("xMin", "yMin", "xMax", "yMax"))
    assert x1 - x0 > y1 - y0  # lies along the line
    width = 595 if rotate % 180 == 0 else 842
    assert x0 > width * 0.6
    assert y1 < 60  # top right as shown


def test_letters_have_the_widths_of_the_font(tmp_path: Path, signer: SoftwareSigner) -> None:
    out = shown(tmp_path, signer, Appearance(Kind.DIGITISED, organisation="ỦYBANNHÂNDÂNHUYỆN"))
    boxes = subprocess.run(["pdftotext", "-bbox", str(out), "-"], check=True, capture_output=True, text=True).stdout
    (row,) = [line for line in boxes.splitlines() if ">ỦYBANNHÂNDÂNHUYỆN<" in line]
    x0, x1 = (float(row.split(f'{key}="')[1].split('"')[0]) for key in ("xMin", "xMax"))
    wanted = font.subset_for("ỦYBANNHÂNDÂNHUYỆN").width("ỦYBANNHÂNDÂNHUYỆN", 10)
    assert abs((x1 - x0) / wanted - 1) < 0.02


def test_long_names_are_wrapped_inside_the_page(tmp_path: Path, signer: SoftwareSigner) -> None:
    name = " ".join(["Trung tâm Lưu trữ lịch sử"] * 12)
    lines = text_lines(shown(tmp_path, signer, Appearance(Kind.DIGITISED, organisation=name)))
    assert " ".join(lines[:-2]) == name
    assert len(lines) >= 5  # as wide as it must be to stay above the state's name


def test_what_cannot_be_drawn_is_refused(tmp_path: Path, signer: SoftwareSigner) -> None:
    cases = [
        (Appearance(Kind.DIGITISED, organisation="Sở 漢字"), "sign.glyph_missing"),
        (Appearance(Kind.ATTACHMENT), "sign.code_missing"),
        (Appearance(Kind.ORGANISATION), "sign.image_missing"),
        (Appearance(Kind.ORGANISATION, image=tmp_path / "none.png"), "sign.image_missing"),
        (Appearance(Kind.PERSON, image=files.plain(tmp_path / "no.png")), "sign.image_bad"),
        (Appearance(Kind.PERSON, page=9), "sign.no_such_page"),
    ]
    for look, code in cases:
        with pytest.raises(AppError) as error:
            shown(tmp_path, signer, look)
        assert error.value.code == code
    with pytest.raises(AppError) as error:
        shown(tmp_path, signer, cases[0][0])
    assert "漢" in error.value.message


def test_names_that_play_tricks_are_cleaned() -> None:
    assert clean("Sở\u202e Nội\u200b vụ\x00\n  A") == "Sở Nội vụ A"
    assert clean("Huye\u0302\u0323n") == "Huyện"


def pixels(path: Path, page: int) -> np.ndarray:
    pdf = pypdfium2.PdfDocument(path)
    pdf.init_forms()
    try:
        return np.asarray(pdf[page].render(scale=1, may_draw_forms=True).to_numpy())[:, :, :3].astype(int)
    finally:
        pdf.close()


def test_signature_and_seal_lie_where_the_decree_wants_them(tmp_path: Path, signer: SoftwareSigner) -> None:
    hand = files.picture(tmp_path / "hand.png", (10, 30, 220))
    seal = files.picture(tmp_path / "seal.png", (220, 10, 10), (300, 300))
    source = files.plain(tmp_path / "a.pdf", pages=2)
    box = (0.5, 0.6, 0.8, 0.7)
    first = sign_pdf(source, tmp_path / "b.pdf", signer, appearance=Appearance(Kind.PERSON, image=hand, box=box)).path
    done = sign_pdf(first, tmp_path / "c.pdf", signer, appearance=Appearance(Kind.ORGANISATION, image=seal)).path
    last = pixels(done, 1)
    blue = np.argwhere((last[:, :, 0] > 150) & (last[:, :, 2] < 90))  # BGR
    red = np.argwhere((last[:, :, 2] > 150) & (last[:, :, 0] < 90))
    assert len(blue) > 100
    assert not np.argwhere(pixels(done, 0)[:, :, 0] < 90).size or len(np.argwhere(pixels(done, 0)[:, :, 0] < 90)) < 2000
    width = red[:, 1].max() - red[:, 1].min() + 1
    assert abs(width - SEAL_MM * MM) < 3  # its real size
    drawn = 60 * MM  # the signature's picture keeps its shape in the box, and is no wider than a hand writes
    left = (0.65 * 595) - drawn / 2
    assert abs(red[:, 1].max() - (left + drawn / 3)) < 4  # over the left third
    assert abs(red[:, 0].mean() - 0.65 * 842) < 4


def test_the_seals_own_resolution_gives_its_size(tmp_path: Path, signer: SoftwareSigner) -> None:
    seal = files.picture(tmp_path / "seal.png", (220, 10, 10), (300, 300), dpi=254)  # 30 mm
    image = pixels(shown(tmp_path, signer, Appearance(Kind.ORGANISATION, image=seal)), 0)
    red = np.argwhere((image[:, :, 2] > 150) & (image[:, :, 0] < 90))
    assert abs(red[:, 1].max() - red[:, 1].min() + 1 - 30 * MM) < 3


def test_boxes_come_back_the_same_on_any_page() -> None:
    for rotate in (0, 90, 180, 270):
        shape = PageShape((10, 20, 605, 862), rotate)
        for box in ((0.1, 0.2, 0.3, 0.4), (0.5, 0.0, 1.0, 0.25)):
            assert shape.to_box(shape.to_user(box)) == pytest.approx(box)


def test_shown_signatures_verify(tmp_path: Path, signer: SoftwareSigner, software_trust: Trust) -> None:
    out = shown(tmp_path, signer, Appearance(Kind.COPY, organisation=OFFICE), rotate=90)
    assert verify_pdf(out, trust=software_trust).verdict == "valid"
