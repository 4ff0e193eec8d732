"""What the sandbox runs: foreign files are read where a crash or a memory bomb hurts nobody."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from app.signature.rewrite import rewrite
from app.signature.verify import verify_pdf


def verify(path: str, trust: str | None = None, now: str | None = None) -> dict[str, Any]:
    """`Verification.to_json()` of a file; offline, as the sandbox has no network. `now` is ISO 8601."""
    moment = datetime.fromisoformat(now) if now else None
    return verify_pdf(Path(path), trust=Path(trust) if trust else None, now=moment).to_json()


def rewrite_plain(source: str, out: str) -> None:
    """`app.signature.rewrite.rewrite` of a file that can't be added to as it is."""
    rewrite(Path(source), Path(out))


def lint(path: str) -> list[dict[str, Any]]:
    """Findings for `app.signature.lint.inspect`: rows of code, page, box, detail."""
    from app.signature.lint.look import look

    return look(Path(path)).rows
