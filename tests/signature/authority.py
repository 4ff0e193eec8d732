"""A certification authority with real services on the loopback: OCSP, CRLs and time stamps, as bytes that other programs read too."""

from __future__ import annotations

import base64
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509 import ocsp

from app.signature.software import SoftwareSigner
from tests.signature.pki import Identity, Pki, issue, ocsp_answer, revocation_list, rsa_key
from tests.signature.stamps import respond, stamper

SIGNING = ("digital_signature", "content_commitment")
CA = ("key_cert_sign", "crl_sign")


@dataclass
class Authority:
    """root → issuing → rsa, ec, tsa; all with addresses of its own services. `asked` notes the paths; `off` those that are down."""

    url: str
    folder: Path
    root: Identity
    issuing: Identity
    rsa: Identity
    ec: Identity
    tsa: Identity
    revoked: dict[int, datetime] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    off: set[str] = field(default_factory=set)
    pem: bool = False

    @property
    def tsa_url(self) -> str:
        return f"{self.url}/tsa"

    def signer(self, who: Identity) -> SoftwareSigner:
        """The identity as a software signer."""
        from cryptography.hazmat.primitives.serialization import NoEncryption

        path = self.folder / f"{who.cert.serial_number:x}.p12"
        if not path.exists():
            path.write_bytes(pkcs12.serialize_key_and_certificates(b"x", who.key, who.cert, None, NoEncryption()))
        return SoftwareSigner(path)

    def answer(self, path: str, body: bytes) -> bytes:
        self.asked.append(path)
        if path in self.off:
            return b""
        if path == "/crl/root":
            return self._pem(revocation_list(self.root, {}))
        if path == "/crl/issuing":
            return self._pem(revocation_list(self.issuing, self.revoked))
        if path == "/tsa":
            return respond(body, "good", self.stamps)
        if path.startswith("/ocsp/"):  # the question stands in the address, as NSS likes it
            body = base64.b64decode(unquote(path.removeprefix("/ocsp/")))
        serial = ocsp.load_der_ocsp_request(body).serial_number
        certs = {one.cert.serial_number: one.cert for one in (self.rsa, self.ec, self.tsa)}
        return ocsp_answer(self.issuing, certs[serial], self.revoked.get(serial))

    def _pem(self, der: bytes) -> bytes:
        if not self.pem:
            return der
        from cryptography.hazmat.primitives.serialization import Encoding

        return x509.load_der_x509_crl(der).public_bytes(Encoding.PEM)

    @property
    def stamps(self) -> Any:
        like = Pki(self.root, self.issuing, self.rsa, self.ec, self.rsa, self.tsa, self.folder, self.folder)
        return stamper(like)


@contextmanager
def authority(folder: Path) -> Iterator[Authority]:
    """Runs one; its CA certificates lie in `folder/trust`."""
    holder: dict[str, Authority] = {}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            data = holder["it"].answer(self.path, body)
            self.send_response(200 if data else 503)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_POST = do_GET  # noqa: N815 - the name that the server looks for

        def log_message(self, *_args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    url = f"http://127.0.0.1:{server.server_address[1]}"
    now = datetime.now(UTC).replace(microsecond=0)
    root = issue("Gốc có dịch vụ", rsa_key(2048), None, CA, now, 3650, authority=True)
    issuing = issue("CA có dịch vụ", rsa_key(2048), root, CA, now, 1800, authority=True, crl=f"{url}/crl/root")
    places = {"crl": f"{url}/crl/issuing", "ocsp": f"{url}/ocsp"}
    signer = issue("Lê Văn Lưu Trữ", rsa_key(2048), issuing, SIGNING, now, 365, **places)  # type: ignore[arg-type]
    curve = issue("UBND xã Đắk Búk So", ec.generate_private_key(ec.SECP256R1()), issuing, SIGNING, now, 365, **places)  # type: ignore[arg-type]
    tsa = issue("Dấu có dịch vụ", rsa_key(2048), issuing, ("digital_signature",), now, 1500, stamping=True, **places)  # type: ignore[arg-type]
    trust = folder / "trust"
    trust.mkdir(parents=True)
    for number, one in enumerate((root, issuing)):
        (trust / f"ca{number}.crt").write_bytes(one.pem)
    holder["it"] = Authority(url, folder, root, issuing, signer, curve, tsa)
    try:
        yield holder["it"]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
