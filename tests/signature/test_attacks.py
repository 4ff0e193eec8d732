"""A manipulated file is never green, and what the attacker did is told."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from app.signature.sign import sign_pdf
from app.signature.software import SoftwareSigner
from app.signature.trust import Trust
from app.signature.verify import Verification, verify_pdf
from tests.signature import attacks, files


@pytest.fixture(scope="module")
def sound(software: SoftwareSigner, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sound")
    return sign_pdf(files.plain(folder / "a.pdf"), folder / "signed.pdf", software).path


def never_green(found: Verification) -> None:
    assert found.verdict in ("invalid", "unknown")
    assert all(one.verdict != "valid" for one in found.signatures)


@pytest.mark.parametrize("name", attacks.ATTACKS)
def test_an_attack_is_never_green(sound: Path, software_trust: Trust, tmp_path: Path, name: str) -> None:
    assert verify_pdf(sound, trust=software_trust).verdict == "valid"
    forged = tmp_path / f"{name}.pdf"
    attacks.ATTACKS[name](sound, forged)
    found = verify_pdf(forged, trust=software_trust)
    never_green(found)
    assert found.verdict == "invalid", found.to_json()
    assert any(one.changes_after == "suspicious" for one in found.signatures)


def test_a_changed_byte_anywhere_is_never_green(sound: Path, software_trust: Trust, tmp_path: Path) -> None:
    data = sound.read_bytes()
    gap = range(data.index(b"/Contents <") + 11, data.index(b">", data.index(b"/Contents <")))
    chance = random.Random(7)
    places = [n for n in range(len(data)) if n not in gap]
    copy = tmp_path / "copy.pdf"
    for place in chance.sample(places, 60):
        copy.write_bytes(data[:place] + bytes([data[place] ^ (1 << chance.randrange(7))]) + data[place + 1 :])
        never_green(verify_pdf(copy, trust=software_trust))


def test_cut_and_glued_files_are_never_green(sound: Path, software_trust: Trust, tmp_path: Path) -> None:
    data = sound.read_bytes()
    copy = tmp_path / "copy.pdf"
    for cut in (len(data) - 1, len(data) - 7, len(data) // 2, 20):
        copy.write_bytes(data[:cut])
        found = verify_pdf(copy, trust=software_trust)
        assert found.verdict != "valid"
    copy.write_bytes(data + data)
    never_green(verify_pdf(copy, trust=software_trust))
    copy.write_bytes(b"%PDF-1.7\n" + data)
    never_green(verify_pdf(copy, trust=software_trust))


def test_line_ends_behind_the_file_do_no_harm(sound: Path, software_trust: Trust, tmp_path: Path) -> None:
    copy = tmp_path / "copy.pdf"
    copy.write_bytes(sound.read_bytes() + b"\r\n\n")
    (one,) = verify_pdf(copy, trust=software_trust).signatures
    assert (one.verdict, one.changes_after, one.covers_whole_file) == ("valid", "allowed", False)
