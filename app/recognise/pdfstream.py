"""A PDF written from front to back, page by page: what is written is forgotten, so a thousand pages need no more memory than one.

Only what an access copy needs: pages with one picture and one run of invisible text, all sharing one font.
"""

from __future__ import annotations

import hashlib
import zlib
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from app.recognise import glyphless
from app.recognise.pictures import NEGATIVE_FAX, TURNS, Picture
from app.recognise.textplane import FONT

CATALOG, PAGES, FONT_NUMBER = 1, 2, 3  # objects whose numbers are known before they are written


class PdfStream:
    """`with PdfStream(path) as pdf: pdf.page(…)`; leaving the block writes the tables. The file is not yet PDF/A."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._offsets: dict[int, int] = {}
        self._next = FONT_NUMBER + 1
        self._pages: list[int] = []
        self._signs: set[str] = {" "}
        self._shared: dict[bytes, int] = {}

    def __enter__(self) -> Self:
        self._file: BinaryIO = self._path.open("wb")
        self._file.write(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        with self._file:
            if kind is None:
                self._finish()

    def page(self, picture: Picture, text: bytes, signs: set[str], width: float, height: float, turn: int = 0) -> None:
        """Adds a page of `width` × `height` points; `text` are the operators over the picture, `signs` the letters in them.

        Viewers show the page turned clockwise by `turn` degrees.
        """
        self._signs |= signs
        packing = _packing(picture)
        if picture.shared:
            packing = packing % self._once(picture.shared)
        image = self._stream(
            f"/Type /XObject /Subtype /Image /Width {picture.width} /Height {picture.height} {packing}", picture.data
        )
        content = zlib.compress(_painting(picture, width, height) + text, 9)
        contents = self._stream("/Filter /FlateDecode", content)
        lie = f"/Rotate {turn} " if turn else ""
        self._pages.append(
            self._object(
                f"<< /Type /Page /Parent {PAGES} 0 R /MediaBox [0 0 {width:.2f} {height:.2f}] {lie}/Contents {contents} 0 R "
                f"/Resources << /XObject << /I0 {image} 0 R >> /Font << /{FONT} {FONT_NUMBER} 0 R >> >> >>"
            )
        )

    def _once(self, data: bytes) -> int:
        """The number of a stream that several pages need."""
        key = hashlib.sha256(data).digest()
        if key not in self._shared:
            self._shared[key] = self._stream("", data)
        return self._shared[key]

    def _finish(self) -> None:
        self._font()
        kids = " ".join(f"{number} 0 R" for number in self._pages)
        self._object(f"<< /Type /Pages /Count {len(self._pages)} /Kids [{kids}] >>", PAGES)
        self._object(f"<< /Type /Catalog /Pages {PAGES} 0 R >>", CATALOG)
        start = self._file.tell()
        rows = b"".join(b"%010d 00000 n \n" % self._offsets[number] for number in range(1, self._next))
        self._file.write(b"xref\n0 %d\n0000000000 65535 f \n" % self._next + rows)
        self._file.write(b"trailer\n<< /Size %d /Root %d 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (self._next, CATALOG, start))

    def _font(self) -> None:
        program = glyphless.program()
        packed = zlib.compress(program, 9)
        file = self._stream(f"/Filter /FlateDecode /Length1 {len(program)}", packed)
        about = self._object(
            f"<< /Type /FontDescriptor /FontName /{glyphless.NAME} /Flags 5 /FontBBox [0 {glyphless.DESCENT} {glyphless.ADVANCE} "
            f"{glyphless.ASCENT}] /ItalicAngle 0 /Ascent {glyphless.ASCENT} /Descent {glyphless.DESCENT} "
            f"/CapHeight {glyphless.ASCENT} /StemV 80 /FontFile2 {file} 0 R >>"
        )
        glyphs = self._stream("/Filter /FlateDecode", glyphless.glyph_map())
        meaning = self._stream("/Filter /FlateDecode", zlib.compress(glyphless.to_unicode(self._signs), 9))
        descendant = self._object(
            f"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /{glyphless.NAME} /CIDSystemInfo << /Registry (Adobe) "
            f"/Ordering (Identity) /Supplement 0 >> /FontDescriptor {about} 0 R /DW {glyphless.ADVANCE} "
            f"/CIDToGIDMap {glyphs} 0 R >>"
        )
        self._object(
            f"<< /Type /Font /Subtype /Type0 /BaseFont /{glyphless.NAME} /Encoding /Identity-H "
            f"/DescendantFonts [{descendant} 0 R] /ToUnicode {meaning} 0 R >>",
            FONT_NUMBER,
        )

    def _object(self, body: str, number: int | None = None) -> int:
        number = self._begin(number)
        self._file.write(f"{number} 0 obj\n{body}\nendobj\n".encode("ascii"))
        return number

    def _stream(self, entries: str, data: bytes) -> int:
        number = self._begin(None)
        self._file.write(f"{number} 0 obj\n<< {entries} /Length {len(data)} >>\nstream\n".encode("ascii"))
        self._file.write(data)
        self._file.write(b"\nendstream\nendobj\n")
        return number

    def _begin(self, number: int | None) -> int:
        if number is None:
            number, self._next = self._next, self._next + 1
        self._offsets[number] = self._file.tell()
        return number


def _packing(picture: Picture) -> str:
    if picture.packing:
        return picture.packing
    if picture.fax:
        parameters = f"/K -1 /Columns {picture.width} /Rows {picture.height}"
        black = "true" if picture.fax == NEGATIVE_FAX else "false"
        return f"/BitsPerComponent 1 /ColorSpace /DeviceGray /Filter /CCITTFaxDecode /DecodeParms << {parameters} /BlackIs1 {black} >>"
    return f"/BitsPerComponent 8 /ColorSpace /{'DeviceGray' if picture.grey else 'DeviceRGB'} /Filter /DCTDecode"


def _painting(picture: Picture, width: float, height: float) -> bytes:
    a, b, c, d, e, f = TURNS[picture.turn]
    matrix = (a * width, b * height, c * width, d * height, e * width, f * height)
    return b"q " + " ".join(f"{value:.2f}" for value in matrix).encode() + b" cm /I0 Do Q\n"
