"""The office's own hands in an archive: practised from what the clerk confirmed, used when reading, undone, forgotten."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from sqlalchemy import func, select

from app import clock
from app.describe.handwriting import recurrent
from app.describe.handwriting.reader import SlotReader
from app.desk import describing, hands, learning
from app.desk.learnt import HANDS, learnt
from app.desk.pages import pack_words
from app.errors import AppError
from app.jobs import Job
from app.recognise.tesseract import Tesseract
from app.sandbox import SandboxPool
from app.workspace import Workspace
from storage.records import Document, FieldEvidence, LearntCount, Page
from tests.samples import scan
from tests.samples.dossier import ENTRIES, WITH_PEN, paper_of
from tests.samples.hand import StrokeWriter
from tests.samples.layout import Manner, lay_out
from tests.samples.sample import assemble

HEAD = 0.38
HEADS = 20


@pytest.fixture(scope="module")
def heads(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Path, bytes, str, str]]:
    """Heads of one office, filled in by one clerk who leans far back: picture, packed words, number, date."""
    folder, engine, made = tmp_path_factory.mktemp("heads"), Tesseract(), []
    for place in range(HEADS):
        number, issued = str(110 + 7 * place), date(2024, 3, 1 + place)
        entry = replace(ENTRIES[3], number=number, issued=issued, by_hand=WITH_PEN)
        rng = random.Random(f"hand-{place}")
        writer = StrokeWriter(rng, -0.3, 0.12, 0.5, 0.02, dict.fromkeys("0123456789", 1))
        paper = paper_of(entry)
        sample = assemble(paper, lay_out(paper, Manner(body=14.0, spacing=1.05)), scan.Wear(noise=1.0, blur=0.5), writer, rng)
        page = sample.pages[0]
        path = folder / f"{place}.jpg"
        page.crop((0, 0, page.width, round(page.height * HEAD))).save(path, dpi=(sample.wear.dpi, sample.wear.dpi))
        made.append((path, pack_words(engine.read(path)), number, f"{issued:%d/%m/%Y}"))
    engine.close()
    return made


def take_in(workspace: Workspace, heads: list[tuple[Path, bytes, str, str]]) -> list[int]:
    """As intake leaves them, the number not read; then the clerk types number and date."""
    ids = []
    for path, words, number, dated in heads:
        image, _size = workspace.objects.put_file(path)
        with Image.open(path) as picture:
            width, height = picture.size
        with workspace.catalog.write("document.import") as transaction:
            document = Document(source_name=path.name, created_at=clock.stamp(), pages=1)
            transaction.session.add(document)
            transaction.session.flush()
            page = Page(document_id=document.id, number=1, image=image, width=width, height=height, dpi=200)
            page.words, page.text = words, "QUYẾT ĐỊNH"
            transaction.session.add(page)
            ids.append(document.id)
        describing.edit(workspace, ids[-1], {"codeNumber": number, "issuedDate": dated})
    return ids


def rows(workspace: Workspace) -> int:
    with workspace.catalog.read() as session:
        return session.scalar(select(func.count()).select_from(LearntCount).where(LearntCount.kind == HANDS)) or 0


def test_practice_is_kept_used_undone_and_forgotten(
    workspace: Workspace, boxes: SandboxPool, heads: list[tuple[Path, bytes, str, str]], tmp_path: Path
) -> None:
    assert not hands.is_due(workspace)
    ids = take_in(workspace, heads)
    assert hands.is_due(workspace)
    done = hands.practise(Job(), workspace, boxes)
    assert done is not None
    assert done.lessons > HEADS
    assert done.kept, done
    assert done.right[1] >= done.right[0]
    assert not hands.is_due(workspace)
    now = hands.standing(workspace)
    assert (now.own, now.last and now.last.practice, now.vain, now.fresh) == (True, done, None, 0)

    (tmp_path / "a").mkdir()
    own = hands.file_in(workspace, tmp_path / "a")
    assert own is not None
    read = describing.propose(Job(), workspace, boxes, ids[3], tmp_path / "a")
    assert read["codeNumber"].value == heads[3][2]

    learnt(workspace).drop()
    assert learning.status(workspace).origins == 0  # weights are no counts
    exported = learning.export_knowledge(workspace, tmp_path / "knowledge.json").read_bytes()
    assert b'"hand"' not in exported

    assert hands.undo(workspace)
    (tmp_path / "b").mkdir()
    assert hands.file_in(workspace, tmp_path / "b") is None
    assert not hands.undo(workspace)
    assert hands.standing(workspace).last is None

    assert hands.practise(Job(), workspace, boxes) is not None
    learning.rebuild(workspace)
    assert rows(workspace) == 3  # the weights, those before, and how they came about
    learning.reset(workspace)
    assert rows(workspace) == 0


def test_a_hand_goes_to_another_desk_unless_it_reads_worse_there(
    workspace: Workspace, boxes: SandboxPool, heads: list[tuple[Path, bytes, str, str]], tmp_path: Path
) -> None:
    with pytest.raises(AppError) as refused:
        hands.export_hand(workspace, tmp_path / "hand.npz")
    assert refused.value.code == "hands.none"
    take_in(workspace, heads[:6])
    weights = SlotReader().shipped
    file = tmp_path / "hand.npz"
    file.write_bytes(recurrent.to_bytes(weights))
    brought = hands.import_hand(Job(), workspace, boxes, file)
    assert brought.kept
    assert brought.tried > 6
    assert hands.export_hand(workspace, tmp_path / "again.npz").read_bytes() == file.read_bytes()

    blind = {name: np.zeros_like(weights[name]) for name in recurrent.NAMES}
    (tmp_path / "blind.npz").write_bytes(recurrent.to_bytes(blind))
    worse = hands.import_hand(Job(), workspace, boxes, tmp_path / "blind.npz")
    assert not worse.kept
    assert worse.right[1] < worse.right[0] == brought.right[0]
    now = hands.standing(workspace)
    assert now.own
    assert now.vain is not None
    assert now.last is not None
    assert now.last.practice == brought

    (tmp_path / "none.npz").write_bytes(b"PK no weights")
    with pytest.raises(AppError) as refused:
        hands.import_hand(Job(), workspace, boxes, tmp_path / "none.npz")
    assert refused.value.code == "hands.broken"


def test_secret_and_deleted_papers_teach_nothing(
    workspace: Workspace, boxes: SandboxPool, heads: list[tuple[Path, bytes, str, str]]
) -> None:
    ids = take_in(workspace, heads)
    with workspace.catalog.write("document.edit") as transaction:
        for document_id in ids:
            transaction.session.get_one(Document, document_id).secrecy = "Mật"
    assert hands.practise(Job(), workspace, boxes) is None
    assert rows(workspace) == 0


def test_only_what_is_certain_is_practised_on(
    workspace: Workspace, boxes: SandboxPool, heads: list[tuple[Path, bytes, str, str]]
) -> None:
    ids = take_in(workspace, heads)
    with workspace.catalog.write("document.edit") as transaction:
        for row in transaction.session.scalars(select(FieldEvidence).where(FieldEvidence.document_id.in_(ids))):
            row.confirmed, row.source, row.confidence = False, "handwriting", 0.9
    assert not hands.is_due(workspace)
    assert hands.practise(Job(), workspace, boxes) is None


def test_a_number_of_arrival_is_practised_on_once_a_clerk_confirmed_it(workspace: Workspace) -> None:
    with workspace.catalog.write("document.import") as transaction:
        document = Document(source_name="a.jpg", created_at=clock.stamp(), pages=1)
        transaction.session.add(document)
        transaction.session.flush()
        document_id = document.id
        transaction.session.add(
            FieldEvidence(document_id=document_id, name="arrivalNumber", value="318", confidence=0.995, source="handwriting")
        )
    assert hands.standing(workspace).known == 0
    describing.edit(workspace, document_id, {"arrivalNumber": "318"})
    assert hands.standing(workspace).known == 1
