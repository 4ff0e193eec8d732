"""A desk's connection to its server: the address, who the desk is there, and the keys it trusts receipts from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from app.sync import faults


@dataclass(slots=True, frozen=True)
class Endpoint:
    """Kept by whoever enrolled, secrets in the keyring: `token` and `desk_key` never go into logs or reports.

    `pinned_keys`: the server's Ed25519 public keys in text form (base64url, 43 characters), as they were at enrolment.
    """

    url: str
    desk_id: str
    agency: str
    token: str = field(repr=False)
    pinned_keys: tuple[str, ...]
    desk_key: str = field(default="", repr=False)  # the desk's private key, for signed requests and key changes

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "pinned_keys": list(self.pinned_keys)}

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> Endpoint:
        return cls(**{**told, "pinned_keys": tuple(told["pinned_keys"])})


def clean_address(url: str, *, allow_plain: bool) -> str:
    """The server's address without what does not belong to it; LineError when it is none or not encrypted.

    Plain http is for this computer only, unless `allow_plain`.
    """
    address = url.strip()
    if "://" not in address:
        address = f"https://{address}"
    address = address.rstrip("/")
    try:
        parts = urlsplit(address)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        raise faults.bad_address(url) from None
    if parts.scheme not in ("http", "https") or not host or parts.query or parts.fragment or parts.username:
        raise faults.bad_address(url)
    if parts.scheme == "http" and not allow_plain and not is_loopback(host):
        raise faults.plain_address(host)
    return address


def is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
