"""The child process that holds a PKCS#11 module, seen from the program: one request, one answer, a time limit."""

from __future__ import annotations

import contextlib
import io
import json
import logging
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from app.signature.token_errors import token_error
from app.signature.token_pin import no_dumps_meanwhile

log = logging.getLogger(__name__)

ROOT = Path(__file__).resolve().parent.parent.parent
START = "import sys; sys.path.insert(0, sys.argv[1]); from app.signature.{module} import main; main()"
# what drivers and the card service need; nothing else of our surroundings (a PIN may lie there) goes to the child
KEPT = {
    "PATH", "HOME", "USER", "LANG", "TMP", "TEMP", "TMPDIR", "SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "APPDATA",
    "LOCALAPPDATA", "PROGRAMDATA", "PROGRAMFILES", "USERPROFILE", "COMSPEC", "DISPLAY", "DBUS_SESSION_BUS_ADDRESS",
}  # fmt: skip
KEPT_STARTS = ("SOFTHSM", "VANKHO_TOKEN_", "OPENSC", "PCSC", "LC_", "XDG_")


def child_environment() -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if k.upper() in KEPT or k.upper().startswith(KEPT_STARTS)}
    return kept | {"PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1"}


def worker_command(python: str = sys.executable, module: str = "token_worker") -> list[str]:
    """Isolated from the user's Python settings: only our code and its libraries are found.

    `python` is another interpreter for a driver of 32 bits, `module` the helper's own (`cng_worker` for the Windows store).
    """
    return [python, "-I", "-c", START.format(module=module), str(ROOT)]


class TokenProcess:
    """One child. After any error of the driver throw it away: its state is unknown.

    `command` starts the child; it is replaced only by tests. Raises AppError `token.crashed` where the system starts none.
    """

    def __init__(self, command: Sequence[str] | None = None) -> None:
        flags = getattr(subprocess, "CREATE_NO_WINDOW", 0)  # on Windows
        try:
            self._child = subprocess.Popen(
                list(command or worker_command()),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                bufsize=0,  # a PIN must not lie in a buffer that nobody overwrites
                env=child_environment(),
                cwd=str(ROOT),
                creationflags=flags,
            )
        except OSError as error:  # no memory, no process left: as passing as a crash
            raise token_error("token.crashed", detail=str(error)) from None
        self._why = "token.crashed"  # what whoever asks after the end is told
        self._answers: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._reader = threading.Thread(target=self._read, name="token-answers", daemon=True)
        self._reader.start()
        self._lock = threading.Lock()

    def _read(self) -> None:
        assert self._child.stdout is not None  # noqa: S101 - a pipe was asked for
        with contextlib.suppress(OSError, ValueError):  # closed while it was read
            for line in io.BufferedReader(self._child.stdout):  # type: ignore[type-var]
                self._answers.put(line)
        self._answers.put(b"")

    @property
    def alive(self) -> bool:
        return self._child.poll() is None

    def ask(self, request: dict[str, Any], timeout: float, pin: bytearray | None = None) -> dict[str, Any]:
        """The `ok` part of the answer; AppError otherwise. `timeout` in seconds; a child that exceeds it is killed.

        The `pin` goes over the pipe as it lies in the buffer, without passing through a string; the caller overwrites it.
        """
        if pin is not None:
            request = request | {"pin_size": len(pin)}
        with self._lock:
            try:
                self._write(json.dumps(request).encode() + b"\n")
                if pin is not None:
                    with no_dumps_meanwhile():
                        self._write(pin)
                answer = self._answers.get(timeout=timeout)
                if not answer:  # nothing comes any more: whoever asks next, from another thread, must not wait for it
                    self._answers.put(b"")
            except queue.Empty:
                self._why = "token.timeout"
                self.kill()
                raise token_error(self._why) from None
            except (OSError, ValueError) as error:
                self.kill()
                raise token_error(self._why, detail=type(error).__name__) from None
        return self._unpack(answer)

    def _write(self, data: bytes | bytearray) -> None:
        assert self._child.stdin is not None  # noqa: S101 - a pipe was asked for
        with memoryview(data) as rest:
            at = 0
            while at < len(rest):
                at += self._child.stdin.write(rest[at:]) or 0

    def _unpack(self, answer: bytes) -> dict[str, Any]:
        try:
            said = json.loads(answer)
            result: dict[str, Any] | None = said.get("ok")
        except (ValueError, AttributeError):
            self.kill()
            raise token_error(self._why, detail=f"exit {self._child.returncode}") from None
        if result is None:
            raise token_error(str(said.get("error")), detail=str(said.get("detail", "")), flags=said.get("flags"))
        return result

    def close(self, timeout: float = 5) -> None:
        """Logs out and ends the child; kills it when it does not go."""
        with contextlib.suppress(OSError, ValueError):
            assert self._child.stdin is not None  # noqa: S101 - a pipe was asked for
            self._child.stdin.close()  # the worker closes its session at the end of the pipe
        try:
            self._child.wait(timeout)
        except subprocess.TimeoutExpired:
            log.warning("the token's driver did not end and was killed")
        self.kill()

    def kill(self) -> None:
        if self.alive:
            self._child.kill()
        self._child.wait()
        self._reader.join(5)
        for pipe in (self._child.stdin, self._child.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
