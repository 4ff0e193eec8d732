"""Evidence records over a day's intake: nothing is read to make them, a change of one file is found, they are renewed, they stand alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from app import clock
from app.desk import day_evidence, keeping, keeping_alive
from app.desk.day_evidence import DayState
from app.errors import AppError
from app.jobs import Job
from app.sandbox import SandboxPool
from app.signature.evidence.record import load_record
from app.workspace import Workspace
from storage.records import AuditEntry, DayEvidence, Rendition
from tests.desk import packed
from tests.signature.conftest import pki
from tests.signature.pki import Pki
from tests.signature.stamps import service

__all__ = ["pki"]
FIRST, SECOND, LATER = date(2026, 11, 25), date(2026, 11, 26), date(2026, 11, 27)


@pytest.fixture
def tsa(pki: Pki) -> Iterator[str]:
    with service(pki) as url:
        yield url


@pytest.fixture
def stock(workspace: Workspace) -> Workspace:
    """Four files of the first day, one of the second."""
    packed.dossier(workspace, 5)
    with workspace.catalog.write("document.import") as transaction:
        for number, row in enumerate(transaction.session.query(Rendition).order_by(Rendition.id)):
            day = FIRST if number < 4 else SECOND
            row.created_at = clock.stamp(datetime(day.year, day.month, day.day, 23, 30, tzinfo=clock.VIETNAM))
    return workspace


def files_of(workspace: Workspace) -> list[str]:
    with workspace.catalog.read() as session:
        return [row.sha256 for row in session.query(Rendition).order_by(Rendition.id)]


def spoil(workspace: Workspace, sha256: str) -> None:
    """Other bytes under an old name, properly encrypted: what somebody with the keys could do."""
    other, _size = workspace.objects.put_bytes(b"%PDF-1.7 another decision")
    workspace.objects.path(other).replace(workspace.objects.path(sha256))


def test_all_days_under_one_stamp_and_each_file_by_itself(
    stock: Workspace, pki: Pki, tsa: str, boxes: SandboxPool, tmp_path: Path
) -> None:
    shas = files_of(stock)
    contents = {sha: stock.objects.path(sha).read_bytes() for sha in shas}
    for sha in shas:
        stock.objects.path(sha).unlink()  # making reads no file: the catalog knows the digests
    made = day_evidence.make_days(Job(), stock, tsa, today=LATER, trust=pki.chain)
    assert [(row.day, row.files) for row in made] == [("2026-11-25", 4), ("2026-11-26", 1)]
    for sha, content in contents.items():
        stock.objects.path(sha).write_bytes(content)
    records = [load_record(stock.objects.read(row.sha256)) for row in made]
    assert len({record.chains[0].stamps[0].token for record in records}) == 1
    assert day_evidence.make_days(Job(), stock, tsa, today=LATER, trust=pki.chain) == []
    checks = day_evidence.check_days(Job(), stock, trust=pki.chain)
    assert [(one.verdict, one.reasons, one.changed, one.missing) for one in checks] == [("valid", [], [], [])] * 2
    for number, row in ((0, made[0]), (4, made[1])):
        stock.objects.copy_out(shas[number], tmp_path / "a.pdf")
        stock.objects.copy_out(row.sha256, tmp_path / "a.ers")
        alone = keeping_alive.check(Job(), boxes, tmp_path / "a.pdf", tmp_path / "a.ers", trust=pki.chain)
        assert (alone["verdict"], alone["reasons"]) == ("valid", [])
    other = keeping_alive.check(Job(), boxes, Path(__file__), tmp_path / "a.ers", trust=pki.chain)
    assert (other["verdict"], other["reasons"]) == ("invalid", ["evidence.other_file"])
    assert keeping.fixity(Job(), stock).checked == 7  # the records are looked after like every other file


def test_a_changed_and_a_missing_file_are_found(stock: Workspace, pki: Pki, tsa: str) -> None:
    day_evidence.make_days(Job(), stock, tsa, today=LATER, trust=pki.chain)
    shas = files_of(stock)
    spoil(stock, shas[1])
    stock.objects.path(shas[4]).unlink()
    first, second = day_evidence.check_days(Job(), stock, trust=pki.chain)
    assert (first.verdict, first.changed, first.documents) == ("invalid", [shas[1]], [2])
    assert first.reasons == ["evidence.file_changed"]
    assert (second.verdict, second.missing, second.documents) == ("invalid", [shas[4]], [5])
    (only,) = day_evidence.check_days(Job(), stock, day=SECOND, trust=pki.chain)
    assert only.day == "2026-11-26"
    with stock.catalog.write("document.destroy") as transaction:  # destroyed by the rules: nothing is missing then
        for row in transaction.session.query(Rendition).filter(Rendition.sha256 == shas[4]):
            transaction.session.delete(row)
    assert day_evidence.check_days(Job(), stock, day=SECOND, trust=pki.chain)[0].verdict == "valid"


def test_bytes_that_no_longer_decrypt_and_a_lost_record(stock: Workspace, pki: Pki, tsa: str) -> None:
    made = day_evidence.make_days(Job(), stock, tsa, today=LATER, trust=pki.chain)
    sha = files_of(stock)[0]
    file = stock.objects.path(sha)
    file.write_bytes(file.read_bytes()[:-1] + b"X")
    stock.objects.path(made[1].sha256).unlink()
    first, second = day_evidence.check_days(Job(), stock, trust=pki.chain)
    assert (first.verdict, first.changed) == ("invalid", [sha])
    assert (second.verdict, second.reasons) == ("invalid", ["evidence.unreadable"])


def test_a_day_gets_a_second_record_for_what_came_later(stock: Workspace, pki: Pki, tsa: str) -> None:
    assert [row.files for row in day_evidence.make_days(Job(), stock, tsa, day=SECOND, trust=pki.chain)] == [1]
    packed.attach(stock, 1, "bảng kê.xls", b"12, 13")
    with stock.catalog.write("document.edit") as transaction:
        transaction.session.query(Rendition).order_by(Rendition.id.desc()).first().created_at = "2026-11-26T23:59:59.999+07:00"  # type: ignore[union-attr]
    again = day_evidence.make_days(Job(), stock, tsa, today=LATER, trust=pki.chain)
    assert [(row.day, row.files) for row in again] == [("2026-11-25", 4), ("2026-11-26", 1)]
    assert len(day_evidence.check_days(Job(), stock, day=SECOND, trust=pki.chain)) == 2


def test_renewed_stamps_and_trees(stock: Workspace, pki: Pki, tsa: str) -> None:
    made = day_evidence.make_days(Job(), stock, tsa, today=LATER, trust=pki.chain)
    assert day_evidence.renew_days(Job(), stock, tsa, trust=pki.chain) == []  # good for a year yet
    soon = timedelta(days=400)
    assert len(day_evidence.renew_days(Job(), stock, tsa, within=soon, trust=pki.chain)) == 2
    renewed = day_evidence.renew_days(Job(), stock, tsa, within=soon, digest="sha512", trust=pki.chain)
    assert [(row.day, row.proven_at) for row in renewed] == [(row.day, row.proven_at) for row in made]
    for row in renewed:
        assert [(c.digest, len(c.stamps)) for c in load_record(stock.objects.read(row.sha256)).chains] == [
            ("sha256", 2),
            ("sha512", 1),
        ]
    assert [one.verdict for one in day_evidence.check_days(Job(), stock, trust=pki.chain)] == ["valid", "valid"]
    assert keeping.audit_verify(Job(), stock).sound  # the log tells of every record and renewal
    with stock.catalog.engine.begin() as connection:
        connection.execute(text("UPDATE day_evidence SET files = 9"))
    assert not keeping.audit_verify(Job(), stock).sound
    shas = files_of(stock)
    spoil(stock, shas[2])
    assert day_evidence.check_days(Job(), stock, trust=pki.chain)[0].changed == [shas[2]]
    job = Job()
    assert [row.day for row in day_evidence.renew_days(job, stock, tsa, within=soon, digest="sha512", trust=pki.chain)] == [
        "2026-11-26"
    ]
    assert [(one.where, one.code) for one in job.problems] == [("2026-11-25", "evidence.not_sound")]
    with stock.catalog.read() as session:
        assert session.query(AuditEntry).filter(AuditEntry.action == "evidence.renew").count() == 3


def test_not_renewed_in_time_and_a_stamp_that_nobody_vouches_for(stock: Workspace, pki: Pki, tsa: str) -> None:
    with pytest.raises(AppError) as error:
        day_evidence.make_days(Job(), stock, tsa, today=LATER)
    assert error.value.code == "tsa.untrusted"
    with pytest.raises(AppError) as error:
        day_evidence.make_days(Job(), stock, today=LATER)
    assert error.value.code == "sign.no_timestamp_service"
    with stock.catalog.read() as session:
        assert session.query(DayEvidence).count() == 0
    stock.settings.set("sign.tsa", tsa)
    assert len(day_evidence.make_days(Job(), stock, today=LATER, trust=pki.chain)) == 2
    late = day_evidence.check_days(Job(), stock, trust=pki.chain, now=datetime.now(UTC) + timedelta(days=4000))
    assert [(one.verdict, one.reasons) for one in late] == [("unknown", ["evidence.untrusted"])] * 2


def test_how_the_days_stand(stock: Workspace, pki: Pki, tsa: str) -> None:
    assert day_evidence.day_states(stock, today=SECOND) == [DayState(FIRST.isoformat(), 0, 4, "")]
    (made,) = day_evidence.make_days(Job(), stock, tsa, day=FIRST, trust=pki.chain)
    second, first = day_evidence.day_states(stock, today=LATER)
    assert (second.day, second.covered, second.left, second.renew_before) == (SECOND.isoformat(), 0, 1, "")
    assert (first.day, first.covered, first.left, first.renew_before) == (FIRST.isoformat(), 4, 0, made.renew_before)
