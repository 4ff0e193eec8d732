"""Rolling fixity with an injected clock, formats and their risks, PDF/A copies that keep the original."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from app.desk import intake, packaging, preserving
from app.jobs import Job
from app.package.xml import VIETNAM
from app.sandbox import SandboxPool
from app.workspace import Workspace
from storage import queries
from storage.records import AuditEntry, Rendition
from tests.desk import packed
from tests.made_files import sheet

DAY = datetime(2026, 11, 27, 8, tzinfo=VIETNAM)


def test_every_file_is_read_within_the_days(workspace: Workspace) -> None:
    packed.dossier(workspace, 7)
    first = preserving.roll_fixity(Job(), workspace, days=3, most=3, now=DAY)
    assert (first.checked, first.due, first.left, first.sound) == (3, 7, 4, True)
    second = preserving.roll_fixity(Job(), workspace, days=3, most=3, now=DAY + timedelta(days=1))
    third = preserving.roll_fixity(Job(), workspace, days=3, now=DAY + timedelta(days=2))
    assert (second.due, third.due, third.left) == (4, 1, 0)
    again = preserving.roll_fixity(Job(), workspace, days=3, now=DAY + timedelta(days=3))
    assert (again.due, again.checked) == (3, 3)  # those of the first day
    assert preserving.share_of_a_day(workspace, 3) == 3


def test_a_bad_file_is_an_alarm_until_it_is_whole_again(workspace: Workspace) -> None:
    dossier = packed.dossier(workspace, 3)
    with workspace.catalog.read() as session:
        ids = [d.id for d in packaging.documents_of(session, dossier)]
        gone, spoilt = (queries.renditions_of(session, i)[0].sha256 for i in ids[:2])
    content = workspace.objects.path(gone).read_bytes()
    workspace.objects.path(gone).unlink()
    file = workspace.objects.path(spoilt)
    file.write_bytes(file.read_bytes()[:-1] + b"X")
    rolled = preserving.roll_fixity(Job(), workspace, now=DAY)
    assert (rolled.missing, rolled.damaged, rolled.sound) == ([gone], [spoilt], False)
    assert {(a.outcome, a.document_id) for a in preserving.alarms(workspace)} == {("missing", ids[0]), ("damaged", ids[1])}
    workspace.objects.path(gone).write_bytes(content)
    preserving.roll_fixity(Job(), workspace, now=DAY + timedelta(days=91))
    assert [a.document_id for a in preserving.alarms(workspace)] == [ids[1]]
    with workspace.catalog.read() as session:
        assert [e.subject for e in session.query(AuditEntry).filter(AuditEntry.action == "fixity.check")] == [
            "3 files, 2 bad",
            "3 files, 1 bad",
        ]


def test_formats_and_their_risks(workspace: Workspace) -> None:
    dossier = packed.dossier(workspace, 2)
    with workspace.catalog.read() as session:
        first = packaging.documents_of(session, dossier)[0].id
    packed.attach(workspace, first, "cũ.xls", b"x")
    with workspace.catalog.write("document.edit") as transaction:
        rows = transaction.session.query(Rendition).order_by(Rendition.id).all()
        rows[1].puid, rows[2].puid = "fmt/276", "fmt/61"
    assert [(r.puid, r.risk, r.count, r.name) for r in preserving.formats(workspace)] == [
        ("fmt/61", "high", 1, "Excel (.xls)"), ("fmt/276", "medium", 1, "PDF 1.7"), ("fmt/477", "low", 1, "PDF/A-2b"),
    ]  # fmt: skip
    assert len(preserving.at_risk(workspace)) == 1
    assert preserving.risk_of("") == "unknown"


def test_intake_identifies_and_migration_keeps_the_original(workspace: Workspace, boxes: SandboxPool, tmp_path: Path) -> None:
    sheet((620, 200), ("Quyết định số 2",), points=28, seal=False).save(tmp_path / "tờ.png")
    (document_id,) = intake.import_files(Job(), workspace, boxes, [tmp_path / "tờ.png"]).documents
    with workspace.catalog.read() as session:
        puids = {row.kind: row.puid for row in queries.renditions_of(session, document_id)}
    assert puids == {"original": "fmt/11", "access": "fmt/477"}
    with workspace.catalog.write("document.edit") as transaction:
        for row in queries.renditions_of(transaction.session, document_id):
            if row.kind == "access":
                transaction.session.delete(row)
            else:
                row.puid = ""
    assert preserving.identify_formats(Job(), workspace) == 1
    assert preserving.migrate(Job(), workspace, boxes, [document_id]) == [document_id]
    assert preserving.migrate(Job(), workspace, boxes, [document_id]) == []
    with workspace.catalog.read() as session:
        rows = queries.renditions_of(session, document_id)
        assert workspace.objects.read(rows[0].sha256) == (tmp_path / "tờ.png").read_bytes()
    assert [(row.kind, row.puid) for row in rows] == [("original", "fmt/11"), ("access", "fmt/477")]
