"""What may change in a file after a signature: pyHanko's rules, with the holes closed that its authors leave to the caller.

The description of the document (title, author, subject …) is content here: only the dates and the name of the program may change.
XMP without the outer xmpmeta element, as many programs write it, is accepted.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from lxml import etree as lxml_etree
from pyhanko.pdf_utils.decode_limits import DecodePurpose
from pyhanko.pdf_utils.generic import IndirectObject, StreamObject
from pyhanko.pdf_utils.reader import RawPdfPath as RawPdfPath_
from pyhanko.sign import diff_analysis
from pyhanko.sign.diff_analysis import MetadataUpdateRule, ModificationLevel, SuspiciousModification, constants
from pyhanko.sign.diff_analysis import XrefStreamRule as XrefStreamRule_
from pyhanko.sign.diff_analysis.rules_api import Context as Context_
from pyhanko.sign.diff_analysis.rules_api import ReferenceUpdate as ReferenceUpdate_

from app.signature.fielduses import FieldUsesRule
from app.signature.notes import WidgetsAndNotes
from app.signature.stores import FreedRule, StoreRule
from app.signature.structure import StructureRule

etree: Any = lxml_etree
rules: Any = diff_analysis  # without types
FieldMDPRule: Any = diff_analysis.FieldMDPRule
XrefStreamRule: Any = XrefStreamRule_
Context: Any = Context_
ReferenceUpdate: Any = ReferenceUpdate_
RawPdfPath: Any = RawPdfPath_
RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
MAY_CHANGE = {  # properties that programs keep about themselves
    "{http://ns.adobe.com/xap/1.0/}ModifyDate",
    "{http://ns.adobe.com/xap/1.0/}MetadataDate",
    "{http://ns.adobe.com/xap/1.0/}CreatorTool",
    "{http://ns.adobe.com/pdf/1.3/}Producer",
    "{http://ns.adobe.com/xap/1.0/mm/}InstanceID",
    "{http://ns.adobe.com/xap/1.0/mm/}History",
}
INFO_MAY_CHANGE = {"/ModDate", "/Producer", "/Creator"}
MOST_XMP = 4 << 20  # bytes


class XmpRule(MetadataUpdateRule):
    def apply(self, old: Any, new: Any) -> Iterable[Any]:
        """Metadata that stayed as it was needs no judgement, however badly it is written."""
        return () if raw_xmp(old) == raw_xmp(new) else super().apply(old, new)

    @staticmethod
    def is_well_formed_xml(metadata_ref: Any) -> None:
        """Raises SuspiciousModification for anything that is no XMP."""
        facts_of(metadata_ref.get_object())


def xmp_facts(data: bytes) -> set[tuple[str, str]]:
    """Property and text of all that an XMP packet tells of the document. Raises ValueError for what is no XMP."""
    if len(data) > MOST_XMP:
        raise ValueError("too long")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    root = etree.fromstring(data, parser)
    if root.getroottree().docinfo.doctype or any(1 for _entity in root.iter(etree.Entity)):
        raise ValueError("entities")
    if root.tag not in ("{adobe:ns:meta/}xmpmeta", "{adobe:ns:meta/}xapmeta", f"{RDF}RDF"):
        raise ValueError("no XMP")
    found: set[tuple[str, str]] = set()
    for description in root.iter(f"{RDF}Description"):
        found |= {(str(name), str(value)) for name, value in description.attrib.items() if not str(name).startswith(RDF)}
        for element in description:
            if isinstance(element.tag, str):
                found |= {(element.tag, text.strip()) for text in element.itertext() if text.strip()}
                found |= {
                    (element.tag, f"{name}={value}")
                    for inner in element.iter()
                    for name, value in inner.attrib.items()
                    if name != f"{RDF}parseType"
                }
    return {(name, value) for name, value in found if name not in MAY_CHANGE}


def facts_of(stream: Any) -> set[tuple[str, str]]:
    try:
        return xmp_facts(bytes(stream.read_data(DecodePurpose.XMP_METADATA)))
    except Exception as error:
        raise SuspiciousModification("no XMP metadata") from error


def entry(revision: Any, dictionary: Any, key: str) -> Any:
    """A value as it stood in that revision, references followed; None when there is none."""
    value = dictionary.raw_get(key) if key in dictionary else None
    return revision.get_object(value.reference) if isinstance(value, IndirectObject) else value


def description_changed(old: Any, new: Any) -> bool:
    """Whether the title, author, subject … differ between two revisions (pyHanko's historical resolvers)."""
    return info_of(old) != info_of(new) or (raw_xmp(old) != raw_xmp(new) and xmp_of(old) != xmp_of(new))


def info_of(revision: Any) -> dict[str, str]:
    info = entry(revision, revision.trailer_view, "/Info")
    rows = {str(key): str(entry(revision, info, key)) for key in info} if isinstance(info, dict) else {}
    return {key: value for key, value in rows.items() if key not in INFO_MAY_CHANGE}


def raw_xmp(revision: Any) -> tuple[Any, bytes] | None:
    """Where the metadata lie and their stored bytes; None when there are none."""
    stream = entry(revision, revision.root, "/Metadata")
    place = revision.root.raw_get("/Metadata") if stream is not None else None
    return (place, bytes(stream.encoded_data)) if isinstance(stream, StreamObject) else None


def xmp_of(revision: Any) -> set[tuple[str, str]]:
    stream = entry(revision, revision.root, "/Metadata")
    return facts_of(stream) if stream is not None else set()


class XrefStreams(XrefStreamRule):  # type: ignore[misc]
    """New cross-reference streams, of hybrid files too, in numbers that nothing in the document refers to."""

    def apply(self, old: Any, new: Any) -> Iterable[Any]:
        sections, number = new.reader.xrefs, new.revision
        own = [sections.get_xref_container_info(number).stream_ref]
        for one in range(number, min(number + 2, sections.total_revisions)):
            beside = sections.get_xref_data(one).hybrid
            own.append(beside.meta_info.stream_ref if beside is not None else None)
        for reference in own:
            if reference is not None and old.is_ref_unassignable(reference):
                yield ReferenceUpdate(reference, context_checked=Context.from_absolute(old, RawPdfPath("/Root")))


class OnlyWritten(FieldMDPRule):  # type: ignore[misc]
    """pyHanko's rules also name objects that nobody wrote, and so take a locked field that stayed as it was for a changed one."""

    def __init__(self, rule: Any) -> None:
        self._rule = rule

    def apply(self, context: Any) -> Iterable[Any]:
        written = context.new.explicit_refs_in_revision()
        return (found for found in self._rule.apply(context) if found[1].updated_ref in written)


# what else programs write into a field when they fill it in: the date, the chosen line, rich text, the first line shown, captions
FILLED: Any = constants.VALUE_UPDATE_KEYS | {"/M", "/I", "/RV", "/TI", "/MK", "/DS"}
STREAM_RULE: Any = XrefStreams
STORE_RULE: Any = StoreRule
FREED_RULE: Any = FreedRule
TAG_RULE: Any = StructureRule
USES_RULE: Any = FieldUsesRule
LTA = ModificationLevel.LTA_UPDATES
XMP_RULE: Any = XmpRule
POLICY: Any = rules.StandardDiffPolicy(
    global_rules=[
        rules.CatalogModificationRule(),
        rules.DocInfoRule().as_qualified(LTA),
        STREAM_RULE().as_qualified(LTA),
        rules.ObjectStreamRule().as_qualified(LTA),
        STORE_RULE().as_qualified(LTA),
        FREED_RULE().as_qualified(LTA),
        TAG_RULE().as_qualified(ModificationLevel.FORM_FILLING),
        USES_RULE().as_qualified(ModificationLevel.FORM_FILLING),
        XMP_RULE().as_qualified(LTA),
    ],
    form_rule=rules.FormUpdatingRule(
        field_rules=[
            WidgetsAndNotes(),
            OnlyWritten(rules.SigFieldModificationRule()),
            OnlyWritten(rules.GenericFieldModificationRule(value_update_keys=FILLED)),
        ],
        ignored_acroform_keys=constants.ACROFORM_EXEMPT_STRICT_COMPARISON | {"/SigFlags"},
    ),
    reject_object_freeing=False,  # `FreedRule` looks at each
)
