"""The authority is asked outside of the sandbox; the sandbox judges with its answers."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from app.sandbox import SandboxPool
from app.signature.asked import ask
from app.signature.online import Online
from app.signature.trust import load_trust
from tests.signature import files
from tests.signature.odd_pki import NOW, SIGNING, signed_by
from tests.signature.pki import Pki, issue, revocation_list, rsa_key
from tests.signature.test_long_term import authority


@pytest.mark.parametrize(
    ("says", "verdict", "reason"),
    [("good", "valid", ""), ("revoked", "invalid", "cert.revoked"), ("nothing", "unknown", "revocation.unknown")],
)
def test_the_answers_go_into_the_sandbox(
    pki: Pki, boxes: SandboxPool, tmp_path: Path, says: str, verdict: str, reason: str
) -> None:
    answers: dict[str, Any] = {}
    with authority(answers) as url:
        who = issue("Người ký", rsa_key(2048), pki.issuing, SIGNING, NOW, 100, crl=f"{url}/crl")
        revoked = {who.cert.serial_number: NOW - timedelta(minutes=30)} if says == "revoked" else {}
        answers["/crl"] = b"" if says == "nothing" else revocation_list(pki.issuing, revoked)
        path = signed_by(files.plain(tmp_path / "a.pdf"), tmp_path / "b.pdf", who, [pki.issuing])
        options = {"path": str(path), "trust": str(pki.chain)}
        first = boxes.call("app.signature.tasks:verify", **options, evidence=True)
        assert answers["asked"] == []
        trust = load_trust(pki.chain)
        signers = [one["certificate"]["sha256"] for one in first["signatures"]]
        ask(Online(trust, inside=True), first["evidence"], signers, trust, tmp_path / "answers.json")
    report = boxes.call("app.signature.tasks:verify", **options, answers=str(tmp_path / "answers.json"))
    assert report["verdict"] == verdict
    (one,) = report["signatures"]
    assert not reason or reason in one["reasons"]
    assert one["revocation"]["status"] == {"good": "good", "revoked": "revoked", "nothing": "unknown"}[says]
