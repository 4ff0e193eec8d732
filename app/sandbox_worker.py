"""The child of `app.sandbox`: reads one request a line, answers one line, dies with its parent.

Started as `python -m app.sandbox_worker MEMORY_MB NICE PARENT_PID [ALLOWED_PREFIX…]`.
"""

from __future__ import annotations

import importlib
import json
import os
import queue
import sys
import threading
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Any, BinaryIO

from app import sandbox
from app.errors import AppError
from app.i18n import language, set_language
from app.sandbox_limits import apply_limits


def main(arguments: list[str]) -> None:
    memory_mb, nice, parent, *allow = arguments
    requests, answers = _private_pipes()
    isolated = apply_limits(int(memory_mb), int(nice), int(parent))
    sandbox.set_reporter(lambda done, total: _send(answers, {"done": done, "total": total}))
    inbox: queue.Queue[bytes] = queue.Queue()
    threading.Thread(target=_listen, args=(requests, inbox), daemon=True).start()
    _send(answers, {"ready": True, "network_isolated": isolated})
    while True:
        request = json.loads(inbox.get())
        _send(answers, {"id": request["id"], **_run(request, allow)})


def _private_pipes() -> tuple[BinaryIO, BinaryIO]:
    """The protocol's pipes under numbers nobody else knows: what a library prints goes to stderr, not between the answers."""
    requests, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return requests, answers


def _listen(requests: BinaryIO, inbox: queue.Queue[bytes]) -> None:
    """Ends the process at once when the parent closes its side, even in the middle of a task."""
    for line in requests:
        inbox.put(line)
    os._exit(0)


def _send(answers: BinaryIO, message: dict[str, Any]) -> None:
    answers.write(json.dumps(message).encode() + b"\n")
    answers.flush()


def _run(request: dict[str, Any], allow: Sequence[str]) -> dict[str, Any]:
    if request["language"] != language():
        set_language(request["language"])
    task = request["task"]
    try:
        if not sandbox.permitted(task, allow):
            raise ValueError(f"not a task: {task}")
        module, function = task.split(":")
        result = getattr(importlib.import_module(module), function)(**request["params"])
        json.dumps(result)  # a result that can't travel is the task's bug, not the protocol's
        return {"result": result}
    except AppError as error:
        return _error(error.code, error.message, error.advice, error.detail)
    except MemoryError:
        return _error("sandbox.memory", detail=traceback.format_exc(limit=-8))
    except OSError as error:
        if error.errno is None:  # an image library's way of saying "broken"
            return _error("sandbox.crashed", detail=traceback.format_exc(limit=-20))
        from app.troubles import of_os

        known = of_os(error, written=_folders(request["params"]))
        return _error(known.code, known.message, known.advice, known.detail)
    except Exception:  # noqa: BLE001 - whatever foreign bytes provoke belongs to this one file
        return _error("sandbox.crashed", detail=traceback.format_exc(limit=-20))


def _folders(params: dict[str, Any]) -> list[Path]:
    """Where a task may have written: the folders of the files that it was given."""
    paths = [Path(value) for value in params.values() if isinstance(value, str)]
    return list(dict.fromkeys(path.parent for path in paths if path.is_absolute()))


def _error(code: str, message: str = "", advice: str = "", detail: str = "") -> dict[str, Any]:
    return {"error": {"code": code, "message": message, "advice": advice, "detail": detail}}


if __name__ == "__main__":
    main(sys.argv[1:])
