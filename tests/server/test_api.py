"""The protocol request by request: what is asked twice is answered twice the same, what is wrong is refused."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import niquests
import pytest

from app.sync import strict
from app.sync.manifest import Manifest, new_id
from app.sync.protocol import Problem
from app.sync.receipt import verify_receipt
from app.sync.strict import canonical, content_digest, sha256
from server.limits import Limits
from tests.sync.offices import Desk, Office, http, noise, office

BIG = noise(9_000_000)
CUT = 5_000_000


@pytest.fixture
def web(desk: Desk) -> Iterator[niquests.Session]:
    with http(desk) as session:
        yield session


def _offer(web: niquests.Session, manifest: Manifest, body: bytes | None = None, **headers: str) -> niquests.Response:
    data = manifest.encoded if body is None else body
    told = {"Content-Digest": content_digest(sha256(data)), **headers}
    return web.put(f"/v1/batches/{manifest.batch_id}", data=data, headers=told)


def _part(web: niquests.Session, digest: str, offset: int, data: bytes, last: bool, **headers: str) -> niquests.Response:
    told = {
        "Upload-Offset": str(offset),
        "Upload-Complete": "?1" if last else "?0",
        "Content-Digest": content_digest(sha256(data)),
        **headers,
    }
    return web.patch(f"/v1/uploads/{digest}", data=data, headers=told)


def _code(response: niquests.Response) -> tuple[int, str]:
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.content is not None
    return response.status_code or 0, Problem.read(response.status_code or 0, response.content).code


def _seen(response: niquests.Response) -> tuple[Any, ...]:
    kept = {k.lower(): v for k, v in response.headers.items() if k.lower() not in ("date", "content-length")}
    return response.status_code, kept, response.content


def test_every_request_may_be_repeated(served: Office, desk: Desk, web: niquests.Session) -> None:
    manifest = desk.batch(desk.item(BIG, b"small"))
    big, small = (blob.sha256 for blob in manifest.items[0].blobs)
    path = f"/v1/batches/{manifest.batch_id}"
    assert [_offer(web, manifest).status_code for _ in range(2)] == [201, 200]

    question = canonical({"sha256": list(manifest.wanted)})
    assert [web.post("/v1/blobs/missing", data=question).json() for _ in range(2)] == [
        {"missing": list(manifest.wanted), "partial": {}}
    ] * 2
    for digest in (small, manifest.items[0].metadata.sha256):
        assert [web.put(f"/v1/blobs/{digest}", data=desk.bytes[digest]).status_code for _ in range(2)] == [201, 200]
    begun = [web.put(f"/v1/uploads/{big}", headers={"Upload-Length": str(len(BIG))}) for _ in range(2)]
    assert [(r.status_code, r.headers["Upload-Offset"]) for r in begun] == [(201, "0"), (200, "0")]
    assert _part(web, big, 0, BIG[:CUT], last=False).status_code == 204
    again = _part(web, big, 0, BIG[:CUT], last=False)
    assert (_code(again), again.headers["Upload-Offset"]) == ((409, "offset"), str(CUT))
    assert web.post("/v1/blobs/missing", data=question).json() == {"missing": [big], "partial": {big: CUT}}
    heads = [web.head(f"/v1/uploads/{big}") for _ in range(2)]
    assert [(r.headers["Upload-Offset"], r.headers["Upload-Complete"]) for r in heads] == [(str(CUT), "?0")] * 2

    commit = {"Idempotency-Key": f'"{manifest.sha256}"'}
    early = web.post(f"{path}/commit", headers=commit)
    assert _code(early) == (409, "missing")
    assert early.json()["missing"] == [big]
    assert _code(web.get(f"{path}/receipt")) == (404, "no_receipt")

    ends = [_part(web, big, CUT, BIG[CUT:], last=True) for _ in range(2)]
    assert [(r.status_code, r.headers["Upload-Complete"], r.headers["Upload-Offset"]) for r in ends] == [
        (204, "?1", str(len(BIG)))
    ] * 2
    answers = [web.post(f"{path}/commit", headers=commit) for _ in range(2)]
    answers += [web.get(f"{path}/receipt") for _ in range(2)]
    assert len({_seen(r)[2] for r in answers}) == 1
    receipt = verify_receipt(answers[0].text or "", desk.endpoint.pinned_keys, manifest)
    states = [_seen(web.get(path)) for _ in range(2)]
    assert states[0] == states[1]
    assert web.get(path).json()["receipt_sha256"] == receipt.sha256
    assert _offer(web, manifest).status_code == 200
    assert {d: p.read_bytes() for d, p in served.blobs().items()} == desk.bytes


def test_wrong_bytes_are_refused(served: Office, desk: Desk, web: niquests.Session) -> None:
    manifest = desk.batch(desk.item(BIG, b"small"))
    big, small = (blob.sha256 for blob in manifest.items[0].blobs)
    _offer(web, manifest)
    assert _code(web.put(f"/v1/blobs/{small}", data=b"smalL")) == (422, "digest")
    assert _code(web.put(f"/v1/uploads/{big}", headers={"Upload-Length": "7"})) == (422, "length")
    assert _code(web.head(f"/v1/uploads/{big}"))[0] == 404
    web.put(f"/v1/uploads/{big}", headers={"Upload-Length": str(len(BIG))})
    broken = _part(web, big, 0, BIG[:CUT], False, **{"Content-Digest": content_digest(sha256(b"other"))})
    assert _code(broken) == (422, "part_broken")
    assert _code(_part(web, big, 0, BIG[:CUT], True)) == (422, "length")
    assert _code(_part(web, big, 7, BIG[:CUT], False)) == (409, "offset")
    assert web.head(f"/v1/uploads/{big}").headers["Upload-Offset"] == "0"
    _part(web, big, 0, bytes(CUT), False)  # a desk that is wrong about its own bytes
    assert _code(_part(web, big, CUT, BIG[CUT:], True)) == (422, "digest")
    assert _code(web.head(f"/v1/uploads/{big}"))[0] == 404
    assert served.blobs() == {}


def test_another_manifest_under_the_same_id_is_refused(desk: Desk, web: niquests.Session) -> None:
    manifest = desk.batch(desk.item(b"1"))
    _offer(web, manifest)
    other = Manifest(manifest.agency, manifest.desk, manifest.batch_id, (desk.item(b"2"),), "test")
    assert _code(_offer(web, other)) == (409, "batch_differs")
    assert web.get(f"/v1/batches/{manifest.batch_id}").json()["manifest_sha256"] == manifest.sha256


def test_only_enrolled_desks_and_only_their_agency(served: Office, desk: Desk, web: niquests.Session) -> None:
    stranger = served.desk("H30")
    manifest = desk.batch(desk.item(b"secret"))
    _offer(web, manifest)
    [blob] = manifest.items[0].blobs
    web.put(f"/v1/blobs/{blob.sha256}", data=b"secret")
    with http(stranger) as other:
        assert _code(_offer(other, manifest)) == (403, "agency")
        assert _code(other.get(f"/v1/batches/{manifest.batch_id}")) == (404, "batch_unknown")
        assert _code(other.put(f"/v1/blobs/{blob.sha256}", data=b"secret")) == (404, "blob_unexpected")
        assert _code(other.get(f"/v1/blobs/{blob.sha256}")) == (404, "blob_unexpected")
        assert _code(other.get(f"/v1/items/{manifest.items[0].uuid}")) == (404, "item_unknown")
        asked = other.post("/v1/blobs/missing", data=canonical({"sha256": [blob.sha256]}))
        assert asked.json()["missing"] == [blob.sha256]
        forged = Manifest("H30", desk.endpoint.desk_id, new_id(), manifest.items, "test")
        assert _code(_offer(other, forged)) == (403, "desk_unknown")
    assert _code(web.get(f"/v1/blobs/{blob.sha256}")) == (404, "blob_unknown")  # not committed yet
    for auth in (None, "f" * 64, ("user", "password")):
        with niquests.Session(base_url=served.url, auth=auth) as nobody:
            nobody.trust_env = False
            assert _code(nobody.get(f"/v1/batches/{manifest.batch_id}")) == (401, "not_enrolled")
            refused = nobody.put(f"/v1/blobs/{blob.sha256}", data=BIG[:8_000_000])  # the answer comes through nevertheless
            assert _code(refused) == (401, "not_enrolled")


@pytest.mark.parametrize(
    "spoil",
    [
        lambda b: b + b" ",
        lambda b: b.replace(b'"tool"', b'"tool":"a","tool"'),
        lambda b: b.replace(b'"version":1', b'"version":0'),
        lambda b: b.replace(b'"version":1', b'"version":1.5'),
        lambda b: b.replace(b"original/", b"../../etc/"),
        lambda b: b.replace(b"original/", b"C:\\\\"),
        lambda b: b.replace(b"original/0.pdf", b"\\u0000"),
        lambda b: b.replace(b"original/0.pdf", b"\\ud800"),
        lambda b: b.replace(b'"path"', b'"pfad"'),
        lambda b: b.replace(b'"kind":"document"', b'"kind":null'),
        lambda b: b.replace(b"[", b"[" * 100_000, 1),
        lambda _: b"",
        lambda _: b"\xff\xfe",
        lambda _: b"[]",
    ],
)
def test_malformed_manifests_are_refused(desk: Desk, web: niquests.Session, spoil: Any) -> None:
    manifest = desk.batch(desk.item(b"x"))
    assert _code(_offer(web, manifest, spoil(manifest.encoded))) == (400, "malformed")
    assert _code(web.get(f"/v1/batches/{manifest.batch_id}"))[0] == 404


def test_requests_that_make_no_sense(desk: Desk, web: niquests.Session) -> None:
    manifest = desk.batch(desk.item(b"x"))
    _offer(web, manifest)
    path, digest = f"/v1/batches/{manifest.batch_id}", manifest.items[0].blobs[0].sha256
    assert _code(_offer(web, manifest, **{"Content-Digest": "md5=:x:"})) == (400, "malformed")
    assert _code(_offer(web, manifest, **{"Vankho-Protocol": "9"})) == (400, "version")
    assert _code(web.post(f"{path}/commit")) == (422, "idempotency_key")
    assert _code(web.get("/v1/batches/../../etc/passwd"))[0] == 404
    assert _code(web.get("/v1/batches/%2e%2e")) == (400, "malformed")
    assert _code(web.put("/v1/blobs/ABC", data=b"")) == (400, "malformed")
    assert _code(web.post("/v1/blobs/missing", data=b"{}")) == (400, "malformed")
    assert _code(web.post("/v1/blobs/missing", data=canonical({"sha256": [digest] * 1001}))) == (400, "malformed")
    assert _code(web.patch(f"/v1/uploads/{digest}", data=b"x")) == (400, "malformed")
    assert _code(web.delete(path)) == (405, "method")
    assert _code(web.get("/")) == (404, "no_such_address")


def test_a_blob_damaged_on_the_servers_disk_is_asked_for_again(served: Office, desk: Desk, web: niquests.Session) -> None:
    manifest = desk.batch(desk.item(b"precious"))
    digest = manifest.items[0].blobs[0].sha256
    _offer(web, manifest)
    for wanted in manifest.wanted:
        web.put(f"/v1/blobs/{wanted}", data=desk.bytes[wanted])
    served.blobs()[digest].write_bytes(b"pREcious")
    key = {"Idempotency-Key": manifest.sha256}
    assert web.post(f"/v1/batches/{manifest.batch_id}/commit", headers=key).json()["missing"] == [digest]
    assert desk.deposit(manifest).blobs == 2
    assert served.blobs()[digest].read_bytes() == b"precious"
    assert list((served.folder / "objects" / "quarantine").glob("*/*"))


def test_a_description_that_is_no_json_is_kept_aside(served: Office, desk: Desk) -> None:
    from app.sync.client import verdicts
    from app.sync.manifest import Item, Metadata

    text = b"{not json"
    desk.bytes[sha256(text)] = text
    item = Item(new_id(), 1, None, "document", Metadata(sha256(text), len(text)))
    receipt = desk.deposit(desk.batch(item))
    assert [(v.verdict, v.head) for v in verdicts(desk.endpoint, receipt)] == [("unreadable", None)]


def test_limits(tmp_path: Path) -> None:
    limits = Limits(part=1_000_000, manifest=3000, open_bytes_of_agency=5_000_000, silence=0.2, commit_grace=0.0)
    with office(tmp_path, limits) as small:
        desk = small.desk()
        with http(desk) as web:
            many = desk.batch(*(desk.item(b"x") for _ in range(20)))
            assert _code(_offer(web, many)) == (413, "too_large")
            assert _code(_offer(web, desk.batch(desk.item(noise(5_000_001))))) == (507, "quota")
            manifest = desk.batch(desk.item(noise(1_000_001)))
            _offer(web, manifest)
            digest = manifest.items[0].blobs[0].sha256
            assert _code(web.put(f"/v1/blobs/{digest}", data=noise(1_000_001))) == (413, "too_large")
            assert _code(web.put(f"/v1/blobs/{digest}", data=iter([b"x"]))) == (411, "length_required")
        assert _slow(small.url, desk, digest).startswith(b"HTTP/1.1 408")
        assert desk.deposit(manifest).blobs == 2  # with parts of the server's size, and commits answered 202 first


def _slow(url: str, desk: Desk, digest: str) -> bytes:
    """The answer to a body that never ends."""
    parts = urlsplit(url)
    with socket.create_connection((parts.hostname or "", parts.port or 0)) as sock:
        head = f"PUT /v1/blobs/{digest} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {desk.endpoint.token}\r\nContent-Length: 99\r\n\r\n"
        sock.sendall(head.encode() + b"drip")
        answer = b""
        while block := sock.recv(4096):
            answer += block
        return answer


def test_a_connection_that_never_asks_is_closed(tmp_path: Path) -> None:
    with office(tmp_path, Limits(header=0.2)) as patient:
        parts = urlsplit(patient.url)
        with socket.create_connection((parts.hostname or "", parts.port or 0)) as sock:
            sock.sendall(b"GET /v1/capab")
            assert sock.recv(100) == b""


def test_capabilities_need_no_token(served: Office) -> None:
    with niquests.Session(base_url=served.url) as nobody:
        nobody.trust_env = False
        told = nobody.get("/v1/capabilities").json()
    assert told["versions"] == [1]
    assert strict.sha256_of("0" * 64)
    assert told["keys"]["keys"][0]["crv"] == "Ed25519"
