"""formats: what the archive's files are and how safe that is."""

from __future__ import annotations

from argparse import Namespace
from typing import Any

from app.cli.console import Console
from app.cli.start import opened
from app.desk import preserving
from app.i18n import _


def add(commands: Any) -> None:
    formats = commands.add_parser("formats", help=_("list the formats of all files, the riskiest first"))
    formats.add_argument("--identify", action="store_true", help=_("find out the format of files that have none yet"))
    formats.add_argument("--migrate", action="store_true", help=_("make PDF/A copies of documents at risk; originals stay"))
    formats.set_defaults(run=run_formats)


def run_formats(args: Namespace, console: Console) -> int:
    with opened(args, console) as (services, workspace):
        job = console.job()
        if args.identify:
            preserving.identify_formats(job, workspace)
        if args.migrate:
            made = preserving.migrate(job, workspace, services.sandboxes, preserving.at_risk(workspace))
            console.say(_("{count} PDF/A copies made").format(count=len(made)))
        for row in preserving.formats(workspace):
            told = {"puid": row.puid, "mime": row.mime, "count": row.count, "size": row.size, "risk": row.risk}
            console.result(told, f"{row.risk:<8} {row.puid or '—':<10} {row.count:>7}  {row.mime}")
        return console.problems(job.problems)
