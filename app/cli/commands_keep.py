"""fixity, audit."""

from __future__ import annotations

from argparse import Namespace
from typing import Any

from app.cli.console import Console, count
from app.cli.start import opened
from app.desk import keeping, preserving
from app.i18n import _
from app.troubles import translated
from storage.errors import StorageError


def add(commands: Any) -> None:
    fixity = commands.add_parser("fixity", help=_("re-read every file and compare its digest"))
    fixity.add_argument("--rolling", action="store_true", help=_("only what was not read for --days; results are kept"))
    fixity.add_argument(
        "--days", type=count, default=preserving.DAYS, metavar="N", help=_("within which every file is read once")
    )
    fixity.set_defaults(run=run_fixity)
    audit = commands.add_parser("audit", help=_("check the audit log"))
    audit.add_argument("what", choices=("verify",))
    audit.set_defaults(run=run_audit)


def run_fixity(args: Namespace, console: Console) -> int:
    with opened(args, console) as (_services, workspace):
        job = console.job()
        report = preserving.roll_fixity(job, workspace, days=args.days) if args.rolling else keeping.fixity(job, workspace)
    words = _("{count} files checked, {missing} missing, {damaged} damaged").format(
        count=report.checked, missing=len(report.missing), damaged=len(report.damaged)
    )
    catalog_damaged = isinstance(report, keeping.FixityReport) and report.catalog_damaged
    if catalog_damaged:
        words += "\n" + str(translated(StorageError("catalog.damaged")))
    row = {"checked": report.checked, "missing": report.missing, "damaged": report.damaged}
    console.result(row | {"catalogDamaged": catalog_damaged}, words)
    return 0 if report.sound else 1


def run_audit(args: Namespace, console: Console) -> int:
    with opened(args, console) as (_services, workspace):
        report = keeping.audit_verify(console.job(), workspace)
    lines = []
    if report.broken_at is not None:
        lines.append(_("The audit log was changed: entry {number} does not fit.").format(number=report.broken_at))
    for lost in report.lost:
        if lost.seq:
            text = _("Entries are missing at the end of the audit log: it once reached entry {number} (noticed {time}).")
        else:
            text = _("The file audit.head was gone or not of this archive (noticed {time}): entries may be missing at the end.")
        lines.append(text.format(number=lost.seq, time=lost.noticed))
    for change in report.changed:
        lines.append(
            _("A record was changed past the program: {table} {id} ({what}).").format(
                table=change.table, id=", ".join(map(str, change.id)), what=", ".join(change.columns) or change.what
            )
        )
    if report.sound:
        lines.append(_("The audit log is whole: {count} entries.").format(count=report.entries))
    row = {
        "entries": report.entries,
        "head": report.head,
        "brokenAt": report.broken_at,
        "lost": [{"entry": one.seq, "hash": one.hash, "noticed": one.noticed} for one in report.lost],
        "changed": [{"table": c.table, "id": list(c.id), "what": c.what, "columns": list(c.columns)} for c in report.changed],
    }
    console.result(row, "\n".join(lines))
    return 0 if report.sound else 1
