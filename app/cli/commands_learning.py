"""learning: what the office's own models know, to other desks and back."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import asdict
from pathlib import Path
from typing import Any

from app.cli.console import Console
from app.cli.start import opened
from app.desk import hands, learning
from app.i18n import _


def add(commands: Any) -> None:
    knowledge = commands.add_parser("learning", help=_("what the program has learnt from this office"))
    knowledge.add_argument(
        "what", choices=("status", "export", "import", "rebuild", "reset", "handwriting", "handwriting-undo")
    )
    knowledge.add_argument("file", metavar="FILE", type=Path, nargs="?")
    knowledge.set_defaults(run=run_learning)


def run_learning(args: Namespace, console: Console) -> int:
    if (args.file is None) == (args.what in ("export", "import")):
        console.say(_("“export” and “import” take a file, the others none."))
        return 2
    with opened(args, console) as (services, workspace):
        if args.what == "handwriting":
            return _handwriting(hands.practise(console.job(), workspace, services.sandboxes), console)
        if args.what == "export":
            learning.export_knowledge(workspace, args.file)
        elif args.what == "import":
            learning.import_knowledge(workspace, args.file)
        elif args.what == "rebuild":
            learning.rebuild(workspace, console.job())
        elif args.what == "reset":
            learning.reset(workspace)
        elif args.what == "handwriting-undo":
            hands.undo(workspace)
        found = learning.status(workspace)
        words = _("Learnt from {documents} documents of this archive and from {desks} other desks.").format(
            documents=found.documents, desks=found.origins
        )
        console.result(asdict(found), words)
    return 0


def _handwriting(done: hands.Practice | None, console: Console) -> int:
    if done is None:
        console.result(
            {"kept": False, "documents": 0},
            _("There are too few confirmed numbers and dates to learn this office's handwriting from."),
        )
        return 0
    before, after = done.right
    words = _(
        "Practised on {count} numbers and dates. Of {tried} kept aside the reader knew {before} before and {after} now."
    ).format(count=done.lessons, tried=done.tried, before=before, after=after)
    console.result(asdict(done), words if done.kept else f"{words} {_('It is no better: nothing was changed.')}")
    return 0
