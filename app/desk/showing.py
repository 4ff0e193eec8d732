"""What you see is what you sign: the very bytes that will be signed, shown and looked through before anybody signs.

The bytes are named by their SHA-256; `SignChoice.shown` carries it to the signing, which refuses a document that changed meanwhile.
"""

from __future__ import annotations

import hashlib
import secrets
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from app.desk import found
from app.desk.looks import Looked, Wish, look_for_document
from app.errors import AppError, Cancelled
from app.i18n import _
from app.jobs import Job
from app.sandbox import SandboxPool
from app.signature.appearance import Appearance
from app.signature.lint import Finding, inspect
from app.signature.picture import DOUBTS, doubts, read_picture
from app.signature.preview import to_plain
from app.workspace import Workspace
from storage import queries
from storage.records.reading import Box

DPI = 110  # of the pages on screen


@dataclass(slots=True, frozen=True)
class ShownFile:
    """A private copy of the bytes to be signed. `path` lies in the folder that was given and goes with it."""

    document_id: int
    name: str
    type_name: str
    path: Path
    sha256: str
    pages: int
    signatures: int


@dataclass(slots=True, frozen=True)
class Preview:
    """How the signature will be drawn: page from 1, box in fractions of it; letters as [text, x, y, size] in points.

    `doubts` are sentences about the picture; `looked` says where the place comes from.
    """

    look: Appearance | None
    looked: Looked
    page: int = 0
    box: Box | None = None
    width: float = 0.0
    height: float = 0.0
    runs: list[tuple[str, float, float, float]] = field(default_factory=list)
    italic: bool = False
    signatures: int = 0
    doubts: list[str] = field(default_factory=list)


TO_SIGN, TO_VERIFY = ("signed", "access", "original"), ("signed", "original")


def show_document(
    job: Job, workspace: Workspace, boxes: SandboxPool, document_id: int, folder: Path, kinds: Sequence[str] = TO_SIGN
) -> ShownFile:
    """Copies what would be signed (or verified) into `folder`. Raises AppError `document.gone`, `sign.no_pdf`, `verify.no_pdf`, `pdf.*`."""
    with workspace.catalog.read() as session:
        document = found.document(session, document_id)
        rendition = queries.best_rendition(session, document_id, *kinds)
        name, type_name = document.code or document.subject or document.source_name, document.type_name
    if rendition is None or rendition.mime != "application/pdf":
        if tuple(kinds) == TO_VERIFY:  # a scan that was never signed, as most are
            raise AppError(
                "verify.no_pdf",
                _("This document has no digital signature."),
                _("It came as a picture and has not been signed. Sign it first, or press “Verify another file…”."),
            )
        raise AppError(
            "sign.no_pdf",
            _("This document has no PDF to sign yet."),
            _("Wait until it has been recognised, or recognise it again."),
        )
    path = folder / f"{rendition.sha256}.pdf"
    if not path.exists():
        workspace.objects.copy_out(rendition.sha256, path)
    info = boxes.call("app.capture.tasks:inspect", path=str(path), job=job)
    return ShownFile(document_id, name, type_name, path, rendition.sha256, int(info["pages"]), rendition.signatures)


def show_file(job: Job, boxes: SandboxPool, source: Path, folder: Path) -> ShownFile:
    """The same of a file outside of the archive: what is judged is the copy, whatever happens to the file meanwhile.

    Of a file whose pages can't be shown `pages` is 0. Raises AppError `file.unreadable`.
    """
    part = folder / f"{secrets.token_hex(8)}.pdf"
    try:
        with source.open("rb") as file, part.open("xb") as copy:
            shutil.copyfileobj(file, copy)
        with part.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise AppError(
            "file.unreadable",
            _("{name} could not be read from where it lies.").format(name=source.name),
            _("Check the USB stick, the drive or the network, then add it again."),
            detail=repr(error),
        ) from error
    try:
        info = boxes.call("app.capture.tasks:inspect", path=str(part), job=job)
    except Cancelled:
        raise
    except AppError:  # a damaged file is judged all the same; only its pages can't be shown
        info = {"pages": 0, "signatures": 0}
    return ShownFile(0, source.name, "", part, sha256, int(info["pages"]), int(info["signatures"]))


def page_picture(job: Job, boxes: SandboxPool, shown: ShownFile, number: int) -> bytes:
    """One page (from 1) of the shown bytes as an image. Raises `page.unreadable`."""
    out = shown.path.with_name(f"{shown.path.stem}-{number}.jpg")
    if not out.exists():
        boxes.call("app.signature.tasks:draw_page", path=str(shown.path), index=number - 1, out=str(out), dpi=DPI, job=job)
    return out.read_bytes()


def findings(job: Job, boxes: SandboxPool, shown: ShownFile) -> list[Finding]:
    """What lies in the file besides what is seen; the worst first."""
    return inspect(shown.path, boxes, job=job)


def preview_look(
    job: Job, workspace: Workspace, boxes: SandboxPool, shown: ShownFile, wish: Wish, *, subject: str, organisation: str
) -> Preview:
    """The look as it will be drawn. Raises what signing would raise: `sign.image_missing`, `sign.place_missing`, `sign.locked` …"""
    looked = look_for_document(workspace, shown.document_id, wish)
    return preview_of(job, boxes, shown, looked, subject=subject, organisation=organisation)


def preview_of(job: Job, boxes: SandboxPool, shown: ShownFile, looked: Looked, *, subject: str, organisation: str) -> Preview:
    """The same for a look that is ready, as after dragging."""
    look = looked.look
    if look is None:
        return Preview(None, looked, signatures=shown.signatures)
    told: dict[str, Any] = boxes.call(
        "app.signature.tasks:lay_out",
        path=str(shown.path),
        look=to_plain(look),
        subject=subject,
        organisation=organisation,
        moment=datetime.now(UTC).isoformat(timespec="seconds"),
        job=job,
    )
    words = _doubts(look)
    if told["box"] is None:
        return Preview(look, looked, signatures=told["earlier"], doubts=words)
    x0, y0, x1, y1 = told["box"]
    runs = [(text, x, y, size) for text, x, y, size in told["runs"]]
    return Preview(
        look,
        looked,
        told["page"],
        (x0, y0, x1, y1),
        told["width"],
        told["height"],
        runs,
        told["italic"],
        told["earlier"],
        words,
    )


def _doubts(look: Appearance) -> list[str]:
    if look.image is None:
        return []
    return [_(DOUBTS[code]) for code in doubts(read_picture(look.image), seal=look.kind == "organisation")]
