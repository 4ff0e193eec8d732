"""Small stored files of a ZIP in one reading each: zipfile takes ten times as long to open one (APPNOTE 6.3.10, §4.3.7)."""

from __future__ import annotations

import struct
import threading
import zipfile
import zlib
from pathlib import Path

_HEAD = struct.Struct("<4s5H3L2H")
_EXTRA = 64  # bytes that are read for the header's extra field; ours has none, others' are 9 to 36 bytes long
_TROUBLE = 0x1 | 0x20 | 0x40  # encrypted, patched, strongly encrypted
_UTF8 = 0x800


class StoredFiles:
    """Reads beside the zipfile.ZipFile of the same archive; whatever is out of the ordinary is left to that one."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("rb", buffering=0)
        self._lock = threading.Lock()

    def close(self) -> None:
        self._file.close()

    def whole(self, row: zipfile.ZipInfo) -> memoryview | None:
        """The bytes, their CRC proven; None when zipfile has to judge. Raises OSError."""
        size = row.file_size
        if row.compress_type != zipfile.ZIP_STORED or row.compress_size != size:
            return None
        name_size = len(row.orig_filename) * 4  # at most
        with self._lock:
            self._file.seek(row.header_offset)
            raw = memoryview(self._file.read(_HEAD.size + name_size + _EXTRA + size))
        if len(raw) < _HEAD.size:
            return None
        mark, _version, flags, *_rest, name_length, extra_length = _HEAD.unpack_from(raw)
        begin = _HEAD.size + name_length + extra_length
        content = raw[begin : begin + size]
        if mark != b"PK\x03\x04" or flags & _TROUBLE or len(content) != size:
            return None
        try:
            name = str(raw[_HEAD.size : _HEAD.size + name_length], "utf-8" if flags & _UTF8 else "cp437")
        except ValueError:
            return None
        if name != row.orig_filename or zlib.crc32(content) != row.CRC:
            return None
        return content
