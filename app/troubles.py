"""Puts what storage meets into a clerk's words."""

from __future__ import annotations

import errno
import functools
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import ParamSpec, TypeVar

from app.errors import AppError
from app.i18n import N_, _
from storage.errors import StorageError

P = ParamSpec("P")
R = TypeVar("R")
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_PROBE = 1 << 20  # bytes: where not even so many can be written there is no room

_WORDS: dict[str, tuple[str, str]] = {
    "disk.full": (
        N_("The disk that holds the archive is full."),
        N_("Nothing was lost. Free some space or ask for a larger disk, then go on."),
    ),
    "keys.missing": (N_("There is no archive in this folder."), N_("Choose another folder, or create an archive here.")),
    "keys.broken": (
        N_("The archive's key file is damaged."),
        N_("Don't change anything in the folder. Ask your administrator to bring keys.json back from the backup."),
    ),
    "keys.wrong_password": (
        N_("The password is not right."),
        N_("Check Caps Lock and the Vietnamese keyboard, then type it again."),
    ),
    "keys.wrong_recovery": (
        N_("The recovery code is not right."),
        N_("Type all 8 groups as they stand on the recovery sheet."),
    ),
    "keys.wrong_secret": (N_("This PC no longer opens the archive by itself."), N_("Type the password.")),
    "keys.no_such_way": (N_("The archive can't be opened this way."), N_("Type the password, or use the recovery sheet.")),
    "catalog.wrong_key": (
        N_("The catalog does not belong to this key file."),
        N_("Don't change anything in the folder. Ask your administrator: files of two archives may have been mixed."),
    ),
    "catalog.damaged": (
        N_("The catalog is damaged."),
        N_("Don't change anything in the folder. Ask your administrator to restore the last backup."),
    ),
    "catalog.missing": (
        N_("The catalog of this archive is gone: archive.db is missing or empty."),
        N_("Don't change anything in the folder. Ask your administrator to bring archive.db back from the backup."),
    ),
    "keys.lost": (
        N_("The archive's key file is gone: keys.json is missing."),
        N_("Don't change anything in the folder. Ask your administrator to bring keys.json back from the backup."),
    ),
    "catalog.no_access": (
        N_("The catalog may not be written: the folder or the disk is read-only."),
        N_("Nothing was changed. Ask your administrator for the right to write in the archive's folder."),
    ),
    "catalog.busy": (
        N_("Another program holds the catalog."),
        N_("Nothing was changed. Close backup or virus programs that read this folder, then try again."),
    ),
    "catalog.newer": (
        N_("This archive was written by a newer version of Văn Khố."),
        N_("Nothing was changed. Install the newer version on this PC and open the archive again."),
    ),
    "object.missing": (
        N_("A file of the archive is missing on the disk."),
        N_("Ask your administrator to bring it back from the backup; its name is in the report."),
    ),
    "object.damaged": (
        N_("A file of the archive has been damaged on the disk."),
        N_("Ask your administrator to bring it back from the backup; its name is in the report."),
    ),
}


def translated(error: StorageError) -> AppError:
    message, advice = _WORDS.get(
        error.code, (N_("The archive could not do that."), N_("Try again; if it stays, send the report."))
    )
    return AppError(error.code, _(message), _(advice), detail=error.detail)


def full(folder: Path | None, detail: str = "") -> AppError:
    """No room is left in `folder` (None: it could not be found out where). The code is `disk.full` wherever it is."""
    if folder is None:
        return AppError(
            "disk.full", _("The disk is full."), _("Nothing was lost. Free some space, then try again."), detail=detail
        )
    temporary = temporary_folder()
    if temporary is not None and folder.resolve().is_relative_to(temporary):
        return AppError(
            "disk.full",
            _("The folder for temporary files is full: {folder}.").format(folder=temporary),
            _other_folder(),
            detail=detail,
        )
    return AppError(
        "disk.full",
        _("The disk is full: there is no room left in {folder}.").format(folder=folder),
        _("Nothing was lost. Free some space on the disk of this folder, then try again."),
        detail=detail,
    )


def no_temporary_folder(detail: str) -> AppError:
    return AppError(
        "disk.full",
        _("No folder for temporary files can be written: each is full or shut."),
        _other_folder(),
        detail=detail,
    )


def _other_folder() -> str:
    return _(
        "Nothing was lost; the archive is not concerned. Delete old files in that folder, or ask your administrator to give"
        " Văn Khố another one (TMPDIR, on Windows TEMP), then try again."
    )


def temporary_folder() -> Path | None:
    """Where passing files lie that are no archive's; None where none can be written."""
    try:
        return Path(tempfile.gettempdir()).resolve()
    except OSError:
        return None


def full_folder(folders: Iterable[Path]) -> Path | None:
    """The first of the folders that takes nothing more."""
    for folder in folders:
        try:
            with tempfile.TemporaryFile(dir=folder) as file:
                file.write(bytes(_PROBE))
                file.flush()
        except OSError as error:
            if error.errno in FULL:
                return folder
    return None


def of_os(error: OSError, where: str = "", written: Iterable[Path] = ()) -> AppError:
    """The sentence for a failure of the operating system that may happen anywhere.

    `written` are the folders that were written into: where the disk is full and the system does not say which, they are tried.
    """
    if error.errno in FULL:
        known = (
            Path(str(error.filename)).parent
            if error.filename
            else full_folder([*written, *([temporary] if (temporary := temporary_folder()) else [])])
        )
        return full(known, str(error))
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return AppError(
            "file.denied",
            _("Văn Khố may not open or write {path}.").format(path=where or error.filename or ""),
            _("Ask your administrator for the right to use this file or folder."),
            detail=str(error),
        )
    return AppError(
        "file.trouble",
        _("The computer could not read or write {path}.").format(path=where or error.filename or ""),
        _("Check that the disk or the network drive is connected, then try again."),
        detail=str(error),
    )


def in_words(function: Callable[P, R]) -> Callable[P, R]:
    """Lets a verb raise storage's and the system's errors; the caller gets AppError."""

    @functools.wraps(function)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return function(*args, **kwargs)
        except StorageError as error:
            raise translated(error) from error
        except OSError as error:
            raise of_os(error) from error

    return wrapper
