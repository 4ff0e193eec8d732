"""What to type once the disk has room again: a window has a button for it, the command line a command."""

from __future__ import annotations

import shlex
from argparse import Namespace

from app.errors import AppError
from app.i18n import _

FULL = "disk.full"


def told(error: AppError, args: Namespace) -> str:
    """The sentence for an error that ended the command."""
    return f"{error} {how(args)}" if error.code == FULL else str(error)


def how(args: Namespace) -> str:
    """`args.left`, where a command sets it: files that wait to be finished."""
    if getattr(args, "left", 0):
        archive = f"--archive {shlex.quote(str(args.archive))} " if args.archive else ""
        return _("Then go on with: {command}").format(command=f"vankho {archive}resume")
    if args.command == "sign":
        return _("Then give the same command again with --resume.")
    return _("Then give the same command again.")
