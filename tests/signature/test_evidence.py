"""Evidence records: made for a batch under one time stamp, renewed, verified; a change is told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from app.desk import keeping_alive
from app.errors import AppError
from app.jobs import Job
from app.sandbox import SandboxPool
from app.signature.evidence.checking import check_record
from app.signature.evidence.record import load_record
from app.signature.evidence.tree import build, hashed, root_of
from app.signature.trust import Trust
from tests.signature.pki import Pki
from tests.signature.stamps import service

NOW = datetime.now(UTC)


@pytest.fixture
def tsa(pki: Pki) -> Iterator[str]:
    with service(pki) as url:
        yield url


@pytest.fixture
def day(tmp_path: Path) -> list[Path]:
    files = [tmp_path / f"van-ban-{number}.pdf" for number in range(5)]
    for number, file in enumerate(files):
        file.write_bytes(b"Quyet dinh %d" % number)
    return files


@pytest.mark.parametrize("count", [2, 3, 4, 5, 6, 7, 8, 9, 33])
def test_every_leaf_finds_the_root(count: int) -> None:
    leaves = [bytes([number]) * 32 for number in range(count)]
    top, ways = build(leaves, "sha256")
    root = hashed(top, "sha256")
    assert all(root_of(leaf, way, "sha256") == root for leaf, way in zip(leaves, ways, strict=True))
    assert root_of(b"x" * 32, ways[0], "sha256") is None
    assert root_of(leaves[0], [[*ways[0][0], b"y" * 32], *ways[0][1:]], "sha256") != root


@pytest.mark.parametrize("form", ["asn1", "xml"])
def test_made_renewed_and_verified(day: list[Path], tsa: str, pki: Pki, trust: Trust, boxes: SandboxPool, form: Any) -> None:
    made = keeping_alive.make(Job(), day, tsa, form=form)
    assert len({load_record(record.read_bytes()).chains[0].stamps[0].token for _file, record in made}) == 1
    keeping_alive.renew(Job(), day, tsa)
    keeping_alive.renew(Job(), day, tsa, digest="sha512")
    keeping_alive.renew(Job(), day, tsa)
    for file, record in made:
        report = keeping_alive.check(Job(), boxes, file, record, trust=pki.chain)
        assert (report["verdict"], report["reasons"]) == ("valid", [])
        assert [one["digest"] for one in report["stamps"]] == ["sha256", "sha256", "sha512", "sha512"]
        assert datetime.fromisoformat(report["provenAt"]) <= datetime.now(UTC)
    wrong = keeping_alive.check(Job(), boxes, day[0], made[1][1], trust=pki.chain)
    assert (wrong["verdict"], wrong["reasons"]) == ("invalid", ["evidence.other_file"])
    day[2].write_bytes(b"Quyet dinh 999")
    assert keeping_alive.check(Job(), boxes, day[2], made[2][1], trust=pki.chain)["verdict"] == "invalid"
    assert keeping_alive.check(Job(), boxes, day[0], made[0][1])["verdict"] == "unknown"
    late = check_record(load_record(made[0][1].read_bytes()), day[0], trust, now=NOW + timedelta(days=4000))
    assert (late.verdict, late.reasons) == ("unknown", ["evidence.untrusted"])


def test_a_changed_record_is_told(day: list[Path], tsa: str, trust: Trust, tmp_path: Path) -> None:
    ((_file, elsewhere),) = keeping_alive.make(Job(), day[:1], tsa, out=tmp_path / "noi" / "khac")
    assert elsewhere.parent == tmp_path / "noi" / "khac"  # made where it is missing, as signing does
    ((file, place),) = keeping_alive.make(Job(), day[:1], tsa)
    keeping_alive.renew(Job(), [file], tsa)
    record = load_record(place.read_bytes())
    first, second = record.chains[0].stamps
    record.chains[0].stamps = [second]
    assert check_record(record, file, trust).verdict == "invalid"
    record.chains[0].stamps = [second, first]
    assert check_record(record, file, trust).verdict == "invalid"
    record.chains[0].stamps = [first]
    assert check_record(record, file, trust).verdict == "valid"


def test_troubles(day: list[Path], tsa: str, tmp_path: Path) -> None:
    keeping_alive.make(Job(), day[:1], tsa)
    with pytest.raises(AppError) as error:
        keeping_alive.make(Job(), day, tsa)
    assert error.value.code == "evidence.exists"
    assert len(list(tmp_path.glob("*.ers"))) == 1
    with pytest.raises(AppError) as error:
        keeping_alive.renew(Job(), day[1:2], tsa)
    assert error.value.code == "evidence.missing"
    for data in (b"", b"abc", b"<a/>", b'<!DOCTYPE a [<!ENTITY e "x">]><a>&e;</a>', b"0\x82\xff"):
        with pytest.raises(AppError) as error:
            load_record(data)
        assert error.value.code == "evidence.unreadable"


def test_what_stops_being_provable() -> None:
    def row(field: str, level: str, ends: int, stamp: int | None = None) -> dict[str, Any]:
        times = {"notAfter": (NOW + timedelta(days=stamp)).isoformat()} if stamp is not None else {}
        certificate = {"notAfter": (NOW + timedelta(days=ends)).isoformat()}
        return {"field": field, "level": level, "verdict": "valid", "timestamp": times, "certificate": certificate}

    reports = [
        {"file": "a", "signatures": [row("S1", "B", 10), row("S2", "T", 10, 50)]},
        {"file": "b", "signatures": [row("S1", "LTA", 10, 50), row("D", "TIMESTAMP", 0, 2000)]},
        {"file": "c", "signatures": [row("S1", "B", 500)]},
    ]
    assert [(one.file, one.field, one.why) for one in keeping_alive.due(reports, NOW)] == [
        ("a", "S1", "certificate"),
        ("a", "S2", "stamp"),
    ]
