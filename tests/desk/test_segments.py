"""A large E-ARK dossier in parts: parent and children know each other, each is valid alone, and the reader joins them."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from lxml import etree
from sqlalchemy import select

from app.desk import packaging
from app.desk.packing import Wishes
from app.jobs import Job
from app.package.xml import METS, XLINK
from app.sandbox import SandboxPool
from app.workspace import Workspace
from storage.records import Document, Dossier
from tests.desk import packed
from tests.desk.test_receiving import Other, other, taken_in  # noqa: F401 - a fixture


@pytest.mark.parametrize("version", ["2.0.4", "2.2"])
def test_parts_of_an_eark_package(
    workspace: Workspace,
    boxes: SandboxPool,
    tmp_path: Path,
    other: Other,  # noqa: F811
    version: str,
) -> None:
    wishes = Wishes(kind="eark-aip", version=version, segment_size=1_400_000, papers=False)
    made = packaging.export(Job(), workspace, [packed.dossier(workspace, 4, size=400_000)], tmp_path, wishes).packages
    assert len(made) > 1
    assert [each.report.findings for each in made if not each.report.valid] == []
    parent, *children = (each.report.objid for each in made)
    told = [_pointers(each.path) for each in made]
    assert told == [children, *([parent] for _child in children)]
    got = [taken_in(other, boxes, each.path) for each in reversed(made)]  # the parent last
    assert len({each.dossier_id for each in got}) == 1
    assert [c for each in got for c in each.conflicts] == []
    with other.workspace.catalog.read() as session:
        assert len(session.scalars(select(Dossier)).all()) == 1
        rows = session.scalars(select(Document).order_by(Document.ordinal)).all()
    assert [row.code_number for row in rows] == ["1", "2", "3", "4"]


def _pointers(path: Path) -> list[str]:
    with zipfile.ZipFile(path) as file:
        (name,) = (each for each in file.namelist() if each.endswith("METS.xml") and each.count("/") == 1)
        root = etree.fromstring(file.read(name))
    maps = [each for each in root.iterfind(f"{{{METS}}}structMap") if each.get("LABEL") != "CSIP"]
    assert [(each.get("TYPE"), each.get("LABEL")) for each in maps] in (
        [("PHYSICAL", "child AIPs")],
        [("PHYSICAL", "parent AIP")],
    )
    found = maps[0].iter(f"{{{METS}}}mptr")
    return [each.get(f"{{{XLINK}}}href") or "" for each in found]
