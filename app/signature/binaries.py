"""What a shared library says of itself, read from its bytes: for which machine it was made and what it exports. Nothing is loaded.

ELF (System V ABI, chapters 4 and 5) and PE (Microsoft PE/COFF). Foreign bytes: every offset is checked, and a file that lies about
itself is simply no library.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

ELF_MACHINES = {3: "i386", 40: "arm", 62: "x86_64", 183: "aarch64"}
PE_MACHINES = {0x014C: "i386", 0x01C4: "arm", 0x8664: "x86_64", 0xAA64: "aarch64"}
DYNSYM = 11  # SHT_DYNSYM
MOST_NAMES = 20_000
LONGEST_NAME = 200


@dataclass(slots=True, frozen=True)
class Library:
    """`machine`: "x86_64", "i386", "aarch64", "arm" or "" for another; `bits`: 32 or 64; `exports`: names of functions."""

    kind: str  # "ELF", "PE"
    machine: str
    bits: int
    exports: frozenset[str] = field(repr=False)


def read_library(data: bytes) -> Library | None:
    """None when the bytes are no shared library of these kinds."""
    try:
        if data[:4] == b"\x7fELF":
            return read_elf(data)
        if data[:2] == b"MZ":
            return read_pe(data)
    except (struct.error, ValueError, IndexError):
        return None
    return None


def read_elf(data: bytes) -> Library | None:
    bits = {1: 32, 2: 64}.get(data[4])
    if bits is None or data[5] != 1:  # only little-endian machines are in use
        return None
    kind, machine = struct.unpack_from("<HH", data, 16)
    if kind != 3:  # ET_DYN
        return None
    return Library("ELF", ELF_MACHINES.get(machine, ""), bits, frozenset(elf_exports(data, bits)))


def elf_exports(data: bytes, bits: int) -> Iterator[str]:
    """Names of the defined dynamic symbols."""
    wide = bits == 64
    table = struct.unpack_from("<Q" if wide else "<I", data, 40 if wide else 32)[0]
    size, count = struct.unpack_from("<HH", data, 58 if wide else 46)
    sections = [section(data, table + number * size, wide) for number in range(count)]
    for kind, offset, length, link, entry in sections:
        if kind != DYNSYM or not entry or link >= len(sections):
            continue
        names_at, names_size = sections[link][1], sections[link][2]
        for at in range(offset, min(offset + length, offset + MOST_NAMES * entry), entry):
            name = struct.unpack_from("<I", data, at)[0]
            home = struct.unpack_from("<H", data, at + (6 if wide else 14))[0]
            if home and name < names_size:
                yield text_at(data, names_at + name)


def section(data: bytes, at: int, wide: bool) -> tuple[int, int, int, int, int]:
    """Type, offset, size, link and size of an entry."""
    if wide:
        _name, kind, _flags, _address, offset, size, link, _info, _align, entry = struct.unpack_from("<IIQQQQIIQQ", data, at)
    else:
        _name, kind, _flags, _address, offset, size, link, _info, _align, entry = struct.unpack_from("<10I", data, at)
    return kind, offset, size, link, entry


def read_pe(data: bytes) -> Library | None:
    start = struct.unpack_from("<I", data, 60)[0]
    if data[start : start + 4] != b"PE\0\0":
        return None
    machine, sections, _time, _symbols, _count, optional, flags = struct.unpack_from("<HHIIIHH", data, start + 4)
    magic = struct.unpack_from("<H", data, start + 24)[0]
    if not flags & 0x2000 or magic not in (0x10B, 0x20B):  # IMAGE_FILE_DLL
        return None
    wide = magic == 0x20B
    exports_at = struct.unpack_from("<I", data, start + 24 + (112 if wide else 96))[0]
    places = [
        struct.unpack_from("<IIII", data, start + 24 + optional + number * 40 + 8) for number in range(sections)
    ]  # virtual size, virtual address, raw size, raw offset
    names = pe_exports(data, exports_at, places) if exports_at else ()
    return Library("PE", PE_MACHINES.get(machine, ""), 64 if wide else 32, frozenset(names))


def pe_exports(data: bytes, at: int, places: list[tuple[int, ...]]) -> Iterator[str]:
    def raw(address: int) -> int:
        for size, begin, stored, offset in places:
            if begin <= address < begin + max(size, stored):
                return address - begin + offset
        raise ValueError("an address outside of the file")

    directory = raw(at)
    count, _functions, names = struct.unpack_from("<III", data, directory + 24)
    for number in range(min(count, MOST_NAMES)):
        yield text_at(data, raw(struct.unpack_from("<I", data, raw(names) + 4 * number)[0]))


def text_at(data: bytes, at: int) -> str:
    """A name up to its zero byte; one too long is cut. Raises ValueError at the end of the file."""
    end = data.find(b"\0", at, at + LONGEST_NAME)
    if end < 0 and at + LONGEST_NAME > len(data):
        raise ValueError("cut off")
    return data[at : end if end >= 0 else at + LONGEST_NAME].decode("latin-1")
