"""sync, enrol. (`serve` is dispatched by main.py: the command line does not know the server.)"""

from __future__ import annotations

import argparse
from argparse import Namespace
from typing import Any

from app.cli.console import Console, seconds
from app.cli.start import opened
from app.desk import syncing
from app.i18n import _


def add(commands: Any) -> None:
    enrol = commands.add_parser("enrol", help=_("connect this desk to a central server"))
    enrol.add_argument("url", metavar="URL")
    enrol.add_argument("code", metavar="CODE")
    enrol.set_defaults(run=run_enrol)

    sync = commands.add_parser("sync", help=_("send what waits to the central server"))
    sync.add_argument(
        "--patience", type=seconds, default=120.0, metavar="SECONDS", help=_("give up after so long without progress")
    )
    sync.add_argument("--to", metavar="URL", help=_("only to this server; it must be the one that this desk is enrolled at"))
    sync.set_defaults(run=run_sync)

    serve = commands.add_parser("serve", help=_("be the central server (see: vankho serve --help)"))
    serve.add_argument("rest", nargs="*", help=argparse.SUPPRESS)
    serve.set_defaults(wrong=lambda _args: _("serve comes first and has its own options: vankho serve --folder DIR"))


def run_enrol(args: Namespace, console: Console) -> int:
    with opened(args, console) as (_services, workspace):
        endpoint = syncing.enrol(console.job(), workspace, args.url, args.code)
        row = {"url": endpoint.url, "agency": endpoint.agency, "desk": endpoint.desk_id}
        console.result(row, _("This desk now belongs to {agency} at {url}.").format(agency=endpoint.agency, url=endpoint.url))
    return 0


def run_sync(args: Namespace, console: Console) -> int:
    with opened(args, console) as (_services, workspace):
        if args.to:
            syncing.must_be_enrolled_at(workspace, args.to)
        result = syncing.sync(console.job(_("Sync")), workspace, patience=args.patience)
        for receipt in result.receipts:
            row = {"batch": receipt.batch_id, "items": receipt.items, "bytes": receipt.bytes, "receipt": receipt.jws}
            words = _("Batch {batch}: {items} records, {bytes} bytes; receipt no. {number} is verified.").format(
                batch=receipt.batch_id, items=receipt.items, bytes=receipt.bytes, number=receipt.seq
            )
            console.result(row, words)
        if not result.receipts and not result.problems:
            console.say(_("Nothing waits to be sent."))
        return console.problems(result.problems)
