"""For every rule of CSIP, SIP and DIP a package that keeps it and one that breaks it; the broken one is found at that rule."""

from __future__ import annotations

import hashlib

import pytest
from lxml import etree

from app.package.eark.profiles import NAMES as PROFILES
from app.package.xml import METS
from tests.package.eark_cases import CASES, DOC, FILE, INNER, MAIN, MAP, REPS, TOP, XSD, both
from tests.package.eark_samples import PDF, REP, MemoryTree, at, found, given, judged, spoil, whole

CSIP = {f"CSIP{number}" for number in range(1, 120)} - {"CSIP87", "CSIP115"}


def test_every_rule_of_the_specifications_has_a_case() -> None:
    assert {case.rule for case in CASES if case.family == "csip"} == CSIP
    assert {case.rule for case in CASES if case.family == "sip"} == {f"SIP{number}" for number in range(1, 36)}
    assert {case.rule for case in CASES if case.family == "aip"} == {f"AIPM{number}" for number in range(1, 7)}
    assert {case.rule for case in CASES if case.family == "dip"} == {f"DIP{number}" for number in range(1, 5)}


@pytest.mark.parametrize("profile", PROFILES)
def test_a_package_that_keeps_every_rule(profile: str) -> None:
    assert judged(whole(profile.partition("-")[0]), profile).findings == []


@pytest.mark.parametrize("number", range(len(CASES)), ids=[f"{case.rule}-{case.level}-{n}" for n, case in enumerate(CASES)])
def test_a_package_that_breaks_the_rule(number: int) -> None:
    case = CASES[number]
    tree = spoil(whole(case.family), case.change, case.mets)
    # Most rules are the same in all three versions: each is then tried in one of them, in turn.
    versions = case.versions if len(case.versions) < 3 else (case.versions[number % 3],)
    for version in versions:
        findings = judged(tree, f"{case.family}-{version}")
        assert (case.rule, case.level) in found(findings), version
        assert all(finding.where and finding.message for finding in findings.findings)


# --- folders ---


def renamed(tree: MemoryTree, old: str, new: str) -> MemoryTree:
    tree.files = {
        new + path.removeprefix(old) if path.startswith(old) else path: content for path, content in tree.files.items()
    }
    return tree


def dropped(tree: MemoryTree, beginning: str) -> MemoryTree:
    tree.files = {path: content for path, content in tree.files.items() if not path.startswith(beginning)}
    return tree


@pytest.mark.parametrize(
    "name",
    ["Mets.xml", "mets.xml", "METSa.xml", "aMETS.xml", "METS.xml.xml", "METS_old.xml", "ME1TS.xml", "test.xml", "METS.XML"],
)
def test_a_mets_of_another_name(name: str) -> None:
    assert ("CSIPSTR4", "error") in found(judged(renamed(whole(), "METS.xml", name)))


@pytest.mark.parametrize(
    ("folder", "rule"),
    [
        ("metadata/", "CSIPSTR5"),
        ("metadata/preservation/", "CSIPSTR6"),
        ("metadata/descriptive/", "CSIPSTR7"),
        ("representations/", "CSIPSTR9"),
        (f"{REP}/data/", "CSIPSTR11"),
        (f"{REP}/METS.xml", "CSIPSTR12"),
        (f"{REP}/metadata/", "CSIPSTR13"),
        ("schemas/", "CSIPSTR15"),
        ("documentation/", "CSIPSTR16"),
    ],
)
def test_a_folder_that_is_missing_or_called_otherwise(folder: str, rule: str) -> None:
    assert (rule, "warning") in found(judged(dropped(whole(), folder)))
    for other in (folder.upper(), folder.capitalize(), f"x{folder}", folder.rstrip("/") + "1/", folder.rstrip("/") + "_/"):
        changed = f"{folder.rstrip('/').rpartition('/')[0]}/{other.rstrip('/').rpartition('/')[2]}/".lstrip("/")
        if changed != folder and folder.endswith("/"):
            assert (rule, "warning") in found(judged(renamed(whole(), folder, changed))), changed


def test_folders_that_may_be_there() -> None:
    tree = whole()
    tree.files["metadata/loose.xml"] = b"<a/>"
    tree.files["extra/note.txt"] = b"a"
    assert {("CSIPSTR8", "info"), ("CSIPSTR14", "info")} <= found(judged(tree))
    assert ("CSIPSTR3", "info") in found(judged(whole(), archived=False))


def test_a_package_without_representations() -> None:
    tree = dropped(whole(), "representations/")
    tree.empty.add("representations")
    assert ("CSIPSTR10", "warning") in found(judged(tree))


def test_a_folder_of_another_name_than_the_package() -> None:
    tree = whole()
    tree.name = "package"
    assert {("CSIPSTR2", "warning"), ("CSIP1", "warning")} <= found(judged(tree))


# --- what no numbered rule says ---


def test_metadata_sections_without_files_are_warned_about() -> None:
    assert ("CSIP17", "warning") in found(judged(dropped(whole(), "metadata/descriptive/")))
    assert ("CSIP31", "warning") in found(judged(dropped(dropped(whole(), "metadata/preservation/"), "metadata/other/")))
    assert ("CSIP32", "warning") in found(judged(dropped(whole(), "metadata/preservation/")))


def test_files_that_no_mets_names() -> None:
    tree = whole()
    tree.files[f"{REP}/data/extra.pdf"] = PDF
    tree.files["documentation/Thumbs.db"] = b"x"
    assert {("IP-UNLISTED", "error"), ("IP-UNLISTED", "warning")} <= found(judged(tree))


def test_empty_files_and_folders() -> None:
    tree = whole()
    tree.files["documentation/empty.txt"] = b""
    tree.empty.add("metadata/nothing")
    where = {f.where for f in judged(tree).findings if f.rule == "IP-EMPTY"}
    assert where == {"documentation/empty.txt", "metadata/nothing"}


def test_one_changed_byte_of_any_file_is_found_at_the_rule_of_its_digest() -> None:
    rules = {"metadata/descriptive": "CSIP29", "metadata/preservation": "CSIP43", "metadata/other": "CSIP56", "documentation": "CSIP71",
             "schemas": "CSIP71", f"{REP}/data": "CSIP71", f"{REP}/metadata/descriptive": "CSIP29",
             f"{REP}/metadata/preservation": "CSIP43"}  # fmt: skip
    for path in whole().files:
        folder = path.rpartition("/")[0]
        if folder in rules:
            tree = whole()
            content = bytearray(tree.files[path])
            content[-2] ^= 1
            tree.files[path] = bytes(content)
            assert (rules[folder], "error") in found(judged(tree)), path


def test_a_group_of_ones_own_folder_is_only_warned_about() -> None:
    tree = whole()
    tree.files["submission/readme.txt"] = tree.files.pop("documentation/readme.txt")
    moved = both(given(f"{FILE}/m:FLocat", "xlink:href", "submission/readme.txt"), given(DOC, "USE", "Submission"))
    findings = found(judged(spoil(tree, moved)))
    assert ("CSIP64", "warning") in findings
    assert ("CSIP64", "error") not in findings


@pytest.mark.parametrize("profile", ["csip-2.0.4", "csip-2.1", "csip-2.2"])
def test_without_an_identifier_no_label_is_asked_to_bear_it(profile: str) -> None:
    assert found(judged(spoil(whole(), given(TOP, "OBJID", "")), profile)) == {("CSIP1", "error")}


def test_one_of_several_programs_told_wholly_is_enough() -> None:
    def second(root: etree._Element) -> None:
        agent = at(root, "/m:mets/m:metsHdr/m:agent[@OTHERTYPE='SOFTWARE']")
        copy = etree.fromstring(etree.tostring(agent))
        for note in copy.findall(f"{{{METS}}}note"):
            copy.remove(note)
        agent.addprevious(copy)

    assert judged(spoil(whole(), second)).findings == []


@pytest.mark.parametrize("folder", ["urn_uuid_1", "urn-uuid-1", "urn+uuid+1", "urn%3Auuid%3A1"])
def test_a_folder_named_after_an_identifier_that_no_folder_can_bear(folder: str) -> None:
    tree = spoil(whole(), both(given(TOP, "OBJID", "urn:uuid:1"), given(MAIN, "LABEL", "urn:uuid:1")))
    tree.name = folder
    assert judged(tree).findings == []
    tree.name = "urn_uuid_2"
    assert ("CSIPSTR2", "warning") in found(judged(tree))


def test_a_sip_or_dip_by_csip_alone_is_told_what_its_kind_would_ask() -> None:
    for rule, kind in (("SIP2", "SIP"), ("DIP2", "DIP")):
        findings = found(judged(spoil(whole(), given("/m:mets/m:metsHdr", "csip:OAISPACKAGETYPE", kind))))
        assert findings == {(rule, "info")}


EVENT = b"""<event><eventIdentifier><eventIdentifierType>local</eventIdentifierType><eventIdentifierValue>e</eventIdentifierValue>
</eventIdentifier><eventType>migration</eventType><eventDateTime>2026-11-22T09:30:00+07:00</eventDateTime>%s</event>"""
LINK = b"""<linkingAgentIdentifier><linkingAgentIdentifierType>local</linkingAgentIdentifierType>
<linkingAgentIdentifierValue>a 1</linkingAgentIdentifierValue></linkingAgentIdentifier>"""
AGENT = b"""<agent><agentIdentifier><agentIdentifierType>local</agentIdentifierType><agentIdentifierValue> a
1 </agentIdentifierValue></agentIdentifier></agent>"""


@pytest.mark.parametrize(
    ("here", "there", "rules"),
    [
        (EVENT % LINK + AGENT, b"", set()),
        (EVENT % LINK, AGENT, set()),  # another PREMIS file of the package describes the agent
        (EVENT % b"", AGENT, {("AIP16", "error")}),
        (EVENT % LINK, b"", {("AIP18", "error")}),
    ],
)
def test_who_caused_an_event_in_an_aip(here: bytes, there: bytes, rules: set[tuple[str, str]]) -> None:
    tree = whole("aip")
    for path, more in (("metadata/preservation/premis1.xml", here), ("metadata/preservation/premis2.xml", there)):
        tree.files[path] = tree.files[path].replace(b"</premis>", more + b"</premis>")
        size, told = str(len(tree.files[path])), hashlib.sha256(tree.files[path]).hexdigest()
        reference = f"/m:mets/m:amdSec/m:digiprovMD/m:mdRef[@xlink:href='{path}']"
        tree = spoil(tree, both(given(reference, "SIZE", size), given(reference, "CHECKSUM", told)))
    assert found(judged(tree, "aip-2.2")) == rules
    assert found(judged(tree, "aip-2.1")) == set()


def test_a_file_beside_the_representations() -> None:
    tree = whole()
    tree.files["representations/loose.pdf"] = PDF
    assert ("CSIPSTR10", "warning") in found(judged(tree))


def test_identifiers_twice_and_pointers_into_nothing() -> None:
    assert ("IP-ID", "error") in found(judged(spoil(whole(), given(XSD, "ID", "group-doc"))))
    assert ("IP-POINTER", "error") in found(judged(spoil(whole(), given(f"{MAP}//m:fptr", "FILEID", "nowhere"))))


def test_a_file_that_is_not_what_it_is_called() -> None:
    tree = whole()
    path = next(path for path in tree.files if path.startswith(f"{REP}/data/"))
    tree.files[path] = b"\x89PNG\r\n\x1a\n" + b"\0" * 40
    assert ("IP-FORMAT", "warning") in found(judged(tree))


@pytest.mark.parametrize("content", [b"", b"<html/>", b'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"/>'])
def test_a_placeholder_schema(content: bytes) -> None:
    tree = whole()
    tree.files["schemas/dc.xsd"] = content
    assert ("IP-SCHEMA-PLACEHOLDER", "error") in found(judged(tree))


def test_a_mets_against_its_schema() -> None:
    assert ("IP-METS-XSD", "error") in found(judged(spoil(whole(), given(FILE, "SIZE", "ba"))))
    assert ("IP-XML", "error") in found(judged(_broken(whole())))


def _broken(tree: MemoryTree) -> MemoryTree:
    tree.files["METS.xml"] = tree.files["METS.xml"][:-20]
    return tree


def test_several_representations_and_other_structural_maps_are_no_fault() -> None:
    tree = whole(documents=3)
    tree.files |= {path.replace("rep1", "rep2"): content for path, content in tree.files.items() if path.startswith(f"{REP}/")}
    second_mets = "representations/rep2/METS.xml"
    tree.files[second_mets] = tree.files[second_mets].replace(b'"rep1-', b'"rep2-').replace(b" rep1-", b" rep2-")
    tree = spoil(tree, both(given(TOP, "OBJID", "rep2"), given(MAIN, "LABEL", "rep2")), second_mets)

    def second(root: etree._Element) -> None:
        for path in (REPS, INNER):
            element = at(root, path)
            copy = etree.fromstring(etree.tostring(element).replace(b"rep1", b"rep2").replace(b"group-rep", b"group-rep2"))
            if path == INNER:
                copy.set("ID", "div-rep2")
            element.addnext(copy)
        at(root, MAIN + "/m:div[@LABEL='Representations']").insert(
            1, etree.fromstring(f'<fptr xmlns="{METS}" FILEID="group-rep2"/>')
        )
        at(root, MAP).addnext(etree.fromstring(f'<structMap xmlns="{METS}" LABEL="LOGICAL"><div LABEL="x"/></structMap>'))

    tree = spoil(tree, second)
    content = tree.files["representations/rep2/METS.xml"]
    tree = spoil(tree, both(
        given("//m:fileGrp[@ID='group-rep2']/m:file", "CHECKSUM", hashlib.sha256(content).hexdigest()),
        given("//m:fileGrp[@ID='group-rep2']/m:file", "SIZE", str(len(content))),
    ))  # fmt: skip
    assert judged(tree).findings == []


@pytest.mark.parametrize(
    "address", ["file:./documentation/readme.txt", "file://./documentation/readme.txt", "./documentation/readme.txt"]
)
def test_addresses_by_the_file_protocol(address: str) -> None:
    assert judged(spoil(whole(), given(f"{FILE}/m:FLocat", "xlink:href", address))).findings == []


@pytest.mark.parametrize(
    "address", ["file:///etc/passwd", "file:../../etc/passwd", "file://./../x", "http://x.example/readme.txt"]
)
def test_addresses_that_lead_out_of_the_package(address: str) -> None:
    assert {("CSIP76", "error"), ("CSIP79", "error"), ("IP-HREF", "error")} <= found(
        judged(spoil(whole(), given(f"{FILE}/m:FLocat", "xlink:href", address)))
    )


def test_metadata_divisions_below_the_first() -> None:
    """As RODA writes them: `Metadata/Other` beside `Metadata`."""

    def split(root: etree._Element) -> None:
        division = at(root, MAIN + "/m:div[@LABEL='Metadata']")
        division.set("ADMID", "prov1 prov2")
        other = etree.fromstring(etree.tostring(division))
        for name, value in (("ID", "div-other"), ("LABEL", "Metadata/Other"), ("ADMID", "rights1")):
            other.set(name, value)
        del other.attrib["DMDID"]
        division.addnext(other)

    assert judged(spoil(whole(), split)).findings == []


def test_the_section_around_may_be_named_instead_of_its_parts() -> None:
    assert judged(spoil(whole(), given(MAIN + "/m:div[@LABEL='Metadata']", "ADMID", "amd"))).findings == []
