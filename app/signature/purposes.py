"""What a certificate was made for: only a person's or an organisation's certificate for signing may sign documents."""

from __future__ import annotations

from typing import Any

from pyhanko.sign.validation.settings import KeyUsageConstraints

# purposes of machines and of authorities (RFC 5280, 4.2.1.12); a certificate that has only these signs no documents
NOT_FOR_DOCUMENTS = {
    "server_auth",
    "code_signing",
    "time_stamping",
    "ocsp_signing",
    "ipsec_end_system",
    "ipsec_tunnel",
    "ipsec_user",
}


class ForSigning(KeyUsageConstraints):
    """A certificate that does not say what its key is for may be used for all (RFC 5280, 4.2.1.3)."""

    def _validate_key_usage_extension(self, key_usage_extension_value: Any, extra: set[str]) -> None:
        if key_usage_extension_value is not None:
            super()._validate_key_usage_extension(key_usage_extension_value, extra)  # type: ignore[no-untyped-call]


def made_for_signing(certificate: Any) -> list[str]:
    """Codes of what speaks against it; the certificate's key usage is judged with its path."""
    found = []
    if certificate.ca:
        found.append("cert.authority")
    if for_others(certificate):
        found.append("cert.key_usage")
    return found


def for_others(certificate: Any) -> bool:
    """Whether its purposes are all of kinds that have nothing to do with documents. Of an authority they limit what it may issue, as
    browsers and Windows read them."""
    purposes = certificate.extended_key_usage_value
    return purposes is not None and {str(p) for p in purposes.native} <= NOT_FOR_DOCUMENTS
