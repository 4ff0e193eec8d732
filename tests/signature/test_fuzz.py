"""Bytes changed, cut, doubled at random in signed files of five kinds: never green where signed bytes changed, never a crash."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.signature.trust import Trust, load_trust
from app.signature.verify import verify_pdf
from tests.signature import files
from tests.signature.odd_pki import made, name, signed_by
from tests.signature.pki import Pki, revocation_list
from tests.signature.stamps import stamper
from tests.signature.test_file_forms import streamed
from tests.signature.test_honest_changes import fill, form
from tests.signature.test_long_term import stamped, with_revocation
from tests.signature.test_odd_certificates import ROOT, trusted

WHO = made(name("Người ký"), ROOT)
SECOND = made(name("Người ký sau"), ROOT)


@dataclass(slots=True)
class Sound:
    """A sound file; `spans` are the signed ranges of its signatures, `ends` where each one's bytes end."""

    data: bytes
    spans: list[tuple[range, range]]

    @property
    def ends(self) -> set[int]:
        return {second.stop for _first, second in self.spans}

    def touched(self, place: int) -> int:
        """How many signatures cover that byte."""
        return sum(place in first or place in second for first, second in self.spans)


def sound(path: Path, believed: Trust) -> Sound:
    from pyhanko.pdf_utils.reader import PdfFileReader

    assert verify_pdf(path, trust=believed).verdict == "valid"
    data = path.read_bytes()
    ranges = [[int(n) for n in one.byte_range] for one in PdfFileReader(io.BytesIO(data), strict=False).embedded_signatures]
    return Sound(data, [(range(a, a + b), range(c, c + d)) for a, b, c, d in ranges])


@pytest.fixture(scope="module")
def believed(pki: Pki) -> Trust:
    return Trust((*trusted().anchors, *load_trust(pki.chain).anchors))


@pytest.fixture(scope="module")
def kinds(pki: Pki, believed: Trust, tmp_path_factory: pytest.TempPathFactory) -> list[Sound]:
    folder = tmp_path_factory.mktemp("kinds")
    plain = files.plain(folder / "a.pdf")
    one = signed_by(plain, folder / "one.pdf", WHO)
    two = signed_by(signed_by(streamed(folder / "s.pdf"), folder / "s1.pdf", WHO), folder / "two.pdf", SECOND, field="S2")
    lt = with_revocation(
        signed_by(plain, folder / "t.pdf", WHO, stamp=stamper(pki)), folder / "lt.pdf", [revocation_list(ROOT, {})]
    )
    lta = stamped(lt, folder / "lta.pdf", pki, pki.tsa)
    filled = fill(signed_by(form(folder / "f.pdf"), folder / "f1.pdf", WHO, certify=True), folder / "filled.pdf", "999")
    hybrid = signed_by(files.hybrid(folder / "h.pdf"), folder / "hybrid.pdf", WHO)
    return [sound(path, believed) for path in (one, two, lta, filled, hybrid)]


@settings(max_examples=80, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_random_damage(data: st.DataObject, kinds: list[Sound], believed: Trust, tmp_path: Path) -> None:
    kind = data.draw(st.sampled_from(kinds))
    damage(kind, data, believed, tmp_path / "x.pdf")


def damage(kind: Sound, data: st.DataObject, believed: Trust, path: Path) -> None:
    place = data.draw(st.integers(0, len(kind.data) - 1))
    way = data.draw(st.sampled_from(["bit", "byte", "cut", "double", "insert", "swap"]))
    old = kind.data
    if way == "bit":
        new = old[:place] + bytes([old[place] ^ (1 << data.draw(st.integers(0, 7)))]) + old[place + 1 :]
    elif way == "byte":
        new = old[:place] + data.draw(st.binary(min_size=1, max_size=1)) + old[place + 1 :]
    elif way == "cut":
        new = old[:place]
    elif way == "double":
        new = old[:place] + old[place : place + data.draw(st.integers(1, 400))] + old[place:]
    elif way == "insert":
        new = old[:place] + data.draw(st.binary(min_size=1, max_size=40)) + old[place:]
    else:
        size = data.draw(st.integers(1, 40))
        new = old[:place] + old[place + size : place + 2 * size] + old[place : place + size] + old[place + 2 * size :]
    path.write_bytes(new)
    found = verify_pdf(path, trust=believed)
    assert found.verdict in ("valid", "invalid", "unknown", "unsigned")
    if new == old:
        return
    first = next((n for n, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
    green = [one for one in found.signatures if one.verdict == "valid"]
    if kind.touched(first):
        assert len(green) <= len(kind.spans) - kind.touched(first), (way, place, found.to_json())
        assert found.verdict != "valid" or way == "cut", (way, place, found.to_json())
    if way == "cut":  # what is left may be the file as it was before a later signature
        whole = max((end for end in kind.ends if end <= first), default=0)
        assert found.verdict != "valid" or (whole and not new[whole:].strip())
