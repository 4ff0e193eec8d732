"""Tampering with the key in hand: rows changed past the program, entries cut off the end, the kept head taken away."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text

from app.desk import describing, filing, keeping
from app.desk.keeping import AuditReport
from app.jobs import Job
from app.services import Services
from app.workspace import Workspace
from storage import replay
from tests.conftest import PASSWORD
from tests.desk.records import document


def run(workspace: Workspace, *statements: str) -> None:
    """What a tool does that has the key but is not this program."""
    with workspace.catalog.engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))


def proof(workspace: Workspace) -> AuditReport:
    return keeping.audit_verify(Job(), workspace)


@pytest.fixture
def filled(workspace: Workspace) -> Workspace:
    dossier = filing.add_dossier(workspace, "HS.1", "Hồ sơ")
    for number in range(3):
        made = document(workspace, f"Về việc {number}", "Quyết định")
        describing.edit(workspace, made, {"codeNumber": str(number), "issuedDate": "05/03/2024"})
        filing.file_documents(workspace, [made], dossier)
    filing.edit_dossier(workspace, dossier, {"risk_recovery": True, "number_of_paper": 7})
    filing.delete_documents(workspace, [3])
    return workspace


def test_an_honest_archive_is_sound(filled: Workspace) -> None:
    report = proof(filled)
    assert report.sound
    assert report.entries >= 12


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("UPDATE document SET subject = 'khác' WHERE id = 2", ("document", (2,), "changed", ("subject",))),
        ("UPDATE document SET deleted_at = NULL WHERE id = 3", ("document", (3,), "changed", ("deleted_at",))),
        ("UPDATE page SET text = 'khác' WHERE document_id = 1", ("page", (1,), "changed", ("text",))),
        ("UPDATE field_evidence SET confidence = 0.5 WHERE id = 1", ("field_evidence", (1,), "changed", ("confidence",))),
        ("DELETE FROM field_evidence WHERE id = 1", ("field_evidence", (1,), "removed", ())),
        (
            "INSERT INTO inventory (id, uuid, fonds_id, code, title) VALUES (9, 'u', 1, 'x', '')",
            ("inventory", (9,), "added", ()),
        ),
    ],
)
def test_a_row_changed_past_the_program_is_found(
    filled: Workspace, statement: str, told: tuple[str, tuple[int], str, tuple[str, ...]]
) -> None:
    run(filled, statement)
    report = proof(filled)
    assert report.broken_at is None
    assert [(one.table, one.id, one.what, one.columns) for one in report.changed] == [told]
    assert not report.sound


def test_slices_find_the_same(filled: Workspace) -> None:
    run(filled, "UPDATE document SET subject = 'khác' WHERE id IN (1, 3)", "DELETE FROM page WHERE document_id = 2")
    with filled.catalog.read() as session:
        whole = replay.differences(session)
        parts = replay.differences(session, slice_of=2)
    assert len(whole) == 3
    assert set(parts) == set(whole)


def cut(workspace: Workspace, entries: int) -> None:
    with workspace.catalog.engine.connect() as connection:
        names = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit_entry'"))
        triggers = [row[0] for row in names]
    run(
        workspace,
        *(f"DROP TRIGGER {name}" for name in triggers),
        f"DELETE FROM audit_entry WHERE seq > (SELECT max(seq) FROM audit_entry) - {entries}",  # noqa: S608 - a number of ours
    )


def reopened(services: Services, folder: Path) -> Workspace:
    services.close()
    again = Services(folder)
    services.settings = again.settings
    return services.open(password=PASSWORD)


def test_entries_cut_off_the_end_are_missed_for_good(services: Services, filled: Workspace) -> None:
    before = proof(filled)
    cut(filled, 2)
    workspace = reopened(services, filled.folder)
    report = proof(workspace)
    assert report.broken_at is None
    assert [(lost.seq, lost.hash) for lost in report.lost] == [(before.entries, before.head)]
    filing.add_dossier(workspace, "HS.2", "Mới")  # going on does not wipe it away
    filing.add_dossier(workspace, "HS.3", "Mới")
    workspace = reopened(services, filled.folder)
    assert [lost.seq for lost in proof(workspace).lost] == [before.entries]


@pytest.mark.parametrize("forged", [None, b"", b"{}", b'{"seq": 1, "hash": "x", "lost": [], "mac": "y"}'])
def test_a_head_taken_away_or_forged_is_told(services: Services, filled: Workspace, forged: bytes | None) -> None:
    services.close()
    head = filled.folder / "audit.head"
    if forged is None:
        head.unlink()
    else:
        head.write_bytes(forged)
    report = proof(services.open(password=PASSWORD))
    assert [lost.seq for lost in report.lost] == [0]


def test_a_killed_program_leaves_a_head_that_fits(services: Services, filled: Workspace) -> None:
    """The head may lag behind the chain, never run ahead of it: the commit comes first."""
    lagging = (filled.folder / "audit.head").read_bytes()
    filing.add_dossier(filled, "HS.2", "Mới")
    services.close()
    (filled.folder / "audit.head").write_bytes(lagging)
    assert proof(services.open(password=PASSWORD)).sound
