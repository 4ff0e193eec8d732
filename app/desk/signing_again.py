"""Documents that are signed already: asked about, never signed over in silence; and a batch that was cut off goes on where it was."""

from __future__ import annotations

from collections.abc import Sequence

from app.errors import AppError
from app.i18n import _
from app.jobs import Job, Question
from app.sandbox import SandboxPool
from app.signature.batch import Item
from app.signature.order import step_of
from app.signature.resume import signers_in
from app.signature.signer import Signer


def leave_out_signed(
    job: Job, items: Sequence[Item], signer: Signer, appearance: str, again: str, boxes: SandboxPool | None
) -> tuple[list[Item], list[Item]]:
    """What to sign and what to leave. `again`: "sign", "skip", "ask" (which raises Cancelled when the person declines) or "refuse", which
    raises `sign.signed_already` before anything is signed.

    Numbers, dates and seals belong on signed documents: there only a signature with the same certificate counts. Elsewhere any does.
    """
    if again == "sign":
        return list(items), []
    follows = step_of(appearance).name in ("number", "date", "seal")
    signed = []
    for item in items:
        job.check()
        there = signers_in(item.source, boxes)
        if (signer.certificate.der in there) if follows else bool(there):
            signed.append(item)
    if not signed:
        return list(items), []
    names = ", ".join(item.label or item.source.name for item in signed[:5]) + ("…" if len(signed) > 5 else "")
    told = _("{count} of {total} documents are signed already: {names}.").format(
        count=len(signed), total=len(items), names=names
    )
    if again == "refuse":
        raise AppError(
            "sign.signed_already",
            told + " " + _("Nothing was signed."),
            _("Call it again with --again skip to leave them as they are, or with --again sign to sign them once more."),
        )
    if again == "ask":
        skip, sign = _("Leave them as they are"), _("Sign them once more")
        answer = job.ask(Question("choice", _("Signed already"), told, choices=(skip, sign)))
        if answer == sign:
            return list(items), []
    return [item for item in items if item not in signed], signed
