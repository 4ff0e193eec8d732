"""The signature beside a package, and that of an edXML message."""

from __future__ import annotations

import shutil
import zipfile
from functools import partial
from pathlib import Path

import pytest

from app.desk import exchanging, packaging, sealing, verifying
from app.desk.packing import Wishes
from app.errors import AppError
from app.jobs import Job
from app.package.edxml.model import Organ
from app.sandbox import SandboxPool
from app.signature.software import SoftwareSigner, TestIdentity, make_test_identity
from app.signature.tokens import TokenSession
from app.workspace import Workspace
from tests.desk import packed
from tests.signature.conftest import PIN, Hsm, full_token, hsm, pki, softhsm  # noqa: F401 - fixtures
from tests.signature.pki import Pki

THERE = Organ(id="H49.64", name="Sở Nội vụ")


@pytest.fixture(scope="module")
def identity(tmp_path_factory: pytest.TempPathFactory) -> TestIdentity:
    return make_test_identity(tmp_path_factory.mktemp("identity"))


@pytest.fixture(scope="module")
def signer(identity: TestIdentity) -> SoftwareSigner:
    return SoftwareSigner(identity.pkcs12)


def sealed(
    workspace: Workspace, out: Path, signer: SoftwareSigner, kind: str = "sip-hoso", **wishes: object
) -> packaging.Exported:
    def seal(path: Path, digest: str) -> Path:
        return sealing.seal(path, signer, sha256=digest)

    wish = Wishes(kind=kind, papers=False, **wishes)  # type: ignore[arg-type]
    return packaging.export(Job(), workspace, [packed.dossier(workspace, 2)], out, wish, seal=seal).packages[0]


@pytest.mark.parametrize(("kind", "as_zip"), [("sip-hoso", True), ("eark-sip", False), ("bagit", True)])
def test_a_signed_package_is_valid_and_stays_as_it_was(
    workspace: Workspace,
    boxes: SandboxPool,
    tmp_path: Path,
    identity: TestIdentity,
    signer: SoftwareSigner,
    kind: str,
    as_zip: bool,
) -> None:
    made = sealed(workspace, tmp_path, signer, kind, as_zip=as_zip)
    assert made.seal == made.path.with_name(made.path.name + ".xades.xml")
    report = packaging.check_path(Job(), made.path)
    assert report.valid
    assert report.findings == made.report.findings  # signed or not: the same
    verify = partial(verifying.verify_file, Job(), boxes, trust=identity.trust)
    for path in (made.path, made.seal):
        told = verify(path)
        assert (told["verdict"], [one["signer"] for one in told["signatures"]]) == ("valid", [signer.certificate.subject])


def test_any_change_is_found(
    workspace: Workspace, boxes: SandboxPool, tmp_path: Path, identity: TestIdentity, signer: SoftwareSigner
) -> None:
    made = sealed(workspace, tmp_path / "out", signer)
    assert made.seal is not None
    verify = partial(verifying.verify_file, Job(), boxes, trust=identity.trust)
    with zipfile.ZipFile(made.path) as file:
        file.extractall(made.path.parent)
    (folder,) = (each for each in made.path.parent.iterdir() if each.is_dir())
    assert verify(folder)["verdict"] == "valid"
    victim = next((folder / "representations/rep1/data").iterdir())
    victim.write_bytes(victim.read_bytes()[:-1] + b"?")
    told = verify(folder)
    assert (told["verdict"], told["reasons"]) == ("invalid", ["seal.inside"])
    (folder / "METS.xml").write_bytes((folder / "METS.xml").read_bytes() + b"\n")
    assert verify(folder)["reasons"] == ["seal.other"]
    shutil.rmtree(folder)
    data = bytearray(made.path.read_bytes())
    data[len(data) // 2] ^= 1
    made.path.write_bytes(data)
    told = verify(made.path)
    assert (told["verdict"], told["reasons"]) == ("invalid", ["seal.other"])
    made.path.unlink()
    told = verify(made.seal)
    assert (told["verdict"], told["reasons"]) == ("unknown", ["seal.lonely"])


def test_a_forged_statement_is_not_believed(
    workspace: Workspace, boxes: SandboxPool, tmp_path: Path, identity: TestIdentity, signer: SoftwareSigner
) -> None:
    """Another package of the same name, its digest written into the statement: the signature breaks."""
    made = sealed(workspace, tmp_path, signer)
    assert made.seal is not None
    made.path.write_bytes(made.path.read_bytes() + b"x")
    made.seal.write_text(made.seal.read_text("utf-8").replace(made.digest, packaging.digest_of(made.path)), "utf-8")
    assert verifying.verify_file(Job(), boxes, made.path, trust=identity.trust)["verdict"] == "invalid"


def test_with_a_token_and_again(workspace: Workspace, boxes: SandboxPool, tmp_path: Path, hsm: Hsm, pki: Pki) -> None:  # noqa: F811
    with TokenSession(hsm.module, PIN) as session:
        made = sealed(workspace, tmp_path, session.signer("01"))  # type: ignore[arg-type]
        assert made.seal is not None
        before = made.seal.read_bytes()
        assert sealing.seal(made.path, session.signer("01")) == made.seal  # an export that goes on
    assert made.seal.read_bytes() == before
    assert verifying.verify_file(Job(), boxes, made.path, trust=pki.chain)["verdict"] == "valid"


def test_a_signed_message(
    workspace: Workspace, boxes: SandboxPool, tmp_path: Path, identity: TestIdentity, signer: SoftwareSigner
) -> None:
    workspace.settings.set("office.code", "H49.64.33")
    workspace.settings.set("office.agency", "Ủy ban nhân dân xã Quỳnh Phụ")
    with workspace.catalog.read() as session:
        document = packaging.documents_of(session, packed.dossier(workspace, 1))[0]
    path = exchanging.send_message(workspace, document.id, [THERE], tmp_path, signer=signer)
    words = path.read_text("utf-8")
    assert words.index("<edXML:edXMLHeader>") < words.index("<ds:Signature ") < words.index("</edXML:edXMLHeader>")
    got = exchanging.receive_message(workspace, boxes, path, trust=identity.trust)
    assert (got.action, got.signature, got.signed_by) == ("new", "valid", signer.certificate.subject)
    forged = tmp_path / "forged.edxml"
    assert "Về việc phê duyệt" in words
    forged.write_text(words.replace("Về việc phê duyệt", "Về việc bãi bỏ", 1), "utf-8")
    with pytest.raises(AppError) as caught:
        exchanging.receive_message(workspace, boxes, forged, trust=identity.trust)
    assert caught.value.code == "edxml.signature"


def test_an_unsigned_message_says_so(workspace: Workspace, boxes: SandboxPool, tmp_path: Path) -> None:
    workspace.settings.set("office.code", "H49.64.33")
    workspace.settings.set("office.agency", "Ủy ban nhân dân xã Quỳnh Phụ")
    with workspace.catalog.read() as session:
        document = packaging.documents_of(session, packed.dossier(workspace, 1))[0]
    path = exchanging.send_message(workspace, document.id, [THERE], tmp_path)
    assert exchanging.receive_message(workspace, boxes, path).signature == "unsigned"
