"""Values of indefinite length made definite (X.690, 8.1.3.6): some programs write their CMS so, and our parser stops at the first dozen."""

from __future__ import annotations

from app.signature.der import tlv_of

CONSTRUCTED, OCTETS, LONG = 0x20, 0x04, 0x1F
DEEPEST = 60
END = b"\0\0"


def definite(data: bytes) -> bytes:
    """The first value in `data` with definite lengths everywhere; `data` itself when it has no indefinite one at its start.

    What lies behind the value (filling) is left away then. Strings in pieces are joined. Raises ValueError for what is no BER.
    """
    if len(data) < 2 or data[1] != 0x80:
        return data
    made, _end = value(data, 0, 0)
    return made


def value(data: bytes, at: int, depth: int) -> tuple[bytes, int]:
    """The value that begins there, and where it ends."""
    if depth > DEEPEST:
        raise ValueError("nested too deep")
    tag, start, size = head(data, at)
    if not tag[0] & CONSTRUCTED:
        if size is None or start + size > len(data):
            raise ValueError("length")
        return data[at : start + size], start + size
    end = len(data) if size is None else start + size
    if end > len(data):
        raise ValueError("length")
    parts, place = [], start
    while place < end:
        if size is None and data[place : place + 2] == END:
            break
        part, place = value(data, place, depth + 1)
        parts.append(part)
    else:
        if size is None:
            raise ValueError("no end")
    if tag == bytes((OCTETS | CONSTRUCTED,)):
        return tlv_of(bytes((OCTETS,)), b"".join(content(one) for one in parts)), place + (2 if size is None else 0)
    return tlv_of(tag, b"".join(parts)), place + (2 if size is None else 0)


def content(part: bytes) -> bytes:
    _tag, start, size = head(part, 0)
    return part[start : start + (size or 0)]


def head(data: bytes, at: int) -> tuple[bytes, int, int | None]:
    """Tag, where the content begins, its length (None: indefinite)."""
    try:
        end = at + 1
        if data[at] & LONG == LONG:
            while data[end] & 0x80:
                end += 1
            end += 1
        tag, first = data[at:end], data[end]
    except IndexError as error:
        raise ValueError("cut off") from error
    if first == 0x80:
        return tag, end + 1, None
    if first < 0x80:
        return tag, end + 1, first
    count = first & 0x7F
    if count > 4 or end + 1 + count > len(data):
        raise ValueError("length")
    return tag, end + 1 + count, int.from_bytes(data[end + 1 : end + 1 + count], "big")
