"""XML made of ready lines is to the letter what a tree would be written as."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from app.package import ead, fields
from app.package.drafts import Draft, quoted, words
from app.package.xml import XSI, serialise, text


@given(st.text())
def test_words_are_escaped_as_a_tree_escapes_them(value: str) -> None:
    element = etree.Element("a")
    element.text = text(value)
    assert f"<a>{words(value)}</a>".encode() == etree.tostring(element, encoding="UTF-8", xml_declaration=False)


@given(st.text())
def test_attributes_are_escaped_as_a_tree_escapes_them(value: str) -> None:
    element = etree.Element("a")
    try:
        element.set("b", value)
    except ValueError:
        with pytest.raises(ValueError, match="hold"):
            quoted(value)
    else:
        assert f'<a b="{quoted(value)}"/>'.encode() == etree.tostring(element, encoding="UTF-8", xml_declaration=False)


@pytest.mark.parametrize("record", ["ead", "doc", "pic", "media"])
def test_a_description_is_what_its_tree_would_be(record: str) -> None:
    known = fields.record("aip-hoso", record)
    values = {each.name: f"100 %s <{number}> & “ư”\r\n%" for number, each in enumerate(known) if number % 3}
    root = etree.Element(ead.ROOT, nsmap={"xsi": XSI})
    root.set(f"{{{XSI}}}noNamespaceSchemaLocation", "../x.xsd")
    for each in known:
        etree.SubElement(root, each.name).text = text(values.get(each.name) or "")
    assert ead.descriptive("aip-hoso", record, values, "../x.xsd") == serialise(root)


def test_lines_stand_where_the_frame_left_a_hole() -> None:
    draft = Draft(etree.Element("a"))
    draft.fill(draft.root, ["  <b/>\n", "  <b/>\n"])
    inner = etree.SubElement(draft.root, "c")
    draft.fill(inner, ["    <d>é</d>\n"])
    draft.fill(draft.root, [])
    whole = etree.fromstring("<a><b/><b/><c><d>é</d></c></a>")
    assert draft.content() == serialise(whole)
