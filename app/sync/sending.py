"""Bringing one blob over: whole when small, in parts when large, going on where a broken line left it.

Nothing is noted at the desk: the server is asked how far it got, so there is no second truth to go wrong.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

from app.errors import AppError
from app.sync import faults
from app.sync.faults import LineError
from app.sync.line import Answer, Line, Stream
from app.sync.patience import Patience
from app.sync.protocol import BYTES, PART, PART_SIZE, SMALL_PART_SIZE
from app.sync.strict import content_digest, sha256

_GOOD_PARTS = 8  # in a row before parts grow again
_SKIP = 1024 * 1024

OpenBlob = Callable[[str], BinaryIO]
Moved = Callable[[str, int], None]  # digest of a blob, how many of its bytes are on the way or over


class Pace:
    """The size of parts: small as soon as the line breaks, growing again while it holds. Shared by all senders."""

    def __init__(self, largest: int = PART_SIZE) -> None:
        self._largest = min(largest, PART_SIZE)
        self._lock = threading.Lock()
        self._good = 0
        self.part = self._largest

    def good(self) -> None:
        with self._lock:
            self._good += 1
            if self._good >= _GOOD_PARTS:
                self.part, self._good = min(self.part * 2, self._largest), 0

    def broke(self) -> None:
        with self._lock:
            self.part, self._good = min(SMALL_PART_SIZE, self._largest), 0


@dataclass(slots=True)
class Sender:
    """Sends blobs one after the other over its own line."""

    line: Line
    patience: Patience
    pace: Pace
    open_blob: OpenBlob
    moved: Moved
    check: Callable[[], None]  # raises when the work shall stop

    def send(self, digest: str, size: int, begun: bool) -> None:
        """Brings one blob over. `begun`: the server has a part of it. AppError `sync.local_blob` when it can't be read here."""
        blob = _Blob(digest, size, begun)
        with _opened(self.open_blob, digest) as source:
            self.patience.insist(lambda: self._attempt(blob, source), self._broke)
        self.moved(digest, size)

    def _attempt(self, blob: _Blob, source: BinaryIO) -> None:
        if blob.size <= self.pace.part and not blob.begun:
            self._whole(blob, source)
        else:
            self._in_parts(blob, source)

    def _broke(self, _error: LineError) -> None:
        self.pace.broke()

    def _whole(self, blob: _Blob, source: BinaryIO) -> None:
        data = _read(source, blob, 0, blob.size)
        if sha256(data) != blob.sha256:
            raise faults.local_blob(f"{blob.sha256}: the bytes have changed")
        self.line.ask("PUT", f"/v1/blobs/{blob.sha256}", self._body(blob, 0, data), {"Content-Type": BYTES}, (200, 201))
        self.pace.good()

    def _in_parts(self, blob: _Blob, source: BinaryIO) -> None:
        offset = self._begin(blob)
        while offset < blob.size:
            self.moved(blob.sha256, offset)
            self.check()
            data = _read(source, blob, offset, min(self.pace.part, blob.size - offset))
            answer = self._part(blob, offset, data)
            if answer.status == 422:
                offset = self._broken(blob, source, answer)
            elif answer.headers.get("upload-complete") == "?1":
                offset = blob.size
            else:
                offset = answer.number("upload-offset")
            if answer.status == 204:
                self.pace.good()
                self.patience.moved()

    def _begin(self, blob: _Blob) -> int:
        """Where to go on."""
        path = f"/v1/uploads/{blob.sha256}"
        answer = self.line.ask("HEAD", path, expect=(200, 404)) if blob.begun else None
        if answer is None or answer.status == 404:
            answer = self.line.ask("PUT", path, b"", {"Upload-Length": str(blob.size)}, (200, 201))
            blob.begun = True
        return answer.number("upload-offset")

    def _part(self, blob: _Blob, offset: int, data: bytes) -> Answer:
        headers = {
            "Content-Digest": content_digest(sha256(data)),
            "Content-Type": PART,
            "Upload-Complete": "?1" if offset + len(data) == blob.size else "?0",
            "Upload-Offset": str(offset),
        }
        body = self._body(blob, offset, data)
        return self.line.ask("PATCH", f"/v1/uploads/{blob.sha256}", body, headers, (204, 409, 422))

    def _broken(self, blob: _Blob, source: BinaryIO, answer: Answer) -> int:
        """The server got something else than we meant to send: where to go on."""
        if answer.problem.code == "digest":
            if _digest(source) != blob.sha256:
                raise faults.local_blob(f"{blob.sha256}: the bytes have changed")
            blob.begun = False
        elif answer.problem.code != "part_broken":
            raise faults.refused(f"{blob.sha256}: {answer.problem.detail}")
        blob.spoiled += 1
        if blob.spoiled > 20:
            raise faults.offline(f"{blob.sha256}: the line changes what is sent")
        self.pace.broke()
        return self._begin(blob)

    def _body(self, blob: _Blob, offset: int, data: bytes) -> Stream:
        gone = offset

        def moved(count: int) -> None:
            nonlocal gone
            gone += count
            self.check()
            self.moved(blob.sha256, gone)

        return Stream(data, moved)


@dataclass(slots=True)
class _Blob:
    sha256: str
    size: int
    begun: bool
    spoiled: int = 0


def _opened(open_blob: OpenBlob, digest: str) -> BinaryIO:
    try:
        return open_blob(digest)
    except (OSError, KeyError) as error:
        raise faults.local_blob(f"{digest}: {error}") from None


def _read(source: BinaryIO, blob: _Blob, offset: int, size: int) -> bytes:
    """Exactly `size` bytes from `offset`; AppError `sync.local_blob` when they are not there."""
    try:
        if source.seekable():
            source.seek(offset)
        elif source.tell() > offset:
            raise OSError("can't go back in this file")
        else:
            _skip(source, offset - source.tell())
        data = source.read(size)
        longer = offset + size == blob.size and source.read(1)
    except AppError:
        raise
    except (OSError, ValueError) as error:
        raise faults.local_blob(f"{blob.sha256}: {error}") from None
    if len(data) != size or longer:
        raise faults.local_blob(f"{blob.sha256}: not {blob.size} bytes long")
    return data


def _skip(source: BinaryIO, count: int) -> None:
    while count > 0 and (block := source.read(min(count, _SKIP))):
        count -= len(block)


def _digest(source: BinaryIO) -> str:
    source.seek(0)
    running = hashlib.sha256()
    while block := source.read(_SKIP):
        running.update(block)
    return running.hexdigest()
