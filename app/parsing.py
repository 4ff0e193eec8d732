"""Command lines read in the person's language: argparse with its own words translated.

argparse looks its words up in gettext's default domain, for which there is no file of ours; the functions that it calls are
replaced by the program's for as long as a line is read or help is shown.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NoReturn

from app.i18n import N_, _, _n

# argparse's own words (CPython 3.11 to 3.13), for the translators
WORDS = (
    N_("usage: "),
    N_("positional arguments"),
    N_("options"),
    N_("show this help message and exit"),
    N_("%(prog)s: error: %(message)s\n"),
    N_("argument %(argument_name)s: %(message)s"),
    N_("the following arguments are required: %s"),
    N_("one of the arguments %s is required"),
    N_("unrecognized arguments: %s"),
    N_("ambiguous option: %(option)s could match %(matches)s"),
    N_("ignored explicit argument %r"),
    N_("not allowed with argument %s"),
    N_("expected one argument"),
    N_("expected at most one argument"),
    N_("expected at least one argument"),
    N_("expected %s argument"),
    N_("invalid choice: %(value)r (choose from %(choices)s)"),
    N_("invalid %(type)s value: %(value)r"),
    N_("unknown parser %(parser_name)r (choices: %(choices)s)"),
)


class Parser(argparse.ArgumentParser):
    """Ends with 2 for a wrong call, as argparse does; sub-commands made of it speak the same language."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        with _translated():
            super().__init__(*args, **kwargs)

    def parse_known_args(self, args: Sequence[str] | None = None, namespace: Any = None) -> Any:  # type: ignore[override]
        with _translated():
            return super().parse_known_args(args, namespace)

    def parse_args(self, args: Sequence[str] | None = None, namespace: Any = None) -> Any:  # type: ignore[override]
        with _translated():
            return super().parse_args(args, namespace)

    def format_help(self) -> str:
        with _translated():
            return super().format_help()

    def format_usage(self) -> str:
        with _translated():
            return super().format_usage()

    def error(self, message: str) -> NoReturn:
        with _translated():
            super().error(message)


def _one_of(singular: str, plural: str, count: int) -> str:
    return _n(singular, plural, count) if count != 1 else _(singular)


@contextmanager
def _translated() -> Iterator[None]:
    ours: dict[str, Callable[..., str]] = {"_": _, "ngettext": _one_of}
    before = {name: getattr(argparse, name) for name in ours}
    for name, function in ours.items():
        setattr(argparse, name, function)
    try:
        yield
    finally:
        for name, function in before.items():
            setattr(argparse, name, function)
