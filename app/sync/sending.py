"""Bringing one blob over: whole when small, in parts when large, going on where a broken line left it.

Nothing is noted at the desk: the server is asked how far it got, so there is no second truth to go wrong.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import BinaryIO

from app.sync import faults
from app.sync.faults import LineError
from app.sync.line import Answer, Line, Stream
from app.sync.patience import Patience
from app.sync.protocol import BYTES, PART, PART_SIZE, SMALL_PART_SIZE
from app.sync.strict import content_digest, sha256

_GOOD_PARTS = 8  # in a row before parts grow again
_SKIP = 1024 * 1024
_SPOILED = 20  # parts that arrived changed: a line that does so goes on doing so

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
        with Source(self.open_blob, digest, size) as source:
            blob = _Blob(digest, size, begun, source)
            self.patience.insist(lambda: self._attempt(blob), self._broke)
        self.moved(digest, size)

    def _attempt(self, blob: _Blob) -> None:
        if blob.size <= self.pace.part and not blob.begun:
            self._whole(blob)
        else:
            self._in_parts(blob)

    def _broke(self, _error: LineError) -> None:
        self.pace.broke()

    def _whole(self, blob: _Blob) -> None:
        body = self._body(blob, 0, blob.source.read(0, blob.size))
        answer = self.line.ask("PUT", f"/v1/blobs/{blob.sha256}", body, {"Content-Type": BYTES}, (200, 201, 422))
        if answer.status == 422:
            self._find_fault(blob, answer)
            raise faults.offline(f"{blob.sha256}: the line changes what is sent")
        self.pace.good()

    def _in_parts(self, blob: _Blob) -> None:
        offset = self._begin(blob)
        while offset is not None:
            self.moved(blob.sha256, offset)
            self.check()
            # A server killed after the last byte and before it made them a blob has them all and is not done: an empty last
            # part lets it finish.
            data = blob.source.read(offset, max(0, min(self.pace.part, blob.size - offset)))
            answer = self._part(blob, offset, data)
            if answer.status == 422:
                self._find_fault(blob, answer)
                offset = self._begin(blob)
            else:
                before, offset = offset, _goes_on_at(answer)
                if offset == before:
                    raise faults.busy(f"{blob.sha256}: the upload does not get on", None)
            if answer.status == 204:
                self.pace.good()
                self.patience.moved()

    def _begin(self, blob: _Blob) -> int | None:
        """Where to go on; None when the server has made a blob of it."""
        path = f"/v1/uploads/{blob.sha256}"
        answer = self.line.ask("HEAD", path, expect=(200, 404)) if blob.begun else None
        if answer is None or answer.status == 404:
            answer = self.line.ask("PUT", path, b"", {"Upload-Length": str(blob.size)}, (200, 201))
            blob.begun = True
        return _goes_on_at(answer)

    def _part(self, blob: _Blob, offset: int, data: bytes) -> Answer:
        headers = {
            "Content-Digest": content_digest(sha256(data)),
            "Content-Type": PART,
            "Upload-Complete": "?1" if offset + len(data) == blob.size else "?0",
            "Upload-Offset": str(offset),
        }
        body = self._body(blob, offset, data)
        return self.line.ask("PATCH", f"/v1/uploads/{blob.sha256}", body, headers, (204, 409, 422))

    def _find_fault(self, blob: _Blob, answer: Answer) -> None:
        """The server got something else than this blob: raises when the fault is here, or the line is hopeless."""
        code = answer.problem.code
        if code == "digest" and blob.source.digest() != blob.sha256:
            raise faults.local_blob(f"{blob.sha256}: the bytes have changed")
        if code not in ("digest", "part_broken"):
            raise faults.refused(f"{blob.sha256}: {answer.problem.detail}")
        blob.begun = blob.begun and code != "digest"
        blob.spoiled += 1
        if blob.spoiled > _SPOILED:
            raise faults.refused(f"{blob.sha256}: the line changes what is sent")
        self.pace.broke()

    def _body(self, blob: _Blob, offset: int, data: bytes) -> Stream:
        gone = offset

        def moved(count: int) -> None:
            nonlocal gone
            gone += count
            self.check()
            self.moved(blob.sha256, gone)

        return Stream(data, moved)


def _goes_on_at(answer: Answer) -> int | None:
    """The offset that an answer about an upload tells; None when the upload is complete."""
    return None if answer.headers.get("upload-complete") == "?1" else answer.number("upload-offset")


@dataclass(slots=True)
class _Blob:
    sha256: str
    size: int
    begun: bool
    source: Source
    spoiled: int = 0


class Source:
    """The bytes of a blob at the desk, opened when they are first needed. All that goes wrong is AppError `sync.local_blob`."""

    def __init__(self, open_blob: OpenBlob, digest: str, size: int) -> None:
        self._open_blob = open_blob
        self._digest = digest
        self._size = size
        self._file: BinaryIO | None = None

    def __enter__(self) -> Source:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._close()

    def read(self, offset: int, size: int) -> bytes:
        """Exactly these bytes; going back in a file that can't seek opens it again."""
        try:
            file = self._at(offset)
            data = file.read(size)
            longer = offset + size == self._size and file.read(1)
        except (OSError, ValueError, KeyError) as error:
            raise faults.local_blob(f"{self._digest}: {error}") from None
        if len(data) != size or longer:
            raise faults.local_blob(f"{self._digest}: not {self._size} bytes long")
        return data

    def digest(self) -> str:
        """What the bytes really are."""
        running = hashlib.sha256()
        try:
            file = self._at(0)
            while block := file.read(_SKIP):
                running.update(block)
        except (OSError, ValueError, KeyError) as error:
            raise faults.local_blob(f"{self._digest}: {error}") from None
        return running.hexdigest()

    def _at(self, offset: int) -> BinaryIO:
        if self._file is not None and not self._file.seekable() and self._file.tell() > offset:
            self._close()
        if self._file is None:
            self._file = self._open_blob(self._digest)
        if self._file.seekable():
            self._file.seek(offset)
            return self._file
        left = offset - self._file.tell()
        while left > 0 and (block := self._file.read(min(left, _SKIP))):
            left -= len(block)
        return self._file

    def _close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None
