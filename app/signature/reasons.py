"""Why a signature is judged as it is: a code for scripts, a sentence for people, and what it does to the verdict."""

from __future__ import annotations

from enum import IntEnum

from app.i18n import N_, _


class Weight(IntEnum):
    """The worst reason decides: NOTE leaves a signature valid, DOUBT makes it unknown, FAULT invalid."""

    NOTE = 0
    DOUBT = 1
    FAULT = 2


REASONS: dict[str, tuple[Weight, str]] = {
    # what is wrong with the bytes
    "digest.mismatch": (Weight.FAULT, N_("The content was changed after it was signed.")),
    "signature.broken": (Weight.FAULT, N_("The signature does not fit the signer's certificate.")),
    "signature.damaged": (Weight.FAULT, N_("The signature is damaged and can't be checked.")),
    "signature.several": (
        Weight.FAULT,
        N_("The signature holds several signers in one; a PDF signature may have only one."),
    ),
    "signature.orphan": (Weight.DOUBT, N_("The file holds a signature that was taken out of its place.")),
    "field.doubled": (
        Weight.DOUBT,
        N_("Two signature fields have the same name, so it can't be told for sure which signature is meant."),
    ),
    "range.wrong": (Weight.FAULT, N_("The signature does not cover the file the way it must.")),
    "changes.suspicious": (Weight.FAULT, N_("The document was changed after it was signed in a way that is not allowed.")),
    "changes.unaccounted": (Weight.FAULT, N_("Data was appended after the signing that is no proper part of the document.")),
    "changes.description": (
        Weight.FAULT,
        N_("The document's title, author or other description was changed after the signing."),
    ),
    "changes.values": (Weight.FAULT, N_("A form field that was filled in when it was signed holds something else now.")),
    "changes.allowed": (Weight.NOTE, N_("After the signing only allowed things were added, such as further signatures.")),
    "changes.filled": (Weight.NOTE, N_("Form fields were filled in after the signing.")),
    "changes.covered": (Weight.FAULT, N_("Notes were added after the signing that hide or alter what was signed.")),
    "changes.overlaid": (
        Weight.DOUBT,
        N_("The box of a later signature or field hides something that was signed. Look at the signed version."),
    ),
    "changes.restyled": (
        Weight.DOUBT,
        N_("A form field holds what was signed, but looks different now. Look at the signed version."),
    ),
    "changes.notes": (Weight.NOTE, N_("Notes were added after the signing; the signer permitted that.")),
    "changes.drawn": (
        Weight.DOUBT,
        N_(
            "Notes with text or drawings were laid on the pages after the signing. The signer permitted notes, but did not sign these."
        ),
    ),
    "changes.unclear": (Weight.DOUBT, N_("It can't be told for sure what was added after the signing.")),
    "changes.certified": (
        Weight.DOUBT,
        N_("The signer allowed no changes; proofs for long-term keeping were added, which some programs count as a change."),
    ),
    "content.switches": (
        Weight.NOTE,
        N_(
            "The signed document holds parts that can be shown, hidden or changed by a program; what is seen may not be all of it."
        ),
    ),
    "content.outside": (
        Weight.DOUBT,
        N_("A part of what the document shows lies in another file, which is not signed."),
    ),
    "format.unsupported": (Weight.DOUBT, N_("This kind of signature is not supported.")),
    "read.lenient": (Weight.NOTE, N_("The file does not keep to the PDF standard; it was read with leniency.")),
    "read.failed": (Weight.DOUBT, N_("The file is damaged and can't be read.")),
    "pdf.not_pdf": (Weight.DOUBT, N_("This file is not a PDF.")),
    "xml.refused": (Weight.DOUBT, N_("This XML file can't be read safely, so it was not checked.")),
    "pdf.encrypted": (Weight.DOUBT, N_("The file is protected with a password.")),
    "unsigned": (Weight.NOTE, N_("The file holds no signature.")),
    # the signer
    "cert.missing": (Weight.DOUBT, N_("The signer's certificate is missing in the file.")),
    "cert.mismatch": (
        Weight.DOUBT,
        N_("The certificate beside the signature is not the one it was made with: it was damaged or exchanged."),
    ),
    "cert.untrusted": (Weight.DOUBT, N_("The certificate comes from an authority that is not in the list of trusted ones.")),
    "cert.chain": (Weight.DOUBT, N_("The chain of certificates has a fault.")),
    "cert.key_usage": (Weight.DOUBT, N_("The certificate was not issued for signing documents.")),
    "cert.authority": (Weight.DOUBT, N_("This is the certificate of a certification authority, not of a signer.")),
    "cert.expired": (
        Weight.DOUBT,
        N_("The certificate has expired, and no time stamp proves that the signing was earlier."),
    ),
    "cert.expired_at_signing": (Weight.FAULT, N_("The certificate had already expired when the document was signed.")),
    "cert.not_yet_valid": (Weight.FAULT, N_("The certificate was not valid yet when the document was signed.")),
    "cert.revoked": (Weight.FAULT, N_("The certificate had been revoked when the document was signed.")),
    "cert.revoked_later": (
        Weight.DOUBT,
        N_("The certificate was revoked later, and no time stamp proves that the signing was earlier."),
    ),
    "cert.revoked_after": (Weight.NOTE, N_("The certificate was revoked after the signing.")),
    "cert.chain_revoked": (
        Weight.FAULT,
        N_("The certificate of the issuing authority had been revoked when the document was signed."),
    ),
    "cert.chain_revoked_later": (
        Weight.DOUBT,
        N_("The certificate of the issuing authority was revoked, and no time stamp proves that the signing was earlier."),
    ),
    "revocation.unchecked": (Weight.NOTE, N_("It was not checked whether the certificate had been revoked.")),
    "revocation.unknown": (Weight.DOUBT, N_("Whether the certificate had been revoked could not be found out.")),
    "crypto.weak": (Weight.DOUBT, N_("The signature uses an algorithm that is no longer safe.")),
    "crypto.dated": (Weight.NOTE, N_("The signature uses an algorithm that was safe when it was made, but is no longer so.")),
    # the time
    "time.claimed": (Weight.NOTE, N_("The signing time is what the signer's computer said; no time stamp proves it.")),
    "time.future": (Weight.DOUBT, N_("The signing time lies in the future.")),
    "timestamp.broken": (Weight.FAULT, N_("The time stamp does not belong to this signature or was changed.")),
    "timestamp.unreadable": (Weight.DOUBT, N_("A time stamp of this signature can't be read, so it proves nothing.")),
    "timestamp.future": (Weight.DOUBT, N_("The time stamp tells a time that has not come yet.")),
    "timestamp.order": (
        Weight.DOUBT,
        N_("The time stamps contradict each other: the inner one is later than the one over it."),
    ),
    "timestamp.untrusted": (Weight.NOTE, N_("The time stamp comes from a service that is not in the list of trusted ones.")),
    # evidence records
    "evidence.other_file": (
        Weight.FAULT,
        N_("The evidence record does not belong to this file, or one of the two was changed."),
    ),
    "evidence.untrusted": (
        Weight.DOUBT,
        N_("A time stamp of the evidence record can't be trusted any more; it was not renewed in time."),
    ),
    "evidence.order": (Weight.FAULT, N_("The time stamps of the evidence record are not in order.")),
    "evidence.unreadable": (Weight.FAULT, N_("The evidence record can't be read.")),
    "evidence.file_changed": (Weight.FAULT, N_("Files were changed since that day.")),
    "evidence.file_missing": (Weight.FAULT, N_("Files of that day are missing in the archive.")),
    # the signature beside a package
    "seal.other": (
        Weight.FAULT,
        N_("The signature does not belong to this package, or the package was changed after it was signed."),
    ),
    "seal.inside": (Weight.FAULT, N_("The package's list of contents is the signed one, but its files are not as it says.")),
    "seal.lonely": (Weight.DOUBT, N_("The package that this signature belongs to does not lie beside it.")),
    "check.failed": (Weight.DOUBT, N_("The signature could not be checked because of an unexpected fault.")),
}


def weight(code: str) -> Weight:
    return REASONS[code][0]


def sentence(code: str) -> str:
    """The reason in the person's language."""
    return _(REASONS[code][1]) if code in REASONS else code


SUB_INDICATIONS = {  # ETSI EN 319 102-1, tables 5 and 6
    "digest.mismatch": "HASH_FAILURE",
    "signature.broken": "SIG_CRYPTO_FAILURE",
    "cert.missing": "NO_SIGNING_CERTIFICATE_FOUND",
    "cert.mismatch": "NO_SIGNING_CERTIFICATE_FOUND",
    "cert.untrusted": "NO_CERTIFICATE_CHAIN_FOUND",
    "cert.chain": "CERTIFICATE_CHAIN_GENERAL_FAILURE",
    "cert.key_usage": "CHAIN_CONSTRAINTS_FAILURE",
    "cert.authority": "CHAIN_CONSTRAINTS_FAILURE",
    "cert.expired": "OUT_OF_BOUNDS_NO_POE",
    "cert.expired_at_signing": "EXPIRED",
    "cert.not_yet_valid": "NOT_YET_VALID",
    "cert.revoked": "REVOKED",
    "cert.revoked_later": "REVOKED_NO_POE",
    "cert.chain_revoked": "REVOKED",
    "cert.chain_revoked_later": "REVOKED_CA_NO_POE",
    "revocation.unknown": "TRY_LATER",
    "crypto.weak": "CRYPTO_CONSTRAINTS_FAILURE_NO_POE",
    "time.future": "SIG_CONSTRAINTS_FAILURE",
    "timestamp.unreadable": "SIG_CONSTRAINTS_FAILURE",
    "timestamp.future": "SIG_CONSTRAINTS_FAILURE",
    "timestamp.order": "TIMESTAMP_ORDER_FAILURE",
    "changes.certified": "SIG_CONSTRAINTS_FAILURE",
    "changes.unclear": "SIG_CONSTRAINTS_FAILURE",
    "changes.overlaid": "SIG_CONSTRAINTS_FAILURE",
    "changes.restyled": "SIG_CONSTRAINTS_FAILURE",
    "changes.drawn": "SIG_CONSTRAINTS_FAILURE",
    "seal.other": "HASH_FAILURE",
    "seal.inside": "HASH_FAILURE",
    "seal.lonely": "SIGNED_DATA_NOT_FOUND",
    "check.failed": "SIGNED_DATA_NOT_FOUND",
}


def sub_indication(code: str, *, proven: bool) -> str:
    """ETSI's word for the decisive reason; what the bytes of the file do wrong is FORMAT_FAILURE, which only a failure can be.
    `proven`: a time stamp proves when."""
    usual = "FORMAT_FAILURE" if weight(code) is Weight.FAULT else "SIG_CONSTRAINTS_FAILURE"
    word = SUB_INDICATIONS.get(code, usual)
    return word.removesuffix("_NO_POE") if proven and word == "CRYPTO_CONSTRAINTS_FAILURE_NO_POE" else word
