"""Judges foreign files in the sandbox, by whatever the caller trusts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol

from app.signature.trust import Trust
from app.signature.verify import Verification


class Caller(Protocol):
    """The sandbox, as much of it as is used here."""

    def call(self, task: str, **params: Any) -> Any: ...


@contextmanager
def written(trust: Trust) -> Iterator[Path]:
    """The anchors as files, for a process that gets nothing else."""
    with TemporaryDirectory(prefix="vankho-") as name:
        folder = Path(name)
        write_anchors(folder, trust.anchors)
        yield folder


def write_anchors(folder: Path, anchors: Iterable[Any]) -> None:
    """Each a file, DER, as `app.signature.trust.load_trust` reads a folder."""
    for number, anchor in enumerate(anchors):
        (folder / f"{number}.der").write_bytes(anchor.dump())


def verify_apart(path: Path, sandbox: Caller, trust: Trust, now: datetime | None = None) -> Verification:
    """`app.signature.verify.verify_any`, offline, where a crash hurts nobody. Raises what it raises, and `sandbox.*`."""
    with written(trust) as folder:
        moment = now.isoformat() if now else None
        row = sandbox.call("app.signature.tasks:verify", path=str(path.absolute()), trust=str(folder), now=moment)
    return Verification.from_json(row)
