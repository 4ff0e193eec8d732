"""The few DER forms a signature is made of (X.690), written directly: the general encoder takes ten times as long."""

from __future__ import annotations

SEQUENCE, SET, INTEGER, OCTETS, OID, NULL = 0x30, 0x31, 0x02, 0x04, 0x06, 0x05


def tlv(tag: int, *parts: bytes) -> bytes:
    """Tag, definite length, the parts one after the other."""
    return tlv_of(bytes((tag,)), b"".join(parts))


def tlv_of(tag: bytes, content: bytes) -> bytes:
    """The same with a tag of any length."""
    size = len(content)
    if size < 0x80:
        return tag + bytes((size,)) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return tag + bytes((0x80 | len(length),)) + length + content


def set_of(*elements: bytes, tag: int = SET) -> bytes:
    """SET OF: the encoded elements in ascending order (X.690 §11.6)."""
    return tlv(tag, *sorted(elements))


def integer(value: int) -> bytes:
    return tlv(INTEGER, value.to_bytes(value.bit_length() // 8 + 1, "big", signed=True))


def oid(dotted: str) -> bytes:
    first, second, *rest = (int(arc) for arc in dotted.split("."))
    return tlv(OID, b"".join(_arc(arc) for arc in (first * 40 + second, *rest)))


def _arc(value: int) -> bytes:
    out = [value & 0x7F]
    while value := value >> 7:
        out.append(0x80 | value & 0x7F)
    return bytes(reversed(out))
