"""Signs a PDF: PAdES baseline B, or T with a time stamp. The file is only ever added to; what comes out is checked before it counts."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import asn1crypto.x509
from cryptography import x509
from pyhanko.pdf_utils import form_tools
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers import cms_embedder, pdf_byterange

from app.errors import AppError
from app.i18n import _
from app.signature.appearance import Appearance, Drawing
from app.signature.certificates import digest_for, read_certificate
from app.signature.cms import CmsTemplate
from app.signature.looks import lay_out
from app.signature.output import check_output, message_digest_holds
from app.signature.private import create_private
from app.signature.signer import Signer
from app.signature.source import Caller, Source, enumerate_sig_fields, free_field_name, open_source
from app.signature.stamp import appearance_dictionary, appearance_stream
from app.signature.timestamp import TimestampService
from app.signature.tokens import check_usable
from app.signature.trust import Trust, load_trust
from app.signature.words import clean

TIME_STAMP_ROOM = 12_000  # bytes; tokens with their chain have 4 to 8 kB

PdfCMSEmbedder: Any = cms_embedder.PdfCMSEmbedder
SigIOSetup: Any = cms_embedder.SigIOSetup
SigObjSetup: Any = cms_embedder.SigObjSetup
SignatureObject: Any = pdf_byterange.SignatureObject
get_single_field_annot: Any = form_tools.get_single_field_annot


@dataclass(slots=True, frozen=True)
class SignResult:
    """`normalised`: the unsigned source had to be written anew before signing (hybrid or damaged cross references).

    `signatures` counts all in the file now; `time_source` is "clock" or "timestamp".
    """

    path: Path
    sha256: str
    field: str
    signer: str
    signed_at: datetime
    level: str
    time_source: str
    normalised: bool
    signatures: int


def sign_pdf(
    source: Path,
    out: Path,
    signer: Signer,
    *,
    appearance: Appearance | None = None,
    level: str = "B",
    timestamps: TimestampService | None = None,
    reason: str = "",
    location: str = "",
    field: str | None = None,
    now: datetime | None = None,
    trust: Trust | None = None,
    sandbox: Caller | None = None,
) -> SignResult:
    """Signs a copy of `source` into the new file `out`.

    `signer` is `TokenSession.signer(…)` or a `SoftwareSigner`; `level` "B" or "T" (needs `timestamps`); `field` names an
    empty signature field to fill, else a new one is made; `now` is the signing time, with a time zone; `trust` gives the issuers'
    certificates that are embedded; `sandbox` (app.sandbox) is where a file that has to be rewritten is opened.

    Raises AppError: `sign.same_file`, `sign.target_exists`, `sign.level_later`, `sign.level_unknown`, `sign.no_timestamp_service`,
    `sign.unreadable`, `pdf.not_pdf`, `pdf.encrypted`, `pdf.damaged`, `sign.locked`, `sign.cannot_extend`,
    `sign.earlier_unreadable`,
    `sign.earlier_broken`, `sign.field_taken`, `sign.check_failed`, `sign.unwritable`, those of `appearance.draw`, `tsa.*`, and
    `token.*` from the signer. Nothing is left behind then.
    """
    check_level(level, timestamps)
    check_target(source, out)
    moment = (now or datetime.now(UTC)).astimezone(UTC).replace(microsecond=0)
    certificate = signer.certificate.der
    check_usable(read_certificate(certificate, now=moment, has_key=True))
    work = open_source(source, out, sandbox)
    try:
        template = cms_template(certificate, trust or load_trust())
        stamp = timestamps.stamp if timestamps is not None and level == "T" else None
        name = field_name(work, field)
        look = lay_out(work, appearance, signer.certificate, moment, field)
        placeholder = SignatureObject(
            timestamp=moment,
            subfilter=SigSeedSubFilter.PADES,
            reason=clean(reason) or None,
            location=clean(location) or None,
            bytes_reserved=2 * (template.size + (TIME_STAMP_ROOM if stamp else 0)),  # hex digits, two a byte
        )
        earlier = check_earlier(work)
        embed(work, name, field is not None, placeholder, look, template, signer, stamp)
        check_output(
            work.stream,
            length=work.length,
            digest=work.digest,
            field=name,
            certificate=certificate,
            earlier=earlier,
        )
        sha256 = keep(work, source, out)
    finally:
        work.close()
    return SignResult(
        out,
        sha256,
        name,
        signer.certificate.subject,
        moment,
        level,
        "timestamp" if stamp else "clock",
        work.normalised,
        len(earlier) + 1,
    )


def check_level(level: str, timestamps: TimestampService | None) -> None:
    if level in ("LT", "LTA"):
        raise AppError(
            "sign.level_later",
            _("Signatures for long-term keeping (level {level}) can't be made yet.").format(level=level),
            _("Sign with level B or T; proof for long-term keeping can be added later."),
        )
    if level not in ("B", "T"):
        raise AppError(
            "sign.level_unknown", _("There is no signature level “{level}”.").format(level=level), _("Choose B or T.")
        )
    if level == "T" and timestamps is None:
        raise AppError(
            "sign.no_timestamp_service",
            _("A time stamp is wanted, but no time-stamp service is set."),
            _("Enter the address of the service in the settings, or sign with level B."),
        )


def check_target(source: Path, out: Path) -> None:
    if out.exists():
        if source.exists() and out.samefile(source):
            raise AppError(
                "sign.same_file",
                _("The signed file can't replace the file it was made from."),
                _("Choose another name or folder."),
            )
        raise AppError(
            "sign.target_exists",
            _("The file {name} is there already.").format(name=out.name),
            _("Choose another name or folder."),
        )


def check_earlier(work: Source) -> list[str]:
    """The fields signed before; raises `sign.earlier_broken` when one of them does not hold: nobody should vouch for such a file."""
    for one in work.earlier:
        try:
            one.compute_integrity_info()
            sound = message_digest_holds(one) and one.summarise_integrity_info()["docmdp_ok"]
        except Exception:  # noqa: BLE001 - what can't be followed is not sound
            sound = False
        if not sound:
            raise AppError(
                "sign.earlier_broken",
                _("This file was changed after an earlier signature, so it was not signed."),
                _("Verify the file and ask its sender for a sound copy."),
                detail=str(one.field_name),
            )
    return [str(one.field_name) for one in work.earlier]


def field_name(work: Source, wanted: str | None) -> str:
    """A free name, or the wanted one when such a field is there and empty; else `sign.field_taken`."""
    try:
        if wanted is None:
            return free_field_name(work.writer)
        empty = {str(name) for name, _value, _ref in enumerate_sig_fields(work.writer.prev, filled_status=False)}
    except Exception as error:
        raise cannot_add(error) from error
    if wanted not in empty:
        raise AppError(
            "sign.field_taken",
            _("The signature field “{field}” is already signed or does not exist.").format(field=clean(wanted)),
            _("Choose an empty field, or let the program add one."),
        )
    return wanted


@lru_cache(maxsize=8)
def cms_template(certificate: bytes, trust: Trust) -> CmsTemplate:
    """What all signatures of a certificate share; built once a batch."""
    parsed = asn1crypto.x509.Certificate.load(certificate)  # type: ignore[no-untyped-call]
    chain: list[bytes] = [issuer.dump() for issuer in trust.chain_for(parsed)]  # type: ignore[no-untyped-call]
    return CmsTemplate.of(certificate, chain, digest_for(x509.load_der_x509_certificate(certificate)))


def embed(
    work: Source,
    name: str,
    existing: bool,
    placeholder: Any,
    look: Drawing | None,
    template: CmsTemplate,
    signer: Signer,
    stamp: Callable[[bytes], bytes] | None,
) -> None:
    """Appends the signature to the private copy."""
    spec = None
    shape = work.shape(look.page) if look else None
    if look is not None and shape is not None:
        spec = SigFieldSpec(name, on_page=look.page, box=shape.to_user(look.box))  # type: ignore[arg-type]
    steps = PdfCMSEmbedder(new_field_spec=spec).write_cms(name, work.writer, existing_fields_only=existing)
    try:
        field_ref = next(steps)
        if look is not None and shape is not None:
            widget = get_single_field_annot(field_ref.get_object())
            shown = appearance_stream(work.writer, look, shape.rotate)
            widget["/AP"] = appearance_dictionary(shown)
            work.writer.update_container(widget)
        steps.send(SigObjSetup(sig_placeholder=placeholder))
        prepared, _output = steps.send(SigIOSetup(md_algorithm=template.digest, in_place=True))
    except AppError:
        raise
    except Exception as error:
        raise cannot_add(error) from error
    cms = template.build(prepared.document_digest, lambda data: signer.sign(data, template.digest), stamp)
    try:
        steps.send(cms)
    except Exception as error:
        raise cannot_add(error) from error


def cannot_add(error: Exception) -> AppError:
    return AppError(
        "sign.cannot_add",
        _("The signature could not be put into this file."),
        _("Save the document as PDF/A again and sign that copy."),
        detail=repr(error),
    )


def keep(work: Source, source: Path, out: Path) -> str:
    """Writes the checked bytes to disk for good; SHA-256 (hex) of the file."""

    work.stream.seek(0)
    digest = hashlib.file_digest(work.stream, "sha256").hexdigest()
    try:
        mode = source.stat().st_mode & 0o666
        if not work.part.exists():
            work.stream.seek(0)
            with create_private(work.part) as file:
                file.write(work.stream.read())
                file.flush()
                os.fsync(file.fileno())
        else:
            work.stream.flush()
            os.fsync(work.stream.fileno())
            work.stream.close()
        work.part.chmod(mode)
        work.part.replace(out)
    except OSError as error:
        raise AppError(
            "sign.unwritable",
            _("The signed file could not be written to {folder}.").format(folder=out.parent),
            _("Check that the folder exists, may be written to and has room."),
            detail=repr(error),
        ) from error
    return digest
