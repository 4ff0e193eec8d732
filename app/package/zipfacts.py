"""The size of a ZIP's table of contents, read before zipfile loads all of it (APPNOTE 6.3.10, §4.3.14 to §4.3.16)."""

from __future__ import annotations

import os
import struct
import zipfile
from typing import BinaryIO

_END = b"PK\x05\x06"
_END_SIZE = 22
_LOCATOR = b"PK\x06\x07"
_LOCATOR_SIZE = 20
_END64 = b"PK\x06\x06"
_LARGEST_COMMENT = 65_535


def central_directory_size(file: BinaryIO) -> int:
    """Bytes of the central directory. Raises zipfile.BadZipFile when the file has none."""
    whole = file.seek(0, os.SEEK_END)
    start = max(0, whole - _END_SIZE - _LARGEST_COMMENT - _LOCATOR_SIZE)
    file.seek(start)
    tail = file.read()
    at = tail.rfind(_END)
    if at < 0 or len(tail) - at < _END_SIZE:
        raise zipfile.BadZipFile("no end of central directory")
    size: int = struct.unpack_from("<I", tail, at + 12)[0]
    locator = at - _LOCATOR_SIZE
    if locator < 0 or tail[locator : locator + 4] != _LOCATOR:
        return _plausible(size, whole)
    file.seek(min(struct.unpack_from("<Q", tail, locator + 8)[0], whole))
    head = file.read(56)
    if len(head) < 56 or head[:4] != _END64:
        raise zipfile.BadZipFile("broken zip64 end of central directory")
    large: int = struct.unpack_from("<Q", head, 40)[0]
    return _plausible(max(size, large), whole)  # readers differ on which of the two counts


def _plausible(size: int, whole: int) -> int:
    if size > whole:
        raise zipfile.BadZipFile("central directory larger than the file")
    return size
