"""PKCS#11 driver files: which may be loaded, and where they lie. Nothing here loads one.

A planted library would get the PIN, so a driver is taken only by absolute path, with a known name or an approved SHA-256,
from a folder that not everybody can write to, and only if the file looks like a PKCS#11 library for this machine (threat T8).
"""

from __future__ import annotations

import hashlib
import os
import re
import struct
import sys
from collections.abc import Collection
from pathlib import Path

from app.signature.token_errors import token_error

# names of the drivers in use in Vietnam, and of the common open ones; without suffix
KNOWN = re.compile(
    r"""(lib)?(
        viettel-?ca(_v\d)? | vnptca_p11_v\d{1,2} | vnpt-?ca(_cl)?_v\d{1,2} | fpt-ca(_v\d)? | bkavca(v2s)?
        | (st3|ca2|ncca|misaca)_?csp11(_v\d)? | ca2_v34 | nca_v\d | vina-ca(_?v\d)? | newca_v\d | safe-ca(_v\d)?
        | efy-ca_v\d | fca_v\d | eps2003csp11(v2)? | shuttlecsp11_3003 | castle(\.1\.0\.0)? | wdsafe3 | wdpkcs\w*
        | etpkcs11 | etoken | idprimepkcs11(64)? | bit4[xi]pki(-vgca)? | pkcs11_vgca | vgca\w*
        | (onepin-)?opensc-pkcs11 | softhsm2(-x64)? | p11-kit-proxy
    )""",
    re.IGNORECASE | re.VERBOSE,
)
PLACES = {
    "linux": (
        "/usr/lib", "/usr/lib64", "/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib/pkcs11",
        "/usr/lib/x86_64-linux-gnu/pkcs11", "/usr/lib/softhsm", "/usr/lib/bit4id", "/usr/local/lib", "/usr/local/lib/softhsm",
        "/opt/viettel-ca", "/opt/VNPT-CA", "/opt/bit4id",
    ),
    "win32": (r"{SystemRoot}\System32", r"{ProgramFiles}\OpenSC Project\OpenSC\pkcs11", r"{ProgramFiles}\SoftHSM2\lib"),
    "darwin": ("/usr/local/lib", "/Library/OpenSC/lib", "/opt/homebrew/lib"),
}  # fmt: skip
SUFFIXES = {"linux": (".so",), "win32": (".dll",), "darwin": (".dylib", ".so")}
LARGEST = 64 << 20  # bytes; drivers are a few MB
MACHINES = {"x86_64": 0x8664, "AMD64": 0x8664, "aarch64": 0xAA64, "ARM64": 0xAA64}
ELF_MACHINES = {"x86_64": 62, "aarch64": 183}


def find_modules() -> list[Path]:
    """The known drivers present on this machine, each once (links followed), never loaded."""
    found: dict[Path, Path] = {}
    for place in PLACES.get(sys.platform, ()):
        folder = Path(place.format(**{k: os.environ.get(k, "") for k in ("SystemRoot", "ProgramFiles")}))
        if not folder.is_absolute() or not folder.is_dir():
            continue
        for path in sorted(folder.iterdir()):
            if has_known_name(path) and path.is_file() and not why_refused(path, ()):
                found.setdefault(path.resolve(), path)
    return list(found.values())


def check_module(module: Path, approved: Collection[str] = ()) -> Path:
    """The real path of a driver that may be loaded. `approved` are SHA-256 (hex) that the administrator accepts.

    Raises `token.module_missing` or `token.module_refused`.
    """
    if not module.is_absolute() or not module.is_file():
        raise token_error("token.module_missing", path=module)
    reason = why_refused(module, approved)
    if reason:
        raise token_error("token.module_refused", path=module, detail=reason)
    return module.resolve()


def has_known_name(path: Path) -> bool:
    return path.suffix.lower() in SUFFIXES.get(sys.platform, ()) and bool(KNOWN.fullmatch(path.stem))


def why_refused(path: Path, approved: Collection[str]) -> str:
    """Empty when the file may be loaded, else what is wrong with it (for the log)."""
    real = path.resolve()
    try:
        if real.stat().st_size > LARGEST:
            return "too large"
        if sys.platform != "win32" and any(p.stat().st_mode & 0o002 for p in (real, real.parent)):
            return "anybody can change it"
        data = real.read_bytes()
    except OSError as error:
        return type(error).__name__
    if not (has_known_name(path) or has_known_name(real) or hashlib.sha256(data).hexdigest() in approved):
        return "unknown name"
    if b"C_GetFunctionList" not in data:
        return "no C_GetFunctionList"
    return "" if fits_machine(data) else "made for another machine"


def fits_machine(data: bytes) -> bool:
    """Whether the library can be loaded by a process of this kind (PE or ELF header; others are left to the loader)."""
    machine = os.uname().machine if hasattr(os, "uname") else os.environ.get("PROCESSOR_ARCHITECTURE", "")
    if data[:4] == b"\x7fELF":
        wanted = ELF_MACHINES.get(machine)
        return data[4] == 2 and (wanted is None or struct.unpack_from("<H", data, 18)[0] == wanted)
    if data[:2] == b"MZ" and len(data) > 64:
        start = struct.unpack_from("<I", data, 60)[0]
        wanted = MACHINES.get(machine)
        return data[start : start + 4] == b"PE\0\0" and struct.unpack_from("<H", data, start + 4)[0] == wanted
    return sys.platform == "darwin"
