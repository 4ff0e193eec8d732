"""Words for people: Vietnamese by default, English in the source."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from app import i18n
from app.i18n import _

CATALOGS = sorted((i18n.FOLDER / "vi").glob("*.po"))


def test_vietnamese_is_the_default_and_english_is_the_source() -> None:
    text = "The disk is full."
    assert _(text) != text
    i18n.set_language("en")
    assert _(text) == text
    i18n.set_language("??")
    assert i18n.language() == "vi"
    assert _(text) != text


@pytest.mark.parametrize("path", CATALOGS, ids=lambda p: p.stem)
def test_every_text_is_translated_and_keeps_its_placeholders(path: Path) -> None:
    with path.open("rb") as file:
        messages = [m for m in read_po(file, locale="vi") if m.id]
    assert messages
    for message in messages:
        for text in [message.string] if isinstance(message.string, str) else message.string:
            assert text, message.id
            source = message.id if isinstance(message.id, str) else message.id[-1]
            assert set(re.findall(r"{(\w+)", text)) == set(re.findall(r"{(\w+)", source)), source
