"""The helper process for keys in the Windows certificate store, the second way to a token: same protocol as `token_worker`.

For tokens whose PKCS#11 driver is missing or of the wrong kind. Some providers show a PIN window of their own instead of taking ours
(threat T9 of the signing study): then the signature is refused with `token.pin_incorrect` and nothing is tried again.
"""

from __future__ import annotations

import base64
import hashlib
import time
from collections.abc import Callable
from typing import Any

from pkcs11.util.ec import encode_ecdsa_signature

from app.signature.cng import Cng, CngError, Padding
from app.signature.token_pin import wipe
from app.signature.token_serve import work

IDLE_SECONDS = 300.0
LABEL, SERIAL = "Windows", "MY"
FLAGS = {"pin_count_low": False, "final_try": False, "locked": False, "pin_pad": False}  # Windows does not tell them
RSA_OID = bytes.fromhex("06092a864886f70d010101")  # rsaEncryption, as it stands in a certificate


class CngDesk:
    """Holds at most one key. `make` is replaced by tests."""

    def __init__(self, make: Callable[[], Any] = Cng) -> None:
        self._make = make
        self._cng: Any = None
        self._key: Any = None
        self._der = b""
        self._used, self._idle, self._over = 0.0, IDLE_SECONDS, ""

    def answer(self, request: dict[str, Any]) -> dict[str, Any]:
        """The answer to one request; never raises for what Windows does."""
        verbs = {"list": self._list, "slots": self._slots, "open": self._open, "sign": self._sign, "close": self._close}
        try:
            if self._cng is None:
                self._cng = self._make()
            return {"ok": verbs[request["op"]](request)}
        except CngError as error:
            return {"error": error.code, "detail": str(error), "flags": {}}
        except Exception as error:  # noqa: BLE001 - the text may hold secrets, the class not
            return {"error": "token.failed", "detail": type(error).__name__, "flags": {}}

    def tick(self, now: float) -> None:
        """While nobody asks: a clerk who went away, or a token whose certificate left the store, ends the session."""
        if self._key is None:
            return
        try:
            there = self._der in self._cng.certificates()
        except CngError:
            there = False
        if not there:
            self._end("token.removed")
        elif now - self._used > self._idle:
            self._end("token.idle")

    def _rows(self) -> list[dict[str, Any]]:
        return [
            {"id": hashlib.sha256(der).hexdigest()[:40], "label": "", "der": base64.b64encode(der).decode(), "has_key": True}
            for der in self._cng.certificates()
        ]

    def _row(self) -> dict[str, Any]:
        return {
            "label": LABEL, "serial": SERIAL, "manufacturer": "Microsoft", "model": "CNG", "reader": "", "flags": FLAGS,
            "certificates": self._rows(),
        }  # fmt: skip

    def _list(self, _request: dict[str, Any]) -> dict[str, Any]:
        row = self._row()
        return {"tokens": [row] if row["certificates"] else []}

    def _slots(self, _request: dict[str, Any]) -> dict[str, Any]:
        """The store is always there; what comes and goes are its certificates."""
        return {"tokens": [[row["id"], LABEL] for row in self._rows()]}

    def _open(self, request: dict[str, Any]) -> dict[str, Any]:
        wanted = request.get("expect")
        found = next((der for der in self._cng.certificates() if hashlib.sha256(der).hexdigest() == wanted), None)
        if found is None:  # without a chosen certificate nobody's key is opened: the store may hold many people's
            return self._refuse("token.other_certificate" if wanted else "token.ambiguous_certificate")
        key = self._cng.open_key(found)
        try:
            if request.get("pin"):
                self._cng.give_pin(key, request["pin"])
        except BaseException:
            self._cng.close_key(key)
            raise
        finally:
            if request.get("pin"):
                wipe(request["pin"])
        self._key, self._der, self._over = key, found, ""
        self._idle, self._used = float(request.get("idle") or IDLE_SECONDS), time.monotonic()
        return self._row()

    def _sign(self, request: dict[str, Any]) -> dict[str, Any]:
        mine = hashlib.sha256(self._der).hexdigest()[:40]
        if self._over:
            return self._refuse(self._over)
        if self._key is None or request["certificate"] != mine:
            return self._refuse("token.no_certificate")
        self._used = time.monotonic()
        name = request["hash"]
        digest = hashlib.new(name, base64.b64decode(request["data"])).digest()
        if RSA_OID in self._der:
            raw = self._cng.sign(self._key, digest, Padding(name.upper(), bool(request.get("pss"))))
        else:
            raw = encode_ecdsa_signature(self._cng.sign(self._key, digest, None))
        return {"signature": base64.b64encode(bytes(raw)).decode()}

    def _refuse(self, code: str) -> dict[str, Any]:
        raise _RefusalError(code)

    def _end(self, why: str) -> None:
        self._close({})
        self._over = why

    def _close(self, _request: dict[str, Any]) -> dict[str, Any]:
        key, self._key = self._key, None
        if key is not None:
            self._cng.close_key(key)
        return {}


class _RefusalError(CngError):
    def __init__(self, code: str) -> None:
        super().__init__(0)
        self._code = code

    @property
    def code(self) -> str:
        return self._code


def main(make: Callable[[], Any] = Cng) -> None:
    work(CngDesk(make))


if __name__ == "__main__":
    main()
