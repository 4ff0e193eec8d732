"""export: packages of dossiers for archives and other systems."""

from __future__ import annotations

import json
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields as fields_of
from pathlib import Path
from typing import Any

from app.cli.commands_package import tell
from app.cli.console import Console, secret_from
from app.cli.start import opened
from app.desk import completing, exchanging, filing, packaging, packing, sealing, signing
from app.desk.packaging import Exported
from app.desk.packing import Reader, Wishes
from app.desk.trusting import trust_of
from app.errors import AppError
from app.i18n import _
from app.package import eark_plan, segments
from app.package.edxml.model import Organ
from app.package.virus import Scanner, required
from app.settings import Settings
from app.signature.signer import Signer
from app.workspace import Workspace

STATUSES = ("NEW", "SUPPLEMENT", "REPLACEMENT", "TEST", "OTHER")


def add(commands: Any) -> None:
    export = commands.add_parser("export", help=_("write the archive packages of dossiers"))
    export.add_argument("--kind", choices=(*packaging.KINDS, "edxml", "contents-list"), required=True)
    export.add_argument("--dossier", metavar="CODE", nargs="+", action="extend", required=True)
    export.add_argument("-o", "--out", metavar="DIR", type=Path, required=True)
    export.add_argument("--dialect", choices=("accepted", "letter"), default="accepted")
    export.add_argument("--eark-version", choices=eark_plan.VERSIONS, default=eark_plan.DEFAULT)
    export.add_argument("--segment-size", metavar="SIZE", default="", help=_("cut larger dossiers into parts, e.g. 2GB"))
    export.add_argument(
        "--status", choices=STATUSES, default="NEW", help=_("what the package is to the archive (RECORDSTATUS)")
    )
    export.add_argument("--submission", type=int, default=1, metavar="N", help=_("number of the submission in the year"))
    export.add_argument("--submission-code", default="", metavar="CODE", help=_("code of the submission request"))
    export.add_argument("--link-submitted", action="store_true", help=_("only point to documents that were submitted before"))
    export.add_argument("--request", type=Path, metavar="FILE", help=_("the reader's request as JSON, for a DIP"))
    export.add_argument("--to", metavar="ID=NAME", action="append", default=[], help=_("who gets the edXML messages"))
    export.add_argument("--receiver", default="", metavar="NAME", help=_("the receiving archive, for the minutes"))
    export.add_argument("--digest-file", action="store_true", help=_("write the SHA-256 of each package beside it"))
    export.add_argument("--no-papers", action="store_true", help=_("without the list and the minutes of the hand-over"))
    add_checks(export)
    export.add_argument("--sign", action="store_true", help=_("sign each package (a file beside it) or message with the token"))
    export.add_argument("--module", metavar="PATH", type=Path)
    export.add_argument("--slot-label", metavar="L")
    export.add_argument("--certificate", metavar="ID")
    export.add_argument("--pin-env", metavar="VAR", default="VANKHO_PIN")
    export.add_argument("--tsa", metavar="URL", default="")
    export.add_argument("--folder", action="store_true", help=_("a folder instead of a ZIP"))
    export.set_defaults(run=run_export)


def add_checks(parser: Any) -> None:
    """The options of the virus check and the submission agreement; `checks_of` reads them."""
    parser.add_argument(
        "--virus-check",
        metavar="ADDRESS",
        nargs="?",
        const="",
        help=_("check all files for viruses first (clamd's socket or host:port; else the scanner of this PC)"),
    )
    parser.add_argument(
        "--agreement", metavar="FILE", type=Path, help=_("the receiving archive's submission agreement as JSON")
    )


def checks_of(args: Namespace, settings: Settings) -> tuple[Scanner | None, Path | None]:
    """The virus scanner and the agreement, from the options, else from the settings. Raises AppError `virus.none`."""
    if args.virus_check is None:
        engine, terms = completing.laid_down(settings)
    else:
        engine, terms = required(args.virus_check or settings["package.virus_scanner"]), settings["package.agreement"]
    return engine, args.agreement or terms


def run_export(args: Namespace, console: Console) -> int:
    with opened(args, console) as (services, workspace):
        dossiers = [filing.dossier_by_code(workspace, code) for code in dict.fromkeys(args.dossier)]
        if args.kind == "contents-list":
            for dossier in dossiers:
                _contents_list(workspace, dossier.id, dossier.code, args.out, console)
            return 0
        ids = [d.id for d in dossiers]
        with _signer(args, console, services.settings, len(ids)) as signer:
            if args.kind == "edxml":
                return _messages(workspace, ids, args, console, signer)
            return _packages(workspace, ids, args, console, services.settings, signer)


@contextmanager
def _signer(args: Namespace, console: Console, settings: Settings, count: int) -> Iterator[Signer | None]:
    """The token's signer while the export runs; None without --sign."""
    if not args.sign:
        yield None
        return
    choice = signing.choice_of(
        settings,
        args.module or signing.module_of(settings),
        certificate_id=args.certificate,
        token_label=args.slot_label,
        tsa=args.tsa,
    )
    secret = secret_from(args.pin_env)
    with signing.session_for(
        console.job(), choice, count, bytearray(secret.encode()) if secret is not None else None
    ) as signer:
        yield signer


def _packages(
    workspace: Workspace, ids: list[int], args: Namespace, console: Console, settings: Settings, signer: Signer | None
) -> int:
    wishes = Wishes(
        kind=args.kind,
        dialect=args.dialect,
        version=args.eark_version if args.kind in eark_plan.KINDS else "",
        as_zip=not args.folder,
        segment_size=segments.size_of(args.segment_size) if args.segment_size else 0,
        record_status=args.status,
        submission=args.submission,
        submission_code=args.submission_code,
        link_submitted=args.link_submitted,
        reader=_reader(args.request) if args.request else Reader(),
        receiver=args.receiver,
        papers=not args.no_papers,
        digest_file=args.digest_file,
    )
    engine, terms = checks_of(args, settings)
    job = console.job(_("Export"))
    fit, wishes = completing.fit_to_go(job, workspace, ids, wishes, terms=terms, engine=engine)
    held_back = console.problems(job.problems)
    seal = sealing.sealer(signer, args.tsa or settings["sign.tsa"], trust_of(workspace)) if signer is not None else None
    done = packaging.export(job, workspace, fit, args.out, wishes, seal=seal)
    code = max(console.problems(done.problems), held_back)
    for made in done.packages:
        code = max(code, _say(made, console))
    for paper in done.papers:
        console.say(str(paper))
    return 3 if code and not done.packages else code


def _say(made: Exported, console: Console) -> int:
    row = {
        "path": str(made.path),
        "documents": made.documents,
        "size": made.size,
        "valid": made.report.valid,
        "sha256": made.digest,
        "already": made.already,
        "signature": str(made.seal) if made.seal else None,
    }
    words = _("{path}: {count} documents").format(path=made.path, count=made.documents)
    console.result(row, words)
    return tell(made.report, console, as_result=False)


def _messages(workspace: Workspace, dossiers: list[int], args: Namespace, console: Console, signer: Signer | None) -> int:
    """One edXML file for each document."""
    receivers = [Organ(id=told.partition("=")[0], name=told.partition("=")[2] or told) for told in args.to]
    code = 0
    for dossier_id in dossiers:
        with workspace.catalog.read() as session:
            documents = packing.documents_of(session, dossier_id)
        for document in documents:
            try:
                path = exchanging.send_message(workspace, document.id, receivers, args.out, signer=signer)
            except AppError as error:
                if error.code.startswith("token."):
                    raise
                console.say(f"! {document.code or document.source_name}: {error}")
                code = 1
            else:
                console.result({"path": str(path), "document": document.id}, str(path))
    return code


def _contents_list(workspace: Workspace, dossier_id: int, code: str, out: Path, console: Console) -> None:
    out.mkdir(parents=True, exist_ok=True)
    name = "".join("_" if c in '\\/:*?"<>|' else c for c in code).lstrip(".") or str(dossier_id)
    path = packaging.contents_list(workspace, dossier_id, out / f"{name}.docx")
    console.result({"path": str(path)}, str(path))


def _reader(path: Path) -> Reader:
    """Raises AppError `export.request` for a file that is no request."""
    known = {each.name for each in fields_of(Reader)}
    try:
        told = json.loads(path.read_text("utf-8"))
        unknown = set(told) - known
        if unknown:
            raise ValueError(", ".join(sorted(unknown)))
        values: dict[str, Any] = {name: int(value) if name == "copies" else str(value) for name, value in told.items()}
        return Reader(**values)
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise AppError(
            "export.request",
            _("The file “{name}” is not a reader's request.").format(name=path.name),
            _("Write a JSON object with any of: {known}.").format(known=", ".join(sorted(known))),
            detail=str(error),
        ) from error
