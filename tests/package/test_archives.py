"""The same package as folder, ZIP and TAR; TARs that were made to do harm; which rules a package is judged by."""

from __future__ import annotations

import io
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import etree

from app.errors import AppError
from app.package import tartree
from app.package.check import check_package
from app.package.eark.profiles import told_by
from app.package.ziptree import RATIO_FROM
from tests.package import samples
from tests.package.eark_samples import HEAD_FILE, NAME, spoil, unpack, whole


def zipped(base: Path, target: Path) -> Path:
    with zipfile.ZipFile(target, "w") as archive:
        for path in sorted(base.rglob("*")):
            if path.is_file():
                archive.write(path, path.relative_to(base.parent).as_posix())
    return target


def tarred(base: Path, target: Path, mode: str) -> Path:
    with tarfile.open(target, mode) as archive:  # type: ignore[call-overload]
        archive.add(base, base.name)
    return target


@pytest.mark.parametrize(("name", "mode"), [("p.tar", "w"), ("p.tar.gz", "w:gz"), ("p.tar.bz2", "w:bz2"), ("p.tar.xz", "w:xz")])
def test_a_tar_is_judged_as_its_folder(tmp_path: Path, name: str, mode: str) -> None:
    path = tarred(unpack(whole(), tmp_path), tmp_path / name, mode)
    report = check_package(path)
    assert (report.findings, report.profile, report.kind, report.objid) == ([], "csip-2.1", "eark-aip", NAME)


def test_a_changed_file_in_a_tar_is_found(tmp_path: Path) -> None:
    tree = whole()
    tree.files[HEAD_FILE] = tree.files[HEAD_FILE][:-1] + b"X"
    assert check_package(tarred(unpack(tree, tmp_path), tmp_path / "p.tgz", "w:gz")).rules("error") == {"CSIP71"}


def test_a_zip_with_empty_folders(tmp_path: Path) -> None:
    base = unpack(whole(), tmp_path)
    (base / "metadata/empty").mkdir()
    path = tmp_path / "p.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for file in sorted(base.rglob("*")):
            archive.write(file, file.relative_to(tmp_path))
    assert [(f.rule, f.where) for f in check_package(path).findings] == [("IP-EMPTY", "metadata/empty")]


def _entry(name: str, **facts: object) -> Callable[[tarfile.TarFile], None]:
    def add(archive: tarfile.TarFile) -> None:
        row = tarfile.TarInfo(name)
        for key, value in facts.items():
            setattr(row, key, value)
        archive.addfile(row, io.BytesIO(b""))

    return add


@pytest.mark.parametrize(
    ("add", "rule"),
    [
        (_entry("../evil.txt"), "TT05-UNSAFE"),
        (_entry("/etc/evil"), "TT05-UNSAFE"),
        (_entry("C:\\evil"), "TT05-UNSAFE"),
        (_entry(f"{NAME}/link", type=tarfile.SYMTYPE, linkname="/etc/passwd"), "TT05-LINK"),
        (_entry(f"{NAME}/link", type=tarfile.LNKTYPE, linkname="../x"), "TT05-LINK"),
        (_entry(f"{NAME}/device", type=tarfile.CHRTYPE), "TT05-LINK"),
        (_entry("elsewhere/file"), "CSIPSTR1"),
    ],
)
def test_a_hostile_tar(tmp_path: Path, add: Callable[[tarfile.TarFile], None], rule: str) -> None:
    path = tarred(unpack(whole(), tmp_path), tmp_path / "p.tar", "w")
    with tarfile.open(path, "a") as archive:
        add(archive)
    report = check_package(path)
    assert rule in report.rules("error")


def test_a_compressed_bomb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tartree, "RATIO_FROM", 1 << 20)
    base = unpack(whole(), tmp_path)
    (base / "documentation/zeros.bin").write_bytes(bytes(8 << 20))
    report = check_package(tarred(base, tmp_path / "p.tgz", "w:gz"))
    assert report.rules("error") == {"TT05-BOMB"}
    assert RATIO_FROM > 1 << 20


# --- profiles ---


@pytest.mark.parametrize(
    ("address", "oais", "profile"),
    [
        ("https://earkcsip.dilcis.eu/profile/E-ARK-CSIP.xml", "SIP", "csip-2.1"),
        ("https://earkcsip.dilcis.eu/profile/E-ARK-CSIP-v2-0-4.xml", "AIP", "csip-2.0.4"),
        ("https://earksip.dilcis.eu/profile/E-ARK-SIP-v2-2-0.xml", "SIP", "sip-2.2"),
        ("https://earksip.dilcis.eu/profile/E-ARK-SIP.xml", "SIP", "sip-2.1"),
        ("https://earkdip.dilcis.eu/profile/E-ARK-DIP-v2-1-0.xml", "DIP", "dip-2.1"),
        ("http://www.ra.ee/METS/v01/IP.xml", "AIP", "csip-2.1"),
        ("", "SIP", "sip-2.1"),
        ("anything", "DIP", "dip-2.1"),
        ("https://earkcsip.dilcis.eu/profile/CSIP.xml", "SIP", "csip-2.1"),
        ("", "", "csip-2.1"),
    ],
)
def test_the_profile_is_told_by_the_package(address: str, oais: str, profile: str) -> None:
    assert told_by(address, oais).name == profile


def test_which_rules_are_chosen(tmp_path: Path) -> None:
    circular = samples.written(tmp_path / "a")
    assert check_package(circular).profile == "tt05"
    base = unpack(whole("sip"), tmp_path / "b")
    assert check_package(base).profile == "sip-2.1"
    # CSIP asks for the version; what the package says it is adds its own rules.
    assert check_package(base, profile="csip-2.2").profile == "sip-2.2"
    assert check_package(base, profile="dip-2.2").profile == "dip-2.2"
    assert "TT05-EAD" in check_package(base, profile="tt05").rules("error")
    (base / "METS.xml").unlink()
    assert check_package(base).profile == "tt05"
    assert "CSIPSTR4" in check_package(base, profile="sip-2.2").rules("error")


def test_an_unknown_profile(tmp_path: Path) -> None:
    with pytest.raises(AppError) as caught:
        check_package(tmp_path, profile="csip-9")
    assert caught.value.code == "package.profile"


@pytest.mark.parametrize("profile", ["csip-2.0.4", "sip-2.1", "dip-2.2"])
def test_the_folder_around_a_package(tmp_path: Path, profile: str) -> None:
    base = unpack(whole(profile.partition("-")[0]), tmp_path / "outer").parent
    report = check_package(base, profile=profile)
    assert (report.valid, report.objid) == (True, NAME)


@pytest.mark.parametrize("profile", ["csip-2.0.4", "sip-2.1", "dip-2.2"])
def test_what_is_no_package_at_all(tmp_path: Path, profile: str) -> None:
    path = tmp_path / "mets.xml"
    path.write_bytes(whole().files["METS.xml"])
    assert "CSIPSTR1" in check_package(path, profile=profile).rules("error")
    assert "CSIPSTR1" in check_package(path).rules("error")


def test_the_package_may_be_named_by_its_mets(tmp_path: Path) -> None:
    base = unpack(whole(), tmp_path)
    report = check_package(base / "METS.xml")
    assert (report.valid, report.objid, report.files) == (True, NAME, len(whole().files))
    (tmp_path / "METS.xml").write_bytes(whole().files["METS.xml"])
    assert "CSIP79" in check_package(tmp_path / "METS.xml").rules("error")  # its files are not beside it


def test_folders_without_files_are_a_package_without_a_mets(tmp_path: Path) -> None:
    path = tmp_path / "p.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("p/", b"")
        archive.writestr("p/metadata/", b"")
    assert check_package(path, profile="csip-2.1").rules("error") == {"CSIPSTR4"}
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("q/", b"")
    assert "CSIPSTR1" in check_package(path, profile="csip-2.1").rules("error")
    with tarfile.open(tmp_path / "p.tar", "w") as tar:
        for name in ("p", "p/metadata"):
            row = tarfile.TarInfo(name)
            row.type = tarfile.DIRTYPE
            tar.addfile(row)
    assert check_package(tmp_path / "p.tar", profile="csip-2.1").rules("error") == {"CSIPSTR4"}


def test_an_empty_folder_beside_the_package_is_one_too_many(tmp_path: Path) -> None:
    path = zipped(unpack(whole(), tmp_path), tmp_path / "p.zip")
    assert check_package(path).valid
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("beside/", b"")
    assert "CSIPSTR1" in check_package(path).rules("error")


def test_an_e_ark_1_package_is_read_without_a_stumble(tmp_path: Path) -> None:
    """E-ARK 1.x had other namespaces, wrote mdRef without digests and gave the representations no METS."""
    tree = whole()

    def older(root: etree._Element) -> None:
        root.set("PROFILE", "http://www.ra.ee/METS/v01/IP.xml")
        for name in [
            name for element in root.iter(etree.Element) for name in element.attrib if str(name).startswith("{https://DILCIS")
        ]:
            for element in root.iter(etree.Element):
                element.attrib.pop(name, None)
        for element in root.iter("{*}mdRef"):
            for name in ("CHECKSUM", "SIZE", "CREATED"):
                element.attrib.pop(name, None)

    del spoil(tree, older).files["representations/rep1/METS.xml"]
    report = check_package(unpack(tree, tmp_path))
    assert {"CSIP9", "CSIP27", "CSIP29", "CSIP79", "CSIP110"} <= report.rules("error")
    assert {"CSIP4", "CSIPSTR12"} <= report.rules("warning")
