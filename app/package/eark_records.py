"""Descriptions of an E-ARK package: one EAD3 of the dossier with all its documents, one Dublin Core record of each document.

EAD3 says in its own elements what it has elements for; all fields of Thông tư 05/2025 stand besides, under their own names, in an
`odd` with a list of definitions, so that nothing is lost on the way there and back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lxml import etree

from app.package import fields as tables
from app.package.fields import parse_date
from app.package.model import DocumentInput, PackageInput
from app.package.names import href
from app.package.xml import XSI, stamp, text

EAD3 = "http://ead3.archivists.org/schema/"
DC = "http://purl.org/dc/elements/1.1/"
OAI_DC = "http://www.openarchives.org/OAI/2.0/oai_dc/"
FIELDS = "tt05-2025"  # the localtype of the list with all fields
TITLES = {"doc": "subject", "pic": "imageTitle", "media": "movieTitle"}
DATES = {"doc": "issuedDate", "pic": "photoTime", "media": "recordDate"}
AUTHORS = {"doc": "organName", "pic": "photographer", "media": "recorder"}
# The circular's code of a language → ISO 639-2/B.
LANGUAGES = {
    "01": ("vie",), "02": ("eng",), "03": ("fre",), "04": ("rus",), "05": ("chi",), "06": ("vie", "eng"), "07": ("vie", "rus"),
    "08": ("vie", "fre"), "09": ("lzh",), "10": ("vie", "chi"),
}  # fmt: skip


Files = Sequence[tuple[str, str]]  # role ("main", "original", "attachment") and path in the package


def ead3(package: PackageInput, objid: str, files: Sequence[Files], schemas_at: str) -> etree._Element:
    """The dossier; `files` are those of each document."""
    dossier = package.dossier
    root = etree.Element(f"{{{EAD3}}}ead", nsmap={None: EAD3, "xsi": XSI})  # type: ignore[dict-item]
    root.set(f"{{{XSI}}}schemaLocation", f"{EAD3} {schemas_at}/ead3.xsd")
    _control(root, package, objid)
    described = _add(root, "archdesc", level="file")
    did = _add(described, "did")
    for name in ("fileCode", "arcFileCode"):
        if text(dossier.get(name) or ""):
            _add(did, "unitid", localtype=name).text = text(dossier[name])
    _add(did, "unittitle").text = text(dossier.get("title") or "") or "—"
    _period(did, dossier.get("startDate") or "", dossier.get("endDate") or "")
    _languages(did, dossier.get("language") or "")
    office = text(package.organisation or package.fonds_code)
    if office:
        _add(_add(_add(did, "repository"), "corpname"), "part").text = office
    _all_fields(described, dossier)
    parts = _add(described, "dsc", dsctype="combined")
    for document, paths in zip(package.documents, files, strict=True):
        _component(parts, document, paths)
    return root


def dublin_core(document: DocumentInput, schemas_at: str) -> etree._Element:
    """The record of one document."""
    values, sort = document.fields, document.record
    root = etree.Element(f"{{{OAI_DC}}}dc", nsmap={"oai_dc": OAI_DC, "dc": DC, "xsi": XSI})
    root.set(f"{{{XSI}}}schemaLocation", f"{OAI_DC} {schemas_at}/oai_dc.xsd")
    number = "/".join(filter(None, (values.get("codeNumber"), values.get("codeNotation"))))
    told = [
        ("identifier", values.get("docCode") or values.get("docId") or document.uuid),
        ("identifier", number),
        ("title", values.get(TITLES[sort]) or document.name),
        ("creator", values.get(AUTHORS[sort])),
        ("date", _iso(values.get(DATES[sort]) or "")),
        ("type", tables.codes("typeName").get(values.get("typeName") or "") if sort == "doc" else ""),
        *(("language", code) for code in _iso_languages(values.get("language") or "")),
        ("format", document.mime),
        ("subject", values.get("keyword")),
        ("description", values.get("description")),
        ("rights", tables.codes("mode").get(values.get("mode") or "")),
    ]
    for name, value in told:
        if text(value or ""):
            etree.SubElement(root, f"{{{DC}}}{name}").text = text(value or "")
    return root


def _control(root: etree._Element, package: PackageInput, objid: str) -> None:
    control = _add(root, "control")
    _add(control, "recordid").text = text(objid)
    titles = _add(_add(control, "filedesc"), "titlestmt")
    _add(titles, "titleproper").text = text(package.dossier.get("title") or "") or "—"
    _add(control, "maintenancestatus", value="new")
    agency = _add(control, "maintenanceagency")
    _add(agency, "agencyname").text = text(package.organisation or package.fonds_code) or "—"
    spoken = _add(control, "languagedeclaration")
    _add(spoken, "language", langcode="vie")
    _add(spoken, "script", scriptcode="Latn")
    event = _add(_add(control, "maintenancehistory"), "maintenanceevent")
    _add(event, "eventtype", value="created")
    _add(event, "eventdatetime", standarddatetime=stamp(package.created)).text = stamp(package.created)
    _add(event, "agenttype", value="machine")
    _add(event, "agent").text = text(f"{package.software.name} {package.software.version}")


def _component(parent: etree._Element, document: DocumentInput, paths: Files) -> None:
    values, sort = document.fields, document.record
    component = _add(parent, "c", level="item")
    did = _add(component, "did")
    _add(did, "unitid", localtype="uuid").text = document.uuid
    for name in ("docId", "docCode", "arcDocCode"):
        if text(values.get(name) or ""):
            _add(did, "unitid", localtype=name).text = text(values[name])
    _add(did, "unittitle").text = text(values.get(TITLES[sort]) or "") or text(document.name)
    issued = values.get(DATES[sort]) or ""
    if text(issued):
        _add(did, "unitdate").text = text(issued)
    author = text(values.get(AUTHORS[sort]) or "")
    if author:
        _add(_add(_add(did, "origination"), "name"), "part").text = author
    _languages(did, values.get("language") or "")
    made = "derived" if values.get("confidenceLevel") == "02" else "borndigital"
    for role, path in paths:
        _add(did, "dao", daotype=made, localtype=role, href=href(path))
    _all_fields(component, values, f"{FIELDS}/{sort}")


def _all_fields(parent: etree._Element, values: Mapping[str, str], sort: str = FIELDS) -> None:
    held = [(name, text(value)) for name, value in values.items() if text(value)]
    if held:
        rows = _add(_add(parent, "odd", localtype=sort), "list", listtype="deflist")
        for name, value in held:
            row = _add(rows, "defitem")
            _add(row, "label").text = name
            _add(row, "item").text = value


def _period(did: etree._Element, start: str, end: str) -> None:
    first, last = parse_date(start), parse_date(end)
    if first is None or last is None:
        return
    both = _add(_add(did, "unitdatestructured"), "daterange")
    _add(both, "fromdate", standarddate=first[0].isoformat()).text = start
    _add(both, "todate", standarddate=last[1].isoformat()).text = end


def _languages(did: etree._Element, codes: str) -> None:
    found = _iso_languages(codes)
    if found:
        spoken = _add(did, "langmaterial")
        for code in found:
            _add(spoken, "language", langcode=code)


def _iso_languages(codes: str) -> list[str]:
    told = [iso for code in codes.replace(",", ";").split(";") for iso in LANGUAGES.get(code.strip(), ())]
    return list(dict.fromkeys(told))


def _iso(value: str) -> str:
    """dd/MM/yyyy as yyyy-MM-dd, MM/yyyy as yyyy-MM; anything else as it is."""
    return "-".join(reversed(value.split("/"))) if parse_date(value) else value


def _add(parent: etree._Element, tag: str, **attributes: str) -> etree._Element:
    return etree.SubElement(parent, f"{{{EAD3}}}{tag}", attributes)
