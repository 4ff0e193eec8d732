"""Starts the server: in the foreground for an office, or inside a test or demo on a free port."""

from __future__ import annotations

import argparse
import asyncio
import logging
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

import uvicorn

from app.errors import AppError
from app.i18n import _
from app.parsing import Parser
from app.sync.endpoint import is_loopback
from app.sync.strict import Malformed
from server import troubles
from server.api import Deposit, application
from server.blobs import Blobs
from server.enrolment import LIFE, create_code, ledger_url
from server.ledger import Ledger
from server.limits import Limits
from server.signing import Signer
from server.trust import TrustLists
from server.wire import PatientProtocol

log = logging.getLogger(__name__)


@dataclass(slots=True, frozen=True)
class Place:
    """Where a server keeps what it has. `objects` is a folder as path or file: URL; `keys` a folder only the server reads."""

    db: str
    objects: Path
    keys: Path

    @classmethod
    def folder(cls, folder: Path) -> Place:
        """Everything in one folder: ledger.db, objects/, keys/."""
        return cls(ledger_url(folder), folder / "objects", folder / "keys")


@dataclass(slots=True, frozen=True)
class Tls:
    certificate: Path
    key: Path


def run(
    db_url: str,
    objects_url: str,
    listen: str = "127.0.0.1:8765",
    *,
    keys: Path,
    tls: Tls | None = None,
    limits: Limits | None = None,
    ready: Callable[[str], None] | None = None,
) -> None:
    """Serves until it is told to stop (SIGINT, SIGTERM). `ready` hears the URL once requests are answered."""
    place = Place(db_url, _folder_of(objects_url), keys)
    with closing(_listening(listen)) as sock, _served(place, limits or Limits(), tls) as server:
        if tls is None and not is_loopback(sock.getsockname()[0]):
            log.warning("connections are not encrypted: use TLS here or a proxy that does it")
        if ready is not None:
            server.ready = lambda: ready(_url(sock, tls))
        server.run(sockets=[sock])


@contextmanager
def embedded(folder: Path, limits: Limits | None = None) -> Iterator[str]:
    """A server on a free port of this machine, living in `folder` and in a thread of this process; yields its URL."""
    up = threading.Event()
    with (
        closing(_listening("127.0.0.1:0")) as sock,
        _served(Place.folder(folder), limits or Limits(), None) as server,
    ):
        server.ready = up.set
        thread = threading.Thread(target=_run_until_told, args=(server, sock, up), name="embedded-server", daemon=True)
        thread.start()
        try:
            up.wait()
            if not server.started:
                raise RuntimeError("the embedded server did not start")
            yield _url(sock, None)
        finally:
            server.should_exit = True
            thread.join()


class _Server(uvicorn.Server):
    """uvicorn, telling when it is ready."""

    ready: Callable[[], None] = staticmethod(lambda: None)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self.ready()


def _run_until_told(server: _Server, sock: socket.socket, up: threading.Event) -> None:
    try:
        asyncio.run(server.serve(sockets=[sock]))
    finally:
        up.set()


@contextmanager
def _served(place: Place, limits: Limits, tls: Tls | None) -> Iterator[_Server]:
    with closing(Ledger(place.db)) as ledger:
        signer = Signer.of(place.keys)
        lists = TrustLists(place.keys.parent / "trust", signer)
        deposit = Deposit(ledger, Blobs(place.objects), signer, limits, lists)
        config = uvicorn.Config(
            application(deposit),
            http=PatientProtocol.within(limits.header),
            ws="none",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_keep_alive=75,
            timeout_graceful_shutdown=5,
            ssl_certfile=tls.certificate if tls else None,
            ssl_keyfile=str(tls.key) if tls else None,
        )
        yield _Server(config)


def _listening(listen: str) -> socket.socket:
    host, _, port = listen.rpartition(":")
    host = host.strip("[]") or "127.0.0.1"
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # With the protocol named asyncio switches Nagle's delay off; without it every answer would wait 40 ms for an ACK.
    sock = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if sys.platform != "win32":  # there it would let two servers share a port
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind((host, int(port)))
        sock.listen(512)
    except (OSError, OverflowError, ValueError) as error:
        sock.close()
        raise troubles.cannot_listen(listen, str(error)) from None
    return sock


def _url(sock: socket.socket, tls: Tls | None) -> str:
    host, port = sock.getsockname()[:2]
    return f"http{'s' if tls else ''}://{f'[{host}]' if ':' in host else host}:{port}"


def _folder_of(url: str) -> Path:
    parts = urlsplit(url)
    if parts.scheme == "file":
        return Path(url2pathname(parts.path))
    if len(parts.scheme) > 1:  # one letter is a drive
        raise troubles.objects_unknown(url)
    return Path(url)


def main(arguments: list[str] | None = None, *, prog: str = "python -m server") -> int:
    """`python -m server`: serve, or make an enrolment code."""
    parser = Parser(prog=prog, description=_("The central server of Văn Khố."))
    parser.add_argument("--folder", metavar="DIR", type=Path, default=Path("vankho-server"), help=_("everything in one folder"))
    parser.add_argument("--db", metavar="URL", help=_("SQLAlchemy URL of the ledger (default: in the folder)"))
    parser.add_argument("--objects", metavar="URL", help=_("folder or file: URL of the bytes (default: in the folder)"))
    parser.add_argument("--listen", default="127.0.0.1:8765", metavar="HOST:PORT", help=_("where to answer"))
    parser.add_argument("--tls-certificate", metavar="FILE", type=Path, help=_("certificate for encrypted connections"))
    parser.add_argument("--tls-key", metavar="FILE", type=Path, help=_("its private key"))
    parser.add_argument("--code-for", metavar="AGENCY", help=_("print a one-time enrolment code for a desk and stop"))
    asked = parser.parse_args(arguments)
    try:
        return _act(asked)
    except AppError as error:
        sys.stderr.write(f"{error}\n{error.detail}\n")
    except Malformed as error:
        sys.stderr.write(f"{error}\n")
    return 3


def _act(asked: argparse.Namespace) -> int:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    place = Place.folder(asked.folder)
    db = asked.db or place.db
    if asked.code_for:
        with closing(Ledger(db)) as ledger:
            _say(create_code(ledger, asked.code_for))
            _say(f"valid for {LIFE.days} days")
        return 0
    if (asked.tls_certificate is None) != (asked.tls_key is None):
        raise troubles.half_tls()
    tls = Tls(asked.tls_certificate, asked.tls_key) if asked.tls_certificate else None
    objects = asked.objects or str(place.objects)
    run(db, objects, asked.listen, keys=place.keys, tls=tls, ready=lambda url: _say(f"listening on {url}"))
    return 0


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
