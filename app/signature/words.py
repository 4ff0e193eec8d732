"""Text that comes from certificates and people, made safe to show and to draw."""

from __future__ import annotations

import unicodedata

_LONGEST = 500  # characters; a name in a hostile certificate may be megabytes


def clean(text: str) -> str:
    """One line of NFC text: control, bidirectional and other invisible format characters dropped, white space made single.

    A name like "ỦY BAN\u202e…" could otherwise show as another one (threat T23 of the signing study).
    """
    shown = [" " if c.isspace() else c for c in text[:_LONGEST] if c.isspace() or unicodedata.category(c)[0] != "C"]
    return " ".join(unicodedata.normalize("NFC", "".join(shown)).split())
