"""Commit: read every byte of a batch again from the disk, then count it in one transaction and sign the receipt.

A long check goes on in the background while the desk asks again; a server that is killed meanwhile just checks anew.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime

from starlette.concurrency import run_in_threadpool

from app.sync import strict
from app.sync.manifest import Manifest
from server.blobs import Blobs
from server.ledger import Ledger
from server.problems import Refused
from server.signing import Signer

READERS = min(4, os.cpu_count() or 1)  # hashing lets go of the interpreter
MAX_TOLD = 1000  # missing digests in one answer


@dataclass(slots=True)
class Commits:
    """The commits under way in this process."""

    ledger: Ledger
    blobs: Blobs
    signer: Signer
    now: Callable[[], datetime]
    _live: dict[tuple[str, str], asyncio.Task[str]] = field(default_factory=dict)

    async def commit(self, agency: str, batch: str, grace: float) -> str | None:
        """The receipt; None when the check needs longer than `grace` seconds. Refused (409) with what is missing."""
        key = (agency, batch)
        task = self._live.get(key)
        if task is None:
            task = self._live[key] = asyncio.create_task(run_in_threadpool(self._check_and_count, agency, batch))
            task.add_done_callback(_look_at)
        done, _ = await asyncio.wait({task}, timeout=grace)
        if not done:
            return None
        # The outcome is kept until somebody has heard it: a long check would otherwise end unheard and begin again for ever.
        if self._live.get(key) is task:
            del self._live[key]
        return task.result()

    def checking(self, agency: str, batch: str) -> bool:
        task = self._live.get((agency, batch))
        return task is not None and not task.done()

    def _check_and_count(self, agency: str, batch: str) -> str:
        row = self.ledger.batch(agency, batch)
        if row is None:
            raise Refused(404, "batch_unknown")
        if row.receipt is not None:
            return str(row.receipt)
        manifest = Manifest.read(row.manifest)
        wanted = manifest.wanted
        with ThreadPoolExecutor(READERS, thread_name_prefix="commit") as pool:
            whole = pool.map(lambda sha: self.blobs.intact(agency, sha, wanted[sha]), wanted)
            missing = [sha for sha, intact in zip(wanted, whole, strict=True) if not intact]
        if missing:
            raise Refused(409, "missing", f"{len(missing)} blobs are not here", missing=missing[:MAX_TOLD])
        self.blobs.settle(agency, manifest.wanted)
        return self.ledger.accept(agency, batch, self._unreadable(manifest), self.signer, self.now())

    def _unreadable(self, manifest: Manifest) -> set[str]:
        """Descriptions that are not canonical JSON objects."""
        found = set()
        for sha256 in {item.metadata.sha256 for item in manifest.items}:
            with self.blobs.open(manifest.agency, sha256) as file:
                try:
                    if not isinstance(strict.read_canonical(file.read()), dict):
                        found.add(sha256)
                except strict.Malformed:
                    found.add(sha256)
        return found


def _look_at(task: asyncio.Task[str]) -> None:
    """Whoever still waits gets the exception; nobody waiting is no fault."""
    if not task.cancelled():
        task.exception()
