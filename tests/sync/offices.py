"""The words of these tests: a server in a folder, a desk that is enrolled there, batches of records."""

from __future__ import annotations

import io
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO

import niquests

from app.jobs import Job
from app.sync.client import deposit, enrol
from app.sync.endpoint import Endpoint
from app.sync.manifest import Blob, Item, Manifest, Metadata, new_id, seal
from app.sync.outbox import BatchState
from app.sync.receipt import Receipt
from app.sync.strict import sha256
from server.enrolment import create_code
from server.limits import Limits
from server.main import embedded

AGENCY = "000.00.12.H29"


class QuickClock:
    """Time in which rests cost nothing."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@dataclass
class Desk:
    """A desk with its bytes and what it heard while depositing."""

    endpoint: Endpoint
    bytes: dict[str, bytes] = field(default_factory=dict)
    states: list[BatchState] = field(default_factory=list)

    def open(self, digest: str) -> BinaryIO:
        return io.BytesIO(self.bytes[digest])

    def item(
        self, *files: bytes, uuid: str | None = None, version: int = 1, parent: str | None = None, title: str = "x"
    ) -> Item:
        metadata, data = Metadata.of({"subject": title})
        self.bytes[metadata.sha256] = data
        blobs = tuple(self.blob(content, f"original/{n}.pdf") for n, content in enumerate(files))
        return Item(uuid or new_id(), version, parent, "document", metadata, blobs)

    def blob(self, content: bytes, path: str) -> Blob:
        self.bytes[sha256(content)] = content
        return Blob(sha256(content), len(content), path, "fmt/95")

    def batch(self, *items: Item) -> Manifest:
        return seal(self.endpoint.agency, self.endpoint.desk_id, items, "test 1")

    def deposit(self, manifest: Manifest, *, via: str | None = None, job: Job | None = None, **settings: object) -> Receipt:
        endpoint = replace(self.endpoint, url=via) if via else self.endpoint
        settings.setdefault("clock", QuickClock())
        return deposit(job or Job(), endpoint, manifest, self.open, self.states.append, **settings)  # type: ignore[arg-type]


@dataclass
class Office:
    """A running server and its folder."""

    folder: Path
    url: str
    agency: str = AGENCY

    def desk(self, agency: str | None = None) -> Desk:
        """A new desk of the office's own agency, or of another."""
        agency = agency or self.agency
        return Desk(enrol(self.url, create_code(self.folder, agency), "Máy văn thư", agency))

    def blobs(self) -> dict[str, Path]:
        """The agency's whole blobs on the server's disk."""
        found = (self.folder / "objects").glob(f"{sha256(self.agency.encode())[:32]}/??/??/*")
        return {path.name: path for path in found}


@contextmanager
def office(folder: Path, limits: Limits | None = None) -> Iterator[Office]:
    with embedded(folder, limits) as url:
        yield Office(folder, url)


def noise(size: int, seed: int = 0) -> bytes:
    """Bytes that don't repeat, the same for the same seed."""
    return random.Random(f"{size} {seed}").randbytes(size)


@contextmanager
def http(desk: Desk) -> Iterator[niquests.Session]:
    """Plain requests as an enrolled desk."""
    with niquests.Session(base_url=desk.endpoint.url, auth=desk.endpoint.token, disable_http3=True) as session:
        session.trust_env = False
        yield session
