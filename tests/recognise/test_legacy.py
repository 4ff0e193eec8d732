"""Text layers written with the fonts from before Unicode, and layers that lie."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.recognise import pdfa, tasks, words
from app.recognise.legacy import TCVN3, VNI, VPS, converted, encoding_of_font, encodings
from storage.records.reading import PageText
from tests import made_files as made
from tests.recognise import old_fonts
from tests.recognise.test_pdfa import pdftotext, save_text, source_of

HEAD = "ỦY BAN NHÂN DÂN HUYỆN ĐẮK SONG"
BODY = (
    "Căn cứ Luật Tổ chức chính quyền địa phương ngày 19 tháng 6 năm 2015;",
    "Theo đề nghị của Giám đốc Sở Nội vụ về việc thứ tư, trường, phương án",
    "Đồng chí Nguyễn Thị Hường chịu trách nhiệm thi hành Quyết định số 12-QĐ/TU này./.",
    "Những người ở vùng lũ được giúp đỡ kịp thời; cùng bão, kỹ lưỡng, tỉ mỉ",
)


def layer(path: Path) -> PageText | None:
    found = tasks.read_text_layer(str(path), 0)
    return None if found is None else words.from_plain(found)


@pytest.mark.parametrize("fonts", [(".VnTimeH", ".VnTime"), ("ABCDEF+.VnArialH", "GHIJKL+.VnTime-Bold"), ("F1", "F2")])
def test_tcvn3_becomes_unicode(tmp_path: Path, fonts: tuple[str, str]) -> None:
    runs = [(fonts[0], old_fonts.tcvn3(HEAD)), *((fonts[1], old_fonts.tcvn3(line)) for line in BODY)]
    found = layer(old_fonts.pdf(tmp_path / "a.pdf", runs))
    assert found is not None
    assert found.engine == "text layer, TCVN3"
    lines = found.text.split("\n")
    assert tuple(lines[1:]) == BODY
    assert (lines[0] if fonts[0] != "F1" else lines[0].upper()) == HEAD


@pytest.mark.parametrize("font", ["VNI-Times", "ABCDEF+VNI-Helve-Condense", "TTE1B2D0t00"])
def test_vni_becomes_unicode(tmp_path: Path, font: str) -> None:
    found = layer(old_fonts.pdf(tmp_path / "a.pdf", [(font, old_fonts.vni(line)) for line in (HEAD, *BODY)]))
    assert found is not None
    assert found.engine == "text layer, VNI"
    assert tuple(found.text.split("\n")) == (HEAD, *BODY)


def test_old_and_new_fonts_may_share_a_page(tmp_path: Path) -> None:
    runs = [("TimesNewRoman", b"Signed in three copies, 2005"), ("VNI-Times", old_fonts.vni(BODY[0]))]
    found = layer(old_fonts.pdf(tmp_path / "a.pdf", runs))
    assert found is not None
    assert found.text.split("\n") == ["Signed in three copies, 2005", BODY[0]]


def test_what_stays_unclear_is_read_from_the_picture(tmp_path: Path) -> None:
    noise = bytes(range(0xA1, 0xFF)).replace(b"\xad", b"")
    assert layer(old_fonts.pdf(tmp_path / "a.pdf", [(".VnTime", b"abc " + noise[:40] + b" def " + noise[40:])])) is None
    assert layer(old_fonts.pdf(tmp_path / "b.pdf", [("F1", old_fonts.vni(BODY[0])[::-1])])) is None


def test_a_map_to_private_or_wrong_letters_is_not_believed(tmp_path: Path) -> None:
    head = (
        b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def /CMapType 2 def 1 begincodespacerange "
        b"<00> <FF> endcodespacerange 1 beginbfrange "
    )
    tail = b" endbfrange endcmap CMapName currentdict /CMap defineresource pop end end"
    text = b"Independence and liberty were declared in the capital on the second day of September by the government"
    for name, rows in (("private", b"<20> <7E> <E020>"), ("shifted", b"<61> <77> <0064>")):
        path = old_fonts.pdf(tmp_path / f"{name}.pdf", [("F1", text)], head + rows + tail)
        assert layer(path) is None, name
    assert layer(old_fonts.pdf(tmp_path / "sound.pdf", [("F1", text)])) is not None


def test_the_copy_of_such_a_pdf_can_be_searched(tmp_path: Path) -> None:
    """Its own drawing would keep the old codes, so the copy shows a picture with the words in Unicode."""
    path = old_fonts.pdf(tmp_path / "a.pdf", [("VNI-Times", old_fonts.vni(line)) for line in BODY])
    found = layer(path)
    assert found is not None
    text = save_text(tmp_path / "words.json", found)
    done = pdfa.write_access_copy(source_of(path), [None], [text], tmp_path / "out.pdf", title="VNI")
    assert done.way == "image"
    assert pdftotext(tmp_path / "out.pdf").strip().split("\n") == list(BODY)


def test_sound_text_is_left_alone(tmp_path: Path) -> None:
    found = layer(made.drawn_pdf(tmp_path / "a.pdf"))
    assert found is not None
    assert found.engine == "text layer"
    assert encodings({"Tinos": "Công ty Société Générale, ông François Müller, phố Tràng Tiền"}) == {}
    assert encodings({".VnTime": "Cộng hòa xã hội chủ nghĩa Việt Nam"}) == {}
    assert encodings({".VnTime": "plain 12/2005"}) == {}


@pytest.mark.parametrize(
    ("codes", "encoding", "font", "text"),
    [
        ("Céng hßa x· héi chñ nghÜa ViÖt Nam", TCVN3, ".VnTime", "Cộng hòa xã hội chủ nghĩa Việt Nam"),
        ("tr-êng", TCVN3, "", "trường"),
        ("th\u00ad", TCVN3, "", "thư"),
        ("12-5", TCVN3, "", "12-5"),
        ("Hµ-Néi", TCVN3, "", "Hà-Nội"),
        ("\uf0d5", TCVN3, "", "ế"),
        ("QuyÕt ®Þnh", TCVN3, ".VnTimeH", "QUYẾT ĐỊNH"),
        ("COÄNG HOØA", VNI, "", "CỘNG HÒA"),
        ("ngöôøi öùng", VNI, "", "người ứng"),
        ("Vi\u0152t Nam \xc7\xb6c l\xc6p T\xbf do", VPS, "VPS Times", "Việt Nam độc lập Tự do"),
    ],
)
def test_words_are_translated(codes: str, encoding: str, font: str, text: str) -> None:
    assert converted(codes, encoding, font) == text


@pytest.mark.parametrize(
    ("name", "encoding"),
    [
        (".VnTime", TCVN3),
        ("ABCDEF+.VnTimeH", TCVN3),
        ("VnArialH", TCVN3),
        ("VNI-Times", VNI),
        ("XYZABC+VNI-Avo", VNI),
        ("VPSTimesNew", VPS),
        ("TimesNewRomanPSMT", ""),
        ("Vnet", ""),
        ("", ""),
    ],
)
def test_fonts_say_what_they_are(name: str, encoding: str) -> None:
    assert encoding_of_font(name) == encoding
