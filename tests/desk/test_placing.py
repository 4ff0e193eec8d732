"""Where signatures belong, found from words as a text layer and as an engine give them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pypdfium2
import pytest

from app.desk.placing import Place, find_place, first_and_last, put, upright
from app.recognise.textlayer import read_layer
from app.signature.appearance import MM, Appearance, Kind
from app.signature.sign import sign_pdf
from app.signature.software import SoftwareSigner
from storage.records.reading import PageText, Word
from tests.describe.layouts import decision as read_decision
from tests.describe.layouts import head as read_head
from tests.signature import files
from tests.signature.conftest import identity, pdftotext, software  # noqa: F401 - fixtures
from tests.signature.outgoing import HEIGHT, WIDTH, decision


def layers(path: Path, count: int = 2) -> dict[int, PageText]:
    found = {number: read_layer(path, number - 1) for number in range(1, count + 1)}
    return {number: page for number, page in found.items() if page is not None}


def found(kind: Kind, pages: dict[int, PageText]) -> Place:
    place = find_place(kind, pages)
    assert place is not None
    return place


def test_the_hand_stands_between_post_and_name(tmp_path: Path) -> None:
    place = found(Kind.PERSON, layers(decision(tmp_path / "a.pdf")))
    assert place.page == 2
    x0, y0, x1, y1 = place.box
    assert (x0 + x1) / 2 * WIDTH == pytest.approx(420, abs=3)
    assert 157 <= y0 * HEIGHT <= 165  # below "PHÓ CHỦ TỊCH"
    assert 245 <= y1 * HEIGHT <= 262  # above the name


def test_number_and_date_meet_the_printed_line(tmp_path: Path) -> None:
    pages = layers(decision(tmp_path / "a.pdf"))
    number, day = found(Kind.NUMBER, pages), found(Kind.DATE, pages)
    assert (number.page, number.whole, number.there, number.size) == (1, False, "", 13)
    assert len(day.gaps) == 2  # the year is printed
    assert day.size == 13
    for gap in (*number.gaps, *day.gaps):
        assert (gap[3] - 0.22 * 13 / HEIGHT) * HEIGHT == pytest.approx(112, abs=0.6)  # the baseline


def test_what_is_filled_in_reads_as_one_line(tmp_path: Path, software: SoftwareSigner) -> None:  # noqa: F811
    path = decision(tmp_path / "a.pdf")
    pages = layers(path)
    first = sign_pdf(
        path, tmp_path / "b.pdf", software, appearance=put(Appearance(Kind.NUMBER, code="05"), found(Kind.NUMBER, pages))
    ).path
    look = put(Appearance(Kind.DATE, issued=date(2026, 2, 7)), found(Kind.DATE, pages))
    text = " ".join(pdftotext(sign_pdf(first, tmp_path / "c.pdf", software, appearance=look).path).split())
    assert "Số: 05 /QĐ-UBND Đắk Song, ngày 07 tháng 02 năm 2026" in text


@pytest.mark.parametrize(
    ("line", "whole", "there"),
    [
        ("Số:          /QĐ-UBND", False, ""),
        ("Số: ........../QĐ-UBND", False, ""),
        ("Số: …………/QĐ-UBND", False, ""),
        ("Số:", True, ""),
        ("Số: 125/QĐ-UBND", False, "125"),
        ("Số: 125", True, "125"),
    ],
)
def test_blanks_of_every_kind_and_numbers_that_are_there(tmp_path: Path, line: str, whole: bool, there: str) -> None:
    place = found(Kind.NUMBER, layers(decision(tmp_path / "a.pdf", number=line)))
    assert (place.whole, place.there) == (whole, there)


def test_a_date_without_its_year_has_three_blanks(tmp_path: Path) -> None:
    place = found(Kind.DATE, layers(decision(tmp_path / "a.pdf", day="Đắk Song, ngày …… tháng …… năm ……")))
    assert len(place.gaps) == 3
    assert found(Kind.DATE, layers(decision(tmp_path / "b.pdf", day="Đắk Song, ngày 05 tháng 3 năm 2026"))).there == "05 3"


def test_pages_read_by_an_engine_are_understood_too() -> None:
    page = read_decision(code="Số: /QĐ-PNV", place="An Phú, ngày tháng năm 2024").page()
    person, number = found(Kind.PERSON, {1: page}), found(Kind.NUMBER, {1: page})
    assert person.box[1] < 0.47 < person.box[3]
    assert (person.box[0] + person.box[2]) / 2 == pytest.approx(0.70, abs=0.02)
    assert number.size == 11.5  # from the height of the ink
    assert len(found(Kind.DATE, {1: page}).gaps) == 2


def test_a_page_that_lies_on_its_side_is_read_upright() -> None:
    page = read_decision(code="Số: /QĐ-PNV").page()
    lying = PageText(
        page.height,
        page.width,
        page.dpi,
        [replace(w, box=(w.box[1], 1 - w.box[2], w.box[3], 1 - w.box[0])) for w in page.words],
    )
    place, wanted = found(Kind.NUMBER, {1: upright(lying, 90)}), found(Kind.NUMBER, {1: page})
    assert place.box == pytest.approx(wanted.box, abs=1e-6)
    assert upright(upright(page, 180), 180).words[0].box == pytest.approx(page.words[0].box)


def test_nothing_is_found_where_nothing_is() -> None:
    empty = PageText(1654, 2339, 200, [Word("Bảng", (0.4, 0.1, 0.5, 0.12), 0.9)])
    assert all(find_place(kind, {1: empty}) is None for kind in Kind)
    assert find_place(Kind.PERSON, {}) is None
    assert find_place(Kind.NUMBER, {1: read_head(code="").page()}) is None


def test_the_seal_covers_the_left_third_of_the_hand_whatever_was_filled_in_between(
    tmp_path: Path,
    software: SoftwareSigner,  # noqa: F811
) -> None:
    path = decision(tmp_path / "0.pdf", pages=1)
    pages = layers(path, 1)
    hand = files.picture(tmp_path / "hand.png", (20, 40, 180))
    seal = files.picture(tmp_path / "seal.png", (210, 20, 20), (300, 300))
    looks = [
        put(Appearance(Kind.PERSON, image=hand), found(Kind.PERSON, pages)),
        put(Appearance(Kind.NUMBER, code="05"), found(Kind.NUMBER, pages)),
        put(Appearance(Kind.DATE, issued=date(2026, 2, 7)), found(Kind.DATE, pages)),
        put(Appearance(Kind.ORGANISATION, image=seal), found(Kind.ORGANISATION, pages)),
    ]
    for number, look in enumerate(looks):
        path = sign_pdf(path, tmp_path / f"{number + 1}.pdf", software, appearance=look).path
    whole, blue, red = coloured(tmp_path / "1.pdf", 2), coloured(path, 2), coloured(path, 0)
    (_top, left), (_bottom, right) = whole.min(axis=0), whole.max(axis=0)
    (top, _rl), (bottom, edge) = red.min(axis=0), red.max(axis=0)
    assert edge == pytest.approx(left + (right - left) / 3, abs=3)
    assert len(blue) < len(whole)  # it lies on top
    assert (top + bottom) / 2 == pytest.approx(330 + 210, abs=12)
    assert bottom - top == pytest.approx(36 * MM, abs=3)


def coloured(path: Path, channel: int) -> np.ndarray:
    """Points where one colour leads: 2 blue, 0 red."""
    pdf = pypdfium2.PdfDocument(path)
    pdf.init_forms()
    image = np.asarray(pdf[0].render(scale=2, may_draw_forms=True).to_numpy())[:, :, :3].astype(int)[:, :, ::-1]
    pdf.close()
    others = [c for c in range(3) if c != channel]
    return np.argwhere((image[:, :, channel] > 160) & (image[:, :, others].max(axis=2) < 60)) / 2


def test_long_documents_are_read_at_both_ends() -> None:
    assert first_and_last(200) == [1, 197, 198, 199, 200]
    assert first_and_last(2) == [1, 2]
    assert first_and_last(0) == [1]
