"""Văn Khố. `python main.py` opens the window; `python main.py <command>` is the command line (see docs/cli.md)."""

from __future__ import annotations

import sys


def main() -> int:
    """The program's exit code: 0 done, 1 done with problems, 2 wrong call, 3 could not."""
    from app.launch import has_screen, services_for_window, wants_window

    arguments = sys.argv[1:]
    if arguments[:1] == ["serve"]:
        from server.main import main as serve

        return serve(arguments[1:], prog="vankho serve")
    if wants_window(arguments):
        if not has_screen():
            from app.i18n import _

            sys.stderr.write(_("There is no screen here. The commands are shown by: vankho --help") + "\n")
            return 3
        from ui.application import run

        return run(sys.argv, services_for_window(arguments))
    from app.cli.main import command_line

    return command_line(arguments)


if __name__ == "__main__":
    raise SystemExit(main())
