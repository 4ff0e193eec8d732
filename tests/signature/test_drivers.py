"""Which driver files may be loaded; tokens that come and go, and drivers that fail at every step."""

from __future__ import annotations

import hashlib
import json
import os
import stat
import struct
import sys
import threading
from pathlib import Path

import pytest

from app.desk.signers import once, tokens
from app.errors import AppError
from app.jobs import Job
from app.settings import Settings
from app.signature import modules
from app.signature.binaries import read_library
from app.signature.modules import check_module, command_for, find_drivers, helper32, judge_file, row_of
from app.signature.token_watch import TokenWatch
from app.signature.tokens import TokenSession, list_tokens
from tests.signature.conftest import PIN, Hsm
from tests.signature.pki import Pki
from tests.signature.test_bad_tokens import Fake


def elf(bits: int = 64, machine: int = 62, names: tuple[str, ...] = ("C_GetFunctionList",)) -> bytes:
    """A library that consists of its symbol table."""
    wide = bits == 64
    texts, starts = b"\0", []
    for name in names:
        starts.append(len(texts))
        texts += name.encode() + b"\0"
    symbols = bytes(24 if wide else 16)
    for start in starts:
        symbols += (
            struct.pack("<IBBHQQ", start, 18, 0, 1, 0x1000, 8) if wide else struct.pack("<IIIBBH", start, 4096, 8, 18, 0, 1)
        )
    head = 64 if wide else 52
    strings_at, symbols_at = head, head + len(texts)
    table = symbols_at + len(symbols)
    entry, row = (24, "<IIQQQQIIQQ") if wide else (16, "<10I")
    sections = bytes(struct.calcsize(row))
    sections += struct.pack(row, 0, 3, 0, 0, strings_at, len(texts), 0, 0, 1, 0)
    sections += struct.pack(row, 0, 11, 0, 0, symbols_at, len(symbols), 1, 1, 8, entry)
    ident = b"\x7fELF" + bytes((2 if wide else 1, 1, 1)) + bytes(9)
    size = struct.calcsize(row)
    rest = (
        struct.pack("<HHIQQQIHHHHHH", 3, machine, 1, 0, 0, table, 0, 64, 0, 0, size, 3, 0)
        if wide
        else struct.pack("<HHIIIIIHHHHHH", 3, machine, 1, 0, 0, table, 0, 52, 0, 0, size, 3, 0)
    )
    return ident + rest + texts + symbols + sections


def dll(bits: int = 64, machine: int = 0x8664, names: tuple[str, ...] = ("C_GetFunctionList",)) -> bytes:
    optional = 240 if bits == 64 else 224
    coff = struct.pack("<HHIIIHH", machine, 1, 0, 0, 0, optional, 0x2000)
    head = struct.pack("<H", 0x20B if bits == 64 else 0x10B).ljust(112 if bits == 64 else 96, b"\0")
    head = (head + struct.pack("<II", 0x1000, 100)).ljust(optional, b"\0")
    section = b".edata\0\0" + struct.pack("<IIII", 0x1000, 0x1000, 0x400, 0x200) + bytes(16)
    start = b"MZ".ljust(60, b"\0") + struct.pack("<I", 64) + b"PE\0\0" + coff + head + section
    pointers, texts = b"", b""
    for name in names:
        pointers += struct.pack("<I", 0x1000 + 40 + 4 * len(names) + len(texts))
        texts += name.encode() + b"\0"
    directory = bytes(24) + struct.pack("<IIII", len(names), 0, 0x1000 + 40, 0) + pointers + texts
    return start.ljust(0x200, b"\0") + directory.ljust(0x400, b"\0")


def put(path: Path, data: bytes, mode: int = 0o644) -> Path:
    path.write_bytes(data)
    path.chmod(mode)
    return path


def test_libraries_are_read_without_loading_them(hsm: Hsm) -> None:
    real = read_library(hsm.module.read_bytes())
    assert real is not None
    assert (real.kind, real.bits) == ("ELF", 64)
    assert "C_GetFunctionList" in real.exports
    for made, expected in (
        (elf(), ("ELF", "x86_64", 64)),
        (elf(32, 3), ("ELF", "i386", 32)),
        (dll(), ("PE", "x86_64", 64)),
        (dll(32, 0x14C), ("PE", "i386", 32)),
    ):
        found = read_library(made)
        assert found is not None
        assert (found.kind, found.machine, found.bits) == expected
        assert found.exports == {"C_GetFunctionList"}
        for cut in range(0, len(made), 7):  # cut off anywhere: no library, or one without the export; never an error
            part = read_library(made[:cut])
            assert part is None or part.exports <= {"C_GetFunctionList"}
    assert read_library(b"#!/bin/sh\n") is None


def test_what_a_driver_has_to_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(modules.PYTHON32, raising=False)
    name = "viettel-ca_v6.so"
    cases = [
        (elf(), 0o644, "", ""),
        (elf(names=("Other",)), 0o644, "token.module_refused", "no C_GetFunctionList"),
        (b"C_GetFunctionList in a text", 0o644, "token.module_refused", "no library"),
        (elf(machine=183), 0o644, "token.module_refused", "made for another machine"),
        (dll(), 0o644, "token.module_refused", "made for another machine"),
        (elf(), 0o666, "token.module_refused", "anybody can change it"),
        (elf(32, 3), 0o644, "token.module_32bit", ""),
    ]
    for data, mode, code, why in cases:
        path = put(tmp_path / name, data, mode)
        assert judge_file(path, ())[1] == why
        if code:
            with pytest.raises(AppError) as error:
                check_module(path)
            assert error.value.code == code
            assert error.value.advice
        else:
            assert check_module(path) == path.resolve()
    folder = tmp_path / "open"
    folder.mkdir()
    planted = put(folder / name, elf())
    folder.chmod(0o777)
    assert judge_file(planted, ())[1] == "anybody can change it"
    folder.chmod(0o755)
    assert judge_file(planted, ())[1] == ""
    odd = put(tmp_path / "office.so", elf())
    assert judge_file(odd, ())[1] == "unknown name"
    assert judge_file(odd, {hashlib.sha256(elf()).hexdigest()})[1] == ""


def test_a_32_bit_driver_runs_in_a_32_bit_helper(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    driver = put(tmp_path / "libbit4xpki.so", elf(32, 3))
    python = put(tmp_path / "python3", elf(32, 3), 0o755)
    monkeypatch.setenv(modules.PYTHON32, str(python))
    assert helper32() == python
    assert check_module(driver) == driver.resolve()
    command = command_for(driver)
    assert command is not None
    assert command[0] == str(python)
    assert "token_worker" in command[3]
    monkeypatch.setenv(modules.PYTHON32, sys.executable)  # of 64 bits: no help
    assert helper32() is None


def test_names_in_use_in_vietnam_are_known() -> None:
    for name in ("viettel-ca_v6.so", "libbit4xpki.so", "libcastle.so.1.0.0", "opensc-pkcs11.so", "vnptca_p11_v8.so"):
        assert row_of(Path(name)) is not None, name
    for name in ("evil.so", "viettel-ca_v6.so.bak", "libc.so.6", "viettel-ca_v6.dll"):
        assert row_of(Path(name)) is None, name
    listed = json.loads(modules.LIST.read_text("utf-8"))
    assert all(text == text.lower() for row in listed["modules"] for text in (*row["windows"], *row["linux"]))
    found = find_drivers()
    assert any("softhsm" in driver.path.name and driver.generic for driver in found)


def test_registered_with_p11_kit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    library = put(tmp_path / "ministry.so", elf())
    folder = tmp_path / "modules"
    folder.mkdir()
    entry = put(folder / "ministry.module", f"# by the administrator\nmodule: {library}\npriority: 5\n".encode())
    monkeypatch.setattr(modules, "P11_KIT", (str(folder),))
    if os.getuid() == 0:
        assert judge_file(library, ())[1] == ""
        assert library in [driver.path for driver in find_drivers()]
    entry.chmod(entry.stat().st_mode | stat.S_IWOTH)  # anybody could have written it
    assert judge_file(library, ())[1] == "unknown name"


def test_all_drivers_are_asked_and_a_bad_one_spoils_nothing(hsm: Hsm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = put(tmp_path / "viettel-ca_v5.so", elf())  # looks right, can't be loaded
    monkeypatch.setattr("app.desk.signers.find_modules", lambda _approved: [broken, hsm.module, hsm.module])
    job = Job()
    found = tokens(job, Settings(tmp_path / "settings.json"))
    assert [(token.label, token.module) for token in found] == [("VanThu", hsm.module)]
    assert [problem.code for problem in job.problems] == ["token.module_refused"]
    assert once([*found, *found]) == found


# --- tokens that misbehave, in a real child process ---
def test_the_wrong_token_does_not_get_the_pin(tmp_path: Path, pki: Pki, hsm: Hsm) -> None:
    fake = Fake(tmp_path, pki, hsm.module)
    with pytest.raises(AppError) as error, fake.session(b"999999", expect=hashlib.sha256(pki.ec.der).hexdigest()):
        pass
    assert error.value.code == "token.other_certificate"
    assert "attempts" not in fake.facts()
    with fake.session(PIN, expect=hashlib.sha256(pki.rsa.der).hexdigest()) as session:
        assert session.signer().sign(b"a", "sha256")


def test_a_pin_pad_asks_for_no_pin(tmp_path: Path, pki: Pki, hsm: Hsm) -> None:
    fake = Fake(tmp_path, pki, hsm.module, mode="pad")
    assert list_tokens(hsm.module, worker=fake.worker)[0].flags.pin_pad
    with fake.session(None) as session:  # type: ignore[arg-type]
        assert session.signer().sign(b"a", "sha256")
    without = Fake(tmp_path, pki, hsm.module)
    with pytest.raises(AppError) as error, without.session(None):  # type: ignore[arg-type]
        pass
    assert error.value.code == "token.pin_length"


def test_a_key_that_wants_the_pin_for_each_signature(tmp_path: Path, pki: Pki, hsm: Hsm) -> None:
    fake = Fake(tmp_path, pki, hsm.module, mode="always")
    with fake.session() as session:
        assert session.signer().sign(b"a", "sha256")
        assert session.signer().sign(b"b", "sha256")
    assert fake.facts()["reaffirmed"] == 2


@pytest.mark.parametrize(
    ("mode", "code"),
    [("crash-list", "token.crashed"), ("hang-list", "token.timeout"), ("removed-list", ""), ("crash-open", "token.crashed"),
     ("hang-open", "token.timeout"), ("removed-open", "token.absent"), ("removed-keys", "token.removed")],
)  # fmt: skip
def test_pulled_hanging_or_crashing_at_every_step(tmp_path: Path, pki: Pki, hsm: Hsm, mode: str, code: str) -> None:
    fake = Fake(tmp_path, pki, hsm.module, mode=mode)
    patience = 1.0 if mode.startswith("hang") else 60.0
    if mode.endswith("list"):
        if not code:
            assert list_tokens(hsm.module, worker=fake.worker) == []
            return
        with pytest.raises(AppError) as error:
            list_tokens(hsm.module, worker=fake.worker, timeout=patience)
    else:
        session = fake.session()
        session._open_seconds = patience
        with pytest.raises(AppError) as error, session:
            pass
    assert error.value.code == code
    assert error.value.advice


def test_logged_out_when_idle_when_pulled_and_when_the_screen_is_locked(
    tmp_path: Path, pki: Pki, hsm: Hsm, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VANKHO_TOKEN_TICK", "0.05")
    fake = Fake(tmp_path, pki, hsm.module)

    def until(session: TokenSession) -> str:
        for _again in range(600):
            try:
                session.sign(b"a", "sha256", "07")
            except AppError as error:
                return error.code
            gone.wait(0.15)
        return ""

    gone = threading.Event()
    with fake.session(idle=0.02) as session:
        assert until(session) == "token.idle"
    with fake.session() as session:
        session.sign(b"a", "sha256", "07")
        fake.put(present=False)
        assert until(session) == "token.removed"
    fake.put(present=True)
    with fake.session() as session:
        session.log_out()
        assert until(session) == "token.locked_screen"


def test_plugging_in_and_pulling_out_is_noticed(tmp_path: Path, pki: Pki, hsm: Hsm) -> None:
    fake = Fake(tmp_path, pki, hsm.module)
    seen: list[frozenset[tuple[str, str]]] = []
    turn = threading.Semaphore(0)

    def changed(_module: Path, now: frozenset[tuple[str, str]]) -> None:
        seen.append(now)
        turn.release()

    watch = TokenWatch([hsm.module], changed, every=0.05, after_failure=0.05, worker=fake.worker)
    try:
        assert turn.acquire(timeout=60)
        fake.put(present=False)
        assert turn.acquire(timeout=60)
        fake.put(present=True)
        assert turn.acquire(timeout=60)
    finally:
        watch.close()
    there = frozenset({("F1", "Fake")})
    assert seen == [there, frozenset(), there]
