"""What a revocation list speaks of (RFC 5280, 5.2 and 5.3): all certificates of its issuer, some of them, or only what changed."""

from __future__ import annotations

from typing import Literal

from cryptography import x509

KNOWN = {
    x509.AuthorityKeyIdentifier,
    x509.CRLNumber,
    x509.IssuerAlternativeName,
    x509.IssuingDistributionPoint,
    x509.DeltaCRLIndicator,
    x509.FreshestCRL,
    x509.AuthorityInformationAccess,
}
Reach = Literal["whole", "part", "other"]


def reach_of(crl: x509.CertificateRevocationList, cert: x509.Certificate) -> Reach:
    """ "whole": a certificate that is not on the list was not revoked; "part": nothing follows from that, but what is on it counts;
    "other": the list is about other certificates."""
    reach: Reach = "whole"
    for extension in crl.extensions:
        value = extension.value
        if isinstance(value, x509.DeltaCRLIndicator) or (extension.critical and type(value) not in KNOWN):
            reach = "part"
        if isinstance(value, x509.IssuingDistributionPoint):
            authority = is_authority(cert)
            if (
                value.only_contains_attribute_certs
                or (value.only_contains_user_certs and authority)
                or (value.only_contains_ca_certs and not authority)
            ):
                return "other"
            if value.only_some_reasons:
                reach = "part"
    return reach


def is_authority(cert: x509.Certificate) -> bool:
    try:
        return cert.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        return False


def entry_of(crl: x509.CertificateRevocationList, cert: x509.Certificate) -> x509.RevokedCertificate | None:
    """The entry of a certificate; in an indirect list the same number may be that of another authority's certificate."""
    if not is_indirect(crl):
        return crl.get_revoked_certificate_by_serial_number(cert.serial_number)
    issuer = crl.issuer
    for entry in crl:
        try:
            names = entry.extensions.get_extension_for_class(x509.CertificateIssuer).value.get_values_for_type(
                x509.DirectoryName
            )
            issuer = names[0] if names else issuer  # holds for the entries behind it, too
        except x509.ExtensionNotFound:
            pass
        if entry.serial_number == cert.serial_number and issuer == cert.issuer:
            return entry
    return None


def is_indirect(crl: x509.CertificateRevocationList) -> bool:
    try:
        return crl.extensions.get_extension_for_class(x509.IssuingDistributionPoint).value.indirect_crl
    except x509.ExtensionNotFound:
        return False


def taken_back(entry: x509.RevokedCertificate) -> bool:
    """A hold that was lifted again (removeFromCRL)."""
    try:
        reason = entry.extensions.get_extension_for_class(x509.CRLReason).value.reason
    except x509.ExtensionNotFound:
        return False
    return reason is x509.ReasonFlags.remove_from_crl
