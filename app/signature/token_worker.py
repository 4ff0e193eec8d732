"""The child process that loads a PKCS#11 module: drivers crash, hang and print; the program must not.

One JSON object a line on the pipes (`app.signature.token_serve`), bytes as base64. Requests: `{"op": "list" | "slots" | "open" |
"sign" | "close", …}`; answers: `{"ok": {…}}` or `{"error": code, "detail": class, "flags": {…}}`. The PIN comes over the pipe, is
used for one login and overwritten (kept only where the key demands it for every signature). A PIN is never tried twice.

Imports nothing heavy: it starts once a batch and every millisecond counts for the clerk who waits.
"""

from __future__ import annotations

import base64
import hashlib
import time
from collections.abc import Callable
from typing import Any

import pkcs11
from pkcs11 import Attribute, Mechanism, ObjectClass
from pkcs11.constants import TokenFlag
from pkcs11.mechanisms import MGF, KeyType
from pkcs11.util.ec import encode_ecdsa_signature

from app.signature.token_pin import Pin
from app.signature.token_serve import work

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
HASHED_PSS = {
    "sha256": Mechanism.SHA256_RSA_PKCS_PSS,
    "sha384": Mechanism.SHA384_RSA_PKCS_PSS,
    "sha512": Mechanism.SHA512_RSA_PKCS_PSS,
}
PSS_PARTS = {
    "sha256": (Mechanism.SHA256, MGF.SHA256, 32),
    "sha384": (Mechanism.SHA384, MGF.SHA384, 48),
    "sha512": (Mechanism.SHA512, MGF.SHA512, 64),
}
IDLE_SECONDS = 300.0  # nobody signs: log out
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
        self._pin: Pin | None = None
        self._slot: Any = None
        self._serial = ""
        self._used = 0.0  # monotonic seconds
        self._idle = IDLE_SECONDS
        self._over = ""  # why the session ended

    def answer(self, request: dict[str, Any]) -> dict[str, Any]:
        """The answer to one request; never raises for what a driver does."""
        verbs = {"list": self._list, "slots": self._slots, "open": self._open, "sign": self._sign, "close": self._close}
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

    def _slots(self, request: dict[str, Any]) -> dict[str, Any]:
        """Which tokens are there, without opening one: quick enough to be asked again and again."""
        return {"tokens": [[text(token.serial), token.label] for token in self._tokens(request["module"])]}

    def _open(self, request: dict[str, Any]) -> dict[str, Any]:
        token = self._choose(request)
        flags = token_flags(token)
        if flags["locked"]:
            raise Refused("token.pin_locked", flags=flags)
        if flags["final_try"] and not request.get("final_try_ok"):
            raise Refused("token.final_try", flags=flags)
        if request.get("expect"):
            self._expect(token, str(request["expect"]))
        if request.get("pin") is None and not flags["pin_pad"]:
            raise Refused("token.pin_length", flags=flags)
        pin = Pin(request["pin"]) if request.get("pin") is not None else None
        try:
            session = token.open(user_pin=pin if pin is not None else pkcs11.PROTECTED_AUTH)
        except pkcs11.PKCS11Error as error:
            raise self._login_refusal(error, token) from error
        finally:
            if pin is not None:
                pin.forget_copies()
        self._session, self._slot, self._serial = session, token.slot, text(token.serial)
        self._idle, self._used = float(request.get("idle") or IDLE_SECONDS), time.monotonic()
        self._mechanisms = set(token.slot.get_mechanisms())
        rows = certificate_rows(session, logged_in=True)
        if request.get("expect") and not any(fits(row, str(request["expect"])) for row in rows):
            self._end("token.other_certificate")
            raise Refused("token.other_certificate")
        self._keys = {key[Attribute.ID].hex(): key for key in session.get_objects({Attribute.CLASS: ObjectClass.PRIVATE_KEY})}
        if pin is not None and any(always_authenticates(key) for key in self._keys.values()):
            self._pin = Pin(bytearray(request["pin"]))
        return token_row(token) | {"certificates": rows}

    def _expect(self, token: Any, wanted: str) -> None:
        """Before the PIN is used: the certificate that the person chose is on this token. One that shows none until then is looked
        at after the login."""
        with token.open() as session:
            rows = certificate_rows(session, logged_in=False)
        if rows and not any(fits(row, wanted) for row in rows):
            raise Refused("token.other_certificate")

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
        if self._over:
            raise Refused(self._over)
        if self._session is None or key is None:
            raise Refused("token.no_certificate")
        name, data = request["hash"], decode(request["data"])
        extra = {"pin": self._pin} if self._pin is not None and always_authenticates(key) else {}
        self._used = time.monotonic()
        try:
            return {"signature": encode(self._raw(key, name, data, bool(request.get("pss")), extra))}
        finally:
            if self._pin is not None:
                self._pin.forget_copies()

    def _raw(self, key: Any, name: str, data: bytes, pss: bool, extra: dict[str, Any]) -> bytes:
        digest = hashlib.new(name, data).digest()
        if key.key_type == KeyType.EC:
            raw = key.sign(digest, mechanism=Mechanism.ECDSA, **extra)
            return bytes(encode_ecdsa_signature(raw))
        if pss:
            if Mechanism.RSA_PKCS_PSS in self._mechanisms:
                data, mechanism = digest, Mechanism.RSA_PKCS_PSS
            elif HASHED_PSS[name] in self._mechanisms:
                mechanism = HASHED_PSS[name]
            else:
                raise Refused("token.no_pss")
            return bytes(key.sign(data, mechanism=mechanism, mechanism_param=PSS_PARTS[name], **extra))
        if Mechanism.RSA_PKCS in self._mechanisms:
            data, mechanism = DIGEST_INFO[name] + digest, Mechanism.RSA_PKCS
        else:
            mechanism = HASHED_RSA[name]
        return bytes(key.sign(data, mechanism=mechanism, **extra))

    def tick(self, now: float) -> None:
        """While nobody asks: a token that was pulled, or a clerk who went away, ends the session."""
        if self._session is None:
            return
        try:
            there = text(self._slot.get_token().serial) == self._serial
        except pkcs11.PKCS11Error:
            there = False
        if not there:
            self._end("token.removed")
        elif now - self._used > self._idle:
            self._end("token.idle")

    def _end(self, why: str) -> None:
        self._close({})
        self._over = why

    def _close(self, request: dict[str, Any]) -> dict[str, Any]:
        session, self._session, self._keys = self._session, None, {}
        pin, self._pin = self._pin, None
        if pin is not None:
            pin.forget()
        if session is not None:
            try:
                session.close()  # logs out
            except pkcs11.PKCS11Error:  # it went away with its token
                return {}
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
        "reader": getattr(token.slot, "slot_description", "").strip("\0 "),
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


def fits(row: dict[str, Any], sha256: str) -> bool:
    return hashlib.sha256(decode(row["der"])).hexdigest() == sha256


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


def main(load: Loader = pkcs11.lib) -> None:
    work(Desk(load))


if __name__ == "__main__":
    main()
