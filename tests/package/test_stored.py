"""Stored files are read in one piece only when nothing about them is out of the ordinary."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from app.jobs import Job
from app.package.checks.digests import SMALL, Digests
from app.package.report import Report
from app.package.stored import StoredFiles
from app.package.tree import open_tree

CONTENT = b"0123456789" * 500


def _archive(
    path: Path, method: int = zipfile.ZIP_STORED, name: str = "a/tờ trình.pdf", before: bytes = b""
) -> zipfile.ZipInfo:
    path.write_bytes(before)
    with zipfile.ZipFile(path, "a", method) as archive:
        archive.writestr(name, CONTENT)
    with zipfile.ZipFile(path) as archive:
        return archive.infolist()[0]


def _whole(path: Path, row: zipfile.ZipInfo) -> bytes | None:
    files = StoredFiles(path)
    try:
        found = files.whole(row)
        return None if found is None else bytes(found)
    finally:
        files.close()


@pytest.mark.parametrize("before", [b"", b"something before the archive"])
def test_a_stored_file(tmp_path: Path, before: bytes) -> None:
    path = tmp_path / "a.zip"
    assert _whole(path, _archive(path, before=before)) == CONTENT


def test_a_compressed_file_is_left_to_zipfile(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    assert _whole(path, _archive(path, zipfile.ZIP_DEFLATED)) is None


def test_a_changed_byte_a_changed_name_and_a_cut_archive_are_left_to_zipfile(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    row = _archive(path, name="a/b.pdf")
    good = path.read_bytes()
    for bad in (good.replace(b"0123", b"0124", 1), good.replace(b"a/b", b"a/c", 1), good[:200], b"X" + good[1:], good[:10]):
        path.write_bytes(bad)
        assert _whole(path, row) is None


def test_digests_are_those_of_the_bytes(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    _archive(path)
    tree = open_tree(path, Report(path))
    assert tree is not None
    with Digests(tree) as digests:
        assert bytes(tree.whole("tờ trình.pdf", SMALL) or b"") == CONTENT
        first = digests.of("tờ trình.pdf", "sha256", Job())
        digests.note("tờ trình.pdf", CONTENT)
        assert digests.of("tờ trình.pdf", "sha256", Job()) == first
        assert digests.family("tờ trình.pdf") == ""  # it was read, but its first bytes are those of no format
        assert digests.family("chưa đọc.pdf") is None
        digests.note("quyết định.pdf", b"%PDF-1.7")
        assert digests.family("quyết định.pdf") == "pdf"
    tree.close()
