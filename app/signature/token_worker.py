"""The child process that loads a PKCS#11 module: drivers crash, hang and print; the program must not.

One JSON object a line on the pipes, bytes as base64. Requests: `{"op": "list" | "open" | "sign" | "close", …}`;
answers: `{"ok": {…}}` or `{"error": code, "detail": class, "flags": {…}}`. The PIN comes over the pipe, is used for one
login and forgotten (kept only where the key demands it for every signature). A PIN is never tried twice.

Imports nothing heavy: it starts once a batch and every millisecond counts for the clerk who waits.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import sys
from collections.abc import Callable
from typing import Any, BinaryIO

import pkcs11
from pkcs11 import Attribute, Mechanism, ObjectClass
from pkcs11.constants import TokenFlag
from pkcs11.mechanisms import KeyType
from pkcs11.util.ec import encode_ecdsa_signature

# DigestInfo headers of RFC 8017 §9.2 note 1: raw RSA is what every driver knows
DIGEST_INFO = {
    "sha256": bytes.fromhex("3031300d060960864801650304020105000420"),
    "sha384": bytes.fromhex("3041300d060960864801650304020205000430"),
    "sha512": bytes.fromhex("3051300d060960864801650304020305000440"),
}
HASHED_RSA = {
    "sha256": Mechanism.SHA256_RSA_PKCS,
    "sha384": Mechanism.SHA384_RSA_PKCS,
    "sha512": Mechanism.SHA512_RSA_PKCS,
}
CODES = {
    "PinIncorrect": "token.pin_incorrect",
    "PinInvalid": "token.pin_incorrect",
    "PinLocked": "token.pin_locked",
    "PinLenRange": "token.pin_length",
    "PinExpired": "token.pin_expired",
    "UserPinNotInitialized": "token.pin_expired",
    "NoSuchToken": "token.absent",
    "NoSuchKey": "token.no_certificate",
    "FunctionCancelled": "token.cancelled",
}
# while a session is open, all these mean that the token (or its reader) went away
GONE = {
    "DeviceRemoved", "TokenNotPresent", "TokenNotRecognised", "SessionHandleInvalid", "SessionClosed", "DeviceError",
    "ObjectHandleInvalid", "KeyHandleInvalid", "GeneralError", "UserNotLoggedIn", "SlotIDInvalid", "NoSuchToken",
}  # fmt: skip

Library = Any  # pkcs11.lib or what a test puts in its place
Loader = Callable[[str], Library]


class Refused(Exception):  # noqa: N818 - an answer, not a bug
    """A request that is answered with an error code."""

    def __init__(self, code: str, detail: str = "", flags: dict[str, bool] | None = None) -> None:
        super().__init__(code)
        self.code, self.detail, self.flags = code, detail, flags


class Desk:
    """Holds at most one library and one logged-in session."""

    def __init__(self, load: Loader = pkcs11.lib) -> None:
        self._load = load
        self._library: Library = None
        self._session: Any = None
        self._mechanisms: set[Any] = set()
        self._keys: dict[str, Any] = {}
        self._pin: str | None = None

    def answer(self, request: dict[str, Any]) -> dict[str, Any]:
        """The answer to one request; never raises for what a driver does."""
        verbs = {"list": self._list, "open": self._open, "sign": self._sign, "close": self._close}
        try:
            return {"ok": verbs[request["op"]](request)}
        except Refused as refusal:
            return {"error": refusal.code, "detail": refusal.detail, "flags": refusal.flags or {}}
        except pkcs11.PKCS11Error as error:
            return {"error": self._code(error), "detail": type(error).__name__, "flags": {}}
        except Exception as error:  # noqa: BLE001 - a driver may answer anything; the text may hold secrets, the class not
            return {"error": "token.failed", "detail": type(error).__name__, "flags": {}}

    def _code(self, error: Exception) -> str:
        name = type(error).__name__
        if self._session is not None and name in GONE:
            return "token.removed"
        return CODES.get(name, "token.absent" if name in GONE else "token.failed")

    def _tokens(self, module: str) -> list[Any]:
        if self._library is None:
            try:
                self._library = self._load(module)
            except Exception as error:
                raise Refused("token.module_refused", type(error).__name__) from error
        found = []
        for slot in self._library.get_slots(token_present=True):
            try:
                token = slot.get_token()
                if token.flags & TokenFlag.TOKEN_INITIALIZED:
                    found.append(token)
            except pkcs11.PKCS11Error:  # an empty or broken reader beside a good one
                continue
        return found

    def _list(self, request: dict[str, Any]) -> dict[str, Any]:
        rows = []
        for token in self._tokens(request["module"]):
            with token.open() as session:
                rows.append(token_row(token) | {"certificates": certificate_rows(session, logged_in=False)})
        return {"tokens": rows}

    def _open(self, request: dict[str, Any]) -> dict[str, Any]:
        token = self._choose(request)
        flags = token_flags(token)
        if flags["locked"]:
            raise Refused("token.pin_locked", flags=flags)
        if flags["final_try"] and not request.get("final_try_ok"):
            raise Refused("token.final_try", flags=flags)
        pin = decode(request["pin"]).decode() if request.get("pin") is not None else pkcs11.PROTECTED_AUTH
        try:
            session = token.open(user_pin=pin)
        except pkcs11.PKCS11Error as error:
            raise self._login_refusal(error, token) from error
        self._session = session
        self._mechanisms = set(token.slot.get_mechanisms())
        rows = certificate_rows(session, logged_in=True)
        self._keys = {key[Attribute.ID].hex(): key for key in session.get_objects({Attribute.CLASS: ObjectClass.PRIVATE_KEY})}
        if isinstance(pin, str) and any(always_authenticates(key) for key in self._keys.values()):
            self._pin = pin
        return token_row(token) | {"certificates": rows}

    def _choose(self, request: dict[str, Any]) -> Any:
        tokens = self._tokens(request["module"])
        serial, label = request.get("serial"), request.get("label")
        fitting = [t for t in tokens if serial in (None, text(t.serial)) and label in (None, t.label)]
        if not fitting:
            raise Refused("token.absent")
        if len(fitting) > 1:
            raise Refused("token.ambiguous")
        return fitting[0]

    def _login_refusal(self, error: Exception, token: Any) -> Refused:
        try:  # the counter moved: read the flags again, some drivers never set them
            flags = token_flags(token.slot.get_token())
        except pkcs11.PKCS11Error:
            flags = {}
        code = self._code(error)
        if code == "token.pin_incorrect" and flags.get("locked"):
            code = "token.pin_locked"
        return Refused(code, type(error).__name__, flags)

    def _sign(self, request: dict[str, Any]) -> dict[str, Any]:
        key = self._keys.get(request["certificate"])
        if self._session is None or key is None:
            raise Refused("token.no_certificate")
        name, data = request["hash"], decode(request["data"])
        extra = {"pin": self._pin} if self._pin is not None and always_authenticates(key) else {}
        if key.key_type == KeyType.EC:
            raw = key.sign(hashlib.new(name, data).digest(), mechanism=Mechanism.ECDSA, **extra)
            return {"signature": encode(encode_ecdsa_signature(raw))}
        if Mechanism.RSA_PKCS in self._mechanisms:
            data, mechanism = DIGEST_INFO[name] + hashlib.new(name, data).digest(), Mechanism.RSA_PKCS
        else:
            mechanism = HASHED_RSA[name]
        return {"signature": encode(key.sign(data, mechanism=mechanism, **extra))}

    def _close(self, request: dict[str, Any]) -> dict[str, Any]:
        session, self._session, self._pin, self._keys = self._session, None, None, {}
        if session is not None:
            session.close()  # logs out
        return {}


def token_flags(token: Any) -> dict[str, bool]:
    """The state of the PIN as the token tells it (CK_TOKEN_INFO)."""
    flags = token.flags
    return {
        "pin_count_low": bool(flags & TokenFlag.USER_PIN_COUNT_LOW),
        "final_try": bool(flags & TokenFlag.USER_PIN_FINAL_TRY),
        "locked": bool(flags & TokenFlag.USER_PIN_LOCKED),
        "pin_pad": bool(flags & TokenFlag.PROTECTED_AUTHENTICATION_PATH),
    }


def token_row(token: Any) -> dict[str, Any]:
    return {
        "label": token.label,
        "serial": text(token.serial),
        "manufacturer": token.manufacturer_id,
        "model": token.model,
        "flags": token_flags(token),
    }


def certificate_rows(session: Any, *, logged_in: bool) -> list[dict[str, Any]]:
    """X.509 certificates with whether their key is there: True, False, or None while private keys can't be seen."""
    with_key = ids(session, ObjectClass.PRIVATE_KEY)
    if not logged_in:
        with_key |= ids(session, ObjectClass.PUBLIC_KEY)
    rows = []
    for found in session.get_objects({Attribute.CLASS: ObjectClass.CERTIFICATE}):
        try:
            key_id, der, label = found[Attribute.ID].hex(), bytes(found[Attribute.VALUE]), found[Attribute.LABEL]
        except pkcs11.PKCS11Error:
            continue
        has_key = key_id in with_key or (False if logged_in else None)
        rows.append({"id": key_id, "label": label, "der": encode(der), "has_key": has_key})
    return rows


def ids(session: Any, kind: ObjectClass) -> set[str]:
    found = set()
    for item in session.get_objects({Attribute.CLASS: kind}):
        try:
            found.add(item[Attribute.ID].hex())
        except pkcs11.PKCS11Error:
            continue
    return found


def always_authenticates(key: Any) -> bool:
    try:
        return bool(key[Attribute.ALWAYS_AUTHENTICATE])
    except pkcs11.PKCS11Error:
        return False


def text(value: bytes | str) -> str:
    return value.decode("utf-8", "replace").strip("\0 ") if isinstance(value, bytes) else value.strip("\0 ")


def encode(data: bytes) -> str:
    return base64.b64encode(data).decode()


def decode(data: str) -> bytes:
    return base64.b64decode(data)


def serve(requests: BinaryIO, answers: BinaryIO, desk: Desk) -> None:
    """Answers line after line until the pipe ends."""
    for line in requests:
        answers.write(json.dumps(desk.answer(json.loads(line))).encode() + b"\n")
        answers.flush()


def private_pipes() -> tuple[BinaryIO, BinaryIO]:
    """The pipes for us alone: what a driver prints or reads goes to nowhere."""
    requests, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nowhere, number)
    return requests, answers


def no_dumps() -> None:
    """A crash must not leave the PIN in a core file."""
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main(load: Loader = pkcs11.lib) -> None:
    no_dumps()
    requests, answers = private_pipes()
    desk = Desk(load)
    try:
        serve(requests, answers, desk)
    finally:
        desk.answer({"op": "close"})
        os._exit(0)  # a driver's exit handlers are where many of them hang


if __name__ == "__main__":
    main()
