"""A real clamd on loopback with one signature of its own, that of the EICAR test file; the public database is 200 MB."""

from __future__ import annotations

import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from types import TracebackType

from tests.ports import KeptPort

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
VIRUS = "Win.Test.EICAR.UNOFFICIAL"  # clamd's mark for a signature that is not its makers'
LONGEST_START = 120.0  # seconds


class RealClamd:
    """Used as a context; `address` is host:port. Takes streams of up to `most` MiB, as an office sets it in clamd.conf."""

    def __init__(self, most: int = 100) -> None:
        self._most = most

    def __enter__(self) -> RealClamd:
        self._folder = Path(tempfile.mkdtemp())
        database = self._folder / "db"
        database.mkdir(mode=0o755)
        self._folder.chmod(0o755)
        (database / "own.ndb").write_text(f"Win.Test.EICAR:0:*:{EICAR.hex()}\n")
        self._port = KeptPort()
        port = self._port.number
        settings = ["Foreground yes", f"DatabaseDirectory {database}", "TCPAddr 127.0.0.1", f"TCPSocket {port}"]
        settings += [f"StreamMaxLength {self._most}M", "MaxThreads 2"]
        (self._folder / "clamd.conf").write_text("\n".join(settings) + "\n")
        program = shutil.which("clamd") or "/usr/sbin/clamd"  # which an ordinary user's path leaves out
        self._process = subprocess.Popen(
            [program, "-c", str(self._folder / "clamd.conf")], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        self.address = f"127.0.0.1:{port}"
        try:
            self.version = self._wait(port)
        except BaseException:
            self._stop()
            raise
        return self

    def _wait(self, port: int) -> str:
        until = time.monotonic() + LONGEST_START
        while True:
            assert self._process.poll() is None, "clamd ended"
            try:
                with socket.create_connection(("127.0.0.1", port), 5) as line:
                    line.sendall(b"zVERSION\0")
                    return line.recv(200).rstrip(b"\0").decode()
            except OSError:
                assert time.monotonic() < until, "clamd gave no answer"
                time.sleep(0.05)

    def _stop(self) -> None:
        self._process.terminate()
        self._process.wait(30)
        self._port.close()
        shutil.rmtree(self._folder)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._stop()
