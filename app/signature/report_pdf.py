"""The verification report as a PDF that can be printed and kept: what Thông tư 15/2025/TT-BKHCN (appendix II) wants shown, in words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from app.i18n import N_, _
from app.signature.reasons import sentence
from app.signature.sheet import Line, write_sheets

VIETNAM = timezone(timedelta(hours=7))
VERDICTS = {
    "valid": N_("VALID"),
    "invalid": N_("NOT VALID"),
    "unknown": N_("NOT DETERMINED"),
    "unsigned": N_("NOT SIGNED"),
}
CHANGES = {
    "none": N_("nothing was changed"),
    "allowed": N_("only allowed additions"),
    "suspicious": N_("changes that are not allowed, or that can't be told"),
}
SOURCES = {
    "timestamp": N_("proven by a time stamp"),
    "signer": N_("as the signer's computer said"),
    "none": N_("not known"),
}
REVOCATION = {"good": N_("not revoked"), "revoked": N_("revoked"), "unknown": N_("not checked")}


def report_pdf(report: dict[str, Any], out: Path, *, sha256: str, checked_at: datetime, trust: str = "") -> None:
    """Writes the report of `Verification.to_json` about the file with that SHA-256 into the new file `out`; `trust` names the list of
    trusted authorities that was used."""
    write_sheets(out, list(lines(report, sha256, checked_at, trust)), title=_("Verification report"))


def lines(report: dict[str, Any], sha256: str, checked_at: datetime, trust: str) -> Iterator[Line]:
    yield Line(_("VERIFICATION REPORT ON DIGITAL SIGNATURES"), 14, bold=True)
    yield Line("")
    yield Line(_("File: {name}").format(name=Path(report["file"]).name))
    yield Line(f"SHA-256: {sha256}", 9)
    yield Line(_("Checked at: {time}").format(time=local(checked_at)))
    if trust:
        yield Line(_("Trusted authorities: {list}").format(list=trust))
    yield Line(_("Verdict: {verdict}").format(verdict=_(VERDICTS[report["verdict"]])), 13, bold=True)
    for code in report["reasons"]:
        yield Line("– " + sentence(code))
    for number, signature in enumerate(report["signatures"], 1):
        yield Line("")
        yield from signature_lines(number, signature)


def signature_lines(number: int, row: dict[str, Any]) -> Iterator[Line]:
    stamp = row["level"] == "TIMESTAMP"
    head = _("Time stamp {number}: {verdict}") if stamp else _("Signature {number}: {verdict}")
    yield Line(head.format(number=number, verdict=_(VERDICTS[row["verdict"]])), 12, bold=True)
    certificate = row["certificate"]
    yield Line(_("Signer: {name}").format(name=row["signer"] or "—"))
    if certificate.get("organisation"):
        yield Line(_("Unit: {name}").format(name=certificate["organisation"]))
    yield Line(_("Certificate issued by: {name}").format(name=row["issuer"] or "—"))
    if certificate:
        yield Line(_("Unit managing the certificate: {name}").format(name=certificate["issuerOrganisation"] or "—"))
        span = f"{local(datetime.fromisoformat(certificate['notBefore']))} – {local(datetime.fromisoformat(certificate['notAfter']))}"
        yield Line(_("Certificate valid: {span}; serial {serial}").format(span=span, serial=certificate["serial"]))
        yield Line(_("Valid at the time of signing: {answer}").format(answer=_("yes") if certificate["validThen"] else _("no")))
    signed = local(datetime.fromisoformat(row["signedAt"])) if row["signedAt"] else "—"
    yield Line(_("Signing time: {time} ({source})").format(time=signed, source=_(SOURCES[row["timeSource"]])))
    whole = row["intact"] and row["changesAfter"] != "suspicious"
    yield Line(_("Content whole since the signing: {answer}").format(answer=_("yes") if whole else _("no")))
    yield Line(_("After the signing: {changes}").format(changes=_(CHANGES[row["changesAfter"]])))
    if not stamp and row["revocation"]:
        yield Line(_("Revocation: {status}").format(status=_(REVOCATION[row["revocation"]["status"]])))
    yield Line(_("Level {level}; {algorithm}").format(level=row["level"], algorithm=row["algorithm"] or "—"))
    yield Line(" / ".join(part for part in (row["indication"], row["subIndication"]) if part), 9)
    for code in row["reasons"]:
        yield Line("– " + sentence(code))


def local(moment: datetime) -> str:
    """Vietnam's time, as Nghị định 30/2020 writes it."""
    return moment.astimezone(VIETNAM).strftime("%d/%m/%Y %H:%M:%S +07:00")
