"""A dossier of real scans with what was read off them, made without reading: the truth beside each sample tells it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PIL import Image

from app import clock
from app.desk import fields, filing
from app.workspace import Workspace
from storage.records import Document, FieldReading, Page

SAMPLES = Path(__file__).resolve().parents[2] / "resources" / "samples"
FIRST, SECOND, THIRD = "01-to-trinh.jpg", "05-thong-bao.jpg", "12-cong-van.jpg"
WHY = "Các văn bản bên cạnh gợi ý số khác: vui lòng kiểm tra."


def truth(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((SAMPLES / name).with_suffix(".json").read_text("utf-8"))
    return found


def scanned(
    workspace: Workspace, name: str, doubts: Mapping[str, str], *, sure: float = 0.95, dossier: int | None = None
) -> int:
    """One sample as a document. `doubts`: field → the value that was read of it, with little trust; "" for not read."""
    told = truth(name)
    digest, _size = workspace.objects.put_bytes((SAMPLES / name).read_bytes())
    with Image.open(SAMPLES / name) as image:
        width, height = image.size
    with workspace.catalog.write("document.import", name) as transaction:
        session = transaction.session
        made = Document(created_at=clock.stamp(), source_name=name, pages=1, state="described")
        session.add(made)
        session.flush()
        session.add(Page(document_id=made.id, number=1, image=digest, width=width, height=height, dpi=200))
        for field in fields.BY_NAME:
            value = doubts.get(field, told["fields"].get(field, ""))
            fields.put(made, field, value)
            place = told["boxes"].get(field)
            if place is not None:
                confidence = (0.4 if value else 0.1) if field in doubts else sure
                why = WHY if field in doubts else ""
                found = FieldReading(value, confidence, place["page"], tuple(place["box"]), "rule", why)
                session.add(fields.evidence(made.id, field, found))
        document_id = made.id
    if dossier is not None:
        filing.file_documents(workspace, [document_id], dossier)
    return document_id


def dossier_of_three(workspace: Workspace) -> list[int]:
    """The first lacks its number, the second's number and day are doubtful, the third's notation is."""
    dossier = filing.add_dossier(workspace, "01.2024", "Nhà văn hóa thôn Đông Hạ")
    return [
        scanned(workspace, FIRST, {"codeNumber": ""}, dossier=dossier),
        scanned(workspace, SECOND, {"codeNumber": "88", "issuedDate": "18/03/2024"}, dossier=dossier),
        scanned(workspace, THIRD, {"codeNotation": "UBND-VP"}, dossier=dossier),
    ]
