"""edXML read, namespace by namespace and spelling by spelling: elements are found by their local names, dates in both orders."""

from __future__ import annotations

import base64
import binascii
import io
import re
import zipfile

from lxml import etree

from app.errors import AppError
from app.i18n import _
from app.package.edxml.model import NEW, REPLACEMENT, Attached, Business, Message, Organ, ResponseFor, Status
from app.package.tree import BROKEN
from app.package.xml import Refused, parse

LARGEST = 512 << 20  # bytes of a message
LARGEST_FILE = 256 << 20  # bytes of one unpacked attachment
# what other programs and provinces call an element
ALSO = {
    "SignerInfo": ("SignerInfo", "Author", "Signer"),
    "Position": ("Position", "Function"),
    "FullName": ("FullName", "SignerName", "Name"),
    "PromulgationInfo": ("PromulgationInfo", "Promulgation", "Promulgator"),
    "PromulgationDate": ("PromulgationDate", "Date"),
    "Bussiness": ("Bussiness", "Business"),
    "BussinessDocType": ("BussinessDocType", "BusinessDocType"),
    "BussinessDocReason": ("BussinessDocReason", "BusinessDocReason"),
}
_DAY_LAST = re.compile(r"(\d{4})[/-](\d{1,2})[/-](\d{1,2})")
_DAY_FIRST = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4})")


def read_edxml(content: bytes) -> Message | Status:
    """What the file says. Raises AppError `edxml.broken` for one that is no edXML or was made to do harm."""
    if len(content) > LARGEST:
        raise _broken("size")
    try:
        root = _parsed(content)
    except (Refused, etree.XMLSyntaxError) as error:
        raise _broken(str(error)) from error
    if etree.QName(root).localname.casefold() not in ("edxml", "edxmlenvelope"):
        raise _broken(str(root.tag)[:100])
    head = _first(root, "MessageHeader")
    if head is None:
        head = _first(root, "Status")
    if head is None:
        raise _broken("no header")
    return _status(head) if _first(head, "StatusCode") is not None else _message(root, head)


def _parsed(content: bytes) -> etree._Element:
    """Attachments make one node of many megabytes: only here large nodes are let through, entities never."""
    if len(content) <= 8 << 20:
        return parse(content)
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise Refused("doctype")
    return etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True))


def _message(root: etree._Element, head: etree._Element) -> Message:
    code, promulgated = _first(head, "Code"), _first(head, "PromulgationInfo")
    signer, other, kind = _first(head, "SignerInfo"), _first(head, "OtherInfo"), _first(head, "DocumentType")
    sender = _first(head, "From")
    return Message(
        document_id=_word(head, "DocumentId", direct=True) or _word(head, "DocumentId"),
        sender=_organ(sender),
        receivers=[_organ(each) for each in _children(head, "To")],
        code_number=_word(code, "CodeNumber"),
        code_notation=_word(code, "CodeNotation"),
        subject=_word(head, "Subject"),
        place=_word(promulgated, "Place"),
        promulgated=date_of(_word(promulgated, "PromulgationDate")),
        type_kind=_word(kind, "Type") or "2",
        type_name=_word(kind, "TypeName"),
        content=_word(head, "Content"),
        competence=_word(signer, "Competence"),
        position=_word(signer, "Position"),
        signer=_word(signer, "FullName"),
        due=date_of(_word(head, "DueDate")),
        to_places=[_text(each) for each in _children(_first(head, "ToPlaces"), "Place")],
        priority=_number(_word(other, "Priority"), 4),
        pages=_number(_word(other, "PageAmount"), 99_999),
        steering=_word(head, "SteeringType") or "0",
        responses=[_response(each) for each in _children(head, "ResponseFor")],
        business=_business(_first(root, "Bussiness")),
        traces=[(_word(each, "OrganId"), _word(each, "Timestamp")) for each in _all(root, "TraceHeader")],
        attachments=_attachments(root),
        signed=_first(root, "SignatureValue") is not None,
    )


def _status(head: etree._Element) -> Status:
    response = _first(head, "ResponseFor")
    moment = _word(head, "Timestamp")
    day, _space, hour = moment.partition(" ")
    return Status(
        sender=_organ(_first(head, "From")),
        response=_response(response) if response is not None else ResponseFor(),
        code=_word(head, "StatusCode"),
        description=_word(head, "Description"),
        staff=_word(_first(head, "StaffInfo"), "Staff"),
        at=f"{date_of(day)} {hour}".strip(),
    )


def _organ(place: etree._Element | None) -> Organ:
    return Organ(
        id=_word(place, "OrganId"), name=_word(place, "OrganName"), in_charge=_word(place, "OrganizationInCharge"),
        address=_word(place, "OrganAdd"), email=_word(place, "Email"), telephone=_word(place, "Telephone"), fax=_word(place, "Fax"),
        website=_word(place, "Website"),
    )  # fmt: skip


def _response(place: etree._Element) -> ResponseFor:
    code = _first(place, "Code")
    told = "/".join(filter(None, (_word(code, "CodeNumber"), _word(code, "CodeNotation")))) or _text(code)
    return ResponseFor(
        organ_id=_word(place, "OrganId"), code=told, date=date_of(_word(place, "PromulgationDate")), document_id=_word(place, "DocumentId")
    )  # fmt: skip


def _business(place: etree._Element | None) -> Business:
    if place is None:
        return Business()
    kind = _number(_word(place, "BussinessDocType") or _word(place, "DocType"), REPLACEMENT)
    replaced = [
        (_word(row, "DocumentId"), [_text(each) for each in _all(row, "OrganId")]) for row in _all(place, "ReplacementInfo")
    ]
    own = [child for child in place if isinstance(child.tag, str) and etree.QName(child).localname == "DocumentId"]
    return Business(
        doc_type=kind if NEW <= kind <= REPLACEMENT else NEW,
        reason=_word(place, "BussinessDocReason") or _word(place, "DocReason"),
        document_id=_text(own[0]) if own else "",
        staff=_word(_first(place, "StaffInfo"), "Staff"),
        paper=_word(place, "Paper") == "1",
        replaced=replaced,
    )


def _attachments(root: etree._Element) -> list[Attached]:
    found = []
    for place in _all(root, "Attachment"):
        coded = _word(place, "ContentTransferEncoded")
        if not coded:
            continue
        try:
            content = base64.b64decode("".join(coded.split()), validate=True)
        except (binascii.Error, ValueError) as error:
            raise _broken("base64") from error
        name = _word(place, "AttachmentName") or _word(place, "ContentId")
        found.append(Attached(name, _word(place, "ContentType"), _unpacked(name, content), _word(place, "Description")))
    return found


def _unpacked(name: str, content: bytes) -> bytes:
    """The file itself: senders wrap it in a ZIP of one entry, whatever its own kind."""
    if name.casefold().endswith(".zip") or not content.startswith(b"PK\x03\x04"):
        return content
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as file:
            rows = [row for row in file.infolist() if not row.is_dir()]
            if len(rows) != 1 or rows[0].filename in ("[Content_Types].xml", "mimetype"):
                return content  # an office file is a ZIP by itself
            if rows[0].file_size > LARGEST_FILE:
                raise _broken("attachment too large")
            with file.open(rows[0]) as inner:
                return inner.read(LARGEST_FILE)
    except BROKEN as error:
        raise _broken(str(error)[:100]) from error


def date_of(words: str) -> str:
    """dd/MM/yyyy of a date in either order; "" for anything else."""
    last, first = _DAY_LAST.match(words.strip()), _DAY_FIRST.match(words.strip())
    if last:
        year, month, day = last.groups()
    elif first:
        day, month, year = first.groups()
    else:
        return ""
    return f"{int(day):02d}/{int(month):02d}/{year}"


def _all(parent: etree._Element | None, name: str) -> list[etree._Element]:
    names = ALSO.get(name, (name,))
    if parent is None:
        return []
    return [e for e in parent.iter(etree.Element) if etree.QName(e).localname in names and e is not parent]


def _first(parent: etree._Element | None, name: str) -> etree._Element | None:
    return next(iter(_all(parent, name)), None)


def _children(parent: etree._Element | None, name: str) -> list[etree._Element]:
    return [e for e in _all(parent, name) if e.getparent() is parent]


def _word(parent: etree._Element | None, name: str, *, direct: bool = False) -> str:
    found = _children(parent, name) if direct else _all(parent, name)
    return _text(found[0]) if found else ""


def _text(element: etree._Element | None) -> str:
    return (element.text or "").strip() if element is not None else ""


def _number(words: str, most: int) -> int:
    return min(int(words), most) if words.isascii() and words.isdigit() and len(words) < 7 else 0


def _broken(detail: str) -> AppError:
    return AppError(
        "edxml.broken",
        _("The file is no edXML message, or it is damaged."),
        _("Ask the sender to send it once more."),
        detail=detail[:200],
    )
