"""The digests of a package's files: each file is read once, the large ones on a second thread while the descriptions are judged."""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Iterable
from types import TracebackType

from app.jobs import Job
from app.package.checks.formats import family_of
from app.package.checks.reading import Reference
from app.package.tree import BROKEN, Tree

CHUNK = 1 << 20
SMALL = 4 << 20  # bytes of a file that is read in one piece
HEAD = 1024  # bytes: enough to tell the common formats apart
# METS' name → hashlib's, or zlib's function for the two check sums
ALGORITHMS = {"SHA-256": "sha256", "SHA-512": "sha512", "SHA-384": "sha384", "SHA-1": "sha1", "MD5": "md5"}
LENGTHS = {"sha256": 64, "sha512": 128, "sha384": 96, "sha1": 40, "md5": 32}
_HEX = {name: re.compile(rf"[0-9A-Fa-f]{{{length}}}") for name, length in LENGTHS.items()}

Key = tuple[str, str]  # path, algorithm


def plausible(told: str, algorithm: str) -> bool:
    """Whether `told` can be a digest of this kind at all."""
    return _HEX[algorithm].fullmatch(told) is not None


class Digests:
    """What the files turned out to be, whoever names them. Used as a context: its thread ends with it."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._known: dict[Key, str] = {}
        self._families: dict[str, str] = {}
        self._todo: dict[Key, None] = {}
        self._busy = threading.Lock()  # held by the thread while it reads a file
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Digests:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._stop.set()
        if self._thread is not None:
            self._thread.join()

    def family(self, path: str) -> str | None:
        """What a file that was read begins like, e.g. "pdf", empty for what is not known; None when it was not read or is empty."""
        return self._families.get(path)

    def note(self, path: str, content: bytes) -> None:
        """The whole of a file that somebody had to read anyway."""
        self._known[path, "sha256"] = hashlib.sha256(content).hexdigest()
        self._look(path, content)

    def ahead(self, references: Iterable[Reference]) -> None:
        """Begins to read the files that METS gives digests of, but no metadata: those are parsed, and noted then."""
        if not self._tree.parallel:
            return
        for reference in references:
            told = reference.checksum.strip()
            algorithm = ALGORITHMS.get((reference.checksum_type or "SHA-256").strip())
            path = reference.path
            if path is None or path not in self._tree.sizes or reference.section != "fileSec":
                continue
            if algorithm and plausible(told, algorithm):
                self._todo[path, algorithm] = None
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=self._run, name="package-check", daemon=True)
            self._thread.start()

    def of(self, path: str, algorithm: str, job: Job) -> str:
        """The digest (hex). Raises the errors of BROKEN."""
        key = (path, algorithm)
        found = self._known.get(key)
        if found is None and self._todo.pop(key, self) is self:
            with self._busy:  # the thread has it, or had it and failed
                found = self._known.get(key)
        return found or self._read(key, job)

    def _look(self, path: str, beginning: bytes | memoryview) -> None:
        """Only what the first bytes tell is kept: those of thousands of files would fill the memory."""
        if path not in self._families and len(beginning):
            self._families[path] = family_of(bytes(beginning[:HEAD]))

    def _run(self) -> None:
        while not self._stop.is_set():
            with self._busy:
                try:
                    key = next(iter(self._todo))
                    del self._todo[key]
                except (StopIteration, KeyError, RuntimeError):  # all done, or the other side took just this one
                    if not self._todo:
                        return
                    continue
                try:
                    self._read(key, None)
                except BROKEN:
                    continue  # whoever asks reads it again, and tells

    def _read(self, key: Key, job: Job | None) -> str:
        path, algorithm = key
        # MD5 and SHA-1 only compare with what a foreign METS says; nothing is trusted because of them.
        total = hashlib.new(algorithm, usedforsecurity=False)
        whole = self._tree.whole(path, SMALL)
        if whole is not None:
            total.update(whole)
            self._look(path, whole)
        else:
            with self._tree.open(path) as file:
                while chunk := file.read(CHUNK):
                    if job is not None:
                        job.check()
                    elif self._stop.is_set():
                        break
                    total.update(chunk)
                    self._look(path, chunk)
        found = total.hexdigest()
        if not (job is None and self._stop.is_set()):
            self._known[key] = found
        return found
