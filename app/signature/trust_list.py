"""The list of trusted authorities that the central server hands out: numbered, dated, in separate sets.

    {"issued": "2026-11-27T08:00:00Z", "sets": {"government": [DER in base64, …], "national": […]}, "version": 7}

Its signature (JWS) is checked where it comes in; here is only what it says.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.signature.trust import Trust, load_trust, read_bytes

SETS = ("government", "national", "office")
MOST = 500  # certificates of a list


@dataclass(slots=True, frozen=True)
class TrustList:
    """`sets` maps a name of `SETS` to CA certificates (DER); `issued` is UTC, "2026-11-27T08:00:00Z"."""

    version: int
    issued: str
    sets: Mapping[str, tuple[bytes, ...]]

    @property
    def count(self) -> int:
        return sum(len(certificates) for certificates in self.sets.values())

    def encoded(self) -> bytes:
        """The canonical bytes that are signed."""
        sets = {name: [base64.b64encode(der).decode() for der in ders] for name, ders in sorted(self.sets.items())}
        told = {"issued": self.issued, "sets": sets, "version": self.version}
        return json.dumps(told, sort_keys=True, separators=(",", ":")).encode()


def read_list(payload: bytes) -> TrustList:
    """Raises ValueError for what is no such list."""
    told: Any = json.loads(payload)
    if not isinstance(told, dict) or not isinstance(told.get("sets"), dict):
        raise ValueError("no list of authorities")
    version = told.get("version")
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise ValueError("no version")
    sets: dict[str, tuple[bytes, ...]] = {}
    for name, texts in told["sets"].items():
        if name not in SETS or not isinstance(texts, list):
            raise ValueError("an unknown set")
        sets[name] = tuple(base64.b64decode(text, validate=True) for text in texts)
    found = TrustList(version, str(told.get("issued", ""))[:30], sets)
    if found.count > MOST:
        raise ValueError("too many certificates")
    for ders in sets.values():
        for der in ders:
            if len(read_bytes(der)) != 1:
                raise ValueError("not the certificate of an authority")
    return found


def trust_with(told: TrustList | None, extra: Sequence[Any] = (), base: Trust | None = None) -> Trust:
    """The shipped authorities with those of the list and `extra`."""
    found = list((base or load_trust()).anchors)
    if told is not None:
        found += [cert for ders in told.sets.values() for der in ders for cert in read_bytes(der) if cert not in found]
    found += [cert for cert in extra if cert not in found]
    return Trust(tuple(found), f"{told.version} ({told.issued[:10]})" if told is not None else "")
