"""What fields and boxes show after the signing: filling in what was empty is honest work, showing something else is not."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from app.signature.verify import verify_pdf
from tests.signature import attacks, files
from tests.signature.handmade import Cms, Form, sign
from tests.signature.odd_pki import made, name, signed_by
from tests.signature.test_honest_changes import form, judged
from tests.signature.test_odd_certificates import ROOT, trusted

WHO = made(name("Người ký"), ROOT)
SECOND = made(name("Người ký sau"), ROOT)
N = generic.pdf_name
Change = Callable[[Any, Any, Any], None]  # writer, form, field
ALLOWED, BAD = ("valid", "allowed"), ("invalid", "suspicious")


def changed(path: Path, out: Path, change: Change) -> Path:
    writer = IncrementalPdfFileWriter(io.BytesIO(path.read_bytes()))
    document: Any = writer.root["/AcroForm"]
    field = next(one.get_object() for one in document["/Fields"] if one.get_object().get("/FT") == "/Tx")
    change(writer, document, field)
    writer.update_container(field)
    with out.open("wb") as target:
        writer.write(target)  # type: ignore[no-untyped-call]
    return out


def look(data: bytes) -> Change:
    def change(writer: Any, _form: Any, field: Any) -> None:
        box = generic.ArrayObject(map(generic.NumberObject, [0, 0, 210, 20]))
        entries = {N("/Type"): N("/XObject"), N("/Subtype"): N("/Form"), N("/BBox"): box}
        stream = generic.StreamObject(entries, stream_data=data)
        field[N("/AP")] = generic.DictionaryObject({N("/N"): writer.add_object(stream)})

    return change


def entry(key: str, value: Any) -> Change:
    def change(_writer: Any, _form: Any, field: Any) -> None:
        field[N(key)] = value

    return change


def all_of(*changes: Change) -> Change:
    def change(*where: Any) -> None:
        for one in changes:
            one(*where)

    return change


def acrobat(writer: Any, document: Any, field: Any) -> None:
    """All that Acrobat touches when a field is filled in."""
    font = generic.DictionaryObject({N("/Type"): N("/Font"), N("/Subtype"): N("/Type1"), N("/BaseFont"): N("/Helvetica")})
    fonts = generic.DictionaryObject({N("/Helv"): writer.add_object(font)})
    document[N("/DR")] = generic.DictionaryObject({N("/Font"): fonts})
    document[N("/NeedAppearances")] = generic.BooleanObject(True)
    writer.update_container(document)
    field[N("/M")] = generic.pdf_string("D:20260101000000+07'00'")
    field[N("/MK")] = generic.DictionaryObject()
    field[N("/RV")] = generic.pdf_string("<body>999</body>")


VALUE = entry("/V", generic.pdf_string("999"))
SHOWS = look(b"/Tx BMC BT /Helv 12 Tf (999) Tj ET EMC")
GROUND = look(b"0.9 g 0 0 210 20 re f")
FILL = all_of(VALUE, SHOWS)
HIDE = entry("/F", generic.NumberObject(2))
MOVED = entry("/Rect", generic.ArrayObject(map(generic.NumberObject, [0, 0, 500, 800])))
# the value before, the change, then the verdict on a signed and on a certified (P = 2) file
CASES: dict[str, tuple[str, Change, tuple[str, str], tuple[str, str]]] = {
    "filled in": ("", FILL, ALLOWED, ALLOWED),
    "filled in by Acrobat": ("", all_of(FILL, acrobat), ALLOWED, ALLOWED),
    "another value": ("10", FILL, BAD, ALLOWED),
    "another look alone": ("10", SHOWS, BAD, BAD),
    "wiped out": ("10", look(b""), BAD, BAD),
    "a ground over it": ("10", GROUND, BAD, BAD),
    "hidden": ("10", HIDE, BAD, BAD),
    "moved over the page": ("10", MOVED, BAD, BAD),
}


@pytest.mark.parametrize("certify", [False, True])
@pytest.mark.parametrize("case", CASES)
def test_fields_after_the_signing(tmp_path: Path, case: str, certify: bool) -> None:
    before, change, signed, certified = CASES[case]
    one = signed_by(form(tmp_path / "a.pdf", before), tmp_path / "b.pdf", WHO, certify=certify)
    after = changed(one, tmp_path / "c.pdf", change)
    assert judged(after) == [certified if certify else signed]


def test_an_empty_field_that_shows_words_already(tmp_path: Path) -> None:
    """Its value is empty, its look is not: the words were signed, and are gone when it is "filled in"."""
    shown = changed(form(tmp_path / "a.pdf"), tmp_path / "b.pdf", look(b"BT /Helv 12 Tf (UNICEF) Tj ET"))
    one = signed_by(shown, tmp_path / "c.pdf", WHO)
    assert judged(changed(one, tmp_path / "d.pdf", FILL)) == [BAD]


def test_what_was_filled_in_is_told(tmp_path: Path) -> None:
    one = signed_by(form(tmp_path / "a.pdf"), tmp_path / "b.pdf", WHO)
    (report,) = verify_pdf(changed(one, tmp_path / "c.pdf", FILL), trust=trusted()).signatures
    assert "changes.filled" in report.reasons


def test_a_font_that_means_something_else(tmp_path: Path) -> None:
    """The field stays as it is, but the viewer is asked to draw it anew with a font in which "1" is a nine."""

    def font(writer: Any, document: Any, name: str) -> None:
        differences = generic.ArrayObject([generic.NumberObject(49), N("/nine")])
        encoding = generic.DictionaryObject({N("/Type"): N("/Encoding"), N("/Differences"): differences})
        evil = {N("/Type"): N("/Font"), N("/Subtype"): N("/Type1"), N("/BaseFont"): N("/Helvetica"), N("/Encoding"): encoding}
        fonts = generic.DictionaryObject({N(name): writer.add_object(generic.DictionaryObject(evil))})
        document[N("/DR")] = generic.DictionaryObject({N("/Font"): fonts})
        document[N("/NeedAppearances")] = generic.BooleanObject(True)
        writer.update_container(document)

    plain = changed(form(tmp_path / "a.pdf", "10"), tmp_path / "b.pdf", acrobat)
    for certify in (False, True):
        one = signed_by(plain, tmp_path / "c.pdf", WHO, certify=certify)
        assert judged(one) == [("valid", "none")]
        evil = changed(one, tmp_path / "d.pdf", lambda writer, document, _field: font(writer, document, "/Helv"))
        assert judged(evil) == [BAD]
    one = signed_by(plain, tmp_path / "c.pdf", WHO)

    def renamed(writer: Any, document: Any, field: Any) -> None:
        font(writer, document, "/Evil")
        field[N("/DA")] = generic.pdf_string("/Evil 12 Tf 0 g")

    assert judged(changed(one, tmp_path / "e.pdf", renamed)) == [BAD]


BOXES: dict[str, tuple[bytes, bytes, str]] = {
    "paper over the text": (b"1 1 1 rg 0 0 310 40 re f", b"[90 480 400 520]", "suspicious"),
    "other words": (b"1 1 1 rg 0 0 310 40 re f 0 g BT /F 9 Tf 9 9 Td (999) Tj ET", b"[90 480 400 520]", "suspicious"),
    "black over the text": (b"0 g 0 0 310 40 re f", b"[90 480 400 520]", "suspicious"),
    "a seal across the text": (
        b"1 0 0 RG 3 w 10 2 60 36 re S 100 2 60 36 re S 0 9 m 300 30 l S",
        b"[90 480 400 520]",
        "allowed",
    ),
    "beside": (b"1 1 1 rg 0 0 310 40 re f", b"[90 180 400 220]", "allowed"),
}


@pytest.mark.parametrize("case", BOXES)
def test_the_box_of_a_later_signature(tmp_path: Path, case: str) -> None:
    data, rect, changes = BOXES[case]
    one = sign(files.plain(tmp_path / "a.pdf"), tmp_path / "b.pdf", Cms(WHO))
    number = attacks.free_number(one) + 10
    drawn = attacks.stream(data, b"/Type /XObject /Subtype /Form /BBox [0 0 310 40]")
    box = Form(name=b"S2", rect=rect, field=b"/AP << /N %d 0 R >>" % number, objects={number: drawn})
    two = sign(one, tmp_path / "c.pdf", Cms(SECOND), box)
    found = verify_pdf(two, trust=trusted())
    assert found.signatures[0].changes_after == changes
    assert found.verdict == ("valid" if changes == "allowed" else "unknown")
    assert ("changes.overlaid" in found.signatures[0].reasons) == (changes == "suspicious")
