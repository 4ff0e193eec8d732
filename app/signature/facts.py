"""What a report tells of a signature's certificate, and the report itself."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field as made
from datetime import UTC, datetime
from typing import Any

from app.signature.reasons import Weight, sub_indication, weight
from app.signature.words import clean

INDICATIONS = {"valid": "TOTAL-PASSED", "invalid": "TOTAL-FAILED", "unknown": "INDETERMINATE"}  # ETSI EN 319 102-1, 5.1.3


@dataclass(slots=True)
class SignatureReport:
    """One signature. `changes_after`: none | allowed | suspicious; `time_source`: timestamp | signer | none;
    `level`: B, T, LT, LTA, CMS (older PDF signature), XAdES-B, XAdES-T, or TIMESTAMP (a document time stamp).

    `certificate`, `revocation`, `stamp` and `algorithm` are what Thông tư 15/2025/TT-BKHCN (appendix II) wants shown; `covered` counts
    the signed bytes from the start of the file, `revision` the state of the file it signs, from 1.
    """

    field: str
    signer: str = ""
    issuer: str = ""
    signed_at: datetime | None = None
    time_source: str = "none"
    level: str = "CMS"
    verdict: str = "unknown"
    intact: bool = False
    covers_whole_file: bool = False
    changes_after: str = "suspicious"
    reasons: list[str] = made(default_factory=list)
    sub_indication: str = ""
    certificate: dict[str, Any] = made(default_factory=dict)
    revocation: dict[str, Any] = made(default_factory=dict)
    stamp: dict[str, Any] = made(default_factory=dict)
    algorithm: str = ""
    covered: int = 0
    revision: int = 0
    permits: str = ""  # after a certification: nothing, forms, notes; after a lock: locked

    @property
    def indication(self) -> str:
        return INDICATIONS[self.verdict]

    def add(self, *codes: str) -> None:
        self.reasons += [code for code in codes if code not in self.reasons]

    def decide(self) -> None:
        """The verdict from the reasons; valid only what is whole beyond doubt."""
        worst = max(map(weight, self.reasons), default=Weight.NOTE)
        sound = self.intact and self.changes_after in ("none", "allowed")
        if worst is Weight.FAULT:
            self.verdict = "invalid"
        else:
            self.verdict = "valid" if worst is Weight.NOTE and sound else "unknown"
        decisive = next((code for code in self.reasons if weight(code) is worst and worst is not Weight.NOTE), "")
        self.sub_indication = sub_indication(decisive, proven=self.time_source == "timestamp") if decisive else ""

    def to_json(self) -> dict[str, Any]:
        """As `vankho verify` prints it; times are ISO 8601."""
        return {
            "field": self.field,
            "signer": self.signer,
            "issuer": self.issuer,
            "signedAt": self.signed_at.isoformat() if self.signed_at else None,
            "timeSource": self.time_source,
            "level": self.level,
            "verdict": self.verdict,
            "intact": self.intact,
            "coversWholeFile": self.covers_whole_file,
            "changesAfter": self.changes_after,
            "reasons": self.reasons,
            "indication": self.indication,
            "subIndication": self.sub_indication,
            "certificate": self.certificate,
            "revocation": self.revocation,
            "timestamp": self.stamp,
            "algorithm": self.algorithm,
            "coveredBytes": self.covered,
            "revision": self.revision,
            "permits": self.permits,
        }

    @classmethod
    def from_json(cls, row: dict[str, Any]) -> SignatureReport:
        return cls(
            row["field"],
            row["signer"],
            row["issuer"],
            datetime.fromisoformat(row["signedAt"]) if row["signedAt"] else None,
            row["timeSource"],
            row["level"],
            row["verdict"],
            row["intact"],
            row["coversWholeFile"],
            row["changesAfter"],
            list(row["reasons"]),
            row["subIndication"],
            dict(row["certificate"]),
            dict(row["revocation"]),
            dict(row["timestamp"]),
            row["algorithm"],
            row["coveredBytes"],
            row["revision"],
            row["permits"],
        )


def certificate_facts(certificate: Any, moment: datetime) -> dict[str, Any]:
    """Of an asn1crypto certificate; `validThen` is whether `moment` lies within its time."""
    first, last = certificate.not_valid_before, certificate.not_valid_after
    return {
        "subject": clean(certificate.subject.human_friendly),
        "organisation": one_of(certificate.subject, "organization_name"),
        "issuer": clean(certificate.issuer.human_friendly),
        "issuerOrganisation": one_of(certificate.issuer, "organization_name", "common_name"),
        "serial": f"{certificate.serial_number:x}",
        "notBefore": first.isoformat(),
        "notAfter": last.isoformat(),
        "validThen": first <= moment <= last,
        "sha256": certificate.sha256.hex(),
    }


def people(certificate: Any) -> tuple[str, str]:
    """Names of the signer and the issuer, safe to show."""
    names = [
        one_of(name, "common_name", "organization_name") or clean(name.human_friendly)
        for name in (certificate.subject, certificate.issuer)
    ]
    return names[0], names[1]


def one_of(name: Any, *kinds: str) -> str:
    native = name.native
    found = next((native[kind] for kind in kinds if native.get(kind)), "")
    return clean(str(found[-1] if isinstance(found, list) else found))


def algorithm_words(signer_info: Any, certificate: Any) -> str:
    """Such as "RSA 3072, SHA256"."""
    try:
        key = certificate.public_key
        digest = str(signer_info["digest_algorithm"]["algorithm"].native)
        return clean(f"{str(key.algorithm).split('_')[0].upper().removesuffix('SSA')} {key.bit_size}, {digest.upper()}")
    except Exception:  # noqa: BLE001 - only shown; what can't be read is judged elsewhere
        return ""


def utc(moment: datetime | None) -> datetime | None:
    """A time without zone counts as UTC."""
    return moment.replace(tzinfo=UTC) if moment is not None and moment.tzinfo is None else moment
