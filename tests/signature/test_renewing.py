"""Archive time stamps renewed in a batch: nothing of the old bytes changes, a broken file is refused."""

from __future__ import annotations

from pathlib import Path

from app.desk import keeping_alive
from app.jobs import Job
from app.sandbox import SandboxPool
from app.signature.sign import sign_pdf
from app.signature.software import SoftwareSigner
from app.signature.trust import Trust, load_trust
from app.signature.verify import verify_pdf
from tests.signature import attacks, files
from tests.signature.pki import Pki
from tests.signature.stamps import service


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
