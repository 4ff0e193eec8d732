"""import-package: packages of others into the archive."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import Any

from app.cli.console import Console
from app.cli.start import opened
from app.desk import receiving
from app.desk.receiving import Received
from app.i18n import _


def add(commands: Any) -> None:
    taking = commands.add_parser("import-package", help=_("take archive packages into the archive"))
    taking.add_argument("paths", metavar="PATH", nargs="+", type=Path)
    taking.add_argument("--no-ocr", action="store_true", help=_("don't read the text"))
    taking.add_argument("--accept", action="store_true", help=_("take it in although the check found errors"))
    taking.set_defaults(run=run_import_package)


def run_import_package(args: Namespace, console: Console) -> int:
    with opened(args, console) as (services, workspace):
        job = console.job(_("Take in packages"))
        done = receiving.import_packages(
            job, workspace, services.sandboxes, args.paths, ocr=not args.no_ocr, accept=args.accept
        )
        code = console.problems(done.problems)
        for each in done.packages:
            _say(each, console)
            code = max(code, 1 if each.conflicts else 0)
        return 3 if code and not done.packages else code


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
