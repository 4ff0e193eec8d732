"""Whether a file is what METS and its name say: by its first bytes, and by PRONOM's signatures where those disagree.

Siegfried takes about 3 ms a file. It is asked only about files that look wrong, so that a package of thousands is judged in seconds.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from app.errors import AppError
from app.i18n import _
from app.package.checks.reading import Reference
from app.package.puid import Format, identify
from app.package.report import Report
from app.package.tree import BROKEN, Tree

MOST_ASKED = 40  # files of one package that Siegfried looks into
LARGEST = 256 << 20  # bytes of a file that is copied out of an archive for that

# What a file begins with → the format's family.
_BEGINNINGS = (
    (b"%PDF-", "pdf"), (b"\xff\xd8\xff", "jpeg"), (b"\x89PNG\r\n\x1a\n", "png"), (b"GIF8", "gif"), (b"II*\0", "tiff"), (b"MM\0*", "tiff"),
    (b"II+\0", "tiff"), (b"MM\0+", "tiff"), (b"PK\x03\x04", "zip"), (b"PK\x05\x06", "zip"), (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),
    (b"\0\0\0\x0cjP  ", "jp2"), (b"OggS", "ogg"), (b"fLaC", "flac"), (b"ID3", "mp3"), (b"0&\xb2u\x8ef\xcf\x11", "asf"),
    (b"\x1aE\xdf\xa3", "mkv"), (b"7z\xbc\xaf\x27\x1c", "7z"), (b"\x1f\x8b", "gzip"), (b"{\\rtf", "rtf"),
    (b"MZ", "program"), (b"\x7fELF", "program"), (b"<?xml", "xml"), (b"\xef\xbb\xbf<?xml", "xml"),
)  # fmt: skip
# Media type or extension → the families that may stand behind it.
_ZIPPED = {"zip"}
_FAMILIES = {
    "application/pdf": {"pdf"}, "image/jpeg": {"jpeg"}, "image/jpg": {"jpeg"}, "image/png": {"png"}, "image/gif": {"gif"},
    "image/tiff": {"tiff"}, "image/jp2": {"jp2"}, "application/zip": _ZIPPED, "audio/flac": {"flac"}, "video/x-ms-wmv": {"asf"},
    "audio/x-ms-wma": {"asf"}, "application/msword": {"ole", "rtf", "zip"}, "application/rtf": {"rtf"}, "application/gzip": {"gzip"},
    "pdf": {"pdf"}, "jpg": {"jpeg"}, "jpeg": {"jpeg"}, "png": {"png"}, "gif": {"gif"}, "tif": {"tiff"}, "tiff": {"tiff"}, "jp2": {"jp2"},
    "zip": _ZIPPED, "docx": {"zip", "ole"}, "xlsx": {"zip", "ole"}, "pptx": {"zip", "ole"}, "odt": _ZIPPED, "ods": _ZIPPED,
    "doc": {"ole", "rtf", "zip"}, "xls": {"ole", "zip", "xml"}, "wma": {"asf"}, "wmv": {"asf"}, "rtf": {"rtf"}, "7z": {"7z"},
}  # fmt: skip


class Formats:
    """Judges the files of one package, each once."""

    def __init__(self, tree: Tree, report: Report) -> None:
        self._tree, self._report = tree, report
        self._judged: set[str] = set()
        self._asked = 0

    def judge(self, reference: Reference, path: str, family: str | None) -> None:
        """`family`: by the first bytes (family_of); None for a file that nobody read."""
        if family is None or path in self._judged or reference.part != "file":
            return
        self._judged.add(path)
        told = reference.mime.partition(";")[0].strip().lower()
        extension = path.rpartition(".")[2].lower() if "." in path.rpartition("/")[2] else ""
        for name in (told, extension):
            allowed = _FAMILIES.get(name)
            if allowed is not None and family not in allowed:
                self._differs(path, name)
                return

    def _differs(self, path: str, name: str) -> None:
        real = self._identified(path)
        if real is not None and real.puid:
            if name in (real.mime.lower(), *real.name.lower().split()):
                return  # PRONOM knows better than the first bytes
            words = _("The file is called “{told}” but is {real} ({puid}).").format(told=name, real=real.name, puid=real.puid)
        else:
            words = _("The file is called “{told}”, but its content is something else.").format(told=name)
        self._report.warning("TT05-FORMAT", path, words)

    def _identified(self, path: str) -> Format | None:
        if self._asked >= MOST_ASKED or self._tree.sizes[path] > LARGEST:
            return None
        self._asked += 1
        try:
            with tempfile.TemporaryDirectory(prefix="vankho-format-") as folder:
                copy = Path(folder) / f"file.{path.rpartition('.')[2][:10]}"
                with self._tree.open(path) as source, copy.open("wb") as target:
                    shutil.copyfileobj(source, target)
                return identify(copy)
        except (AppError, *BROKEN):
            return None


def family_of(head: bytes) -> str:
    """The family of a format by its first bytes (a kilobyte is enough); empty for what is not known."""
    if head[4:8] == b"ftyp":
        return "mp4"
    if head[:4] == b"RIFF":
        return "riff"
    if b"%PDF-" in head[:1024]:
        return "pdf"  # up to 1 kB of anything may stand before it
    return next((family for beginning, family in _BEGINNINGS if head.startswith(beginning)), "")
