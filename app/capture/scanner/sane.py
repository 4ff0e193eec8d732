"""libsane through ctypes: as much of the SANE 1.x interface as scanning pages takes (SANE Standard version 1.06).

python-sane would do the same, but has no wheel: every desk would need a compiler. Runs only in `worker`, a process of its own.
"""

from __future__ import annotations

import ctypes
import ctypes.util
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

GOOD, UNSUPPORTED, CANCELLED, BUSY, INVAL, EOF, JAMMED, NO_DOCS, COVER_OPEN, IO_ERROR, NO_MEM, DENIED = range(12)
STATUS = {
    UNSUPPORTED: "scanner.unsupported",
    CANCELLED: "scanner.cancelled",
    BUSY: "scanner.busy",
    INVAL: "scanner.setting",
    JAMMED: "scanner.jam",
    NO_DOCS: "scanner.no_paper",
    COVER_OPEN: "scanner.cover_open",
    IO_ERROR: "scanner.offline",
    NO_MEM: "scanner.memory",
    DENIED: "scanner.denied",
}
TYPE_BOOL, TYPE_INT, TYPE_FIXED, TYPE_STRING = range(4)
CONSTRAINT_RANGE, CONSTRAINT_WORDS, CONSTRAINT_STRINGS = 1, 2, 3
CAP_SOFT_SELECT, CAP_INACTIVE = 1, 32
GET, SET = 0, 1
FRAME_GRAY, FRAME_RGB = 0, 1
UNIT_MM = 3
FIXED_ONE = 65536


class SaneError(Exception):
    """`code` as in STATUS."""

    def __init__(self, status: int, doing: str, code: str = "") -> None:
        super().__init__(f"{doing}: SANE status {status}")
        self.code = code or STATUS.get(status, "scanner.offline")


class _Device(ctypes.Structure):
    _fields_ = [("name", ctypes.c_char_p), ("vendor", ctypes.c_char_p), ("model", ctypes.c_char_p), ("type", ctypes.c_char_p)]


class _Range(ctypes.Structure):
    _fields_ = [("min", ctypes.c_int), ("max", ctypes.c_int), ("quant", ctypes.c_int)]


class _Constraint(ctypes.Union):
    _fields_ = [
        ("strings", ctypes.POINTER(ctypes.c_char_p)),
        ("words", ctypes.POINTER(ctypes.c_int)),
        ("range", ctypes.POINTER(_Range)),
    ]


class _Option(ctypes.Structure):
    _fields_ = [
        ("name", ctypes.c_char_p),
        ("title", ctypes.c_char_p),
        ("desc", ctypes.c_char_p),
        ("type", ctypes.c_int),
        ("unit", ctypes.c_int),
        ("size", ctypes.c_int),
        ("cap", ctypes.c_int),
        ("constraint_type", ctypes.c_int),
        ("constraint", _Constraint),
    ]


class _Parameters(ctypes.Structure):
    _fields_ = [
        ("format", ctypes.c_int),
        ("last_frame", ctypes.c_int),
        ("bytes_per_line", ctypes.c_int),
        ("pixels_per_line", ctypes.c_int),
        ("lines", ctypes.c_int),
        ("depth", ctypes.c_int),
    ]


@dataclass(slots=True)
class Frame:
    """One page as the device gave it: `data` is rows of `stride` bytes, 8 bits a sample; `mode` "RGB" or "L"."""

    mode: str
    width: int
    height: int
    stride: int
    data: bytes


class Sane:
    """The library, initialised. Raises OSError where libsane is not installed."""

    def __init__(self) -> None:
        name = ctypes.util.find_library("sane") or "libsane.so.1"
        self.lib = ctypes.CDLL(name)
        self.lib.sane_get_option_descriptor.restype = ctypes.POINTER(_Option)
        self.lib.sane_get_option_descriptor.argtypes = [ctypes.c_void_p, ctypes.c_int]
        self.lib.sane_control_option.argtypes = [
            ctypes.c_void_p,
            ctypes.c_int,
            ctypes.c_int,
            ctypes.c_void_p,
            ctypes.POINTER(ctypes.c_int),
        ]
        for call in ("sane_start", "sane_cancel", "sane_close", "sane_get_parameters", "sane_read"):
            getattr(self.lib, call).argtypes = None
        version = ctypes.c_int()
        _check(self.lib.sane_init(ctypes.byref(version), None), "sane_init")

    def devices(self) -> list[dict[str, str]]:
        found = ctypes.POINTER(ctypes.POINTER(_Device))()
        _check(self.lib.sane_get_devices(ctypes.byref(found), 0), "sane_get_devices")
        rows = []
        index = 0
        while found[index]:
            device = found[index].contents
            rows.append({key: _text(getattr(device, key)) for key in ("name", "vendor", "model", "type")})
            index += 1
        return rows

    def open(self, name: str) -> Handle:
        """The device of this name, the first one where it is empty. A name that no driver knows is a scanner that isn't there."""
        if not name:
            name = next((row["name"] for row in self.devices()), "")
        handle = ctypes.c_void_p()
        status = self.lib.sane_open(name.encode(), ctypes.byref(handle)) if name else INVAL
        if status == INVAL:
            raise SaneError(status, f"open {name}", "scanner.none")
        _check(status, f"open {name}")
        return Handle(self.lib, handle)


class Handle:
    """An open device."""

    def __init__(self, lib: Any, handle: ctypes.c_void_p) -> None:
        self._lib, self._handle = lib, handle

    def options(self) -> dict[str, tuple[int, _Option]]:
        """Settable options by name. Setting one may change the others: ask again."""
        count = ctypes.c_int()
        _check(self._lib.sane_control_option(self._handle, 0, GET, ctypes.byref(count), None), "options")
        found = {}
        for index in range(1, count.value):
            option = self._lib.sane_get_option_descriptor(self._handle, index)
            if (
                option
                and option.contents.name
                and option.contents.cap & CAP_SOFT_SELECT
                and not option.contents.cap & CAP_INACTIVE
            ):
                found[_text(option.contents.name)] = (index, option.contents)
        return found

    def choices(self, name: str) -> list[str]:
        """What a text option allows; [] when there is no such option."""
        entry = self.options().get(name)
        if entry is None or entry[1].constraint_type != CONSTRAINT_STRINGS:
            return []
        return list(_strings(entry[1].constraint.strings))

    def set(self, name: str, value: str | float | bool) -> bool:
        """Sets an option, numbers fitted into what the device allows; False when it has no such option."""
        entry = self.options().get(name)
        if entry is None:
            return False
        index, option = entry
        buffer: Any
        if option.type == TYPE_STRING:
            buffer = ctypes.create_string_buffer(str(value).encode(), max(option.size, len(str(value)) + 1))
        else:
            buffer = ctypes.c_int(_word(option, value))
        _check(self._lib.sane_control_option(self._handle, index, SET, ctypes.byref(buffer), None), f"set {name}")
        return True

    def number(self, name: str) -> float | None:
        """The value of a number option as the device took it; None when it has none."""
        entry = self.options().get(name)
        if entry is None or entry[1].type not in (TYPE_INT, TYPE_FIXED) or entry[1].size != ctypes.sizeof(ctypes.c_int):
            return None
        value = ctypes.c_int()
        _check(self._lib.sane_control_option(self._handle, entry[0], GET, ctypes.byref(value), None), f"get {name}")
        return value.value / (FIXED_ONE if entry[1].type == TYPE_FIXED else 1)

    def start(self) -> None:
        _check(self._lib.sane_start(self._handle), "start")

    def read(self, heard: Callable[[int], None]) -> Frame:
        """One page. `heard(bytes)` is called as data comes, so that a silent device is noticed."""
        data = bytearray()
        parameters = _Parameters()
        planes = []
        while True:
            _check(self._lib.sane_get_parameters(self._handle, ctypes.byref(parameters)), "parameters")
            piece = self._frame(heard)
            planes.append(piece)
            if parameters.last_frame or parameters.format in (FRAME_GRAY, FRAME_RGB):
                break
            self.start()
        if len(planes) == 3:  # one pass a colour
            data = bytearray(len(planes[0]) * 3)
            for colour in range(3):
                data[colour::3] = planes[colour]
            return _frame(parameters, bytes(data), "RGB", parameters.bytes_per_line * 3)
        return _frame(parameters, bytes(planes[0]), "RGB" if parameters.format == FRAME_RGB else "L", parameters.bytes_per_line)

    def _frame(self, heard: Callable[[int], None]) -> bytearray:
        data = bytearray()
        buffer = ctypes.create_string_buffer(256 * 1024)
        length = ctypes.c_int()
        while True:
            status = self._lib.sane_read(self._handle, buffer, ctypes.c_int(len(buffer)), ctypes.byref(length))
            if status == EOF:
                return data
            _check(status, "read")
            data += buffer.raw[: length.value]
            heard(len(data))

    def cancel(self) -> None:
        self._lib.sane_cancel(self._handle)

    def close(self) -> None:
        self._lib.sane_close(self._handle)


def _frame(parameters: _Parameters, data: bytes, mode: str, stride: int) -> Frame:
    """8-bit rows, whatever the depth was; a hand scanner does not know its lines before (lines = -1)."""
    width = parameters.pixels_per_line
    if parameters.depth == 16:
        data, stride = data[1::2], stride // 2  # little-endian: the second byte is the high one
    elif parameters.depth == 1:
        data, stride = _unpacked(data, stride, width), width
    return Frame(mode, width, len(data) // stride if stride else 0, stride, data)


def _unpacked(data: bytes, stride: int, width: int) -> bytes:
    """1-bit rows (1 = black) to bytes."""
    rows = bytearray()
    for start in range(0, len(data) - stride + 1, stride):
        bits = int.from_bytes(data[start : start + stride], "big")
        total = stride * 8
        rows += bytes(0 if bits >> (total - 1 - x) & 1 else 255 for x in range(width))
    return bytes(rows)


def _word(option: _Option, value: str | float | bool) -> int:
    scale = FIXED_ONE if option.type == TYPE_FIXED else 1
    wanted = round(float(value) * scale)
    if option.constraint_type == CONSTRAINT_RANGE:
        limits = option.constraint.range.contents
        return int(max(limits.min, min(limits.max, wanted)))
    if option.constraint_type == CONSTRAINT_WORDS:
        words = option.constraint.words
        allowed = [words[i] for i in range(1, words[0] + 1)]
        above = [w for w in allowed if w >= wanted]
        return int(min(above) if above else max(allowed))
    return wanted


def _strings(array: Any) -> Iterator[str]:
    index = 0
    while array[index] is not None:
        yield _text(array[index])
        index += 1


def _text(value: bytes | None) -> str:
    return (value or b"").decode("utf-8", "replace")


def _check(status: int, doing: str) -> None:
    if status != GOOD:
        raise SaneError(status, doing)
