"""Keeping proofs alive: evidence records over a day's intake, and what will stop being provable and when."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from app.errors import AppError
from app.i18n import _
from app.jobs import Job
from app.sandbox import SandboxPool
from app.signature.evidence.making import make_records, renew_stamps, renew_trees
from app.signature.evidence.record import EvidenceRecord, Form, load_record
from app.signature.renewing import renew_archive_stamp
from app.signature.timestamp import TimestampService
from app.troubles import in_words

SUFFIX = {"asn1": ".ers", "xml": ".ers.xml"}
WARN_BEFORE = timedelta(days=90)


@dataclass(slots=True, frozen=True)
class Due:
    """A signature that stops being provable: `why` is "certificate" (no time stamp: the signer's certificate ends) or "stamp"."""

    file: str
    field: str
    until: datetime
    why: str


@in_words
def make(job: Job, files: Sequence[Path], tsa: str, *, form: Form = "asn1", out: Path | None = None) -> list[tuple[Path, Path]]:
    """One time stamp over all files; a record beside each (or in `out`). Raises `tsa.*`, `evidence.exists`."""
    targets = [(out or file.parent) / (file.name + SUFFIX[form]) for file in files]
    taken = next((target for target in targets if target.exists()), None)
    if taken is not None or len(set(targets)) != len(targets):
        raise AppError(
            "evidence.exists",
            _("There is an evidence record {name} already.").format(name=taken.name if taken else targets[0].name),
            _("Renew it instead, or choose another folder."),
        )
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
    job.progress(0, len(files))
    for target, record in zip(targets, make_records(files, TimestampService(tsa), form=form), strict=True):
        write(target, record)
    job.progress(len(files), len(files))
    return list(zip(files, targets, strict=True))


def check(job: Job, boxes: SandboxPool, file: Path, record: Path, *, trust: Path | None = None) -> dict[str, Any]:
    """`EvidenceReport.to_json`. Raises `evidence.unreadable`."""
    report: dict[str, Any] = boxes.call(
        "app.signature.tasks:evidence",
        path=str(file.absolute()),
        record=str(record.absolute()),
        trust=str(trust.absolute()) if trust else None,
        job=job,
    )
    return report | {"file": str(file), "record": str(record)}


@in_words
def renew(job: Job, files: Sequence[Path], tsa: str, *, digest: str | None = None) -> list[tuple[Path, Path]]:
    """A new time stamp for the records beside the files, one question for all; with `digest` the tree is made anew with that hash."""
    places = [(file, record_beside(file)) for file in files]
    records = [load_record(place.read_bytes()) for _file, place in places]
    job.progress(0, len(files))
    if digest is None:
        renew_stamps(records, TimestampService(tsa))
    else:
        renew_trees(list(zip(records, files, strict=True)), TimestampService(tsa), digest)
    for (_file, place), record in zip(places, records, strict=True):
        write(place, record)
    job.progress(len(files), len(files))
    return places


def record_beside(file: Path) -> Path:
    """Raises `evidence.missing`."""
    found = next((place for suffix in SUFFIX.values() if (place := file.with_name(file.name + suffix)).exists()), None)
    if found is None:
        raise AppError(
            "evidence.missing",
            _("There is no evidence record beside {name}.").format(name=file.name),
            _("Make one first (evidence make), or name the record."),
        )
    return found


def write(target: Path, record: EvidenceRecord) -> None:
    part = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
    with part.open("xb") as file:
        file.write(record.dump())
        file.flush()
        os.fsync(file.fileno())
    part.replace(target)


def due(reports: Iterable[dict[str, Any]], now: datetime, within: timedelta = WARN_BEFORE) -> list[Due]:
    """What stops being provable within that time, the soonest first, from verifications (`Verification.to_json`).

    A signature lives as long as the newest time stamp over it, or, without one, as long as its certificate.
    """
    found = []
    for report in reports:
        stamps = [row for row in report["signatures"] if row["level"] == "TIMESTAMP" and row["verdict"] == "valid"]
        newest = max((row["timestamp"]["notAfter"] for row in stamps), default="")
        for row in report["signatures"]:
            if row["level"] == "TIMESTAMP" or row["verdict"] != "valid":
                continue
            own = row["timestamp"].get("notAfter", "")
            until = max((text for text in (newest, own) if text), default="")
            moment = datetime.fromisoformat(until or row["certificate"]["notAfter"])
            if moment <= now + within:
                found.append(Due(report["file"], row["field"], moment, "stamp" if until else "certificate"))
    return sorted(found, key=lambda one: one.until)


@in_words
def renew_archive(job: Job, boxes: SandboxPool, files: Sequence[Path], tsa: str, out: Path) -> list[Path]:
    """A further archive time stamp for each signed PDF, into the folder `out`; a file that can't be renewed is a problem of the job."""
    service, done = TimestampService(tsa), []
    out.mkdir(parents=True, exist_ok=True)
    for number, file in enumerate(files):
        job.progress(number, len(files), file.name)
        try:
            renew_archive_stamp(file, out / file.name, service, boxes)
            done.append(out / file.name)
        except AppError as error:
            if error.code.startswith("tsa."):
                raise
            job.problem(str(file), error)
    job.progress(len(files), len(files))
    return done
