"""Writes a package: streamed, proven while it is copied, and either whole or not there at all."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from zipstream.ng import ZipStream

from app.errors import AppError
from app.i18n import _
from app.jobs import Job
from app.package.model import PackageInput
from app.package.plan import Member, Plan
from app.package.plans import plan_of
from app.package.proving import Digest, Prover
from app.package.space import refuse_small_disk

CHUNK = 1 << 20
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


@dataclass(slots=True, frozen=True)
class Written:
    """A package on disk. `sha256` (hex) is that of the ZIP, empty for a folder; `bytes` of what lies on disk."""

    path: Path
    objid: str
    files: int
    bytes: int
    sha256: str


def write_package(
    job: Job,
    package: PackageInput,
    out_dir: Path,
    *,
    dialect: str = "accepted",
    version: str = "",
    as_zip: bool = True,
    prove: bool = True,
    plan: Plan | None = None,
) -> Written:
    """Writes `package` into `out_dir` as one ZIP, or as a folder. `version` is that of E-ARK, where the kind has one.

    With `prove` every document is held against its known SHA-256 on the way, and our own XML against its schemas. Without it only
    sizes are, for callers who check the package afterwards: the check reads back what really lies on disk. `plan` is that of
    the package, where the caller has it already.

    The name is taken only when everything is on disk; whatever stops the work leaves nothing behind. Raises AppError:
    `package.fields` (the archive would refuse it), `package.fixity` (a file is not what the catalog says),
    `package.payload` (a file cannot be read), `package.space`, `package.exists`, `package.write`.
    """
    plan = plan or plan_of(package, dialect, version, prove=prove)
    target = out_dir / (plan.zip_name if as_zip else plan.folder)
    part = out_dir / f"{target.name}.part"
    try:
        out_dir.mkdir(parents=True, exist_ok=True)
        _refuse_existing(target)
        _remove(part)
        writer = _write_zip if as_zip else _write_folder
        written = writer(job, plan, part, target, prove)
    except OSError as error:
        _remove(part)
        raise _told(error, out_dir) from error
    except BaseException:
        _remove(part)
        raise
    return written


def _write_zip(job: Job, plan: Plan, part: Path, target: Path, prove: bool) -> Written:
    stream, prover, whole = ZipStream(sized=True), Prover(), Digest()  # type: ignore[no-untyped-call]
    for number, member in enumerate(plan.members):
        chunks = _member_chunks(job, prover, member, number, len(plan.members), prove)
        stream.add(chunks, f"{plan.folder}/{member.path}", size=member.size)
    size = len(stream)
    refuse_small_disk(part.parent, size)
    with part.open("wb") as file, prover:
        for chunk in _gathered(stream):
            file.write(chunk)
            prover.feed(whole, chunk)
        _on_disk(file)
    _all_proven(prover)
    part.replace(target)
    _sync_folder(target.parent)
    return Written(target, plan.objid, len(plan.members), size, whole.hex)


def _gathered(stream: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in pieces of about CHUNK: thousands of small members need not pass the queue one by one."""
    held: list[bytes] = []
    size = 0
    for chunk in stream:
        held.append(chunk)
        size += len(chunk)
        if size >= CHUNK:
            yield b"".join(held)
            held, size = [], 0
    if held:
        yield b"".join(held)


def _write_folder(job: Job, plan: Plan, part: Path, target: Path, prove: bool) -> Written:
    size = sum(member.size for member in plan.members)
    refuse_small_disk(part.parent, size)
    with Prover() as prover:
        for number, member in enumerate(plan.members):
            place = part / member.path
            place.parent.mkdir(parents=True, exist_ok=True)
            with place.open("wb") as file:
                for chunk in _member_chunks(job, prover, member, number, len(plan.members), prove):
                    file.write(chunk)
                _on_disk(file)
    _all_proven(prover)
    for folder in {(part / member.path).parent for member in plan.members}:
        _sync_folder(folder)
    part.rename(target)
    _sync_folder(target.parent)
    return Written(target, plan.objid, len(plan.members), size, "")


def _member_chunks(job: Job, prover: Prover, member: Member, number: int, total: int, prove: bool) -> Iterator[bytes]:
    job.progress(number, total)
    if member.content is not None:
        yield member.content
    else:
        yield from _proven_chunks(job, prover, member, prove)
    if number + 1 == total:
        job.progress(total, total)


def _proven_chunks(job: Job, prover: Prover, member: Member, prove: bool) -> Iterator[bytes]:
    """The bytes of a document's file. A wrong size is told at once, a wrong digest as soon as the prover knows."""
    document = member.file
    assert document is not None  # noqa: S101 - a member without content has one
    digest, size = Digest(), 0
    for chunk in _read(document.open, document.name, min(CHUNK, member.size + 1)):
        job.check()
        _all_proven(prover)
        size += len(chunk)
        if size > member.size:
            break
        if prove:
            prover.feed(digest, chunk)
        yield chunk
    if size != member.size:
        raise _changed(document.name, f"size {size} of {member.size}")
    if prove:
        prover.expect(digest, member.sha256, document.name)


def _all_proven(prover: Prover) -> None:
    if prover.wrong is not None:
        raise _changed(prover.wrong, "sha256 differs")


def _changed(name: str, detail: str) -> AppError:
    return AppError(
        "package.fixity",
        _("The file “{name}” is not the one that was archived: its bytes have changed.").format(name=name),
        _("Restore the file from a backup, then export again."),
        detail=detail,
    )


def _read(opener: Callable[[], BinaryIO], name: str, piece: int) -> Iterator[bytes]:
    try:
        with opener() as file:
            while chunk := file.read(piece):
                yield chunk
    except OSError as error:
        raise AppError(
            "package.payload",
            _("The file “{name}” cannot be read.").format(name=name),
            _("Check that its disk is connected, or restore the file from a backup."),
            detail=str(error),
        ) from error


def _on_disk(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())


def _refuse_existing(target: Path) -> None:
    if target.exists():
        raise AppError(
            "package.exists",
            _("“{name}” is already in the folder.").format(name=target.name),
            _("Choose another folder, or move the older package away."),
        )


def _told(error: OSError, folder: Path) -> AppError:
    if error.errno in _FULL:
        words = _("The disk is full; the package in “{folder}” was not written.").format(folder=folder)
        return AppError("package.space", words, _("Free some space or choose another folder."), detail=str(error))
    words = _("The package cannot be written to “{folder}”.").format(folder=folder)
    return AppError("package.write", words, _("Check the folder and your rights to it."), detail=str(error))


def _remove(part: Path) -> None:
    """What cannot be removed must not hide why the work failed; the next run tries again."""
    if part.is_dir() and not part.is_symlink():
        shutil.rmtree(part, ignore_errors=True)
    else:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    """A rename lasts only when its folder is on disk; Windows cannot open folders and needs no such thing."""
    if os.name == "nt":
        return
    with suppress(OSError):  # some network disks refuse it; the files themselves are on disk by now
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
