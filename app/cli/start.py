"""Opening the archive from the command line."""

from __future__ import annotations

import getpass
import os
import sys
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.cli.console import Console, secret_from
from app.errors import AppError
from app.i18n import _
from app.services import Services
from app.troubles import translated
from app.workspace import Workspace, is_archive, opens_by_itself
from storage.errors import StorageError


def services_of(args: Namespace, console: Console) -> Services:
    return Services(Path(args.archive) if args.archive else None, console)


@contextmanager
def opened(args: Namespace, console: Console) -> Iterator[tuple[Services, Workspace]]:
    """The archive, open; closed again afterwards.

    The password comes from the variable that `--password-env` names (VANKHO_PASSWORD), this PC's key store, or the terminal.
    """
    services = services_of(args, console)
    try:
        if not is_archive(services.folder):
            if any((services.folder / "objects").glob("??")):  # files without their key: not the place for a new archive
                raise translated(StorageError("keys.lost"))
            raise AppError(
                "keys.missing",
                _("There is no archive in {folder}.").format(folder=services.folder),
                _("Make one with: vankho init {folder}").format(folder=services.folder),
            )
        yield services, services.open(password=password_for(args, services.folder))
    finally:
        services.close()


def password_for(args: Namespace, folder: Path) -> str | None:
    """None means: this PC's key store. Raises AppError `password.missing`."""
    given = secret_from(args.password_env)
    if given is not None:
        return given
    if opens_by_itself(folder):
        return None
    if sys.stdin.isatty() and os.isatty(0):
        return getpass.getpass(_("Password of the archive: "))
    raise AppError(
        "password.missing",
        _("The archive opens with a password only."),
        _("Put it into the variable {name} and try again.").format(name=args.password_env),
    )
