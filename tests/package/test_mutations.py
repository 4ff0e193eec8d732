"""A thousand random changes to good packages: every one of them is found, and no bytes whatever make the checker stumble."""

from __future__ import annotations

import tarfile
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from app.jobs import Job
from app.package import check
from app.package.check import PROFILES, check_package
from app.package.report import LEVELS, Report
from app.package.xml import METS
from tests.package import samples
from tests.package.eark_samples import REP, MemoryTree, unpack, whole

NOW = datetime(2026, 11, 27, 8, tzinfo=UTC)
KINDS = ("csip-2.0.4", "sip-2.1", "dip-2.2", "sip-hoso", "aip-hoso")
MANY = settings(max_examples=1000, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
SOME = settings(MANY, max_examples=300)


@cache
def _files(kind: str) -> tuple[str, dict[str, bytes]]:
    if kind not in ("sip-hoso", "aip-hoso"):
        tree = whole(kind.partition("-")[0])
        return tree.name, tree.files
    with TemporaryDirectory() as folder:
        base = samples.written(Path(folder), kind)
        return base.name, {path.relative_to(base).as_posix(): path.read_bytes() for path in base.rglob("*") if path.is_file()}


def fresh(kind: str) -> MemoryTree:
    name, files = _files(kind)
    return MemoryTree(dict(files), name)


def judged(tree: MemoryTree, kind: str, profile: str = "") -> Report:
    report = Report(Path(tree.name))
    profile = profile or ("tt05" if kind.endswith("hoso") else kind)
    check._check(tree, report, profile, Job(), NOW, archived=True)
    return report


def test_the_packages_are_good_before_they_are_spoilt() -> None:
    for kind in KINDS:
        assert judged(fresh(kind), kind).findings == []


def _altered(content: bytes, at: int, value: int) -> bytes:
    place = at % len(content)
    changed = value if value != content[place] else value ^ 1
    return content[:place] + bytes([changed]) + content[place + 1 :]


@MANY
@given(
    kind=st.sampled_from(KINDS),
    act=st.sampled_from(["flip", "remove", "add", "rename", "digest", "size", "shorten", "lengthen"]),
    which=st.integers(0, 10_000),
    at=st.integers(0, 1_000_000),
    value=st.integers(0, 255),
)
def test_a_random_change_is_found(kind: str, act: str, which: int, at: int, value: int) -> None:
    tree = fresh(kind)
    # The package's own METS is what everything else is proven by: only a signature over it could tell of a changed blank there.
    proven = sorted(path for path in tree.files if path != "METS.xml")
    path = proven[which % len(proven)]
    content = tree.files[path]
    if act == "flip":
        tree.files[path] = _altered(content, at, value)
    elif act == "shorten":
        tree.files[path] = content[: at % len(content)]
    elif act == "lengthen":
        tree.files[path] = content + bytes([value])
    elif act == "remove":
        del tree.files[sorted(tree.files)[which % len(tree.files)]]
    elif act == "add":
        tree.files[f"{path.rpartition('/')[0]}/{value}-{at}.bin"] = bytes([value])
    elif act == "rename":
        tree.files[f"{path}.{value}"] = tree.files.pop(path)
    else:
        _claim(tree, act, which, at, value)
    assert any(finding.level in ("error", "warning") for finding in judged(tree, kind).findings)


def _claim(tree: MemoryTree, act: str, which: int, at: int, value: int) -> None:
    """Another digest or size in one of the METS; that of the representation is then proven wrong by the package's own."""
    mets = ("METS.xml", f"{REP}/METS.xml")[at % 2]
    root = etree.fromstring(tree.files[mets])
    elements = [e for e in root.iter(f"{{{METS}}}file", f"{{{METS}}}mdRef") if e.get("CHECKSUM")]
    element = elements[which % len(elements)]
    if act == "size":
        element.set("SIZE", str(int(element.get("SIZE") or 0) + 1 + value))
    else:
        told = element.get("CHECKSUM") or ""
        place = at % len(told)
        element.set("CHECKSUM", told[:place] + ("1" if told[place] != "1" else "2") + told[place + 1 :])
    tree.files[mets] = etree.tostring(root)


@SOME
@given(
    kind=st.sampled_from(KINDS),
    profile=st.sampled_from(PROFILES),
    changes=st.lists(st.tuples(st.integers(0, 1_000_000), st.integers(0, 255)), min_size=1, max_size=4),
    representation=st.booleans(),
)
def test_a_mets_with_changed_bytes_never_makes_it_stumble(
    kind: str, profile: str, changes: list[tuple[int, int]], representation: bool
) -> None:
    tree = fresh(kind)
    mets = f"{REP}/METS.xml" if representation else "METS.xml"
    for at, value in changes:
        tree.files[mets] = _altered(tree.files[mets], at, value)
    _sound(judged(tree, kind, profile))


@SOME
@given(
    kind=st.sampled_from(KINDS),
    profile=st.sampled_from(PROFILES),
    which=st.integers(0, 10_000),
    how=st.sampled_from(["drop", "double", "empty", "swap", "text"]),
    value=st.text(max_size=30),
)
def test_a_mets_with_changed_elements_never_makes_it_stumble(kind: str, profile: str, which: int, how: str, value: str) -> None:
    tree = fresh(kind)
    root = etree.fromstring(tree.files["METS.xml"])
    elements = list(root.iter(etree.Element))[1:]
    element = elements[which % len(elements)]
    parent = element.getparent()
    assert parent is not None
    if how == "drop":
        parent.remove(element)
    elif how == "double":
        parent.append(etree.fromstring(etree.tostring(element)))
    elif how == "empty":
        element.clear()
    elif how == "swap":
        parent.insert(0, element)
    else:
        for name in element.attrib:
            element.set(name, "".join(sign for sign in value if sign.isprintable()))
    tree.files["METS.xml"] = etree.tostring(root)
    _sound(judged(tree, kind, profile))


@SOME
@given(
    content=st.binary(max_size=400),
    profile=st.sampled_from(PROFILES),
    head=st.sampled_from([b"", b"PK\x03\x04", b"\x1f\x8b\x08", b"BZh9"]),
)
def test_any_bytes_as_a_package(content: bytes, profile: str, head: bytes) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "package.zip"
        path.write_bytes(head + content)
        report = check_package(path, profile=profile, now=NOW)
        _sound(report)
        assert not report.valid


@SOME
@given(at=st.integers(0, 1_000_000), value=st.integers(0, 255), cut=st.one_of(st.none(), st.integers(0, 1_000_000)))
def test_a_damaged_tar(at: int, value: int, cut: int | None) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "package.tar"
        content = _altered(_tar(), at, value)
        path.write_bytes(content if cut is None else content[: cut % len(content)])
        _sound(check_package(path, profile="csip-2.1", now=NOW))


@cache
def _tar() -> bytes:
    with TemporaryDirectory() as folder:
        base = unpack(whole(), Path(folder))
        path = Path(folder) / "package.tar"
        with tarfile.open(path, "w") as archive:
            archive.add(base, base.name)
        return path.read_bytes()


def _sound(report: Report) -> None:
    assert all(f.rule and f.level in LEVELS and f.message for f in report.findings)
    assert report.as_json()["valid"] is report.valid
