"""The records compared with the audit log: what the log says they are must be what they are.

A change past the program (with the key, by a tool) leaves the hash chain whole, but the log then tells another story than the rows.
Every logged column's last value is kept as an 8-byte digest, a slice of the records at a time, and compared with the rows as they stand.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table, func, select
from sqlalchemy.orm import Session

from storage import audit
from storage.records import AuditEntry, Record

SLICE = 200_000  # records held at a time: under 100 MB
MOST = 200  # differences told; more say nothing more
_UNSAID = bytes(8)  # the log never named this column: it came with a later version
Tell = Callable[[int, int], None]


@dataclass(slots=True, frozen=True)
class RowChange:
    """A record that is not what the log says. `what`: "changed" (in `columns`), "removed", "added"."""

    table: str
    id: tuple[Any, ...]
    what: str
    columns: tuple[str, ...] = ()


def differences(session: Session, tell: Tell | None = None, *, slice_of: int = SLICE) -> list[RowChange]:
    """At most `MOST` records that differ from the log. `tell(done, total)` hears of the passes over the log and may raise."""
    tables = _tables()
    rows = sum(session.scalar(select(func.count()).select_from(table)) or 0 for table in tables.values())
    passes = rows // slice_of + 1
    found: list[RowChange] = []
    for number in range(passes):
        if tell is not None:
            tell(number, passes)
        found += _compare(session, tables, _replayed(session, tables, number, passes), number, passes, MOST - len(found))
        if len(found) >= MOST:
            break
    return found


def _tables() -> dict[str, Table]:
    unlogged = {record.__tablename__ for record in audit.UNLOGGED}
    return {name: table for name, table in Record.metadata.tables.items() if name not in unlogged}


_Known = dict[tuple[str, tuple[Any, ...]], bytearray]


def _replayed(session: Session, tables: dict[str, Table], number: int, passes: int) -> _Known:
    """The last digest of each column of the records of one slice, as the log tells it."""
    places = {name: {column.key: place for place, column in enumerate(table.columns)} for name, table in tables.items()}
    known: _Known = {}
    for entry in session.scalars(select(AuditEntry).order_by(AuditEntry.seq).execution_options(yield_per=200)):
        for change in audit.read_changes(entry):
            key = (change["table"], tuple(change["id"]))
            if change["table"] not in places or _slice(key, passes) != number:
                continue
            if change["op"] == "delete":
                known.pop(key, None)
                continue
            columns = places[change["table"]]
            if change["op"] == "insert":
                known[key] = bytearray(8 * len(columns))
            state = known.setdefault(key, bytearray(8 * len(columns)))
            for name, value in change["after"].items():
                if name in columns:
                    state[8 * columns[name] : 8 * columns[name] + 8] = _digest(value)
        session.expunge(entry)
    return known


def _compare(session: Session, tables: dict[str, Table], known: _Known, number: int, passes: int, most: int) -> list[RowChange]:
    found: list[RowChange] = []
    for name, table in tables.items():
        for key, values in _stored(session, name, table):
            if _slice(key, passes) != number:
                continue
            state = known.pop(key, None)
            if state is None:
                found.append(RowChange(name, key[1], "added"))
            else:
                other = tuple(
                    column.key
                    for place, column in enumerate(table.columns)
                    if (said := bytes(state[8 * place : 8 * place + 8])) != _UNSAID and said != _digest(values[place])
                )
                if other:
                    found.append(RowChange(name, key[1], "changed", other))
            if len(found) >= most:
                return found
    found += [RowChange(table, row_id, "removed") for table, row_id in list(known)[: most - len(found)]]
    return found


def _stored(session: Session, name: str, table: Table) -> Iterator[tuple[tuple[str, tuple[Any, ...]], list[Any]]]:
    keys = [place for place, column in enumerate(table.columns) if column.primary_key]
    bulky = [bool(column.info.get("bulky")) for column in table.columns]
    for row in session.execute(select(table).execution_options(yield_per=500)):
        values = [audit.plain(value, big) for value, big in zip(row, bulky, strict=True)]
        yield (name, tuple(row[place] for place in keys)), values


def _slice(key: tuple[str, tuple[Any, ...]], passes: int) -> int:
    return 0 if passes == 1 else int.from_bytes(_digest([key[0], list(key[1])])) % passes


def _digest(value: Any) -> bytes:
    """True and 1, 1.0 and 1 are one value to the database."""
    if isinstance(value, bool | float) and float(value).is_integer():
        value = int(value)
    return hashlib.blake2b(audit.canonical(value), digest_size=8).digest()
