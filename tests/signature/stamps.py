"""A time-stamp service on the loopback that can also misbehave."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from asn1crypto import keys, tsp, x509
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

from tests.signature.pki import Identity, Pki


def stamper(pki: Pki, who: Identity | None = None, moment: datetime | None = None) -> Any:
    who = who or pki.tsa
    store = SimpleCertificateStore()
    store.register(x509.Certificate.load(pki.issuing.der))
    key = keys.PrivateKeyInfo.wrap(keys.RSAPrivateKey.load(who.key_der), "rsa")
    return DummyTimeStamper(x509.Certificate.load(who.der), key, certs_to_embed=store, fixed_dt=moment)


@contextmanager
def service(pki: Pki, mode: str = "good", delay: float = 0.0) -> Iterator[str]:
    """The address of a running service. `mode`: good, imprint, nonce, refuse, http, garbage, huge."""
    stamps = stamper(pki)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            time.sleep(delay)  # what the service takes; nobody waits on it to test anything
            answer = respond(body, mode, stamps)
            self.send_response(500 if mode == "http" else 200)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def respond(body: bytes, mode: str, stamps: Any) -> bytes:
    if mode == "garbage":
        return b"<html>proxy</html>"
    if mode == "huge":
        return bytes(300_000)
    if mode == "refuse":
        return bytes.fromhex("3005300302 0102")  # status 2, rejection, and no token
    request = tsp.TimeStampReq.load(body)
    if mode == "imprint":
        request["message_imprint"]["hashed_message"] = bytes(32)
    if mode == "nonce":
        request["nonce"] = 5
    return bytes(stamps.request_tsa_response(request).dump())
