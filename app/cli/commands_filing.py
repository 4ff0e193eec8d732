"""dossier, file, special: what `import --dossier` and `export --dossier` need, without the window."""

from __future__ import annotations

from argparse import Namespace
from typing import Any

from app.cli.console import Console
from app.cli.start import opened
from app.desk import filing, special
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

    own = commands.add_parser("special", help=_("a picture's or recording's own fields: show what is missing, or fill them"))
    own.add_argument("id", metavar="ID", type=int)
    own.add_argument("values", metavar="FIELD=VALUE", nargs="*")
    own.add_argument("--record", choices=special.RECORDS, help=_("what the document is: paper, picture, sound or film"))
    own.set_defaults(run=run_special, wrong=_wrong_special)


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


def _wrong_special(args: Namespace) -> str | None:
    odd = next((each for each in args.values if "=" not in each), None)
    return _("write FIELD=VALUE, not “{text}”").format(text=odd) if odd is not None else None


def run_special(args: Namespace, console: Console) -> int:
    """1 while something that must be there is missing."""
    with opened(args, console) as (_services, workspace):
        told = special.special(workspace, args.id)
        if args.record or args.values:
            values = dict(each.split("=", 1) for each in args.values)
            told = special.describe_special(workspace, args.id, args.record or told.record, values)
        rows = [
            {"field": each.name, "label": each.label, "value": each.value, "required": each.required, "codes": dict(each.codes),
             "problem": each.problem}
            for each in told.fields
        ]  # fmt: skip
        fits = special.suggestion(workspace, args.id)
        lines = [f"{told.document_id}: {told.record}"]
        lines += [f"  {each.label} ({each.name}): {each.value or '—'}  {each.problem}".rstrip() for each in told.fields]
        if told.record == special.DOCUMENT and fits != special.DOCUMENT:
            lines.append("  " + _("Its file is a picture or a recording: --record {record}").format(record=fits))
        row = {"id": told.document_id, "record": told.record, "suggested": fits, "fields": rows, "missing": told.missing}
        console.result(row, "\n".join(lines))
    return 1 if any(each.problem for each in told.fields) else 0
