"""`renew` over the archive: what stops being provable, and further time stamps for it."""

from __future__ import annotations

from argparse import Namespace
from datetime import timedelta

from app.cli.console import Console
from app.cli.start import opened
from app.desk import keeping_alive, lasting
from app.i18n import N_, _

WHYS = {
    "certificate": N_("no time stamp; the certificate ends"),
    "stamp": N_("the time stamp ends"),
}
STATES = {"ended": N_("ended"), "soon": N_("soon"), "later": N_("later")}


def list_archive(args: Namespace, console: Console) -> int:
    """1 when something ends within that time."""
    job = console.job()
    with opened(args, console) as (services, workspace):
        found = lasting.due(job, workspace, services.sandboxes, within=_within(args))
    for row in found.rows:
        told = {
            "document": row.document_id,
            "code": row.code,
            "subject": row.subject,
            "signer": row.signer,
            "until": row.until.isoformat(),
            "why": row.why,
            "state": row.state,
            "renewable": row.renewable,
        }
        words = f"{row.until:%d/%m/%Y}  {row.document_id}  {row.code}  {row.signer}  {_(STATES[row.state])}: {_(WHYS[row.why])}"
        console.result(told, words)
    return max(console.problems(job.problems), 1 if found.rows else 0)


def renew_archive(args: Namespace, console: Console) -> int:
    """Renews all that ends within that time and can be renewed."""
    job = console.job()
    with opened(args, console) as (services, workspace):
        found = lasting.due(job, workspace, services.sandboxes, within=_within(args))
        ids = [row.document_id for row in found.rows if row.renewable]
        done = lasting.renew(job, workspace, services.sandboxes, ids, args.tsa or "")
    for document_id in done.documents:
        console.result({"document": document_id, "renewed": True}, _("Document {id}: renewed").format(id=document_id))
    if done.stopped is not None:
        raise done.stopped
    return console.problems(job.problems)


def _within(args: Namespace) -> timedelta:
    return timedelta(days=args.within) if args.within else keeping_alive.WARN_BEFORE
