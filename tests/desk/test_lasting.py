"""What stops being provable in the archive, found out once, and renewed in time."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from app.desk import intake, lasting, verifying
from app.desk.lasting import DueList
from app.errors import AppError, Cancelled
from app.jobs import Job
from app.sandbox import SandboxPool
from app.signature.sign import sign_pdf
from app.signature.software import SoftwareSigner, TestIdentity
from app.signature.timestamp import TimestampService
from app.workspace import Workspace
from storage import queries
from storage.records import Rendition, SignatureTerm
from tests.signature import attacks, files
from tests.signature.conftest import identity, pki, software  # noqa: F401 - fixtures
from tests.signature.pki import Pki
from tests.signature.stamps import service


@pytest.fixture
def tsa(pki: Pki) -> Iterator[str]:  # noqa: F811
    with service(pki) as url:
        yield url


@pytest.fixture
def papers(
    workspace: Workspace,
    boxes: SandboxPool,
    software: SoftwareSigner,  # noqa: F811
    identity: TestIdentity,  # noqa: F811
    pki: Pki,  # noqa: F811
    tsa: str,
    tmp_path: Path,
) -> dict[str, int]:
    """Documents of the archive: signed, signed with a time stamp, changed after the signing, not signed."""
    trust = tmp_path / "trust"
    shutil.copytree(pki.chain, trust)
    shutil.copy(identity.root, trust / "gốc.pem")
    workspace.settings.set("sign.trust", trust)
    made = {name: files.plain(tmp_path / f"{name}-0.pdf", text=name) for name in ("alone", "stamped", "changed", "plain")}
    made["alone"] = sign_pdf(made["alone"], tmp_path / "alone.pdf", software).path
    made["stamped"] = sign_pdf(
        made["stamped"], tmp_path / "stamped.pdf", software, level="T", timestamps=TimestampService(tsa)
    ).path
    sound = sign_pdf(made["changed"], tmp_path / "sound.pdf", software).path
    made["changed"] = tmp_path / "changed.pdf"
    attacks.overlay(sound, made["changed"])
    done = intake.import_files(Job(), workspace, boxes, list(made.values()), ocr=False)
    assert not done.problems
    return dict(zip(made, done.documents, strict=True))


def listed(workspace: Workspace, boxes: SandboxPool, within: timedelta | None = None, now: datetime | None = None) -> DueList:
    return lasting.due(Job(), workspace, boxes, within=within, now=now)


def test_found_out_once_and_told_by_date(workspace: Workspace, boxes: SandboxPool, papers: dict[str, int]) -> None:
    found = listed(workspace, boxes)
    assert found.documents == 3
    assert found.unclear == [papers["changed"]]
    assert [(row.document_id, row.why, row.state, row.renewable) for row in found.rows] == [
        (papers["alone"], "certificate", "later", True),
        (papers["stamped"], "stamp", "later", True),
    ]
    assert listed(workspace, boxes, timedelta(days=30)).rows == []
    with workspace.catalog.read() as session:
        kept = list(session.scalars(select(SignatureTerm)))
        log = [entry.action for entry in queries.history_of(session)]
    assert len(kept) == 3
    assert "signature.terms" not in log  # derived: nothing for the log
    nobody = SandboxPool(1)
    nobody.close()
    again = listed(workspace, nobody, now=datetime.now(UTC) + timedelta(days=300))  # no sandbox needed any more
    assert not again.problems
    assert [row.state for row in again.rows] == ["soon", "soon"]
    ended = listed(workspace, nobody, timedelta(0), datetime.now(UTC) + timedelta(days=400))
    assert [(row.state, row.renewable) for row in ended.rows] == [("ended", False), ("ended", False)]


def test_other_authorities_mean_another_look(workspace: Workspace, boxes: SandboxPool, papers: dict[str, int]) -> None:
    assert len(listed(workspace, boxes).rows) == 2
    workspace.settings.set("sign.trust", None)
    found = listed(workspace, boxes)
    assert found.rows == []
    assert sorted(found.unclear) == sorted([papers["alone"], papers["stamped"], papers["changed"]])


def test_renewed_in_a_batch(workspace: Workspace, boxes: SandboxPool, papers: dict[str, int], tsa: str) -> None:
    with pytest.raises(AppError) as error:
        lasting.renew(Job(), workspace, boxes, [papers["alone"]])
    assert error.value.code == "sign.no_timestamp_service"
    workspace.settings.set("sign.tsa", f"http://127.0.0.1:9/ {tsa}")  # the first one is down
    done = lasting.renew(Job(), workspace, boxes, list(papers.values()))
    assert done.documents == [papers["alone"], papers["stamped"]]
    assert [problem.code for problem in done.problems] == ["renew.not_sound", "renew.not_sound"]
    with workspace.catalog.read() as session:
        rows = queries.renditions_of(session, papers["alone"])
        old, new = (next(row for row in rows if row.kind == kind) for kind in ("original", "signed"))
        assert new.signatures == old.signatures + 1
        assert [entry.action for entry in queries.history_of(session)[:2]] == ["document.renew", "document.renew"]
    before, after = workspace.objects.read(old.sha256), workspace.objects.read(new.sha256)
    assert after.startswith(before)
    report = verifying.verify_document(Job(), workspace, boxes, papers["alone"])
    assert [(row["level"], row["verdict"]) for row in report["signatures"]] == [("B", "valid"), ("TIMESTAMP", "valid")]
    rows = {row.document_id: row.why for row in listed(workspace, boxes).rows}
    assert rows == {papers["alone"]: "stamp", papers["stamped"]: "stamp"}


def test_without_an_answer_the_rest_is_left(workspace: Workspace, boxes: SandboxPool, papers: dict[str, int]) -> None:
    ids = [papers["alone"], papers["stamped"]]
    done = lasting.renew(Job(), workspace, boxes, ids, "http://127.0.0.1:9/")
    assert (done.documents, done.left) == ([], ids)
    assert done.stopped is not None
    assert done.stopped.code == "tsa.unreachable"
    stopped = Job()
    stopped.stop()
    assert isinstance(lasting.renew(stopped, workspace, boxes, ids, "http://127.0.0.1:9/").stopped, Cancelled)
    with workspace.catalog.read() as session:
        assert not list(session.scalars(select(Rendition).where(Rendition.kind == "signed")))
