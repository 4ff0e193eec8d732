"""clamd on loopback: its protocol (zVERSION, zINSTREAM), and one signature, that of the EICAR test file.

The real engine needs a signature database of 200 MB that is fetched from the Internet.
"""

from __future__ import annotations

import socketserver
import struct
import threading
from types import TracebackType

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
VERSION = b"ClamAV 1.4.3/27800/Thu Nov 26 08:00:00 2026"


class _Talk(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        command = b""
        while not command.endswith(b"\0"):
            command += self.rfile.read(1)
        if command == b"zVERSION\0":
            self.wfile.write(VERSION + b"\0")
        elif command == b"zINSTREAM\0":
            content = b""
            while size := struct.unpack("!L", self.rfile.read(4))[0]:
                content += self.rfile.read(size)
            self.wfile.write(b"stream: Win.Test.EICAR_HDB-1 FOUND\0" if EICAR in content else b"stream: OK\0")
        else:
            self.wfile.write(b"UNKNOWN COMMAND\0")


class FakeClamd:
    """Used as a context; `address` is host:port."""

    def __enter__(self) -> FakeClamd:
        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Talk)
        self._server.daemon_threads = True
        self.address = f"127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
