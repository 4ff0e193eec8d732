"""Signing at the desk: what is chosen, one PIN for the batch, each signed file into the archive as it is made."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from dataclasses import field as made
from pathlib import Path
from typing import Any

from app import clock
from app.desk import found
from app.desk.looks import Wish, look_for_document, look_for_file
from app.desk.shadow_check import gate
from app.desk.signers import in_step, module_of, tokens, watch_tokens
from app.desk.signing_again import leave_out_signed
from app.desk.trusting import trust_of
from app.errors import AppError, Problem
from app.i18n import _
from app.jobs import Job, Question
from app.package.puid import identify
from app.paths import config_dir
from app.sandbox import SandboxPool
from app.settings import Settings
from app.signature import xades
from app.signature.answers import AnswerCache
from app.signature.batch import BatchResult, Item, sign_batch
from app.signature.fetching import Fetcher
from app.signature.locks import LASTING
from app.signature.online import Asker
from app.signature.order import step_of
from app.signature.proofs import Evidence
from app.signature.resume import is_result_of
from app.signature.sign import SignResult
from app.signature.signer import Signer
from app.signature.tokens import TokenInfo, TokenSession, list_tokens
from app.signature.trust import Trust, load_trust
from app.signature.tsa import TimestampServices
from app.troubles import in_words
from app.workspace import Workspace
from storage import queries
from storage.records import Rendition

__all__ = [
    "SignChoice",
    "SignOutcome",
    "choice_of",
    "done_before",
    "in_step",
    "log_out_tokens",
    "module_of",
    "session_for",
    "sign_documents",
    "sign_files",
    "sign_with",
    "tokens",
    "watch_tokens",
]

PUID_PDFA_2B = "fmt/477"
_open_sessions: weakref.WeakSet[TokenSession] = weakref.WeakSet()  # of this process: what a locked screen has to end


@dataclass(slots=True, frozen=True)
class SignChoice:
    """What the person chose: the token's driver, token and certificate, the look, and how it is signed.

    `tsa`: addresses of time-stamp services in their order, with spaces; `certify` 1, 2, 3 or None; `again`: "ask", "skip", "sign"
    or "refuse" documents that are signed already; `inside` allows authorities in the office's own network; `trust` is a folder of
    further trusted certificates; `field` names an empty field of the form.
    """

    module: Path
    certificate_id: str | None = None
    token_serial: str | None = None
    token_label: str | None = None
    appearance: str = "digitised"
    reason: str = ""
    level: str = "B"
    tsa: str = ""
    tsa_pause: int = 0
    final_try_ok: bool = False
    pss: bool = False
    certify: int | None = None
    field: str | None = None
    again: str = "ask"
    inside: bool = False
    hosts: str = ""
    trust: Path | None = None
    approved: str = ""
    answers: Path | None = None  # where the authorities' answers are kept between batches
    shown: Mapping[int, str] = made(default_factory=dict)  # by document the SHA-256 of the bytes that the person saw
    wish: Wish | None = None  # what else was asked of the look; its kind is `appearance`


@dataclass(slots=True)
class SignOutcome:
    signed: list[int] = made(default_factory=list)  # documents
    problems: list[Problem] = made(default_factory=list)
    left: list[int] = made(default_factory=list)  # not tried, because the token or the person stopped
    stopped: AppError | None = None
    skipped: list[int] = made(default_factory=list)  # signed already, and left so


@in_words
def sign_documents(
    job: Job,
    workspace: Workspace,
    document_ids: Sequence[int],
    choice: SignChoice,
    pin: bytearray | None = None,
    *,
    boxes: SandboxPool | None = None,
) -> SignOutcome:
    """Signs the documents with one PIN (asked for when not given). Each result is checked and stored as it is made.

    With `boxes` each file is looked through for hidden content first.

    Raises AppError `token.*` when the token can't be opened; a document that can't be signed is a Problem.
    """
    with session_for(job, choice, len(document_ids), pin) as signer:
        return sign_with(job, workspace, document_ids, signer, choice, boxes=boxes)


@in_words
def sign_with(
    job: Job,
    workspace: Workspace,
    document_ids: Sequence[int],
    signer: Signer,
    choice: SignChoice,
    *,
    boxes: SandboxPool | None = None,
) -> SignOutcome:
    """The same with a signer that is already open."""
    outcome = SignOutcome()
    with workspace.scratch() as scratch:
        sources = dict(_sources(job, workspace, document_ids, choice, scratch, outcome))
        items, skipped = leave_out_signed(job, list(sources), signer, choice.appearance, choice.again, boxes)
        outcome.skipped = [sources[item] for item in skipped]

        def keep(item: Item, result: SignResult) -> None:
            _keep(workspace, sources[item], result, signer, pss=choice.pss)
            outcome.signed.append(sources[item])
            item.source.unlink()
            item.out.unlink()

        batch = sign_batch(job, items, signer, on_signed=keep, **_manner(job, choice, trust_of(workspace, choice.trust), boxes))
    outcome.problems += batch.problems
    outcome.left = [sources[item] for item in batch.left]
    outcome.stopped = batch.stopped
    return outcome


@in_words
def sign_files(
    job: Job,
    files: Sequence[Path],
    out: Path | None,
    signer: Signer,
    choice: SignChoice,
    *,
    boxes: SandboxPool,
    settings: Settings,
    on_signed: Callable[[Item, SignResult], None] | None = None,
) -> BatchResult:
    """Signs files outside of the archive into `out` (default: beside them, `<name>.signed.pdf`)."""
    letters: list[tuple[Path, Path]] = []
    items = []
    wish = replace(choice.wish or Wish(""), kind=choice.appearance)
    for file in files:
        target = target_of(file, out)
        target.parent.mkdir(parents=True, exist_ok=True)
        if is_xml(file):
            letters.append((file, target))
        else:
            look = look_for_file(job, boxes, file, wish, settings).look
            items.append(Item(file, target, look, step=step_of(choice.appearance)))
    manner = _manner(job, choice, load_trust(choice.trust), boxes)
    stamps = manner["timestamps"]
    stamp = stamps.stamp if stamps is not None and choice.level != "B" else None
    first = xades.sign_xml_files(job, letters, signer, stamp=stamp, on_signed=on_signed)
    if first.stopped is not None:
        first.left += items
        return first
    items, skipped = leave_out_signed(job, items, signer, choice.appearance, choice.again, boxes)
    batch = sign_batch(job, items, signer, on_signed=on_signed, **manner)
    batch.signed[:0], batch.problems[:0] = first.signed, first.problems
    batch.skipped = skipped
    return batch


def is_xml(file: Path) -> bool:
    return file.suffix.lower() in xades.SUFFIXES


def choice_of(settings: Settings, module: Path, **chosen: Any) -> SignChoice:
    """A choice with what the settings and the office lay down; `chosen` are the person's own fields, an empty `tsa` or `trust` is none."""
    laid_down = {
        "tsa": settings["sign.tsa"],
        "tsa_pause": settings["sign.tsa_pause"],
        "hosts": settings["sign.hosts"],
        "trust": settings["sign.trust"],
        "approved": settings["sign.approved_modules"],
        "answers": config_dir() / "authorities",
    }
    return SignChoice(module, **laid_down | {name: value for name, value in chosen.items() if value or name not in laid_down})


def target_of(file: Path, out: Path | None) -> Path:
    return (out / file.name) if out else file.with_name(f"{file.stem}.signed{file.suffix if is_xml(file) else '.pdf'}")


def done_before(files: Sequence[Path], out: Path | None, signer: Signer, boxes: SandboxPool | None) -> list[Path]:
    """Those whose signed file lies there already, made from the same bytes with the same certificate: a batch that goes on."""
    return [file for file in files if is_result_of(target_of(file, out), file, signer.certificate.der, boxes)]


@contextmanager
def session_for(job: Job, choice: SignChoice, count: int, pin: bytearray | None = None) -> Iterator[Signer]:
    """An open token's signer; the PIN is asked for when not given, and only after the token's state was looked at. `count` documents
    are told in the question; 0: it is not known, or they are no documents.

    The certificate that the person chose is read from the token again, and compared, before the PIN is used.
    """
    approved = choice.approved.split()
    seen = _plugged_in(choice, approved)
    chosen = next((c for t in seen for c in t.certificates if choice.certificate_id in (c.id, c.sha256, c.serial)), None)
    if pin is None:
        pin = _ask_pin(job, seen, chosen, count)
    with TokenSession(
        choice.module,
        pin or None,  # an empty one: the PIN is entered on the token itself
        serial=choice.token_serial,
        label=choice.token_label,
        final_try_ok=choice.final_try_ok,
        approved=approved,
        expect=chosen.sha256 if chosen is not None else None,
    ) as session:
        _open_sessions.add(session)
        yield session.signer(chosen.sha256 if chosen is not None else choice.certificate_id)


def log_out_tokens(why: str = "token.locked_screen") -> None:
    """Ends every open token session of this process, from any thread: the screen was locked, or the person leaves."""
    for session in list(_open_sessions):
        session.log_out(why)


def _plugged_in(choice: SignChoice, approved: Sequence[str]) -> list[TokenInfo]:
    return [
        token
        for token in list_tokens(choice.module, approved=approved)
        if choice.token_serial in (None, token.serial) and choice.token_label in (None, token.label)
    ]


def _ask_pin(job: Job, seen: Sequence[TokenInfo], chosen: Any, count: int) -> bytearray:
    """Shows whose token it is and how its PIN stands before asking."""
    certificate = chosen or next((c for t in seen for c in t.certificates), None)
    answer = job.ask(
        Question(
            "pin",
            _("PIN of the token"),
            _("Enter the PIN of the token to sign {count} documents.").format(count=count),
            facts={"token": seen[0] if seen else None, "certificate": certificate, "count": count},
        )
    )
    return answer if isinstance(answer, bytearray) else bytearray(str(answer).encode())


def _manner(job: Job, choice: SignChoice, trust: Trust, boxes: SandboxPool | None = None) -> dict[str, Any]:
    """How the files are signed, for `sign_batch`. A stamp that nobody vouches for is refused where proof for the long term is wanted."""
    lasting = choice.level in LASTING
    services = TimestampServices.of(
        choice.tsa, trust=trust, strict=lasting, pause=choice.tsa_pause, stopping=lambda: job.stopping
    )
    return {
        "level": choice.level,
        "timestamps": services,
        "evidence": _evidence(choice, trust) if lasting else None,
        "trust": trust,
        "reason": choice.reason,
        "pss": choice.pss,
        "certify": choice.certify,
        "field": choice.field,
        "sandbox": boxes,
        "inspect": gate(job, boxes),
    }


def _evidence(choice: SignChoice, trust: Trust) -> Evidence:
    fetcher = Fetcher(inside=choice.inside, hosts=choice.hosts.split())
    return Evidence(trust, Asker(fetcher, AnswerCache(choice.answers)))


def _sources(
    job: Job, workspace: Workspace, ids: Iterable[int], choice: SignChoice, scratch: Path, outcome: SignOutcome
) -> Iterator[tuple[Item, int]]:
    """The file of each document to sign: the newest signed one, else the access copy, else an original PDF."""
    wish = replace(choice.wish or Wish(""), kind=choice.appearance)
    for document_id in ids:
        try:
            with workspace.catalog.read() as session:
                document = found.document(session, document_id)
                rendition = queries.best_rendition(session, document_id, "signed", "access", "original")
        except AppError as error:
            outcome.problems.append(job.problem(str(document_id), error))
            continue
        name = document.code or document.source_name
        if rendition is None or rendition.mime != "application/pdf":
            trouble = AppError(
                "sign.no_pdf",
                _("This document has no PDF to sign yet."),
                _("Wait until it has been recognised, or recognise it again."),
            )
            outcome.problems.append(job.problem(name, trouble))
            continue
        if choice.shown.get(document_id, rendition.sha256) != rendition.sha256:
            trouble = AppError(
                "sign.changed_since_shown",
                _("This document has changed since it was shown here, so it was not signed."),
                _("Look at it once more, then sign."),
            )
            outcome.problems.append(job.problem(name, trouble))
            continue
        source = scratch / f"{document_id}.pdf"
        workspace.objects.copy_out(rendition.sha256, source)
        look = look_for_document(workspace, document_id, wish).look
        yield Item(source, scratch / f"{document_id}-signed.pdf", look, name, step_of(choice.appearance)), document_id


def _keep(workspace: Workspace, document_id: int, result: SignResult, signer: Signer, *, pss: bool) -> None:
    puid = identify(result.path).puid
    sha256, size = workspace.objects.put_file(result.path)
    with workspace.catalog.write("document.sign", result.signer) as transaction:
        session = transaction.session
        document = found.document(session, document_id)
        document.signed = True
        source = queries.best_rendition(session, document_id, "signed", "access", "original")
        session.add(
            Rendition(
                document_id=document_id,
                kind="signed",
                sha256=sha256,
                size=size,
                mime="application/pdf",
                name=source.name if source else "",
                puid=puid,
                signatures=result.signatures,
                signer=result.signer[:200],
                sign_method=_method(signer, pss),
                signed_at=clock.stamp(result.signed_at),
                created_at=clock.stamp(),
            )
        )


def _method(signer: Signer, pss: bool) -> str:
    if signer.certificate.key.startswith("EC"):
        return "SHA256withECDSA"
    return "SHA256withRSAandMGF1" if pss else "SHA256withRSA"
