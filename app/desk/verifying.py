"""Verifying at the desk: the verdict on a file or a document, its report to print or to keep, the version that was signed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from app import clock
from app.desk import found, sealing
from app.desk.trusting import trust_folder
from app.errors import AppError
from app.i18n import _
from app.jobs import Job
from app.sandbox import SandboxPool
from app.signature.asked import ask
from app.signature.lint import Finding, inspect
from app.signature.online import Online
from app.signature.report_pdf import report_pdf
from app.signature.report_xml import report_xml
from app.signature.revisions import signed_version
from app.signature.trust import load_trust
from app.troubles import in_words
from app.workspace import Workspace
from storage import queries
from storage.records import Rendition

PROOF = "proof"  # the kind of rendition that keeps a verification's result with the document


def verify_file(
    job: Job, boxes: SandboxPool, path: Path, *, trust: Path | None = None, online: bool = False, evidence: bool = False
) -> dict[str, Any]:
    """`Verification.to_json` of a file outside of the archive; with `evidence`, what it rests on is under that key.

    `online` asks the authorities whether the certificates were revoked: the sandbox tells whose, this process asks, the sandbox
    judges again with the answers. Of a package, the signature beside it is verified and held against the package.
    """
    place = sealing.seal_of(path)
    options: dict[str, Any] = {"path": str((place or path).absolute()), "trust": str(trust.absolute()) if trust else None}
    report = _judge(job, boxes, options, online=online, evidence=evidence)
    if place is not None:
        report = sealing.judge(job, report, place, None if place == path else path)
    return report | {"file": str(path)}


def _judge(job: Job, boxes: SandboxPool, options: dict[str, Any], *, online: bool, evidence: bool) -> dict[str, Any]:
    report: dict[str, Any] = boxes.call("app.signature.tasks:verify", **options, evidence=evidence or online, job=job)
    if online:
        signers = {row["certificate"]["sha256"] for row in report["signatures"] if row["certificate"]}
        anchors = load_trust(Path(options["trust"]) if options["trust"] else None)
        with TemporaryDirectory(prefix="vankho-") as folder:
            answers = Path(folder) / "answers.json"
            ask(Online(anchors), report["evidence"], signers, anchors, answers)
            report = boxes.call("app.signature.tasks:verify", **options, evidence=evidence, answers=str(answers), job=job)
    return report


@in_words
def write_report(
    job: Job, boxes: SandboxPool, path: Path, out: Path, *, trust: Path | None = None, online: bool = False
) -> dict[str, Any]:
    """Verifies and writes the report as PDF or, when `out` ends in .xml, as ETSI TS 119 102-2. Returns the verification.

    Raises `verify.target_exists`, `verify.report_kind`.
    """
    if out.suffix.lower() not in (".pdf", ".xml"):
        raise AppError(
            "verify.report_kind",
            _("A report can be written as PDF or XML only."),
            _("Choose a name that ends in .pdf or .xml."),
        )
    if out.exists():
        raise AppError(
            "verify.target_exists",
            _("The file {name} is there already.").format(name=out.name),
            _("Choose another name or folder."),
        )
    report = verify_file(job, boxes, path, trust=trust, online=online, evidence=True)
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    now = datetime.now(UTC).replace(microsecond=0)
    if out.suffix.lower() == ".xml":
        out.write_bytes(report_xml(report, sha256=sha256, checked_at=now))
    else:
        report_pdf(report, out, sha256=sha256, checked_at=now)
    report.pop("evidence")
    return report


@in_words
def save_signed_version(job: Job, boxes: SandboxPool, path: Path, field: str, out: Path) -> None:
    """The file as it was when the signature in `field` was made. Raises as `app.signature.revisions.signed_version`."""
    signed_version(verify_file(job, boxes, path), path, field, out)


def changed_places(job: Job, boxes: SandboxPool, path: Path, covered: int) -> list[dict[str, Any]]:
    """Where the pages look different from the version of `coveredBytes`: rows of page, kind and boxes."""
    rows: list[dict[str, Any]] = boxes.call("app.signature.tasks:compare", path=str(path.absolute()), covered=covered, job=job)
    return rows


def shadow_content(job: Job, boxes: SandboxPool, path: Path) -> list[Finding]:
    """What a person should know before this file is signed."""
    return inspect(path, boxes, job=job)


@contextmanager
def signed_file(workspace: Workspace, document_id: int) -> Iterator[tuple[Path, Rendition]]:
    """A plain copy of the document's newest signed file (or its original), and its rendition. Raises `document.no_file`."""
    with workspace.catalog.read() as session:
        rendition = queries.best_rendition(session, document_id, "signed", "original")
    if rendition is None:
        raise AppError("document.no_file", _("This document has no file."))
    with workspace.scratch() as scratch:
        path = scratch / ("signed.xml" if "xml" in rendition.mime else "signed.pdf")
        workspace.objects.copy_out(rendition.sha256, path)
        yield path, rendition


@in_words
def verify_document(
    job: Job, workspace: Workspace, boxes: SandboxPool, document_id: int, *, online: bool = False
) -> dict[str, Any]:
    """Verifies the document's newest signed file (or its original) and keeps the result with it, as Thông tư 15/2025/TT-BKHCN (article 5)
    wants: the report in the form of ETSI TS 119 102-2 with the certificates, CRLs and OCSP answers inside. Returns the verification.
    """
    with signed_file(workspace, document_id) as (path, rendition), trust_folder(workspace) as trust:
        told = {"path": str(path), "trust": str(trust) if trust else None}
        report = _judge(job, boxes, told, online=online, evidence=True)
    report["file"] = rendition.name
    if report["verdict"] != "unsigned":
        _keep(workspace, document_id, rendition, report)
    report.pop("evidence", None)
    return report


def _keep(workspace: Workspace, document_id: int, signed: Rendition, report: dict[str, Any]) -> None:
    data = report_xml(report, sha256=signed.sha256, checked_at=datetime.now(UTC).replace(microsecond=0))
    with workspace.scratch() as scratch:
        path = scratch / "proof.xml"
        path.write_bytes(data)
        sha256, size = workspace.objects.put_file(path)
    with workspace.catalog.write("document.verify", report["verdict"]) as transaction:
        found.document(transaction.session, document_id)
        transaction.session.add(
            Rendition(
                document_id=document_id,
                kind=PROOF,
                sha256=sha256,
                size=size,
                mime="application/xml",
                name=f"{Path(signed.name).stem or document_id}.{sha256[:8]}.xml",
                signatures=0,
                created_at=clock.stamp(),
            )
        )
