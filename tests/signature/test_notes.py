"""Notes after a certification that permits them: quiet ones do no harm, drawn ones are told, those that hide or act are refused."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import MDPPerm

from app.sandbox import SandboxPool
from app.signature.verify import verify_pdf
from tests.signature import files
from tests.signature.odd_pki import made, name, signed_by
from tests.signature.test_odd_certificates import ROOT, trusted

WHO = made(name("Người ký"), ROOT)
SECOND = made(name("Người ký sau"), ROOT)
ON_TEXT, BESIDE = [95, 495, 190, 512], [300, 300, 420, 340]  # "Quyet dinh 125 1" stands at 100, 500
N = generic.pdf_name
Look = Callable[[Any], Any]


@pytest.fixture(scope="module")
def certified(tmp_path_factory: pytest.TempPathFactory) -> dict[MDPPerm | None, Path]:
    """Certified with each right, and signed without a certification."""
    folder = tmp_path_factory.mktemp("certified")
    plain = files.plain(folder / "a.pdf", pages=2)
    found: dict[MDPPerm | None, Path] = {None: signed_by(plain, folder / "b.pdf", WHO)}
    for right in MDPPerm:
        found[right] = signed_by(plain, folder / f"{right.value}.pdf", WHO, certify=True, permissions=right)
    return found


def look(data: bytes, box: list[int], **more: Any) -> Look:
    """An appearance of its own."""

    def make(writer: Any) -> Any:
        font = {N("/Type"): N("/Font"), N("/Subtype"): N("/Type1"), N("/BaseFont"): N("/Helvetica")}
        resources = generic.DictionaryObject({N("/Font"): generic.DictionaryObject({N("/F0"): generic.DictionaryObject(font)})})
        multiply = generic.DictionaryObject({N("/BM"): N("/Multiply")})
        resources[N("/ExtGState")] = generic.DictionaryObject({N("/M"): multiply})
        entries = {
            N("/Type"): N("/XObject"),
            N("/Subtype"): N("/Form"),
            N("/BBox"): generic.ArrayObject(map(generic.NumberObject, [0, 0, box[2] - box[0], box[3] - box[1]])),
            N("/Resources"): resources,
        }
        entries |= {N(f"/{key}"): value for key, value in more.items()}
        stream = generic.StreamObject(entries, stream_data=data)
        return generic.DictionaryObject({N("/N"): writer.add_object(stream)})

    return make


def annotate(path: Path, out: Path, kind: str, box: list[int], drawn: Look | None = None, page: int = 0, **more: Any) -> Path:
    """Adds a note as a viewer does. `more`: further entries, or changes of the page ("Page")."""
    writer = IncrementalPdfFileWriter(io.BytesIO(path.read_bytes()))
    reference = writer.root["/Pages"]["/Kids"].raw_get(page)
    where = reference.get_object()
    note = generic.DictionaryObject({
        N("/Type"): N("/Annot"),
        N("/Subtype"): N(f"/{kind}"),
        N("/Rect"): generic.ArrayObject(map(generic.NumberObject, box)),
        N("/Contents"): generic.pdf_string("Da xem"),
        N("/F"): generic.NumberObject(4),
        N("/P"): reference,
    })  # fmt: skip
    if drawn:
        note[N("/AP")] = drawn(writer)
    note |= {N(f"/{key}"): value for key, value in more.items() if key != "Page"}
    where[N("/Annots")] = generic.ArrayObject(
        [*(where.raw_get("/Annots") if "/Annots" in where else ()), writer.add_object(note)]
    )
    where |= more.get("Page", {})
    writer.update_container(where)
    with out.open("wb") as target:
        writer.write(target)
    return out


def judged(path: Path) -> list[tuple[str, str]]:
    return [(one.verdict, one.changes_after) for one in verify_pdf(path, trust=trusted()).signatures]


YELLOW = look(b"/M gs 1 1 0 rg 0 0 95 17 re f", ON_TEXT)
BOX = look(b"1 1 1 rg 0 0 95 17 re f", ON_TEXT)
BLACK = look(b"0 0 0 rg 0 0 95 17 re f", ON_TEXT)
WORDS = look(b"BT /F0 12 Tf 5 15 Td (Dong y) Tj ET", BESIDE)
OVER = look(b"1 1 1 rg 0 0 95 17 re f 0 g BT /F0 12 Tf 5 5 Td (Quyet dinh 999) Tj ET", ON_TEXT)
ACTION = generic.DictionaryObject({N("/S"): N("/JavaScript"), N("/JS"): generic.pdf_string("app.alert(1)")})
QUADS = generic.ArrayObject(map(generic.NumberObject, [95, 512, 190, 512, 95, 495, 190, 495]))
GOOD, TOLD, BAD = ("valid", "allowed"), ("unknown", "allowed"), ("invalid", "suspicious")


@pytest.mark.parametrize(
    ("expected", "kind", "box", "drawn", "more"),
    [
        (GOOD, "Text", [500, 700, 520, 720], None, {}),
        (GOOD, "Text", [500, 700, 520, 720], look(b"1 1 0 rg 0 0 20 20 re f", [0, 0, 20, 20]), {"page": 1}),
        (GOOD, "Highlight", ON_TEXT, YELLOW, {"QuadPoints": QUADS}),
        (TOLD, "FreeText", BESIDE, WORDS, {}),
        (TOLD, "Stamp", BESIDE, WORDS, {}),
        (TOLD, "Highlight", BESIDE, WORDS, {}),  # a highlight that writes
        (TOLD, "Text", BESIDE, None, {}),  # an icon as large as a paragraph
        (GOOD, "Text", [500, 700, 500, 700], None, {}),
        (TOLD, "Text", [110, 512, 110, 512], None, {}),  # some viewers' own icon stands on the number
        (BAD, "FreeText", ON_TEXT, OVER, {}),
        (BAD, "Square", ON_TEXT, BOX, {}),
        (BAD, "Square", ON_TEXT, BLACK, {}),
        (BAD, "Highlight", ON_TEXT, BOX, {"QuadPoints": QUADS}),
        (BAD, "Text", ON_TEXT, BOX, {}),
        (BAD, "Popup", ON_TEXT, BOX, {}),  # a kind without a look of its own
        (GOOD, "Popup", BESIDE, None, {}),
        (BAD, "Link", BESIDE, None, {}),
        (BAD, "Text", BESIDE, None, {"A": ACTION}),
        (BAD, "FreeText", BESIDE, WORDS, {"AA": generic.DictionaryObject({N("/E"): ACTION})}),
        (BAD, "FreeText", BESIDE, look(b"", BESIDE, OC=generic.DictionaryObject()), {}),
        (BAD, "Text", [500, 700, 520, 720], None, {"F": generic.NumberObject(32)}),  # seen on paper only
        (BAD, "Text", [500, 700, 520, 720], None, {"Page": {N("/Rotate"): generic.NumberObject(90)}}),
        (BAD, "FileAttachment", BESIDE, None, {}),
    ],
)  # fmt: skip
def test_notes_after_a_certification(
    certified: dict[MDPPerm | None, Path],
    tmp_path: Path,
    expected: tuple[str, str],
    kind: str,
    box: list[int],
    drawn: Any,
    more: Any,
) -> None:
    assert judged(annotate(certified[MDPPerm.ANNOTATE], tmp_path / "n.pdf", kind, box, drawn, **more)) == [expected]


def test_where_no_page_may_be_drawn_the_verdict_is_open(
    certified: dict[MDPPerm | None, Path], tmp_path: Path, boxes: SandboxPool
) -> None:
    noted = annotate(certified[MDPPerm.ANNOTATE], tmp_path / "n.pdf", "Text", [500, 700, 520, 720])
    assert verify_pdf(noted, trust=trusted(), draw=False).verdict == "unknown"
    (tmp_path / "root.crt").write_bytes(ROOT.pem)
    told = boxes.call("app.signature.tasks:verify", path=str(noted), trust=str(tmp_path / "root.crt"))
    assert (told["verdict"], told["signatures"][0]["reasons"][:2]) == ("valid", ["changes.allowed", "changes.notes"])


@pytest.mark.parametrize("right", [None, MDPPerm.NO_CHANGES, MDPPerm.FILL_FORMS])
def test_notes_that_nobody_permitted(certified: dict[MDPPerm | None, Path], tmp_path: Path, right: MDPPerm | None) -> None:
    assert judged(annotate(certified[right], tmp_path / "n.pdf", "Text", [500, 700, 520, 720])) == [BAD]


def test_notes_and_signatures_in_turn(certified: dict[MDPPerm | None, Path], tmp_path: Path) -> None:
    noted = annotate(certified[MDPPerm.ANNOTATE], tmp_path / "a.pdf", "Text", [500, 700, 520, 720])
    both = signed_by(noted, tmp_path / "b.pdf", SECOND, field="S2")
    assert judged(both) == [GOOD, ("valid", "none")]
    again = annotate(both, tmp_path / "c.pdf", "Text", [500, 600, 520, 620])
    assert judged(again) == [GOOD, GOOD]
    assert judged(annotate(again, tmp_path / "d.pdf", "Square", ON_TEXT, BOX)) == [BAD, BAD]


def test_a_note_that_brings_another_page_content(certified: dict[MDPPerm | None, Path], tmp_path: Path) -> None:
    """The revision with the note also replaces the content; the note must not excuse that."""
    path = certified[MDPPerm.ANNOTATE]
    writer = IncrementalPdfFileWriter(io.BytesIO(path.read_bytes()))
    page = writer.root["/Pages"]["/Kids"][0]
    content = page.raw_get("/Contents").get_object()
    content._data = b"BT /F0 12 Tf 100 500 Td (Quyet dinh 999) Tj ET"
    content._encoded_data = None
    writer.mark_update(page.raw_get("/Contents").reference)
    with (tmp_path / "x.pdf").open("wb") as target:
        writer.write(target)
    assert judged(annotate(tmp_path / "x.pdf", tmp_path / "n.pdf", "Text", [500, 700, 520, 720])) == [BAD]
    where = annotate(path, tmp_path / "m.pdf", "Text", [500, 700, 520, 720], Contents=page.raw_get("/Contents"))
    assert judged(where)[0][0] == "valid"  # an old object that the note only names is as it was
