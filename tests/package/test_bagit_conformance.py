"""What RFC 8493 and the drafts before it let pass and what they don't, case by case; good ones also before the reference library."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Callable
from pathlib import Path

import bagit
import pytest

from app.package.check import check_package
from tests.package.test_bagit import bag, retag

M = "manifest-sha256.txt"
FIRST, SECOND = "BagIt-Version: 1.0", "Tag-File-Character-Encoding: UTF-8"
Change = Callable[[Path], object]


def digest(content: bytes, algorithm: str = "sha256") -> str:
    return hashlib.new(algorithm, content).hexdigest()


def written(name: str, content: bytes | str) -> Change:
    def change(base: Path) -> None:
        (base / name).parent.mkdir(parents=True, exist_ok=True)
        (base / name).write_bytes(content.encode() if isinstance(content, str) else content)

    return change


def edited(name: str, change: Callable[[str], str]) -> Change:
    return lambda base: (base / name).write_text(change((base / name).read_text("utf-8")), "utf-8", newline="")


def both(*changes: Change) -> Change:
    def change(base: Path) -> None:
        for each in changes:
            each(base)

    return change


def plain(base: Path) -> Path:
    """The bag without a per cent sign in a name: the reference library does not know how 1.0 writes that."""
    bag(base)
    (base / "data/thư mục/50%.txt").rename(base / "data/thư mục/50.txt")
    edited(M, lambda text: text.replace("50%25.txt", "50.txt"))(base)
    return base


def _second_manifest(base: Path) -> None:
    rows = [row.partition("  ")[2] for row in (base / M).read_text("utf-8").splitlines()]
    lines = [f"{digest((base / path).read_bytes(), 'sha512')}  {path}\n" for path in rows]
    (base / "manifest-sha512.txt").write_text("".join(lines), "utf-8")


def _encoded(encoding: str) -> Change:
    """All tag files but bagit.txt in another encoding (2.1.1)."""

    def change(base: Path) -> None:
        written("bagit.txt", f"BagIt-Version: 1.0\nTag-File-Character-Encoding: {encoding}\n")(base)
        for path in base.glob("*.txt"):
            if path.name not in ("bagit.txt", "tagmanifest-sha256.txt"):
                path.write_bytes(path.read_text("utf-8").encode(encoding))

    return change


def _recoded_tags(encoding: str) -> Change:
    def change(base: Path) -> None:
        tags = base / "tagmanifest-sha256.txt"
        tags.write_bytes(tags.read_text().encode(encoding))

    return change


def _payload(name: str, content: bytes = b"x", told: str = "") -> Change:
    """One more payload file, named `told` in the manifest."""
    row, oxum = f"{digest(content)}  {told or name}\n", f"{9 + len(content)}.3"
    said = edited("bag-info.txt", lambda text: text.replace("9.2", oxum))
    return both(written(name, content), edited(M, lambda text: text + row), said)


GOOD: dict[str, Change] = {
    "carriage returns and line feeds": edited(M, lambda text: text.replace("\n", "\r\n")),
    "carriage returns alone": edited(M, lambda text: text.replace("\n", "\r")),
    "a declaration with carriage returns": written("bagit.txt", "BagIt-Version: 1.0\r\nTag-File-Character-Encoding: UTF-8\r\n"),
    "a declaration with carriage returns alone": written("bagit.txt", "BagIt-Version: 1.0\rTag-File-Character-Encoding: UTF-8\r"),
    "a declaration without a last line end": written("bagit.txt", "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8"),
    "several blanks and tabs": edited(M, lambda text: text.replace("  ", " \t ")),
    "the asterisk of md5sum": edited(M, lambda text: text.replace("  ", " *")),
    "a dot and a slash": edited(M, lambda text: text.replace("  data", "  ./data")),
    "capital digits": edited(M, lambda text: "\n".join(line[:64].upper() + line[64:] for line in text.splitlines()) + "\n"),
    "two payload manifests": _second_manifest,
    "no bag-info.txt": lambda base: (base / "bag-info.txt").unlink(),
    "no Payload-Oxum": edited("bag-info.txt", lambda text: text.replace("Payload-Oxum: 9.2\n", "")),
    "labels twice and of any case": edited("bag-info.txt", lambda text: text + "contact-name: A\nContact-Name: B\n"),
    "a label without a value": edited("bag-info.txt", lambda text: text + "Contact-Email: \n"),
    "a colon in a value": edited("bag-info.txt", lambda text: text + "External-Identifier: urn:uuid:1\n"),
    "tag files of one's own": written("metadata/mô tả.xml", "<a/>"),
    "a percent sign that is none": _payload("data/100%0D", told="data/100%250D"),
    "a name that begins with a blank": _payload("data/ x"),
    "hidden files": _payload("data/.ẩn"),
    "an empty file": _payload("data/không", b""),
    "deep folders": _payload("data/" + "a/" * 20 + "x"),
    "a file that was fetched": written("fetch.txt", "http://x.example/a 8 data/Tờ trình.pdf\n"),
    "a fetched file of unknown size": written("fetch.txt", "http://x.example/a%20b - data/Tờ trình.pdf\n"),
}  # fmt: skip


BEYOND_THE_LIBRARY = {"a declaration with carriage returns alone", "a percent sign that is none"}  # it stumbles over these


@pytest.mark.parametrize("what", GOOD)
def test_a_bag_that_the_rfc_lets_pass(tmp_path: Path, what: str) -> None:
    base = plain(tmp_path / "bag")
    GOOD[what](base)
    retag(base)
    report = check_package(base, profile="bagit")
    odd = {"tag files of one's own": {"BAGIT-UNLISTED"}}.get(what, set())  # a note: the tag manifest should name them
    assert (report.rules("error"), report.rules("warning"), report.rules("info")) == (set(), set(), odd)
    if what not in BEYOND_THE_LIBRARY:
        bagit.Bag(str(base)).validate()


@pytest.mark.parametrize("encoding", ["UTF-16", "UTF-8"])
def test_tag_files_in_another_encoding(tmp_path: Path, encoding: str) -> None:
    base = bag(tmp_path / "bag")
    _encoded(encoding)(base)
    retag(base)
    _recoded_tags(encoding)(base)
    assert check_package(base, profile="bagit").findings == []


@pytest.mark.parametrize("algorithm", ["sha224", "sha384", "sha512", "sha3256", "sha3512", "blake2b"])
def test_every_algorithm_by_its_normal_name(tmp_path: Path, algorithm: str) -> None:
    real = {"sha3256": "sha3_256", "sha3512": "sha3_512"}.get(algorithm, algorithm)
    base = bag(tmp_path / "bag", algorithm=real)
    if real != algorithm:
        (base / f"manifest-{real}.txt").rename(base / f"manifest-{algorithm}.txt")
    retag(base)
    assert check_package(base).findings == []
    written("data/thư mục/50%.txt", "b")(base)
    assert check_package(base).rules("error") == {"BAGIT-FIXITY"}


def test_an_empty_payload(tmp_path: Path) -> None:
    base = tmp_path / "bag"
    (base / "data").mkdir(parents=True)
    written("bagit.txt", "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n")(base)
    written(M, "")(base)
    assert check_package(base).findings == []


BAD: dict[str, tuple[Change, str]] = {
    "three lines of declaration": (written("bagit.txt", f"{FIRST}\n{SECOND}\nX: y\n"), "BAGIT-DECLARATION"),
    "the lines the other way round": (written("bagit.txt", f"{SECOND}\n{FIRST}\n"), "BAGIT-DECLARATION"),
    "no blank after the colon": (written("bagit.txt", f"BagIt-Version:1.0\n{SECOND}\n"), "BAGIT-DECLARATION"),
    "two blanks after the colon": (written("bagit.txt", f"BagIt-Version:  1.0\n{SECOND}\n"), "BAGIT-DECLARATION"),
    "a blank at the end": (written("bagit.txt", f"BagIt-Version: 1.0 \n{SECOND}\n"), "BAGIT-DECLARATION"),
    "a version that is none": (written("bagit.txt", f"BagIt-Version: one\n{SECOND}\n"), "BAGIT-DECLARATION"),
    "a declaration in UTF-16": (written("bagit.txt", f"{FIRST}\n{SECOND}-16\n".encode("utf-16")), "BAGIT-READ"),
    "no payload folder": (both(lambda base: (base / "data").rename(base / "away"), written(M, "")), "BAGIT-DATA"),
    "a folder instead of a file": (edited(M, lambda text: text + f"{digest(b'')}  data/thư mục\n"), "BAGIT-MISSING"),
    "a digest that is none": (edited(M, lambda text: "zz" + text[2:]), "BAGIT-MANIFEST"),
    "a digest too short": (edited(M, lambda text: text[2:]), "BAGIT-FIXITY"),
    "no path": (edited(M, lambda text: text + digest(b"") + "\n"), "BAGIT-MANIFEST"),
    "a tag file in the payload manifest": (edited(M, lambda text: text + f"{digest(b'')}  bagit.txt\n"), "BAGIT-UNSAFE"),
    "the way out": (edited(M, lambda text: text + f"{digest(b'')}  data/../../x\n"), "BAGIT-UNSAFE"),
    "a home": (edited(M, lambda text: text + f"{digest(b'')}  ~/x\n"), "BAGIT-UNSAFE"),
    "a drive": (edited(M, lambda text: text + f"{digest(b'')}  C:\\x\n"), "BAGIT-UNSAFE"),
    "back-slashes": (edited(M, lambda text: text + f"{digest(b'')}  data\\x\n"), "BAGIT-UNSAFE"),
    "a file twice": (edited(M, lambda text: text + text.splitlines()[0] + "\n"), "BAGIT-MANIFEST"),
    "a file that is not there": (edited(M, lambda text: text + f"{digest(b'')}  data/gone\n"), "BAGIT-MISSING"),
    "a file that only one manifest names": (both(_second_manifest, edited(M, lambda text: text.splitlines()[0] + "\n")), "BAGIT-UNLISTED"),
    "a file that no manifest names": (written("data/new", "x"), "BAGIT-UNLISTED"),
    "one of two digests wrong": (both(_second_manifest, edited(M, lambda text: "0000" + text[4:])), "BAGIT-FIXITY"),
    "a bad line of bag-info": (edited("bag-info.txt", lambda text: text + "nothing\n"), "BAGIT-INFO"),
    "no blank after a label": (edited("bag-info.txt", lambda text: text + "Contact-Name:A\n"), "BAGIT-INFO"),
    "a blank before the colon": (edited("bag-info.txt", lambda text: text + "Contact-Name : A\n"), "BAGIT-INFO"),
    "Payload-Oxum twice": (edited("bag-info.txt", lambda text: text + "payload-oxum: 9.2\n"), "BAGIT-INFO"),
    "Payload-Oxum that is none": (edited("bag-info.txt", lambda text: text.replace("9.2", "nine")), "BAGIT-OXUM"),
    "a file to fetch that is not there yet": (both(edited(M, lambda text: text + f"{digest(b'x')}  data/later\n"),
                                               written("fetch.txt", "http://x.example/a 1 data/later\n")), "BAGIT-MISSING"),
    "a tag file to fetch": (written("fetch.txt", "http://x.example/a 1 bag-info.txt\n"), "BAGIT-UNSAFE"),
    "a size that is none": (written("fetch.txt", "http://x.example/a big data/Tờ trình.pdf\n"), "BAGIT-FETCH"),
    "a file to fetch in one manifest only": (both(_second_manifest, edited(M, lambda text: text.splitlines()[0] + "\n"),
                                              written("fetch.txt", "http://x.example/a 1 data/thư mục/50.txt\n")), "BAGIT-FETCH"),
}  # fmt: skip


@pytest.mark.parametrize("what", BAD)
def test_a_bag_that_the_rfc_does_not_let_pass(tmp_path: Path, what: str) -> None:
    base = plain(tmp_path / "bag")
    change, rule = BAD[what]
    change(base)
    retag(base)
    assert rule in check_package(base, profile="bagit").rules("error")


def test_what_a_tag_manifest_must_and_may_not_name(tmp_path: Path) -> None:
    base = bag(tmp_path / "bag")
    tags = base / "tagmanifest-sha256.txt"
    whole = tags.read_text()
    tags.write_text("".join(line + "\n" for line in whole.splitlines() if "manifest-" not in line))
    assert check_package(base).rules("error") == {"BAGIT-UNLISTED"}
    (base / "tagmanifest-md5.txt").write_text("")
    tags.write_text(whole + f"{digest(b'')} tagmanifest-md5.txt\n")
    assert "BAGIT-MANIFEST" in check_package(base).rules("error")
    old = bag(tmp_path / "old", version="0.97")
    (old / "tagmanifest-sha256.txt").write_text("".join(x + "\n" for x in whole.splitlines() if "bag-info" in x))
    assert check_package(old).rules("error") == set()


def test_before_1_0_each_file_is_in_some_manifest(tmp_path: Path) -> None:
    base = bag(tmp_path / "bag", version="0.97")
    lines = (base / M).read_text("utf-8").splitlines()
    path = lines[1].partition("  ")[2]
    written("manifest-md5.txt", f"{digest((base / path).read_bytes(), 'md5')}  {path}\n")(base)
    written(M, lines[0] + "\n")(base)
    retag(base)
    assert check_package(base).rules("error") == set()


def test_a_line_feed_in_a_name(tmp_path: Path) -> None:
    """The RFC lets it pass, percent-encoded; only the sign itself is told."""
    base = plain(tmp_path / "bag")
    _payload("data/a\nb", told="data/a%0Ab")(base)
    retag(base)
    assert {rule for rule in check_package(base, profile="bagit").rules("error") if rule.startswith("BAGIT")} == set()


def test_letters_that_a_system_took_apart(tmp_path: Path) -> None:
    """A bag made on one system and unpacked on another: the names are NFD on the disk, NFC in the manifest."""
    base = bag(tmp_path / "bag")
    name = "Tờ trình.pdf"
    (base / "data" / name).rename(base / "data" / unicodedata.normalize("NFD", name))
    report = check_package(base)
    assert report.rules("error") == set()
    assert "BAGIT-NAME" in report.rules("warning")
    twice = edited(M, lambda text: text + text.splitlines()[0].replace(name, unicodedata.normalize("NFD", name)) + "\n")
    twice(base)
    retag(base)
    assert ("BAGIT-MANIFEST" in check_package(base).rules("warning"), check_package(base).valid) == (True, True)
