"""PREMIS 3.0 of a package: what the files are, what was done to them, by whom (Thông tư 05/2025, annex I)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lxml import etree

from app.package.drafts import Draft, words
from app.package.ids import Ids, document_id
from app.package.model import DocumentInput, EventInput, PackageInput, SignatureInput
from app.package.xml import PREMIS, XSI, stamp, text

CREATION = "information package creation"
OBJECT_TYPES = {"doc": "Doc", "pic": "Pic", "media": "Media"}


@dataclass(slots=True, frozen=True)
class Placed:
    """A document and where its file lies in the package."""

    document: DocumentInput
    path: str
    id: str = ""  # of a file that METS does not name after its document: an attachment

    @property
    def identifier(self) -> tuple[str, str]:
        if self.id:
            return "File", self.id
        return OBJECT_TYPES[self.document.record], document_id(self.document.uuid)


def package_premis(
    package: PackageInput, objid: str, documents: Sequence[Placed], ids: Ids, representations: Sequence[str] = ("rep1",)
) -> Draft:
    """metadata/preservation/PREMIS.xml: the package, each file, each event, each agent."""
    root = _root()
    draft = Draft(root)
    whole = _object(root, "intellectualEntity", ("UUID", objid))
    _relate(draft, whole, "structural", "has representation", [("UUID", ids(f"premis:{name}")) for name in representations])
    draft.fill(root, [_file(each) for each in documents])
    for number, event in enumerate(_events(package)):
        _event(draft, package, objid, documents, event, ids(f"event:{number}"))
    _agents(root, package)
    return draft


def representation_premis(objid: str, documents: Sequence[Placed], ids: Ids, name: str = "rep1") -> Draft:
    """PREMIS_rep1.xml: the representation and the files it is made of."""
    draft = Draft(_root())
    whole = _object(draft.root, "representation", ("UUID", ids(f"premis:{name}")))
    _add(whole, "originalName", name)
    _relate(draft, whole, "structural", "has part", [each.identifier for each in documents])
    _relate(draft, whole, "structural", "is representation of", [("UUID", objid)])
    return draft


def _root() -> etree._Element:
    return etree.Element(f"{{{PREMIS}}}premis", nsmap={None: PREMIS, "xsi": XSI}, version="3.0")  # type: ignore[dict-item]


def _object(root: etree._Element, category: str, identifier: tuple[str, str]) -> etree._Element:
    element = _add(root, "object")
    element.set(f"{{{XSI}}}type", category)
    _identify(element, "object", identifier)
    return element


def _file(placed: Placed) -> str:
    document = placed.document
    sort, identifier = placed.identifier
    registry = f"""\
        <formatRegistry>
          <formatRegistryName>PRONOM</formatRegistryName>
          <formatRegistryKey>{words(document.puid)}</formatRegistryKey>
        </formatRegistry>
"""
    return f"""\
  <object xsi:type="file" xmlID="{identifier}">
    <objectIdentifier>
      <objectIdentifierType>{sort}</objectIdentifierType>
      <objectIdentifierValue>{identifier}</objectIdentifierValue>
    </objectIdentifier>
    <objectCharacteristics>
      <fixity>
        <messageDigestAlgorithm>SHA-256</messageDigestAlgorithm>
        <messageDigest>{words(document.sha256.upper())}</messageDigest>
      </fixity>
      <size>{document.size}</size>
      <format>
        <formatDesignation>
          <formatName>{words(document.format_name or document.mime)}</formatName>
        </formatDesignation>
{registry if document.puid else ""}\
      </format>
    </objectCharacteristics>
    <originalName>{words(document.name)}</originalName>
    <storage>
      <contentLocation>
        <contentLocationType>relative path</contentLocationType>
        <contentLocationValue>{words(placed.path)}</contentLocationValue>
      </contentLocation>
    </storage>
{"".join(_signature(signature) for signature in document.signatures)}\
  </object>
"""


def _signature(signature: SignatureInput) -> str:
    # The signature itself lies in the file; repeating it here is left to whoever has it at hand.
    value = signature.value or f"embedded in the file: {signature.field or 'signature'}"
    signed = ""
    if signature.signed_at:
        told = f"signing time {stamp(signature.signed_at)}"
        signed = f"        <signatureProperties>{words(told)}</signatureProperties>\n"
    return f"""\
    <signatureInformation>
      <signature>
        <signatureEncoding>Base64</signatureEncoding>
        <signer>{words(signature.signer)}</signer>
        <signatureMethod>{words(signature.method)}</signatureMethod>
        <signatureValue>{words(value)}</signatureValue>
        <signatureValidationRules>ETSI EN 319 102-1</signatureValidationRules>
{signed}\
      </signature>
    </signatureInformation>
"""


def _events(package: PackageInput) -> list[EventInput]:
    """The caller's events and, where none of them says so, the making of this package."""
    events = list(package.events)
    if not any(event.type == CREATION for event in events):
        made = EventInput(type=CREATION, at=package.created, agent_role="executing program", object_role="source")
        events.append(made)
    return events


def _event(
    draft: Draft, package: PackageInput, objid: str, placed: Sequence[Placed], event: EventInput, identifier: str
) -> None:
    element = _add(draft.root, "event")
    _identify(element, "event", ("UUID", identifier))
    _add(element, "eventType", event.type)
    _add(element, "eventDateTime", stamp(event.at))
    if event.detail:
        _add(_add(element, "eventDetailInformation"), "eventDetail", event.detail)
    outcome = _add(element, "eventOutcomeInformation")
    _add(outcome, "eventOutcome", event.outcome)
    if event.outcome_note:
        _add(_add(outcome, "eventOutcomeDetail"), "eventOutcomeDetailNote", event.outcome_note)
    _link(element, "Agent", _agent_of(package, event), event.agent_role)
    if event.type == CREATION:
        _link(element, "Object", ("UUID", objid), "outcome")
    chosen = set(event.documents)
    role = words(event.object_role)
    draft.fill(element, [_linked(each, role) for each in placed if not chosen or each.document.uuid in chosen])


def _linked(placed: Placed, role: str) -> str:
    sort, identifier = placed.identifier
    return f"""\
    <linkingObjectIdentifier>
      <linkingObjectIdentifierType>{sort}</linkingObjectIdentifierType>
      <linkingObjectIdentifierValue>{identifier}</linkingObjectIdentifierValue>
      <linkingObjectRole>{role}</linkingObjectRole>
    </linkingObjectIdentifier>
"""


def _agents(root: etree._Element, package: PackageInput) -> None:
    software = package.software
    known = {_software(package): (software.name, "software", software.version)}
    known[("name", package.packer)] = (package.packer, "person", "")
    known[("fonds code", package.fonds_code)] = (package.organisation or package.fonds_code, "organization", "")
    for event in package.events:
        known.setdefault(_agent_of(package, event), (event.agent, "person", ""))
    for identifier, (name, sort, version) in known.items():
        if not text(identifier[1]):
            continue
        element = _add(root, "agent")
        _identify(element, "agent", identifier)
        _add(element, "agentName", name)
        _add(element, "agentType", sort)
        if version:
            _add(element, "agentVersion", version)


def _agent_of(package: PackageInput, event: EventInput) -> tuple[str, str]:
    return ("name", event.agent) if event.agent else _software(package)


def _software(package: PackageInput) -> tuple[str, str]:
    return "software", f"{package.software.name} {package.software.version}"


def _relate(draft: Draft, element: etree._Element, sort: str, kind: str, others: Sequence[tuple[str, str]]) -> None:
    relation = _add(element, "relationship")
    _add(relation, "relationshipType", sort)
    _add(relation, "relationshipSubType", kind)
    draft.fill(relation, [_related(*identifier) for identifier in others])


def _related(sort: str, identifier: str) -> str:
    return f"""\
      <relatedObjectIdentifier>
        <relatedObjectIdentifierType>{sort}</relatedObjectIdentifierType>
        <relatedObjectIdentifierValue>{words(identifier)}</relatedObjectIdentifierValue>
      </relatedObjectIdentifier>
"""


def _identify(element: etree._Element, what: str, identifier: tuple[str, str]) -> etree._Element:
    told = _add(element, f"{what}Identifier")
    _add(told, f"{what}IdentifierType", identifier[0])
    _add(told, f"{what}IdentifierValue", identifier[1])
    return told


def _link(element: etree._Element, what: str, identifier: tuple[str, str], role: str) -> None:
    told = _identify(element, f"linking{what}", identifier)
    _add(told, f"linking{what}Role", role)


def _add(parent: etree._Element, tag: str, value: str | None = None) -> etree._Element:
    element = etree.SubElement(parent, f"{{{PREMIS}}}{tag}")
    if value is not None:
        element.text = text(value)
    return element
