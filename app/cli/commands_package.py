"""check."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import Any

from app.cli.console import Console
from app.desk import packaging
from app.i18n import _
from app.package.report import Report


def add(commands: Any) -> None:
    check = commands.add_parser("check", help=_("check packages as the receiving archive would"))
    check.add_argument("paths", metavar="PATH", nargs="+", type=Path)
    check.add_argument("--profile", choices=("tt05",), default="tt05")
    check.set_defaults(run=run_check)


def run_check(args: Namespace, console: Console) -> int:
    return max(tell(packaging.check_path(console.job(), path, args.profile), console, as_result=True) for path in args.paths)


def tell(report: Report, console: Console, *, as_result: bool) -> int:
    findings = [{"rule": f.rule, "level": f.level, "where": f.where, "message": f.message} for f in report.findings]
    verdict = _("valid") if report.valid else _("not valid")
    lines = [
        f"{report.path}: {report.kind}, {verdict}",
        *(f"  {f.level} {f.rule} {f.where}: {f.message}" for f in report.findings),
    ]
    if as_result:
        row = {"path": str(report.path), "kind": report.kind, "valid": report.valid, "findings": findings}
        console.result(row, "\n".join(lines))
    elif findings:
        console.say("\n".join(lines))
    return 0 if report.valid else 1
