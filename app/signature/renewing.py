"""A further archive time stamp over a signed PDF (PAdES LTA): what was provable stays provable for the life of the new service.

The file is foreign: it is judged and prepared in the sandbox. Here only bytes are moved and the time-stamp service is asked, which
the sandbox can't.
"""

from __future__ import annotations

import secrets
import shutil
from pathlib import Path
from typing import Any

from pyhanko.sign.signers import cms_embedder, pdf_byterange

from app.errors import AppError
from app.i18n import _
from app.signature.apart import Caller, verify_apart
from app.signature.lasting import STAMP_STEM
from app.signature.source import QuietWriter, free_field_name
from app.signature.timestamp import TimestampService
from app.signature.trust import Trust, load_trust

ROOM = 24_000  # hex digits for the token with its chain
CHUNK = 1 << 20
DocumentTimestamp: Any = pdf_byterange.DocumentTimestamp
PdfCMSEmbedder: Any = cms_embedder.PdfCMSEmbedder
SigIOSetup: Any = cms_embedder.SigIOSetup
SigObjSetup: Any = cms_embedder.SigObjSetup


def renew_archive_stamp(
    source: Path, out: Path, service: TimestampService, sandbox: Caller, *, trust: Trust | None = None
) -> None:
    """Writes `source` with one more document time stamp into the new file `out`; nothing of the old bytes changes.

    Raises `renew.not_sound` when a signature in it does not hold (a new stamp would make it look better than it is),
    `sign.target_exists`, `tsa.*`, `sandbox.*`.
    """
    if out.exists():
        raise AppError(
            "sign.target_exists",
            _("The file {name} is there already.").format(name=out.name),
            _("Choose another name or folder."),
        )
    anchors = trust or load_trust()
    before = verify_apart(source, sandbox, anchors)
    sound = [one for one in before.signatures if one.verdict != "invalid" and one.intact]
    if before.verdict == "unsigned" or len(sound) != len(before.signatures) or not sound:
        raise not_sound(before.verdict)
    part = out.with_name(f".{out.name}.{secrets.token_hex(4)}.part")
    try:
        place = sandbox.call("app.signature.tasks:prepare_stamp", source=str(source.absolute()), out=str(part.absolute()))
        token = service.stamp_digest(bytes.fromhex(place["digest"]), "sha256").hex().encode("ascii")
        if len(token) > place["room"]:
            raise not_sound("the token is too long")
        with part.open("r+b") as file:
            file.seek(place["at"])
            file.write(token)
        after = verify_apart(part, sandbox, anchors)
        if not begins_with(part, source) or any(one.verdict == "invalid" for one in after.signatures):
            raise not_sound(after.verdict)
        if len(after.signatures) != len(before.signatures) + 1 or not after.signatures[-1].intact:
            raise not_sound("the stamp does not hold")
        part.replace(out)
    finally:
        part.unlink(missing_ok=True)


def prepare(source: Path, out: Path) -> dict[str, Any]:
    """For the sandbox: `source` with an empty document time stamp, as `out`; the SHA-256 to be stamped, and where its token belongs."""
    shutil.copyfile(source, out)
    with out.open("r+b") as file:
        writer = QuietWriter(file, strict=False)
        steps = PdfCMSEmbedder().write_cms(free_field_name(writer.prev, STAMP_STEM), writer)
        next(steps)
        steps.send(SigObjSetup(sig_placeholder=DocumentTimestamp(bytes_reserved=ROOM)))
        prepared, _output = steps.send(SigIOSetup(md_algorithm="sha256", in_place=True))
        steps.close()
    start, end = prepared.reserved_region_start, prepared.reserved_region_end
    return {"digest": prepared.document_digest.hex(), "at": start + 1, "room": end - start - 2}


def begins_with(path: Path, beginning: Path) -> bool:
    with path.open("rb") as file, beginning.open("rb") as old:
        while chunk := old.read(CHUNK):
            if file.read(len(chunk)) != chunk:
                return False
    return True


def not_sound(detail: str) -> AppError:
    return AppError(
        "renew.not_sound",
        _("The signatures in this file do not hold, so it was not renewed."),
        _("Verify the file first; ask its sender for a sound copy."),
        detail=detail,
    )
