"""Signing at the desk: levels, what is signed already, going on after a break, the order of signatures."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.desk import signing
from app.desk.signing import SignChoice
from app.errors import Cancelled
from app.jobs import Job, Question
from app.sandbox import SandboxPool
from app.settings import Settings
from app.signature.batch import BatchResult
from app.signature.software import SoftwareSigner, TestIdentity
from app.signature.trust import load_trust
from app.signature.verify import verify_pdf
from tests.signature import files
from tests.signature.authority import Authority, authority
from tests.signature.conftest import identity, software  # noqa: F401 - fixtures

CHOICE = SignChoice(Path(), appearance="none")


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Authority]:
    with authority(tmp_path_factory.mktemp("authority")) as running:
        yield running


def signed(boxes: SandboxPool, job: Job, papers: list[Path], out: Path, signer: Any, choice: SignChoice) -> BatchResult:
    """Files signed by the desk on a PC where nothing is set."""
    return signing.sign_files(job, papers, out, signer, choice, boxes=boxes, settings=Settings(out.parent / "settings.json"))


class Person:
    """Answers questions with one of the choices, or declines."""

    def __init__(self, place: int | None) -> None:
        self.place = place
        self.asked: list[Question] = []

    def changed(self, job: Job) -> None:
        pass

    def ask(self, job: Job, question: Question) -> Any:
        self.asked.append(question)
        return None if self.place is None else question.choices[self.place]


def test_lasting_signatures_through_the_desk(office: Authority, boxes: SandboxPool, tmp_path: Path) -> None:
    papers = [files.plain(tmp_path / f"{n}.pdf") for n in range(3)]
    choice = dataclasses.replace(
        CHOICE,
        level="LTA",
        tsa=office.tsa_url,
        inside=True,
        trust=office.folder / "trust",
        answers=tmp_path / "answers",
    )
    office.asked.clear()
    done = signed(boxes, Job(), papers, tmp_path / "ra", office.signer(office.rsa), choice)
    assert not done.problems
    trust = load_trust(office.folder / "trust")
    for result in done.signed:
        assert verify_pdf(result.path, trust=trust).signatures[0].level == "LTA"
    assert (office.asked.count("/ocsp"), office.asked.count("/tsa")) == (2, 6)
    outside = dataclasses.replace(choice, inside=False, answers=None)
    refused = signed(boxes, Job(), papers, tmp_path / "nie", office.signer(office.rsa), outside)
    assert {problem.code for problem in refused.problems} == {"sign.no_revocation"}


def test_signed_files_are_asked_about(software: SoftwareSigner, boxes: SandboxPool, tmp_path: Path) -> None:  # noqa: F811
    first = signed(boxes, Job(), [files.plain(tmp_path / "a.pdf")], tmp_path / "ra", software, CHOICE).signed[0].path
    both = [first, files.plain(tmp_path / "b.pdf")]
    person = Person(0)
    left = signed(boxes, Job("x", person), both, tmp_path / "hai", software, CHOICE)
    assert [result.path.name for result in left.signed] == ["b.pdf"]
    (question,) = person.asked
    assert (question.kind, len(question.choices)) == ("choice", 2)
    again = signed(boxes, Job("x", Person(1)), both, tmp_path / "ba", software, CHOICE)
    assert sorted(result.signatures for result in again.signed) == [1, 2]
    with pytest.raises(Cancelled):
        signed(boxes, Job("x", Person(None)), both, tmp_path / "bon", software, CHOICE)
    assert not (tmp_path / "bon" / "b.pdf").exists()
    skipped = signed(boxes, Job(), both, tmp_path / "nam", software, dataclasses.replace(CHOICE, again="skip"))
    assert len(skipped.signed) == 1


def test_a_batch_goes_on_where_it_was_cut_off(software: SoftwareSigner, boxes: SandboxPool, tmp_path: Path) -> None:  # noqa: F811
    papers = [files.plain(tmp_path / f"{n}.pdf", text=f"So {n}") for n in range(4)]
    out = tmp_path / "ra"
    signed(boxes, Job(), papers[:2], out, software, CHOICE)
    (out / "2.pdf").write_bytes(papers[2].read_bytes())  # something of that name, but not signed
    assert signing.done_before(papers, out, software, boxes) == papers[:2]
    papers[1].write_bytes(papers[1].read_bytes().replace(b"So 1", b"So 9"))  # changed since
    assert signing.done_before(papers, out, software, boxes) == papers[:1]


def test_a_seal_needs_a_signature_under_it(
    software: SoftwareSigner,  # noqa: F811
    identity: TestIdentity,  # noqa: F811
    office: Authority,
    tmp_path: Path,
) -> None:
    from app.desk.signing import _manner
    from app.signature.batch import Item, sign_batch
    from app.signature.order import step_of

    paper = files.plain(tmp_path / "a.pdf")
    trust = load_trust(office.folder / "trust")

    def seal(source: Path, name: str) -> Any:
        item = Item(source, tmp_path / name, step=step_of("organisation"))
        return sign_batch(Job(), [item], software, **_manner(Job(), CHOICE, trust))

    assert [problem.code for problem in seal(paper, "b.pdf").problems] == ["sign.not_approved"]
    head = sign_batch(Job(), [Item(paper, tmp_path / "c.pdf", step=step_of("person"))], office.signer(office.ec))
    sealed = seal(head.signed[0].path, "d.pdf")
    assert [result.field for result in sealed.signed] == ["ConDau1"]
    assert step_of("digitised").name == step_of("copy").name == ""


def test_a_locked_screen_ends_open_tokens(tmp_path: Path) -> None:
    ended: list[str] = []

    class Session:
        def log_out(self, why: str) -> None:
            ended.append(why)

    session = Session()
    signing._open_sessions.add(session)  # type: ignore[arg-type]
    signing.log_out_tokens()
    assert ended == ["token.locked_screen"]


def test_a_file_prepared_to_change_is_not_signed(
    software: SoftwareSigner,  # noqa: F811
    boxes: SandboxPool,
    tmp_path: Path,
) -> None:
    clean, shadow = files.plain(tmp_path / "a.pdf"), files.shadow_prepared(tmp_path / "b.pdf")
    done = signed(boxes, Job(), [clean, shadow], tmp_path / "ra", software, CHOICE)
    assert [result.path.name for result in done.signed] == ["a.pdf"]
    assert [(problem.where, problem.code) for problem in done.problems] == [(str(shadow), "sign.shadow")]
    assert [path.name for path in (tmp_path / "ra").iterdir()] == ["a.pdf"]
