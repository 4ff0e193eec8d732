"""Encryption: objects against plain files, and search in the encrypted index against plain SQLite."""

from __future__ import annotations

import hashlib
import os
import random
import sqlite3
import statistics
import tempfile
from pathlib import Path

from bench.measure import Row, alternate, seconds

FILES, SIZE = 100, 400_000
DOCUMENTS, WORDS = 20_000, 120


def run() -> list[Row]:
    return [_objects(), *_search()]


def _objects() -> Row:
    from storage.disk import write_atomic
    from storage.objects import Objects

    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        store = Objects(place / "objects", bytes(32))
        blobs = [os.urandom(SIZE) for _ in range(FILES)]
        salt = iter(range(10**9))

        def ours() -> None:
            mark = str(next(salt)).encode()
            for blob in blobs:
                store.put_bytes(mark + blob)

        def plain() -> None:
            mark = str(next(salt)).encode()
            for number, blob in enumerate(blobs):
                hashlib.sha256(mark + blob)
                write_atomic(place / str(number), mark + blob)

        mine, anchor = alternate(ours, plain, 3)
    size = FILES * SIZE / 1e6
    plainly = f"plain, hashed {size / anchor:.0f} MB/s"
    return Row("objects: store 400 kB files, encrypted", f"{size / mine:.0f} MB/s", plainly, anchor / mine, "≥ 0.8")


def _search() -> list[Row]:
    from storage.search import Entry, Search, fold_text

    rng = random.Random(7)
    letters = "bcdđghklmnpqrstvx"
    vocabulary = [rng.choice(letters) + v + e for v in "aăâeêioôơuưáàạệộ" for e in ("", "n", "ng", "t", "m", "nh")]
    vocabulary += [f"{w}{n}" for n in range(40) for w in vocabulary[:50]]
    weights = [1 / (n + 1) for n in range(len(vocabulary))]
    texts = [" ".join(rng.choices(vocabulary, weights, k=WORDS)) for _ in range(DOCUMENTS)]
    with tempfile.TemporaryDirectory() as folder:
        ours = Search(Path(folder) / "search.db", bytes(32))
        plain = sqlite3.connect(Path(folder) / "plain.db")
        plain.execute("CREATE VIRTUAL TABLE entry USING fts5(text, content='', tokenize='unicode61 remove_diacritics 2')")

        def fill_ours() -> None:
            with ours.update(1) as index:
                index.put(Entry(n + 1, text, f"2024-{n % 12 + 1:02d}-01") for n, text in enumerate(texts))

        def fill_plain() -> None:
            with plain:
                plain.executemany(
                    "INSERT INTO entry(rowid, text) VALUES (?, ?)", ((n + 1, fold_text(t)) for n, t in enumerate(texts))
                )

        mine, anchor = seconds(fill_ours), seconds(fill_plain)
        one_column = f"plain FTS5, one column {DOCUMENTS / anchor:.0f}/s"
        rows = [Row(f"search: index {DOCUMENTS} documents", f"{DOCUMENTS / mine:.0f}/s", one_column, anchor / mine, "")]
        queries = [" ".join(rng.choices(vocabulary, k=k)) for k in (1, 2, 3) for _ in range(60)] + vocabulary[:20]
        sql = "SELECT rowid FROM entry WHERE entry MATCH ? ORDER BY rank LIMIT 50"
        times = sorted(seconds(lambda q=q: ours.find(q)) * 1000 for q in queries)
        theirs = sorted(seconds(lambda q=q: plain.execute(sql, (f'"{fold_text(q)}"',)).fetchall()) * 1000 for q in queries)
        p95, their_p95 = (row[int(len(row) * 0.95)] for row in (times, theirs))
        own = f"{p95:.1f} ms (median {statistics.median(times):.1f})"
        ranked = f"plain FTS5 ranked {their_p95:.1f} ms"
        rows.append(Row(f"search: any query, p95 of {len(queries)}", own, ranked, p95 / their_p95, "p95 ≤ 50 ms at 1 M"))
        ours.close()
        plain.close()
    return rows
