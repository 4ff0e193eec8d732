"""The names of types that are offered: those of Thông tư 05/2025's table first, then the other papers that offices know."""

from __future__ import annotations

from functools import cache

from app.describe.vocabulary import KINDS
from app.rules import codes


@cache
def known() -> tuple[str, ...]:
    """Each once, the table in its own order, "Khác" at its end; then those that are "Khác" to the table and keep their own word."""
    table = tuple(codes.TYPES.names.values())
    return table + tuple(kind.name for kind in KINDS if codes.TYPES.code(kind.name) is None)


@cache
def _spelt() -> dict[str, str]:
    return {codes.name_key(name): name for name in reversed(known())}


def spelt(name: str) -> str | None:
    """The known name that this is in any spelling of accents and case, or by its code or abbreviation; None for no known type."""
    code = codes.TYPES.code(name) or codes.TYPES.code(codes.type_of_abbreviation(name) or "")
    return codes.TYPES.name(code) if code else _spelt().get(codes.name_key(name))
