"""A further archive time stamp over a signed PDF (PAdES LTA): what was provable stays provable for the life of the new service."""

from __future__ import annotations

import asyncio
import io
from pathlib import Path
from typing import Any

from asn1crypto import cms
from pyhanko.sign import signers, timestamps

from app.errors import AppError
from app.i18n import _
from app.signature.source import QuietWriter
from app.signature.timestamp import TimestampService
from app.signature.trust import Trust
from app.signature.verify import verify_pdf

ROOM = 24_000  # hex digits for the token with its chain
cms_: Any = cms
PdfTimeStamper: Any = signers.PdfTimeStamper
TimeStamper: Any = timestamps.TimeStamper


class Service(TimeStamper):  # type: ignore[misc]
    """Our time-stamp service where pyHanko wants one."""

    def __init__(self, service: TimestampService) -> None:
        super().__init__()
        self._service = service

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> Any:
        token = await asyncio.to_thread(self._service.stamp_digest, message_digest, md_algorithm)
        return cms_.ContentInfo.load(token)


def renew_archive_stamp(source: Path, out: Path, service: TimestampService, *, trust: Trust | None = None) -> None:
    """Writes `source` with one more document time stamp into the new file `out`; nothing of the old bytes changes.

    Raises `renew.not_sound` when a signature in it does not hold (a new stamp would make it look better than it is),
    `sign.target_exists`, `tsa.*`.
    """
    if out.exists():
        raise AppError(
            "sign.target_exists",
            _("The file {name} is there already.").format(name=out.name),
            _("Choose another name or folder."),
        )
    before = verify_pdf(source, trust=trust, draw=False)
    sound = [one for one in before.signatures if one.verdict != "invalid" and one.intact]
    if before.verdict == "unsigned" or len(sound) != len(before.signatures) or not sound:
        raise not_sound(before.verdict)
    data = source.read_bytes()
    target = io.BytesIO()
    writer = QuietWriter(io.BytesIO(data), strict=False)
    PdfTimeStamper(Service(service)).timestamp_pdf(writer, "sha256", bytes_reserved=ROOM, output=target)
    made = target.getvalue()
    part = out.with_name(f".{out.name}.part")
    part.write_bytes(made)
    try:
        after = verify_pdf(part, trust=trust, draw=False)
        if made[: len(data)] != data or any(one.verdict == "invalid" for one in after.signatures):
            raise not_sound(after.verdict)
        part.replace(out)
    finally:
        part.unlink(missing_ok=True)


def not_sound(detail: str) -> AppError:
    return AppError(
        "renew.not_sound",
        _("The signatures in this file do not hold, so it was not renewed."),
        _("Verify the file first; ask its sender for a sound copy."),
        detail=detail,
    )
