"""The virus check: ClamAV's daemon by its own protocol (clamd(8), INSTREAM), or Windows Defender's command."""

from __future__ import annotations

import os
import socket
import struct
import subprocess
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

from app.errors import AppError
from app.i18n import _

CHUNK = 1 << 18
TIMEOUT = 120.0  # seconds without an answer
BROKEN_OFF = "INSTREAM size limit exceeded. ERROR"  # clamd's own words for a stream above StreamMaxLength
SOCKETS = ("/var/run/clamav/clamd.ctl", "/run/clamav/clamd.ctl", "/var/run/clamd.scan/clamd.sock", "/run/clamd.socket")
DEFENDER = Path(r"C:\Program Files\Windows Defender\MpCmdRun.exe")
INFECTED = 2  # exit code of MpCmdRun where a threat was found


@dataclass(slots=True, frozen=True)
class Finding:
    """What was found in one file; empty where it is clean."""

    name: str
    virus: str


class Scanner(Protocol):
    @property
    def words(self) -> str:
        """The engine with its version and the date of its signatures, as PREMIS keeps it."""
        ...

    def scan(self, file: BinaryIO) -> str:
        """The name of the virus in the file, "" for a clean one. Raises AppError `virus.unavailable`, `virus.too_large`."""
        ...


class Clamd:
    """A clamd at a Unix socket ("/run/…") or at host:port."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._words = ""

    @property
    def words(self) -> str:
        if not self._words:
            self._words = self._ask(b"zVERSION\0").strip()
        return self._words

    def scan(self, file: BinaryIO) -> str:
        answer = self._ask(b"zINSTREAM\0", iter(lambda: file.read(CHUNK), b"")).strip()
        if answer.endswith("OK"):
            return ""
        if answer.endswith("FOUND"):
            return answer.partition(":")[2].strip().removesuffix("FOUND").strip() or "?"
        if answer.endswith(BROKEN_OFF):
            raise AppError(
                "virus.too_large",
                _("A file is larger than the virus scanner takes, so it could not be checked."),
                _("Let whoever looks after the scanner raise StreamMaxLength in clamd.conf, then try again."),
                detail=answer[:200],
            )
        raise _unavailable(answer)

    def _ask(self, command: bytes, chunks: Iterable[bytes] | None = None) -> str:
        try:
            with self._connect() as line:
                line.sendall(command)
                if chunks is not None and not _sent(line, chunks):
                    return BROKEN_OFF
                return _all(line).rstrip(b"\0\n").decode("utf-8", "replace")
        except OSError as error:
            raise _unavailable(str(error)) from error

    def _connect(self) -> socket.socket:
        host, colon, port = self._address.rpartition(":")
        if colon and port.isdigit():
            return socket.create_connection((host, int(port)), TIMEOUT)
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        line.settimeout(TIMEOUT)
        try:
            line.connect(self._address)
        except BaseException:
            line.close()
            raise
        return line


class Defender:
    """Windows Defender's command line; each file is laid down for it for a moment."""

    def __init__(self, command: Path = DEFENDER) -> None:
        self._command = command

    @property
    def words(self) -> str:
        return "Windows Defender"

    def scan(self, file: BinaryIO) -> str:
        with tempfile.TemporaryDirectory() as folder:
            place = Path(folder) / "file"
            with place.open("wb") as target:
                while chunk := file.read(CHUNK):
                    target.write(chunk)
            command = [str(self._command), "-Scan", "-ScanType", "3", "-File", str(place), "-DisableRemediation"]
            try:
                done = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT, check=False)
            except (OSError, subprocess.TimeoutExpired) as error:
                raise _unavailable(str(error)) from error
            if done.returncode not in (0, INFECTED):
                raise _unavailable(done.stdout[-200:])
            told = [row.partition(":")[2].strip() for row in done.stdout.splitlines() if row.strip().startswith("Threat ")]
            return "" if done.returncode == 0 else (told[0] if told else "?")


def scanner(address: str = "") -> Scanner | None:
    """The scanner at `address` (clamd's socket or host:port), else the one this PC has; None for none."""
    if address:
        return Clamd(address)
    if os.name == "nt":
        return Defender() if DEFENDER.exists() else None
    return next((Clamd(path) for path in SOCKETS if Path(path).exists()), None)


def required(address: str = "") -> Scanner:
    """As `scanner`. Raises AppError `virus.none` where there is none."""
    found = scanner(address)
    if found is None:
        raise AppError(
            "virus.none",
            _("There is no virus scanner on this PC, so nothing could be checked."),
            _("Install ClamAV with its service clamd, or give the address of one; or go on without the virus check."),
        )
    return found


def _sent(line: socket.socket, chunks: Iterable[bytes]) -> bool:
    """Whether clamd took the whole stream. It closes the line on one that is too long, and its words may be lost with the line."""
    try:
        for chunk in chunks:
            line.sendall(struct.pack("!L", len(chunk)) + chunk)
        line.sendall(struct.pack("!L", 0))
    except (BrokenPipeError, ConnectionResetError):
        return False
    return True


def _all(line: socket.socket) -> bytes:
    found = bytearray()
    while part := line.recv(4096):
        found += part
        if part.endswith(b"\0"):
            break
    return bytes(found)


def _unavailable(detail: str) -> AppError:
    return AppError(
        "virus.unavailable",
        _("The virus scanner gave no answer."),
        _("Check that it is running, then try again."),
        detail=detail[:200],
    )
