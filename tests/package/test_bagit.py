"""BagIt bags: a good one, and one for each way to break RFC 8493."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from app.package.check import check_package
from app.package.report import Report


def bag(base: Path, *, version: str = "1.0", algorithm: str = "sha256") -> Path:
    """A bag with a Vietnamese name and one with a per cent sign, tag manifest and bag-info."""
    files = {"data/Tờ trình.pdf": b"%PDF-1.7", "data/thư mục/50%.txt": b"a"}
    for path, content in files.items():
        (base / path).parent.mkdir(parents=True, exist_ok=True)
        (base / path).write_bytes(content)
    (base / "bagit.txt").write_text(f"BagIt-Version: {version}\nTag-File-Character-Encoding: UTF-8\n")
    (base / "bag-info.txt").write_text("Source-Organization: UBND huyện\n  Quỳnh Phụ\nPayload-Oxum: 9.2\n", "utf-8")
    escape = (lambda path: path.replace("%", "%25")) if version == "1.0" else str
    rows = [f"{hashlib.new(algorithm, content).hexdigest()}  {escape(path)}\n" for path, content in files.items()]
    (base / f"manifest-{algorithm}.txt").write_text("".join(rows), "utf-8")
    retag(base)
    return base


def retag(base: Path) -> None:
    rows = [
        f"{hashlib.sha256(path.read_bytes()).hexdigest()} {path.name}\n"
        for path in sorted(base.glob("*.txt"))
        if not path.name.startswith("tagmanifest")
    ]
    (base / "tagmanifest-sha256.txt").write_text("".join(rows))


def judged(base: Path) -> Report:
    return check_package(base)


@pytest.mark.parametrize("version", ["1.0", "0.97", "0.96"])
def test_a_good_bag(tmp_path: Path, version: str) -> None:
    report = judged(bag(tmp_path / "bag", version=version))
    assert (report.findings, report.kind, report.profile) == ([], "bagit", "bagit")


def test_an_old_digest_is_only_noted(tmp_path: Path) -> None:
    report = judged(bag(tmp_path / "bag", algorithm="md5"))
    assert (report.valid, report.rules("info")) == (True, {"BAGIT-ALGORITHM"})


def _replaced(name: str, old: str, new: str) -> Callable[[Path], object]:
    def change(base: Path) -> None:
        text = (base / name).read_text("utf-8")
        assert old in text
        (base / name).write_text(text.replace(old, new), "utf-8")

    return change


def _written(name: str, content: bytes) -> Callable[[Path], object]:
    return lambda base: (base / name).write_bytes(content)


M = "manifest-sha256.txt"


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        (lambda base: (base / "bagit.txt").write_text(""), "BAGIT-DECLARATION"),
        (_replaced("bagit.txt", "BagIt-Version:", "BagIt-Version :"), "BAGIT-DECLARATION"),
        (_replaced("bagit.txt", "1.0", "7.0"), "BAGIT-DECLARATION"),
        (_replaced("bagit.txt", "UTF-8", "UTF-777"), "BAGIT-DECLARATION"),
        (_written("bagit.txt", b"\xef\xbb\xbfBagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"), "BAGIT-DECLARATION"),
        (lambda base: (base / M).unlink(), "BAGIT-MANIFEST"),
        (_written(M, b"nonsense\n"), "BAGIT-MANIFEST"),
        (_replaced(M, "data/thư", "../data/thư"), "BAGIT-UNSAFE"),
        (_replaced(M, "data/thư", "/data/thư"), "BAGIT-UNSAFE"),
        (_replaced(M, "data/Tờ", "Tờ"), "BAGIT-UNSAFE"),
        (lambda base: (base / M).write_text((base / M).read_text() * 2), "BAGIT-MANIFEST"),
        (_written("data/thư mục/50%.txt", b"b"), "BAGIT-FIXITY"),
        (_written("bag-info.txt", b"Payload-Oxum: 9.2\n"), "BAGIT-FIXITY"),
        (lambda base: (base / "data/Tờ trình.pdf").unlink(), "BAGIT-MISSING"),
        (lambda base: (base / "bag-info.txt").unlink(), "BAGIT-MISSING"),
        (_written("data/extra", b"x"), "BAGIT-UNLISTED"),
        (_written("fetch.txt", b"http://x.example/a 1 data/nowhere\n"), "BAGIT-FETCH"),
        (_written("fetch.txt", b"http://x.example/a\n"), "BAGIT-FETCH"),
        (_written("fetch.txt", b"http://x.example/a 5 ../etc\n"), "BAGIT-UNSAFE"),
        (_written("fetch.txt", "http://x.example/a 5 data/Tờ trình.pdf\n".encode()), "BAGIT-FETCH"),
        (_replaced("bag-info.txt", "9.2", "9.3"), "BAGIT-OXUM"),
        (_replaced("bag-info.txt", "Payload-Oxum:", "Payload-Oxum: 9.2\nPayload-Oxum:"), "BAGIT-INFO"),
        (_replaced("bag-info.txt", "Payload-Oxum:", "Payload-Oxum :"), "BAGIT-INFO"),
        (_written("bag-info.txt", b"no colon\n"), "BAGIT-INFO"),
        (_written("bag-info.txt", b"Name: \xff\xfe\n"), "BAGIT-READ"),
    ],
)
def test_a_broken_bag(tmp_path: Path, change: Callable[[Path], object], rule: str) -> None:
    base = bag(tmp_path / "bag")
    change(base)
    report = judged(base)
    assert not report.valid
    assert rule in report.rules("error")


def test_a_file_that_only_one_of_two_manifests_names(tmp_path: Path) -> None:
    base = bag(tmp_path / "bag")
    rows = (base / M).read_text("utf-8").splitlines()
    paths = [row.split("  ")[1].replace("%25", "%") for row in rows]
    (base / "manifest-sha512.txt").write_text(
        f"{hashlib.sha512((base / paths[0]).read_bytes()).hexdigest()}  {paths[0]}\n", "utf-8"
    )
    retag(base)
    assert judged(base).rules("error") == {"BAGIT-UNLISTED"}


def test_no_bag_at_all(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("a")
    assert "BAGIT-DECLARATION" in check_package(tmp_path, profile="bagit").rules("error")
    assert "BAGIT-DATA" in _without_data(tmp_path / "bag").rules("error")


def _without_data(base: Path) -> Report:
    bag(base)
    (base / "data").rename(base.parent / "away")
    return judged(base)
