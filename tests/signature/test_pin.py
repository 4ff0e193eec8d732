"""The PIN is found nowhere: not in the memory of the main process after a batch, not in logs, reports or results."""

from __future__ import annotations

import base64
import json
import os
import re
import secrets
import subprocess
import sys
from pathlib import Path

import pytest

from app.signature.token_pin import Pin, no_dumps_meanwhile, overwrite, wipe
from app.signature.token_serve import Requests
from tests.signature import files
from tests.signature.conftest import ROOT, softhsm
from tests.signature.pki import Pki


def memory(pid: int) -> bytes:
    """All that a process can write to in its memory."""
    found = []
    with Path(f"/proc/{pid}/maps").open() as maps, Path(f"/proc/{pid}/mem").open("rb", 0) as mem:
        for line in maps:
            match = re.match(r"([0-9a-f]+)-([0-9a-f]+) rw", line)
            if match is None:
                continue
            start, end = (int(part, 16) for part in match.groups())
            try:
                mem.seek(start)
                found.append(mem.read(end - start))
            except (OSError, ValueError):  # pages of the kernel's
                continue
    return b"\0".join(found)


@pytest.fixture
def own_token(tmp_path: Path, pki: Pki, monkeypatch: pytest.MonkeyPatch) -> str:
    """A token with a PIN that nothing else knows."""
    pin = "Pin" + secrets.token_hex(8)
    tokens = tmp_path / "tokens"
    tokens.mkdir()
    conf = tmp_path / "softhsm2.conf"
    conf.write_text(f"directories.tokendir = {tokens}\nobjectstore.backend = file\nlog.level = ERROR\n")
    monkeypatch.setenv("SOFTHSM2_CONF", str(conf))
    start = ["softhsm2-util", "--init-token", "--free", "--label", "VanThu", "--so-pin", "12345678", "--pin", pin]
    subprocess.run(start, check=True, capture_output=True)
    item = {"id": "01", "label": "x", "kind": "rsa", "key": pki.rsa.key_der.hex(), "cert": pki.rsa.der.hex()}
    wanted = {"module": str(softhsm()), "label": "VanThu", "pin": pin, "items": [item]}
    script = [sys.executable, str(Path(__file__).with_name("fill_token.py"))]
    env = os.environ | {"PYTHONPATH": str(ROOT)}
    subprocess.run(script, env=env, check=True, capture_output=True, input=json.dumps(wanted).encode())
    return pin


def test_the_pin_is_in_no_memory_log_or_result(own_token: str, tmp_path: Path) -> None:
    papers = [files.plain(tmp_path / f"{n}.pdf") for n in range(3)]
    out, log = tmp_path / "ra", tmp_path / "log.txt"
    command = [sys.executable, "-m", "tests.signature.pin_program", str(softhsm()), "01", str(out), *map(str, papers)]
    env = os.environ | {"VANKHO_CONFIG": str(tmp_path / "config"), "VANKHO_LOG": str(tmp_path / "logs")}
    with (
        log.open("wb") as told,
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=told, cwd=ROOT, env=env) as program,
    ):
        assert program.stdin is not None
        assert program.stdout is not None
        program.stdin.write(own_token.encode() + b"\n")
        program.stdin.flush()
        said = program.stdout.readline()
        assert said == b"3 signed, None\n", log.read_text()
        seen = memory(program.pid)
        program.stdin.write(b"x")
        program.stdin.close()
        program.wait(30)
    assert b"softhsm" in seen  # the search finds what is there
    pin = own_token.encode()
    for form in (pin, base64.b64encode(pin), own_token.encode("utf-16-le"), own_token.encode("utf-32-le"), pin.hex().encode()):
        assert form not in seen
    written = [path for path in tmp_path.rglob("*") if path.is_file() and (tmp_path / "tokens") not in path.parents]
    assert len([path for path in written if path.parent == out]) == 3
    assert all(pin not in path.read_bytes() for path in written)


def test_a_pin_is_overwritten_where_it_lay() -> None:
    pin = Pin(bytearray(b"48291573"))
    given = pin.encode("utf-8")
    assert (len(pin), given, repr(pin)) == (8, b"48291573", "Pin(…)")
    pin.forget_copies()
    assert given == bytes(8)
    assert pin.encode() == b"48291573"
    pin.forget()
    assert pin.encode() == bytes(8)
    secret = bytearray(b"1234")
    wipe(secret)
    assert secret == bytes(4)
    overwrite(b"7")  # one byte is shared by the whole interpreter: left alone
    assert bytes([55]) == b"7"


def test_requests_are_taken_apart_and_the_pin_leaves_the_buffer(tmp_path: Path) -> None:
    import io

    pipe = tmp_path / "pipe"
    pipe.write_bytes(b'{"op": "open", "pin_size": 6}\n48\n915{"op": "sign"}\n{"op": "open", "pin_size": 0}\n')
    reader = Requests(io.FileIO(pipe, "rb"))
    first = reader.next()
    assert first == {"op": "open", "pin": bytearray(b"48\n915")}
    assert b"48\n915" not in reader._buffer
    assert reader.next() == {"op": "sign"}
    assert reader.next() == {"op": "open", "pin": bytearray()}
    assert reader.next() is None


def test_no_core_file_while_a_pin_passes() -> None:
    import resource

    before = resource.getrlimit(resource.RLIMIT_CORE)
    with no_dumps_meanwhile():
        assert resource.getrlimit(resource.RLIMIT_CORE)[0] == 0
    assert resource.getrlimit(resource.RLIMIT_CORE) == before
