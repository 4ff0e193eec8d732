"""One line to one server: a request out, an answer in, and a plain word for everything that can go wrong between.

Time-outs are by silence: a transfer may take hours as long as bytes move. An answer without our protocol's header is not our
server (a captive portal, a proxy's error page). TLS trust is the operating system's.
"""

from __future__ import annotations

import email.utils
import io
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

import niquests
from niquests import exceptions as broken

from app.sync import faults
from app.sync.endpoint import is_loopback
from app.sync.faults import LineError
from app.sync.protocol import VERSION, VERSION_HEADER, Problem

SILENCE = 30.0  # seconds without a byte
CONNECT = 10.0
MAX_ANSWER = 32 * 1024 * 1024
_DAY = 86400.0
_BLOCK = 256 * 1024


@dataclass(slots=True, frozen=True)
class Answer:
    """`headers` by lower-case name."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def problem(self) -> Problem:
        return Problem.read(self.status, self.body)

    def number(self, name: str) -> int:
        """A header that is a whole number; LineError when it is none."""
        told = self.headers.get(name, "")
        if not told.isdecimal() or len(told) > 16:
            raise faults.refused(f"answer {self.status} without {name}")
        return int(told)


class Stream(io.BytesIO):
    """A body that tells how much of it has left and lets the sender stop in the middle by raising."""

    def __init__(self, data: bytes, moved: Callable[[int], None]) -> None:
        super().__init__(data)
        self._moved = moved
        self._length = len(data)

    def __len__(self) -> int:
        return self._length

    def read(self, size: int | None = -1, /) -> bytes:
        block = super().read(_BLOCK if size is None or size < 0 else size)
        self._moved(len(block))
        return block


class Line:
    """Not for several threads at once: each sender has its own."""

    def __init__(self, url: str, token: str = "", *, silence: float = SILENCE) -> None:
        self._url = url
        self._silence = silence
        self._session = niquests.Session(
            disable_http2=True,
            disable_http3=True,
            revocation_configuration=None,  # never fetch from addresses that a certificate names
            retries=0,
            allow_incoming_cookies=False,
            headers={VERSION_HEADER: str(VERSION), "Accept": "*/*", "Accept-Encoding": "identity"},
            auth=token or None,  # a bearer token; set here so that no .netrc takes its place
        )
        self._session.trust_env = not is_loopback(urlsplit(url).hostname or "")

    def __enter__(self) -> Line:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._session.close()

    def ask(
        self,
        method: str,
        path: str,
        body: bytes | Stream | None = None,
        headers: Mapping[str, str] | None = None,
        expect: tuple[int, ...] = (200,),
    ) -> Answer:
        """One request, tried once. An answer outside `expect` is a LineError too."""
        answer = self._exchange(method, path, body, headers or {})
        told = answer.headers.get(VERSION_HEADER.lower())
        if told is None:
            raise _foreign(answer)
        if told != str(VERSION):
            raise faults.version(f"server speaks {told[:20]}")
        if answer.status in expect:
            return answer
        raise _fault(answer)

    def _exchange(self, method: str, path: str, body: bytes | Stream | None, headers: Mapping[str, str]) -> Answer:
        try:
            with self._session.request(
                method,
                self._url + path,
                data=body,
                headers=dict(headers),
                timeout=(CONNECT if self._silence > CONNECT else self._silence, self._silence),
                allow_redirects=False,
                stream=True,
            ) as response:
                content = _read(response)
                return Answer(response.status_code or 0, {k.lower(): str(v) for k, v in response.headers.items()}, content)
        except broken.SSLError as error:
            raise faults.tls(str(error)) from None
        except broken.ConnectTimeout as error:
            raise faults.offline(str(error)) from None
        except broken.Timeout as error:
            raise faults.slow(str(error)) from None
        except (broken.InvalidURL, broken.MissingSchema, broken.InvalidSchema):
            raise faults.bad_address(self._url) from None
        except (TimeoutError, OSError) as error:  # niquests' own failures are OSErrors too
            raise (faults.slow if isinstance(error, TimeoutError) else faults.offline)(str(error)) from None


def _read(response: Any) -> bytes:
    content = bytearray()
    for block in response.iter_content(_BLOCK):
        content += block
        if len(content) > MAX_ANSWER:
            raise faults.not_our_server("endless answer")
    return bytes(content)


def _foreign(answer: Answer) -> LineError:
    """An answer that our server did not give."""
    detail = f"{answer.status} {answer.headers.get('content-type', '')} {answer.body[:80]!r}"
    return faults.offline(detail) if answer.status >= 500 else faults.not_our_server(detail)


def _fault(answer: Answer) -> LineError:
    """The error in an answer of our server."""
    told = answer.problem
    detail = f"{answer.status} {told.code}: {told.detail}"
    if answer.status == 401:
        return faults.not_enrolled()
    if told.code == "version":
        return faults.version(detail)
    if answer.status == 507:
        return faults.server_full(detail)
    if answer.status in (408, 425, 429) or answer.status >= 500:
        return faults.busy(detail, retry_after(answer.headers.get("retry-after", ""), time.time()))
    return faults.refused(detail)


def retry_after(field: str, now: float) -> float | None:
    """Seconds that a `Retry-After` field asks for (RFC 9110 §10.2.3: a number or a date), at most a day; None when it says nothing."""
    if field.strip().isdecimal():
        return min(float(field.strip()[:9]), _DAY)
    try:
        moment = email.utils.parsedate_to_datetime(field).timestamp()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return min(max(moment - now, 0.0), _DAY)
