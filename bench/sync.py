"""A batch over loopback to our server against plain HTTP PUT of the same bytes to a server that writes and syncs them."""

from __future__ import annotations

import hashlib
import http.client
import io
import os
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from bench.measure import Row, seconds

COUNT, SIZE = 40, 2_000_000


class _Plain(BaseHTTPRequestHandler):
    folder = Path()
    protocol_version = "HTTP/1.1"

    def do_PUT(self) -> None:
        left = int(self.headers["Content-Length"])
        with (self.folder / self.path.strip("/")).open("wb") as file:
            while left:
                block = self.rfile.read(min(left, 1 << 20))
                left -= len(block)
                file.write(block)
            file.flush()
            os.fsync(file.fileno())
        self.send_response(201)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        pass


def run() -> list[Row]:
    from app.jobs import Job
    from app.sync import client
    from app.sync.protocol import Blob, Item, Metadata, new_id, seal
    from server import enrolment
    from server.main import embedded

    blobs = {hashlib.sha256(data).hexdigest(): data for data in (os.urandom(SIZE) for _ in range(COUNT))}
    megabytes = COUNT * SIZE / 1e6
    with tempfile.TemporaryDirectory() as folder:
        with embedded(Path(folder) / "server") as url:
            endpoint = client.enrol(url, enrolment.create_code(Path(folder) / "server", "H1"), "bench")
            metadata, described = Metadata.of({"subject": "bench"})
            items = [
                Item(new_id(), 1, None, "document", metadata, (Blob(s, len(d), "original/a.pdf"),)) for s, d in blobs.items()
            ]
            manifest = seal("H1", endpoint.desk_id, items, "bench")
            known = blobs | {metadata.sha256: described}
            ours = seconds(
                lambda: client.deposit(Job(), endpoint, manifest, lambda s: io.BytesIO(known[s]), lambda _state: None)
            )
        _Plain.folder = Path(folder)
        server = ThreadingHTTPServer(("127.0.0.1", 0), _Plain)
        threading.Thread(target=server.serve_forever, daemon=True).start()

        def plain() -> None:
            line = http.client.HTTPConnection(*server.server_address[:2])  # type: ignore[arg-type]
            for sha256, data in blobs.items():
                line.request("PUT", f"/{sha256}", data)
                line.getresponse().read()
            line.close()

        anchor = seconds(plain)
        server.shutdown()
        server.server_close()
    return [
        Row(
            f"sync: {COUNT} files of {SIZE / 1e6:.0f} MB, receipt included", f"{megabytes / ours:.0f} MB/s",
            f"plain PUT with fsync {megabytes / anchor:.0f} MB/s", anchor / ours, "≥ 0.8",
        )
    ]  # fmt: skip
