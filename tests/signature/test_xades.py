"""XML signatures: made, verified, and never green when something is moved or wrapped."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from app.errors import AppError
from app.signature.software import SoftwareSigner
from app.signature.timestamp import TimestampService
from app.signature.trust import Trust, load_trust
from app.signature.verify import verify_any
from app.signature.xades import DS, sign_xml
from tests.signature.pki import Pki
from tests.signature.stamps import service

LETTER = '<e:edXML xmlns:e="http://www.mic.gov.vn/TBT/QCVN_102_2016"><e:Body><e:Subject>Quyết định 125</e:Subject></e:Body></e:edXML>'


@pytest.fixture
def letter(tmp_path: Path) -> Path:
    path = tmp_path / "letter.edxml"
    path.write_text(LETTER, encoding="utf-8")
    return path


@pytest.fixture
def signed(letter: Path, software: SoftwareSigner, tmp_path: Path) -> Path:
    sign_xml(letter, tmp_path / "signed.edxml", software)
    return tmp_path / "signed.edxml"


def test_signed_and_verified(signed: Path, software_trust: Trust) -> None:
    found = verify_any(signed, trust=software_trust)
    (one,) = found.signatures
    assert (found.verdict, one.level, one.intact, one.changes_after) == ("valid", "XAdES-B", True, "none")
    assert one.signer == "Văn Khố – chứng thư thử nghiệm"
    assert verify_any(signed).verdict == "unknown"


def test_the_level_t(letter: Path, software: SoftwareSigner, software_trust: Trust, pki: Pki, tmp_path: Path) -> None:
    with service(pki) as url:
        sign_xml(letter, tmp_path / "t.xml", software, stamp=TimestampService(url).stamp)
    trust = Trust((*software_trust.anchors, *load_trust(pki.chain).anchors))
    (one,) = verify_any(tmp_path / "t.xml", trust=trust).signatures
    assert (one.verdict, one.level, one.time_source) == ("valid", "XAdES-T", "timestamp")


def changed(signed: Path, out: Path, change: Any) -> Path:
    root = etree.fromstring(signed.read_bytes())
    out.write_bytes(etree.tostring(change(root)))
    return out


def text(root: Any) -> Any:
    root[0][0].text = "Quyết định 999"
    return root


def attribute(root: Any) -> Any:
    root.set("x", "1")
    return root


def element(root: Any) -> Any:
    etree.SubElement(root[0], "more")
    return root


def wrapped(root: Any) -> Any:
    """The signed document moved into an object, an evil one around it."""
    evil = etree.fromstring(LETTER.replace("125", "999").encode())
    signature = root.find(f"{{{DS}}}Signature")
    root.remove(signature)
    evil.append(signature)
    holder = etree.SubElement(signature, f"{{{DS}}}Object")
    holder.append(copy.deepcopy(root))
    return evil


def nested(root: Any) -> Any:
    evil = etree.fromstring(LETTER.replace("125", "999").encode())
    evil.append(root)
    return evil


def twice(root: Any) -> Any:
    root.append(copy.deepcopy(root.find(f"{{{DS}}}Signature")))
    return root


def by_id(root: Any) -> Any:
    """The reference made to lead to an inner element of the attacker's choice."""
    root[0].set("Id", "inner")
    root.find(f".//{{{DS}}}Reference").set("URI", "#inner")
    return root


def time(root: Any) -> Any:
    root.find(".//{http://uri.etsi.org/01903/v1.3.2#}SigningTime").text = "2020-01-01T00:00:00Z"
    return root


def no_certificate(root: Any) -> Any:
    info = root.find(f".//{{{DS}}}KeyInfo")
    info.getparent().remove(info)
    return root


def xslt(root: Any) -> Any:
    root.find(f".//{{{DS}}}Transform").set("Algorithm", "http://www.w3.org/TR/1999/REC-xslt-19991116")
    return root


@pytest.mark.parametrize("change", [text, attribute, element, wrapped, nested, twice, by_id, time, no_certificate, xslt])
def test_manipulated_documents(signed: Path, software_trust: Trust, tmp_path: Path, change: Any) -> None:
    found = verify_any(changed(signed, tmp_path / "x.xml", change), trust=software_trust)
    assert found.verdict != "valid"
    assert all(one.verdict != "valid" for one in found.signatures)


def test_definitions_and_entities_are_refused(software: SoftwareSigner, tmp_path: Path) -> None:
    path = tmp_path / "x.xml"
    path.write_text('<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><a>&e;</a>')
    assert verify_any(path).reasons == ["xml.refused"]
    with pytest.raises(AppError) as error:
        sign_xml(path, tmp_path / "y.xml", software)
    assert error.value.code == "xml.refused"
    assert not (tmp_path / "y.xml").exists()


def test_a_second_signature_is_refused(signed: Path, software: SoftwareSigner, tmp_path: Path) -> None:
    with pytest.raises(AppError) as error:
        sign_xml(signed, tmp_path / "z.xml", software)
    assert error.value.code == "xml.signed"


def test_plain_files(letter: Path, tmp_path: Path) -> None:
    assert verify_any(letter).verdict == "unsigned"
    (tmp_path / "n.xml").write_bytes(b"no xml")
    assert verify_any(tmp_path / "n.xml").verdict == "unknown"
