"""What may show differently after the signing is found before it: the lint of the signing part, as a gate of each signature."""

from __future__ import annotations

from pathlib import Path

from app.errors import AppError
from app.i18n import _
from app.jobs import Job
from app.sandbox import SandboxPool
from app.signature.lint import inspect
from app.signature.resume import signers_in
from app.signature.sign import Inspector


def gate(job: Job, boxes: SandboxPool | None) -> Inspector | None:
    """For `sign_pdf(inspect=…)`; None without a sandbox.

    A file that nobody has signed yet and that is prepared to change is refused (`sign.shadow`). One with signatures can't be made
    clean any more without breaking them: there everything found is a warning, told with the result.
    """
    if boxes is None:
        return None

    def look(path: Path) -> list[str]:
        found = inspect(path, boxes, job=job)
        bad = [one for one in found if one.level == "error"]
        if bad and not signers_in(path, boxes):
            raise AppError(
                "sign.shadow",
                _("This file can show something else after the signing: {what}").format(what=bad[0].words),
                _("Print the document into a new PDF, look it through, and sign that one."),
                detail=", ".join(one.code for one in bad),
            )
        return [one.code for one in found if one.level != "info"]

    return look
