"""edXML there and back between two offices, and the files of other programs."""

from __future__ import annotations

import base64
from datetime import datetime
from pathlib import Path

import pytest

from app.desk import exchanging, packaging
from app.errors import AppError
from app.package.edxml.make import message_xml
from app.package.edxml.model import Message, Organ
from app.package.edxml.read import date_of, read_edxml
from app.package.xml import VIETNAM
from app.sandbox import SandboxPool
from app.workspace import Workspace
from storage.records import Document, RegisterEntry
from storage.records import Message as MessageRow
from tests.desk import packed
from tests.desk.test_receiving import Other, bytes_of, other

__all__ = ["other"]
NOW = datetime(2026, 11, 27, 9, 30, tzinfo=VIETNAM)
THERE = Organ(id="H49.11", name="Sở Nội vụ tỉnh Hưng Yên")


@pytest.fixture
def office(workspace: Workspace) -> Workspace:
    workspace.settings.set("office.code", "H49.64.33")
    workspace.settings.set("office.agency", "Ủy ban nhân dân xã Quỳnh Phụ")
    return workspace


def sent(office: Workspace, tmp: Path, **options: object) -> tuple[int, Path]:
    dossier = packed.dossier(office, 1)
    with office.catalog.read() as session:
        document = packaging.documents_of(session, dossier)[0]
    packed.attach(office, document.id, "Phụ lục 1.xlsx", b"PK bang")
    return document.id, exchanging.send_message(office, document.id, [THERE], tmp / "out", now=NOW, **options)  # type: ignore[arg-type]


def test_a_document_from_office_to_office(office: Workspace, other: Other, boxes: SandboxPool, tmp_path: Path) -> None:
    document_id, path = sent(office, tmp_path)
    got = exchanging.receive_message(other.workspace, boxes, path, now=NOW)
    assert (got.action, got.number) == ("new", 1)
    with office.catalog.read() as session, other.workspace.catalog.read() as there:
        ours, theirs = session.get_one(Document, document_id), there.get_one(Document, got.document_id)
        names = ("code_number", "code_notation", "issued_date", "type_name", "subject", "signer", "position", "pages")
        assert {n: getattr(ours, n) for n in names} == {n: getattr(theirs, n) for n in names}
        assert (theirs.organ_name, theirs.arrival_no, theirs.arrived_on) == ("Ủy ban nhân dân xã Quỳnh Phụ", "1", "27/11/2026")
        out, into = session.query(RegisterEntry).one(), there.query(RegisterEntry).one()
        assert (out.register, out.number, out.other_party) == ("out", 1, THERE.name)
        assert (into.register, into.year, into.number) == ("in", 2026, 1)
        assert bytes_of(other.workspace, theirs) == bytes_of(office, ours)
        assert other.workspace.objects.read(there.query(MessageRow).one().sha256) == path.read_bytes()
    assert exchanging.receive_message(other.workspace, boxes, path, now=NOW).action == "again"


def test_the_answer_comes_back(office: Workspace, other: Other, boxes: SandboxPool, tmp_path: Path) -> None:
    document_id, path = sent(office, tmp_path)
    got = exchanging.receive_message(other.workspace, boxes, path, now=NOW)
    told = exchanging.answer(other.workspace, got.message_id, "03", tmp_path / "back", now=NOW)
    status = exchanging.receive_message(office, boxes, told, now=NOW)
    assert (status.action, status.status, status.document_id) == ("status", "03", document_id)
    with pytest.raises(AppError) as caught:
        exchanging.answer(other.workspace, 99, "03", tmp_path)
    assert caught.value.code == "message.gone"


def test_recall_update_and_replacement_overwrite_nothing(
    office: Workspace, other: Other, boxes: SandboxPool, tmp_path: Path
) -> None:
    document_id, path = sent(office, tmp_path)
    first = exchanging.receive_message(other.workspace, boxes, path, now=NOW)
    recall = exchanging.send_message(office, document_id, [THERE], tmp_path / "r", doc_type=1, reason="Gửi nhầm", now=NOW)
    got = exchanging.receive_message(other.workspace, boxes, recall, now=NOW)
    assert (got.action, got.document_id) == ("recall", first.document_id)
    with office.catalog.write("document.edit") as transaction:
        transaction.session.get_one(Document, document_id).subject = "Trích yếu đã đính chính"
    update = exchanging.send_message(office, document_id, [THERE], tmp_path / "u", doc_type=2, now=NOW)
    got = exchanging.receive_message(other.workspace, boxes, update, now=NOW)
    assert [(d.field, d.there) for d in got.differences] == [("subject", "Trích yếu đã đính chính")]
    identifier = read_edxml(path.read_bytes()).document_id  # type: ignore[union-attr]
    new = exchanging.send_message(office, document_id, [THERE], tmp_path / "n", doc_type=3, replaces=[identifier], now=NOW)
    got = exchanging.receive_message(other.workspace, boxes, new, now=NOW)
    assert (got.action, got.number) == ("replacement", 2)
    assert len(got.replaced) == 1
    with other.workspace.catalog.read() as session:
        assert session.query(Document).filter(Document.deleted_at.is_(None)).count() == 2


def foreign(space: str, spelling: str, date: str, author: str) -> bytes:
    """A message as other programs write it."""
    file = base64.b64encode(packed.pdf(1)).decode()
    return f"""<?xml version="1.0" encoding="utf-8"?>
<edXML xmlns="{space}"><edXMLEnvelope><edXMLHeader><MessageHeader>
<From><OrganId>000.00.00.H26</OrganId><OrganName>UBND thành phố Hà Nội</OrganName></From>
<To><OrganId>H49</OrganId><OrganName>B</OrganName></To>
<Code><CodeNumber>267</CodeNumber><CodeNotation>VPCP-TTĐT</CodeNotation></Code>
<PromulgationInfo><Place>Hà Nội</Place><PromulgationDate>{date}</PromulgationDate></PromulgationInfo>
<DocumentType><Type>2</Type><TypeName>Công văn</TypeName></DocumentType><Subject>Về việc thử</Subject>
<{author}><Competence>KT.</Competence><Function>Phó Chủ tịch</Function><FullName>Trần Văn A</FullName></{author}>
<DocumentId>000.00.00.H26,2012/08/06,267/VPCP-TTĐT</DocumentId></MessageHeader>
<TraceHeaderList><{spelling}><{spelling}DocType>0</{spelling}DocType></{spelling}></TraceHeaderList></edXMLHeader>
<edXMLBody/></edXMLEnvelope><AttachmentEncoded><Attachment><ContentType>application/pdf</ContentType>
<ContentTransferEncoded>{file}</ContentTransferEncoded><AttachmentName>cv.pdf</AttachmentName></Attachment></AttachmentEncoded></edXML>""".encode()


@pytest.mark.parametrize("space", ["http://www.mic.gov.vn/TBT/QCVN_102_2016", "http://www.go.vn/eDoc"])
@pytest.mark.parametrize("spelling", ["Bussiness", "Business"])
@pytest.mark.parametrize("date", ["2012/08/06", "06/08/2012", "2012/08/06 10:11:12", "2012-08-06"])
def test_both_spellings_and_orders(space: str, spelling: str, date: str) -> None:
    told = read_edxml(foreign(space, spelling, date, "SignerInfo" if spelling == "Bussiness" else "Author"))
    assert isinstance(told, Message)
    assert (told.promulgated, told.sender.id, told.signer, told.position) == (
        "06/08/2012",
        "000.00.00.H26",
        "Trần Văn A",
        "Phó Chủ tịch",
    )
    assert told.attachments[0].content == packed.pdf(1)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<a/>",
        b"<edXML/>",
        b"<!DOCTYPE a [<!ENTITY b 'c'>]><edXML>&b;</edXML>",
        b"\xff\xfe",
        foreign("x", "Business", "", "Author")[:900],
    ],
)
def test_what_is_no_message(content: bytes) -> None:
    with pytest.raises(AppError) as caught:
        read_edxml(content)
    assert caught.value.code == "edxml.broken"


def test_a_message_without_what_every_receiver_asks_for() -> None:
    bare = Message(document_id="x", sender=Organ(id="", name=""), receivers=[], code_number="", code_notation="", subject="")
    with pytest.raises(AppError) as caught:
        message_xml(bare, NOW)
    assert caught.value.code == "edxml.incomplete"


def test_dates() -> None:
    assert [date_of(w) for w in ("2026/1/2", "2/1/2026", "hôm nay", "")] == ["02/01/2026", "02/01/2026", "", ""]


def test_a_secret_document_is_never_sent(office: Workspace, tmp_path: Path) -> None:
    dossier = packed.dossier(office, 1)
    with office.catalog.write("document.edit") as transaction:
        document = packaging.documents_of(transaction.session, dossier)[0]
        document.secrecy = "Mật"
    with pytest.raises(AppError) as caught:
        exchanging.send_message(office, document.id, [THERE], tmp_path, now=NOW)
    assert caught.value.code == "document.secret"
