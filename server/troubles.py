"""What keeps a server from starting, in the words of the people who run it."""

from __future__ import annotations

from app.errors import AppError
from app.i18n import _


def cannot_listen(listen: str, detail: str) -> AppError:
    return AppError(
        "server.listen",
        _("The server can't take connections at {listen}.").format(listen=listen),
        _("Check that the address belongs to this computer and that no other program uses the port."),
        detail=detail,
    )


def objects_unknown(url: str) -> AppError:
    return AppError(
        "server.objects",
        _("“{url}” is not a place where the server can keep files.").format(url=url),
        _("Give a folder or a file: address."),
    )


def ledger_unusable(detail: str) -> AppError:
    return AppError(
        "server.ledger",
        _("The server's database can't be opened."),
        _("Check its address, that the disk has room and that the server may write there."),
        detail=detail,
    )


def ledger_newer() -> AppError:
    return AppError(
        "server.ledger_newer",
        _("The server's database was made by a newer version of the program."),
        _("Update the server, then start it again."),
    )


def half_tls() -> AppError:
    return AppError(
        "server.tls",
        _("An encrypted connection needs both a certificate and its key."),
        _("Give both files, or neither."),
    )
