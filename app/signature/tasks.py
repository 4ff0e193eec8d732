"""What the sandbox runs: foreign files are read where a crash or a memory bomb hurts nobody."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from app.signature.asked import Answers
from app.signature.rewrite import rewrite
from app.signature.verify import verify_any


def verify(
    path: str, trust: str | None = None, now: str | None = None, evidence: bool = False, answers: str | None = None
) -> dict[str, Any]:
    """`Verification.to_json()` of a file; offline, as the sandbox has no network. `now` is ISO 8601; with `evidence`, the certificates
    and revocation lists it rests on are under that key; `answers` is a file that `app.signature.asked.ask` wrote."""
    moment = datetime.fromisoformat(now) if now else None
    told = Answers(Path(answers)) if answers else False
    found = verify_any(Path(path), trust=Path(trust) if trust else None, online=told, now=moment)
    return found.to_json() | ({"evidence": found.evidence} if evidence else {})


def try_open(path: str) -> None:
    """`app.signature.source.try_open`: whether a file that is about to be signed can be read without harm."""
    from app.signature.source import try_open as attempt

    attempt(Path(path))


def signers(path: str) -> list[str]:
    """`app.signature.resume.read_signers`, as hexadecimal digits."""
    from app.signature.resume import read_signers

    return [one.hex() for one in read_signers(Path(path))]


def rewrite_plain(source: str, out: str) -> None:
    """`app.signature.rewrite.rewrite` of a file that can't be added to as it is."""
    rewrite(Path(source), Path(out))


def prepare_stamp(source: str, out: str) -> dict[str, Any]:
    """`app.signature.renewing.prepare`."""
    from app.signature.renewing import prepare

    return prepare(Path(source), Path(out))


def lint(path: str) -> list[dict[str, Any]]:
    """Findings for `app.signature.lint.inspect`: rows of code, page, box, detail."""
    from app.signature.lint.look import look

    return look(Path(path)).rows


def lay_out(path: str, look: dict[str, Any], subject: str, organisation: str, moment: str) -> dict[str, Any]:
    """Where and how the look of a signature would be drawn into this file: `app.signature.preview.preview`."""
    from app.signature.preview import preview

    return preview(Path(path), look, subject, organisation, datetime.fromisoformat(moment))


def draw_page(path: str, index: int, out: str, dpi: int) -> None:
    """A page with everything that is seen on it: `app.signature.drawpage.draw_page`."""
    from app.signature.drawpage import draw_page as draw

    draw(Path(path), index, Path(out), dpi)


def compare(path: str, covered: int) -> list[dict[str, Any]]:
    """`app.signature.revisions.differences`."""
    from app.signature.revisions import differences

    return differences(Path(path), covered)


def evidence(path: str, record: str, trust: str | None = None, now: str | None = None) -> dict[str, Any]:
    """`EvidenceReport.to_json()` of an evidence record for a file."""
    from app.signature.evidence.checking import check_record
    from app.signature.evidence.record import load_record
    from app.signature.trust import load_trust

    moment = datetime.fromisoformat(now) if now else None
    read = load_record(Path(record).read_bytes())
    return check_record(read, Path(path), load_trust(Path(trust) if trust else None), now=moment).to_json()
