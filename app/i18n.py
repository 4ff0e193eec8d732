"""Words for people: English in the source, Vietnamese complete and the default.

`_("…")` translates now, `N_("…")` marks a text that is translated later (in declarations at import time), `_n` chooses by count.
Placeholders are named: `_("{count} pages").format(count=3)`; f-strings can't be translated.

The Vietnamese lies in `resources/i18n/vi/<room>.po`, one file a room. The set-up compiles them into one `vi.mo`; where that is
missing or older than its sources (a developer's tree) it is made in memory.
"""

from __future__ import annotations

import gettext
import io
from pathlib import Path

LANGUAGES = {"vi": "Tiếng Việt", "en": "English"}
DEFAULT = "vi"
FOLDER = Path(__file__).resolve().parent.parent / "resources" / "i18n"

_current: gettext.NullTranslations | None = None
_language = DEFAULT


def set_language(language: str) -> None:
    """Chooses the language of every text from now on; an unknown one is the default."""
    global _current, _language
    _language = language if language in LANGUAGES else DEFAULT
    _current = gettext.NullTranslations() if _language == "en" else _load(_language)


def language() -> str:
    return _language


def _(message: str) -> str:
    return _active().gettext(message)


def _n(singular: str, plural: str, count: int) -> str:
    return _active().ngettext(singular, plural, count)


def N_(message: str) -> str:  # noqa: N802 - the name that gettext tools know
    return message


def _active() -> gettext.NullTranslations:
    if _current is None:
        set_language(_language)
    assert _current is not None  # noqa: S101 - just set
    return _current


def _load(code: str) -> gettext.NullTranslations:
    sources = sorted((FOLDER / code).glob("*.po"))
    compiled = FOLDER / f"{code}.mo"
    newest = max((p.stat().st_mtime for p in sources), default=0.0)
    if compiled.exists() and compiled.stat().st_mtime >= newest:
        with compiled.open("rb") as file:
            return gettext.GNUTranslations(file)
    return gettext.GNUTranslations(io.BytesIO(compile_catalog(sources)))


def compile_catalog(sources: list[Path]) -> bytes:
    """The `.mo` bytes of several `.po` files together."""
    from babel.messages.catalog import Catalog
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    whole = Catalog(locale="vi", charset="utf-8")
    for source in sources:
        with source.open("rb") as file:
            for message in read_po(file, locale="vi"):
                if message.id and message.string:
                    whole.add(message.id, message.string)
    out = io.BytesIO()
    write_mo(out, whole)
    return out.getvalue()
