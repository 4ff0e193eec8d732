"""export, check."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import Any

from app.cli.console import Console
from app.cli.start import opened
from app.desk import filing, packaging, reporting
from app.i18n import _
from app.package.report import Report


def add(commands: Any) -> None:
    export = commands.add_parser("export", help=_("write the archive package of a dossier"))
    export.add_argument("--kind", choices=(*packaging.KINDS, "contents-list"), required=True)
    export.add_argument("--dossier", metavar="CODE", required=True)
    export.add_argument("-o", "--out", metavar="DIR", type=Path, required=True)
    export.add_argument("--dialect", choices=("accepted", "letter"), default="accepted")
    export.add_argument("--folder", action="store_true", help=_("a folder instead of a ZIP"))
    export.set_defaults(run=run_export)

    check = commands.add_parser("check", help=_("check packages as the receiving archive would"))
    check.add_argument("paths", metavar="PATH", nargs="+", type=Path)
    check.add_argument("--profile", choices=packaging.CHECK_PROFILES, default="auto", help=_("by which rules; auto finds out"))
    check.add_argument("--report", metavar="FILE", type=Path, help=_("also write the report as FILE.pdf or FILE.json"))
    check.set_defaults(run=run_check)


def run_export(args: Namespace, console: Console) -> int:
    with opened(args, console) as (_services, workspace):
        dossier = filing.dossier_by_code(workspace, args.dossier)
        if args.kind == "contents-list":
            args.out.mkdir(parents=True, exist_ok=True)
            name = "".join("_" if c in '\\/:*?"<>|' else c for c in dossier.code).lstrip(".") or str(dossier.id)
            path = packaging.contents_list(workspace, dossier.id, args.out / f"{name}.docx")
            console.result({"path": str(path)}, str(path))
            return 0
        done = packaging.export_dossier(
            console.job(_("Export")), workspace, dossier.id, args.kind, args.out, dialect=args.dialect, as_zip=not args.folder
        )
        row = {"path": str(done.path), "documents": done.documents, "size": done.size, "valid": done.report.valid}
        console.result(row, _("{path}: {count} documents").format(path=done.path, count=done.documents))
        return _tell(done.report, console, as_result=False)


def run_check(args: Namespace, console: Console) -> int:
    if args.report is not None:
        reporting.report_kind(args.report)  # a wrong name is told before the work, not after
    reports = []
    worst = 0
    for path in args.paths:
        report = packaging.check_path(console.job(), path, args.profile)
        reports.append(report)
        worst = max(worst, _tell(report, console, as_result=True))
    if args.report is not None:
        reporting.write_report(reports, args.report)
        console.say(_("Report: {path}").format(path=args.report))
    return worst


def _tell(report: Report, console: Console, *, as_result: bool) -> int:
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
