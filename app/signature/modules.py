"""PKCS#11 driver files: which may be loaded, and where they lie. Nothing here loads one.

A planted library would get the PIN, so a driver is taken only by absolute path, with a known name (`resources/tokens`), registered
with p11-kit by the administrator, or with an approved SHA-256; from a folder that only its owner or the administrator can write to;
and only if the file is a library of this machine that exports what PKCS#11 asks for (threat T8).
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import re
import stat
import sys
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from app.signature.binaries import Library, read_library
from app.signature.token_errors import token_error
from app.signature.token_process import ROOT, worker_command

LIST = ROOT / "resources" / "tokens" / "modules.json"
WINDOWS_STORE = Path("windows-certificate-store")  # no file: the second way to a token on Windows
LARGEST = 64 << 20  # bytes; drivers are a few MB
ENTRY = "C_GetFunctionList"
SUFFIXES = {"linux": r"\.so(\.[\d.]+)?", "win32": r"\.dll", "darwin": r"\.(dylib|so)"}
MACHINES = {"amd64": "x86_64", "x86_64": "x86_64", "arm64": "aarch64", "aarch64": "aarch64", "i386": "i386", "i686": "i386"}
P11_KIT = ("/usr/share/p11-kit/modules", "/etc/pkcs11/modules")
P11_KIT_FILES = ("/usr/lib/{machine}-linux-gnu/pkcs11", "/usr/lib64/pkcs11", "/usr/lib/pkcs11")
PYTHON32 = "VANKHO_PYTHON32"  # where an interpreter of 32 bits lies, when it is not beside the program


@dataclass(slots=True, frozen=True)
class Driver:
    """A driver that may be loaded. `bits` of the helper process that it needs."""

    path: Path
    issuer: str = ""
    generic: bool = False  # reads the tokens of others: asked last
    bits: int = 64


def find_modules(approved: Collection[str] = ()) -> list[Path]:
    """The drivers present on this machine that may be loaded here, each once (links followed); never loaded."""
    return [driver.path for driver in find_drivers(approved)]


def find_drivers(approved: Collection[str] = ()) -> list[Driver]:
    """As `find_modules`, those of the tokens' makers first."""
    found: dict[Path, Driver] = {}
    for path in candidates():
        if path.resolve() in found or not path.is_file():
            continue
        library, reason = judge_file(path, approved)
        if library is not None and not reason and (library.bits == bits_here() or helper32() is not None):
            row = row_of(path) or row_of(path.resolve()) or {}
            found[path.resolve()] = Driver(path, str(row.get("issuer", "")), bool(row.get("generic")), library.bits)
    drivers = sorted(found.values(), key=lambda driver: driver.generic)
    if sys.platform == "win32":
        drivers.append(Driver(WINDOWS_STORE, "Windows", generic=True))
    return drivers


def candidates() -> Iterator[Path]:
    """Files with a known name in the known folders, and those registered with p11-kit."""
    yield from registered()
    for place in listed()["folders"].get(sys.platform, ()):
        try:
            folder = Path(re.sub(r"\{(.+?)\}", lambda name: os.environ[name[1]], place))
            names = sorted(folder.iterdir()) if folder.is_absolute() else []
        except (KeyError, OSError):
            continue
        for path in names:
            row = row_of(path)
            if row is not None and not row.get("hidden"):
                yield path


@lru_cache(maxsize=1)
def listed() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(LIST.read_text("utf-8"))
    return found


def row_of(path: Path) -> dict[str, Any] | None:
    """The entry of the list that a file's name belongs to."""
    system = "windows" if sys.platform == "win32" else "linux"
    name = path.name.lower()
    if sys.platform == "darwin":
        name = name.replace(".dylib", ".so")
    if not re.fullmatch(r".+" + SUFFIXES.get(sys.platform, r"\.so").replace("dylib|", ""), name):
        return None
    return next((row for row in listed()["modules"] if any(fits_name(name, known) for known in row[system])), None)


def fits_name(name: str, known: str) -> bool:
    pattern = re.escape(known).replace(r"\*", r"[\w.-]*")
    return re.fullmatch(pattern, name) is not None


def has_known_name(path: Path) -> bool:
    return row_of(path) is not None


# --- p11-kit ---
def registered() -> Iterator[Path]:
    """The modules that the administrator registered with p11-kit; a person's own registrations don't count."""
    if not sys.platform.startswith("linux"):
        return
    folders = [Path(place.format(machine=platform.machine())) for place in P11_KIT_FILES]
    for place in P11_KIT:
        try:
            files = sorted(Path(place).glob("*.module"))
        except OSError:
            continue
        for file in files:
            for name in module_lines(file):
                paths = [Path(name)] if Path(name).is_absolute() else [folder / name for folder in folders]
                yield from (path for path in paths if path.is_file() and "p11-kit" not in path.name)


def module_lines(file: Path) -> list[str]:
    """What a `.module` file names (pkcs11.conf(5)); nothing when others than the administrator can write it."""
    try:
        if file.stat().st_uid != 0 or writable_by_others(file):
            return []
        text = file.read_text("utf-8", "replace")
    except OSError:
        return []
    return [line.partition(":")[2].strip() for line in text.splitlines() if line.partition(":")[0].strip() == "module"]


# --- may it be loaded? ---
def check_module(module: Path, approved: Collection[str] = ()) -> Path:
    """The real path of a driver that may be loaded. `approved` are SHA-256 (hex) that the administrator accepts.

    Raises `token.module_missing`, `token.module_refused` or `token.module_32bit`.
    """
    if module == WINDOWS_STORE and os.name == "nt":
        return module
    if not module.is_absolute() or not module.is_file():
        raise token_error("token.module_missing", path=module)
    library, reason = judge_file(module, approved)
    if reason or library is None:
        raise token_error("token.module_refused", path=module, detail=reason)
    if library.bits != bits_here() and helper32() is None:
        raise token_error("token.module_32bit", path=module)
    return module.resolve()


def judge_file(path: Path, approved: Collection[str]) -> tuple[Library | None, str]:
    """What the file is, and what is wrong with it (for the log); an empty text when it may be loaded."""
    real = path.resolve()
    try:
        if real.stat().st_size > LARGEST:
            return None, "too large"
        reason = why_unsafe(real)
        data = real.read_bytes()
    except OSError as error:
        return None, type(error).__name__
    known = has_known_name(path) or has_known_name(real) or hashlib.sha256(data).hexdigest() in approved
    if not known and real not in {one.resolve() for one in registered()}:
        return None, "unknown name"
    library = read_library(data)
    if library is None:
        return None, reason or "no library"
    return library, reason or why_unfit(library)


def why_unfit(library: Library) -> str:
    if ENTRY not in library.exports:
        return f"no {ENTRY}"
    here = MACHINES.get(platform.machine().lower(), "")
    wanted = {here, "i386"} if here == "x86_64" else {here}
    kind = "PE" if sys.platform == "win32" else "ELF"
    if library.kind != kind or library.machine not in wanted:
        return "made for another machine"
    return ""


def why_unsafe(real: Path) -> str:
    """POSIX: the file and every folder above belong to the administrator or this person and nobody else can change them."""
    if sys.platform == "win32":  # System32 and Program Files are writable for administrators only; others need an approved hash
        return ""
    for place in (real, *real.parents):
        state = place.stat()
        if state.st_uid not in (0, os.getuid()):
            return "belongs to somebody else"
        if writable_by_others(place) and not (place.is_dir() and state.st_mode & stat.S_ISVTX):
            return "anybody can change it"
    return ""


def writable_by_others(path: Path) -> bool:
    """By everybody, or by a group that is not the administrator's or the owner's own."""
    state = path.stat()
    if state.st_mode & stat.S_IWOTH:
        return True
    return bool(state.st_mode & stat.S_IWGRP) and state.st_gid not in (0, os.getgid(), *administrators())


@lru_cache(maxsize=1)
def administrators() -> frozenset[int]:
    """Groups whose members administrate the machine anyway (Debian's /usr/local belongs to staff)."""
    import grp

    return frozenset(entry.gr_gid for entry in grp.getgrall() if entry.gr_name in ("staff", "wheel", "sudo", "admin", "sys"))


# --- the helper that can load it ---
def bits_here() -> int:
    return 64 if sys.maxsize > 2**32 else 32


def command_for(module: Path) -> list[str] | None:
    """How to start the helper for a checked driver; None for the usual one. Reads the file's header again."""
    if module == WINDOWS_STORE:
        return worker_command(module="cng_worker")
    with module.open("rb") as file:
        library = read_library(file.read(LARGEST))
    python = helper32()
    if library is None or library.bits == bits_here() or python is None:
        return None
    return worker_command(str(python))


def helper32() -> Path | None:
    """A Python interpreter of 32 bits for drivers that exist only so: beside the program, or where the administrator says."""
    told = os.environ.get(PYTHON32)
    places = [Path(told)] if told else []
    places += [ROOT / "token32" / "python.exe", ROOT / "token32" / "bin" / "python3"]
    for place in places:
        if place.is_absolute() and place.is_file() and program_bits(place) == 32 and not why_unsafe(place.resolve()):
            return place
    return None


def program_bits(path: Path) -> int:
    """32 or 64 from the header of a program; 0 for anything else."""
    try:
        with path.open("rb") as file:
            head = file.read(4096)
    except OSError:
        return 0
    if head[:4] == b"\x7fELF":
        return {1: 32, 2: 64}.get(head[4], 0)
    if head[:2] == b"MZ" and len(head) > 64:
        start = int.from_bytes(head[60:64], "little")
        if head[start : start + 4] == b"PE\0\0":
            return {0x10B: 32, 0x20B: 64}.get(int.from_bytes(head[start + 24 : start + 26], "little"), 0)
    return 0
