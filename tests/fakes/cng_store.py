"""A Windows certificate store in Python: certificates with keys, a PIN that counts, and a provider that may be difficult.

    python -m tests.fakes.cng_store STATE.json

STATE.json: {"pin", "tries", "mode", "items": [{"key": PEM file, "cert": DER in hex}]}. `mode`: "" | "own-window" (the provider wants
to show its own PIN window) | "removed" (while signing). The calls and codes are those of `app.signature.cng.Cng`.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, decode_dss_signature

from app.signature.cng import CngError, Padding


class FakeCng:
    def __init__(self, state: Path) -> None:
        self.state = state
        self.open_keys = 0

    @property
    def facts(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.state.read_text())
        return found

    def certificates(self) -> list[bytes]:
        return [bytes.fromhex(item["cert"]) for item in self.facts["items"]]

    def open_key(self, der: bytes) -> dict[str, Any]:
        item = next(item for item in self.facts["items"] if bytes.fromhex(item["cert"]) == der)
        return {"file": item["key"], "pin": None}

    def give_pin(self, key: dict[str, Any], pin: bytearray) -> None:
        facts = self.facts
        if facts["tries"] <= 0:
            raise CngError(0x8010006C)
        if bytes(pin) != facts["pin"].encode():
            facts["tries"] -= 1
            self.state.write_text(json.dumps(facts))
            raise CngError(0x8010006B)
        key["pin"] = True

    def sign(self, key: dict[str, Any], digest: bytes, filling: Padding | None) -> bytes:
        mode = self.facts["mode"]
        if mode == "own-window" or not key["pin"]:
            raise CngError(0x80090022)
        if mode == "removed":
            raise CngError(0x80100069)
        private = serialization.load_pem_private_key(Path(key["file"]).read_bytes(), None)
        algorithm = {32: hashes.SHA256(), 48: hashes.SHA384(), 64: hashes.SHA512()}[len(digest)]
        if isinstance(private, rsa.RSAPrivateKey):
            assert filling is not None
            assert filling.digest == algorithm.name.upper()
            how = padding.PSS(padding.MGF1(algorithm), len(digest)) if filling.pss else padding.PKCS1v15()
            return private.sign(digest, how, Prehashed(algorithm))
        assert isinstance(private, ec.EllipticCurvePrivateKey)
        assert filling is None
        size = (private.key_size + 7) // 8
        return b"".join(
            part.to_bytes(size, "big") for part in decode_dss_signature(private.sign(digest, ec.ECDSA(Prehashed(algorithm))))
        )

    def close_key(self, key: dict[str, Any]) -> None:
        key.clear()


def main() -> None:
    from app.signature.cng_worker import main as work

    work(lambda: FakeCng(Path(sys.argv[1])))


if __name__ == "__main__":
    main()
