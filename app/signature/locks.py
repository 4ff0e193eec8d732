"""What earlier signers and the maker of a form laid down: who may still sign where, and how. Looked at before anybody is asked for a PIN.

pyHanko itself lets a further signature pass over a FieldMDP lock and knows nothing of the seed values that a field brings when the
CMS is made elsewhere (ISO 32000-2 §12.7.5.5, §12.8.2).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import asn1crypto.x509
from pyhanko.sign import fields as pdf_fields
from pyhanko.sign.fields import FieldMDPAction, FieldMDPSpec, MDPPerm, SigSeedSubFilter, SigSeedValFlags
from pyhanko.sign.signers import cms_embedder

from app.errors import AppError
from app.i18n import _
from app.signature.source import Source, enumerate_sig_fields
from app.signature.words import clean

SigMDPSetup: Any = cms_embedder.SigMDPSetup
SigSeedValueSpec: Any = pdf_fields.SigSeedValueSpec
FieldMDP: Any = FieldMDPSpec
Flag = SigSeedValFlags
LASTING = ("LT", "LTA")


@dataclass(slots=True, frozen=True)
class Lock:
    """What a new signature locks: `fields` None is everything, else these form fields; `rights` as in `Rights`."""

    fields: tuple[str, ...] | None = None
    rights: int | None = None

    def spec(self) -> Any:
        if self.fields is None:
            return FieldMDP(FieldMDPAction.ALL)
        return FieldMDP(FieldMDPAction.INCLUDE, list(self.fields))


def rights_of(number: int) -> MDPPerm:
    """1: nothing may change; 2: forms and signatures; 3: comments too. Raises `sign.rights_unknown`."""
    try:
        return MDPPerm(number)
    except ValueError:
        raise AppError(
            "sign.rights_unknown",
            _("There are no such rights for changes: {number}.").format(number=number),
            _("Choose 1, 2 or 3."),
        ) from None


def check_certifying(work: Source, certify: int | None, level: str) -> None:
    """Raises `sign.certify_first`, `sign.certify_lasting`, `sign.rights_unknown`."""
    if certify is None:
        return
    rights = rights_of(certify)
    if work.earlier:
        raise AppError(
            "sign.certify_first",
            _("Only the first signature of a file can certify it, and this file is signed already."),
            _("Sign it without certifying."),
        )
    if rights is MDPPerm.NO_CHANGES and level in LASTING:
        raise AppError(
            "sign.certify_lasting",
            _(
                "A file that allows no changes at all can't take the proof for long-term keeping: other programs would call it changed."
            ),
            _("Allow signatures and forms (rights 2), or sign with level B or T."),
        )


def check_locks(work: Source, field: str | None) -> None:
    """Raises `sign.locked` when an earlier signature forbids this one. `field` names the empty field to fill; None: a new one."""
    for one in work.earlier:
        if locks(one, field):
            raise AppError(
                "sign.locked",
                _("An earlier signature locks this document: nothing may be added to it any more."),
                _("Keep it as it is, or ask its signer for a version that others may sign."),
                detail=str(one.field_name),
            )


def locks(signature: Any, field: str | None) -> bool:
    """Whether the signature forbids another one in this field. What can't be read forbids."""
    try:
        if signature.sig_object_type == "/DocTimeStamp":
            return False
        if signature.docmdp_level is MDPPerm.NO_CHANGES:
            return True
        rules = [signature.fieldmdp]
        lock = entry(signature.sig_field, "/Lock")
        if lock is not None and "/Action" in lock:
            rules.append(FieldMDP.from_pdf_object(lock))
            if "/P" in lock and int(lock["/P"]) == MDPPerm.NO_CHANGES.value:
                return True
        return any(forbids(rule, field) for rule in rules if rule is not None)
    except Exception:  # noqa: BLE001 - foreign dictionaries break in any way
        return True


def forbids(rule: Any, field: str | None) -> bool:
    if field is not None:
        return bool(rule.is_locked(field))
    return rule.action is not FieldMDPAction.INCLUDE  # a new field is in no list


def field_of(work: Source, name: str) -> Any:
    """The dictionary of an empty signature field; None when there is none of that name."""
    found = enumerate_sig_fields(work.writer.prev, filled_status=False)
    return next((ref.get_object() for known, _value, ref in found if str(known) == name), None)


def entry(dictionary: Any, key: str) -> Any:
    """The value itself, where the dictionary may hold only a reference to it; None for none."""
    return dictionary[key] if dictionary is not None and key in dictionary else None


def lock_setup(digest: str, dictionary: Any, lock: Lock | None, certify: int | None) -> Any:
    """What the signature says of later changes: from the field's own /Lock, the wanted `lock`, the certification. None for nothing."""
    wanted = entry(dictionary, "/Lock")
    spec, rights = None, None
    if wanted is not None and "/Action" in wanted:
        spec = FieldMDP.from_pdf_object(wanted)
        rights = MDPPerm(int(wanted["/P"])) if "/P" in wanted else None
    elif lock is not None:
        spec, rights = lock.spec(), rights_of(lock.rights) if lock.rights is not None else None
    if certify is not None:
        rights = rights_of(certify)
    if spec is None and certify is None:
        return None
    return SigMDPSetup(md_algorithm=digest, certify=certify is not None, field_lock=spec, docmdp_perms=rights)


def check_demands(
    dictionary: Any, *, certificate: bytes, digest: str, reason: str, level: str, certify: int | None, issuers: Sequence[Any]
) -> None:
    """Raises `sign.field_demands` when a field's seed values can't be met."""
    seed = entry(dictionary, "/SV")
    if seed is None:
        return
    try:
        fault = demanded(SigSeedValueSpec.from_pdf_object(seed), certificate, digest, reason, level, certify, issuers)
    except Exception as error:  # noqa: BLE001 - a demand that can't be read can't be met
        fault = repr(error)
    if fault:
        raise AppError(
            "sign.field_demands",
            _("This signature field asks for something that this signature does not meet: {demand}.").format(
                demand=clean(fault)
            ),
            _("Sign as the field asks, or ask the maker of the form."),
        )


def demanded(
    seed: Any, certificate: bytes, digest: str, reason: str, level: str, certify: int | None, issuers: Sequence[Any]
) -> str:
    """The first demand that is not met, in the standard's own word; empty for none."""
    flags = seed.flags
    if flags & Flag.SUBFILTER and seed.subfilters and SigSeedSubFilter.PADES not in seed.subfilters:
        return "SubFilter"
    if flags & Flag.DIGEST_METHOD and seed.digest_methods and digest not in [m.lower() for m in seed.digest_methods]:
        return "DigestMethod " + ", ".join(seed.digest_methods)
    if flags & Flag.REASONS and seed.reasons is not None and not reason_fits(reason, seed.reasons):
        return "Reasons " + ", ".join(seed.reasons)
    if flags & Flag.ADD_REV_INFO and seed.add_rev_info:
        return "AddRevInfo"
    if seed.timestamp_required and level == "B":
        return "TimeStamp"
    if seed.seed_signature_type is not None:
        wanted = seed.seed_signature_type.mdp_perm
        if (wanted.value if wanted is not None else None) != certify:
            return f"MDP {wanted.value if wanted is not None else 0}"
    if seed.cert is not None:
        parsed = asn1crypto.x509.Certificate.load(certificate)  # type: ignore[no-untyped-call]
        return "" if signer_fits(seed.cert, parsed, issuers) else "Cert"
    return ""


def reason_fits(reason: str, allowed: Sequence[str]) -> bool:
    """A single "." means: no reason at all (ISO 32000-2 table 237)."""
    return not reason if list(allowed) in ([], ["."]) else reason in allowed


def signer_fits(constraints: Any, certificate: Any, issuers: Sequence[Any]) -> bool:
    from pyhanko.sign.fields import SigCertConstraintFlags as Kind

    if constraints.flags & Kind.ISSUER and constraints.issuers:
        known = {one.issuer_serial for one in issuers}
        if not known & {one.issuer_serial for one in constraints.issuers}:
            return False
    try:
        rest = pdf_fields.SigCertConstraints(
            flags=constraints.flags & ~Kind.ISSUER,
            subjects=constraints.subjects,
            subject_dn=constraints.subject_dn,
            key_usage=constraints.key_usage,
        )
        rest.satisfied_by(certificate, None)
    except Exception:  # noqa: BLE001 - it says no in several classes
        return False
    return True
