"""learning: what the office's own models know, to other desks and back."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import asdict
from pathlib import Path
from typing import Any

from app.cli.console import Console
from app.cli.start import opened
from app.desk import learning
from app.i18n import _


def add(commands: Any) -> None:
    knowledge = commands.add_parser("learning", help=_("what the program has learnt from this office"))
    knowledge.add_argument("what", choices=("status", "export", "import", "rebuild", "reset"))
    knowledge.add_argument("file", metavar="FILE", type=Path, nargs="?")
    knowledge.set_defaults(run=run_learning)


def run_learning(args: Namespace, console: Console) -> int:
    if (args.file is None) == (args.what in ("export", "import")):
        console.say(_("“export” and “import” take a file, the others none."))
        return 2
    with opened(args, console) as (_services, workspace):
        if args.what == "export":
            learning.export_knowledge(workspace, args.file)
        elif args.what == "import":
            learning.import_knowledge(workspace, args.file)
        elif args.what == "rebuild":
            learning.rebuild(workspace, console.job())
        elif args.what == "reset":
            learning.reset(workspace)
        found = learning.status(workspace)
        words = _("Learnt from {documents} documents of this archive and from {desks} other desks.").format(
            documents=found.documents, desks=found.origins
        )
        console.result(asdict(found), words)
    return 0
