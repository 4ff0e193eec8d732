"""The file to be signed: taken as a private copy, looked at, and refused where a signature would do harm or be worth nothing."""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import re
import secrets
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from pyhanko.pdf_utils import reader as pdf_reader
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields as pdf_fields

from app.errors import AppError
from app.i18n import _
from app.signature.place import PageShape, page_shape
from app.signature.private import create_private
from app.signature.rewrite import damaged, encrypted, rewrite

IN_MEMORY = 32 << 20  # bytes; larger files are worked on in a temporary file
CHUNK = 1 << 20
Stream = io.BytesIO | io.BufferedRandom
PdfFileReader: Any = pdf_reader.PdfFileReader
enumerate_sig_fields: Any = pdf_fields.enumerate_sig_fields


class QuietWriter(IncrementalPdfFileWriter):
    """Adds the signature and nothing else: pyHanko would also rewrite dates and XMP, and so break PDF/A and the byte economy."""

    def _update_meta(self) -> None:
        pass


@dataclass(slots=True)
class Source:
    """A private copy of the file, open for the incremental update.

    `length` and `digest` (SHA-256) are of the bytes before the update: they must still be there after it. `source_sha256` (hex) is of
    the file as it was taken, before it may have been written anew.
    """

    stream: Stream
    part: Path
    length: int
    digest: bytes
    normalised: bool
    writer: Any
    source_sha256: str = ""
    earlier: list[Any] = field(default_factory=list)  # pyHanko's embedded signatures, oldest first

    def shape(self, page: int) -> PageShape:
        """The shape of a page, counted from 0 or from the end (-1). Raises `sign.no_such_page`."""
        try:
            return page_shape(self.writer.prev.find_page_for_modification(page)[0].get_object())
        except Exception as error:  # a broken tree of pages fails in many ways
            raise AppError(
                "sign.no_such_page",
                _("The document has no such page for the signature."),
                _("Choose another page or sign without a visible signature."),
                detail=repr(error),
            ) from error

    def as_file(self) -> contextlib.AbstractContextManager[Path]:
        """The private copy as a file that a child process may read, for as long as the context lasts."""
        return as_file(self.stream, self.part)

    def close(self) -> None:
        self.stream.close()
        self.part.unlink(missing_ok=True)


class Caller(Protocol):
    """The sandbox, as much of it as is used here."""

    def call(self, task: str, **params: Any) -> Any: ...


def open_source(source: Path, out: Path, sandbox: Caller | None = None) -> Source:
    """Copies `source` and opens the copy, with a `sandbox` after the same was tried there: what hangs, crashes or eats the memory does so
    where it hurts nobody. Raises AppError `pdf.*`, `sign.*` and `sandbox.*`; nothing is left behind then."""
    part = out.with_name(f".{out.name}.{secrets.token_hex(4)}.part")
    stream = copy(source, part)
    try:
        if sandbox is not None:
            with as_file(stream, part) as file:
                sandbox.call("app.signature.tasks:try_open", path=file)
        return look_at(stream, part, sandbox)
    except BaseException:
        stream.close()
        part.unlink(missing_ok=True)
        raise


@contextlib.contextmanager
def as_file(stream: Stream, part: Path) -> Iterator[Path]:
    if part.exists():
        stream.flush()
        yield part
        return
    look = part.with_suffix(".look")
    try:
        with create_private(look) as file:
            stream.seek(0)
            shutil.copyfileobj(stream, file, CHUNK)
        yield look
    finally:
        look.unlink(missing_ok=True)


def try_open(path: Path) -> None:
    """For the sandbox: all that signing will read of the file, with the same parser and limits; faults are for signing itself to tell.

    What the signed file holds besides is our own, so its check reads nothing that was not read here.
    """
    try:
        with path.open("rb") as file:
            reader = open_strict(file)
            for one in reader.embedded_signatures:
                one.compute_integrity_info()
            number = int(reader.root["/Pages"]["/Count"])
            for page in (0, number - 1):
                page_shape(reader.find_page_for_modification(page)[0].get_object())
            free_field_name(reader)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - as told
        return


def copy(source: Path, part: Path) -> Stream:
    """A stream to read and write: in memory when small, else the new private file `part`."""
    try:
        with source.open("rb") as file:
            if os.fstat(file.fileno()).st_size <= IN_MEMORY:
                return io.BytesIO(file.read())
            target = create_private(part)
            try:
                shutil.copyfileobj(file, target, CHUNK)
            except BaseException:
                target.close()
                part.unlink(missing_ok=True)
                raise
            return target
    except OSError as error:
        raise AppError(
            "sign.unreadable",
            _("The file {name} can't be read.").format(name=source.name),
            _("Check that it still exists and that there is room on the disk."),
            detail=repr(error),
        ) from error


def look_at(stream: Stream, part: Path, sandbox: Caller | None) -> Source:
    """Opens the copy for the update; on errors the stream that is open then is closed."""
    stream.seek(0)
    if b"%PDF-" not in stream.read(1024):
        raise AppError("pdf.not_pdf", _("This file is not a PDF."), _("Convert it to PDF/A first, then sign it."))
    signed = mentions_signature(stream)
    length, digest = measure(stream)
    taken = digest.hex()
    normalised = False
    try:
        reader = open_strict(stream)
    except AppError:
        raise
    except Exception as error:
        if signed:
            raise AppError(
                "sign.cannot_extend",
                _("This signed file is built in a way that no further signature can be added without damage."),
                _("Ask the sender for a new copy, or sign a record of its receipt instead."),
                detail=repr(error),
            ) from error
        stream, normalised = normalise(stream, part, sandbox), True
        reader = open_again(stream)
        length, digest = measure(stream)
    try:
        found = Source(stream, part, length, digest, normalised, QuietWriter(stream, prev=reader), taken)
        if signed:
            found.earlier = earlier_signatures(reader)
    except BaseException:
        stream.close()
        raise
    return found


def open_again(stream: Stream) -> Any:
    """A reader for the rewritten file; what still can't be read is damaged."""
    try:
        return open_strict(stream)
    except Exception as error:
        stream.close()
        raise damaged(repr(error)) from error


def mentions_signature(stream: BinaryIO) -> bool:
    """Whether the file may hold a signature: its byte range is never compressed, because it is filled in afterwards."""
    stream.seek(0)
    tail = b""
    while chunk := stream.read(CHUNK):
        if b"/ByteRange" in tail + chunk:
            return True
        tail = chunk[-16:]
    return False


def open_strict(stream: BinaryIO) -> Any:
    """A reader for a file that can be extended; raises whatever the parser raises, and `pdf.encrypted`."""
    stream.seek(0)
    reader = PdfFileReader(stream, strict=True)
    if reader.encrypted:
        raise encrypted()
    if reader.xrefs.hybrid_xrefs_present:
        raise ValueError("hybrid cross references")
    if not isinstance(reader.root["/Pages"].get_object(), dict):
        raise TypeError("no pages")
    return reader


def normalise(stream: Stream, part: Path, sandbox: Caller | None) -> Stream:
    """The same document in a form that can be added to; `stream` is closed. Foreign bytes go through the sandbox if there is one."""
    in_memory = isinstance(stream, io.BytesIO)
    old, new = part.with_suffix(".old"), part.with_suffix(".new")
    try:
        with stream, create_private(old) as file:
            stream.seek(0)
            shutil.copyfileobj(stream, file, CHUNK)
        if sandbox is None:
            rewrite(old, new)
        else:
            sandbox.call("app.signature.tasks:rewrite_plain", source=old, out=new)
        if in_memory:
            return io.BytesIO(new.read_bytes())
        new.replace(part)
        return part.open("r+b")
    finally:
        old.unlink(missing_ok=True)
        new.unlink(missing_ok=True)


def measure(stream: Stream) -> tuple[int, bytes]:
    """Length and SHA-256 of the stream."""
    stream.seek(0)
    digest = hashlib.file_digest(stream, "sha256").digest()
    return stream.seek(0, os.SEEK_END), digest


def earlier_signatures(reader: Any) -> list[Any]:
    try:
        return list(reader.embedded_signatures)
    except Exception as error:
        raise AppError(
            "sign.earlier_unreadable",
            _("The signatures already in this file can't be read."),
            _("Verify the file first; ask the sender for a new copy if it is damaged."),
            detail=repr(error),
        ) from error


def free_field_name(reader: Any, stem: str = "ChuKy") -> str:
    """A name for a new signature field: ChuKy1, ChuKy2, …"""
    taken = set()
    for name, _value, _ref in enumerate_sig_fields(reader):
        match = re.fullmatch(rf"{stem}(\d{{1,6}})", str(name))
        taken.add(int(match[1]) if match else 0)
    return f"{stem}{max(taken, default=0) + 1}"
