"""Pages that failed when a file was taken in, made good when the same file comes again.

A page may fail for want of time, memory or disk, and its file is kept: the second try costs one page. The item ends as `doubled`, since the
document was there; `code` and `message` of its row say what it is about.
"""

from __future__ import annotations

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.workspace import Workspace
from storage.records import Intake, Page

CODE = "pages.mending"


def begin(session: Session, row: Intake) -> None:
    """Carries on an item whose document is there already, where pages of it lack their picture or their words."""
    numbers = _lacking(session, row)
    if numbers:
        row.state, row.code, row.message = "stored", CODE, ",".join(map(str, numbers))[:1000]


def _lacking(session: Session, row: Intake) -> list[int]:
    """Numbers of the pages without a picture; also of those without words, where words were asked for then and now."""
    before = select(Intake.id).where(Intake.document_id == row.document_id, Intake.id != row.id)
    if session.scalars(before.where(Intake.state.in_(("stored", "paged", "recognised")))).first() is not None:
        return []  # it is still on its way
    read = row.ocr and session.scalars(before.where(Intake.ocr)).first() is not None
    lacks = or_(Page.image == "", Page.words.is_(None)) if read else Page.image == ""
    return list(session.scalars(select(Page.number).where(Page.document_id == row.document_id, lacks).order_by(Page.number)))


def is_mending(row: Intake) -> bool:
    return row.code == CODE


def undrawn(session: Session, row: Intake) -> dict[int, Page]:
    """The pages that are tried again because they have no picture, by number."""
    if not is_mending(row):
        return {}
    return {
        page.number: page for page in session.scalars(select(Page).where(Page.document_id == row.document_id, Page.image == ""))
    }


def put(page: Page, made: Page) -> None:
    """What came of another try, into the row of the page; the clerk's turn stays."""
    page.image, page.width, page.height, page.dpi, page.problem = made.image, made.width, made.height, made.dpi, made.problem


def whole(session: Session, row: Intake) -> list[int]:
    """Numbers of the pages that were tried again and lack nothing now."""
    wanted = [int(number) for number in row.message.split(",") if number.isdigit()] if is_mending(row) else []
    query = select(Page.number).where(Page.document_id == row.document_id, Page.number.in_(wanted), Page.image != "")
    return list(session.scalars((query.where(Page.words.is_not(None)) if row.ocr else query).order_by(Page.number)))


def in_vain(workspace: Workspace, intake_id: int) -> bool:
    """Whether the second try made no page whole: fields and access copy stay as they are."""
    with workspace.catalog.read() as session:
        row = session.get_one(Intake, intake_id)
        return is_mending(row) and row.state == "recognised" and not whole(session, row)
