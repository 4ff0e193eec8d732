"""dossier, file: what `import --dossier` and `export --dossier` need, without the window."""

from __future__ import annotations

from argparse import Namespace
from typing import Any

from app.cli.console import Console
from app.cli.start import opened
from app.desk import filing
from app.i18n import _


def add(commands: Any) -> None:
    dossier = commands.add_parser("dossier", help=_("make a new dossier"))
    dossier.add_argument("code", metavar="CODE")
    dossier.add_argument("title", metavar="TITLE")
    dossier.add_argument("--paper-code", metavar="CODE", default="", help=_("code of the paper dossier, needed for packages"))
    dossier.set_defaults(run=run_dossier)

    file = commands.add_parser("file", help=_("put documents at the end of a dossier"))
    file.add_argument("code", metavar="CODE")
    file.add_argument("ids", metavar="ID", nargs="+", type=int)
    file.set_defaults(run=run_file)


def run_dossier(args: Namespace, console: Console) -> int:
    with opened(args, console) as (_services, workspace):
        dossier_id = filing.add_dossier(workspace, args.code, args.title, paper_file_code=args.paper_code)
        console.result({"id": dossier_id, "code": args.code}, _("Dossier {code} is ready.").format(code=args.code))
    return 0


def run_file(args: Namespace, console: Console) -> int:
    with opened(args, console) as (_services, workspace):
        dossier = filing.dossier_by_code(workspace, args.code)
        filing.file_documents(workspace, args.ids, dossier.id)
        words = _("{count} documents lie in {code} now.").format(count=len(args.ids), code=dossier.code)
        console.result({"dossier": dossier.code, "documents": args.ids}, words)
    return 0
