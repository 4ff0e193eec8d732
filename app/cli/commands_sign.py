"""sign."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable
from pathlib import Path
from typing import Any

from app.cli.console import Console, row_id, secret_from
from app.cli.start import opened, services_of
from app.desk import signing
from app.desk.signing import SignChoice
from app.i18n import _
from app.services import Services
from app.signature.batch import Item
from app.signature.sign import SignResult

LOOKS = ("person", "organisation", "copy", "attachment", "digitised", "none")


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
    sign.add_argument("-o", "--out", metavar="DIR", type=Path)
    sign.set_defaults(run=run_sign)


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
            job, files, args.out, signer, choice, organisation=args.organisation, on_signed=_teller(console)
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
