"""What a PDF carries besides its pages: signatures, things that act, things that explode.

Every object is looked at once, as stored; nothing is executed and no stream is unpacked beyond a bound (sign.md threats T2–T4).
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from typing import Any

import pikepdf

from app.capture import complaints
from app.capture.fileinfo import MAX_DECODED, MAX_PIXELS

DEPTH = 40  # of direct objects within one object; qpdf itself refuses much deeper nesting
FLATE_RATIO = 1032  # deflate can't do better than this
_COMPRESSORS = {"/FlateDecode", "/Fl", "/LZWDecode", "/LZW", "/RunLengthDecode", "/RL"}
_FLATE = {"/FlateDecode", "/Fl"}
_ACTIONS = {
    "/JavaScript": "javascript",
    "/Launch": "launch",
    "/SubmitForm": "submit_form",
    "/ImportData": "submit_form",
    "/GoToR": "remote",
    "/GoToE": "remote",
    "/Rendition": "multimedia",
    "/Movie": "multimedia",
    "/Sound": "multimedia",
}
_KEYS = {
    "/JS": "javascript",
    "/EmbeddedFiles": "embedded_files",
    "/EF": "embedded_files",
    "/XFA": "xfa",
    "/RichMediaContent": "multimedia",
}
_INTERESTING = re.compile(
    rb"/(JavaScript|JS|Launch|SubmitForm|ImportData|GoToR|GoToE|Rendition|Movie|Sound|EmbeddedFiles|EF|XFA"
    rb"|RichMediaContent|OpenAction|ByteRange)\b"
)


class Findings:
    """Gathers while `look_through` passes over the objects of a document."""

    def __init__(self) -> None:
        self.active: set[str] = set()
        self.signatures = 0

    def look_through(self, pdf: pikepdf.Pdf) -> None:
        """Raises `image.bomb` for a stream that would unpack to an unreasonable size."""
        for thing in pdf.objects:
            if isinstance(thing, pikepdf.Stream):
                check_stream(thing)
                if "/F" in thing:  # the bytes are said to lie in another file
                    self.active.add("remote")
            elif not isinstance(thing, (pikepdf.Dictionary, pikepdf.Array)):
                continue
            if _INTERESTING.search(_source(thing)):
                for inner in _dictionaries(thing, 0):
                    self._look_at(inner)

    def _look_at(self, found: Any) -> None:
        for key, meaning in _KEYS.items():
            if key in found:
                self.active.add(meaning)
        action = found.get("/S")
        if isinstance(action, pikepdf.Name) and str(action) in _ACTIONS:
            self.active.add(_ACTIONS[str(action)])
        if isinstance(found.get("/OpenAction"), pikepdf.Dictionary):
            self.active.add("open_action")
        # The value of a signature field (ISO 32000-1, 12.8.1). Counted wherever it lies: a signature that the form no longer
        # mentions was still made, and the file must still not be rewritten.
        if "/ByteRange" in found and "/Contents" in found:
            self.signatures += 1


def check_stream(stream: Any) -> None:
    """Raises `image.bomb` when the stream unpacks to more than a page can need."""
    image = stream.get("/Subtype") == pikepdf.Name.Image
    if image and _whole(stream.get("/Width")) * _whole(stream.get("/Height")) > MAX_PIXELS:
        raise complaints.bomb(f"image {stream.get('/Width')} × {stream.get('/Height')}")
    chain = _filters(stream.get("/Filter"))
    squeezed = [name for name in chain if name in _COMPRESSORS]
    if not squeezed or (image and len(squeezed) == 1):  # an image is unpacked no further than its size
        return
    length = _whole(stream.get("/Length"))
    if length * FLATE_RATIO ** len(squeezed) <= MAX_DECODED:
        return
    if not all(name in _FLATE for name in chain):
        if len(squeezed) > 1:
            raise complaints.bomb(f"{chain} of {length} bytes")
        return  # one LZW or RunLength, or text filters around: the memory limit remains
    if _unpacked(stream.read_raw_bytes(), len(chain)) > MAX_DECODED:
        raise complaints.bomb(f"{chain} of {length} bytes")


def _unpacked(data: bytes, times: int) -> int:
    """How many bytes come out, never holding more than a piece of them; stops counting above the bound."""
    count = 0
    for piece in _inflate(iter([data]), times):
        count += len(piece)
        if count > MAX_DECODED:
            break
    return count


def _inflate(pieces: Iterator[bytes], times: int) -> Iterator[bytes]:
    if times == 0:
        yield from pieces
        return
    engine = zlib.decompressobj()
    for piece in _inflate(pieces, times - 1):
        waiting = piece
        while waiting and not engine.eof:
            try:
                out = engine.decompress(waiting, 1 << 20)
            except zlib.error:
                return
            yield out
            waiting = engine.unconsumed_tail


def _source(thing: Any) -> bytes:
    """The object's own text, without its stream's data."""
    return bytes((thing.stream_dict if isinstance(thing, pikepdf.Stream) else thing).unparse(resolved=True))


def _dictionaries(thing: Any, depth: int) -> Iterator[Any]:
    """The dictionaries that lie directly in an object, itself first; references are visited on their own turn."""
    if depth > DEPTH:
        return
    if isinstance(thing, (pikepdf.Dictionary, pikepdf.Stream)):
        yield thing
        children = [value for _key, value in thing.items()]
    elif isinstance(thing, pikepdf.Array):
        children = list(thing)
    else:
        return
    for child in children:
        if isinstance(child, (pikepdf.Dictionary, pikepdf.Array)) and not child.is_indirect:
            yield from _dictionaries(child, depth + 1)


def _filters(value: Any) -> list[str]:
    if isinstance(value, pikepdf.Array):
        return [str(name) for name in value]
    return [str(value)] if isinstance(value, pikepdf.Name) else []


def _whole(value: Any) -> int:
    try:
        return max(0, int(value))
    except (TypeError, ValueError):
        return 0
