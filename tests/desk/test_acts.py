"""The audit chain told as PREMIS events: of one dossier as of a whole batch, read once for all."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from app.desk import acts, packaging
from app.desk.acts import Acts
from app.desk.packing import Wishes
from app.jobs import Job
from app.workspace import Workspace
from tests.desk import packed


def test_a_batch_tells_of_each_dossier_what_it_tells_alone(workspace: Workspace) -> None:
    dossiers = [packed.dossier(workspace, 2, code=f"{number:02d}/QĐ") for number in (1, 2, 3)]
    whole = Acts(workspace, dossiers)
    with workspace.catalog.read() as session:
        documents = {each: packaging.documents_of(session, each) for each in dossiers}
    for each, held in documents.items():
        alone = Acts(workspace, [each]).on(held)
        assert alone
        assert whole.on(held) == alone
        assert {uuid for event in alone for uuid in event.documents} <= {document.uuid for document in held}
    assert whole.on([]) == []
    assert Acts(workspace, []).on(documents[dossiers[0]]) == []


def test_an_export_reads_the_chain_once_for_all_its_dossiers(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dossiers = [packed.dossier(workspace, 1, code=f"{number:02d}/QĐ") for number in (1, 2, 3)]
    read: list[Any] = []
    plain = acts.audit.read_changes
    monkeypatch.setattr(acts.audit, "read_changes", lambda entry: read.append(entry) or plain(entry))
    Acts(workspace, dossiers)
    once = len(read)
    read.clear()
    made = packaging.export(Job(), workspace, dossiers, tmp_path, Wishes(kind="aip-hoso", papers=False))
    assert (len(made.packages), made.problems) == (3, [])
    assert 0 < len(read) == once
