"""The journal of an export: which dossiers of a batch are packed already, so that a killed export goes on and repeats nothing.

It lies beside the packages as `vankho-export.json`, written whole or not at all. An entry is made before the first byte of its
package: the package's identity is settled then, and a second run writes the very same one.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

NAME = "vankho-export.json"


@dataclass(slots=True)
class Entry:
    """`uuid` and `created` (ISO 8601) of the package; `files` are the packages that were written for it, in order."""

    dossier: str
    uuid: str
    created: str
    ordinal: int = 1
    done: bool = False
    files: list[str] = field(default_factory=list)

    @property
    def moment(self) -> datetime:
        return datetime.fromisoformat(self.created)


class Journal:
    """The journal of one folder. What cannot be read counts as empty: at worst a package is written once more."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / NAME
        self.entries: dict[str, Entry] = {}
        with suppress(OSError, ValueError, TypeError, KeyError, AttributeError):
            told: Mapping[str, Any] = json.loads(self.path.read_text("utf-8"))
            for key, row in told["entries"].items():
                entry = Entry(**row)
                entry.moment  # noqa: B018 - raises ValueError where it is none
                self.entries[str(key)] = entry

    def put(self, key: str, entry: Entry) -> None:
        """Notes an entry, durably."""
        self.entries[key] = entry
        told = {"about": "Văn Khố", "entries": {name: asdict(each) for name, each in self.entries.items()}}
        part = self.path.with_name(f"{NAME}.part")
        with part.open("w", encoding="utf-8") as file:
            json.dump(told, file, ensure_ascii=False, indent=1)
            file.flush()
            os.fsync(file.fileno())
        part.replace(self.path)

    def whole(self, key: str) -> bool:
        """True where the entry is done and all of its files are still in the folder."""
        entry = self.entries.get(key)
        return entry is not None and entry.done and all((self.path.parent / name).exists() for name in entry.files)
