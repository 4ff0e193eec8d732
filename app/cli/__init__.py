"""The command line: the same verbs as the window, for scripts, tests and servers without a screen."""

from app.cli.main import command_line, wants_window

__all__ = ["command_line", "wants_window"]
