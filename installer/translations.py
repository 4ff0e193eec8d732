"""translations.py compile|check — the Vietnamese of every text.

compile: resources/i18n/vi/*.po → resources/i18n/vi.mo, when a source is newer.
check:   every text marked in the sources has its Vietnamese, with the same placeholders; nothing stands twice with two meanings;
         no translation is left over. Prints what is wrong, exits 1.
"""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from babel.messages.pofile import read_po  # noqa: E402

from app.i18n import FOLDER, compile_catalog  # noqa: E402

ROOMS = ("app", "ui", "server", "storage")
KEYWORDS = ("_", "N_", "_n")
PLACEHOLDER = re.compile(r"{[a-z_0-9]*(?::[^}]*)?}")


def compile_all() -> int:
    sources = sorted((FOLDER / "vi").glob("*.po"))
    target = FOLDER / "vi.mo"
    newest = max((source.stat().st_mtime for source in sources), default=0.0)
    if not target.exists() or target.stat().st_mtime < newest:
        part = target.with_suffix(".mo.part")
        part.write_bytes(compile_catalog(sources))
        part.replace(target)
    return 0


def wanted() -> dict[str, str]:
    """Every marked text with the place of its first use; read off the syntax tree, which also looks into f-strings."""
    found: dict[str, str] = {}
    for room in (*ROOMS, "main.py"):
        for path in sorted((ROOT / room).rglob("*.py")) if (ROOT / room).is_dir() else [ROOT / room]:
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in KEYWORDS and node.args:
                    text = node.args[0]
                    if isinstance(text, ast.Constant) and isinstance(text.value, str) and text.value:
                        found.setdefault(text.value, f"{path.relative_to(ROOT)}:{node.lineno}")
    return found


def check() -> int:
    texts, bad = wanted(), 0
    known: dict[str, str] = {}
    for source in sorted((FOLDER / "vi").glob("*.po")):
        with source.open("rb") as file:
            for message in read_po(file, locale="vi"):
                if not message.id:
                    continue
                forms = message.id if isinstance(message.id, tuple) else (message.id,)
                key = forms[0]
                value = message.string[0] if isinstance(message.string, (tuple, list)) else message.string
                if key in known and known[key] != value:
                    bad += _say(f"{source.name}: two translations of {key!r}: {known[key]!r} and {value!r}")
                known[key] = value
                if key not in texts:
                    bad += _say(f"{source.name}: no longer used: {key!r}")
                elif value and set(PLACEHOLDER.findall(" ".join(forms))) != set(PLACEHOLDER.findall(value)):
                    bad += _say(f"{source.name}: other placeholders: {key!r}")
    for text, place in sorted(texts.items(), key=lambda row: row[1]):
        if not known.get(text):
            bad += _say(f"{place}: no Vietnamese for {text!r}")
    print(f"{len(texts)} texts, {bad} wrong")
    return 1 if bad else 0


def _say(text: str) -> int:
    print(text)
    return 1


if __name__ == "__main__":
    raise SystemExit(check() if sys.argv[1:] == ["check"] else compile_all())
