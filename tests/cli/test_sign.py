"""Signing from the command line with a real SoftHSM2."""

from __future__ import annotations

from pathlib import Path

from tests.cli.program import here, vankho
from tests.desk.papers import VIETNAMESE
from tests.made_files import drawn_pdf
from tests.signature.conftest import PIN, Hsm
from tests.signature.pki import Pki


def test_files_are_signed_and_verified(hsm: Hsm, pki: Pki, tmp_path: Path) -> None:
    paper = drawn_pdf(tmp_path / "văn bản.pdf")
    before = paper.read_bytes()
    (tmp_path / "hỏng.pdf").write_bytes(b"rubbish")
    choice = ("--module", hsm.module, "--slot-label", hsm.label, "--certificate", "01", "-o", tmp_path / "ra")
    done = vankho("--json", "sign", paper, tmp_path / "hỏng.pdf", *choice, password=None, VANKHO_PIN=PIN.decode())
    words = done.told(1)  # one of the two
    assert "hỏng.pdf" in words
    (row,) = done.rows
    assert (row["file"], row["signer"], row["level"]) == (str(paper), "Nguyễn Thị Hương Giang", "B")
    assert paper.read_bytes() == before
    assert Path(row["out"]).read_bytes().startswith(before)
    assert PIN.decode() not in done.out + done.err

    valid = here("--json", "verify", row["out"], "--trust", pki.chain, password=None)
    valid.told(0)
    assert (valid.rows[0]["verdict"], valid.rows[0]["signatures"][0]["signer"]) == ("valid", row["signer"])
    for file, verdict in ((paper, "unsigned"), (Path(row["out"]), "unknown")):
        other = here("--json", "verify", file, password=None)
        other.told(1)
        assert other.rows[0]["verdict"] == verdict


def test_tokens_that_refuse_are_told(hsm: Hsm, tmp_path: Path) -> None:
    paper = drawn_pdf(tmp_path / "a.pdf")
    choice = ("--module", hsm.module, "--certificate", "01")
    wrong = here("sign", paper, *choice, password=None, VANKHO_PIN="000000")
    assert "PIN" in wrong.told(3)
    missing = here("sign", paper, *choice, "--slot-label", "không có", password=None, VANKHO_PIN=PIN.decode())
    assert VIETNAMESE.search(missing.told(3))
    no_driver = here("sign", paper, "--module", tmp_path / "mất.so", password=None, VANKHO_PIN=PIN.decode())
    assert VIETNAMESE.search(no_driver.told(3))
    nobody = vankho("sign", paper, *choice, password=None)  # no PIN, and no terminal to ask
    assert VIETNAMESE.search(nobody.told(3))
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".pdf"] == ["a.pdf"]


def test_documents_of_the_archive_are_signed(hsm: Hsm, tmp_path: Path) -> None:
    archive = tmp_path / "kho"
    here("init", archive).told(0)
    here("import", "--no-ocr", drawn_pdf(tmp_path / "a.pdf"), archive=archive).told(0)
    choice = ("--module", hsm.module, "--slot-label", hsm.label, "--certificate", "01")
    done = here("--json", "sign", "1", "99", *choice, archive=archive, VANKHO_PIN=PIN.decode())
    assert "99" in done.told(1)
    assert done.rows == [{"id": 1, "signed": True}]
    (shown,) = here("--json", "show", "1", archive=archive).rows
    assert shown["signed"] is True
    assert [file["kind"] for file in shown["files"]].count("signed") == 1


def test_tokens_are_listed_and_a_cut_off_batch_goes_on(hsm: Hsm, pki: Pki, tmp_path: Path) -> None:
    listed = here("--json", "tokens", "--module", hsm.module, password=None)
    listed.told(0)
    (token,) = listed.rows
    assert (token["label"], token["flags"]["locked"], token["module"]) == (hsm.label, False, str(hsm.module))
    rows = {row["id"]: row for row in token["certificates"]}
    assert (rows["01"]["usable"], rows["03"]["why_not"]) == (True, "expired")
    assert rows["01"]["daysLeft"] > 300
    assert VIETNAMESE.search(rows["03"]["reason"])

    papers = [drawn_pdf(tmp_path / f"{n}.pdf") for n in range(2)]
    choice = ("--module", hsm.module, "--certificate", "01", "--pss", "--certify", "2", "-o", tmp_path / "ra")
    here("--json", "sign", papers[0], *choice, password=None, VANKHO_PIN=PIN.decode()).told(0)
    rest = here("--json", "sign", *papers, *choice, "--resume", password=None, VANKHO_PIN=PIN.decode())
    assert "0.pdf" in rest.told(0)
    assert [Path(row["file"]).name for row in rest.rows] == ["1.pdf"]
    silent = here(
        "--json", "sign", tmp_path / "ra" / "1.pdf", *choice[:-1], tmp_path / "hai", password=None, VANKHO_PIN=PIN.decode()
    )
    assert "--again" in silent.told(3), "a script that says nothing signs nothing over"
    assert not (tmp_path / "hai" / "1.pdf").exists()
    left = here("--json", "sign", tmp_path / "ra" / "1.pdf", "--again", "skip", *choice[:-1], tmp_path / "hai", password=None,
                VANKHO_PIN=PIN.decode())  # fmt: skip
    assert "1.pdf" in left.told(0), "what was left out is told"
    assert left.rows == []
