"""The process that holds the scanner's driver. JSON lines in and out; what a driver prints goes to stderr.

{"do": "devices"}                         → {"devices": [...]}
{"do": "scan", "profile": {…}, "folder"}  → {"ready": true}
{"do": "next"}                            → {"heard": n}… then {"page": path, …} or {"end": true} or {"error": code, "detail"}
{"do": "cancel"} stops the page under way; end of input ends the process.
"""

from __future__ import annotations

import json
import os
import queue
import threading
import time
from pathlib import Path
from typing import IO, Any

from app.capture.scanner.sane import Frame, Handle, Sane, SaneError

A4_MM = (210.0, 297.0)
QUALITY = 92
HEARD_EVERY = 1.0  # seconds


class Worker:
    def __init__(self, requests: IO[str], answers: IO[str]) -> None:
        self._requests, self._answers = requests, answers
        self._queue: queue.Queue[dict[str, Any] | None] = queue.Queue()
        self._sane: Sane | None = None
        self._handle: Handle | None = None
        self._profile: dict[str, Any] = {}
        self._folder = Path()
        self._number = 0
        self._dpi = 0

    def run(self) -> None:
        threading.Thread(target=self._listen, daemon=True).start()
        while (request := self._queue.get()) is not None:
            try:
                self._do(request)
            except SaneError as error:
                self._answer({"error": error.code, "detail": str(error)})
            except OSError as error:
                code = (
                    "disk.full"
                    if error.errno in (27, 28, 122)
                    else "scanner.no_driver"
                    if self._sane is None
                    else "scanner.offline"
                )
                self._answer({"error": code, "detail": str(error)})
        if self._handle is not None:
            self._handle.cancel()
            self._handle.close()

    def _listen(self) -> None:
        for line in self._requests:
            request = json.loads(line)
            if request["do"] == "cancel":  # the one call that SANE allows at any time, from any thread
                if self._handle is not None:
                    self._handle.cancel()
            else:
                self._queue.put(request)
        if self._handle is not None:  # the program is gone or done: don't draw the rest of the page through
            self._handle.cancel()
        self._queue.put(None)

    def _do(self, request: dict[str, Any]) -> None:
        if self._sane is None:
            self._sane = Sane()
        if request["do"] == "devices":
            self._answer({"devices": self._sane.devices()})
        elif request["do"] == "scan":
            self._profile, self._folder = request["profile"], Path(request["folder"])
            self._handle = self._sane.open(self._profile["device"])
            self._dpi = configure(self._handle, self._profile)
            self._answer({"ready": True})
        elif request["do"] == "next":
            self._next()

    def _next(self) -> None:
        assert self._handle is not None  # noqa: S101 - the parent sends "scan" first
        if self._number and self._profile["source"] == "flatbed":
            self._answer({"end": True})
            return
        try:
            self._handle.start()
        except SaneError as error:
            if error.code == "scanner.no_paper" and self._number:
                self._answer({"end": True})
                return
            raise
        frame = self._handle.read(self._heard())
        self._number += 1
        path = save(frame, self._folder / f"page-{self._number:04d}.jpg", self._dpi)
        row = {"page": str(path), "width": frame.width, "height": frame.height, "number": self._number, "dpi": self._dpi}
        self._answer(row)

    def _heard(self) -> Any:
        last = time.monotonic()

        def heard(count: int) -> None:
            nonlocal last
            if time.monotonic() - last > HEARD_EVERY:
                last = time.monotonic()
                self._answer({"heard": count})

        return heard

    def _answer(self, message: dict[str, Any]) -> None:
        self._answers.write(json.dumps(message) + "\n")
        self._answers.flush()


def configure(handle: Handle, profile: dict[str, Any]) -> int:
    """Sets source, duplex, colour, resolution and A4, as far as the device has them. Source first: it changes the others' limits.

    Returns the resolution that the device took, in dots per inch. Raises SaneError `scanner.no_duplex` rather than lose the backs.
    """
    duplex = bool(profile["duplex"]) and profile["source"] == "feeder"
    if duplex and not can_duplex(handle):
        raise SaneError(1, "the device scans one side only", "scanner.no_duplex")
    source = pick_source(handle.choices("source"), profile["source"], duplex)
    if source:
        handle.set("source", source)
    if profile["source"] == "feeder":
        handle.set("adf-mode", "Duplex" if duplex else "Simplex") if "Duplex" in handle.choices("adf-mode") else None
        if "duplex" in handle.options():
            handle.set("duplex", duplex)
    mode = pick_mode(handle.choices("mode"), profile["colour"])
    if mode:
        handle.set("mode", mode)
    if "depth" in handle.options():
        handle.set("depth", 8)
    handle.set("resolution", int(profile["dpi"]))
    for edge, value in (("tl-x", 0.0), ("tl-y", 0.0), ("br-x", A4_MM[0]), ("br-y", A4_MM[1])):
        handle.set(edge, value)
    return round(handle.number("resolution") or int(profile["dpi"]))


def can_duplex(handle: Handle) -> bool:
    """Whether any of the names that drivers use for both sides is there: a source, the feeder's mode, a switch."""
    offered = [*handle.choices("source"), *handle.choices("adf-mode"), *handle.choices("duplex")]
    return "duplex" in handle.options() or any("duplex" in choice.lower() for choice in offered)


def pick_source(choices: list[str], source: str, duplex: bool) -> str:
    """The device's own name for the flatbed or the feeder; "" when it has only one."""
    lowered = {choice.lower(): choice for choice in choices}
    if source == "flatbed":
        return next((lowered[c] for c in lowered if "flat" in c or "platen" in c), "")
    feeders = [c for c in lowered if "adf" in c or "feeder" in c]
    both = [c for c in feeders if "duplex" in c]
    single = [c for c in feeders if "duplex" not in c and "back" not in c]
    ranked = (both if duplex else single) + single + both
    if choices and not ranked:
        raise SaneError(1, "the device has no feeder")
    return lowered[ranked[0]] if ranked else ""


def pick_mode(choices: list[str], colour: str) -> str:
    wanted = ("color", "colour") if colour == "colour" else ("gray", "grey")
    return next((c for c in choices if c.lower().startswith(wanted)), "")


def save(frame: Frame, path: Path, dpi: int) -> Path:
    """The page as JPEG with its resolution, on the disk for good before the answer goes out."""
    from PIL import Image

    image = Image.frombuffer(frame.mode, (frame.width, frame.height), frame.data, "raw", frame.mode, frame.stride, 1)
    part = path.with_suffix(".part")
    with part.open("wb") as file:
        image.save(file, "JPEG", quality=QUALITY, subsampling=0, dpi=(dpi, dpi))
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    return path


def main() -> None:
    requests = os.fdopen(os.dup(0), "r", encoding="utf-8")
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # drivers print; their words must not get between the answers
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    Worker(requests, answers).run()


if __name__ == "__main__":
    main()
