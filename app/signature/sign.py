"""Signs a PDF: PAdES baseline B, T, LT or LTA. The file is only ever added to; what comes out is checked before it counts."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Sequence
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
from app.signature.certificates import digest_for, needs_pss, read_certificate
from app.signature.cms import CmsTemplate
from app.signature.lasting import add_document_stamp, add_store
from app.signature.locks import LASTING, Lock, check_certifying, check_demands, check_locks, field_of, lock_setup, rights_of
from app.signature.looks import lay_out
from app.signature.order import Step, check_first, check_order
from app.signature.output import check_lasting, check_output, message_digest_holds
from app.signature.private import create_private
from app.signature.proofs import Evidence, Proof
from app.signature.signer import Signer
from app.signature.source import Caller, Source, enumerate_sig_fields, free_field_name, measure, open_source
from app.signature.stamp import appearance_dictionary, appearance_stream
from app.signature.tokens import check_usable
from app.signature.trust import Trust, load_trust
from app.signature.tsa import Stamper, no_service
from app.signature.words import clean

LEVELS = ("B", "T", *LASTING)
Inspector = Callable[[Path], Sequence[str]]  # looks at a file that is about to be signed: warnings (codes), or an AppError
TIME_STAMP_ROOM = 12_000  # bytes; tokens with their chain have 4 to 8 kB

PdfCMSEmbedder: Any = cms_embedder.PdfCMSEmbedder
SigIOSetup: Any = cms_embedder.SigIOSetup
SigObjSetup: Any = cms_embedder.SigObjSetup
SignatureObject: Any = pdf_byterange.SignatureObject
get_single_field_annot: Any = form_tools.get_single_field_annot


@dataclass(slots=True, frozen=True)
class SignResult:
    """`normalised`: the unsigned source had to be written anew before signing (hybrid or damaged cross references).

    `signatures` counts all signers in the file now; `time_source` is "clock" or "timestamp"; `warnings` are what `inspect` told.
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
    warnings: tuple[str, ...] = ()


def sign_pdf(
    source: Path,
    out: Path,
    signer: Signer,
    *,
    appearance: Appearance | None = None,
    level: str = "B",
    timestamps: Stamper | None = None,
    evidence: Evidence | None = None,
    reason: str = "",
    location: str = "",
    field: str | None = None,
    now: datetime | None = None,
    trust: Trust | None = None,
    sandbox: Caller | None = None,
    pss: bool = False,
    certify: int | None = None,
    lock: Lock | None = None,
    step: Step = Step(),  # noqa: B008 - it can't be changed
    inspect: Inspector | None = None,
    shown: str = "",
) -> SignResult:
    """Signs a copy of `source` into the new file `out`.

    `signer` is `TokenSession.signer(…)` or a `SoftwareSigner`; `level` "B", "T" (needs `timestamps`), "LT" or "LTA" (need
    `evidence` besides); `field` names an empty signature field to fill, else a new one is made; `now` is the signing time, with a
    time zone; `trust` gives the issuers' certificates that are embedded; `sandbox` (app.sandbox) is where a file that has to be
    rewritten is opened; `pss` uses RSASSA-PSS with an RSA key; `certify` 1, 2 or 3 makes the first signature a certification with
    these rights; `lock` locks form fields; `step` is the signature's place in the decree's order; `inspect` looks at the private
    copy before the key is used; `shown` is the SHA-256 (hex) of the bytes that the person saw.

    Raises AppError: `sign.same_file`, `sign.target_exists`, `sign.level_unknown`, `sign.no_timestamp_service`,
    `sign.no_evidence`, `sign.unreadable`, `pdf.not_pdf`, `pdf.encrypted`, `pdf.damaged`, `sign.changed_since_shown`,
    `sign.locked`, `sign.certify_first`, `sign.certify_lasting`, `sign.field_demands`, `sign.not_approved`,
    `sign.approval_doubtful`, `sign.sealed`, `sign.cannot_extend`, `sign.earlier_unreadable`, `sign.earlier_broken`,
    `sign.field_taken`, `sign.untrusted`, `sign.revoked`, `sign.no_revocation`, `sign.check_failed`, `sign.unwritable`, those of
    `inspect` and of `appearance.draw`, `tsa.*`, and `token.*` from the signer. Nothing is left behind then.
    """
    check_level(level, timestamps, evidence)
    check_target(source, out)
    moment = (now or datetime.now(UTC)).astimezone(UTC).replace(microsecond=0)
    certificate = signer.certificate.der
    check_usable(read_certificate(certificate, now=moment, has_key=True))
    believed = trust or load_trust()
    work = open_source(source, out, sandbox)
    try:
        if shown and work.source_sha256 != shown:
            raise changed_since_shown()
        warnings = look_before(work, step, believed, certificate, moment, inspect, sandbox)
        template = cms_template(certificate, believed, pss)
        stamp = timestamps.stamp if timestamps is not None and level != "B" else None
        name = field_name(work, field, step.stem)
        check_certifying(work, certify, level)
        check_locks(work, field)
        wanted = field_of(work, name) if field is not None else None
        issuers = believed.chain_for(asn1crypto.x509.Certificate.load(certificate))  # type: ignore[no-untyped-call]
        check_demands(
            wanted,
            certificate=certificate,
            digest=template.digest,
            reason=clean(reason),
            level=level,
            certify=certify,
            issuers=issuers,
        )
        look = lay_out(work, appearance, signer.certificate, moment, field)
        placeholder = SignatureObject(
            timestamp=moment,
            subfilter=SigSeedSubFilter.PADES,
            reason=clean(reason) or None,
            location=clean(location) or None,
            bytes_reserved=2 * (template.size + (TIME_STAMP_ROOM if stamp else 0)),  # hex digits, two a byte
        )
        setup = SigObjSetup(sig_placeholder=placeholder, mdp_setup=lock_setup(template.digest, wanted, lock, certify))
        earlier = check_earlier(work)
        proof = evidence.of(certificate) if evidence is not None and level in LASTING else None
        embed(work, name, field is not None, setup, look, lock, template, signer, stamp)
        checked: dict[str, Any] = {
            "length": work.length,
            "digest": work.digest,
            "field": name,
            "certificate": certificate,
            "earlier": earlier,
        }
        check_output(work.stream, **checked)
        if proof is not None and evidence is not None and timestamps is not None:
            keep_alive(work, checked, proof, evidence, timestamps if level == "LTA" else None)
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
        tuple(warnings),
    )


def look_before(
    work: Source,
    step: Step,
    trust: Trust,
    certificate: bytes,
    moment: datetime,
    inspect: Inspector | None,
    sandbox: Caller | None,
) -> list[str]:
    """The order of signatures, and whatever `inspect` finds in the private copy: warnings, or an AppError that refuses."""
    if not step.name and inspect is None:
        return []
    with work.as_file() as path:
        if work.earlier:
            check_order(step, path, trust, certificate, moment, sandbox)
        else:
            check_first(step)
        return list(inspect(path)) if inspect is not None else []


def keep_alive(work: Source, checked: dict[str, Any], proof: Proof, evidence: Evidence, timestamps: Stamper | None) -> None:
    """Adds the store with the proof, and with `timestamps` the document time stamp; each is checked like a signature."""
    signed = measure(work.stream)
    try:
        add_store(work.stream, checked["field"], proof, evidence)
        stamp_field = add_document_stamp(work.stream, timestamps.stamp_digest, TIME_STAMP_ROOM) if timestamps else ""
    except AppError:
        raise
    except Exception as error:
        raise cannot_add(error) from error
    check_lasting(work.stream, signed, checked, stamp_field)


def changed_since_shown() -> AppError:
    return AppError(
        "sign.changed_since_shown",
        _("The file was changed after it was shown to you, so it was not signed."),
        _("Open it again, look at it and sign then."),
    )


def check_level(level: str, timestamps: Stamper | None, evidence: Evidence | None = None) -> None:
    if level not in LEVELS:
        raise AppError(
            "sign.level_unknown",
            _("There is no signature level “{level}”.").format(level=level),
            _("Choose B, T, LT or LTA."),
        )
    if level != "B" and timestamps is None:
        raise no_service()
    if level in LASTING and evidence is None:
        raise AppError(
            "sign.no_evidence",
            _("Proof for long-term keeping is wanted, but the authorities may not be asked."),
            _("Allow the questions to the authorities, or sign with level B or T."),
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


def field_name(work: Source, wanted: str | None, stem: str = "ChuKy") -> str:
    """A free name, or the wanted one when such a field is there and empty; else `sign.field_taken`."""
    try:
        if wanted is None:
            return free_field_name(work.writer.prev, stem)
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
def cms_template(certificate: bytes, trust: Trust, pss: bool = False) -> CmsTemplate:
    """What all signatures of a certificate share; built once a batch."""
    parsed = asn1crypto.x509.Certificate.load(certificate)  # type: ignore[no-untyped-call]
    chain: list[bytes] = [issuer.dump() for issuer in trust.chain_for(parsed)]  # type: ignore[no-untyped-call]
    cert = x509.load_der_x509_certificate(certificate)
    return CmsTemplate.of(certificate, chain, digest_for(cert), pss or needs_pss(cert))


def embed(
    work: Source,
    name: str,
    existing: bool,
    setup: Any,
    look: Drawing | None,
    lock: Lock | None,
    template: CmsTemplate,
    signer: Signer,
    stamp: Callable[[bytes], bytes] | None,
) -> None:
    """Appends the signature to the private copy."""
    shape = work.shape(look.page) if look else None
    place: dict[str, Any] = {}
    if look is not None and shape is not None:
        place = {"on_page": look.page, "box": shape.to_user(look.box)}
    if lock is not None:
        place |= {"field_mdp_spec": lock.spec(), "doc_mdp_update_value": rights_of(lock.rights) if lock.rights else None}
    spec = SigFieldSpec(name, **place) if place else None
    steps = PdfCMSEmbedder(new_field_spec=spec).write_cms(name, work.writer, existing_fields_only=existing)
    try:
        field_ref = next(steps)
        if look is not None and shape is not None:
            widget = get_single_field_annot(field_ref.get_object())
            shown = appearance_stream(work.writer, look, shape.rotate)
            widget["/AP"] = appearance_dictionary(shown)
            work.writer.update_container(widget)
        steps.send(setup)
        prepared, _output = steps.send(SigIOSetup(md_algorithm=template.digest, in_place=True))
    except AppError:
        raise
    except Exception as error:
        raise cannot_add(error) from error
    cms = template.build(prepared.document_digest, lambda data: signer.sign(data, template.digest, pss=template.pss), stamp)
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
