"""What can go wrong on the line, in a clerk's words."""

from __future__ import annotations

from app.errors import AppError
from app.i18n import _


class LineError(AppError):
    """A failure that may pass by itself when `passing`; then `wait` is what the server asked for, in seconds."""

    def __init__(
        self, code: str, message: str, advice: str, *, detail: str = "", passing: bool = False, wait: float | None = None
    ) -> None:
        super().__init__(code, message, advice, detail=detail)
        self.passing = passing
        self.wait = wait


def _later() -> str:
    return _("Nothing is lost. The program goes on sending by itself as soon as it can.")


def offline(detail: str) -> LineError:
    message = _("The central server can't be reached.")
    return LineError("sync.offline", message, _later(), detail=detail, passing=True)


def slow(detail: str) -> LineError:
    message = _("The central server does not answer in time.")
    return LineError("sync.slow", message, _later(), detail=detail, passing=True)


def busy(detail: str, wait: float | None) -> LineError:
    message = _("The central server is busy.")
    return LineError("sync.busy", message, _later(), detail=detail, passing=True, wait=wait)


def not_our_server(detail: str) -> LineError:
    return LineError(
        "sync.not_our_server",
        _("There is no network: another page answered in place of the central server."),
        _("If this network asks for a sign-in, open a web browser and sign in. Otherwise check the server's address."),
        detail=detail,
        passing=True,
    )


def tls(detail: str) -> LineError:
    return LineError(
        "sync.tls",
        _("The server could not prove who it is, so nothing was sent."),
        _("Check the date and time of this computer and the server's address, then ask your IT staff about its certificate."),
        detail=detail,
    )


def plain_address(host: str) -> LineError:
    return LineError(
        "sync.tls_required",
        _("The address of {host} does not begin with https://, so others could read what is sent.").format(host=host),
        _("Ask your IT staff for the server's https:// address."),
    )


def bad_address(url: str) -> LineError:
    return LineError(
        "sync.bad_address",
        _("“{url}” is not the address of a server.").format(url=url),
        _("Type it as you were given it, for example https://luutru.tinh.gov.vn."),
    )


def not_enrolled() -> LineError:
    return LineError(
        "sync.not_enrolled",
        _("The central server does not know this desk, or has shut it out."),
        _("Ask the people who run the server for a new code and connect this desk again."),
    )


def code_refused(detail: str) -> LineError:
    return LineError(
        "sync.code_refused",
        _("The server did not accept this code."),
        _("Check what you typed. A code works once and for a few days only: ask the people who run the server for a new one."),
        detail=detail,
    )


def version(detail: str) -> LineError:
    return LineError(
        "sync.version",
        _("This program and the central server are of versions that don't understand each other."),
        _("Update this program; if it is up to date, tell the people who run the server."),
        detail=detail,
    )


def server_full(detail: str) -> LineError:
    return LineError(
        "sync.server_full",
        _("The central server has no room for this batch."),
        _("Tell the people who run the server. The batch stays here and can be sent later."),
        detail=detail,
    )


def refused(detail: str) -> LineError:
    return LineError(
        "sync.refused",
        _("The central server refused this batch."),
        _("Nothing was deleted here. Show the report to the people who run the server."),
        detail=detail,
    )


def wrong_agency(mine: str) -> LineError:
    return LineError(
        "sync.wrong_agency",
        _("This batch belongs to another agency than the desk's connection ({agency}).").format(agency=mine),
        _("Connect this desk to the server with a code for the right agency."),
    )


def local_blob(detail: str) -> LineError:
    return LineError(
        "sync.local_blob",
        _("A file of this batch is missing or damaged on this computer."),
        _("Run the integrity check, restore the file from a backup, then send again."),
        detail=detail,
    )
