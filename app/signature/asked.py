"""What the authorities answered, asked outside of the sandbox and handed into it as a file."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Protocol

import asn1crypto.x509

from app.signature.contexts import Knowledge
from app.signature.revocation import load
from app.signature.trust import Trust

cert_: Any = asn1crypto.x509.Certificate


class Asker(Protocol):
    """`app.signature.online.Online`, or its answers."""

    def collect(self, certificate: Any, others: Iterable[Any], known: Knowledge) -> None: ...

    def failed(self, certificate: Any) -> bool: ...


class Answers:
    """Answers that were written by `ask`."""

    def __init__(self, path: Path) -> None:
        row = json.loads(path.read_text())
        self._failed = {bytes.fromhex(digest) for digest in row["failed"]}
        self._crls, self._ocsps = (
            [piece for text in row[f"{kind}s"] if (piece := load(kind, base64.b64decode(text))) is not None]
            for kind in ("crl", "ocsp")
        )

    def collect(self, certificate: Any, others: Iterable[Any], known: Knowledge) -> None:
        known.crls += [one for one in self._crls if one not in known.crls]
        known.ocsps += [one for one in self._ocsps if one not in known.ocsps]

    def failed(self, certificate: Any) -> bool:
        return certificate.sha256 in self._failed


def ask(asker: Asker, evidence: dict[str, list[str]], signers: Iterable[str], trust: Trust, out: Path) -> None:
    """Asks about the signers' certificates (SHA-256 in hex) among the evidence and writes the answers into `out`."""
    known, failed = Knowledge(), []
    wanted = set(signers)
    certificates = [cert_.load(base64.b64decode(text)) for text in evidence["certificates"]]
    for certificate in certificates:
        if certificate.sha256.hex() in wanted:
            asker.collect(certificate, [*certificates, *trust.anchors], known)
            if asker.failed(certificate):
                failed.append(certificate.sha256.hex())
    crls, ocsps = ([base64.b64encode(piece.dump()).decode() for piece in pieces] for pieces in (known.crls, known.ocsps))
    out.write_text(json.dumps({"failed": failed, "crls": crls, "ocsps": ocsps}))
