"""The parser and the way every command ends: an exit code and words, never a traceback."""

from __future__ import annotations

import argparse
import logging
import signal
import sys
from collections.abc import Sequence
from types import FrameType

from app import i18n, log, paths
from app.cli import commands_archive, commands_capture, commands_keep, commands_package, commands_sign, commands_sync, demo
from app.cli.console import Console
from app.errors import AppError, Cancelled
from app.i18n import _
from app.settings import Settings

GROUPS = (demo, commands_archive, commands_capture, commands_sign, commands_package, commands_sync, commands_keep)


def wants_window(arguments: Sequence[str]) -> bool:
    """No command: the window. `--archive DIR` alone opens that archive in the window."""
    rest = list(arguments)
    if "--archive" in rest[:-1]:
        at = rest.index("--archive")
        del rest[at : at + 2]
    return not rest


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="vankho", description=_("Văn Khố: from paper to trustworthy electronic records."))
    top.add_argument("--archive", metavar="DIR", help=_("the archive's folder (default: yours)"))
    top.add_argument("--json", action="store_true", help=_("one JSON object a line on stdout"))
    top.add_argument("--language", choices=sorted(i18n.LANGUAGES), help=_("language of the messages"))
    top.add_argument(
        "--password-env",
        metavar="VAR",
        default="VANKHO_PASSWORD",
        help=_("environment variable with the password of the archive"),
    )
    commands = top.add_subparsers(dest="command", metavar=_("command"), required=True)
    for group in GROUPS:
        group.add(commands)
    for command in commands.choices.values():  # also accepted behind the command, where people type them
        command.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help=argparse.SUPPRESS)
        command.add_argument("--archive", metavar="DIR", default=argparse.SUPPRESS, help=argparse.SUPPRESS)
    return top


def command_line(arguments: Sequence[str]) -> int:
    """Runs one command. 0 done, 1 done with problems, 2 wrong call, 3 could not."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    settings = Settings(paths.config_dir() / "settings.json", paths.office_file())
    i18n.set_language(_asked_language(arguments) or settings["ui.language"])
    try:
        args = parser().parse_args(arguments)
    except SystemExit as stop:  # argparse has said what is wrong
        return int(stop.code or 0)
    log.to_file(paths.log_dir())
    console = Console(as_json=args.json)
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        return int(args.run(args, console))
    except (Cancelled, KeyboardInterrupt):
        console.say(_("Stopped. What was finished stays; the rest can be taken up again."))
        return 3
    except AppError as error:
        console.say(f"! {error}")
        return 3
    except BrokenPipeError:
        return 3
    except Exception as error:
        logging.getLogger("vankho").exception("a bug in %s", args.command)
        console.say(
            _("! Văn Khố made a mistake ({kind}). Nothing was lost. The report lies in {folder}.").format(
                kind=type(error).__name__, folder=paths.log_dir()
            )
        )
        return 3


def _asked_language(arguments: Sequence[str]) -> str | None:
    rest = list(arguments)
    return rest[rest.index("--language") + 1] if "--language" in rest[:-1] else None


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
