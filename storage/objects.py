"""Files of the archive by the SHA-256 of their content: immutable, encrypted, written whole or not at all.

Layout: `objects/ab/cd/<sha256>`. File format: 8 bytes magic `VKOBJ001`, 32 bytes salt, 8 bytes length of the plain bytes, then
chunks of 64 KiB, each AES-256-GCM with its 16-byte tag. The file key is HKDF(objects key, salt); the nonce of a chunk is
7 zero bytes ‖ 4 bytes counter ‖ 1 byte "last" (the STREAM construction of Hoang et al. 2015), so that cutting, swapping or
repeating chunks is noticed. Reading is seekable: one chunk at a time.
"""

from __future__ import annotations

import errno
import hashlib
import io
import os
import shutil
import struct
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO, BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from storage.disk import as_its_folder, fsync_folder, make_folder, settle
from storage.errors import StorageError

MAGIC = b"VKOBJ001"
CHUNK = 64 * 1024
TAG = 16
HEAD = struct.Struct(">8s32sQ")
KEEP_FREE = 64 * 1024 * 1024  # the database needs room to commit: stop before the last bytes are gone


class Objects:
    """The content-addressed store of one archive. Threads may use it together."""

    def __init__(self, folder: Path, key: bytes) -> None:
        self._folder = folder
        self._key = key
        if not folder.is_dir():
            make_folder(folder)

    def path(self, sha256: str) -> Path:
        return self._folder / sha256[:2] / sha256[2:4] / sha256

    def has(self, sha256: str) -> bool:
        return self.path(sha256).exists()

    def put_file(self, source: Path) -> tuple[str, int]:
        """Stores a file; returns (SHA-256, size). The same bytes are stored once. Raises StorageError `disk.full`."""
        with source.open("rb") as file:
            return self.put(file, source.stat().st_size)

    def put_bytes(self, data: bytes) -> tuple[str, int]:
        return self.put(io.BytesIO(data), len(data))

    def put(self, source: IO[bytes], expected: int) -> tuple[str, int]:
        """Streams `source` in. `expected` bytes are asked of the disk before the first is written."""
        self._room(expected)
        part = self._folder / f".{os.urandom(8).hex()}.part"
        try:
            sha256, size = self._write(part, source)
            final = self.path(sha256)
            if final.exists():
                part.unlink()
            else:
                self._shelf(final.parent)
                settle(part, final)
            return sha256, size
        except OSError as error:
            part.unlink(missing_ok=True)
            if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
                raise StorageError("disk.full", str(error)) from error
            raise
        except BaseException:
            part.unlink(missing_ok=True)
            raise

    def _shelf(self, folder: Path) -> None:
        """Makes the two folders above an object, durably: a name that a pulled plug forgets would lose the file in it."""
        for level in (folder.parent, folder):
            if not level.exists():
                with suppress(FileExistsError):  # another thread was faster
                    make_folder(level)
                fsync_folder(level.parent)

    def _room(self, needed: int) -> None:
        if shutil.disk_usage(self._folder).free < needed + KEEP_FREE:
            raise StorageError("disk.full", f"{needed} bytes wanted")

    def _write(self, part: Path, source: IO[bytes]) -> tuple[str, int]:
        salt = os.urandom(32)
        cipher = self._cipher(salt)
        digest, size, counter = hashlib.sha256(), 0, 0
        with open(part, "wb", opener=as_its_folder) as file:
            file.write(HEAD.pack(MAGIC, salt, 0))
            chunk = source.read(CHUNK)
            while True:
                following = source.read(CHUNK) if len(chunk) == CHUNK else b""
                digest.update(chunk)
                size += len(chunk)
                file.write(cipher.encrypt(_nonce(counter, not following), chunk, None))
                if not following:
                    break
                chunk, counter = following, counter + 1
            file.seek(0)
            file.write(HEAD.pack(MAGIC, salt, size))
            file.flush()
            os.fsync(file.fileno())
        return digest.hexdigest(), size

    def open(self, sha256: str) -> BinaryIO:
        """A seekable reader of the plain bytes. Raises StorageError `object.missing` or `object.damaged`."""
        try:
            file = self.path(sha256).open("rb")
        except FileNotFoundError:
            raise StorageError("object.missing", sha256) from None
        try:
            head = file.read(HEAD.size)
            magic, salt, size = HEAD.unpack(head)
            if magic != MAGIC:
                raise StorageError("object.damaged", sha256)
            return io.BufferedReader(_Reader(file, self._cipher(salt), size, sha256), CHUNK)
        except struct.error:
            file.close()
            raise StorageError("object.damaged", sha256) from None
        except BaseException:
            file.close()
            raise

    def read(self, sha256: str) -> bytes:
        with self.open(sha256) as file:
            return file.read()

    def copy_out(self, sha256: str, target: Path) -> None:
        """Writes the plain bytes to a file, checking the digest on the way. Raises StorageError `object.damaged`."""
        digest = hashlib.sha256()
        with self.open(sha256) as source, target.open("wb") as file:
            while block := source.read(1 << 20):
                digest.update(block)
                file.write(block)
        if digest.hexdigest() != sha256:
            raise StorageError("object.damaged", sha256)

    def verify(self, sha256: str) -> bool:
        """True where the stored bytes still have this digest."""
        digest = hashlib.sha256()
        try:
            with self.open(sha256) as source:
                while block := source.read(1 << 20):
                    digest.update(block)
        except (StorageError, OSError):
            return False
        return digest.hexdigest() == sha256

    def sweep(self) -> int:
        """Removes parts that a killed program left; returns how many. Call only while the archive is locked by us."""
        left = list(self._folder.glob(".*.part"))
        for part in left:
            part.unlink(missing_ok=True)
        return len(left)

    def all(self) -> Iterator[str]:
        """Every stored digest."""
        for path in self._folder.glob("??/??/*"):
            yield path.name

    def _cipher(self, salt: bytes) -> AESGCM:
        return AESGCM(HKDF(hashes.SHA256(), 32, salt, b"vankho object").derive(self._key))


def _nonce(counter: int, last: bool) -> bytes:
    return bytes(7) + counter.to_bytes(4, "big") + (b"\x01" if last else b"\x00")


class _Reader(io.RawIOBase):
    """Decrypts one chunk at a time."""

    def __init__(self, file: IO[bytes], cipher: AESGCM, size: int, name: str) -> None:
        self._file, self._cipher, self._size, self._name = file, cipher, size, name
        self._position = 0
        self._loaded: tuple[int, bytes] = (-1, b"")

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._size}[whence]
        self._position = max(0, base + offset)
        return self._position

    def tell(self) -> int:
        return self._position

    def readinto(self, buffer: memoryview | bytearray) -> int:  # type: ignore[override]
        if self._position >= self._size:
            return self._check_empty()
        index, inside = divmod(self._position, CHUNK)
        chunk = self._chunk(index)
        piece = chunk[inside : inside + len(buffer)]
        buffer[: len(piece)] = piece
        self._position += len(piece)
        return len(piece)

    def _check_empty(self) -> int:
        if self._size == 0:
            self._chunk(0)  # an emptied file must still authenticate
        return 0

    def _chunk(self, index: int) -> bytes:
        if self._loaded[0] == index:
            return self._loaded[1]
        last = index == max(0, (self._size - 1) // CHUNK)
        self._file.seek(HEAD.size + index * (CHUNK + TAG))
        sealed = self._file.read(CHUNK + TAG)
        try:
            plain = self._cipher.decrypt(_nonce(index, last), sealed, None)
        except (InvalidTag, ValueError) as error:
            raise StorageError("object.damaged", self._name) from error
        self._loaded = (index, plain)
        return plain

    def close(self) -> None:
        self._file.close()
        super().close()
