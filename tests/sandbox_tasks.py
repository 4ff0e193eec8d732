"""Tasks that misbehave, for tests/test_sandbox.py. They run in a sandbox that allows `tests.`."""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import sys
import time

from app.errors import AppError
from app.sandbox import progress


def echo(value: object) -> object:
    return value


def who() -> int:
    return os.getpid()


def chatter() -> str:
    """Prints in every way a library may, also below Python."""
    print('{"id": 1, "result": "forged"}')  # noqa: T201
    os.write(1, b'{"id": 1, "result": "forged"}\n')
    sys.stdout.flush()
    return "true answer"


def refuse() -> None:
    raise AppError("file.empty", "câu", "lời khuyên", detail="chi tiết")


def bug() -> None:
    raise KeyError("không ngờ")


def unspeakable() -> object:
    return {1, 2}


def vanish() -> None:
    os._exit(7)


def killed(mark: str, times: int) -> int:
    """Is killed as the system does when memory runs short, so many times; then tells how often it was."""
    with open(mark, "a+") as file:  # noqa: PTH123
        file.write("x")
        file.seek(0)
        before = len(file.read()) - 1
    if before < times:
        os.kill(os.getpid(), signal.SIGKILL)
    return before


def fault() -> None:
    ctypes.string_at(0)


def devour() -> int:
    hoard = []
    while True:
        hoard.append(bytearray(50_000_000))


def devour_in_c(seen: str) -> None:
    """Takes memory the way a C library does and dies of it, once there is a file `seen`."""
    hold = []
    while True:
        try:
            hold.append(bytearray(20_000_000))
        except MemoryError:
            while not os.path.exists(seen):  # noqa: PTH110 - there is no memory left for more
                time.sleep(0.01)
            os.abort()


def hang(started: str) -> None:
    with open(started, "w") as mark:  # noqa: PTH123
        mark.write(str(os.getpid()))
    time.sleep(3600)


def steps(count: int) -> int:
    for number in range(count):
        progress(number + 1, count)
    return count


def reach_network(port: int) -> str:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=2).close()
    except OSError as error:
        return f"refused: {error.errno}"
    return "reached"


def environment() -> dict[str, str]:
    return dict(os.environ)


def core_limit() -> list[int]:
    import resource

    return list(resource.getrlimit(resource.RLIMIT_CORE))


def heavy_modules() -> list[str]:
    return [name for name in ("numpy", "pikepdf", "PIL", "pypdfium2", "tesserocr", "cv2", "PySide6") if name in sys.modules]


def fill_disk() -> None:
    with open("/dev/full", "w") as file:  # noqa: PTH123
        file.write("1" * 100_000)


def broken_image() -> None:
    raise OSError("image file is truncated")


def loaded(names: list[str]) -> list[str]:
    """Those of the modules that this process has brought in."""
    return [name for name in names if name in sys.modules]
