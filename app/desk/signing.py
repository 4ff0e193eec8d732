"""Signing at the desk: what is chosen, one PIN for the batch, each signed file into the archive as it is made."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from app import clock
from app.desk import found
from app.errors import AppError, Problem
from app.i18n import _
from app.jobs import Job, Question
from app.settings import Settings
from app.signature import xades
from app.signature.appearance import Appearance, Kind
from app.signature.batch import BatchResult, Item, sign_batch
from app.signature.modules import find_modules
from app.signature.sign import SignResult
from app.signature.signer import Signer
from app.signature.timestamp import TimestampService
from app.signature.tokens import TokenInfo, TokenSession, list_tokens
from app.troubles import in_words
from app.workspace import Workspace
from storage import queries
from storage.records import Rendition

PUID_PDFA_2B = "fmt/477"


@dataclass(slots=True, frozen=True)
class SignChoice:
    """What the person chose: the token's driver, token and certificate, and the look."""

    module: Path
    certificate_id: str | None = None
    token_serial: str | None = None
    token_label: str | None = None
    appearance: str = "digitised"
    reason: str = ""
    level: str = "B"
    tsa: str = ""
    final_try_ok: bool = False


@dataclass(slots=True)
class SignOutcome:
    signed: list[int] = field(default_factory=list)  # documents
    problems: list[Problem] = field(default_factory=list)
    left: list[int] = field(default_factory=list)  # not tried, because the token or the person stopped
    stopped: AppError | None = None


def module_of(settings: Settings) -> Path:
    """The driver of the settings, else the only known one on this PC. Raises AppError `token.module_missing`."""
    chosen = settings["sign.module"]
    if chosen is not None:
        return Path(chosen)
    known = find_modules()
    if len(known) == 1:
        return known[0]
    raise AppError(
        "token.module_missing",
        _("No token driver is set."),
        _("Install the software that came with the USB token, then choose its driver under Settings › Signing."),
    )


def tokens(job: Job, settings: Settings, module: Path | None = None) -> list[TokenInfo]:
    """The tokens that are plugged in, with their certificates; asks for no PIN."""
    job.check()
    return list_tokens(module or module_of(settings))


@in_words
def sign_documents(
    job: Job, workspace: Workspace, document_ids: Sequence[int], choice: SignChoice, pin: bytearray | None = None
) -> SignOutcome:
    """Signs the documents with one PIN (asked for when not given). Each result is checked and stored before the next.

    Raises AppError `token.*` when the token can't be opened; a document that can't be signed is a Problem.
    """
    with _session(job, choice, len(document_ids), pin) as session:
        return sign_with(job, workspace, document_ids, session.signer(choice.certificate_id), choice)


@in_words
def sign_with(job: Job, workspace: Workspace, document_ids: Sequence[int], signer: Signer, choice: SignChoice) -> SignOutcome:
    """The same with a signer that is already open."""
    outcome = SignOutcome()
    with workspace.scratch() as scratch:
        sources = dict(_sources(job, workspace, document_ids, choice.appearance, scratch, outcome))
        items = list(sources)

        def keep(item: Item, result: SignResult) -> None:
            _keep(workspace, sources[item], result, signer)
            outcome.signed.append(sources[item])
            item.source.unlink()
            item.out.unlink()

        batch = sign_batch(
            job, items, signer, level=choice.level, timestamps=_timestamps(choice), on_signed=keep, reason=choice.reason
        )
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
    organisation: str = "",
    on_signed: Callable[[Item, SignResult], None] | None = None,
) -> BatchResult:
    """Signs files outside of the archive into `out` (default: beside them, `<name>.signed.pdf`)."""
    letters: list[tuple[Path, Path]] = []
    items = []
    for file in files:
        xml = file.suffix.lower() in xades.SUFFIXES
        target = (out / file.name) if out else file.with_name(f"{file.stem}.signed{file.suffix if xml else '.pdf'}")
        target.parent.mkdir(parents=True, exist_ok=True)
        if xml:
            letters.append((file, target))
        else:
            items.append(Item(file, target, appearance_of(choice.appearance, organisation=organisation)))
    stamps = _timestamps(choice)
    stamp = stamps.stamp if stamps is not None and choice.level != "B" else None
    first = xades.sign_xml_files(job, letters, signer, stamp=stamp, on_signed=on_signed)
    if first.stopped is not None:
        first.left += items
        return first
    batch = sign_batch(job, items, signer, level=choice.level, timestamps=stamps, on_signed=on_signed, reason=choice.reason)
    batch.signed[:0], batch.problems[:0] = first.signed, first.problems
    return batch


@contextmanager
def session_for(job: Job, choice: SignChoice, count: int, pin: bytearray | None = None) -> Iterator[Signer]:
    """An open token's signer, for `sign_files`."""
    with _session(job, choice, count, pin) as session:
        yield session.signer(choice.certificate_id)


def appearance_of(kind: str, *, organisation: str = "", code: str = "", settings: Settings | None = None) -> Appearance | None:
    """The look by its name in settings and on the command line; None for an invisible signature."""
    if kind == "none":
        return None
    image = None
    if settings is not None and kind in ("person", "organisation"):
        image = settings["sign.person_image" if kind == "person" else "sign.seal_image"]
    return Appearance(Kind(kind), organisation=organisation, code=code, image=image)


@contextmanager
def _session(job: Job, choice: SignChoice, count: int, pin: bytearray | None) -> Iterator[TokenSession]:
    if pin is None:
        pin = _ask_pin(job, choice, count)
    with TokenSession(
        choice.module,
        pin or None,  # an empty one: the PIN is entered on the token itself
        serial=choice.token_serial,
        label=choice.token_label,
        final_try_ok=choice.final_try_ok,
    ) as session:
        yield session


def _ask_pin(job: Job, choice: SignChoice, count: int) -> bytearray:
    """Shows whose token it is and how its PIN stands before asking."""
    found = [
        token
        for token in list_tokens(choice.module)
        if choice.token_serial in (None, token.serial) and choice.token_label in (None, token.label)
    ]
    token = found[0] if found else None
    certificate = next(
        (c for t in found for c in t.certificates if choice.certificate_id in (None, c.id, c.sha256, c.serial)), None
    )
    answer = job.ask(
        Question(
            "pin",
            _("PIN of the token"),
            _("Enter the PIN of the token to sign {count} documents.").format(count=count),
            facts={"token": token, "certificate": certificate, "count": count},
        )
    )
    return answer if isinstance(answer, bytearray) else bytearray(str(answer).encode())


def _timestamps(choice: SignChoice) -> TimestampService | None:
    return TimestampService(choice.tsa) if choice.tsa else None


def _sources(
    job: Job, workspace: Workspace, ids: Iterable[int], kind: str, scratch: Path, outcome: SignOutcome
) -> Iterator[tuple[Item, int]]:
    """The file of each document to sign: the newest signed one, else the access copy, else an original PDF."""
    organisation = workspace.settings["office.agency"]
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
        source = scratch / f"{document_id}.pdf"
        workspace.objects.copy_out(rendition.sha256, source)
        look = appearance_of(kind, organisation=organisation, code=document.code, settings=workspace.settings)
        yield Item(source, scratch / f"{document_id}-signed.pdf", look, name), document_id


def _keep(workspace: Workspace, document_id: int, result: SignResult, signer: Signer) -> None:
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
                puid=source.puid if source and source.kind != "original" else "",
                signatures=result.signatures,
                signer=result.signer[:200],
                sign_method="SHA256withECDSA" if signer.certificate.key.startswith("EC") else "SHA256withRSA",
                signed_at=clock.stamp(result.signed_at),
                created_at=clock.stamp(),
            )
        )
