"""A PDF/A-2b written from front to back, page by page: what is written is forgotten, so a thousand pages need no more memory than one.

Only what an access copy needs: pages with one picture and one run of invisible text, all sharing their fonts. Everything that is no
stream goes into object streams (ISO 32000-1, 7.5.7), which take a third of the room.
"""

from __future__ import annotations

import hashlib
import zlib
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from app.recognise import colours, glyphless, pdfmarks, textplane
from app.recognise.pdfmarks import About
from app.recognise.pictures import NEGATIVE_FAX, TURNS, Picture
from storage.records.reading import PageText

CATALOG, PAGES, FONTS, DESCRIPTOR, PROGRAM, WIDTHS = range(1, 7)  # objects whose numbers are known before they are written
OBJECTS_MOST = 100  # in one object stream
FLAGS = 4  # symbolic: the font's own table tells which code is which glyph (ISO 32000-1, 9.6.6.4)


class PdfStream:
    """`with PdfStream(path, about) as pdf: pdf.page(…)`; leaving the block writes the tables. The file says it is PDF/A."""

    def __init__(self, path: Path, about: About) -> None:
        self._path, self._about = path, about
        self._places: dict[int, tuple[int, int, int]] = {}  # rows of the cross-reference stream by object
        self._next = WIDTHS + 1
        self._pages: list[int] = []
        self._signs = glyphless.Signs()
        self._shared: dict[bytes, int] = {}
        self._waiting: list[tuple[int, bytes]] = []
        self._coloured = False
        self._digest = hashlib.md5(usedforsecurity=False)

    def __enter__(self) -> Self:
        self._file: BinaryIO = self._path.open("wb")
        self._write(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        with self._file:
            if kind is None:
                self._finish()

    def page(self, picture: Picture, text: PageText | None, width: float, height: float, turn: int = 0) -> None:
        """Adds a page of `width` × `height` points, its picture and the words over it; viewers show it turned clockwise by `turn`."""
        packing = _packing(picture)
        if picture.shared:
            packing = packing % self._once("", picture.shared)
        self._coloured |= "/DeviceRGB" in packing
        size = f"/Width {picture.width}/Height {picture.height}"
        image = self._once(f"/Type/XObject/Subtype/Image{size}{packing}", picture.data)
        plane = b"" if text is None else textplane.operators(text, width, height, self._signs, turn)
        contents = self._packed(_painting(picture, width, height) + plane)
        lie = f"/Rotate {turn}" if turn else ""
        self._pages.append(
            self._object(
                f"<</Type/Page/Parent {PAGES} 0 R/MediaBox[0 0 {_short(width)} {_short(height)}]{lie}/Contents {contents} 0 R"
                f"/Resources<</XObject<</I0 {image} 0 R>>/Font {FONTS} 0 R>>>>"
            )
        )

    def _once(self, entries: str, data: bytes) -> int:
        """The number of a stream that several pages may need."""
        key = hashlib.sha256(entries.encode("ascii") + b"\n" + data).digest()
        if key not in self._shared:
            self._shared[key] = self._stream(entries, data)
        return self._shared[key]

    def _finish(self) -> None:
        self._font()
        kids = " ".join(f"{number} 0 R" for number in self._pages)
        self._object(f"<</Type/Pages/Count {len(self._pages)}/Kids[{kids}]>>", PAGES)
        metadata = self._stream("/Type/Metadata/Subtype/XML", pdfmarks.xmp(self._about))
        components, profile, name = (3, colours.srgb(), "sRGB") if self._coloured else (1, colours.grey(), "sGrey")
        intent = pdfmarks.output_intent(self._packed(profile, f"/N {components}"), name)
        self._object(
            f"<</Type/Catalog/Pages {PAGES} 0 R/Metadata {metadata} 0 R/OutputIntents[{intent}]"
            f"/Lang{pdfmarks.text_string(self._about.language)}/ViewerPreferences<</DisplayDocTitle true>>>>",
            CATALOG,
        )
        title = pdfmarks.text_string(pdfmarks.clean(self._about.title))
        information = self._object(f"<</Title{title}>>")  # for the many programs that don't look into XMP
        self._settle()
        self._tables(information)

    def _font(self) -> None:
        program = glyphless.program()
        self._packed(program, f"/Length1 {len(program)}", PROGRAM)
        widths = glyphless.widths()
        box = f"[0 {glyphless.DESCENT} {max(widths)} {glyphless.ASCENT}]"
        self._object(
            f"<</Type/FontDescriptor/FontName/{glyphless.NAME}/Flags {FLAGS}/FontBBox{box}/ItalicAngle 0/Ascent {glyphless.ASCENT}"
            f"/Descent {glyphless.DESCENT}/CapHeight {glyphless.ASCENT}/StemV 80/FontFile2 {PROGRAM} 0 R>>",
            DESCRIPTOR,
        )
        self._object(f"[{' '.join(map(str, widths))}]", WIDTHS)
        entries = ""
        for number, signs in enumerate(self._signs.fonts):
            font = self._object(
                f"<</Type/Font/Subtype/TrueType/BaseFont/{glyphless.NAME}/FirstChar {glyphless.FIRST}/LastChar {glyphless.LAST}"
                f"/Widths {WIDTHS} 0 R/FontDescriptor {DESCRIPTOR} 0 R/ToUnicode {self._packed(glyphless.to_unicode(signs))} 0 R>>"
            )
            entries += f"/{textplane.name(number)} {font} 0 R"
        self._object(f"<<{entries}>>", FONTS)

    def _object(self, body: str, number: int | None = None) -> int:
        """Puts anything but a stream aside for the next object stream; returns its number."""
        number = self._number(number)
        self._waiting.append((number, body.encode("ascii")))
        if len(self._waiting) == OBJECTS_MOST:
            self._settle()
        return number

    def _settle(self) -> None:
        waiting, self._waiting = self._waiting, []
        if not waiting:
            return
        number = self._next  # of the object stream
        index, at = [], 0
        for place, (one, body) in enumerate(waiting):
            index.append(f"{one} {at}")
            at += len(body) + 1
            self._places[one] = (2, number, place)
        head = (" ".join(index) + "\n").encode("ascii")
        self._packed(head + b"\n".join(body for _one, body in waiting), f"/Type/ObjStm/N {len(waiting)}/First {len(head)}")

    def _packed(self, data: bytes, entries: str = "", number: int | None = None) -> int:
        return self._stream(f"{entries}/Filter/FlateDecode", zlib.compress(data, 9), number)

    def _stream(self, entries: str, data: bytes, number: int | None = None) -> int:
        number = self._number(number)
        self._places[number] = (1, self._file.tell(), 0)
        self._write(f"{number} 0 obj\n<<{entries}/Length {len(data)}>>stream\n".encode("ascii"), data, b"\nendstream\nendobj\n")
        return number

    def _number(self, number: int | None) -> int:
        if number is None:
            number, self._next = self._next, self._next + 1
        return number

    def _write(self, *parts: bytes) -> None:
        for part in parts:
            self._digest.update(part)
            self._file.write(part)

    def _tables(self, information: int) -> None:
        """The cross-reference stream (ISO 32000-1, 7.5.8), each row told as its difference from the one above (7.4.4.4: PNG "up")."""
        number, start = self._next, self._file.tell()
        wide = (max(start, number).bit_length() + 7) // 8
        rows = [(0, 0, 255), *(self._places[one] for one in range(1, number)), (1, start, 0)]
        above, data = bytes(wide + 2), bytearray()
        for kind, place, index in rows:
            row = bytes([kind]) + place.to_bytes(wide, "big") + bytes([index])
            data += b"\x02" + bytes((one - two) & 0xFF for one, two in zip(row, above, strict=True))
            above = row
        packed = zlib.compress(data, 9)
        mark = self._digest.hexdigest()
        self._write(
            f"{number} 0 obj\n<</Type/XRef/Size {number + 1}/W[1 {wide} 1]/Root {CATALOG} 0 R/Info {information} 0 R/ID[<{mark}><{mark}>]"
            f"/Filter/FlateDecode/DecodeParms<</Predictor 12/Columns {wide + 2}>>/Length {len(packed)}>>stream\n".encode(
                "ascii"
            ),
            packed,
            f"\nendstream\nendobj\nstartxref\n{start}\n%%EOF\n".encode("ascii"),
        )


def _packing(picture: Picture) -> str:
    if picture.packing:
        return picture.packing
    if picture.fax:
        black = "/BlackIs1 true" if picture.fax == NEGATIVE_FAX else ""
        parameters = f"/K -1/Columns {picture.width}/Rows {picture.height}{black}"
        return f"/BitsPerComponent 1/ColorSpace/DeviceGray/Filter/CCITTFaxDecode/DecodeParms<<{parameters}>>"
    return f"/BitsPerComponent 8/ColorSpace/{'DeviceGray' if picture.grey else 'DeviceRGB'}/Filter/DCTDecode"


def _painting(picture: Picture, width: float, height: float) -> bytes:
    a, b, c, d, e, f = TURNS[picture.turn]
    matrix = (a * width, b * height, c * width, d * height, e * width, f * height)
    return b"q " + " ".join(map(_short, matrix)).encode() + b" cm/I0 Do Q\n"


def _short(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".") or "0"
