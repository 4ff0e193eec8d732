"""Levels LT and LTA with an authority that really answers; nothing is asked that nobody asked for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pikepdf
import pytest

from app.errors import AppError
from app.signature.answers import AnswerCache
from app.signature.fetching import Fetcher, is_inside
from app.signature.locks import Lock
from app.signature.online import Asker
from app.signature.proofs import Evidence
from app.signature.sign import sign_pdf
from app.signature.timestamp import TimestampService
from app.signature.trust import Trust, load_trust
from app.signature.verify import verify_pdf
from tests.signature import files
from tests.signature.authority import Authority, authority
from tests.signature.conftest import pdfsig

NOW = datetime.now(UTC)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Authority]:
    with authority(tmp_path_factory.mktemp("authority")) as running:
        yield running


@pytest.fixture(autouse=True)
def _as_new(office: Authority) -> None:
    office.asked.clear()
    office.off.clear()
    office.revoked.clear()
    office.pem = False


@pytest.fixture(scope="module")
def believed(office: Authority) -> Trust:
    return load_trust(office.folder / "trust")


def evidence(believed: Trust, cache: AnswerCache | None = None, *, inside: bool = True) -> Evidence:
    return Evidence(believed, Asker(Fetcher(inside=inside), cache))


def stamps(office: Authority, believed: Trust) -> TimestampService:
    return TimestampService(office.tsa_url, trust=believed, strict=True)


@pytest.fixture(scope="module")
def nss_of_office(office: Authority, tmp_path_factory: pytest.TempPathFactory) -> Path:
    import subprocess

    folder = tmp_path_factory.mktemp("nss")
    base = ["certutil", "-d", f"sql:{folder}"]
    subprocess.run([*base, "-N", "--empty-password"], check=True, capture_output=True)
    for name, flags, one in (("root", "CT,C,C", office.root), ("issuing", ",,", office.issuing)):
        subprocess.run([*base, "-A", "-n", name, "-t", flags, "-a"], check=True, capture_output=True, input=one.pem)
    return folder


@pytest.mark.parametrize(("level", "who"), [("LT", "rsa"), ("LTA", "rsa"), ("LTA", "ec")])
def test_lasting_signatures_are_proven_offline(
    office: Authority, believed: Trust, nss_of_office: Path, tmp_path: Path, level: str, who: str
) -> None:
    source = files.plain(tmp_path / "a.pdf")
    signer = office.signer(getattr(office, who))
    done = sign_pdf(
        source,
        tmp_path / "b.pdf",
        signer,
        level=level,
        timestamps=stamps(office, believed),
        evidence=evidence(believed),
        trust=believed,
    )
    asked = list(office.asked)
    assert asked.count("/tsa") == (2 if level == "LTA" else 1)
    assert done.path.read_bytes().startswith(source.read_bytes())
    found = verify_pdf(done.path, trust=believed).signatures
    assert office.asked == asked  # the file brings its proof with it
    assert (found[0].level, found[0].verdict, found[0].time_source) == (level, "valid", "timestamp")
    assert len(found) == (2 if level == "LTA" else 1)
    assert "revocation.unchecked" not in found[0].reasons
    said = pdfsig(done.path, nss_of_office)
    assert "Signature is Valid." in said
    with pikepdf.open(done.path) as pdf:
        store = pdf.Root.DSS
        assert len(store.Certs) == 4  # the signer, the stamp service, the issuing CA, the root
        assert len(store.OCSPs) == 2
        assert len(store.CRLs) == 1
        assert len(store.VRI) == 1


def test_the_independent_engine_finds_the_proof_complete(office: Authority, believed: Trust, tmp_path: Path) -> None:
    """pyHanko's own rule for long-term proof: everything needed lies in the file, revocation included."""
    import asyncio

    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation.dss import DocumentSecurityStore
    from pyhanko.sign.validation.pdf_embedded import async_validate_pdf_signature
    from pyhanko_certvalidator import ValidationContext

    done = sign_pdf(
        files.plain(tmp_path / "a.pdf"),
        tmp_path / "b.pdf",
        office.signer(office.rsa),
        level="LT",
        timestamps=stamps(office, believed),
        evidence=evidence(believed),
        trust=believed,
    )
    with done.path.open("rb") as file:
        reader = PdfFileReader(file)
        store = DocumentSecurityStore.read_dss(reader)
        context = store.as_validation_context(
            {"trust_roots": believed.roots, "allow_fetching": False, "revocation_mode": "require"}
        )
        assert isinstance(context, ValidationContext)
        status = asyncio.run(async_validate_pdf_signature(reader.embedded_signatures[0], context))
    assert status.bottom_line
    assert status.timestamp_validity is not None
    assert status.timestamp_validity.trusted


def test_a_batch_asks_each_authority_once(office: Authority, believed: Trust, tmp_path: Path) -> None:
    cache, gathered = AnswerCache(tmp_path / "cache"), evidence(believed)
    gathered = evidence(believed, cache)
    for number in range(3):
        sign_pdf(
            files.plain(tmp_path / f"a{number}.pdf"),
            tmp_path / f"b{number}.pdf",
            office.signer(office.rsa),
            level="LT",
            timestamps=stamps(office, believed),
            evidence=gathered,
            trust=believed,
        )
    assert [office.asked.count(path) for path in ("/ocsp", "/crl/root", "/tsa")] == [2, 1, 3]
    evidence(believed, AnswerCache(tmp_path / "cache")).of(office.rsa.der)  # another run, minutes later
    assert office.asked.count("/ocsp") == 2
    evidence(believed, AnswerCache(tmp_path / "other")).of(office.rsa.der)
    assert office.asked.count("/ocsp") == 3


def test_kept_answers_get_old(office: Authority, tmp_path: Path) -> None:
    cache = AnswerCache(tmp_path)
    cache.put("k", b"data", NOW, NOW + timedelta(minutes=10))
    again = AnswerCache(tmp_path)
    found = again.get("k", NOW + timedelta(minutes=9))
    assert found is not None
    assert (found.data, found.fetched) == (b"data", NOW)
    assert again.get("k", NOW + timedelta(minutes=11)) is None
    assert again.get("k", NOW - timedelta(minutes=1)) is None  # the clock went back
    for file in tmp_path.iterdir():
        file.write_bytes(b"rubbish")
    assert AnswerCache(tmp_path).get("k", NOW) is None


@pytest.mark.parametrize("pem", [False, True])
def test_without_ocsp_the_list_is_enough_even_as_pem(office: Authority, believed: Trust, tmp_path: Path, pem: bool) -> None:
    office.off.add("/ocsp")
    office.pem = pem
    done = sign_pdf(
        files.plain(tmp_path / "a.pdf"),
        tmp_path / "b.pdf",
        office.signer(office.ec),
        level="LT",
        timestamps=stamps(office, believed),
        evidence=evidence(believed),
        trust=believed,
    )
    assert verify_pdf(done.path, trust=believed).signatures[0].level == "LT"
    with pikepdf.open(done.path) as pdf:
        assert len(pdf.Root.DSS.CRLs) == 2


def test_what_makes_a_lasting_signature_impossible(office: Authority, believed: Trust, tmp_path: Path) -> None:
    source = files.plain(tmp_path / "a.pdf")
    signer = office.signer(office.rsa)

    def refused(**more: object) -> AppError:
        options = {"level": "LT", "timestamps": stamps(office, believed), "evidence": evidence(believed), "trust": believed}
        with pytest.raises(AppError) as error:
            sign_pdf(source, tmp_path / "b.pdf", signer, **(options | more))  # type: ignore[arg-type]
        assert error.value.advice
        assert [path.name for path in tmp_path.iterdir()] == ["a.pdf"]
        return error.value

    assert refused(evidence=None).code == "sign.no_evidence"
    assert refused(evidence=Evidence(load_trust(), Asker(Fetcher(inside=True)))).code == "sign.untrusted"
    before = list(office.asked)
    assert refused(evidence=evidence(believed, inside=False)).code == "sign.no_revocation"  # an address of the inside network
    assert office.asked == before
    office.off |= {"/ocsp", "/crl/issuing"}
    assert refused().code == "sign.no_revocation"
    office.off.clear()
    office.revoked[office.rsa.cert.serial_number] = NOW - timedelta(days=1)
    asked = office.asked.count("/tsa")
    assert refused().code == "sign.revoked"
    office.off.add("/ocsp")
    assert refused().code == "sign.revoked"  # the list says the same
    office.off.clear()
    assert office.asked.count("/tsa") == asked  # nothing was signed, so nothing stamped
    office.revoked.clear()
    office.revoked[office.tsa.cert.serial_number] = NOW - timedelta(days=1)
    assert refused().code == "sign.revoked"
    office.revoked.clear()
    assert refused(certify=1).code == "sign.certify_lasting"
    assert refused(certify=7).code == "sign.rights_unknown"


def test_certified_and_locked_files_take_the_proof(office: Authority, believed: Trust, tmp_path: Path) -> None:
    options = {
        "level": "LTA",
        "timestamps": stamps(office, believed),
        "evidence": evidence(believed),
        "trust": believed,
    }
    first = sign_pdf(files.plain(tmp_path / "a.pdf"), tmp_path / "b.pdf", office.signer(office.rsa), certify=2, **options)  # type: ignore[arg-type]
    second = sign_pdf(first.path, tmp_path / "c.pdf", office.signer(office.ec), lock=Lock(), **options)  # type: ignore[arg-type]
    found = verify_pdf(second.path, trust=believed).signatures
    assert [one.verdict for one in found] == ["valid"] * 4
    with pytest.raises(AppError) as error:
        sign_pdf(second.path, tmp_path / "d.pdf", office.signer(office.rsa))
    assert error.value.code == "sign.locked"


def test_nothing_is_asked_for_strangers(office: Authority, tmp_path: Path) -> None:
    """A certificate that no trusted authority issued can't make the program call on anybody."""
    import asn1crypto.x509

    from app.signature.contexts import Knowledge
    from app.signature.online import Online

    online = Online(load_trust(), inside=True)
    stranger = asn1crypto.x509.Certificate.load(office.rsa.der)
    online.collect(stranger, (asn1crypto.x509.Certificate.load(office.issuing.der),), Knowledge())
    assert office.asked == []
    assert online.failed(stranger)
    assert online.asked is None


@pytest.mark.parametrize(
    ("address", "inside"),
    [("10.1.2.3", True), ("127.0.0.1", True), ("169.254.169.254", True), ("::1", True), ("::ffff:192.168.1.1", True),
     ("fe80::1%eth0", True), ("100.64.0.1", True), ("224.0.0.1", True), ("0.0.0.0", True),  # noqa: S104 - as a name to refuse
     ("203.113.131.1", False), ("2405:4800::1", False), ("ca.gov.vn", False)],
)  # fmt: skip
def test_addresses_of_the_inside_network(address: str, inside: bool) -> None:
    assert is_inside(address) is inside


def test_the_fetcher_keeps_its_limits(office: Authority) -> None:
    import threading
    from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            places = {
                "/near": "/crl/root",
                "/far": f"{office.url.replace('127.0.0.1', 'localhost')}/crl/root",
                "/round": "/round",
            }
            to = places.get(self.path)
            self.send_response(302 if to else 200)
            if to:
                self.send_header("Location", to)
            self.end_headers()
            if not to:
                self.wfile.write(bytes(5000))

        def log_message(self, *_args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        assert len(Fetcher(inside=True).get(f"{url}/near")) == 5000
        assert Fetcher(inside=True, largest=4999).get(f"{url}/big") == b""
        assert Fetcher(inside=True).get(f"{url}/far") == b""
        assert Fetcher(inside=True).get(f"{url}/round") == b""
        assert Fetcher().get(f"{url}/near") == b""
        assert Fetcher(inside=True, hosts=["ca.gov.vn"]).get(f"{url}/near") == b""
        assert len(Fetcher(inside=True, hosts=["127.0.0.1"]).get(f"{url}/near")) == 5000
        for bad in ("ftp://ca.gov.vn/x", "http://user@127.0.0.1/", "file:///etc/passwd", "http://", "http://127.0.0.1:99999/"):
            assert Fetcher(inside=True).get(bad) == b""
    finally:
        server.shutdown()
        server.server_close()
    assert office.asked == []
