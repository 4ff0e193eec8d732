"""Tokens and their certificates; one PIN, one session, many signatures. The driver lives in a child process."""

from __future__ import annotations

import base64
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from app.errors import AppError
from app.signature.certificates import CertInfo, read_certificate
from app.signature.modules import check_module, command_for, find_modules
from app.signature.signer import Signer
from app.signature.token_errors import token_error
from app.signature.token_pin import no_dumps_meanwhile, wipe
from app.signature.token_process import TokenProcess
from app.signature.words import clean

__all__ = ["TokenFlags", "TokenInfo", "TokenSession", "find_modules", "list_tokens"]

LIST_SECONDS = 30.0
OPEN_SECONDS = 60.0  # a PIN pad waits for the person
SIGN_SECONDS = 60.0
IDLE_SECONDS = 300.0
HARMLESS = {"token.no_pss", "token.no_certificate"}  # the session goes on


@dataclass(slots=True, frozen=True)
class TokenFlags:
    """The state of the PIN. Some drivers never set the first three: False is no promise."""

    pin_count_low: bool = False
    final_try: bool = False
    locked: bool = False
    pin_pad: bool = False  # the PIN is entered on the device: open the session with `pin=None`


@dataclass(slots=True, frozen=True)
class TokenInfo:
    label: str
    serial: str
    manufacturer: str
    model: str
    flags: TokenFlags
    certificates: tuple[CertInfo, ...]
    reader: str = ""
    module: Path | None = None  # the driver that reads it

    @property
    def usable(self) -> tuple[CertInfo, ...]:
        return tuple(c for c in self.certificates if c.usable)


def list_tokens(
    module: Path,
    *,
    now: datetime | None = None,
    approved: Collection[str] = (),
    timeout: float = LIST_SECONDS,
    worker: Sequence[str] | None = None,
) -> list[TokenInfo]:
    """The tokens behind a driver with their certificates, without a PIN. `now` judges validity (default: the clock).

    Raises `token.module_missing`, `token.module_refused`, `token.timeout`, `token.crashed`. `worker` is for tests.
    """
    path = check_module(module, approved)
    process = TokenProcess(worker or command_for(path))
    try:
        answer = process.ask({"op": "list", "module": str(path)}, timeout)
    finally:
        process.close()
    return [token_info(row, now or datetime.now(UTC), module) for row in answer["tokens"]]


def token_info(row: dict[str, Any], now: datetime, module: Path | None = None) -> TokenInfo:
    certificates = tuple(
        read_certificate(base64.b64decode(c["der"]), now=now, identity=c["id"], label=str(c["label"]), has_key=c["has_key"])
        for c in row["certificates"]
    )
    label, serial, maker, model = (clean(str(row[name])) for name in ("label", "serial", "manufacturer", "model"))
    reader = clean(str(row.get("reader", "")))
    return TokenInfo(label, serial, maker, model, TokenFlags(**row["flags"]), certificates, reader, module)


class TokenSession:
    """A logged-in token: `with TokenSession(module, pin) as session: session.sign(…)`.

    The PIN is given once and tried once; a `bytearray` is wiped after it was handed over. Raises on entering:
    `token.module_missing`, `token.module_refused`, `token.module_32bit`, `token.absent`, `token.ambiguous` (give `serial` or
    `label`), `token.other_certificate` (the token does not hold the certificate whose SHA-256 is `expect`: the PIN was not used),
    `token.pin_incorrect`, `token.pin_length`, `token.pin_locked`, `token.final_try` (the token says that one try
    is left: ask the person, then open with `final_try_ok=True`), `token.timeout`, `token.crashed`. After `idle` seconds without a
    signature the token is logged out (`token.idle`).
    """

    def __init__(
        self,
        module: Path,
        pin: bytes | bytearray | None,
        *,
        serial: str | None = None,
        label: str | None = None,
        final_try_ok: bool = False,
        now: datetime | None = None,
        approved: Collection[str] = (),
        expect: str | None = None,
        idle: float = IDLE_SECONDS,
        timeout: float = SIGN_SECONDS,
        worker: Sequence[str] | None = None,
    ) -> None:
        self._module = check_module(module, approved)
        self._pin = pin
        self._choice = {"serial": serial, "label": label, "final_try_ok": final_try_ok, "expect": expect, "idle": idle}
        self._open_seconds = max(timeout, OPEN_SECONDS)
        self._over = "token.removed"  # what a signature after the end is told
        self._now = now
        self._timeout = timeout
        self._worker = worker
        self._process: TokenProcess | None = None
        self.token: TokenInfo | None = None

    def __enter__(self) -> Self:
        pin = self._pin
        secret = bytearray(pin) if isinstance(pin, bytes) else pin
        try:
            with no_dumps_meanwhile():
                self._process = TokenProcess(self._worker or command_for(self._module))
                request = {"op": "open", "module": str(self._module)} | self._choice
                answer = self._process.ask(request, self._open_seconds, secret)
        except BaseException:
            self.close()
            raise
        finally:
            if secret is not None:
                wipe(secret)
            self._pin = None
        self.token = token_info(answer, self._now or datetime.now(UTC), self._module)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Logs out and ends the child process."""
        process, self._process = self._process, None
        if process is not None:
            process.close()

    def log_out(self, why: str = "token.locked_screen") -> None:
        """Ends the session from any thread, as when the screen is locked; a signature that is wanted later is told `why`."""
        self._over = why
        process, self._process = self._process, None
        if process is not None:
            process.close(1)

    @property
    def certificates(self) -> tuple[CertInfo, ...]:
        """As seen after the login: `has_key` is certain now."""
        return self.token.certificates if self.token else ()

    def certificate(self, identity: str | None = None) -> CertInfo:
        """The usable certificate with this id, SHA-256 or serial number (hex); without one, the only usable one.

        Raises `token.no_certificate`, `token.certificate_expired`, `token.certificate_unusable`, `token.ambiguous`.
        """
        if identity is None:
            fitting = [c for c in self.certificates if c.usable] or list(self.certificates)
        else:
            fitting = [c for c in self.certificates if identity.lower() in (c.id, c.sha256, c.serial)]
            fitting = [c for c in fitting if c.usable] or fitting
        if not fitting:
            raise token_error("token.no_certificate")
        if len(fitting) > 1 and fitting[0].usable:
            raise token_error("token.ambiguous_certificate")
        return check_usable(fitting[0])

    def signer(self, identity: str | None = None) -> TokenSigner:
        return TokenSigner(self, self.certificate(identity))

    def sign(self, tbs: bytes, digest_algorithm: str, certificate_id: str, *, pss: bool = False) -> bytes:
        """The raw signature over `tbs`: PKCS#1 v1.5 (or PSS) for RSA, the DER sequence (r, s) for EC. `digest_algorithm`: "sha256" …

        After `token.removed`, `token.idle`, `token.timeout` or `token.crashed` the session is over.
        """
        process = self._process
        if process is None:
            raise token_error(self._over)
        request = {
            "op": "sign",
            "certificate": certificate_id,
            "hash": digest_algorithm,
            "pss": pss,
            "data": base64.b64encode(tbs).decode(),
        }
        try:
            return base64.b64decode(process.ask(request, self._timeout)["signature"])
        except Exception as error:
            if self._process is None:  # it was logged out meanwhile
                raise token_error(self._over) from error
            if not (isinstance(error, AppError) and error.code in HARMLESS):
                if isinstance(error, AppError):
                    self._over = error.code  # first: other threads of a batch may ask at this moment
                self.close()  # the driver's state is unknown now
            raise


class TokenSigner(Signer):
    """One certificate of an open session."""

    def __init__(self, session: TokenSession, certificate: CertInfo) -> None:
        self._session = session
        self.certificate = certificate

    def sign(self, tbs: bytes, digest_algorithm: str, *, pss: bool = False) -> bytes:
        return self._session.sign(tbs, digest_algorithm, self.certificate.id, pss=pss)


def check_usable(found: CertInfo) -> CertInfo:
    """The certificate itself when it may sign; else the error that says why not."""
    if found.why_not in ("expired", "not_yet_valid"):
        first, last = (f"{t:%d/%m/%Y}" for t in (found.not_before, found.not_after))
        raise token_error("token.certificate_expired", first=first, last=last)
    if found.why_not:
        raise token_error("token.certificate_unusable", reason=found.reason)
    return found
