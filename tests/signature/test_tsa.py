"""Several time-stamp services: order, another try, rest, pause, stop. And what a stamp must have to be taken."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.errors import AppError, Cancelled
from app.jobs import Job
from app.signature.batch import Item, sign_batch
from app.signature.software import SoftwareSigner
from app.signature.timestamp import TimestampService
from app.signature.trust import Trust
from app.signature.tsa import TimestampServices
from tests.signature import files
from tests.signature.pki import Pki, issue, rsa_key
from tests.signature.stamps import service

DEAD = "http://127.0.0.1:1/"


class Counting(TimestampService):
    """Answers after so many failures, without a network."""

    def __init__(self, name: str, failures: int, code: str = "tsa.unreachable") -> None:
        super().__init__(name)
        object.__setattr__(self, "failures", failures)
        object.__setattr__(self, "code", code)
        object.__setattr__(self, "asked", [])

    def stamp_digest(self, imprint: bytes, digest: str = "sha256") -> bytes:
        self.asked.append(imprint)  # type: ignore[attr-defined]
        if len(self.asked) <= self.failures:  # type: ignore[attr-defined]
            raise AppError(self.code, "x")  # type: ignore[attr-defined]
        return self.url.encode()


def test_the_next_service_answers_for_one_that_is_away(pki: Pki, trust: Trust) -> None:
    with service(pki) as url:
        both = TimestampServices.of(f"{DEAD}\n{url}", trust=trust, strict=True)
        assert both is not None
        both._waits = ()
        assert both.stamp(b"abc")
    assert TimestampServices.of("  ") is None


def test_tries_again_then_rests() -> None:
    first, second = Counting("first", 2), Counting("second", 0)
    services = TimestampServices([first, second], waits=(0, 0))
    assert services.stamp_digest(b"1" * 32) == b"first"  # at the third try
    tired, other = Counting("tired", 9), Counting("other", 0)
    services = TimestampServices([tired, other], waits=(0, 0))
    assert services.stamp_digest(b"1" * 32) == b"other"
    assert services.stamp_digest(b"2" * 32) == b"other"
    assert len(tired.asked) == 3  # type: ignore[attr-defined] # it is left in peace for a while
    wrong, good = Counting("wrong", 9, "tsa.wrong_answer"), Counting("good", 0)
    assert TimestampServices([wrong, good], waits=(0, 0)).stamp_digest(b"3" * 32) == b"good"
    assert len(wrong.asked) == 1  # type: ignore[attr-defined] # a wrong answer is not asked for again
    alone = Counting("alone", 99)
    with pytest.raises(AppError) as error:
        TimestampServices([alone], waits=()).stamp_digest(b"4" * 32)
    assert error.value.code == "tsa.unreachable"


def test_stopping_ends_the_wait() -> None:
    services = TimestampServices([Counting("x", 99)], waits=(600,), stopping=lambda: True)
    with pytest.raises(Cancelled):
        services.stamp_digest(b"1" * 32)


def test_a_pause_between_questions_is_kept() -> None:
    import time

    services = TimestampServices([Counting("x", 0)], pause=0.05)
    start = time.monotonic()
    for number in range(4):
        services.stamp_digest(bytes([number]) * 32)
    assert time.monotonic() - start >= 0.15  # a lower bound; no machine is too slow for it


def test_a_certificate_that_is_not_for_stamps_only(pki: Pki, trust: Trust) -> None:
    """The extended key usage has to be there, alone and critical (RFC 3161 §2.3)."""
    import dataclasses

    now = datetime.now(UTC).replace(microsecond=0)
    usual = issue("Không phải dấu thời gian", rsa_key(2048), pki.issuing, ("digital_signature",), now, 300)
    with service(dataclasses.replace(pki, tsa=usual)) as url, pytest.raises(AppError) as error:
        TimestampService(url, trust=trust).stamp(b"abc")
    assert error.value.code == "tsa.wrong_answer"


def test_a_slow_first_file_keeps_nothing_from_being_recorded(software: SoftwareSigner, tmp_path: Path) -> None:
    """The file that waits longest comes last; the others are recorded before it."""
    import threading

    release = threading.Event()

    class Slow(Counting):
        def stamp_digest(self, imprint: bytes, digest: str = "sha256") -> bytes:
            self.asked.append(imprint)  # type: ignore[attr-defined]
            if len(self.asked) == 1:  # type: ignore[attr-defined]
                release.wait(60)
            raise AppError("tsa.refused", "x")

    items = [Item(files.plain(tmp_path / f"a{n}.pdf"), tmp_path / f"b{n}.pdf") for n in range(4)]
    seen: list[str] = []

    class Listener:
        def changed(self, job: Job) -> None:
            seen[:] = [problem.where for problem in job.problems]
            if len(seen) == 3:
                release.set()

        def ask(self, job: Job, question: object) -> None:
            return None

    done = sign_batch(Job("x", Listener()), items, software, level="T", timestamps=TimestampServices([Slow("slow", 0)]))
    assert len(done.problems) == 4
    assert release.is_set()
