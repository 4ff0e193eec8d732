"""Times proven by stamps, and what authorities say about revoked certificates."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import crl
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.validation.dss import DocumentSecurityStore

from app.signature.online import Online
from app.signature.trust import Trust
from app.signature.verify import verify_pdf
from tests.signature import files
from tests.signature.pki import Identity, Pki, issue, ocsp_answer, revocation_list, rsa_key
from tests.signature.stamps import stamper
from tests.signature.test_verify import other_program

SIGNING = ("digital_signature", "content_commitment")
NOW = datetime.now(UTC).replace(microsecond=0)


@pytest.fixture(scope="module")
def lasting(pki: Pki) -> Identity:
    """A time-stamp service whose certificate outlives the signer's."""
    return issue("Dấu lâu năm", rsa_key(2048), pki.issuing, ("digital_signature",), NOW, 1500, stamping=True)


def with_revocation(path: Path, out: Path, lists: list[bytes]) -> Path:
    """Adds a document security store with revocation lists, as PAdES LT has it."""
    target = io.BytesIO(path.read_bytes())
    store = [crl.CertificateList.load(one) for one in lists]
    DocumentSecurityStore.add_dss(target, None, crls=store)
    out.write_bytes(target.getvalue())
    return out


def stamped(path: Path, out: Path, pki: Pki, service: Identity) -> Path:
    writer = IncrementalPdfFileWriter(io.BytesIO(path.read_bytes()))
    target = io.BytesIO()
    signers.PdfTimeStamper(stamper(pki, service)).timestamp_pdf(writer, "sha256", output=target)
    out.write_bytes(target.getvalue())
    return out


def test_a_document_stamp_keeps_an_old_signature_alive(pki: Pki, trust: Trust, lasting: Identity, tmp_path: Path) -> None:
    plain = other_program(files.plain(tmp_path / "a.pdf"), tmp_path / "b.pdf", pki, pki.rsa, stamp=stamper(pki))
    kept = stamped(plain, tmp_path / "c.pdf", pki, lasting)
    late = NOW + timedelta(days=600)  # signer and first service have expired, the last service has not
    assert verify_pdf(plain, trust=trust, now=late).verdict == "unknown"
    found = verify_pdf(kept, trust=trust, now=late)
    assert [(s.level, s.verdict) for s in found.signatures] == [("T", "valid"), ("TIMESTAMP", "valid")]
    assert found.verdict == "valid"
    too_late = verify_pdf(kept, trust=trust, now=NOW + timedelta(days=1700))
    assert too_late.verdict == "unknown"


def test_the_levels_are_told_apart(pki: Pki, trust: Trust, lasting: Identity, tmp_path: Path) -> None:
    plain = other_program(files.plain(tmp_path / "a.pdf"), tmp_path / "b.pdf", pki, pki.rsa, stamp=stamper(pki))
    lt = with_revocation(plain, tmp_path / "lt.pdf", [revocation_list(pki.issuing, {}), revocation_list(pki.root, {})])
    lta = stamped(lt, tmp_path / "lta.pdf", pki, lasting)
    for path, level in ((plain, "T"), (lt, "LT"), (lta, "LTA")):
        report = verify_pdf(path, trust=trust).signatures[0]
        assert (report.level, report.verdict) == (level, "valid")
        assert ("revocation.unchecked" in report.reasons) == (level == "T")


def test_revocation_counts_from_its_date(pki: Pki, trust: Trust, tmp_path: Path) -> None:
    source = files.plain(tmp_path / "a.pdf")
    signed = other_program(source, tmp_path / "b.pdf", pki, pki.rsa)
    proven = other_program(source, tmp_path / "t.pdf", pki, pki.rsa, stamp=stamper(pki))
    serial = pki.rsa.cert.serial_number
    cases = [
        (signed, NOW - timedelta(minutes=30), "invalid", "cert.revoked"),
        (signed, NOW + timedelta(days=2), "unknown", "cert.revoked_later"),
        (proven, NOW + timedelta(days=2), "valid", "cert.revoked_after"),
    ]
    for number, (path, moment, verdict, reason) in enumerate(cases):
        lists = [revocation_list(pki.issuing, {serial: moment})]
        (report,) = verify_pdf(with_revocation(path, tmp_path / f"{number}.pdf", lists), trust=trust).signatures
        assert (report.verdict, report.intact) == (verdict, True)
        assert reason in report.reasons


@contextmanager
def authority(answers: dict[str, Any]) -> Iterator[str]:
    """Serves `answers` by path; notes what was asked under "asked"."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            answers["asked"].append(self.path)
            body = answers.get(self.path, b"")
            self.send_response(200 if body else 404)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET  # noqa: N815 - the name that the server looks for

        def log_message(self, *_args: object) -> None:
            pass

    answers["asked"] = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.mark.parametrize("way", ["crl", "ocsp"])
@pytest.mark.parametrize("revoked", [False, True])
def test_the_authority_is_asked_only_on_request(pki: Pki, trust: Trust, tmp_path: Path, way: str, revoked: bool) -> None:
    answers: dict[str, Any] = {}
    with authority(answers) as url:
        who = issue("Người ký", rsa_key(2048), pki.issuing, SIGNING, NOW, 100, **{way: f"{url}/{way}"})  # type: ignore[arg-type]
        moment = NOW - timedelta(minutes=30)
        answers["/crl"] = revocation_list(pki.issuing, {who.cert.serial_number: moment} if revoked else {})
        answers["/ocsp"] = ocsp_answer(pki.issuing, who.cert, moment if revoked else None)
        signed = other_program(files.plain(tmp_path / "a.pdf"), tmp_path / "b.pdf", pki, who)
        (offline,) = verify_pdf(signed, trust=trust).signatures
        assert answers["asked"] == []
        assert "revocation.unchecked" in offline.reasons
        (online,) = verify_pdf(signed, trust=trust, online=Online(trust, inside=True)).signatures
        assert answers["asked"] == [f"/{way}"]
    assert online.verdict == ("invalid" if revoked else "valid")
    assert ("cert.revoked" in online.reasons) == revoked
    assert "revocation.unchecked" not in online.reasons


def test_no_way_into_the_offices_network(pki: Pki, trust: Trust, tmp_path: Path) -> None:
    answers: dict[str, Any] = {"/crl": revocation_list(pki.issuing, {})}
    with authority(answers) as url:
        who = issue("Người ký", rsa_key(2048), pki.issuing, SIGNING, NOW, 100, crl=f"{url}/crl", ocsp=f"{url}/ocsp")
        signed = other_program(files.plain(tmp_path / "a.pdf"), tmp_path / "b.pdf", pki, who)
        (report,) = verify_pdf(signed, trust=trust, online=True).signatures
        assert answers["asked"] == []
    assert report.verdict == "unknown"
    assert "revocation.unknown" in report.reasons
