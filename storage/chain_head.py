"""The head of the audit chain, kept beside the database under a key of its own.

A chain proves that nothing was changed in its middle, but not that its newest entries are still there: whoever cuts them off leaves a
shorter whole chain. So the newest entry's number and hash stand in `audit.head`, authenticated by HMAC-SHA-256 with a key that derives
from the archive's. A head that the chain no longer reaches is kept there for good, with the time at which it was noticed.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import threading
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage import audit
from storage.disk import as_its_folder
from storage.records import AuditEntry

SETTLE = 2.0  # seconds: how often the head is forced to the disk while much is written
MOST = 50  # lost heads that are remembered


@dataclass(slots=True, frozen=True)
class LostHead:
    """The chain once ended at entry `seq` and no longer holds it. seq 0 with no hash: the head file itself was gone or forged."""

    seq: int
    hash: str
    noticed: str


class ChainHead:
    """Follows the chain of one archive. Threads may use it together."""

    def __init__(self, path: Path, key: bytes) -> None:
        self._path = path
        self._key = key
        self._lock = threading.Lock()
        self._settled = 0.0
        self._head = (0, audit.GENESIS)
        self.lost: list[LostHead] = []

    def begin(self, session: Session, *, now: str, new: bool) -> None:
        """Compares the head kept with the chain as it is; `new`: an archive that is just being made has none yet."""
        kept = self._load()
        if kept is None:
            if not new:
                self.lost.append(LostHead(0, "", now))
        elif kept[0] and session.scalar(select(AuditEntry.hash).where(AuditEntry.seq == kept[0])) != kept[1]:
            self.lost.append(LostHead(*kept, now))
        last = session.execute(select(AuditEntry.seq, AuditEntry.hash).order_by(AuditEntry.seq.desc()).limit(1)).first()
        self._head = (last[0], last[1]) if last else (0, audit.GENESIS)
        self._write(settle=True)

    def follow(self, seq: int, value: str) -> None:
        """The chain has grown to this entry."""
        with self._lock:
            if seq > self._head[0]:
                self._head = (seq, value)
                self._write(settle=time.monotonic() - self._settled > SETTLE)

    def close(self) -> None:
        with self._lock:
            self._write(settle=True)

    def _load(self) -> tuple[int, str] | None:
        """The head kept, None where there is none that this archive's key made. Lost heads come along."""
        try:
            said = json.loads(self._path.read_bytes())
            if not hmac.compare_digest(self._mac(said["seq"], said["hash"], said["lost"]), str(said["mac"])):
                return None
            self.lost = [LostHead(int(one["seq"]), str(one["hash"]), str(one["noticed"])) for one in said["lost"]]
            return int(said["seq"]), str(said["hash"])
        except (FileNotFoundError, ValueError, KeyError, TypeError):
            return None

    def _write(self, *, settle: bool) -> None:
        lost = [asdict(one) for one in self.lost[-MOST:]]
        seq, value = self._head
        said = {"seq": seq, "hash": value, "lost": lost, "mac": self._mac(seq, value, lost)}
        part = self._path.with_name(self._path.name + ".part")
        with open(part, "w", encoding="ascii", opener=as_its_folder) as file:
            json.dump(said, file)
            if settle:
                file.flush()
                os.fsync(file.fileno())
                self._settled = time.monotonic()
        part.replace(self._path)

    def _mac(self, seq: int, value: str, lost: list[dict[str, Any]]) -> str:
        return hmac.new(self._key, audit.canonical([seq, value, lost]), hashlib.sha256).hexdigest()
