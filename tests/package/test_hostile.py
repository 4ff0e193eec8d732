"""Odd, broken and hostile input: findings, never an exception, never a byte outside the package."""

from __future__ import annotations

import json
import os
import random
import stat
import unicodedata
import zipfile
from pathlib import Path

import pytest

from app.errors import AppError, Cancelled
from app.jobs import Job
from app.package.check import check_package
from app.package.report import MOST, Report
from app.package.xml import Refused, parse
from tests.package import samples
from tests.package.samples import archive, edit, entries, judged, written

EAD = "metadata/descriptive/EAD.xml"


def rules(path: Path) -> set[str]:
    report = judged(path)
    assert not report.valid
    assert all(finding.message and finding.rule for finding in report.findings)
    return report.rules()


# --- no package at all ---


@pytest.mark.parametrize(
    "content",
    [b"", b"PK", b"not a zip at all", b"PK\x05\x06" + b"\0" * 18, b"PK\x05\x06" + b"\xff" * 18, b"%PDF-1.7\n", b"\0" * 5000],
)
def test_something_else_than_a_zip(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.zip"
    path.write_bytes(content)
    assert rules(path) == {"TT05-ZIP", "CSIPSTR1"}


def test_nothing_there(tmp_path: Path) -> None:
    assert rules(tmp_path / "nowhere.zip") == {"TT05-FILE"}


def test_an_empty_folder(tmp_path: Path) -> None:
    assert {"CSIPSTR4", "CSIPSTR5", "CSIPSTR9"} <= rules(tmp_path)


def test_an_empty_archive_and_one_of_folders_only(tmp_path: Path) -> None:
    assert rules(archive(tmp_path / "a.zip", [])) == {"TT05-ZIP", "CSIPSTR1"}
    assert {"CSIPSTR4", "CSIPSTR5", "CSIPSTR9"} <= rules(archive(tmp_path / "b.zip", [("x/", b"")]))


def test_a_zip_of_something_else(tmp_path: Path) -> None:
    assert "CSIPSTR4" in rules(archive(tmp_path / "a.zip", [("holiday/beach.jpg", b"x")]))
    assert rules(archive(tmp_path / "b.zip", [("a/x", b"x"), ("b/y", b"y")])) == {"CSIPSTR1"}


def test_a_package_packed_without_its_folder_is_still_read(tmp_path: Path) -> None:
    whole = entries(written(tmp_path, as_zip=True))
    flat = [(str(name).partition("/")[2], content) for name, content in whole]
    assert rules(archive(tmp_path / "flat.zip", flat)) == {"CSIPSTR1"}


def test_a_device_and_a_link_in_a_folder(tmp_path: Path) -> None:
    base = written(tmp_path)
    os.mkfifo(base / "metadata/pipe")
    (base / "metadata/link").symlink_to("/etc/passwd")
    (base / "schemas/away").symlink_to("/etc")
    assert rules(base) == {"TT05-LINK"}


def test_only_known_profiles(tmp_path: Path) -> None:
    with pytest.raises(AppError) as caught:
        check_package(tmp_path, profile="iso-9999")
    assert caught.value.code == "package.profile"


def test_stopping(tmp_path: Path) -> None:
    job = Job()
    job.stop()
    with pytest.raises(Cancelled):
        check_package(written(tmp_path), job=job)


# --- ZIPs made to do harm ---


@pytest.mark.parametrize(
    "name", ["../evil.txt", "/etc/evil", "pkg/../../evil", "C:\\evil.txt", "C:evil", "\\\\server\\evil", "pkg/..\\..\\evil"]
)
def test_zip_slip(tmp_path: Path, name: str) -> None:
    whole = entries(written(tmp_path, as_zip=True))
    assert rules(archive(tmp_path / "x.zip", [*whole, (name, b"evil")])) == {"TT05-UNSAFE"}
    assert not list(tmp_path.rglob("*evil*"))


def test_a_link_in_a_zip(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("pkg/link")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    assert rules(archive(tmp_path / "x.zip", [*entries(written(tmp_path, as_zip=True)), (link, b"/etc/passwd")])) == {
        "TT05-LINK"
    }


def test_the_same_name_twice(tmp_path: Path) -> None:
    whole = entries(written(tmp_path, as_zip=True))
    with pytest.warns(UserWarning, match="Duplicate name"):
        path = archive(tmp_path / "x.zip", [*whole, whole[0]])
    assert rules(path) == {"TT05-TWICE"}


def test_an_entry_without_a_name(tmp_path: Path) -> None:
    path = archive(tmp_path / "x.zip", [("p/METS.xml", b"x"), ("q", b"y")])
    content = bytearray(path.read_bytes())
    for mark, at in ((b"PK\x03\x04", 30), (b"PK\x01\x02", 46)):
        content[content.rindex(mark) + at] = 0
    path.write_bytes(content)
    assert rules(path) == {"TT05-ZIP", "CSIPSTR1"}


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_rare_compression_methods(tmp_path: Path, method: int) -> None:
    assert rules(archive(tmp_path / "x.zip", entries(written(tmp_path, as_zip=True)), method)) == {"TT05-METHOD"}


def test_a_damaged_compressed_entry(tmp_path: Path) -> None:
    whole = entries(written(tmp_path, as_zip=True))
    path = archive(tmp_path / "x.zip", whole, zipfile.ZIP_DEFLATED)
    assert judged(path).findings == []
    with zipfile.ZipFile(path) as file:
        row = next(row for row in file.infolist() if row.filename.endswith("/ead.xsd"))
    content = bytearray(path.read_bytes())
    start = row.header_offset + 30 + len(row.filename.encode())
    for at in range(start + 20, start + row.compress_size - 20):
        content[at] ^= 0x55
    path.write_bytes(content)
    assert rules(path) == {"TT05-READ"}


def test_names_that_collide_where_case_or_accents_do_not_count(tmp_path: Path) -> None:
    whole = entries(written(tmp_path, as_zip=True))
    top = str(whole[0][0]).partition("/")[0]
    collide = [(f"{top}/documentation/{name}", b"x") for name in ("Sổ.txt", "SỔ.txt", unicodedata.normalize("NFD", "sổ.txt"))]
    report = judged(archive(tmp_path / "x.zip", [*whole, *collide]))
    assert sum(finding.rule == "TT05-TWICE" for finding in report.findings) == 2


def test_a_name_that_is_a_file_and_a_folder(tmp_path: Path) -> None:
    whole = entries(written(tmp_path, as_zip=True))
    top = str(whole[0][0]).partition("/")[0]
    report = judged(archive(tmp_path / "x.zip", [*whole, (f"{top}/documentation", b"x"), (f"{top}/documentation/a", b"x")]))
    assert [f.where for f in report.findings if f.rule == "TT05-TWICE"] == [f"{top}/documentation"]


def test_a_file_name_that_is_no_text(tmp_path: Path) -> None:
    """Linux takes any bytes for a name; the report must still go into JSON and a terminal."""
    base = written(tmp_path)
    (Path(os.fsdecode(os.fsencode(base) + b"/schemas/\xff\xfe\x1b[31m"))).write_bytes(b"x")
    report = judged(base)
    assert report.rules() == {"TT05-UNSAFE", "TT05-UNLISTED"}
    json.dumps(report.as_json(), ensure_ascii=False).encode("utf-8")
    assert "\x1b" not in repr(report.as_json())


def test_endless_values_do_not_make_an_endless_report(tmp_path: Path) -> None:
    base = written(tmp_path)
    edit(base / EAD, lambda t: t.replace("<mode>01", "<mode>" + "x" * 1_000_000))
    samples.refresh(base)
    assert max(len(finding.message) for finding in judged(base).findings) < 500


def test_invisible_signs_in_a_name(tmp_path: Path) -> None:
    whole = entries(written(tmp_path, as_zip=True))
    top = str(whole[0][0]).partition("/")[0]
    assert "TT05-UNSAFE" in rules(archive(tmp_path / "x.zip", [*whole, (f"{top}/documentation/a\u202efdp.exe", b"x")]))


@pytest.mark.parametrize("name", ["CON.txt", "aux", "a?.txt", "trailing.", "b|c"])
def test_names_that_windows_cannot_hold(tmp_path: Path, name: str) -> None:
    whole = entries(written(tmp_path, as_zip=True))
    top = str(whole[0][0]).partition("/")[0]
    report = judged(archive(tmp_path / "x.zip", [*whole, (f"{top}/documentation/{name}", b"x")]))
    assert "TT05-NAME" in report.rules("warning")


def test_a_zip_bomb(tmp_path: Path) -> None:
    whole = entries(written(tmp_path, as_zip=True))
    with zipfile.ZipFile(tmp_path / "x.zip", "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in whole:
            file.writestr(name, content)
        with file.open(f"{str(whole[0][0]).partition('/')[0]}/bomb", "w") as out:
            for _ in range(80):
                out.write(bytes(1 << 20))
    assert rules(tmp_path / "x.zip") == {"TT05-BOMB"}


def test_entries_that_share_their_bytes(tmp_path: Path) -> None:
    """The "better zip bomb": many rows of the table of contents point to one and the same entry."""
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("p/a", os.urandom(100_000))
        row = file.infolist()[0]
        for number in range(50):
            twin = zipfile.ZipInfo(f"p/{number}")
            twin.header_offset, twin.CRC = row.header_offset, row.CRC
            twin.compress_size, twin.file_size = row.compress_size, row.file_size
            file.filelist.append(twin)
    assert rules(path) == {"TT05-BOMB"}


def test_an_archive_with_a_password(tmp_path: Path) -> None:
    path = archive(tmp_path / "x.zip", [("p/METS.xml", b"secret")])
    content = bytearray(path.read_bytes())
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(content)
    assert rules(path) == {"TT05-ENCRYPTED"}


def test_an_archive_whose_table_of_contents_is_huge(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    with path.open("wb") as file:
        file.truncate(200 << 20)  # sparse: nothing of it lies on disk
        file.seek(0, os.SEEK_END)
        file.write(b"PK\x05\x06" + b"\0" * 8 + (190 << 20).to_bytes(4, "little") + b"\0" * 6)
    assert rules(path) == {"TT05-BOMB"}


# --- XML made to do harm ---


@pytest.mark.parametrize(
    "head",
    [
        '<!DOCTYPE simpledc [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE simpledc SYSTEM "http://127.0.0.1:9/x.dtd">',
        "<!DOCTYPE simpledc [" + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 9)) + "]>",
    ],
)
def test_document_types_and_entities(tmp_path: Path, head: str) -> None:
    base = written(tmp_path)
    edit(base / EAD, lambda t: t.replace("?>", f"?>{head}", 1).replace("<description/>", "<description>&x;</description>"))
    samples.refresh(base)
    found = rules(base)
    assert "TT05-DOCTYPE" in found
    assert "root:" not in repr(judged(base))


def test_a_document_type_in_another_encoding() -> None:
    with pytest.raises(Refused) as caught:
        parse('<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'.encode("utf-16"))
    assert caught.value.reason == "doctype"


@pytest.mark.parametrize(
    "content", [b"", b"<", b"\xff\xfe\x00", b"<a>" * 5000, b"<a " + b"x" * 100_000, "<a>ệ</a>".encode("utf-16"), b"<mets/>"]
)
def test_a_mets_that_is_none(tmp_path: Path, content: bytes) -> None:
    base = written(tmp_path)
    (base / "METS.xml").write_bytes(content)
    assert rules(base) & {"TT05-XML", "CSIP117"}


def test_mets_in_odd_shapes(tmp_path: Path) -> None:
    """Elements without what they need, in the wrong place, in the wrong number."""
    head = '<mets xmlns="http://www.loc.gov/METS/" xmlns:xlink="http://www.w3.org/1999/xlink">'
    bodies = [
        "",
        "<metsHdr/>",
        "<fileSec><fileGrp><file><FLocat/></file></fileGrp></fileSec>",
        '<fileSec><fileGrp><file SIZE="-1" CHECKSUM="x"><FLocat xlink:href="METS.xml"/></file></fileGrp></fileSec>',
        '<fileSec><fileGrp><file><FLocat xlink:href="%00"/><FLocat xlink:href="%FF%FE"/></file></fileGrp></fileSec>',
        '<dmdSec><mdRef xlink:href="metadata"/></dmdSec>',
        "<structMap><div><div><mptr/><fptr/></div></div></structMap>" * 2,
        "<!-- only --><?a remark?>",
    ]
    base = written(tmp_path)
    for body in bodies:
        (base / "METS.xml").write_text(f"{head}{body}</mets>", "utf-8")
        rules(base)


def test_chance_never_brings_the_checker_down(tmp_path: Path) -> None:
    """Bytes flipped, cut and repeated at random (with a fixed seed) all over a package."""
    whole = written(tmp_path, "aip-hoso", as_zip=True).read_bytes()
    chance = random.Random(5)
    path = tmp_path / "x.zip"
    for _ in range(120):
        content = bytearray(whole)
        for _ in range(chance.choice((1, 5, 50))):
            content[chance.randrange(len(content))] = chance.randrange(256)
        if chance.random() < 0.3:
            del content[chance.randrange(len(content)) :]
        path.write_bytes(content)
        assert isinstance(check_package(path), Report)


def test_chance_in_the_xml_never_brings_the_checker_down(tmp_path: Path) -> None:
    base = written(tmp_path, "aip-hoso")
    files = list(base.rglob("*.xml"))
    originals = {path: path.read_bytes() for path in files}
    chance = random.Random(7)
    for _ in range(120):
        path = chance.choice(files)
        lines = originals[path].splitlines(keepends=True)
        for _ in range(3):
            at, other = chance.randrange(2, len(lines) - 1), chance.randrange(2, len(lines) - 1)
            lines[at] = chance.choice(
                (b"", lines[other], lines[at].replace(b'="', b'="\xc3\xa9', 1), lines[at][: len(lines[at]) // 2] + b"\n")
            )
        path.write_bytes(b"".join(lines))
        assert isinstance(check_package(base), Report)
        path.write_bytes(originals[path])


def test_a_report_stays_of_bounded_size(tmp_path: Path) -> None:
    (tmp_path / "many").mkdir()
    for number in range(MOST + 50):
        (tmp_path / "many" / f"{number}\u200b.txt").touch()
    report = judged(tmp_path)
    assert sum(finding.rule == "TT05-UNSAFE" for finding in report.findings) == MOST
