"""Every text of the window has its Vietnamese, with the same placeholders."""

from __future__ import annotations

import ast
import re
import string
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted((ROOT / "ui").rglob("*.py"))
KEYWORDS = {"_": None, "N_": None, "_n": (1, 2)}


def catalog() -> dict[str, Message]:
    found: dict[str, Message] = {}
    for source in sorted((ROOT / "resources" / "i18n" / "vi").glob("*.po")):
        with source.open("rb") as file:
            for message in read_po(file, locale="vi"):
                if message.id and message.string:
                    found[message.id[0] if isinstance(message.id, tuple) else message.id] = message
    return found


def holes(text: str) -> set[str]:
    return {name for _lead, name, _spec, _conv in string.Formatter().parse(text) if name}


@pytest.fixture(scope="module")
def vietnamese() -> dict[str, Message]:
    return catalog()


def test_all_texts_are_translated(vietnamese: dict[str, Message]) -> None:
    missing, wrong = [], []
    for path in FILES:
        for line, text, _comments, _context in extract_from_file("python", path, keywords=KEYWORDS):
            texts = text if isinstance(text, tuple) else (text,)
            found = vietnamese.get(texts[0])
            if found is None:
                missing.append(f"{path.relative_to(ROOT)}:{line} {texts[0]}")
                continue
            answers = found.string if isinstance(found.string, tuple | list) else (found.string,)
            if any(holes(answer) != holes(texts[-1]) for answer in answers):
                wrong.append(f"{path.relative_to(ROOT)}:{line} {texts[0]}")
    assert missing == []
    assert wrong == []


def test_no_f_string_is_translated() -> None:
    bad = []
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            called = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in KEYWORDS
            if called and any(isinstance(argument, ast.JoinedStr) for argument in node.args):
                bad.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert bad == []


def test_colours_live_in_one_place() -> None:
    colour = re.compile(r'"#[0-9a-fA-F]{3,8}"')
    bad = [str(p.relative_to(ROOT)) for p in FILES if p.name != "theme.py" and colour.search(p.read_text("utf-8"))]
    assert bad == []


def test_no_nested_event_loops() -> None:
    bad = []
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in ("exec", "exec_", "processEvents")
            ):
                bad.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert [b for b in bad if not b.startswith("ui/application.py")] == []
    assert sum(b.startswith("ui/application.py") for b in bad) == 1
