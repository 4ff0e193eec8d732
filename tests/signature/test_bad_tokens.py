"""What real tokens do and SoftHSM does not: count, lock, crash, hang, vanish, chatter. The fake runs as a real child process."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from app.errors import AppError
from app.signature.tokens import TokenSession, list_tokens
from tests.signature.conftest import PIN, Hsm
from tests.signature.pki import Pki


class Fake:
    def __init__(self, folder: Path, pki: Pki, module: Path, *, tries: int = 3, mode: str = "") -> None:
        (folder / "key.pem").write_bytes(pki.rsa.key_pem)
        self.state = folder / "state.json"
        facts = {"pin": PIN.decode(), "tries": tries, "mode": mode, "key": str(folder / "key.pem"), "cert": pki.rsa.der.hex()}
        self.state.write_text(json.dumps(facts))
        self.module = module
        self.worker = [sys.executable, "-m", "tests.fakes.pkcs11_token", str(self.state)]

    def session(self, pin: bytes = PIN, **options: object) -> TokenSession:
        return TokenSession(self.module, pin, worker=self.worker, **options)  # type: ignore[arg-type]

    def facts(self) -> dict[str, int]:
        found: dict[str, int] = json.loads(self.state.read_text())
        return found

    def put(self, **facts: object) -> None:
        """The token is in another state from now on, in one step: its process reads the file at any moment."""
        spare = self.state.with_suffix(".new")
        spare.write_text(json.dumps(self.facts() | facts))
        spare.replace(self.state)


def refused(session: TokenSession) -> AppError:
    with pytest.raises(AppError) as error, session:
        pass
    return error.value


def test_counts_down_and_stops_before_the_last_try(tmp_path: Path, pki: Pki, hsm: Hsm) -> None:
    fake = Fake(tmp_path, pki, hsm.module)
    first = refused(fake.session(b"111111"))
    assert first.code == "token.pin_incorrect"
    second = refused(fake.session(b"222222"))
    assert second.code == "token.pin_incorrect"
    assert "một lần" in second.advice
    (token,) = list_tokens(hsm.module, worker=fake.worker)
    assert token.flags.final_try
    assert token.flags.pin_count_low
    assert refused(fake.session(PIN)).code == "token.final_try"
    assert fake.facts()["attempts"] == 2  # nothing was tried
    with fake.session(PIN, final_try_ok=True) as session:
        assert session.signer().certificate.subject == "Nguyễn Thị Hương Giang"


def test_the_last_wrong_try_tells_that_it_locked(tmp_path: Path, pki: Pki, hsm: Hsm) -> None:
    fake = Fake(tmp_path, pki, hsm.module, tries=1)
    assert refused(fake.session(b"333333", final_try_ok=True)).code == "token.pin_locked"


def test_a_locked_token_is_not_tried(tmp_path: Path, pki: Pki, hsm: Hsm) -> None:
    fake = Fake(tmp_path, pki, hsm.module, tries=0)
    error = refused(fake.session(PIN, final_try_ok=True))
    assert error.code == "token.pin_locked"
    assert error.advice
    assert "attempts" not in fake.facts()


def test_a_pin_of_the_wrong_length(tmp_path: Path, pki: Pki, hsm: Hsm) -> None:
    assert refused(Fake(tmp_path, pki, hsm.module).session(b"12")).code == "token.pin_length"


@pytest.mark.parametrize(
    ("mode", "code"), [("crash", "token.crashed"), ("hang", "token.timeout"), ("removed", "token.removed")]
)
def test_a_driver_that_fails_while_signing(tmp_path: Path, pki: Pki, hsm: Hsm, mode: str, code: str) -> None:
    fake = Fake(tmp_path, pki, hsm.module, mode=mode)
    with fake.session(timeout=1.0 if mode == "hang" else 60.0) as session:
        process = session._process
        assert process is not None
        with pytest.raises(AppError) as error:
            session.sign(b"abc", "sha256", session.certificate().id)
        assert error.value.code == code
        assert not process.alive
        with pytest.raises(AppError) as again:
            session.sign(b"abc", "sha256", "07")
        assert again.value.code == code  # a batch signs in several threads: none may tell another reason


@pytest.mark.parametrize("mode", ["noisy", "hashing", ""])
def test_drivers_with_habits_still_sign(tmp_path: Path, pki: Pki, hsm: Hsm, mode: str) -> None:
    fake = Fake(tmp_path, pki, hsm.module, mode=mode)
    with fake.session() as session:
        value = session.signer().sign(b"noi dung", "sha256")
    key = pki.rsa.cert.public_key()
    assert isinstance(key, rsa.RSAPublicKey)
    key.verify(value, b"noi dung", padding.PKCS1v15(), hashes.SHA256())


def test_a_worker_that_cannot_start(hsm: Hsm) -> None:
    with pytest.raises(AppError) as error:
        list_tokens(hsm.module, worker=[sys.executable, "-c", "raise SystemExit(3)"])
    assert error.value.code == "token.crashed"
