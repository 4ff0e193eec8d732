"""Whether the pictures of a PDF page are all there: PDFium draws a cut one half white or grey and says nothing."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pikepdf

from app.capture.fax import fax_share, jbig2_share, jpx_share
from app.capture.fileinfo import MAX_DECODED
from app.capture.jpeg import share as jpeg_share

_DEPTH, _PICTURES = 5, 200  # forms within forms; on one page
_PIECE = 1 << 20
_SHOWN = re.compile(rb"/([^\s/<>\[\](){}%]+)\s+Do\b")
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
_PLAIN = {"/DeviceGray": 1, "/G": 1, "/CalGray": 1, "/Indexed": 1, "/I": 1, "/Separation": 1, "/DeviceRGB": 3, "/RGB": 3,
          "/CalRGB": 3, "/Lab": 3, "/DeviceCMYK": 4, "/CMYK": 4}  # fmt: skip
_STRANGE = (pikepdf.PdfError, ValueError, TypeError, RuntimeError, KeyError, AttributeError, IndexError, OverflowError)
_FLATE = ("/FlateDecode", "/Fl")
_HIGHEST_TAG = 4  # of a row, in PNG's filters


def least_share(path: Path, index: int) -> float:
    """Of the pictures that page `index` (from 0) shows, the share of the rows of the worst; 1 where none lacks anything.

    What can't be judged counts as whole: nobody is alarmed by a guess.
    """
    try:
        with pikepdf.open(path) as pdf:
            return min((share(picture) for picture in _pictures(pdf.pages[index].obj)), default=1.0)
    except _STRANGE:
        return 1.0


def share(picture: pikepdf.Stream) -> float:
    """The share of the picture's rows that its data tell, 0 to 1."""
    try:
        return _judged(picture)
    except (*_STRANGE, zlib.error):
        return 1.0


def _pictures(page: Any) -> Iterator[pikepdf.Stream]:
    found: dict[tuple[int, int], pikepdf.Stream] = {}
    contents = page.get("/Contents")
    streams = [contents] if isinstance(contents, pikepdf.Stream) else list(contents or [])
    _gather(b"\n".join(stream.read_bytes() for stream in streams), _resources(page), 0, found)
    yield from found.values()


def _resources(page: Any) -> Any:
    """The page's own, or those of a node above it."""
    for _step in range(_DEPTH * 10):
        if page is None or "/Resources" in page:
            break
        page = page.get("/Parent")
    return None if page is None else page.Resources


def _gather(content: bytes, resources: Any, depth: int, found: dict[tuple[int, int], pikepdf.Stream]) -> None:
    things = None if resources is None else resources.get("/XObject")
    if things is None or depth > _DEPTH:
        return
    for written in dict.fromkeys(_SHOWN.findall(content)):
        name = "/" + _ESCAPED.sub(lambda code: bytes([int(code[1], 16)]), written).decode("utf-8", "replace")
        thing = things.get(name)
        if not isinstance(thing, pikepdf.Stream) or thing.objgen in found or len(found) >= _PICTURES:
            continue
        if thing.get("/Subtype") == "/Image":
            found[thing.objgen] = thing
        elif thing.get("/Subtype") == "/Form":
            _gather(thing.read_bytes(), thing.get("/Resources", resources), depth + 1, found)


def _judged(picture: pikepdf.Stream) -> float:
    filters, parameters = _list(picture.get("/Filter")), _list(picture.get("/DecodeParms"))
    parameters += [None] * (len(filters) - len(parameters))
    data = picture.read_raw_bytes()
    while len(filters) > 1:  # packed once more around a picture
        if str(filters[0]) not in _FLATE or parameters[0] is not None:
            return 1.0
        data = zlib.decompressobj().decompress(data, MAX_DECODED)
        filters, parameters = filters[1:], parameters[1:]
    if not filters:
        return _rows_of(len(data), picture, {})
    kind, told = str(filters[0]), dict(parameters[0].items()) if parameters[0] is not None else {}
    if kind in _FLATE:
        return _flate_share(data, picture, told)
    if kind in ("/CCITTFaxDecode", "/CCF"):
        return fax_share(data, int(picture.Width), int(picture.Height), told)
    by_bytes: dict[str, Callable[[bytes], float]] = {
        "/DCTDecode": jpeg_share, "/DCT": jpeg_share, "/JBIG2Decode": jbig2_share, "/JPXDecode": jpx_share,
    }  # fmt: skip
    return by_bytes[kind](data) if kind in by_bytes else 1.0


def _list(value: Any) -> list[Any]:
    if value is None:
        return []
    return list(value) if isinstance(value, pikepdf.Array) else [value]


def _flate_share(data: bytes, picture: pikepdf.Stream, parameters: Mapping[str, Any]) -> float:
    """How many rows come out; of those with PNG's filters only such that name one."""
    tagged = int(parameters.get("/Predictor", 1)) >= 10
    row = _row(picture, parameters)
    wanted = row * int(picture.Height)
    if wanted <= 0:
        return 1.0
    engine, waiting, count, wrong = zlib.decompressobj(), data, 0, 0
    while count < wanted and not engine.eof:
        try:
            out = engine.decompress(waiting, _PIECE)
        except zlib.error:
            break
        waiting = engine.unconsumed_tail
        if not out and not waiting:
            break
        if tagged:
            wrong += sum(tag > _HIGHEST_TAG for tag in out[-count % row :: row])
        count += len(out)
    return max(0.0, min(1.0, count / wanted) - wrong * row / wanted)


def _rows_of(length: int, picture: pikepdf.Stream, parameters: Mapping[str, Any]) -> float:
    wanted = _row(picture, parameters) * int(picture.Height)
    return min(1.0, length / wanted) if wanted > 0 else 1.0


def _row(picture: pikepdf.Stream, parameters: Mapping[str, Any]) -> int:
    """Bytes of a row as it is packed; 0 where that is not known."""
    if int(parameters.get("/Predictor", 1)) >= 10:
        samples = int(parameters.get("/Columns", 1)) * int(parameters.get("/Colors", 1))
        return (samples * int(parameters.get("/BitsPerComponent", 8)) + 7) // 8 + 1
    bits = int(picture.get("/BitsPerComponent", 8)) * _colours(picture.get("/ColorSpace"))
    bits = 1 if picture.get("/ImageMask", False) else bits
    return (int(picture.Width) * bits + 7) // 8


def _colours(space: Any) -> int:
    """Samples of a pixel; 0 where that is not known."""
    if isinstance(space, pikepdf.Name):
        return _PLAIN.get(str(space), 0)
    if not isinstance(space, pikepdf.Array) or len(space) == 0:
        return 0
    kind = str(space[0])
    if kind == "/ICCBased":
        return int(space[1].N)
    return len(space[1]) if kind == "/DeviceN" else _PLAIN.get(kind, 0)
