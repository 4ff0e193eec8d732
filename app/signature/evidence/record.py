"""What an evidence record holds, and its two written forms."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from typing import Any, Literal

from asn1crypto import algos, cms, core
from lxml import etree as lxml_etree

from app.errors import AppError
from app.i18n import _

Form = Literal["asn1", "xml"]
ERS = "urn:ietf:params:xml:ns:ers"
C14N = "http://www.w3.org/2001/10/xml-exc-c14n#"
DIGESTS = {
    "sha256": "http://www.w3.org/2001/04/xmlenc#sha256",
    "sha384": "http://www.w3.org/2001/04/xmldsig-more#sha384",
    "sha512": "http://www.w3.org/2001/04/xmlenc#sha512",
}
LARGEST = 16 << 20  # bytes of one record
etree: Any = lxml_etree
cms_: Any = cms
algos_: Any = algos
core_: Any = core


@dataclass(slots=True)
class Stamp:
    """An archive time stamp: the way from the hashed thing up the tree, and the DER token over its root (or over the thing)."""

    tree: list[list[bytes]]
    token: bytes


@dataclass(slots=True)
class Chain:
    """Time stamps under one hash algorithm, oldest first; each renews the one before."""

    digest: str
    stamps: list[Stamp]


@dataclass(slots=True)
class EvidenceRecord:
    """Chains oldest first; a new chain begins with a new hash algorithm."""

    form: Form = "asn1"
    chains: list[Chain] = field(default_factory=list)

    def dump(self) -> bytes:
        if self.form == "xml":
            return bytes(etree.tostring(to_xml(self), xml_declaration=True, encoding="UTF-8"))
        return bytes(to_asn1(self).dump())

    def renewed_thing(self) -> bytes:
        """What the next time stamp of the last chain has to be made over: the last one (RFC 4998 §5.2, RFC 6283 §4.2.1)."""
        if self.form == "xml":
            found = to_xml(self).findall(f".//{{{ERS}}}TimeStamp")
            return canonical(found[-1])
        return self.chains[-1].stamps[-1].token

    def sequence(self, chains: int) -> bytes:
        """The first chains as they go into the tree of the next (RFC 4998 §5.2, RFC 6283 §4.2.2)."""
        part = EvidenceRecord(self.form, self.chains[:chains])
        if self.form == "xml":
            return canonical(to_xml(part).find(f"{{{ERS}}}ArchiveTimeStampSequence"))
        return bytes(to_asn1(part)["sequence"].dump())


class PartialHashtree(core.SequenceOf):
    _child_spec = core.OctetString


class PartialHashtrees(core.SequenceOf):
    _child_spec = PartialHashtree


class ArchiveTimeStamp(core.Sequence):
    _fields: list[Any] = [
        ("digest_algorithm", algos.DigestAlgorithm, {"implicit": 0, "optional": True}),
        ("attributes", cms.CMSAttributes, {"implicit": 1, "optional": True}),
        ("tree", PartialHashtrees, {"implicit": 2, "optional": True}),
        ("time_stamp", cms.ContentInfo),
    ]


class ArchiveTimeStampChain(core.SequenceOf):
    _child_spec = ArchiveTimeStamp


class ArchiveTimeStampSequence(core.SequenceOf):
    _child_spec = ArchiveTimeStampChain


class DigestAlgorithms(core.SequenceOf):
    _child_spec = algos.DigestAlgorithm


class Infos(core.SequenceOf):
    _child_spec = core.Any


class Record(core.Sequence):
    """RFC 4998, 3.1; the records made here hold no encrypted files."""

    _fields: list[Any] = [
        ("version", core.Integer),
        ("digest_algorithms", DigestAlgorithms),
        ("crypto_infos", Infos, {"implicit": 0, "optional": True}),
        ("encryption_info", Infos, {"implicit": 1, "optional": True}),
        ("sequence", ArchiveTimeStampSequence),
    ]


record_: Any = Record
stamp_: Any = ArchiveTimeStamp


def to_asn1(record: EvidenceRecord) -> Any:
    sequence = [[one_to_asn1(chain.digest, stamp) for stamp in chain.stamps] for chain in record.chains]
    digests = [{"algorithm": chain.digest} for chain in record.chains]
    return record_({"version": 1, "digest_algorithms": digests, "sequence": sequence})


def one_to_asn1(digest: str, stamp: Stamp) -> Any:
    row: dict[str, Any] = {"digest_algorithm": {"algorithm": digest}, "time_stamp": cms_.ContentInfo.load(stamp.token)}
    if stamp.tree:
        row["tree"] = stamp.tree
    return stamp_(row)


def to_xml(record: EvidenceRecord) -> Any:
    root = etree.Element(f"{{{ERS}}}EvidenceRecord", nsmap={None: ERS}, Version="1.0")
    sequence = etree.SubElement(root, f"{{{ERS}}}ArchiveTimeStampSequence")
    for number, chain in enumerate(record.chains, 1):
        holder = etree.SubElement(sequence, f"{{{ERS}}}ArchiveTimeStampChain", Order=str(number))
        etree.SubElement(holder, f"{{{ERS}}}DigestMethod", Algorithm=DIGESTS[chain.digest])
        etree.SubElement(holder, f"{{{ERS}}}CanonicalizationMethod", Algorithm=C14N)
        for order, stamp in enumerate(chain.stamps, 1):
            entry = etree.SubElement(holder, f"{{{ERS}}}ArchiveTimeStamp", Order=str(order))
            if stamp.tree:
                tree = etree.SubElement(entry, f"{{{ERS}}}HashTree")
                for place, values in enumerate(stamp.tree, 1):
                    step = etree.SubElement(tree, f"{{{ERS}}}Sequence", Order=str(place))
                    for value in values:
                        etree.SubElement(step, f"{{{ERS}}}DigestValue").text = base64.b64encode(value).decode()
            token = etree.SubElement(etree.SubElement(entry, f"{{{ERS}}}TimeStamp"), f"{{{ERS}}}TimeStampToken", Type="RFC3161")
            token.text = base64.b64encode(stamp.token).decode()
    return root


def canonical(element: Any) -> bytes:
    return bytes(etree.tostring(element, method="c14n", exclusive=True, with_comments=False))


def load_record(data: bytes) -> EvidenceRecord:
    """Reads either form. Raises `evidence.unreadable`."""
    try:
        if len(data) > LARGEST:
            raise ValueError("too large")
        return from_xml(data) if data.lstrip()[:1] == b"<" else from_asn1(data)
    except Exception as error:
        raise AppError(
            "evidence.unreadable",
            _("The evidence record can't be read."),
            _("Choose the .ers or .xml file that was made for this document."),
            detail=repr(error),
        ) from error


def from_asn1(data: bytes) -> EvidenceRecord:
    parsed = record_.load(data, strict=True)
    chains = []
    for chain in parsed["sequence"]:
        stamps = []
        digest = ""
        for one in chain:
            token = one["time_stamp"]
            told = one["digest_algorithm"]
            imprint = token["content"]["encap_content_info"]["content"].parsed["message_imprint"]
            algorithm = told if told.native is not None else imprint["hash_algorithm"]
            name = algorithm["algorithm"].native
            if digest and name != digest:
                raise ValueError("two algorithms in one chain")
            digest = name
            tree = one["tree"].native or []
            stamps.append(Stamp([list(step) for step in tree], token.dump()))
        chains.append(Chain(digest, stamps))
    return EvidenceRecord("asn1", filled(chains))


def from_xml(data: bytes) -> EvidenceRecord:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    root = etree.fromstring(data, parser)
    if root.getroottree().docinfo.doctype or root.tag != f"{{{ERS}}}EvidenceRecord":
        raise ValueError("no evidence record")
    names = {address: name for name, address in DIGESTS.items()}
    chains = []
    for chain in ordered(root.findall(f"{{{ERS}}}ArchiveTimeStampSequence/{{{ERS}}}ArchiveTimeStampChain")):
        stamps = []
        for entry in ordered(chain.findall(f"{{{ERS}}}ArchiveTimeStamp")):
            steps = ordered(entry.findall(f"{{{ERS}}}HashTree/{{{ERS}}}Sequence"))
            tree = [[decoded(one) for one in step.findall(f"{{{ERS}}}DigestValue")] for step in steps]
            stamps.append(Stamp(tree, decoded(entry.find(f"{{{ERS}}}TimeStamp/{{{ERS}}}TimeStampToken"))))
        chains.append(Chain(names[chain.find(f"{{{ERS}}}DigestMethod").get("Algorithm")], stamps))
    return EvidenceRecord("xml", filled(chains))


def filled(chains: list[Chain]) -> list[Chain]:
    if not chains or not all(chain.stamps for chain in chains):
        raise ValueError("empty")
    return chains


def ordered(elements: list[Any]) -> list[Any]:
    return sorted(elements, key=lambda one: int(one.get("Order")))


def decoded(element: Any) -> bytes:
    return base64.b64decode("".join((element.text or "").split()), validate=True)
