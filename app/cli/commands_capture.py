"""import, scan, devices, describe."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from app.cli import going_on
from app.cli.console import Console, count, path
from app.cli.start import opened, services_of
from app.desk import fields, filing, intake, intake_index, intake_steps, reading_files, scan_profiles, scanning
from app.desk.intake import IntakeResult
from app.errors import AppError, Problem
from app.i18n import _, _n
from app.services import Services
from app.workspace import Workspace
from storage import queries
from storage.records import FieldReading


def add(commands: Any) -> None:
    take = commands.add_parser("import", help=_("take in files and folders"))
    take.add_argument("paths", metavar="PATH", nargs="*", type=path)
    take.add_argument("--index", metavar="X.xlsx", type=path, help=_("dossiers and fields from this spreadsheet index"))
    take.add_argument("--dossier", metavar="CODE")
    take.add_argument("--no-ocr", action="store_true")
    take.add_argument("--resume", action="store_true", help=_("also finish what an earlier run left"))
    take.set_defaults(run=run_import, wrong=_import_wrong)

    go_on = commands.add_parser("resume", help=_("finish what an earlier run left"))
    go_on.set_defaults(run=run_resume)

    scan = commands.add_parser("scan", help=_("scan a pile into a new document"))
    scan.add_argument("--device", metavar="D")
    scan.add_argument("--profile", metavar="P", help=_("a JSON file or a saved profile: device, source, dpi, colour, duplex"))
    scan.add_argument("--save-profile", metavar="NAME", help=_("keep what is told here as a profile on this PC"))
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


@contextmanager
def _taking_in(args: Namespace, console: Console) -> Iterator[tuple[Services, Workspace]]:
    """The archive, open; where the disk is full `args.left` says how many files wait for `resume`."""
    with opened(args, console) as (services, workspace):
        try:
            yield services, workspace
        except AppError as error:
            if error.code == going_on.FULL:
                args.left = intake.pending(workspace)
            raise


def run_import(args: Namespace, console: Console) -> int:
    with _taking_in(args, console) as (services, workspace):
        dossier_id = filing.dossier_by_code(workspace, args.dossier).id if args.dossier else None
        bad = _tell(console, workspace, intake.resume(console.job(), workspace, services.sandboxes)) if args.resume else 0
        asked: dict[str, Any] = {"ocr": not args.no_ocr, "dossier_id": dossier_id}
        if args.index is None:
            result = intake.import_files(console.job(), workspace, services.sandboxes, args.paths, **asked)
        else:
            done = intake_index.import_index(console.job(), workspace, services.sandboxes, args.index, args.paths, **asked)
            _tell_columns(console, done.index)
            result = done.intake
        return max(bad, _tell(console, workspace, result))


def _import_wrong(args: Namespace) -> str | None:
    return None if args.paths or args.index else _("name files or folders, or an index with --index")


def _tell_columns(console: Console, index: intake_index.Index) -> None:
    """How the headers were understood, so that a wrong match is seen at once."""
    for column in index.columns:
        of = {"dossier": _("dossier"), "document": _("document")}.get(column.of, "")
        console.say(f"  {_letters(column.place)} “{column.header}” = {column.meaning}" + (f" ({of})" if of else ""))
    if index.ignored:
        console.say(_("Headers without a meaning here: {headers}").format(headers="; ".join(index.ignored)))


def _letters(place: int) -> str:
    """0 → A, 26 → AA, as spreadsheets name their columns."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def run_resume(args: Namespace, console: Console) -> int:
    with _taking_in(args, console) as (services, workspace):
        return _tell(console, workspace, intake.resume(console.job(), workspace, services.sandboxes))


def run_scan(args: Namespace, console: Console) -> int:
    with _taking_in(args, console) as (services, workspace):
        chosen = scan_profiles.load(args.profile) if args.profile else {}
        for name in ("device", "source", "duplex", "dpi", "colour"):
            if getattr(args, name) is not None:
                chosen[name] = getattr(args, name)
        profile = scanning.profile_of(services.settings, **chosen)
        if args.save_profile:
            scan_profiles.save(args.save_profile, profile)
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
        problems: list[Problem] = []
        for found in reading_files.describe_files(console.job(), services.sandboxes, args.files, dossier=args.dossier):
            problems += found.page_problems.values()
            if found.problem is not None:
                problems.append(found.problem)
                if console.as_json:
                    console.result({"file": str(found.file), "error": _error(found.problem)}, "")
                continue
            row: dict[str, Any] = {"file": str(found.file), "pages": found.pages, "fields": _as_json(found.fields)}
            if found.page_problems:
                row["problems"] = [{"page": page, **_error(one)} for page, one in found.page_problems.items()]
            console.result(row, "\n".join([intake_steps.shown_whole(str(found.file)), *_in_words(found.fields)]))
        return console.problems(problems)
    finally:
        services.close()


def _as_json(readings: Mapping[str, FieldReading]) -> dict[str, dict[str, Any]]:
    return {
        name: {
            "value": found.value,
            "confidence": found.confidence,
            "page": found.page,
            "box": found.box,
            "source": found.source,
            "why": _(found.why) if found.why else "",
        }
        for name, found in readings.items()
    }


def _in_words(readings: Mapping[str, FieldReading]) -> list[str]:
    """A row a field, as the window names it; what stands there but can't be read is told so."""
    return [
        f"  {fields.label(name)}: {found.value or _('(not readable)')}  ({found.confidence:.0%})"
        for name, found in readings.items()
    ]


def _tell(console: Console, workspace: Any, result: IntakeResult) -> int:
    """One object a file: the document that it is or was already, or why it isn't one."""
    with workspace.catalog.read() as session:
        ids = [one.document_id for one in result.outcomes if one.document_id is not None]
        documents = {row.id: row for row in queries.document_rows(session, list(dict.fromkeys(ids)))}
    for one in result.outcomes:
        document = documents.get(one.document_id or 0)
        file = intake_steps.shown_path(one.source)
        if console.as_json:
            console.result(_outcome(file, one, document), "")
        elif one.state == "doubled":
            console.say(_("Already in the archive: {name}").format(name=Path(file).name))
            if one.mended:
                pages = ", ".join(map(str, one.mended))
                words = _n(
                    "Page {pages}, which had failed, is whole now.",
                    "Pages {pages}, which had failed, are whole now.",
                    len(one.mended),
                )
                console.say("  " + words.format(pages=pages))
        elif document is not None:
            console.result({}, f"{document.id:>6}  {document.code:<20} {document.issued_date:<10}  {document.subject}")
    return console.problems(result.problems)


def _outcome(file: str, one: intake.Outcome, document: queries.DocumentRow | None) -> dict[str, Any]:
    row: dict[str, Any] = {"file": file, "state": one.state}
    if one.mended:
        row["mended"] = list(one.mended)
    if document is not None:
        row |= {
            "id": document.id,
            "code": document.code,
            "issuedDate": document.issued_date,
            "subject": document.subject,
            "dossier": document.dossier_code,
            "pages": document.pages,
        }
    if one.error is not None:
        row["error"] = _error(one.error)
    return row


def _error(problem: Problem) -> dict[str, str]:
    return {"code": problem.code, "message": problem.message, "advice": problem.advice}
