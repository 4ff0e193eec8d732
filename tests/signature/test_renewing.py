"""Archive time stamps renewed in a batch: nothing of the old bytes changes, a broken file is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from app.desk import keeping_alive
from app.errors import AppError
from app.jobs import Job
from app.sandbox import SandboxPool
from app.signature.renewing import renew_archive_stamp
from app.signature.sign import sign_pdf
from app.signature.software import SoftwareSigner
from app.signature.timestamp import TimestampService
from app.signature.trust import Trust, load_trust
from app.signature.verify import verify_pdf
from tests.signature import attacks, files
from tests.signature.conftest import pdfsig
from tests.signature.pki import Pki
from tests.signature.stamps import service
from tests.signature.test_verify import other_program


def test_what_is_renewed_holds_elsewhere_too(pki: Pki, nss: Path, tmp_path: Path, boxes: SandboxPool) -> None:
    """The independent verifier finds both signatures sound; the foreign file was opened in the sandbox only."""
    source = other_program(files.plain(tmp_path / "a.pdf"), tmp_path / "b.pdf", pki, pki.rsa)
    tasks: list[str] = []

    class Noted:
        def call(self, task: str, **params: Any) -> Any:
            tasks.append(task.split(":")[1])
            return boxes.call(task, **params)

    with service(pki) as url:
        renew_archive_stamp(source, tmp_path / "c.pdf", TimestampService(url), Noted(), trust=load_trust(pki.chain))
    assert tasks == ["verify", "prepare_stamp", "verify"]
    assert (tmp_path / "c.pdf").read_bytes().startswith(source.read_bytes())
    said = pdfsig(tmp_path / "c.pdf", nss)
    assert said.count("Signature is Valid.") == 1  # poppler does not check document time stamps
    assert "Signature #2" in said
    assert "Total document signed" in said
    assert [path.name for path in tmp_path.iterdir() if "part" in path.name] == []


def test_a_token_that_does_not_fit_is_no_renewal(pki: Pki, tmp_path: Path, boxes: SandboxPool) -> None:
    source = other_program(files.plain(tmp_path / "a.pdf"), tmp_path / "b.pdf", pki, pki.rsa)
    with service(pki, "imprint") as url, pytest.raises(AppError) as error:
        renew_archive_stamp(source, tmp_path / "c.pdf", TimestampService(url), boxes, trust=load_trust(pki.chain))
    assert error.value.code == "tsa.wrong_answer"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.pdf", "b.pdf"]


def test_a_batch(software: SoftwareSigner, software_trust: Trust, pki: Pki, tmp_path: Path, boxes: SandboxPool) -> None:
    good = sign_pdf(files.plain(tmp_path / "a.pdf"), tmp_path / "good.pdf", software).path
    bad, plain = tmp_path / "bad.pdf", files.plain(tmp_path / "plain.pdf")
    attacks.overlay(good, bad)
    job = Job()
    with service(pki) as url:
        done = keeping_alive.renew_archive(job, boxes, [good, bad, plain], url, tmp_path / "out")
        again = keeping_alive.renew_archive(job, boxes, done, url, tmp_path / "again")
    assert [one.name for one in done] == ["good.pdf"]
    assert [problem.code for problem in job.problems] == ["renew.not_sound", "renew.not_sound"]
    assert again[0].read_bytes().startswith(done[0].read_bytes())
    found = verify_pdf(again[0], trust=Trust((*software_trust.anchors, *load_trust(pki.chain).anchors)))
    assert [(one.level, one.verdict) for one in found.signatures] == [
        ("B", "valid"),
        ("TIMESTAMP", "valid"),
        ("TIMESTAMP", "valid"),
    ]
