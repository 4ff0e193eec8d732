"""What lies on the server's disk: keys, codes, the ledger, the bytes."""

from __future__ import annotations

import errno
import os
import sqlite3
import stat
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateTable

from app.errors import AppError
from app.sync.client import enrol as enrol_desk
from app.sync.manifest import new_id
from app.sync.protocol import Enrolment
from app.sync.receipt import opened, public_text, read_receipt
from app.sync.strict import sha256
from server.blobs import Blobs
from server.enrolment import create_code, enrol, ledger_url, revoke
from server.ledger import Ledger
from server.limits import Limits
from server.main import main, run
from server.problems import Refused
from server.signing import Signer
from server.tables import metadata
from tests.sync.offices import AGENCY, Office, noise, office

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


def _asked(code: str, agency: str | None = AGENCY) -> Enrolment:
    key = Ed25519PrivateKey.generate()
    return Enrolment(new_id(), agency, "máy", code, public_text(key.public_key()))


def test_keys_are_made_once_and_for_the_server_only(tmp_path: Path) -> None:
    first, second = Signer.of(tmp_path / "keys"), Signer.of(tmp_path / "keys")
    assert first.public == second.public
    assert first.token("a", "b", "c") == second.token("a", "b", "c") != second.token("a", "b", "d")
    for path in (tmp_path / "keys").iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o700


def test_codes_work_once_and_for_a_while(tmp_path: Path) -> None:
    signer = Signer.of(tmp_path / "keys")
    with closing(Ledger(ledger_url(tmp_path))) as ledger:
        code = create_code(ledger, AGENCY, NOW)
        asked = _asked(code.replace("-", " ").lower())
        agency, token = enrol(ledger, signer, asked, NOW)
        assert agency == AGENCY
        assert enrol(ledger, signer, asked, NOW + timedelta(days=9)) == (AGENCY, token)  # a lost answer, asked for again
        assert ledger.desk_of(token)
        for wrong, refusal in {
            _asked(code): "code_used",
            _asked("0000-0000-0000"): "code_wrong",
            _asked(create_code(ledger, AGENCY, NOW), "H30"): "code_wrong",
            _asked(create_code(ledger, AGENCY, NOW - timedelta(days=4))): "code_expired",
        }.items():
            with pytest.raises(Refused) as error:
                enrol(ledger, signer, wrong, NOW)
            assert error.value.problem.code == refusal
        assert revoke(ledger, asked.desk, NOW)
        assert not revoke(ledger, asked.desk, NOW)
        assert ledger.desk_of(token) is None
        with pytest.raises(Refused):
            enrol(ledger, signer, asked, NOW)


def test_no_secret_lies_in_the_ledger(served: Office) -> None:
    code = create_code(served.folder, served.agency)
    endpoint = enrol_desk(served.url, code, "máy 1")
    kept = b"".join(path.read_bytes() for path in served.folder.glob("ledger.db*"))
    for secret in (endpoint.token, endpoint.desk_key, code, code.replace("-", "")):
        assert secret.encode() not in kept


def test_the_ledger_is_durable(tmp_path: Path) -> None:
    with closing(Ledger(ledger_url(tmp_path))) as ledger, ledger.writing() as db:
        told = {name: db.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("journal_mode", "synchronous", "foreign_keys")}
    assert told == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_the_schema_suits_postgresql() -> None:
    for table in metadata.sorted_tables:
        assert "CREATE TABLE" in str(CreateTable(table).compile(dialect=postgresql.dialect()))


def test_receipts_are_a_chain_that_anybody_can_check(served: Office) -> None:
    desk = served.desk()
    for n in range(4):
        desk.deposit(desk.batch(desk.item(noise(10, n))))
    with closing(Ledger(ledger_url(served.folder))) as ledger:
        tokens = ledger.receipts(served.agency)
    previous = None
    for seq, token in enumerate(tokens, 1):
        receipt = read_receipt(opened(token, desk.endpoint.pinned_keys), token)
        assert (receipt.seq, receipt.prev_receipt_sha256) == (seq, previous)
        previous = sha256(token.encode())


def test_a_commit_that_breaks_leaves_nothing(served: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """The transaction dies after the versions were written: all of it is undone, and the next try counts once."""
    desk = served.desk()
    manifest = desk.batch(desk.item(b"x"))

    def dies(*_arguments: object) -> str:
        raise RuntimeError("power cut")

    with monkeypatch.context() as patch:
        patch.setattr(Signer, "receipt", dies)
        with pytest.raises(AppError) as error:
            desk.deposit(manifest, patience=0.0)
    assert error.value.code == "sync.busy"
    with closing(sqlite3.connect(served.folder / "ledger.db")) as db:
        assert db.execute("SELECT count(*) FROM versions WHERE agency = ?", [served.agency]).fetchone() == (0,)
    assert desk.deposit(manifest).seq == 1


def test_a_full_disk_is_told_and_leaves_no_half(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with office(tmp_path) as served:
        desk = served.desk()
        manifest = desk.batch(desk.item(noise(10_000_000)))
        real = os.fsync

        def full(handle: int) -> None:
            if os.fstat(handle).st_size > 1_000_000 and not stat.S_ISDIR(os.fstat(handle).st_mode):
                raise OSError(errno.ENOSPC, "no space left on device")
            real(handle)

        with monkeypatch.context() as patch:
            patch.setattr(os, "fsync", full)
            with pytest.raises(AppError) as error:
                desk.deposit(manifest)
        assert error.value.code == "sync.server_full"
        staged = [path for path in (tmp_path / "objects" / "staging").glob("*/*") if path.stat().st_size]
        assert staged == []
        assert desk.deposit(manifest).blobs == 2


def test_a_batch_larger_than_the_disk_is_refused_before_it_is_sent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with office(tmp_path) as served:
        desk = served.desk()
        monkeypatch.setattr(Blobs, "free", lambda _: 10)
        with pytest.raises(AppError) as error:
            desk.deposit(desk.batch(desk.item(b"twelve bytes")))
    assert error.value.code == "sync.server_full"
    assert desk.states == []


def test_uploads_nobody_goes_on_with_are_removed(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path)
    digest = sha256(b"x")
    assert blobs.begin(AGENCY, digest)
    assert not blobs.begin(AGENCY, digest)
    modified = next((tmp_path / "staging").glob("*/*")).stat().st_mtime
    assert blobs.forget_stale(modified) == 0
    assert blobs.forget_stale(modified + 1) == 1
    assert blobs.offset(AGENCY, digest) is None


def test_an_upload_goes_on_after_a_restart(tmp_path: Path) -> None:
    content = noise(3_000_000)
    digest = sha256(content)
    first = Blobs(tmp_path)
    first.begin(AGENCY, digest)
    first.append(AGENCY, digest, 0, [content[:1_000_000]])
    second = Blobs(tmp_path)
    assert second.append(AGENCY, digest, 1_000_000, [content[1_000_000:]]) == len(content)
    assert second.finish(AGENCY, digest)
    assert second.finish(AGENCY, digest)
    with second.open(AGENCY, digest) as file:
        assert file.read() == content


def test_agencies_that_differ_in_letter_case_only_stay_apart(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path)
    blobs.put("H29", sha256(b"x"), [b"x"])
    assert blobs.size("h29", sha256(b"x")) is None


def test_the_command_line_makes_codes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with office(tmp_path) as served:
        assert main(["--folder", str(tmp_path), "--code-for", "H29"]) == 0
        code = capsys.readouterr().out.splitlines()[0]
        assert enrol_desk(served.url, code, "máy 1").agency == "H29"


@pytest.mark.parametrize(
    ("db", "objects", "listen", "code"),
    [
        (None, "s3://bucket", "127.0.0.1:0", "server.objects"),
        (None, "objects", "192.0.2.1:0", "server.listen"),
        (None, "objects", "127.0.0.1:port", "server.listen"),
        (None, "objects", "127.0.0.1:99999", "server.listen"),
        ("sqlite:////nowhere/at/all.db", "objects", "127.0.0.1:0", "server.ledger"),
    ],
)
def test_a_server_that_cannot_start_says_why(tmp_path: Path, db: str | None, objects: str, listen: str, code: str) -> None:
    place = objects if ":" in objects else str(tmp_path / objects)
    with pytest.raises(AppError) as error:
        run(db or ledger_url(tmp_path), place, listen, keys=tmp_path / "keys", limits=Limits())
    assert error.value.code == code


def test_a_ledger_from_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    Ledger(ledger_url(tmp_path)).close()
    with closing(sqlite3.connect(tmp_path / "ledger.db")) as db, db:
        db.execute("UPDATE schema SET version = 99")
    with pytest.raises(AppError) as error:
        Ledger(ledger_url(tmp_path))
    assert error.value.code == "server.ledger_newer"


@pytest.mark.parametrize("wrong", [["--code-for", "a b"], ["--listen", "x:y"], ["--tls-key", "k"]])
def test_the_command_line_never_ends_in_a_traceback(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], wrong: list[str]
) -> None:
    assert main(["--folder", str(tmp_path), *wrong]) == 3
    assert capsys.readouterr().err
