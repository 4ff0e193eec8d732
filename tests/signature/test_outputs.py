"""Everything that is signed here is found sound by our own verifier and by an independent one, in every look and in the day's order."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import NoEncryption, pkcs12

from app.signature.order import Step
from app.signature.sign import sign_pdf
from app.signature.software import SoftwareSigner
from app.signature.trust import Trust
from app.signature.verify import verify_pdf
from tests.signature import files
from tests.signature.conftest import pdfsig
from tests.signature.pki import Identity, Pki
from tests.signature.test_looks import looks

LOOKS = ("person", "organisation", "attachment", "copy", "digitised", "number", "date")


def signer(who: Identity, folder: Path) -> SoftwareSigner:
    path = folder / f"{who.cert.serial_number:x}.p12"
    path.write_bytes(pkcs12.serialize_key_and_certificates(b"x", who.key, who.cert, None, NoEncryption()))
    return SoftwareSigner(path)


def dense(path: Path) -> Path:
    """A page full of words: every look lies on some of them."""
    words = "Uy ban nhan dan xa Quynh Phu, so tien 100.000.000 dong, quyet dinh 125"
    files.plain(path, text=words)
    data = b"".join(b"BT /F0 12 Tf 60 %d Td (%s) Tj ET\n" % (y, words.encode()) for y in range(60, 800, 16))
    import pikepdf

    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        pdf.pages[0].Contents = pdf.make_stream(data)
        pdf.save(path)
    return path


@pytest.mark.parametrize("look", LOOKS)
def test_every_look(pki: Pki, trust: Trust, nss: Path, tmp_path: Path, look: str) -> None:
    how = looks(tmp_path)[look]
    done = sign_pdf(dense(tmp_path / "a.pdf"), tmp_path / "b.pdf", signer(pki.rsa, tmp_path), appearance=how, trust=trust)
    found = verify_pdf(done.path, trust=trust)
    assert (found.verdict, found.reasons) == ("valid", [])
    said = pdfsig(done.path, nss)
    assert "Signature is Valid." in said
    assert "Total document signed" in said


def test_the_days_order(pki: Pki, trust: Trust, nss: Path, tmp_path: Path) -> None:
    """Person, number, date, seal on one page of text: the seal lies across the signature and the words, and hides neither."""
    shown = looks(tmp_path)
    path = dense(tmp_path / "a.pdf")
    person, seal = signer(pki.rsa, tmp_path), signer(pki.ec, tmp_path)
    steps = (("person", person, "approval"), ("number", seal, "number"), ("date", seal, "date"), ("organisation", seal, "seal"))
    for number, (look, who, step) in enumerate(steps):
        out = tmp_path / f"{number}.pdf"
        path = sign_pdf(path, out, who, appearance=shown[look], step=Step(step), trust=trust).path
    found = verify_pdf(path, trust=trust)
    assert [(one.verdict, one.changes_after) for one in found.signatures] == [("valid", "allowed")] * 3 + [("valid", "none")]
    assert found.reasons == []
    assert pdfsig(path, nss).count("Signature is Valid.") == 4
