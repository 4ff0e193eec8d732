"""check."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import Any

from app.cli.commands_verify import words
from app.cli.console import Console
from app.cli.start import services_of
from app.desk import packaging, reporting, sealing, verifying
from app.i18n import _
from app.package.report import Report


def add(commands: Any) -> None:
    check = commands.add_parser("check", help=_("check packages as the receiving archive would"))
    check.add_argument("paths", metavar="PATH", nargs="+", type=Path)
    check.add_argument(
        "--profile", type=_profile, choices=packaging.CHECK_PROFILES, default="auto", help=_("by which rules; auto finds out")
    )
    check.add_argument("--report", metavar="FILE", type=Path, help=_("also write the report as FILE.pdf or FILE.json"))
    check.set_defaults(run=run_check)


def _profile(name: str) -> str:
    """The specifications call themselves 2.1.0 and 2.2.0."""
    return name.lower().replace("2.1.0", "2.1").replace("2.2.0", "2.2")


def run_check(args: Namespace, console: Console) -> int:
    if args.report is not None:
        reporting.report_kind(args.report)  # a wrong name is told before the work, not after
    reports = []
    worst = 0
    for path in args.paths:
        report = packaging.check_path(console.job(), path, args.profile)
        reports.append(report)
        worst = max(worst, tell(report, console, as_result=True))
        worst = max(worst, _tell_seal(path, args, console))
    if args.report is not None:
        reporting.write_report(reports, args.report)
        console.say(_("Report: {path}").format(path=args.report))
    return worst


def _tell_seal(path: Path, args: Namespace, console: Console) -> int:
    """What the signature beside the package says; nothing where there is none. 1 for one that does not hold."""
    if sealing.seal_of(path) is None:
        return 0
    services = services_of(args, console)
    try:
        told = verifying.verify_file(console.job(), services.sandboxes, path)
    finally:
        services.close()
    console.say("\n".join(words(path, told)))
    return 1 if told["verdict"] == "invalid" else 0


def tell(report: Report, console: Console, *, as_result: bool) -> int:
    verdict = _("valid") if report.valid else _("not valid")
    lines = [
        f"{report.path}: {report.kind}, {verdict}",
        *(f"  {f.level} {f.rule} {f.where}: {f.message}" for f in report.findings),
    ]
    if as_result:
        console.result(report.as_json(), "\n".join(lines))
    elif report.findings:
        console.say("\n".join(lines))
    return 0 if report.valid else 1
