"""Time stamps by those who may not stamp, at times that can't be, and in fields of odd kinds."""

from __future__ import annotations

import hashlib
import io
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import cms
from cryptography.x509.oid import ExtendedKeyUsageOID as Purpose
from pyhanko.sign.validation.dss import DocumentSecurityStore

from app.signature.sign import sign_pdf
from app.signature.verify import verify_pdf
from tests.signature import files
from tests.signature.authority import authority
from tests.signature.handmade import Cms, Form, parsed, sign, time_stamp_attribute, token
from tests.signature.odd_pki import NOW, made, name
from tests.signature.pki import Identity, rsa_key
from tests.signature.test_levels import evidence, stamps
from tests.signature.test_odd_certificates import ROOT, trusted

WHO = made(name("Người ký"), ROOT)
STAMPING = [Purpose.TIME_STAMPING]


def service(purposes: list[object] | None = None, issuer: Identity | None = ROOT, **how: object) -> Identity:
    return made(name("Dấu"), issuer, usages=("digital_signature",), purposes=purposes, **how)  # type: ignore[arg-type]


GOOD = service(STAMPING, start=NOW - timedelta(days=100), days=2000)
STAMP = Form("ETSI.RFC3161", type=b"/Type /DocTimeStamp", name=b"Dau")


def with_stamp(path: Path, who: Identity, moment: datetime = NOW, imprint: bytes | None = None) -> Path:
    def unsigned(value: bytes) -> list[object]:
        return time_stamp_attribute(token(who, imprint or hashlib.sha256(value).digest(), moment))

    return sign(files.plain(path), path.with_suffix(".signed"), Cms(WHO, unsigned=unsigned))


def with_document_stamp(path: Path, moment: datetime = NOW, imprint: bytes | None = None, form: Form = STAMP) -> Path:
    def build(data: bytes) -> bytes:
        return token(GOOD, imprint or hashlib.sha256(data).digest(), moment)

    return sign(path, path.with_suffix(".stamped"), build, form)


def judged(path: Path, now: datetime | None = None) -> list[tuple[str, str, str]]:
    found = verify_pdf(path, trust=trusted(), now=now)
    return [(one.verdict, one.level, one.sub_indication) for one in found.signatures]


WHOSE = {
    "good": (GOOD, "T"),
    "several purposes": (service([*STAMPING, Purpose.EMAIL_PROTECTION], days=2000), "T"),
    "no purpose": (service(), "B"),
    "server": (service([Purpose.SERVER_AUTH]), "B"),
    "any purpose": (service([Purpose.ANY_EXTENDED_KEY_USAGE]), "B"),
    "untrusted": (service(STAMPING, issuer=None), "B"),
    "the signer": (WHO, "B"),
    "expired": (service(STAMPING, start=NOW - timedelta(days=100), days=50), "B"),
    "short key": (service(STAMPING, key=rsa_key(1024)), "B"),
}


@pytest.mark.parametrize("case", WHOSE)
def test_who_may_stamp(tmp_path: Path, case: str) -> None:
    who, level = WHOSE[case]
    path = with_stamp(tmp_path / "a.pdf", who)
    assert judged(path) == [("valid", level, "")]
    late = judged(path, NOW + timedelta(days=400))  # the signer's certificate has expired
    assert late == ([("valid", "T", "")] if level == "T" else [("unknown", "B", "OUT_OF_BOUNDS_NO_POE")])


def test_times_that_can_not_be(tmp_path: Path) -> None:
    assert judged(with_stamp(tmp_path / "a.pdf", GOOD, NOW + timedelta(days=30))) == [
        ("unknown", "B", "SIG_CONSTRAINTS_FAILURE")
    ]
    assert judged(with_stamp(tmp_path / "b.pdf", GOOD, NOW - timedelta(days=30)))[0][0] == "invalid"
    assert judged(with_stamp(tmp_path / "c.pdf", GOOD, imprint=bytes(32)))[0][0] == "invalid"
    inner = with_stamp(tmp_path / "d.pdf", GOOD)
    contrary = judged(with_document_stamp(inner, NOW - timedelta(minutes=30)))
    assert contrary == [("unknown", "B", "TIMESTAMP_ORDER_FAILURE"), ("valid", "TIMESTAMP", "")]
    future = judged(with_document_stamp(inner, NOW + timedelta(days=20)))
    assert future[1] == ("unknown", "TIMESTAMP", "SIG_CONSTRAINTS_FAILURE")
    foreign = judged(with_document_stamp(inner, imprint=bytes(32)))
    assert foreign[1] == ("invalid", "TIMESTAMP", "HASH_FAILURE")


@pytest.mark.parametrize("first", [True, False])
def test_every_stamp_of_a_signature_counts(tmp_path: Path, first: bool) -> None:
    """Two good ones: the earlier tells the time. One over something else makes it invalid, wherever it stands."""
    earlier = NOW - timedelta(minutes=20)

    def two(moment: datetime, imprint: bytes | None) -> Path:
        def unsigned(value: bytes) -> list[object]:
            digest = hashlib.sha256(value).digest()
            rows = [token(GOOD, digest, NOW), token(GOOD, imprint or digest, moment)]
            values = [row for one in (rows if first else rows[::-1]) for row in time_stamp_attribute(one)]
            return [{"type": "signature_time_stamp_token", "values": [one["values"][0]]} for one in values]

        return sign(files.plain(tmp_path / "a.pdf"), tmp_path / "b.pdf", Cms(WHO, unsigned=unsigned))

    found = verify_pdf(two(earlier, None), trust=trusted()).signatures[0]
    assert (found.verdict, found.signed_at) == ("valid", earlier)
    assert judged(two(NOW, bytes(32)))[0][0] == "invalid"


def in_store(path: Path, *certificates: Identity) -> Path:
    target = io.BytesIO(path.read_bytes())
    DocumentSecurityStore.add_dss(target, None, certs=[parsed(one) for one in certificates])
    path.with_suffix(".store").write_bytes(target.getvalue())
    return path.with_suffix(".store")


def bare(value: bytes) -> bytes:
    """A token of the good service without its certificate."""
    told = token_info(hashlib.sha256(value).digest())
    return Cms(GOOD, without_certificate=True, content=told, inner="tst_info")(told)


def token_info(imprint: bytes) -> bytes:
    """The DER of what a time stamp tells."""
    made: Any = cms.ContentInfo.load(token(GOOD, imprint, NOW))["content"]
    return bytes(made["encap_content_info"]["content"].parsed.dump())


def test_certificates_that_lie_in_the_store(tmp_path: Path) -> None:
    """The service, and even the signer, left theirs out; the store has them."""
    build = Cms(WHO, without_certificate=True, unsigned=lambda value: time_stamp_attribute(bare(value)))
    path = sign(files.plain(tmp_path / "a.pdf"), tmp_path / "b.pdf", build)
    (alone,) = verify_pdf(path, trust=trusted()).signatures
    assert (alone.verdict, alone.reasons) == ("unknown", ["cert.missing"])
    assert judged(in_store(path, WHO, GOOD)) == [("valid", "T", "")]
    (half,) = verify_pdf(in_store(path, WHO), trust=trusted()).signatures
    assert (half.verdict, half.intact, half.level) == ("unknown", True, "B")
    assert "timestamp.unreadable" in half.reasons
    stamped = sign(files.plain(tmp_path / "c.pdf"), tmp_path / "d.pdf", bare, STAMP)
    assert judged(in_store(stamped, GOOD)) == [("valid", "TIMESTAMP", "")]


def test_a_stamp_that_is_none_breaks_nothing_else(tmp_path: Path) -> None:
    def unsigned(_value: bytes) -> list[object]:
        inner: Any = cms.ContentInfo({"content_type": "data", "content": b"no stamp"})  # type: ignore[no-untyped-call]
        return time_stamp_attribute(inner.dump())

    path = sign(files.plain(tmp_path / "a.pdf"), tmp_path / "b.pdf", Cms(WHO, unsigned=unsigned))
    (one,) = verify_pdf(path, trust=trusted()).signatures
    assert (one.verdict, one.intact) == ("unknown", True)
    assert "timestamp.unreadable" in one.reasons


@pytest.mark.parametrize("kind", [b"/Type /DocTimeStamp", b"/Type /Sig", b""])
def test_document_stamps_of_odd_kinds(tmp_path: Path, kind: bytes) -> None:
    form = Form("ETSI.RFC3161", type=kind, name=b"Dau")
    alone = with_document_stamp(files.plain(tmp_path / "a.pdf"), form=form)
    assert judged(alone) == [("valid", "TIMESTAMP", "")]
    over = with_document_stamp(with_stamp(tmp_path / "b.pdf", GOOD), form=form)
    assert judged(over) == [("valid", "T", ""), ("valid", "TIMESTAMP", "")]


@pytest.mark.parametrize("level", ["LT", "LTA"])
def test_proofs_in_the_file_do_not_grow_old(tmp_path: Path, level: str) -> None:
    """The lists and answers run out after days; what they said of the day of the signing stays true. The service's certificate ends
    after 1500 days: from then on only a newer stamp could prove it."""
    with authority(tmp_path / "office") as office:
        from app.signature.trust import load_trust

        believed = load_trust(office.folder / "trust")
        done = sign_pdf(
            files.plain(tmp_path / "a.pdf"),
            tmp_path / "b.pdf",
            office.signer(office.rsa),
            level=level,
            timestamps=stamps(office, believed),
            evidence=evidence(believed),
            trust=believed,
        )
        asked = len(office.asked)
        for days, verdict in ((0, "valid"), (30, "valid"), (900, "valid"), (1600, "unknown")):
            found = verify_pdf(done.path, trust=believed, now=datetime.now(UTC) + timedelta(days=days))
            assert found.verdict == verdict, (days, found.to_json())
            assert (found.signatures[0].level == level) == (verdict == "valid")
        assert len(office.asked) == asked
