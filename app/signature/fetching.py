"""Gets small answers (OCSP, CRL) from addresses that stand in certificates. Never called unless a person asked for it.

A certificate may come from anybody, so (threat T15): http and https only; the name is resolved once and the connection goes to
exactly that address; addresses inside the office's network are refused unless allowed; redirects only within the same host, and
few; answers have a limit of size and of time; the office may give the only hosts that are visited.
"""

from __future__ import annotations

import http.client
import ipaddress
import logging
import socket
import ssl
import time
import urllib.request
from collections.abc import Collection
from urllib.parse import SplitResult, urljoin, urlsplit

log = logging.getLogger(__name__)

LARGEST = 20 << 20  # bytes; the state's CRLs have some MB
TIMEOUT = 10.0  # seconds for one answer
MOST_REDIRECTS = 2
MOST_REQUESTS = 60  # of one fetcher
CHUNK = 65536
REDIRECTS = {301, 302, 303, 307, 308}


class Fetcher:
    """`inside` allows addresses of the local network; `hosts`, when not empty, are the only ones visited (and their subdomains)."""

    def __init__(
        self, *, inside: bool = False, timeout: float = TIMEOUT, largest: int = LARGEST, hosts: Collection[str] = ()
    ) -> None:
        self._inside = inside
        self._timeout = timeout
        self._largest = largest
        self._hosts = tuple(host.lower().lstrip(".") for host in hosts)
        self._left = MOST_REQUESTS

    def get(self, url: str, body: bytes | None = None, kind: str = "application/ocsp-request") -> bytes:
        """The answer's bytes; empty when there is none worth having. With a `body` it is a POST of that `kind`."""
        deadline = time.monotonic() + self._timeout
        try:
            for _hop in range(MOST_REDIRECTS + 1):
                if self._left <= 0:
                    log.warning("too many questions about revocation; %s was not asked", urlsplit(url).hostname)
                    return b""
                self._left -= 1
                status, told = self._once(url, body, kind, deadline)
                if status not in REDIRECTS:
                    return told if status == 200 else b""
                onward = urljoin(url, told.decode("latin-1"))
                if urlsplit(onward).hostname != urlsplit(url).hostname:
                    log.warning("%s sends to another host; not followed", urlsplit(url).hostname)
                    return b""
                url = onward
        except (OSError, ValueError, http.client.HTTPException) as error:
            log.warning("no answer about revocation: %s", type(error).__name__)
        return b""

    def _once(self, url: str, body: bytes | None, kind: str, deadline: float) -> tuple[int, bytes]:
        """Status and body; for a redirect the new address instead of the body."""
        parts = urlsplit(url)
        connection, target = self._connection(parts)
        try:
            headers = {"User-Agent": "vankho", "Accept": "*/*", "Connection": "close"}
            if body is not None:
                headers["Content-Type"] = kind
            connection.request("GET" if body is None else "POST", target, body, headers)
            answer = connection.getresponse()
            if answer.status in REDIRECTS:
                return answer.status, answer.getheader("Location", "").encode("latin-1", "replace")
            data = bytearray()
            while chunk := answer.read(CHUNK):
                data += chunk
                if len(data) > self._largest or time.monotonic() > deadline:
                    raise OSError("too long")
            return answer.status, bytes(data)
        finally:
            connection.close()

    def _connection(self, parts: SplitResult) -> tuple[http.client.HTTPConnection, str]:
        """An unopened connection that may be made, and what to ask it for. Raises OSError for an address that may not be visited."""
        host = (parts.hostname or "").lower()
        if parts.scheme not in ("http", "https") or not host or parts.username is not None:
            raise OSError("not an address to visit")
        if self._hosts and not any(host == known or host.endswith("." + known) for known in self._hosts):
            raise OSError("a host that is not on the office's list")
        port = parts.port or (443 if parts.scheme == "https" else 80)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        proxy = urllib.request.getproxies().get(parts.scheme)
        if proxy and not urllib.request.proxy_bypass(host):
            return self._through(proxy, parts, host, port, target)
        address = self._address(host, port)
        connection: http.client.HTTPConnection
        if parts.scheme == "https":
            connection = http.client.HTTPSConnection(host, port, timeout=self._timeout, context=ssl.create_default_context())
        else:
            connection = http.client.HTTPConnection(host, port, timeout=self._timeout)
        # the address that was looked at is the one that is visited: a second look-up could give another
        connection._create_connection = lambda _where, *more, **named: socket.create_connection(  # type: ignore[attr-defined]
            (address, port), *more, **named
        )
        return connection, target

    def _through(
        self, proxy: str, parts: SplitResult, host: str, port: int, target: str
    ) -> tuple[http.client.HTTPConnection, str]:
        """By the office's proxy, which looks names up itself: only plain inside names can be refused here."""
        if not self._inside and (host == "localhost" or "." not in host or is_inside(host)):
            raise OSError("an address inside the network")
        via = urlsplit(proxy if "//" in proxy else f"//{proxy}")
        if parts.scheme == "https":
            secure = http.client.HTTPSConnection(
                via.hostname or "", via.port or 8080, timeout=self._timeout, context=ssl.create_default_context()
            )
            secure.set_tunnel(host, port)
            return secure, target
        return http.client.HTTPConnection(via.hostname or "", via.port or 80, timeout=self._timeout), parts.geturl()

    def _address(self, host: str, port: int) -> str:
        found = [str(row[4][0]) for row in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
        if not found or (not self._inside and any(is_inside(one) for one in found)):
            raise OSError("an address inside the network")
        return found[0]


def is_inside(address: str) -> bool:
    """Whether a numeric address belongs to a local network, this machine or nobody; False for a name."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(found, "ipv4_mapped", None) or found
    return not mapped.is_global or mapped.is_multicast
