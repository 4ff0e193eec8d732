"""sign, verify."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from app.cli.console import Console, row_id, secret_from
from app.cli.start import opened, services_of
from app.desk import signing
from app.desk.looks import Wish
from app.desk.signing import SignChoice
from app.i18n import _
from app.services import Services
from app.signature.appearance import COPY_FORMS
from app.signature.batch import Item
from app.signature.reasons import sentence
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
    sign.add_argument("-o", "--out", metavar="DIR", type=Path)
    sign.set_defaults(run=run_sign)

    verify = commands.add_parser("verify", help=_("check the signatures of PDF files"))
    verify.add_argument("files", metavar="FILE", nargs="+", type=Path)
    verify.add_argument("--trust", metavar="DIR", type=Path, help=_("more root certificates to trust"))
    verify.set_defaults(run=run_verify)


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
    choice = SignChoice(
        module=args.module or signing.module_of(services.settings),
        certificate_id=args.certificate,
        token_label=args.slot_label,
        appearance=args.appearance,
        reason=args.reason,
        level=args.level,
        tsa=args.tsa,
        wish=_wish(args),
    )
    secret = secret_from(args.pin_env)
    pin = bytearray(secret.encode()) if secret is not None else None
    ids = [number for target in args.targets if (number := row_id(target)) is not None and not Path(target).exists()]
    if len(ids) == len(args.targets):
        return _sign_documents(args, ids, console, choice, pin)
    return _sign_files(args, console, services, choice, pin)


def _sign_documents(args: Namespace, ids: list[int], console: Console, choice: SignChoice, pin: bytearray | None) -> int:
    with opened(args, console) as (_services, workspace):
        outcome = signing.sign_documents(console.job(_("Sign")), workspace, ids, choice, pin)
        for document_id in outcome.signed:
            console.result({"id": document_id, "signed": True}, _("Document {id} is signed.").format(id=document_id))
        code = console.problems(outcome.problems)
        if outcome.stopped is not None and not outcome.signed:
            raise outcome.stopped
        return 1 if outcome.left or code else 0


def _sign_files(args: Namespace, console: Console, services: Services, choice: SignChoice, pin: bytearray | None) -> int:
    job = console.job(_("Sign"))
    with signing.session_for(job, choice, len(args.targets), pin) as signer:
        files = [Path(target) for target in args.targets]
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
    code = console.problems(batch.problems)
    if batch.stopped is not None and not batch.signed:
        raise batch.stopped
    return 1 if batch.left or code else 0


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
        }
        console.result(row, f"{item.source} → {done.path}  ({done.signer})")

    return tell


def run_verify(args: Namespace, console: Console) -> int:
    services = services_of(args, console)
    bad = 0
    try:
        for file in args.files:
            report = signing.verify_file(console.job(), services.sandboxes, file, trust=args.trust)
            lines = [f"{file}: {report['verdict']}"]
            lines += [f"  {s['signer']}  {s['signedAt']}  {s['verdict']}" for s in report["signatures"]]
            reasons = [*report["reasons"], *(code for s in report["signatures"] for code in s["reasons"])]
            lines += [f"  {sentence(code)}" for code in dict.fromkeys(reasons)]
            console.result(report, "\n".join(lines))
            bad += report["verdict"] != "valid"
    finally:
        services.close()
    return 1 if bad else 0
