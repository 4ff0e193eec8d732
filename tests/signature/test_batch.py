"""Many files, one PIN."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from app.errors import Cancelled
from app.jobs import Job
from app.signature.appearance import Appearance, Kind
from app.signature.batch import Item, sign_batch
from app.signature.sign import SignResult
from app.signature.tokens import TokenSession
from app.signature.trust import Trust
from app.signature.verify import verify_pdf
from tests.signature import files
from tests.signature.conftest import PIN, Hsm


def test_five_files_one_pin_and_one_of_them_broken(hsm: Hsm, trust: Trust, tmp_path: Path) -> None:
    sources = [files.plain(tmp_path / f"{n}.pdf") for n in range(5)]
    sources[2].write_bytes(b"%PDF-1.4\nbroken")
    items = [Item(path, tmp_path / "out" / path.name) for path in sources]
    (tmp_path / "out").mkdir()
    job, seen = Job("Ký số"), []

    def record(item: Item, result: SignResult) -> None:
        assert result.path.exists()
        seen.append(item.source.name)

    with TokenSession(hsm.module, PIN) as session:
        done = sign_batch(
            job, items, session.signer("01"), appearance=Appearance(Kind.DIGITISED), trust=trust, on_signed=record
        )
    assert sorted(r.path.name for r in done.signed) == ["0.pdf", "1.pdf", "3.pdf", "4.pdf"]
    assert seen == [r.path.name for r in done.signed]  # each as it is done
    assert [(p.where, p.code) for p in done.problems] == [(str(sources[2]), "pdf.damaged")]
    assert (done.left, done.stopped, job.done, job.total) == ([], None, 5, 5)
    assert all(verify_pdf(r.path, trust=trust).verdict == "valid" for r in done.signed)


def test_a_token_pulled_out_stops_the_batch(
    hsm: Hsm, trust: Trust, full_token: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(full_token / "tokens", tmp_path / "tokens")
    (tmp_path / "softhsm2.conf").write_text(f"directories.tokendir = {tmp_path / 'tokens'}\n")
    monkeypatch.setenv("SOFTHSM2_CONF", str(tmp_path / "softhsm2.conf"))
    items = [Item(files.plain(tmp_path / f"{n}.pdf"), tmp_path / f"s{n}.pdf") for n in range(5)]

    def pull(item: Item, _result: SignResult) -> None:
        if item is items[1]:
            shutil.rmtree(tmp_path / "tokens")

    with TokenSession(hsm.module, PIN) as session:
        done = sign_batch(Job(), items, session.signer("01"), trust=trust, on_signed=pull, at_once=1)
    assert done.stopped is not None
    assert done.stopped.code == "token.removed"
    assert [r.path.name for r in done.signed] == ["s0.pdf", "s1.pdf"]
    assert [item.source.name for item in done.left] == ["3.pdf", "4.pdf"]
    assert not (tmp_path / "s2.pdf").exists()


def test_the_person_may_stop(hsm: Hsm, trust: Trust, tmp_path: Path) -> None:
    items = [Item(files.plain(tmp_path / f"{n}.pdf"), tmp_path / f"s{n}.pdf") for n in range(3)]
    job = Job()
    with TokenSession(hsm.module, PIN) as session:
        done = sign_batch(job, items, session.signer("02"), trust=trust, on_signed=lambda _i, _r: job.stop(), at_once=1)
    assert isinstance(done.stopped, Cancelled)
    assert [r.path.name for r in done.signed] == ["s0.pdf"]
    assert len(done.left) == 2
