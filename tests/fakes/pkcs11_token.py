"""A PKCS#11 library in Python for what SoftHSM never does: it counts wrong PINs, locks, crashes, hangs and goes away.

The signature worker is run with it in a process of its own:

    python -m tests.fakes.pkcs11_token STATE.json

STATE.json holds {"pin", "tries", "key" (PEM file), "cert" (DER in hex), "mode"} and is written back when a PIN was wrong.
`mode`: "" | "crash" | "hang" | "removed" (all while signing; with "-list", "-open" or "-keys" at that step) | "noisy" (prints as
some drivers do) | "hashing" (no raw RSA) | "pad" (the PIN is entered on the device) | "always" (a PIN for each signature).
"present": false in the file is a token that was pulled out; with "last" it is pulled after that many signatures.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pkcs11
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from pkcs11 import Attribute, Mechanism, ObjectClass
from pkcs11.constants import TokenFlag
from pkcs11.mechanisms import KeyType

MOST_TRIES = 3
KEY_ID = b"\x07"


class State:
    def __init__(self, path: Path) -> None:
        self.path = path
        self.facts: dict[str, Any] = json.loads(path.read_text())

    def at(self, step: str) -> None:
        """Does what the mode says for a step."""
        mode = self.facts["mode"]
        if mode == f"crash{step}":
            os.abort()
        if mode == f"hang{step}":
            time.sleep(600)
        if mode == f"removed{step}":
            raise pkcs11.DeviceRemoved

    def there(self) -> bool:
        return bool(json.loads(self.path.read_text()).get("present", True))

    def write(self) -> None:
        """In one step: other processes read the file at any moment."""
        spare = self.path.with_suffix(f".{os.getpid()}")
        spare.write_text(json.dumps(self.facts))
        spare.replace(self.path)

    def note(self, name: str) -> None:
        self.facts[name] = self.facts.get(name, 0) + 1
        self.write()

    def pull_after_last(self) -> None:
        """Counts only where a last signature is wanted: writing would undo what the test put into the file meanwhile."""
        last = self.facts.get("last")
        if last is None:
            return
        if self.facts.get("made", 0) >= last:
            self.facts["present"] = False
            self.write()
            raise pkcs11.DeviceRemoved
        self.note("made")

    def right(self, pin: Any) -> bool:
        """The binding asks a PIN for `encode`, as it does with a string; a PIN pad is trusted."""
        return pin is pkcs11.PROTECTED_AUTH or pin.encode("utf-8") == self.facts["pin"].encode()

    def wrong_pin(self) -> None:
        self.facts["tries"] -= 1
        self.facts["attempts"] = self.facts.get("attempts", 0) + 1
        self.write()


class FakeLibrary:
    def __init__(self, state: State) -> None:
        self._slot = FakeSlot(state)

    def get_slots(self, token_present: bool = False) -> list[FakeSlot]:
        return [self._slot] if self._slot.state.there() else []


class FakeSlot:
    def __init__(self, state: State) -> None:
        self.state = state

    slot_description = "Đầu đọc thử"

    def get_token(self) -> FakeToken:
        self.state.at("-list")
        if not self.state.there():
            raise pkcs11.TokenNotPresent
        return FakeToken(self)

    def get_mechanisms(self) -> set[Mechanism]:
        return {Mechanism.SHA256_RSA_PKCS} if self.state.facts["mode"] == "hashing" else {Mechanism.RSA_PKCS}


class FakeToken:
    label, serial, manufacturer_id, model = "Fake", b"F1", "Văn Khố tests", "F"

    def __init__(self, slot: FakeSlot) -> None:
        self.slot = slot

    @property
    def flags(self) -> TokenFlag:
        tries = self.slot.state.facts["tries"]
        flags = TokenFlag.TOKEN_INITIALIZED | TokenFlag.LOGIN_REQUIRED
        if tries < MOST_TRIES:
            flags |= TokenFlag.USER_PIN_COUNT_LOW
        if tries == 1:
            flags |= TokenFlag.USER_PIN_FINAL_TRY
        if tries <= 0:
            flags |= TokenFlag.USER_PIN_LOCKED
        if self.slot.state.facts["mode"] == "pad":
            flags |= TokenFlag.PROTECTED_AUTHENTICATION_PATH
        return flags

    def open(self, user_pin: Any = None) -> FakeSession:
        state = self.slot.state
        if user_pin is not None:
            state.at("-open")
            if state.facts["tries"] <= 0:
                raise pkcs11.PinLocked
            if user_pin is not pkcs11.PROTECTED_AUTH and len(user_pin) < 4:
                raise pkcs11.PinLenRange
            if not state.right(user_pin):
                state.wrong_pin()
                raise pkcs11.PinIncorrect
        return FakeSession(state, logged_in=user_pin is not None)


class FakeSession:
    def __init__(self, state: State, logged_in: bool) -> None:
        self.state, self.logged_in = state, logged_in

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        self.logged_in = False

    def get_objects(self, wanted: dict[Attribute, Any]) -> list[Any]:
        kind = wanted[Attribute.CLASS]
        if kind == ObjectClass.CERTIFICATE:
            cert = bytes.fromhex(self.state.facts["cert"])
            return [{Attribute.ID: KEY_ID, Attribute.LABEL: "Ký", Attribute.VALUE: cert}]
        if kind == ObjectClass.PRIVATE_KEY and self.logged_in:
            self.state.at("-keys")
            return [FakeKey(self.state)]
        return []


class FakeKey:
    key_type = KeyType.RSA

    def __init__(self, state: State) -> None:
        self.state = state

    def __getitem__(self, attribute: Attribute) -> Any:
        if attribute == Attribute.ID:
            return KEY_ID
        if attribute == Attribute.ALWAYS_AUTHENTICATE and self.state.facts["mode"] == "always":
            return True
        raise pkcs11.AttributeTypeInvalid

    def sign(self, data: bytes, mechanism: Mechanism, **_more: Any) -> bytes:
        mode = self.state.facts["mode"]
        self.state.at("")
        self.state.pull_after_last()
        if mode == "always":
            if not self.state.right(_more["pin"]):
                raise pkcs11.PinIncorrect
            self.state.note("reaffirmed")
        if mode == "noisy":
            os.write(1, b'{"ok": {"signature": "AAAA"}}\n')
            print("driver: hello", flush=True)  # noqa: T201 - that is what is tried
        key = serialization.load_pem_private_key(Path(self.state.facts["key"]).read_bytes(), None)
        assert isinstance(key, rsa.RSAPrivateKey)
        if mechanism == Mechanism.RSA_PKCS:
            return key.sign(data[-32:], padding.PKCS1v15(), Prehashed(hashes.SHA256()))
        return key.sign(data, padding.PKCS1v15(), hashes.SHA256())


def main() -> None:
    from app.signature.token_worker import main as work

    state = State(Path(sys.argv[1]))
    work(lambda _module: FakeLibrary(state))


if __name__ == "__main__":
    main()
