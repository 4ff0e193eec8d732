"""The list of trusted authorities comes from the central server: signed, numbered, never an older one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.desk import syncing, trusting
from app.errors import AppError
from app.jobs import Job
from app.signature.trust import load_trust
from app.signature.trust_list import read_list
from app.workspace import Workspace
from server.enrolment import create_code
from tests.signature.authority import authority
from tests.sync.offices import AGENCY, Office, office


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Office]:
    with office(tmp_path / "server") as running:
        yield running


def update(workspace: Workspace) -> int:
    return trusting.update_trust(Job(), workspace).version


def test_the_servers_list_is_taken_over_and_only_grows(workspace: Workspace, served: Office, tmp_path: Path) -> None:
    with pytest.raises(AppError) as error:
        update(workspace)
    assert error.value.code == "sync.not_enrolled"
    syncing.enrol(Job(), workspace, served.url, create_code(served.folder, AGENCY))
    with pytest.raises(AppError) as error:
        update(workspace)
    assert error.value.code == "trust.none"

    folder = served.folder / "trust" / "national"
    folder.mkdir(parents=True)
    with authority(tmp_path / "ca") as ours:
        (folder / "root.crt").write_bytes(ours.root.pem)
        (folder / "notes.txt").write_text("không phải chứng thư")
        shipped = len(load_trust().anchors)
        assert len(trusting.trust_of(workspace).anchors) == shipped
        assert update(workspace) == 1
        assert update(workspace) == 1  # nothing changed
        (folder / "issuing.crt").write_bytes(ours.issuing.pem)
        assert update(workspace) == 2
    trust = trusting.trust_of(workspace)
    assert len(trust.anchors) == shipped + 2
    assert trust.version.startswith("2 (20")
    told = trusting.list_of(workspace)
    assert told is not None
    assert {name: len(ders) for name, ders in told.sets.items()} == {"national": 2}

    new = workspace.settings["trust.list"]
    (served.folder / "trust" / "list.json").unlink()  # the server lost its memory, or somebody plays an old list back
    with pytest.raises(AppError) as error:
        update(workspace)
    assert error.value.code == "trust.older"
    assert error.value.advice
    assert workspace.settings["trust.list"] == new
    head, payload, signature = new.split(".")
    workspace.settings.set("trust.list", f"{head}.{payload[:-4]}AAAA.{signature}")
    assert trusting.list_of(workspace) is None
    assert len(trusting.trust_of(workspace).anchors) == shipped


def test_what_is_no_list() -> None:
    good = {"issued": "2026-11-27T08:00:00Z", "sets": {"office": []}, "version": 3}
    assert read_list(json.dumps(good).encode()).version == 3
    for bad in (
        b"[]",
        b"{",
        json.dumps(good | {"version": 0}).encode(),
        json.dumps(good | {"version": True}).encode(),
        json.dumps(good | {"sets": {"other": []}}).encode(),
        json.dumps(good | {"sets": {"office": ["AAAA"]}}).encode(),
        json.dumps(good | {"sets": {"office": ["no base64!"]}}).encode(),
    ):
        with pytest.raises(ValueError, match=r"."):
            read_list(bad)
