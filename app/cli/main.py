"""The parser and the way every command ends: an exit code and words, never a traceback."""

from __future__ import annotations

import argparse
import importlib
import logging
import os
import signal
import sys
from collections.abc import Sequence
from types import FrameType

from app import i18n, log, paths
from app.cli import going_on
from app.cli.console import Console
from app.errors import AppError, Cancelled
from app.i18n import _
from app.parsing import Parser
from app.settings import Settings
from app.troubles import of_os, translated
from storage.errors import StorageError

# module → the commands in it: only the one that is asked for is loaded, all of them for --help
GROUPS = {
    "demo": ("demo",),
    "commands_archive": ("init", "list", "show", "search"),
    "commands_capture": ("import", "resume", "scan", "devices", "describe"),
    "commands_filing": ("dossier", "file", "special"),
    "commands_sign": ("sign", "tokens"),
    "commands_verify": ("verify", "renew", "evidence"),
    "commands_trust": ("trust",),
    "commands_export": ("export",),
    "commands_package": ("check",),
    "commands_receive": ("import-package",),
    "commands_sync": ("enrol", "sync", "serve"),
    "commands_keep": ("fixity", "audit"),
    "commands_preserve": ("formats",),
    "commands_learning": ("learning",),
}


def parser(wanted: str | None = None) -> argparse.ArgumentParser:
    """With `wanted`, only the group of that command."""
    top = Parser(prog="vankho", description=_("Văn Khố: from paper to trustworthy electronic records."))
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
    for module, names in GROUPS.items():
        if wanted is None or wanted in names:
            importlib.import_module(f"app.cli.{module}").add(commands)
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
        reader = parser(_command_of(arguments))
        args = reader.parse_args(arguments)
        wrong = args.wrong(args) if "wrong" in args else None
        if wrong:
            reader.error(wrong)
    except SystemExit as stop:  # argparse has said what is wrong
        return int(stop.code or 0)
    log.to_file(paths.log_dir())
    console = Console(as_json=args.json)
    _listen_to_signals(console)
    try:
        return int(args.run(args, console))
    except (Cancelled, KeyboardInterrupt):
        console.say(_("Stopped. What was finished stays; the rest can be taken up again."))
        return 3
    except AppError as error:
        console.say(f"! {going_on.told(error, args)}")
        return 3
    except BrokenPipeError:  # whoever read our results has gone; Python would complain of it once more at its end
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 3
    except (OSError, StorageError) as error:
        console.say(f"! {going_on.told(of_os(error) if isinstance(error, OSError) else translated(error), args)}")
        return 3
    except Exception as error:
        logging.getLogger("vankho").exception("a bug in %s", args.command)
        console.say(
            _("! Văn Khố made a mistake ({kind}). Nothing was lost. The report lies in {folder}.").format(
                kind=type(error).__name__, folder=paths.log_dir()
            )
        )
        return 3


def _command_of(arguments: Sequence[str]) -> str | None:
    known = {name for names in GROUPS.values() for name in names}
    found = next((argument for argument in arguments if argument in known), None)
    return None if {"-h", "--help"} & set(arguments[: arguments.index(found) if found else None]) else found


def _asked_language(arguments: Sequence[str]) -> str | None:
    rest = list(arguments)
    return rest[rest.index("--language") + 1] if "--language" in rest[:-1] else None


def _listen_to_signals(console: Console) -> None:
    """Ctrl+C and SIGTERM stop what runs. An exception raised while a finaliser happens to run is swallowed by Python: the job hears
    of it from the console as well, at its next report."""

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        console.interrupted = True
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, interrupt)
    signal.signal(signal.SIGINT, interrupt)
