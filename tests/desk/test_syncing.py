"""What reaches the server and what must not; nothing lost and nothing twice whatever the line does."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from app.desk import describing, filing, syncing
from app.desk.undoing import undo
from app.errors import AppError
from app.jobs import Job
from app.sandbox import SandboxPool
from app.workspace import Workspace
from server.enrolment import create_code
from storage import queries
from storage.queries import Scope
from storage.records import Document, OutboxItem, SyncedVersion
from tests.desk import papers, records
from tests.fakes.chaos_proxy import ChaosProxy, Cut, Pass, Stall, html
from tests.sync.offices import AGENCY, Office, office


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Office]:
    with office(tmp_path / "server") as running:
        yield running


def enrolled(workspace: Workspace, served: Office, via: str = "") -> None:
    syncing.enrol(Job(), workspace, via or served.url, create_code(served.folder, AGENCY))


def send(workspace: Workspace, patience: float = 20.0) -> syncing.SyncResult:
    return syncing.sync(Job(), workspace, patience=patience)


def versions(workspace: Workspace) -> dict[str, int]:
    with workspace.catalog.read() as session:
        return {row.uuid: row.version for row in session.scalars(select(SyncedVersion))}


def test_all_that_changed_arrives_once_and_later_changes_as_new_versions(
    workspace: Workspace, boxes: SandboxPool, served: Office, tmp_path: Path
) -> None:
    papers.take(workspace, boxes, papers.tiny(tmp_path / "a.png"))
    dossier = filing.add_dossier(workspace, "01", "Hồ sơ")
    filing.file_documents(workspace, [1], dossier)
    enrolled(workspace, served)
    assert syncing.status(workspace).waiting == 2
    result = send(workspace)
    assert (result.batches, result.items, result.problems, result.conflicts) == (1, 2, [], 0)
    (original,) = papers.renditions(workspace, 1, "original")
    assert served.blobs()[original.sha256].read_bytes() == (tmp_path / "a.png").read_bytes()
    status = syncing.status(workspace)
    assert (status.waiting, status.enrolled, status.problem) == (0, True, "")
    assert status.last_receipt_at
    first = versions(workspace)

    assert send(workspace).batches == 0
    describing.edit(workspace, 1, {"subject": "mới"})
    result = send(workspace)
    assert (result.items, result.conflicts, result.problems) == (1, 0, [])
    uuid = papers.documents(workspace)[0].uuid
    assert versions(workspace)[uuid] > first[uuid]
    assert len(syncing.receipts(workspace)) == 2


def test_a_secret_document_never_leaves_and_holds_nobody_up(
    workspace: Workspace, served: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(syncing, "BATCH_ITEMS", 2)
    secret = [records.document(workspace, f"kín {n}") for n in range(3)]
    for one in secret:
        describing.edit(workspace, one, {"secrecy": "Mật"})
    plain = [records.document(workspace, f"thường {n}") for n in range(3)]
    enrolled(workspace, served)
    result = send(workspace)
    assert (result.batches, result.items, result.problems) == (2, 3, [])
    sent = b"".join(path.read_bytes() for path in served.blobs().values()).decode()
    assert "thường 2" in sent
    assert "kín" not in sent
    status = syncing.status(workspace)
    with workspace.catalog.read() as session:
        assert (status.waiting, queries.document_ids(session, Scope("unsynced"))) == (0, [])
        assert not any(row.unsynced for row in queries.document_rows(session, [*secret, *plain]))
    describing.edit(workspace, secret[0], {"secrecy": ""})  # the mark is taken off
    assert send(workspace).items == 1


def test_a_record_that_was_taken_back_does_not_wait_for_ever(workspace: Workspace, served: Office) -> None:
    filing.add_dossier(workspace, "01", "Hồ sơ")
    undo(workspace)
    enrolled(workspace, served)
    assert (send(workspace).batches, syncing.status(workspace).waiting) == (0, 0)


def test_a_bad_line_costs_a_sentence_and_the_next_try_ends_it(
    workspace: Workspace, boxes: SandboxPool, served: Office, tmp_path: Path
) -> None:
    papers.take(workspace, boxes, papers.tiny(tmp_path / "a.png"))
    told = []
    with ChaosProxy(served.url) as line:
        enrolled(workspace, served, line.url)
        for fault in (html(), Cut(up=10), Stall()):
            line.forever = fault
            result = send(workspace, patience=1.0)
            assert (result.batches, len(result.problems)) == (0, 1)
            told.append(papers.in_vietnamese(result.problems[0]))
            assert syncing.status(workspace).waiting == 1
        line.forever = Pass()
        result = send(workspace)
    assert told[0] == "sync.not_our_server"
    assert all(code.startswith("sync.") for code in told)
    assert (result.batches, result.items, result.problems) == (1, 1, [])
    assert syncing.status(workspace).waiting == 0
    assert len(syncing.receipts(workspace)) == 1


def test_a_change_while_a_batch_travels_comes_with_the_next_one(workspace: Workspace, served: Office) -> None:
    one = records.document(workspace, "a")
    enrolled(workspace, served)
    with workspace.catalog.read() as session:
        assert session.scalars(select(OutboxItem)).all()
    syncing.seal(workspace, syncing.endpoint_of(workspace))
    describing.edit(workspace, one, {"subject": "b"})
    assert syncing.seal(workspace, syncing.endpoint_of(workspace)) is None  # its older version is on the way
    result = send(workspace)
    assert (result.batches, result.items, result.conflicts, result.problems) == (2, 2, 0, [])
    assert syncing.status(workspace).waiting == 0


def test_a_desk_that_is_not_enrolled_is_told_what_to_do(workspace: Workspace, served: Office) -> None:
    with pytest.raises(AppError) as error:
        send(workspace)
    assert papers.in_vietnamese(error.value) == "sync.not_enrolled"
    with pytest.raises(AppError) as error:
        syncing.enrol(Job(), workspace, served.url, "AAAA-BBBB-CCCC")
    assert papers.in_vietnamese(error.value).startswith("sync.")
    assert not syncing.status(workspace).enrolled


def test_the_endpoint_s_secret_is_not_in_the_audit_log(workspace: Workspace, served: Office) -> None:
    from storage import audit

    enrolled(workspace, served)
    endpoint = syncing.endpoint_of(workspace)
    with workspace.catalog.read() as session:
        log = "".join(repr(audit.read_changes(entry)) + entry.subject for entry in queries.history_of(session))
    assert endpoint.token not in log
    assert endpoint.desk_key not in log


def test_names_that_no_other_system_takes_travel_all_the_same(
    workspace: Workspace, boxes: SandboxPool, served: Office, tmp_path: Path
) -> None:
    for number, name in enumerate(("Quyết định: số 1?.png", "a" * 200 + ".png", "...png", "con.png")):
        papers.take(workspace, boxes, papers.tiny(tmp_path / "x.png", number).rename(tmp_path / name))
    enrolled(workspace, served)
    result = send(workspace)
    assert (result.items, result.problems) == (4, [])
    with workspace.catalog.read() as session:
        assert len(session.scalars(select(Document)).all()) == 4
