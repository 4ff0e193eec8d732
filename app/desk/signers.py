"""Which tokens there are: the drivers of this PC, each asked in a process of its own, and the tokens behind them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event, Lock

from app.errors import AppError
from app.i18n import _
from app.jobs import Job, Question
from app.settings import Settings
from app.signature.certificates import CertInfo
from app.signature.modules import find_modules
from app.signature.token_errors import token_error
from app.signature.token_watch import Present, TokenWatch
from app.signature.tokens import TokenInfo, list_tokens
from app.signature.words import clean

AT_ONCE = 4


def module_of(settings: Settings) -> Path:
    """The driver of the settings, else the only known one on this PC. Raises AppError `token.module_missing`."""
    chosen = settings["sign.module"]
    if chosen is not None:
        return Path(chosen)
    known = find_modules(settings["sign.approved_modules"].split())
    if len(known) == 1:
        return known[0]
    raise AppError(
        "token.module_missing",
        _("No token driver is set."),
        _("Install the software that came with the USB token, then choose its driver under Settings › Signing."),
    )


def tokens(job: Job, settings: Settings, module: Path | None = None) -> list[TokenInfo]:
    """The tokens that are plugged in, with their certificates; asks for no PIN.

    With a driver given or set only its tokens, and its error if it has one. Else those of every known driver: one that fails is a
    Problem of the job; a token that several drivers read is told once, by its maker's own driver.
    """
    job.check()
    approved = settings["sign.approved_modules"].split()
    chosen = module or settings["sign.module"]
    if chosen is not None:
        return list_tokens(Path(chosen), approved=approved)
    known = find_modules(approved)
    if not known:
        return list_tokens(module_of(settings), approved=approved)  # says that there is no driver

    def ask(one: Path) -> list[TokenInfo] | AppError:
        try:
            return list_tokens(one, approved=approved)
        except AppError as error:
            return error

    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="drivers") as pool:
        answers = list(pool.map(ask, known))
    found: list[TokenInfo] = []
    for one, answer in zip(known, answers, strict=True):
        if isinstance(answer, AppError):
            job.problem(str(one), answer)
        else:
            found += answer
    return once(found)


def choose(job: Job, settings: Settings) -> tuple[TokenInfo, CertInfo]:
    """The certificate to sign with: the only one that can, else the person is asked. Raises `token.absent`, `token.no_certificate`."""
    found = tokens(job, settings)
    if not found:
        raise token_error("token.absent")
    usable = [(token, one) for token in found if not token.flags.locked for one in token.usable]
    if not usable:
        raise token_error("token.pin_locked" if any(token.flags.locked for token in found) else "token.no_certificate")
    if len(usable) == 1:
        return usable[0]
    named = {_named(token, one): (token, one) for token, one in usable}
    question = Question("choice", _("Certificate"), _("Which certificate signs?"), choices=tuple(named))
    return named[str(job.ask(question))]


def _named(token: TokenInfo, certificate: CertInfo) -> str:
    until = _("until {date}").format(date=f"{certificate.not_after:%d/%m/%Y}")
    return " · ".join(
        filter(None, (certificate.subject, certificate.organisation, until, token.label, certificate.serial[-6:]))
    )


def watch_tokens(settings: Settings, changed: Callable[[bool], None], end: Event) -> TokenWatch:
    """Calls `changed(first)` on a thread of its own until `end` is set: once with True when every driver has told what is there, then
    with False whenever a token was plugged in or pulled out.

    A list made beside the watch may be older or newer than that first answer: `in_step` compares them.
    """
    approved = settings["sign.approved_modules"].split()
    chosen = settings["sign.module"]
    modules = [Path(chosen)] if chosen is not None else find_modules(approved)
    silent, lock = set(modules), Lock()

    def hear(module: Path, _now: Present) -> None:
        with lock:
            first = module in silent
            silent.discard(module)
            waiting = first and bool(silent)
        if not waiting:
            changed(first)

    return TokenWatch(modules, hear, approved=approved, end=end)


def in_step(listed: Iterable[TokenInfo], present: Present) -> bool:
    """Whether a list of tokens fits what the watch saw: none of them gone, and not empty beside tokens that are there.

    By label only: the Windows store tells its certificates one by one. More may be there than is listed, as two drivers can read one
    token.
    """
    mine, there = {token.label for token in listed}, {clean(label) for _serial, label in present}
    return mine <= there and bool(mine) == bool(there)


def once(found: Iterable[TokenInfo]) -> list[TokenInfo]:
    """The tokens without those whose certificates another driver has shown already."""
    told: list[TokenInfo] = []
    seen: set[str] = set()
    for token in found:
        mine = {certificate.sha256 for certificate in token.certificates}
        if mine and mine <= seen:
            continue
        seen |= mine
        told.append(token)
    return told
