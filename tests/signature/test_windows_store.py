"""The second way to a token, behind the same protocol. Windows itself is a fake here: the calls to it were never run."""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path

import pytest

from app.errors import AppError
from app.signature.sign import sign_pdf
from app.signature.tokens import TokenSession, list_tokens
from app.signature.trust import Trust
from app.signature.verify import verify_pdf
from tests.signature import files
from tests.signature.conftest import PIN, Hsm, pdfsig
from tests.signature.pki import Pki


class Store:
    def __init__(self, folder: Path, pki: Pki, module: Path, *, mode: str = "") -> None:
        items = []
        for one in (pki.rsa, pki.ec):
            key = folder / f"{one.cert.serial_number:x}.pem"
            key.write_bytes(one.key_pem)
            items.append({"key": str(key), "cert": one.der.hex()})
        self.state = folder / "store.json"
        self.state.write_text(json.dumps({"pin": PIN.decode(), "tries": 3, "mode": mode, "items": items}))
        self.module = module  # the check of the driver file is not what is tried here
        self.worker = [sys.executable, "-m", "tests.fakes.cng_store", str(self.state)]

    def session(self, who: bytes | None, pin: bytes = PIN) -> TokenSession:
        expect = hashlib.sha256(who).hexdigest() if who is not None else None
        return TokenSession(self.module, pin, expect=expect, worker=self.worker)


@pytest.mark.parametrize(("who", "pss"), [("rsa", False), ("rsa", True), ("ec", False)])
def test_signs_with_a_key_of_the_store(
    tmp_path: Path, pki: Pki, trust: Trust, nss: Path, hsm: Hsm, who: str, pss: bool
) -> None:
    store, one = Store(tmp_path, pki, hsm.module), getattr(pki, who)
    (token,) = list_tokens(hsm.module, worker=store.worker)
    assert (token.label, len(token.certificates)) == ("Windows", 2)
    with store.session(one.der) as session:
        signer = session.signer(hashlib.sha256(one.der).hexdigest())
        done = sign_pdf(files.plain(tmp_path / "a.pdf"), tmp_path / "b.pdf", signer, trust=trust, pss=pss)
    assert verify_pdf(done.path, trust=trust).verdict == "valid"
    assert "Signature is Valid." in pdfsig(done.path, nss)


def test_what_can_go_wrong(tmp_path: Path, pki: Pki, hsm: Hsm) -> None:
    store = Store(tmp_path, pki, hsm.module)

    def refused(who: bytes | None, pin: bytes = PIN) -> str:
        with pytest.raises(AppError) as error, store.session(who, pin) as session:
            session.sign(b"a", "sha256", hashlib.sha256(pki.rsa.der).hexdigest()[:40])
        assert error.value.advice
        return error.value.code

    assert refused(pki.root.der) == "token.other_certificate"
    assert refused(None) == "token.ambiguous_certificate"
    assert json.loads(store.state.read_text())["tries"] == 3
    assert refused(pki.rsa.der, b"111111") == "token.pin_incorrect"
    assert json.loads(store.state.read_text())["tries"] == 2  # tried once
    facts = json.loads(store.state.read_text())
    for change, code in (
        ({"mode": "own-window"}, "token.pin_incorrect"),
        ({"mode": "removed"}, "token.removed"),
        ({"mode": "", "tries": 0}, "token.pin_locked"),
    ):
        store.state.write_text(json.dumps(facts | change))
        assert refused(pki.rsa.der) == code
