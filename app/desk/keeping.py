"""Proof that nothing was changed or lost: the audit chain and the digests of all files."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import select

from app.i18n import _
from app.jobs import Job
from app.workspace import Workspace
from storage import audit, catalog
from storage.audit import ChainReport
from storage.records import DayEvidence, Page, Rendition


@dataclass(slots=True)
class FixityReport:
    checked: int = 0
    missing: list[str] = field(default_factory=list)
    damaged: list[str] = field(default_factory=list)
    catalog_damaged: bool = False

    @property
    def sound(self) -> bool:
        return not (self.missing or self.damaged or self.catalog_damaged)


def audit_verify(job: Job, workspace: Workspace) -> ChainReport:
    """Recomputes every hash of the audit chain."""
    job.progress(0, None, _("Checking the audit log…"))
    with workspace.catalog.read() as session:
        return audit.verify_chain(session)


def fixity(job: Job, workspace: Workspace) -> FixityReport:
    """Re-reads every file of every document and compares its SHA-256; re-reads the catalog's own pages too."""
    job.progress(0, None, _("Checking the catalog…"))
    sound = catalog.sound(workspace.catalog.engine)
    with workspace.catalog.read() as session:
        digests = set(session.scalars(select(Rendition.sha256)))
        digests |= set(session.scalars(select(Page.image).where(Page.image != "")))
        digests |= set(session.scalars(select(DayEvidence.sha256)))
    report = FixityReport(catalog_damaged=not sound)
    for digest in sorted(digests):
        job.progress(report.checked, len(digests), _("Checking files…"))
        if not workspace.objects.has(digest):
            report.missing.append(digest)
        elif not workspace.objects.verify(digest):
            report.damaged.append(digest)
        report.checked += 1
    return report
