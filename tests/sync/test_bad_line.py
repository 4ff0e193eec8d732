"""The same batch over lines that cut, stall and answer in the server's place."""

from __future__ import annotations

import datetime
import ipaddress
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from app.errors import AppError
from app.sync.client import enrol
from app.sync.outbox import BatchState
from server.enrolment import create_code
from server.limits import Limits
from server.main import Place, Tls, _listening, _run_until_told, _served, _url
from tests.fakes.chaos_proxy import ChaosProxy, Cut, Fault, Stall, bad_gateway, html
from tests.ports import KeptPort
from tests.sync.offices import Desk, Office, noise, office


def _fails(desk: Desk, via: str, **settings: object) -> str:
    manifest = desk.batch(desk.item(b"x"))
    with pytest.raises(AppError) as error:
        desk.deposit(manifest, via=via, **settings)
    assert error.value.message
    assert error.value.advice
    return error.value.code


@pytest.mark.parametrize(
    "plan",
    [
        [Cut(up=n) for n in (10, 300, 700, 2_000, 40_000)],
        [Cut(down=n) for n in (1, 100, 300, 500, 700, 900)],
        [Cut(up=1_000_000), Cut(up=3_000_000), Cut(up=5_000_000)],
        [Cut(up=9_000_000), bad_gateway(), Cut(down=0), bad_gateway()],
    ],
    ids=["early", "answers lost", "in the middle", "mixed"],
)
def test_cuts_cost_nothing_but_time(served: Office, desk: Desk, plan: list[Fault]) -> None:
    manifest = desk.batch(
        desk.item(noise(12_000_000)), desk.item(noise(2_000_000)), *(desk.item(noise(99, n)) for n in range(5))
    )
    with ChaosProxy(served.url, plan) as line:
        receipt = desk.deposit(manifest, via=line.url)
        assert line.count.connections > len(plan)
    assert (receipt.seq, receipt.blobs) == (1, len(manifest.wanted))
    assert {d: p.read_bytes() for d, p in served.blobs().items()} == desk.bytes


def test_a_cut_costs_at_most_one_part(served: Office, desk: Desk) -> None:
    """A line that breaks after every 3 MB: what is sent twice is less than a small part a break."""
    size = 14_000_000
    manifest = desk.batch(desk.item(noise(size)))
    with ChaosProxy(served.url, forever=Cut(up=3_000_000)) as line:
        desk.deposit(manifest, via=line.url, senders=1)
        first_part_lost, head = 3_000_000, 100_000
        breaks = line.count.connections
        assert line.count.up < size + first_part_lost + breaks * (1_048_576 + head)


def test_a_stalled_line_is_left_and_taken_up_again(served: Office, desk: Desk) -> None:
    manifest = desk.batch(desk.item(noise(10_000_000)))
    with ChaosProxy(served.url, [Stall(up=2_000_000), Stall(up=1_500_000)]) as line:  # the silence must outlast a busy disk
        receipt = desk.deposit(manifest, via=line.url, silence=3.0, senders=1)
    assert receipt.blobs == 2


def test_a_server_that_never_answers_is_slow(served: Office, desk: Desk) -> None:
    with ChaosProxy(served.url, forever=Stall()) as line:
        assert _fails(desk, line.url, silence=0.1, patience=3.0) == "sync.slow"


def test_nobody_there_is_offline(desk: Desk) -> None:
    with closing(KeptPort()) as port:
        assert _fails(desk, f"http://127.0.0.1:{port.number}") == "sync.offline"
    assert desk.states == []


def test_a_name_that_does_not_exist_is_offline(desk: Desk) -> None:
    assert _fails(desk, "http://van-kho.invalid", patience=2.0) == "sync.offline"


@pytest.mark.parametrize(
    "page", [html(), html("302 Found"), html("404 Not Found"), html("511 Network Authentication Required")]
)
def test_a_captive_portal_is_no_network(served: Office, desk: Desk, page: Fault) -> None:
    with ChaosProxy(served.url, forever=page) as line:
        code = _fails(desk, line.url, patience=5.0)
    assert code == ("sync.offline" if page == html("511 Network Authentication Required") else "sync.not_our_server")
    assert desk.states == []


def test_a_portal_page_in_the_middle_is_waited_out(served: Office, desk: Desk) -> None:
    manifest = desk.batch(desk.item(noise(4_000_000)))
    with ChaosProxy(served.url, [Cut(up=1_000), html(), html(), bad_gateway(), html()]) as line:
        line_first = ChaosProxy(line.url)  # the first request passes through both
        with line_first:
            assert desk.deposit(manifest, via=line_first.url, senders=1).blobs == 2


def test_garbage_for_http_is_no_server_of_ours(served: Office, desk: Desk) -> None:
    from tests.fakes.chaos_proxy import Reply

    with ChaosProxy(served.url, forever=Reply(b"SSH-2.0-OpenSSH_9.2\r\n")) as line:
        assert _fails(desk, line.url, patience=2.0) in ("sync.offline", "sync.not_our_server")


def test_an_unknown_token_is_told_at_once(desk: Desk) -> None:
    desk.endpoint = replace(desk.endpoint, token="0" * 64)
    assert _fails(desk, desk.endpoint.url) == "sync.not_enrolled"


def test_other_versions_are_told(served: Office, desk: Desk) -> None:
    from tests.fakes.chaos_proxy import Reply

    newer = b'{"keys":{"keys":[]},"manifest_size":9999,"part_size":9999,"time":"x","versions":[2,3]}'
    head = b"HTTP/1.1 200 OK\r\nVankho-Protocol: 1\r\nContent-Length: %d\r\n\r\n" % len(newer)
    for reply in (head + newer, head.replace(b"Protocol: 1", b"Protocol: 2") + newer):
        with ChaosProxy(served.url, forever=Reply(reply)) as line:
            assert _fails(desk, line.url) == "sync.version"


def test_retry_after_is_obeyed(tmp_path: Path) -> None:
    """A server with no room for uploads says when to come again."""
    from tests.sync.offices import QuickClock

    with office(tmp_path, Limits(uploads_at_once=0)) as full:
        desk, clock = full.desk(), QuickClock()
        manifest = desk.batch(desk.item(b"x"))
        with pytest.raises(AppError) as error:
            desk.deposit(manifest, patience=30.0, clock=clock, senders=1)
    assert error.value.code == "sync.busy"
    assert sum(clock.slept) >= 2.0
    assert desk.states[-1] == BatchState.SENDING


@pytest.fixture
def self_signed(tmp_path: Path) -> Iterator[str]:
    """A server whose certificate nobody vouches for."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), 1, now, now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .sign(key, SHA256())
    )
    (tmp_path / "c.pem").write_bytes(certificate.public_bytes(Encoding.PEM))
    (tmp_path / "k.pem").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    import threading

    tls, up = Tls(tmp_path / "c.pem", tmp_path / "k.pem"), threading.Event()
    with closing(_listening("127.0.0.1:0")) as sock, _served(Place.folder(tmp_path / "tls"), Limits(), tls) as server:
        server.ready = up.set
        thread = threading.Thread(target=_run_until_told, args=(server, sock, up))
        thread.start()
        up.wait()
        yield _url(sock, tls)
        server.should_exit = True
        thread.join()


def test_a_certificate_nobody_vouches_for_is_refused(desk: Desk, self_signed: str) -> None:
    assert _fails(desk, self_signed) == "sync.tls"


Act = Callable[[str], object]


@pytest.mark.parametrize(
    "url", ["http://luutru.gov.vn", "ftp://x", "https://", "https://u:p@h", "https://h:x", "http:// ", "https://a?b"]
)
def test_addresses_that_will_not_do(url: str) -> None:
    with pytest.raises(AppError) as error:
        enrol(url, "AAAA-BBBB-CCCC", "máy 1")
    assert error.value.code in ("sync.bad_address", "sync.tls_required")


def test_enrolment_over_a_line_that_loses_the_answer(served: Office) -> None:
    code = create_code(served.folder, served.agency)
    with ChaosProxy(served.url, [Cut(down=400)], forever=None) as line:
        endpoint = enrol(line.url, code, "máy 1", clock=__import__("time"))
    assert endpoint.agency == served.agency
    with pytest.raises(AppError) as error:
        enrol(served.url, code, "máy 2")
    assert error.value.code == "sync.code_refused"
