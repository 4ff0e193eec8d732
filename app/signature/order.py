"""The order of signatures on one document (Nghị định 30/2020, articles 13, 25 and 32 and annex I).

The person with authority signs first; then the clerk puts in the number and the date, and last the seal of the organisation: "only
what an authorised person has signed may be sealed" (article 32.2.d). Each step is a signature of its own; a signature that does
not hold is as good as none.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from app.errors import AppError
from app.i18n import _
from app.signature.apart import Caller, verify_apart
from app.signature.trust import Trust
from app.signature.verify import verify_pdf

# the step, and the stem of its field's name, by which a later step knows it
STEMS = {"approval": "ChuKy", "number": "SoVanBan", "date": "NgayVanBan", "seal": "ConDau"}
AFTER_APPROVAL = ("number", "date", "seal")


@dataclass(slots=True, frozen=True)
class Step:
    """Which step of the order a signature is; `name` a key of `STEMS`, or "" for one outside of it (copies, digitised paper)."""

    name: str = ""

    @property
    def stem(self) -> str:
        return STEMS.get(self.name, "ChuKy")


def step_of(look: str) -> Step:
    """The step that an appearance (by its name) belongs to."""
    return Step({"person": "approval", "organisation": "seal", "number": "number", "date": "date"}.get(look, ""))


def check_order(step: Step, path: Path, trust: Trust, certificate: bytes, now: datetime, sandbox: Caller | None = None) -> None:
    """`path` is the private copy to be signed, `certificate` (DER) the one that will sign; judged in the sandbox if there is one.

    Raises `sign.not_approved`, `sign.approval_doubtful`, `sign.sealed`.
    """
    if not step.name:
        return
    judged = verify_apart(path, sandbox, trust, now) if sandbox else verify_pdf(path, trust=trust, now=now, draw=False)
    found = judged.signatures
    if step.name != "seal" and any(one.field.startswith(STEMS["seal"]) for one in found):
        raise AppError(
            "sign.sealed",
            _("This document carries the seal already; numbers, dates and signatures come before it."),
            _("Make a new version of the document if something is missing."),
        )
    if step.name not in AFTER_APPROVAL:
        return
    later = tuple(STEMS[name] for name in AFTER_APPROVAL)
    approvals = [one for one in found if one.level != "TIMESTAMP" and not one.field.startswith(later)]
    own = hashlib.sha256(certificate).hexdigest()  # a seal does not vouch for itself
    approvals = [one for one in approvals if one.certificate.get("sha256") != own]
    if not approvals:
        raise not_approved()
    doubtful = next((one for one in approvals if one.verdict != "valid"), None)
    if doubtful is not None:
        raise AppError(
            "sign.approval_doubtful",
            _("The signature of {name} on this document does not hold or can't be proven.").format(
                name=doubtful.signer or doubtful.field
            ),
            _("Verify the document first; add the authority of that certificate to the trusted ones if it is a right one."),
            detail=", ".join(doubtful.reasons),
        )


def check_first(step: Step) -> None:
    """For a file without signatures. Raises `sign.not_approved`."""
    if step.name in AFTER_APPROVAL:
        raise not_approved()


def not_approved() -> AppError:
    return AppError(
        "sign.not_approved",
        _("No authorised person has signed this document yet, so it can't be numbered or sealed."),
        _("Let the person with authority sign first (Nghị định 30/2020, article 32)."),
    )
