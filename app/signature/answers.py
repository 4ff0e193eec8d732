"""Keeps what authorities said (OCSP answers, CRLs) with the time it was fetched and until when it may be used again."""

from __future__ import annotations

import contextlib
import hashlib
import json
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from storage.disk import write_atomic

OCSP_LIVES = timedelta(minutes=10)  # a batch shares an answer; a later one asks anew
CRL_LIVES = timedelta(hours=12)


@dataclass(slots=True, frozen=True)
class Answer:
    data: bytes
    fetched: datetime
    until: datetime


class AnswerCache:
    """In memory, and in `folder` when one is given. Safe on any thread; a damaged file counts as absent."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._kept: dict[str, Answer] = {}
        self._lock = threading.Lock()

    def get(self, key: str, now: datetime) -> Answer | None:
        """What was kept under `key` (an address with its question) and still may be used at `now`."""
        with self._lock:
            found = self._kept.get(key) or self._read(key)
            if found is None or not found.fetched <= now < found.until:
                return None
            self._kept[key] = found
            return found

    def put(self, key: str, data: bytes, now: datetime, until: datetime) -> None:
        with self._lock:
            self._kept[key] = Answer(data, now, until)
            if self._folder is not None:
                head = json.dumps({"key": key, "fetched": now.isoformat(), "until": until.isoformat()})
                with contextlib.suppress(OSError):  # a full disk costs only speed
                    self._folder.mkdir(parents=True, exist_ok=True)
                    write_atomic(self._file(key), head.encode() + b"\n" + data)

    def _file(self, key: str) -> Path:
        return Path(self._folder or ".") / f"{hashlib.sha256(key.encode()).hexdigest()}.answer"

    def _read(self, key: str) -> Answer | None:
        if self._folder is None:
            return None
        try:
            head, _line, data = self._file(key).read_bytes().partition(b"\n")
            told = json.loads(head)
            if told["key"] != key:
                return None
            return Answer(data, datetime.fromisoformat(told["fetched"]), datetime.fromisoformat(told["until"]))
        except (OSError, ValueError, KeyError, TypeError):
            return None


def usable_until(kind: str, parsed: Any, now: datetime) -> datetime:
    """Until when an answer fetched `now` may be used again: what it says itself, at most our own limit."""
    limit = now + (CRL_LIVES if kind == "crl" else OCSP_LIVES)
    try:
        if kind == "crl":
            told = parsed["tbs_cert_list"]["next_update"].native
        else:
            told = min(
                (s["next_update"].native for s in parsed.response_data["responses"] if s["next_update"].native), default=None
            )
    except (ValueError, TypeError, KeyError):
        told = None
    return limit if told is None else min(limit, told)
