"""Level T with a real service on the loopback; a wrong answer never gets into a document."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from app.errors import AppError
from app.jobs import Job
from app.signature.batch import Item, sign_batch
from app.signature.sign import sign_pdf
from app.signature.software import SoftwareSigner
from app.signature.timestamp import TimestampService
from app.signature.trust import Trust, load_trust
from app.signature.verify import verify_pdf
from tests.signature import files
from tests.signature.pki import Pki
from tests.signature.stamps import service


@pytest.fixture(scope="module")
def both(pki: Pki, software_trust: Trust) -> Trust:
    return Trust((*load_trust(pki.chain).anchors, *software_trust.anchors))


def test_a_time_stamp_proves_the_time(pki: Pki, both: Trust, software: SoftwareSigner, tmp_path: Path) -> None:
    with service(pki) as url:
        stamps = TimestampService(url, trust=both, strict=True)
        done = sign_pdf(files.plain(tmp_path / "a.pdf"), tmp_path / "b.pdf", software, level="T", timestamps=stamps)
    assert (done.level, done.time_source) == ("T", "timestamp")
    (report,) = verify_pdf(done.path, trust=both).signatures
    assert (report.verdict, report.level, report.time_source) == ("valid", "T", "timestamp")
    assert "time.claimed" not in report.reasons


@pytest.mark.parametrize(
    ("mode", "code"),
    [
        ("imprint", "tsa.wrong_answer"),
        ("nonce", "tsa.wrong_answer"),
        ("garbage", "tsa.wrong_answer"),
        ("huge", "tsa.wrong_answer"),
        ("refuse", "tsa.refused"),
        ("http", "tsa.unreachable"),
    ],
)
def test_a_wrong_answer_is_refused(pki: Pki, software: SoftwareSigner, tmp_path: Path, mode: str, code: str) -> None:
    source = files.plain(tmp_path / "a.pdf")
    with service(pki, mode) as url, pytest.raises(AppError) as error:
        sign_pdf(source, tmp_path / "b.pdf", software, level="T", timestamps=TimestampService(url))
    assert error.value.code == code
    assert error.value.advice
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.pdf"]


def test_a_service_that_is_away_or_silent(software: SoftwareSigner, tmp_path: Path) -> None:
    source = files.plain(tmp_path / "a.pdf")
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        for address, code in (
            (url, "tsa.unreachable"),
            ("http://127.0.0.1:1/", "tsa.unreachable"),
            ("file:///x", "tsa.bad_address"),
        ):
            with pytest.raises(AppError) as error:
                sign_pdf(source, tmp_path / "b.pdf", software, level="T", timestamps=TimestampService(address, timeout=0.3))
            assert error.value.code == code


def test_a_service_nobody_vouches_for(pki: Pki, software: SoftwareSigner, software_trust: Trust, tmp_path: Path) -> None:
    source = files.plain(tmp_path / "a.pdf")
    with service(pki) as url:
        strict = TimestampService(url, trust=software_trust, strict=True)
        with pytest.raises(AppError) as error:
            sign_pdf(source, tmp_path / "b.pdf", software, level="T", timestamps=strict)
        assert error.value.code == "tsa.untrusted"
        loose = TimestampService(url, trust=software_trust)
        done = sign_pdf(source, tmp_path / "b.pdf", software, level="T", timestamps=loose)
    (report,) = verify_pdf(done.path, trust=software_trust).signatures
    assert (report.verdict, report.time_source) == ("valid", "signer")
    assert "timestamp.untrusted" in report.reasons


def test_a_batch_waits_for_many_stamps_at_once(pki: Pki, both: Trust, software: SoftwareSigner, tmp_path: Path) -> None:
    items = [Item(files.plain(tmp_path / f"a{n}.pdf"), tmp_path / f"b{n}.pdf") for n in range(6)]
    with service(pki, delay=0.05) as url:
        done = sign_batch(Job(), items, software, level="T", timestamps=TimestampService(url, trust=both))
    assert not done.problems
    assert {r.path.name for r in done.signed} == {f"b{n}.pdf" for n in range(6)}
    assert all(verify_pdf(r.path, trust=both).signatures[0].level == "T" for r in done.signed)
