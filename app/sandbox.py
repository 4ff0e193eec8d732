"""Foreign bytes are opened in a child process: it has little memory, little time, no network, and may die.

    with Sandbox() as sandbox:
        info = sandbox.call("app.capture.tasks:inspect", path=path)

A task is a plain function in a module `app.….tasks`; its parameters and its result travel as JSON, large things as file paths.
The child lives on between calls and is started again when it died. One sandbox serves one call at a time; `SandboxPool` lends
several to threads.

Limits on Linux: address space, no core dumps, no network (user and network namespace, where the system allows it), it dies
with its parent, and runs niced. macOS has what POSIX has of these. Windows has the separate process, the time limit, the low
priority and the end with the parent, but no memory limit (that takes a Job object).
"""

from __future__ import annotations

import itertools
import json
import os
import queue
import re
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from app.errors import AppError, Cancelled
from app.i18n import _, language
from app.jobs import Job
from app.sandbox_limits import clean_environment, popen_options

POLL = 0.05  # seconds between looks at "stop" and at the clock while a task runs
LONGEST_ANSWER = 64 * 1024 * 1024  # bytes; what the child says is foreign too
START_TIMEOUT = 60.0  # an old office computer with a cold disk and a virus scanner
KILLED = (-9, -15)  # SIGKILL, SIGTERM as `Popen` tells them
ROOT = Path(__file__).resolve().parent.parent

_reporter: Callable[[int, int], None] | None = None


def progress(done: int, total: int) -> None:
    """For tasks: tells the caller's job how far the work is; outside a sandbox it does nothing."""
    if _reporter is not None:
        _reporter(done, total)


def set_reporter(reporter: Callable[[int, int], None] | None) -> None:
    """For the worker process: where `progress` goes."""
    global _reporter
    _reporter = reporter


def permitted(task: str, allow: Sequence[str] = ()) -> bool:
    """Whether `module:function` may be run: modules `app.….tasks` and whatever `allow` names by prefix (tests)."""
    module, colon, function = task.partition(":")
    if not colon or not function.isidentifier() or function.startswith("_"):
        return False
    inside = re.fullmatch(r"app(\.[a-z_]+)+\.tasks|app\.tasks", module) is not None
    return inside or any(module.startswith(prefix) for prefix in allow)


class Sandbox:
    """One child process for foreign files.

    `memory_mb` caps its address space, `timeout` is how many seconds may pass without a result or a progress report.
    `network_isolated` tells, once it runs, whether the child was really cut off from the network (None before).
    """

    def __init__(self, memory_mb: int = 1500, timeout: float = 120, nice: int = 5, *, allow: Sequence[str] = ()) -> None:
        self.memory_mb = memory_mb
        self.timeout = timeout
        self.nice = nice
        self.allow = tuple(allow)
        self.network_isolated: bool | None = None
        self._child: _Child | None = None
        self._killed = False
        self._ids = itertools.count(1)
        self._lock = threading.Lock()

    def call(self, task: str, *, timeout: float | None = None, job: Job | None = None, **params: Any) -> Any:
        """Runs `task` ("app.capture.tasks:inspect") in the child and returns its result.

        Raises what the task raised as AppError; `sandbox.memory`, `sandbox.timeout`, `sandbox.crashed` when the child did not
        survive or failed unexpectedly; Cancelled, with the child killed at once, when `job` is asked to stop.
        A child that somebody else killed (the system when memory ran short, a virus scanner) is no fault of the file: it is given
        a second one.
        """
        if not permitted(task, self.allow):
            raise ValueError(f"not a task: {task}")
        request = {"task": task, "params": params, "language": language()}
        with self._lock:
            try:
                return self._asked(request, timeout or self.timeout, job)
            except AppError:
                if not self._killed:
                    raise
            return self._asked(request, timeout or self.timeout, job)

    @property
    def pid(self) -> int | None:
        """The child's process id while it runs."""
        child = self._child
        return child.process.pid if child and child.alive else None

    def close(self) -> None:
        """Ends the child. The sandbox may be used again; it then starts a new one."""
        with self._lock:
            self._drop()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    # --- the child ---
    def _asked(self, request: dict[str, Any], timeout: float, job: Job | None) -> Any:
        self._killed = False
        if job is not None:
            job.check()
        child = self._ready(job)
        number = next(self._ids)
        try:
            child.send({"id": number, **request})
            return self._answer(child, number, timeout, job)
        except BaseException:
            self._killed = child.killed
            if not child.idle:
                self._drop()
            raise

    def _ready(self, job: Job | None) -> _Child:
        if self._child is not None and self._child.alive:
            return self._child
        self._drop()
        self._child = child = _Child(self.memory_mb, self.nice, self.allow)
        try:
            hello = self._wait(child, START_TIMEOUT, job, lambda message: "ready" in message)
        except BaseException:
            self._drop()
            raise
        self.network_isolated = bool(hello["network_isolated"])
        child.idle = True
        return child

    def _answer(self, child: _Child, number: int, timeout: float, job: Job | None) -> Any:
        child.idle = False
        answer = self._wait(child, timeout, job, lambda message: message.get("id") == number and "done" not in message)
        child.idle = True
        if "result" in answer:
            return answer["result"]
        raise _failure(answer)

    def _wait(self, child: _Child, timeout: float, job: Job | None, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        deadline = time.monotonic() + timeout
        while True:
            if job is not None and job.stopping:
                raise Cancelled
            if time.monotonic() > deadline:
                raise _timed_out(timeout)
            try:
                message = child.answers.get(timeout=POLL)
            except queue.Empty:
                child.watch_memory()
                continue
            if message is None:
                raise child.obituary()
            if wanted(message):
                return message
            if "done" in message:
                deadline = time.monotonic() + timeout
                if job is not None:
                    job.progress(message["done"], message["total"])

    def _drop(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            child.end()


class _Child:
    """The process with its two reading threads.

    The thread that reads the answers also starts the process: Linux sends the parent-death signal when the *thread* that forked
    ends, and this one lives exactly as long as the child talks.
    """

    def __init__(self, memory_mb: int, nice: int, allow: tuple[str, ...]) -> None:
        self.memory_mb = memory_mb
        self.idle = False
        self.answers: queue.Queue[dict[str, Any] | None] = queue.Queue()
        self._errors: deque[str] = deque(maxlen=60)
        self._peak_kb = 0
        self._started = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._failed: OSError | None = None
        self._command = [sys.executable, "-m", "app.sandbox_worker", str(memory_mb), str(nice), str(os.getpid()), *allow]
        self._reader = threading.Thread(target=self._run, name="sandbox-answers", daemon=True)
        self._reader.start()
        self._started.wait()
        if self._failed is not None:
            raise _crashed(str(self._failed))

    @property
    def process(self) -> subprocess.Popen[bytes]:
        assert self._process is not None  # noqa: S101 - set before the constructor returns
        return self._process

    @property
    def alive(self) -> bool:
        return self.process.poll() is None

    @property
    def killed(self) -> bool:
        """By somebody else: what a file does to it ends with other signals."""
        return self.process.poll() in KILLED

    def send(self, message: dict[str, Any]) -> None:
        line = json.dumps(message, default=_plain).encode() + b"\n"  # in ASCII: file names may hold lone surrogates
        assert self.process.stdin is not None  # noqa: S101 - a pipe was asked for
        try:
            self.process.stdin.write(line)
            self.process.stdin.flush()
        except OSError as error:
            self.idle = False
            raise self.obituary() from error

    def watch_memory(self) -> None:
        """Remembers the largest address space seen, to tell a memory death from any other."""
        try:
            status = Path(f"/proc/{self.process.pid}/status").read_text()
        except OSError:
            return
        found = re.search(r"VmPeak:\s+(\d+) kB", status)
        if found:
            self._peak_kb = max(self._peak_kb, int(found[1]))

    def obituary(self) -> AppError:
        """Why the child died, in words."""
        status = self.process.wait()
        said = "".join(self._errors)
        full = self._peak_kb > 0.85 * self.memory_mb * 1024
        if full or "bad_alloc" in said or "MemoryError" in said or "out of memory" in said.lower():
            return _out_of_memory(said)
        return _crashed(f"exit {status}\n{said}")

    def end(self) -> None:
        process = self.process
        if process.poll() is None:
            process.kill()
        process.wait()
        if process.stdin is not None:
            with suppress(OSError):  # unsent bytes of a dead child
                process.stdin.close()
        self._reader.join()

    def _run(self) -> None:
        try:
            self._process = process = subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=clean_environment(ROOT),
                **popen_options(),
            )
        except OSError as error:
            self._failed = error
            return
        finally:
            self._started.set()
        assert process.stdout is not None  # noqa: S101 - pipes were asked for
        assert process.stderr is not None  # noqa: S101
        complaints = threading.Thread(target=self._listen, args=(process.stderr,), name="sandbox-errors", daemon=True)
        complaints.start()
        with process.stdout as lines:
            while line := lines.readline(LONGEST_ANSWER):
                with suppress(ValueError):
                    message = json.loads(line)
                    if isinstance(message, dict):
                        self.answers.put(message)
        complaints.join()
        self.answers.put(None)

    def _listen(self, stream: Any) -> None:
        with stream:
            while chunk := stream.read1(2000):
                self._errors.append(chunk.decode("utf-8", "replace"))


class SandboxPool:
    """Lends up to `size` sandboxes to threads, starting them when first needed; asking for more waits for one to come back."""

    def __init__(self, size: int = 2, memory_mb: int = 1500, timeout: float = 120, nice: int = 5, **options: Any) -> None:
        self._all = [Sandbox(memory_mb, timeout, nice, **options) for _number in range(max(1, size))]
        self._free: queue.LifoQueue[Sandbox] = queue.LifoQueue()  # the warm one first
        for sandbox in reversed(self._all):
            self._free.put(sandbox)

    @property
    def size(self) -> int:
        return len(self._all)

    @contextmanager
    def sandbox(self) -> Iterator[Sandbox]:
        one = self._free.get()
        try:
            yield one
        finally:
            self._free.put(one)

    def call(self, task: str, *, timeout: float | None = None, job: Job | None = None, **params: Any) -> Any:
        """`Sandbox.call` on whichever is free."""
        with self.sandbox() as one:
            return one.call(task, timeout=timeout, job=job, **params)

    def close(self) -> None:
        for one in self._all:
            one.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


def _plain(value: Any) -> Any:
    if isinstance(value, Path):
        return str(value.absolute())
    raise TypeError(f"a task can't be given {type(value).__name__}")


def _failure(answer: dict[str, Any]) -> AppError:
    error = answer["error"]
    if error["code"] == "sandbox.memory":
        return _out_of_memory(error["detail"])
    if error["code"] == "sandbox.crashed":
        return _crashed(error["detail"])
    return AppError(error["code"], error["message"], error["advice"], detail=error["detail"])


def _out_of_memory(detail: str) -> AppError:
    return AppError(
        "sandbox.memory",
        _("This file needs more memory than a file may take, so it was not opened further."),
        _("It may be damaged or made to do harm. Ask the sender for a clean copy, or scan the paper again."),
        detail=detail,
    )


def _timed_out(timeout: float) -> AppError:
    return AppError(
        "sandbox.timeout",
        _("Reading this file took longer than {seconds} seconds, so it was stopped.").format(seconds=round(timeout)),
        _("Try again when the computer is less busy; if it happens again, the file is probably damaged."),
    )


def _crashed(detail: str) -> AppError:
    return AppError(
        "sandbox.crashed",
        _("The part of the program that reads files stopped unexpectedly at this file."),
        _("Your other work is safe. The file is probably damaged: ask for another copy, or scan the paper again."),
        detail=detail,
    )
