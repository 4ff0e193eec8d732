"""import-package: packages of others into the archive."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import Any

from app.cli.commands_export import add_checks, checks_of
from app.cli.console import Console
from app.cli.start import opened
from app.desk import exchanging, intake_index, receiving
from app.desk.receiving import Received
from app.errors import AppError
from app.i18n import _
from app.sandbox import SandboxPool
from app.workspace import Workspace


def add(commands: Any) -> None:
    taking = commands.add_parser("import-package", help=_("take archive packages into the archive"))
    taking.add_argument("paths", metavar="PATH", nargs="+", type=Path)
    taking.add_argument("--no-ocr", action="store_true", help=_("don't read the text"))
    taking.add_argument("--accept", action="store_true", help=_("take it in although the check found errors"))
    taking.add_argument(
        "--index", metavar="X.xlsx", type=Path, help=_("fills from this spreadsheet index what the package leaves open")
    )
    add_checks(taking)
    taking.set_defaults(run=run_import_package)


def run_import_package(args: Namespace, console: Console) -> int:
    with opened(args, console) as (services, workspace):
        job = console.job(_("Take in packages"))
        messages = [path for path in args.paths if path.suffix.casefold() == ".edxml"]
        bad = [_receive(workspace, services.sandboxes, path, console) for path in messages]
        rest = [path for path in args.paths if path not in messages]
        if not rest:
            return 3 if all(bad) else int(any(bad))
        engine, terms = checks_of(args, services.settings)
        index = intake_index.read_index(job, workspace, services.sandboxes, args.index) if args.index else None
        done = receiving.import_packages(
            job,
            workspace,
            services.sandboxes,
            rest,
            ocr=not args.no_ocr,
            accept=args.accept,
            engine=engine,
            terms=terms,
            index=index,
        )
        code = max(console.problems(done.problems), int(any(bad)))
        for each in done.packages:
            _say(each, console)
            code = max(code, 1 if each.conflicts else 0)
        return 3 if code and not done.packages else code


def _receive(workspace: Workspace, boxes: SandboxPool, path: Path, console: Console) -> bool:
    """True when the message could not be taken in."""
    try:
        got = exchanging.receive_message(workspace, boxes, path)
    except AppError as error:
        console.say(f"! {path.name}: {error}")
        return True
    row = {
        "path": str(path), "kind": "edxml", "action": got.action, "document": got.document_id, "number": got.number,
        "status": got.status, "signature": got.signature, "signedBy": got.signed_by, "replaced": got.replaced,
        "differences": [{"field": d.field, "here": d.here, "there": d.there} for d in got.differences],
    }  # fmt: skip
    console.result(row, f"{path}: {got.action}, {_signature_words(got)}")
    return False


def _signature_words(got: exchanging.Incoming) -> str:
    words = {"valid": _("signed by {name}"), "unknown": _("signed by {name}, which can't be proven here")}.get(got.signature)
    return words.format(name=got.signed_by or "?") if words else _("not signed")


def _say(each: Received, console: Console) -> None:
    conflicts = [
        {"document": c.document_id, "name": c.name, "field": c.field, "here": c.here, "there": c.there} for c in each.conflicts
    ]
    row = {
        "path": str(each.path),
        "kind": each.kind,
        "valid": each.report.valid,
        "dossier": each.dossier_id,
        "documents": each.documents,
        "known": each.known,
        "conflicts": conflicts,
    }
    words = _("{path}: {count} documents taken in, {known} were here already, {conflicts} differences").format(
        path=each.path, count=len(each.documents), known=len(each.known), conflicts=len(each.conflicts)
    )
    console.result(row, words)
    for conflict in each.conflicts:
        console.say(f"  {conflict.name}, {conflict.field}: “{conflict.here}” ≠ “{conflict.there}”")
