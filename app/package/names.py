"""File names that every system can hold, and the addresses that METS gives them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from urllib.parse import quote, unquote

RESERVED = {"CON", "PRN", "AUX", "NUL", *(f"COM{n}" for n in range(1, 10)), *(f"LPT{n}" for n in range(1, 10))}
LONGEST = 120  # bytes of UTF-8 for one name: the whole path stays under the 260 characters of Windows
_UNSAFE = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]')


def safe_name(name: str) -> str:
    """`name` as one path component that Windows, macOS and Linux all take: NFC, no separators, not reserved, not too long.

    The extension survives shortening. Never empty.
    """
    clean = _UNSAFE.sub("_", unicodedata.normalize("NFC", name.strip())).strip(" .")
    stem, dot, extension = clean.rpartition(".")
    if not dot or len(extension.encode()) > 12:
        stem, extension = clean, ""
    suffix = f".{extension}" if extension else ""
    room = LONGEST - len(suffix.encode())
    stem = stem.encode()[:room].decode("utf-8", "ignore").rstrip(" .") or "_"
    if stem.partition(".")[0].rstrip().upper() in RESERVED:
        stem = f"_{stem}"
    return stem + suffix


def distinct(names: Iterable[str]) -> list[str]:
    """Safe names, none equal to another even where case does not count: the later ones get `_2`, `_3`, …"""
    taken: set[str] = set()
    result = []
    for name in names:
        safe = wanted = safe_name(name)
        stem, dot, extension = wanted.rpartition(".")
        count = 1
        while safe.casefold() in taken:
            count += 1
            safe = f"{stem}_{count}.{extension}" if dot else f"{wanted}_{count}"
        taken.add(safe.casefold())
        result.append(safe)
    return result


def href(path: str) -> str:
    """A relative path as the value of `xlink:href`: percent-encoded UTF-8 (RFC 3986), the separators kept."""
    return quote(unicodedata.normalize("NFC", path), safe="/-._~")


def path_of(address: str) -> str:
    """The path that an `xlink:href` names; back-slashes and `./` are forgiven, a fragment or query is not part of it."""
    return unquote(address.strip()).replace("\\", "/").removeprefix("./")
