"""Proof that nothing was changed or lost: the audit chain and the digests of all files."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import select

from app.i18n import _
from app.jobs import Job
from app.workspace import Workspace
from storage import audit, catalog, replay
from storage.chain_head import LostHead
from storage.records import DayEvidence, Page, Rendition
from storage.replay import RowChange


@dataclass(slots=True)
class FixityReport:
    checked: int = 0
    missing: list[str] = field(default_factory=list)
    damaged: list[str] = field(default_factory=list)
    catalog_damaged: bool = False

    @property
    def sound(self) -> bool:
        return not (self.missing or self.damaged or self.catalog_damaged)


@dataclass(slots=True)
class AuditReport:
    """`broken_at`: the first entry that does not fit; `lost`: where the log once ended and no longer does; `changed`: records that
    are not what the log says (200 at most)."""

    entries: int
    head: str
    broken_at: int | None
    lost: list[LostHead] = field(default_factory=list)
    changed: list[RowChange] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        return self.broken_at is None and not self.lost and not self.changed


def audit_verify(job: Job, workspace: Workspace) -> AuditReport:
    """Recomputes every hash of the audit chain, looks whether its end is still there, and compares the records with it."""
    job.progress(0, None, _("Checking the audit log…"))
    with workspace.catalog.read() as session:
        chain = audit.verify_chain(session)
        report = AuditReport(chain.entries, chain.head, chain.broken_at, list(workspace.head.lost))
        if chain.broken_at is None:  # else the log is no measure
            report.changed = replay.differences(session, lambda done, of: job.progress(done, of, _("Comparing the records…")))
    return report


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
