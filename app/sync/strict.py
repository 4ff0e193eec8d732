"""Strict reading of messages from the other side of the line: what is not exactly right is `Malformed`, never guessed.

Digests are lower-case hexadecimal SHA-256; ids are lower-case UUIDs; JSON is I-JSON (RFC 7493): no doubled names, no NaN, integers
within ±(2^53 - 1).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
import unicodedata
from collections.abc import Mapping
from typing import Any

import rfc8785

MAX_INTEGER = 2**53 - 1
_SHA256 = re.compile(r"[0-9a-f]{64}")
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_UUID7 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
_AGENCY = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,62}[A-Za-z0-9])?")
_KIND = re.compile(r"[a-z][a-z_-]{0,31}")
_PUID = re.compile(r"(?:x-)?fmt/[0-9]{1,6}")
_CONTENT_DIGEST = re.compile(r"(?:^|,)\s*sha-256=:([A-Za-z0-9+/=]+):\s*(?=$|,)")


class Malformed(ValueError):  # noqa: N818 - a judgement on a message, not a fault of the program
    """A message that breaks the protocol; the text says where, in English, for logs and problem details."""


# --- JSON ---------------------------------------------------------------------------------------------------------------------


def canonical(value: Any) -> bytes:
    """RFC 8785 canonical JSON; Malformed when the value can't be told in I-JSON."""
    try:
        encoded: bytes = rfc8785.dumps(value)
    except (ValueError, TypeError, RecursionError) as error:
        raise Malformed(f"not I-JSON: {error}") from None
    return encoded


def read_json(data: bytes) -> Any:
    """The JSON value of `data`; doubled names, NaN, floats, depth and bad UTF-8 are Malformed."""
    try:
        return json.loads(data.decode("utf-8"), object_pairs_hook=_once, parse_constant=_no_constant, parse_float=_no_constant)
    except (ValueError, RecursionError) as error:
        raise Malformed(f"not JSON: {error}") from None


def read_canonical(data: bytes) -> Any:
    """Like `read_json`, but the bytes must already be in canonical form, so that their digest identifies the value."""
    value = read_json(data)
    if canonical(value) != data:
        raise Malformed("not in canonical form (RFC 8785)")
    return value


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Malformed("a name stands twice in one object")
    return found


def _no_constant(text: str) -> Any:
    raise Malformed(f"number {text[:20]} is not allowed")


# --- fields -------------------------------------------------------------------------------------------------------------------


class Fields:
    """The members of one JSON object, each taken once and checked; `close` refuses what is left over."""

    def __init__(self, value: Any, where: str) -> None:
        if not isinstance(value, Mapping):
            raise Malformed(f"{where}: an object is expected")
        self._left = dict(value)
        self.where = where

    def take(self, name: str) -> Any:
        if name not in self._left:
            raise Malformed(f"{self.where}: {name} is missing")
        return self._left.pop(name)

    def maybe(self, name: str) -> Any:
        return self._left.pop(name, None)

    def text(self, name: str, longest: int = 255) -> str:
        return text(self.take(name), f"{self.where}.{name}", longest)

    def integer(self, name: str, least: int = 0) -> int:
        return integer(self.take(name), f"{self.where}.{name}", least)

    def sha256(self, name: str) -> str:
        return sha256_of(self.take(name), f"{self.where}.{name}")

    def list(self, name: str, longest: int) -> list[Any]:
        value = self.take(name)
        if not isinstance(value, list) or len(value) > longest:
            raise Malformed(f"{self.where}.{name}: a list of at most {longest} is expected")
        return value

    def close(self) -> None:
        if self._left:
            raise Malformed(f"{self.where}: {min(self._left)[:40]!r} is not known")


def text(value: Any, where: str, longest: int = 255) -> str:
    """One line of text, NFC, no control characters, 1 … `longest` characters."""
    if not isinstance(value, str) or not 0 < len(value) <= longest:
        raise Malformed(f"{where}: text of 1 to {longest} characters is expected")
    if any(unicodedata.category(c) in ("Cc", "Cs") for c in value) or not unicodedata.is_normalized("NFC", value):
        raise Malformed(f"{where}: control characters or text that is not NFC")
    return value


def integer(value: Any, where: str, least: int = 0) -> int:
    if type(value) is not int or not least <= value <= MAX_INTEGER:
        raise Malformed(f"{where}: a whole number from {least} is expected")
    return value


def _matching(pattern: re.Pattern[str], what: str, value: Any, where: str) -> str:
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise Malformed(f"{where}: {what} is expected")
    return value


def sha256_of(value: Any, where: str = "digest") -> str:
    return _matching(_SHA256, "a SHA-256 in lower-case hexadecimal", value, where)


def uuid_of(value: Any, where: str = "id") -> str:
    return _matching(_UUID, "a lower-case UUID", value, where)


def uuid7_of(value: Any, where: str = "id") -> str:
    return _matching(_UUID7, "a lower-case UUID of version 7", value, where)


def agency_of(value: Any, where: str = "agency") -> str:
    """An agency's identifier, as in QCVN 102: "000.00.12.H29"; letters, digits, dot, hyphen, underline, at most 64."""
    return _matching(_AGENCY, "an agency identifier", value, where)


def kind_of(value: Any, where: str = "kind") -> str:
    return _matching(_KIND, "a kind", value, where)


def puid_of(value: Any, where: str = "puid") -> str | None:
    """A PRONOM identifier ("fmt/95") or None where the format was not known."""
    return None if value is None else _matching(_PUID, "a PRONOM identifier", value, where)


def path_of(value: Any, where: str = "path") -> str:
    """A relative path with "/" that is safe to make into a file on any system."""
    path = text(value, where, 1024)
    if "\\" in path or ":" in path or any(part in ("", ".", "..") or len(part.encode()) > 255 for part in path.split("/")):
        raise Malformed(f"{where}: an unsafe path")
    return path


# --- digests in headers (RFC 9530) --------------------------------------------------------------------------------------------


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def content_digest(digest: str) -> str:
    """The `Content-Digest` field of RFC 9530 for a SHA-256 in hexadecimal."""
    return f"sha-256=:{base64.b64encode(bytes.fromhex(digest)).decode()}:"


def read_content_digest(field: str) -> str:
    """The SHA-256 of a `Content-Digest` field in hexadecimal; other algorithms beside it are passed over."""
    found = _CONTENT_DIGEST.search(field)
    try:
        raw = base64.b64decode(found[1], validate=True) if found else b""
    except binascii.Error:
        raw = b""
    if len(raw) != hashlib.sha256().digest_size:
        raise Malformed("Content-Digest: sha-256 is expected")
    return raw.hex()
