"""Full text search: an index of its own (`search.db`, same encryption), which can be rebuilt from the catalog at any time.

Each document has two rows in FTS5's terms: `folded` (đ to d, accents off, lower case) and `exact` (NFC, lower case). Words typed
without accents search the folded form; where the person typed accents, documents that have them exactly come first and the rest
follow, so that both spellings find the same documents. FTS5 does not fold đ by itself.

Newest first is the default order; ranking by bm25 is used only when few documents match (a common term ranked over a million rows
takes seconds). Counts stop at `COUNT_CAP`.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DatabaseError

from storage.catalog import open_engine, translated
from storage.errors import StorageError
from storage.text import fold, has_accents, lowered, words

VERSION = 1
COUNT_CAP = 1001
RANK_LIMIT = 5000  # above this many matches "best" falls back to newest first

_ITS_OWN_FAULT = ("catalog.wrong_key", "catalog.damaged")  # not of the disk or the folder

_SCHEMA = (
    "CREATE TABLE IF NOT EXISTS state (key TEXT PRIMARY KEY, value INTEGER NOT NULL)",
    """CREATE VIRTUAL TABLE IF NOT EXISTS entry USING fts5(folded, exact, content='', contentless_delete=1,
       tokenize="unicode61 remove_diacritics 0 categories 'L* N* Co Mn'", prefix='2 3')""",
    "CREATE TABLE IF NOT EXISTS entry_order (id INTEGER PRIMARY KEY, issued TEXT NOT NULL, dossier INTEGER)",
    "CREATE INDEX IF NOT EXISTS ix_entry_order ON entry_order (issued DESC, id DESC)",
)


@dataclass(slots=True, frozen=True)
class Entry:
    """What is indexed of one document: all of its text, joined. `issued` is yyyy-MM-dd or empty."""

    id: int
    text: str
    issued: str = ""
    dossier: int | None = None


@dataclass(slots=True, frozen=True)
class Hits:
    """Ids in order; `count` is exact below COUNT_CAP; `ranked` tells whether "best" was honoured."""

    ids: list[int]
    count: int
    ranked: bool


class Search:
    """The open index. One writer, many readers."""

    def __init__(self, path: Path, key: bytes) -> None:
        self.path = path
        self._key = key
        self._writing = threading.Lock()
        self.engine = self._open()

    def _open(self) -> Engine:
        try:
            return self._prepared()
        except (StorageError, DatabaseError) as error:
            if isinstance(error, StorageError) and error.code not in _ITS_OWN_FAULT:
                raise
            self._throw_away()
            return self._prepared()

    def _prepared(self) -> Engine:
        engine = open_engine(self.path, self._key)
        try:
            with engine.begin() as connection:
                for statement in _SCHEMA:
                    connection.exec_driver_sql(statement)
        except BaseException:
            engine.dispose()
            raise
        return engine

    def _throw_away(self) -> None:
        """It holds nothing of its own: the workspace fills it again."""
        for suffix in ("", "-wal", "-shm"):
            Path(f"{self.path}{suffix}").unlink(missing_ok=True)

    @contextmanager
    def _connected(self, *, writing: bool = False) -> Iterator[Connection]:
        """Raises StorageError `search.damaged`, for which `renew` helps; `disk.full` and the like are told as the catalog's."""
        try:
            with self.engine.begin() if writing else self.engine.connect() as connection:
                yield connection
        except DatabaseError as error:
            found = translated(error)
            if isinstance(found, StorageError) and found.code in _ITS_OWN_FAULT:
                raise StorageError("search.damaged", found.detail) from error
            raise found from error

    def renew(self) -> None:
        """An empty index in place of a damaged one; `position` is -1 then."""
        with self._writing:
            self.engine.dispose()
            self._throw_away()
            self.engine = self._prepared()

    @property
    def position(self) -> int:
        """The audit entry up to which the index has followed the catalog; -1 for an index that must be rebuilt."""
        with self._connected() as connection:
            rows: dict[str, int] = {row[0]: row[1] for row in connection.exec_driver_sql("SELECT key, value FROM state")}
        return int(rows.get("position", -1)) if rows.get("version") == VERSION else -1

    @contextmanager
    def update(self, position: int, *, clear: bool = False) -> Iterator[Indexing]:
        """One transaction of changes, ending at audit entry `position`."""
        with self._writing, self._connected(writing=True) as connection:
            if clear:
                connection.exec_driver_sql("INSERT INTO entry(entry) VALUES('delete-all')")
                connection.exec_driver_sql("DELETE FROM entry_order")
            yield Indexing(connection)
            connection.exec_driver_sql("INSERT OR REPLACE INTO state VALUES ('position', ?)", (position,))
            connection.exec_driver_sql("INSERT OR REPLACE INTO state VALUES ('version', ?)", (VERSION,))

    def find(self, query: str, *, limit: int = 50, sort: str = "newest", dossier: int | None = None) -> Hits:
        """Documents that have every word of `query` (the last one as a beginning); `"…"` asks for words in a row.

        sort: "newest" (issued date, then id) or "best". Raises StorageError `search.interrupted` when interrupted.
        """
        folded = match_expression(query, "folded", fold)
        if not folded:
            return Hits([], 0, False)
        count = self._count(folded, dossier)
        ranked = sort == "best" and count < RANK_LIMIT
        ids: list[int] = []
        if has_accents(query):
            ids = self._ids(match_expression(query, "exact", lowered), limit, ranked, dossier)
        if len(ids) < limit:
            seen = set(ids)
            ids += [i for i in self._ids(folded, limit + len(ids), ranked, dossier) if i not in seen]
        return Hits(ids[:limit], count, ranked)

    def _ids(self, match: str, limit: int, ranked: bool, dossier: int | None) -> list[int]:
        where, values = _filter(dossier)
        order = "bm25(entry), o.issued DESC" if ranked else "o.issued DESC, o.id DESC"
        sql = f"""SELECT o.id FROM entry_order o JOIN entry ON entry.rowid = o.id
                  WHERE entry MATCH ?{where} ORDER BY {order} LIMIT ?"""  # noqa: S608 - fixed parts only
        with self._connected() as connection:
            return [row[0] for row in connection.exec_driver_sql(sql, (match, *values, limit))]

    def _count(self, match: str, dossier: int | None) -> int:
        where, values = _filter(dossier)
        join = "entry JOIN entry_order o ON o.id = entry.rowid" if where else "entry"
        sql = f"SELECT count(*) FROM (SELECT 1 FROM {join} WHERE entry MATCH ?{where} LIMIT {max(COUNT_CAP, RANK_LIMIT)})"  # noqa: S608
        with self._connected() as connection:
            return int(connection.exec_driver_sql(sql, (match, *values)).scalar_one())

    def close(self) -> None:
        self.engine.dispose()


class Indexing:
    """Changes within one `Search.update`."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def put(self, entries: Iterable[Entry]) -> None:
        for entry in entries:
            self.remove(entry.id)
            self._connection.exec_driver_sql(
                "INSERT INTO entry(rowid, folded, exact) VALUES (?, ?, ?)",
                (entry.id, fold_text(entry.text), lowered(entry.text)),
            )
            self._connection.exec_driver_sql(
                "INSERT INTO entry_order VALUES (?, ?, ?)", (entry.id, entry.issued, entry.dossier)
            )

    def remove(self, document_id: int) -> None:
        self._connection.exec_driver_sql("DELETE FROM entry WHERE rowid = ?", (document_id,))
        self._connection.exec_driver_sql("DELETE FROM entry_order WHERE id = ?", (document_id,))


def fold_text(text: str) -> str:
    """`fold` for long texts: word by word, so that the cache serves."""
    return " ".join(fold(word) for word in words(text))


def match_expression(query: str, column: str, form: Any) -> str:
    """An FTS5 expression: every word, "…" as a phrase, codes like 125/QĐ-UBND as a phrase, the last bare word as a prefix."""
    parts: list[str] = []
    pieces = query.split('"')
    for index, piece in enumerate(pieces):
        if index % 2:  # between quotation marks
            parts += _phrase(piece, form)
            continue
        for token in piece.split():
            parts += _phrase(token, form)
    if parts and query[-1:] not in ('"', " "):
        parts[-1] += "*"
    return f"{column}: ({' AND '.join(parts)})" if parts else ""


def _phrase(text: str, form: Any) -> list[str]:
    found = [form(word) for word in words(text)]
    return [f'"{" ".join(found)}"'] if found else []


def _filter(dossier: int | None) -> tuple[str, tuple[int, ...]]:
    return ("", ()) if dossier is None else (" AND o.dossier = ?", (dossier,))
