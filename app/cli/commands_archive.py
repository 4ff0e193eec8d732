"""init, list, show, search."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import Any

from sqlalchemy import select

from app.cli.console import Console, count, row_id, secret_from, yes_no
from app.cli.start import opened
from app.desk import describing, filing, searching
from app.errors import AppError
from app.i18n import _
from app.rules import codes
from app.services import Services
from storage import queries
from storage.queries import DocumentRow, Scope
from storage.records import Document


def add(commands: Any) -> None:
    init = commands.add_parser("init", help=_("make a new archive"))
    init.add_argument("folder", metavar="DIR", type=Path)
    init.set_defaults(run=run_init)

    found = commands.add_parser("list", help=_("list documents"))
    found.add_argument("--dossier", metavar="CODE")
    found.add_argument("--sort", choices=("newest", "oldest", "code", "subject", "dossier"), default="newest")
    found.add_argument("--limit", type=count, default=100)
    found.set_defaults(run=run_list)

    show = commands.add_parser("show", help=_("show one document"))
    show.add_argument("id")
    show.set_defaults(run=run_show)

    search = commands.add_parser("search", help=_("find documents by words, with or without accents"))
    search.add_argument("query")
    search.add_argument("--limit", type=count, default=50)
    search.add_argument("--sort", choices=("newest", "best"), default="newest")
    search.set_defaults(run=run_search)


def run_init(args: Namespace, console: Console) -> int:
    password = secret_from(args.password_env)
    if password is None:
        raise AppError(
            "password.missing",
            _("A new archive needs a password."),
            _("Put it into the variable {name} and try again.").format(name=args.password_env),
        )
    services = Services(args.folder, console)
    try:
        recovery = services.create(password)
        console.result(
            {"archive": str(args.folder), "recovery": recovery},
            _("The archive is ready in {folder}.\nRecovery code, to be printed and locked away: {code}").format(
                folder=args.folder, code=recovery
            ),
        )
    finally:
        services.close()
    return 0


def run_list(args: Namespace, console: Console) -> int:
    with opened(args, console) as (_services, workspace):
        scope = Scope("dossier", filing.dossier_by_code(workspace, args.dossier).id) if args.dossier else Scope()
        with workspace.catalog.read() as session:
            rows = queries.document_rows(session, queries.document_ids(session, scope, args.sort)[: args.limit])
        for row in rows:
            console.result(as_row(row), f"{row.id:>6}  {row.code:<20} {row.issued_date:<10}  {row.subject}")
    return 0


def as_row(row: DocumentRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "uuid": row.uuid,
        "code": row.code,
        "issuedDate": row.issued_date,
        "typeName": codes.type_word(row.type_name),
        "subject": row.subject,
        "dossier": row.dossier_code,
        "pages": row.pages,
        "state": row.state,
        "signed": row.signed,
    }


def run_show(args: Namespace, console: Console) -> int:
    with opened(args, console) as (_services, workspace):
        with workspace.catalog.read() as session:
            number = row_id(args.id)
            by = Document.id == number if number is not None else Document.uuid == args.id
            document_id = session.scalars(select(Document.id).where(by)).first()
            if document_id is None:
                raise AppError("document.unknown", _("There is no document {id}.").format(id=args.id))
            row = queries.document_rows(session, [document_id])[0]
            files = queries.renditions_of(session, document_id)
        view = describing.fields_of(workspace, document_id)
        whole = as_row(row) | {
            "fields": {name: value for name, value in view.values.items() if value},
            "evidence": view.evidence,
            "confirmed": view.confirmed,
            "files": [{"kind": f.kind, "name": f.name, "sha256": f.sha256, "size": f.size, "mime": f.mime} for f in files],
        }
        lines = [f"{name}: {value}" for name, value in view.values.items() if value]
        lines += [f"{f.kind}: {f.name} ({f.mime}, {f.size} B)" for f in files]
        lines += [_("signed: {answer}").format(answer=yes_no(row.signed))]
        console.result(whole, "\n".join(lines))
    return 0


def run_search(args: Namespace, console: Console) -> int:
    with opened(args, console) as (_services, workspace):
        found = searching.search(workspace, args.query, limit=args.limit, sort=args.sort)
        for hit in found.rows:
            row = {
                "id": hit.id,
                "code": hit.code,
                "issuedDate": hit.issued_date,
                "subject": hit.subject,
                "dossier": hit.dossier,
                "page": hit.page,
                "snippet": hit.snippet,
            }
            console.result(row, f"{hit.id:>6}  {hit.code:<20} {hit.issued_date:<10}  {hit.subject}\n        {hit.snippet}")
        console.say(_("{count} documents").format(count=f"{found.count}+" if found.capped else found.count))
    return 0
