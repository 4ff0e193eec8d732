"""The signer's certificate of a CMS that came without it: time-stamp services leave it out unless they are asked for it, and the store of
the document (DSS) has it. Which one is meant stands in the signer's information; whether it fits, the signature itself tells.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from asn1crypto import cms

cms_: Any = cms
PARTS = ("version", "digest_algorithms", "encap_content_info", "crls", "signer_infos")


def with_signer(signed_data: Any, candidates: Iterable[Any]) -> Any:
    """The same signed data, with the signer's certificate among its certificates when one of the candidates (asn1crypto) is the one."""
    sid = signed_data["signer_infos"][0]["sid"]
    held = [one.chosen for one in signed_data["certificates"] or () if one.name == "certificate"]
    if any(is_meant(one, sid) for one in held):
        return signed_data
    found = next((one for one in candidates if is_meant(one, sid)), None)
    if found is None:
        return signed_data
    parts = {key: signed_data[key] for key in PARTS if key != "crls" or signed_data[key]}
    return cms_.SignedData(parts | {"certificates": [*held, found]})


def is_meant(certificate: Any, sid: Any) -> bool:
    if sid.name == "issuer_and_serial_number":
        told = sid.chosen
        return bool(certificate.serial_number == told["serial_number"].native and certificate.issuer == told["issuer"])
    return bool(certificate.key_identifier == sid.chosen.native)
