"""Words for codes that rows carry."""

from __future__ import annotations

from app.i18n import _


def date_word(iso: str) -> str:
    """dd/MM/yyyy of an ISO date or moment; what is none stays as it is."""
    parts = iso[:10].split("-")
    return "/".join(reversed(parts)) if len(parts) == 3 and all(p.isdigit() for p in parts) else iso


def number_word(number: int) -> str:
    """1.234.567 as Vietnamese (and the running locale) writes it."""
    from PySide6.QtCore import QLocale

    return QLocale().toString(number)


def kept_apart(secrecy: str) -> str:
    """What a secrecy mark ("Mật" …) does to a document."""
    return _("{mark}: kept apart. No copy is made of it, and it is not sent to the server.").format(mark=secrecy)
