"""import, scan, devices, describe."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import Any

from app.cli.console import Console, count, path
from app.cli.start import opened, services_of
from app.desk import filing, intake, intake_steps, reading_files, scanning
from app.desk.intake import IntakeResult
from app.i18n import _
from storage import queries


def add(commands: Any) -> None:
    take = commands.add_parser("import", help=_("take in files and folders"))
    take.add_argument("paths", metavar="PATH", nargs="+", type=path)
    take.add_argument("--dossier", metavar="CODE")
    take.add_argument("--no-ocr", action="store_true")
    take.add_argument("--resume", action="store_true", help=_("also finish what an earlier run left"))
    take.set_defaults(run=run_import)

    go_on = commands.add_parser("resume", help=_("finish what an earlier run left"))
    go_on.set_defaults(run=run_resume)

    scan = commands.add_parser("scan", help=_("scan a pile into a new document"))
    scan.add_argument("--device", metavar="D", default="")
    scan.add_argument("--source", choices=("feeder", "flatbed"))
    scan.add_argument("--duplex", action="store_true", default=None)
    scan.add_argument("--dpi", type=count)
    scan.add_argument("--colour", choices=("colour", "grey"))
    scan.add_argument("--dossier", metavar="CODE")
    scan.add_argument("--no-ocr", action="store_true")
    scan.set_defaults(run=run_scan)

    devices = commands.add_parser("devices", help=_("list scanners"))
    devices.set_defaults(run=run_devices)

    describe = commands.add_parser("describe", help=_("read header fields without an archive"))
    describe.add_argument("files", metavar="FILE", nargs="+", type=Path)
    describe.add_argument("--dossier", action="store_true", help=_("the files in this order are one dossier"))
    describe.set_defaults(run=run_describe)


def run_import(args: Namespace, console: Console) -> int:
    with opened(args, console) as (services, workspace):
        dossier_id = filing.dossier_by_code(workspace, args.dossier).id if args.dossier else None
        bad = _tell(console, workspace, intake.resume(console.job(), workspace, services.sandboxes)) if args.resume else 0
        result = intake.import_files(
            console.job(), workspace, services.sandboxes, args.paths, ocr=not args.no_ocr, dossier_id=dossier_id
        )
        return max(bad, _tell(console, workspace, result))


def run_resume(args: Namespace, console: Console) -> int:
    with opened(args, console) as (services, workspace):
        return _tell(console, workspace, intake.resume(console.job(), workspace, services.sandboxes))


def run_scan(args: Namespace, console: Console) -> int:
    with opened(args, console) as (services, workspace):
        chosen = {"source": args.source, "duplex": args.duplex, "dpi": args.dpi, "colour": args.colour}
        profile = scanning.profile_of(services.settings, args.device, **chosen)
        dossier_id = filing.dossier_by_code(workspace, args.dossier).id if args.dossier else None
        result = scanning.scan(
            console.job(), workspace, services.sandboxes, profile, dossier_id=dossier_id, ocr=not args.no_ocr
        )
        return _tell(console, workspace, result)


def run_devices(_args: Namespace, console: Console) -> int:
    for device in scanning.devices(console.job()):
        row = {"name": device.name, "vendor": device.vendor, "model": device.model, "type": device.kind}
        console.result(row, f"{device.name}  {device.label}")
    return 0


def run_describe(args: Namespace, console: Console) -> int:
    services = services_of(args, console)
    try:
        problems = []
        for found in reading_files.describe_files(console.job(), services.sandboxes, args.files, dossier=args.dossier):
            if found.problem is not None:
                problems.append(found.problem)
                continue
            fields = {
                name: {"value": f.value, "confidence": f.confidence, "page": f.page, "box": f.box, "source": f.source}
                for name, f in found.fields.items()
            }
            words = "\n".join(f"  {name}: {f.value}  ({f.confidence:.2f})" for name, f in found.fields.items())
            console.result({"file": str(found.file), "pages": found.pages, "fields": fields}, f"{found.file}\n{words}")
        return console.problems(problems)
    finally:
        services.close()


def _tell(console: Console, workspace: Any, result: IntakeResult) -> int:
    with workspace.catalog.read() as session:
        rows = queries.document_rows(session, result.documents)
    for row in rows:
        words = f"{row.id:>6}  {row.code:<20} {row.issued_date:<10}  {row.subject}"
        console.result(
            {"id": row.id, "code": row.code, "issuedDate": row.issued_date, "subject": row.subject, "pages": row.pages}, words
        )
    for source in result.doubled:
        console.say(_("Already in the archive: {name}").format(name=intake_steps.shown(intake_steps.source_path(source).name)))
    return console.problems(result.problems)
