"""Descriptive files: `simpledc` with the fields of one record, and the XSD that goes with it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from lxml import etree

from app.package import fields as tables
from app.package.drafts import words
from app.package.fields import Field
from app.package.xml import SCHEMAS, XS, XSI, serialise

ROOT = "simpledc"
FILES = {"ead": "EAD.xsd", "doc": "EAD_doc.xsd", "pic": "EAD_pic.xsd", "media": "EAD_media.xsd"}


def descriptive(kind: str, record: str, values: Mapping[str, str], schema_at: str) -> bytes:
    """`simpledc` with every field of the record (empty where nothing is known); `schema_at` is relative to the file."""
    names, form = _form(kind, record, schema_at)
    return (form % tuple([words(values.get(name) or "") for name in names])).encode()


@cache
def _form(kind: str, record: str, schema_at: str) -> tuple[tuple[str, ...], str]:
    """The fields' names, and the file with a place for each value: thousands of documents differ in the values only."""
    root = etree.Element(ROOT, nsmap={"xsi": XSI})
    root.set(f"{{{XSI}}}noNamespaceSchemaLocation", schema_at)
    names = tuple(field.name for field in tables.record(kind, record))
    for name in names:
        etree.SubElement(root, name).text = "\N{FULL BLOCK}"
    form = serialise(root).decode().replace("%", "%%")
    return names, form.replace("\N{FULL BLOCK}", "%s")


def schema_file(kind: str, record: str) -> str:
    """The shipped XSD of a record, relative to resources/schemas."""
    return f"tt05/{kind}/{FILES[record]}"


@cache
def schema_bytes(name: str) -> bytes:
    """A file of resources/schemas."""
    return (SCHEMAS / name).read_bytes()


def schema_of(kind: str, record: str) -> bytes:
    """The XSD of a record as its table says: an unordered group (`xs:all`), each field at most once.

    resources/schemas/tt05 holds the results (`python -m app.package.ead` writes them anew; a test compares).
    """
    root = etree.Element(f"{{{XS}}}schema", nsmap={"xs": XS}, elementFormDefault="qualified")
    group = _child(_child(_child(root, "element", name=ROOT), "complexType"), "all")
    for field in tables.record(kind, record):
        element = _child(group, "element", name=field.name, minOccurs="1" if field.required else "0")
        note = _child(_child(element, "annotation"), "documentation")
        note.text = field.label
        _restrict(_child(element, "simpleType"), field)
    return serialise(root)


def _restrict(parent: etree._Element, field: Field) -> None:
    limits = _child(parent, "restriction", base="xs:token" if field.type != "text" else "xs:string")
    pattern = {"number": f"[0-9]{{1,{field.length}}}", "flag": "[01]", "date": _DAY, "partial-date": _PARTIAL}.get(field.type)
    if field.type in ("code", "codes"):
        one = "|".join(tables.codes(field.codes))
        pattern = f"({one})" if field.type == "code" else f"({one})([;, ]+({one}))*"
    if pattern:
        _child(limits, "pattern", value=pattern if field.required else f"({pattern})?")
    else:
        _child(limits, "minLength", value="1" if field.required else "0")
    if field.length:
        _child(limits, "maxLength", value=str(field.length))


_MONTH = "(0[1-9]|1[0-2])/[0-9]{4}"
_DAY = f"(0[1-9]|[12][0-9]|3[01])/{_MONTH}"
_PARTIAL = f"({_DAY}|{_MONTH}|[0-9]{{4}})"


def _child(parent: etree._Element, tag: str, **attributes: str) -> etree._Element:
    return etree.SubElement(parent, f"{{{XS}}}{tag}", attributes)


def ship() -> None:
    """Writes the XSDs of every kind and record into resources/schemas/tt05."""
    from app.package.profiles import kinds

    for kind in kinds():
        for record in FILES:
            target = SCHEMAS / schema_file(kind, record)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(schema_of(kind, record))


if __name__ == "__main__":
    ship()
