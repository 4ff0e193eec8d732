"""sign, tokens."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from app.cli.console import Console, row_id, secret_from
from app.cli.start import opened, services_of
from app.desk import signing
from app.desk.looks import Wish
from app.desk.signing import SignChoice
from app.errors import AppError, Cancelled
from app.i18n import _
from app.services import Services
from app.signature.appearance import COPY_FORMS
from app.signature.batch import Item
from app.signature.sign import SignResult
from storage.records.reading import Box

LOOKS = ("person", "organisation", "copy", "attachment", "digitised", "number", "date", "none")


def add(commands: Any) -> None:
    sign = commands.add_parser("sign", help=_("sign files or documents with a token"))
    sign.add_argument("targets", metavar="FILE|ID", nargs="+")
    sign.add_argument("--module", metavar="PATH", type=Path)
    sign.add_argument("--slot-label", metavar="L")
    sign.add_argument("--certificate", metavar="ID")
    sign.add_argument("--pin-env", metavar="VAR", default="VANKHO_PIN")
    sign.add_argument("--level", choices=("B", "T", "LT", "LTA"), default="B")
    sign.add_argument("--tsa", metavar="URL", default="")
    sign.add_argument("--appearance", choices=LOOKS, default="none")
    sign.add_argument("--organisation", default="")
    sign.add_argument("--reason", default="")
    sign.add_argument("--image", metavar="PNG", type=Path, help=_("picture of the hand or the seal"))
    sign.add_argument("--code", default="", help=_("number and notation for an attachment; the number that is filled in"))
    sign.add_argument("--date", metavar="YYYY-MM-DD", type=date.fromisoformat, help=_("the date that is filled in"))
    sign.add_argument("--copy-form", choices=COPY_FORMS, default=COPY_FORMS[0])
    sign.add_argument(
        "--place", metavar="PAGE,X0,Y0,X1,Y1", type=_place, help=_("page and box in parts of the page; else it is found")
    )
    sign.add_argument("--field", metavar="NAME", help=_("the empty signature field to fill"))
    sign.add_argument("--pss", action="store_true", help=_("RSASSA-PSS instead of PKCS#1 v1.5"))
    sign.add_argument(
        "--certify", type=int, choices=(1, 2, 3), help=_("certify: 1 nothing may change, 2 forms, 3 comments too")
    )
    sign.add_argument("--trust", metavar="DIR", type=Path, help=_("more root certificates to trust"))
    sign.add_argument("--inside", action="store_true", help=_("authorities may lie in the office's own network"))
    sign.add_argument("--again", choices=("ask", "skip", "sign"), help=_("what to do with files that are signed already"))
    sign.add_argument("--resume", action="store_true", help=_("leave out what an earlier, broken-off run has signed"))
    sign.add_argument("-o", "--out", metavar="DIR", type=Path)
    sign.set_defaults(run=run_sign)

    listing = commands.add_parser("tokens", help=_("the tokens that are plugged in, and their certificates"))
    listing.add_argument("--module", metavar="PATH", type=Path)
    listing.set_defaults(run=run_tokens)


def _place(text: str) -> tuple[int, Box]:
    page, x0, y0, x1, y1 = text.split(",")
    box = (float(x0), float(y0), float(x1), float(y1))
    if not (0 <= box[0] < box[2] <= 1 and 0 <= box[1] < box[3] <= 1):
        raise ValueError(text)
    return int(page), box


def _wish(args: Namespace) -> Wish:
    page, box = args.place or (None, None)
    return Wish(
        args.appearance,
        organisation=args.organisation,
        code=args.code,
        copy_form=args.copy_form,
        image=args.image,
        issued=args.date,
        page=page,
        box=box,
    )


def run_sign(args: Namespace, console: Console) -> int:
    services = services_of(args, console)
    settings = services.settings
    choice = signing.choice_of(
        settings,
        args.module or signing.module_of(settings),
        certificate_id=args.certificate,
        token_label=args.slot_label,
        appearance=args.appearance,
        reason=args.reason,
        level=args.level,
        tsa=args.tsa,
        pss=args.pss,
        certify=args.certify,
        field=args.field,
        again=args.again or ("ask" if sys.stdin.isatty() else "refuse"),  # a script has to say what it wants
        inside=args.inside,
        trust=args.trust,
        wish=_wish(args),
    )
    secret = secret_from(args.pin_env)
    pin = bytearray(secret.encode()) if secret is not None else None
    ids = [number for target in args.targets if (number := row_id(target)) is not None and not Path(target).exists()]
    if len(ids) == len(args.targets):
        return _sign_documents(args, ids, console, choice, pin)
    return _sign_files(args, console, services, choice, pin)


def _sign_documents(args: Namespace, ids: list[int], console: Console, choice: SignChoice, pin: bytearray | None) -> int:
    with opened(args, console) as (services, workspace):
        job = console.job(_("Sign"))
        outcome = signing.sign_documents(job, workspace, ids, choice, pin, boxes=services.sandboxes)
        for document_id in outcome.signed:
            console.result({"id": document_id, "signed": True}, _("Document {id} is signed.").format(id=document_id))
        _tell_skipped(console, [str(document_id) for document_id in outcome.skipped])
        code = console.problems(outcome.problems)
        rest = len(ids) - len(outcome.signed) - len(outcome.skipped)
        _tell_stopped(console, outcome.stopped, len(outcome.signed), rest)
        return 1 if outcome.left or code else 0


def _sign_files(args: Namespace, console: Console, services: Services, choice: SignChoice, pin: bytearray | None) -> int:
    job = console.job(_("Sign"))
    with signing.session_for(job, choice, len(args.targets), pin) as signer:
        files = [Path(target) for target in args.targets]
        if args.resume:
            done = signing.done_before(files, args.out, signer, services.sandboxes)
            _tell_skipped(console, [str(file) for file in done])
            files = [file for file in files if file not in done]
        batch = signing.sign_files(
            job,
            files,
            args.out,
            signer,
            choice,
            boxes=services.sandboxes,
            settings=services.settings,
            on_signed=_teller(console),
        )
    services.close()
    _tell_skipped(console, [str(item.source) for item in batch.skipped])
    code = console.problems(batch.problems)
    _tell_stopped(console, batch.stopped, len(batch.signed), len(files) - len(batch.signed) - len(batch.skipped))
    return 1 if batch.left or code else 0


def _tell_stopped(console: Console, stopped: AppError | None, count: int, rest: int) -> None:
    """How far the batch came when the token ended it. Raises what ended it where nothing was signed."""
    if stopped is None:
        return
    if not count:
        raise stopped
    if isinstance(stopped, Cancelled):
        return
    counted = _("{count} signed, {rest} not yet.").format(count=count, rest=rest)
    how = _("Put the token back in and call this again for the rest; --resume leaves out the files that are signed.")
    console.say(f"! {stopped.message} {counted} {how}")


def _tell_skipped(console: Console, names: list[str]) -> None:
    for name in names:
        console.say(_("{name} is signed already and was left as it is.").format(name=name))


def run_tokens(args: Namespace, console: Console) -> int:
    services = services_of(args, console)
    job = console.job(_("Look for tokens"))
    try:
        found = signing.tokens(job, services.settings, args.module)
    finally:
        services.close()
    now = datetime.now(UTC)
    for token in found:
        rows = [c.to_json() | {"daysLeft": c.days_left(now), "reason": c.reason} for c in token.certificates]
        words = [f"{token.label} · {token.serial} · {token.reader or token.module}"]
        words += [f"  {c.subject} · {c.issuer} · {c.serial} · {c.not_after:%d/%m/%Y} {c.reason}" for c in token.certificates]
        row = {
            "label": token.label,
            "serial": token.serial,
            "manufacturer": token.manufacturer,
            "model": token.model,
            "reader": token.reader,
            "module": str(token.module),
            "flags": asdict(token.flags),
            "certificates": rows,
        }
        console.result(row, "\n".join(words))
    return console.problems(job.problems)


def _teller(console: Console) -> Callable[[Item, SignResult], None]:
    def tell(item: Item, done: SignResult) -> None:
        row = {
            "file": str(item.source),
            "out": str(done.path),
            "sha256": done.sha256,
            "field": done.field,
            "signer": done.signer,
            "signedAt": done.signed_at.isoformat(),
            "level": done.level,
            "warnings": list(done.warnings),
        }
        console.result(row, f"{item.source} → {done.path}  ({done.signer})")

    return tell
