"""A small holding for the window's tests: two dossiers in an inventory, documents in every state, one with two drawn pages."""

from __future__ import annotations

import io

from PIL import Image, ImageDraw

from app import clock
from app.desk import fields, filing
from app.desk.pages import pack_words
from app.workspace import Workspace
from storage.records import Document, FieldReading, Page, PageText, Rendition, Word

# number, notation, date, type, subject, state, place in the tree (0 = unfiled, 1 and 2 the dossiers)
HOLDING = (
    ("125", "QĐ-UBND", "05/03/2024", "Quyết định", "Phê duyệt Danh mục hồ sơ năm 2024", "confirmed", 1),
    ("36", "TTr-VP", "22/04/2024", "Tờ trình", "Xin ý kiến về thời hạn bảo quản", "described", 1),
    ("417", "BC-SNV", "11/04/2024", "Báo cáo", "Kết quả chỉnh lý tài liệu đất đai", "described", 2),
    ("09", "KH-UBND", "02/05/2024", "Kế hoạch", "Số hóa tài liệu lưu trữ lịch sử", "recognised", 0),
    ("", "", "", "", "", "new", 0),
)
DOUBTFUL = 2  # index of the document whose number is in doubt
PAGED = 0  # index of the document with pages
TEXT = ("Quyết định về việc phê duyệt", "nhà văn hóa thôn Đông Hạ")


def stock(workspace: Workspace) -> list[int]:
    """Fills the archive; returns the ids of the documents in the order of HOLDING."""
    fonds = filing.add_fonds(workspace, "H26.18", "UBND huyện Mỹ Đức")
    inventory = filing.add_inventory(workspace, fonds, "01", "Mục lục số 01")
    places = [
        None,
        filing.add_dossier(workspace, "01.2024.TC", "Tổ chức cán bộ", inventory_id=inventory),
        filing.add_dossier(workspace, "02.2024.DD", "Đất đai, địa chính", inventory_id=inventory),
    ]
    ids = []
    for row in HOLDING:
        ids.append(_document(workspace, *row[:6]))
        if row[6]:
            filing.file_documents(workspace, [ids[-1]], places[row[6]])
    with workspace.catalog.write("document.describe") as transaction:
        doubt = FieldReading("417", 0.4, 1, (0.1, 0.1, 0.3, 0.13), "rule", "")
        transaction.session.add(fields.evidence(ids[DOUBTFUL], "codeNumber", doubt))
    _pages(workspace, ids[PAGED])
    return ids


def many(workspace: Workspace, count: int) -> None:
    """`count` more documents, numbered from 1, newest last."""
    with workspace.catalog.write("document.import") as transaction:
        for number in range(1, count + 1):
            made = Document(created_at=clock.stamp(), source_name=f"{number}.pdf")
            fields.put(made, "codeNumber", str(number))
            fields.put(made, "codeNotation", "CV-VP")
            fields.put(made, "issuedDate", f"{number % 28 + 1:02}/01/2020")
            transaction.session.add(made)


def _document(workspace: Workspace, number: str, notation: str, day: str, kind: str, subject: str, state: str) -> int:
    with workspace.catalog.write("document.import", number) as transaction:
        made = Document(created_at=clock.stamp(), source_name="ban-quet.pdf")
        values = {"codeNumber": number, "codeNotation": notation, "issuedDate": day, "typeName": kind, "subject": subject}
        for name, value in values.items():
            fields.put(made, name, value)
        made.state = state
        transaction.session.add(made)
        transaction.session.flush()
        return made.id


def _pages(workspace: Workspace, document_id: int) -> None:
    with workspace.catalog.write("document.pages") as transaction:
        for number, line in enumerate(TEXT, 1):
            digest, size = workspace.objects.put_bytes(drawn(line))
            words = [Word(word, (0.1 + 0.1 * i, 0.2, 0.19 + 0.1 * i, 0.23), 0.95, 0, 0) for i, word in enumerate(line.split())]
            text = PageText(420, 594, 51, words, "test")
            page = Page(document_id=document_id, number=number, image=digest, width=420, height=594, dpi=51)
            page.words, page.text = pack_words(text), text.text
            transaction.session.add(page)
        transaction.session.add(
            Rendition(
                document_id=document_id,
                kind="original",
                sha256=digest,
                size=size,
                mime="image/png",
                name="trang.png",
                created_at=clock.stamp(),
            )
        )
        document = transaction.session.get_one(Document, document_id)
        document.pages = len(TEXT)


def drawn(line: str) -> bytes:
    """A small page as PNG."""
    picture = Image.new("L", (420, 594), 255)
    ImageDraw.Draw(picture).text((42, 118), line.encode("ascii", "replace").decode(), fill=0)
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()
