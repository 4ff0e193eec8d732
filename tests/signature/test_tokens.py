"""Tokens through a real SoftHSM2, in its child process."""

from __future__ import annotations

import os
import shutil
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from app.errors import AppError
from app.signature.modules import check_module, find_modules
from app.signature.token_process import TokenProcess, child_environment
from app.signature.tokens import TokenSession, list_tokens
from tests.signature.conftest import PIN, Hsm
from tests.signature.pki import Pki


def test_lists_tokens_and_certificates_without_a_pin(hsm: Hsm, pki: Pki) -> None:
    (token,) = list_tokens(hsm.module)
    assert (token.label, token.flags.locked, token.flags.final_try) == ("VanThu", False, False)
    found = {c.subject: c for c in token.certificates}
    signer = found["Nguyễn Thị Hương Giang"]
    assert signer.usable
    assert signer.has_key
    assert (signer.organisation, signer.issuer) == ("Ủy ban nhân dân huyện Đắk Song", "CA thử nghiệm")
    assert (signer.id, signer.key, signer.der) == ("01", "RSA 3072", pki.rsa.der)
    assert signer.serial == f"{pki.rsa.cert.serial_number:x}"
    assert {"digital_signature", "non_repudiation"} <= set(signer.key_usage)
    assert 363 <= signer.days_left(datetime.now(UTC)) <= 365
    assert (found["Trần Văn Cũ"].usable, found["Trần Văn Cũ"].why_not) == (False, "expired")
    assert found["UBND huyện Đắk Song"].key == "EC secp256r1"


def test_signs_with_rsa_and_ec_in_one_session(hsm: Hsm, pki: Pki) -> None:
    with TokenSession(hsm.module, PIN, label="VanThu") as session:
        first = session.sign(b"van ban".ljust(400), "sha256", session.certificate("01").id)
        second = session.sign(b"abc", "sha256", session.certificate("02").id)
    rsa_key, ec_key = pki.rsa.cert.public_key(), pki.ec.cert.public_key()
    assert isinstance(rsa_key, rsa.RSAPublicKey)
    assert isinstance(ec_key, ec.EllipticCurvePublicKey)
    rsa_key.verify(first, b"van ban".ljust(400), padding.PKCS1v15(), hashes.SHA256())
    ec_key.verify(second, b"abc", ec.ECDSA(hashes.SHA256()))


@pytest.mark.parametrize(("pin", "code"), [(b"000000", "token.pin_incorrect"), (b"1", "token.pin_incorrect")])
def test_a_wrong_pin_is_tried_once_and_told(hsm: Hsm, pin: bytes, code: str) -> None:
    with pytest.raises(AppError) as error, TokenSession(hsm.module, pin):
        pass
    assert error.value.code == code
    assert "PIN" in error.value.message
    with TokenSession(hsm.module, PIN) as session:  # the right one still works, and clears the counter
        assert session.certificates


def test_the_pin_is_wiped_and_never_on_the_command_line(hsm: Hsm) -> None:
    pin = bytearray(PIN)
    os.environ["SECRET_PIN_OF_A_SCRIPT"] = PIN.decode()
    try:
        with TokenSession(hsm.module, pin) as session:
            assert pin == bytes(len(PIN))
            process = session._process
            assert process is not None
            folder = Path(f"/proc/{process._child.pid}")
            assert PIN not in (folder / "cmdline").read_bytes()
            assert PIN not in (folder / "environ").read_bytes()
    finally:
        del os.environ["SECRET_PIN_OF_A_SCRIPT"]
    assert "SECRET_PIN_OF_A_SCRIPT" not in child_environment()


def test_certificates_are_chosen_with_care(hsm: Hsm, pki: Pki) -> None:
    with TokenSession(hsm.module, PIN) as session:
        assert session.certificate(f"{pki.ec.cert.serial_number:x}").id == "02"
        for wanted, code in (
            ("03", "token.certificate_expired"),
            ("ffff", "token.no_certificate"),
            (None, "token.ambiguous_certificate"),
        ):
            with pytest.raises(AppError) as error:
                session.certificate(wanted)
            assert error.value.code == code
            assert error.value.advice


def test_a_token_pulled_out_in_the_middle(full_token: Path, tmp_path: Path, hsm: Hsm, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(full_token / "tokens", tmp_path / "tokens")
    (tmp_path / "softhsm2.conf").write_text(f"directories.tokendir = {tmp_path / 'tokens'}\n")
    monkeypatch.setenv("SOFTHSM2_CONF", str(tmp_path / "softhsm2.conf"))
    with TokenSession(hsm.module, PIN) as session:
        assert session.sign(b"a", "sha256", "01")
        shutil.rmtree(tmp_path / "tokens")
        for _again in range(2):
            with pytest.raises(AppError) as error:
                session.sign(b"a", "sha256", "01")
            assert error.value.code == "token.removed"


def test_no_token_and_the_wrong_token(hsm: Hsm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(AppError) as error, TokenSession(hsm.module, PIN, label="Khác"):
        pass
    assert error.value.code == "token.absent"
    (tmp_path / "none").mkdir()
    (tmp_path / "softhsm2.conf").write_text(f"directories.tokendir = {tmp_path / 'none'}\n")
    monkeypatch.setenv("SOFTHSM2_CONF", str(tmp_path / "softhsm2.conf"))
    assert list_tokens(hsm.module) == []


def test_only_drivers_are_loaded(tmp_path: Path, hsm: Hsm) -> None:
    assert hsm.module in find_modules()
    cases = [
        (Path("libsofthsm2.so"), "token.module_missing"),
        (tmp_path / "libsofthsm2.so", "token.module_missing"),
        (write(tmp_path / "viettel-ca_v6.so", b"no library"), "token.module_refused"),
        (write(tmp_path / "evil.so", hsm.module.read_bytes()), "token.module_refused"),
        (write(tmp_path / "fpt-ca.so", hsm.module.read_bytes(), 0o666), "token.module_refused"),
        (write(tmp_path / "newca_v4.so", b"\x7fELF\x01" + hsm.module.read_bytes()[5:]), "token.module_refused"),
    ]
    for path, code in cases:
        with pytest.raises(AppError) as error:
            check_module(path)
        assert error.value.code == code, path
    real = write(tmp_path / "vnptca_p11_v8.so", hsm.module.read_bytes())
    assert check_module(real) == real.resolve()


def test_an_unknown_driver_may_be_approved_by_its_hash(tmp_path: Path, hsm: Hsm) -> None:
    import hashlib

    odd = write(tmp_path / "office.so", hsm.module.read_bytes())
    assert check_module(odd, {hashlib.sha256(odd.read_bytes()).hexdigest()})


def test_the_child_ends_with_its_session(hsm: Hsm) -> None:
    process = TokenProcess()
    assert process.ask({"op": "list", "module": str(hsm.module)}, 30)["tokens"]
    process.close()
    assert not process.alive
    with pytest.raises(AppError) as error:
        process.ask({"op": "list", "module": str(hsm.module)}, 5)
    assert error.value.code == "token.crashed"


def test_whoever_asks_after_a_driver_broke_off_does_not_wait_for_its_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """The batch's second thread has written its question before the first one has seen the end and closed the pipe."""
    breaks_off = "import os, sys; sys.stdin.readline(); os.close(1); sys.stdin.read()"
    process = TokenProcess([sys.executable, "-c", breaks_off])
    try:
        with monkeypatch.context() as patch:
            patch.setattr(process, "kill", lambda: None)  # the moment before the first thread gets to it
            for _thread in range(3):
                with pytest.raises(AppError) as error:
                    process.ask({"op": "sign"}, 20)
                assert error.value.code == "token.crashed"
    finally:
        process.kill()
    assert not process.alive


def test_whoever_asks_after_a_driver_hung_is_told_that_it_hung() -> None:
    """The batch's second thread, which waited for its turn: no other reason than the first one's."""
    process = TokenProcess([sys.executable, "-c", "import sys; sys.stdin.read()"])
    try:
        for _thread in range(2):
            with pytest.raises(AppError) as error:
                process.ask({"op": "sign"}, 0.1)
            assert error.value.code == "token.timeout"
    finally:
        process.kill()


def test_a_process_that_the_system_does_not_start_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(AppError) as error:
        TokenProcess([str(tmp_path / "none")])
    assert error.value.code == "token.crashed"


def write(path: Path, data: bytes, mode: int = 0o644) -> Path:
    path.write_bytes(data)
    path.chmod(mode)
    path.parent.chmod(0o755)
    return path
