"""edXML written: QCVN 102:2016/BTTTT, dates yyyy/MM/dd, attachments as base64 of a ZIP."""

from __future__ import annotations

import base64
import io
import zipfile
from datetime import datetime

from lxml import etree

from app.errors import AppError
from app.i18n import _
from app.package.edxml.model import Attached, Message, Organ, ResponseFor, Status
from app.package.names import safe_name
from app.package.xml import text

SPACE = "http://www.mic.gov.vn/TBT/QCVN_102_2016"
LIMITS = {  # characters, by the checkers in use
    "OrganId": 35, "OrganName": 200, "OrganizationInCharge": 200, "OrganAdd": 250, "Email": 100, "Telephone": 20, "Fax": 20,
    "Website": 100, "CodeNumber": 11, "CodeNotation": 30, "Place": 50, "TypeName": 100, "Subject": 500, "Content": 500, "Competence": 100,
    "Position": 100, "FullName": 50,
}  # fmt: skip


def message_xml(message: Message, at: datetime) -> bytes:
    """The message as a file. Raises AppError `edxml.incomplete` where something that every receiver asks for is missing."""
    _judge(message)
    root, header = _frame()
    head = _add(header, "MessageHeader")
    _organ(head, "From", message.sender)
    for receiver in message.receivers:
        _organ(head, "To", receiver)
    code = _add(head, "Code")
    _word(code, "CodeNumber", message.code_number)
    _word(code, "CodeNotation", message.code_notation)
    promulgated = _add(head, "PromulgationInfo")
    _word(promulgated, "Place", message.place)
    _word(promulgated, "PromulgationDate", _turned(message.promulgated))
    kind = _add(head, "DocumentType")
    _word(kind, "Type", message.type_kind)
    _word(kind, "TypeName", message.type_name)
    _word(head, "Subject", message.subject)
    _word(head, "Content", message.content)
    signer = _add(head, "SignerInfo")
    for name, value in (("Competence", message.competence), ("Position", message.position), ("FullName", message.signer)):
        _word(signer, name, value)
    _word(head, "DueDate", _turned(message.due))
    places = _add(head, "ToPlaces")
    for place in message.to_places:
        _add(places, "Place").text = text(place)[:150]
    other = _add(head, "OtherInfo")
    _word(other, "Priority", str(message.priority))
    _word(other, "PageAmount", str(message.pages or ""))
    for response in message.responses:
        _response(head, response)
    _word(head, "SteeringType", message.steering)
    _word(head, "DocumentId", message.document_id)
    _traces(header, message, at)
    body = _add(root[0], "edXMLBody")
    manifest = _add(body, "edXMLManifest")
    encoded = _add(root, "AttachmentEncoded")
    for number, attached in enumerate(message.attachments, 1):
        _attach(manifest, encoded, attached, f"cid:{number:03d}")
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def status_xml(status: Status) -> bytes:
    """The status message as a file."""
    root, header = _frame()
    head = _add(header, "MessageHeader")
    _organ(head, "From", status.sender)
    _response(head, status.response)
    _word(_add(head, "StaffInfo"), "Staff", status.staff)
    _word(head, "StatusCode", status.code)
    _word(head, "Description", status.description)
    day, _space, hour = status.at.partition(" ")
    _word(head, "Timestamp", f"{_turned(day)} {hour}".strip())
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _judge(message: Message) -> None:
    missing = [
        words
        for value, words in (
            (message.sender.id, _("the identifier of the sending agency")),
            (message.receivers, _("a receiver")),
            (message.code_notation, _("the notation")),
            (message.subject, _("the subject")),
            (message.document_id, _("the identifier of the document")),
        )
        if not value
    ]
    if missing:
        raise AppError(
            "edxml.incomplete",
            _("The message can't be made; missing: {what}.").format(what=", ".join(missing)),
            _("Complete the document or the settings of the office first."),
        )


def _frame() -> tuple[etree._Element, etree._Element]:
    root = etree.Element(f"{{{SPACE}}}edXML", nsmap={"edXML": SPACE})
    return root, _add(_add(root, "edXMLEnvelope"), "edXMLHeader")


def _organ(parent: etree._Element, tag: str, organ: Organ) -> None:
    place = _add(parent, tag)
    for name, value in (
        ("OrganId", organ.id), ("OrganizationInCharge", organ.in_charge), ("OrganName", organ.name), ("OrganAdd", organ.address),
        ("Email", organ.email), ("Telephone", organ.telephone), ("Fax", organ.fax), ("Website", organ.website),
    ):  # fmt: skip
        _word(place, name, value)


def _response(parent: etree._Element, response: ResponseFor) -> None:
    place = _add(parent, "ResponseFor")
    _word(place, "OrganId", response.organ_id)
    _add(place, "Code").text = text(response.code)
    _word(place, "PromulgationDate", _turned(response.date))
    _word(place, "DocumentId", response.document_id)


def _traces(header: etree._Element, message: Message, at: datetime) -> None:
    traces = _add(header, "TraceHeaderList")
    for organ, moment in message.traces or ((message.sender.id, f"{at:%Y/%m/%d %H:%M:%S}"),):
        trace = _add(traces, "TraceHeader")
        _word(trace, "OrganId", organ)
        _word(trace, "Timestamp", moment)
    business = message.business
    place = _add(traces, "Bussiness")  # so the text of the standard and most programs spell it
    _word(place, "BussinessDocType", str(business.doc_type))
    _word(place, "BussinessDocReason", business.reason)
    _word(place, "DocumentId", business.document_id)
    _word(_add(place, "StaffInfo"), "Staff", business.staff)
    _word(place, "Paper", "1" if business.paper else "0")
    if business.replaced:
        rows = _add(place, "ReplacementInfoList")
        for document_id, organs in business.replaced:
            row = _add(rows, "ReplacementInfo")
            _word(row, "DocumentId", document_id)
            listed = _add(row, "OrganIdList")
            for organ in organs:
                _add(listed, "OrganId").text = text(organ)


def _attach(manifest: etree._Element, encoded: etree._Element, attached: Attached, cid: str) -> None:
    reference = _add(manifest, "Reference")
    for name, value in (("ContentId", cid), ("ContentType", attached.mime), ("AttachmentName", attached.name)):
        _word(reference, name, value)
    _word(reference, "Description", attached.description)
    place = _add(encoded, "Attachment")
    for name, value in (("ContentType", attached.mime), ("ContentId", cid), ("Description", attached.description)):
        _word(place, name, value)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(zipfile.ZipInfo(safe_name(attached.name)), attached.content)
    _add(place, "ContentTransferEncoded").text = base64.b64encode(packed.getvalue()).decode()
    _word(place, "AttachmentName", attached.name)


def _turned(date: str) -> str:
    """dd/MM/yyyy as yyyy/MM/dd; anything else as it is."""
    parts = date.split("/")
    return "/".join(reversed(parts)) if len(parts) == 3 and len(parts[2]) == 4 else date


def _word(parent: etree._Element, tag: str, value: str) -> None:
    _add(parent, tag).text = text(value)[: LIMITS.get(tag, 2000)]


def _add(parent: etree._Element, tag: str) -> etree._Element:
    return etree.SubElement(parent, f"{{{SPACE}}}{tag}")
