"""The access copy of a document: two-layer PDF/A-2b made from its page images and words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from app import clock
from app.desk.pages import words_of
from app.jobs import Job
from app.recognise.words import to_json
from app.sandbox import SandboxPool
from app.workspace import Workspace
from storage import queries
from storage.records import Document, Rendition

SECONDS = 1800.0
PUID_PDFA_2B = "fmt/477"
A4 = (595.28, 841.89)  # points


def make_access_copy(job: Job, workspace: Workspace, boxes: SandboxPool, document_id: int, scratch: Path) -> Rendition | None:
    """The new rendition, its bytes stored, the row not yet added. None for a signed PDF: it is never rewritten and serves itself.

    Raises AppError `pdfa.unproven` when the result does not pass the check of PDF/A-2b.
    """
    from app.recognise.pictures import missing

    with workspace.catalog.read() as session:
        document = session.get_one(Document, document_id)
        pages = queries.pages_of(session, document_id)
        original = queries.best_rendition(session, document_id, "original")
    if document.signed or not pages:
        return None
    source: dict[str, Any] = {
        "kind": "image",
        "path": None,
        "pages": len(pages),
        "size": original.size if original is not None else 0,
    }
    if original is not None and original.mime == "application/pdf":
        path = scratch / "original"
        if not path.exists():
            workspace.objects.copy_out(original.sha256, path)
        source = boxes.call("app.capture.tasks:inspect", path=str(path), job=job) | {"path": str(path)}
    images: list[str] = []
    texts: list[str | None] = []
    for page in pages:
        image = scratch / f"image-{page.number}"
        if page.image:
            workspace.objects.copy_out(page.image, image)
        else:  # what could not be drawn once is not tried again: it may take the rest of the day
            image.write_bytes(missing(page.number, *A4).data)
        images.append(str(image))
        text = scratch / f"words-{page.number}.json"
        text.write_text(to_json(words_of(page)), "utf-8")
        texts.append(str(text) if page.words is not None else None)
    out = scratch / "access.pdf"
    boxes.call(
        "app.recognise.tasks:write_access_copy",
        source=source,
        page_images=images,
        page_texts=texts,
        out=str(out),
        title=document.subject or document.source_name,
        turns=[page.turn for page in pages],
        timeout=SECONDS,
        job=job.part(),  # pages, where the job counts documents
    )
    sha256, size = workspace.objects.put_file(out)
    return Rendition(
        document_id=document_id,
        kind="access",
        sha256=sha256,
        size=size,
        mime="application/pdf",
        name=f"{Path(document.source_name).stem or document.uuid}.pdf",
        puid=PUID_PDFA_2B,
        created_at=clock.stamp(),
    )
