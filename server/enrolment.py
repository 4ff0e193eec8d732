"""How a desk becomes known: a person at the server makes a one-time code, a clerk types it at the desk.

The code admits one desk key. Typing the same code at the same desk again gives the same answer (a lost answer costs nothing);
at another desk it is refused.
"""

from __future__ import annotations

import re
import secrets
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.engine import Row

from app.sync import strict
from app.sync.protocol import Enrolment
from server.ledger import Ledger, lock_agency, utc
from server.problems import Refused
from server.signing import Signer
from server.tables import codes, desks

_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: nothing that looks like something else
_LENGTH = 12  # 60 bits: can't be guessed over the network within its life
LIFE = timedelta(days=3)


def create_code(where: Ledger | Path, agency: str, now: datetime | None = None, life: timedelta = LIFE) -> str:
    """A new code for one desk of `agency`, like "7KQ2-M9XD-4TAB". `where`: the ledger, or the folder of an embedded server."""
    strict.agency_of(agency)
    now = now or datetime.now(UTC)
    raw = "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))
    ledger = where if isinstance(where, Ledger) else Ledger(ledger_url(where))
    try:
        with ledger.writing() as db:
            lock_agency(db, agency)
            db.execute(insert(codes).values(code_sha256=_digest(raw), agency=agency, expires_at=utc(now + life)))
    finally:
        if ledger is not where:
            ledger.close()
    return "-".join(raw[n : n + 4] for n in range(0, _LENGTH, 4))


def ledger_url(folder: Path) -> str:
    """The database of a server that lives in one folder, made ready to be opened."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return f"sqlite:///{folder / 'ledger.db'}"


def enrol(ledger: Ledger, signer: Signer, asked: Enrolment, now: datetime) -> tuple[str, str]:
    """Makes the desk known and gives its agency and token; Refused (403) when the code does not admit it."""
    code = _digest(asked.code)
    token = signer.token(asked.desk, asked.public_key, code)
    with ledger.writing() as db:
        row = db.execute(select(codes).where(codes.c.code_sha256 == code).with_for_update()).first()
        if row is None or asked.agency not in (None, row.agency):
            raise Refused(403, "code_wrong", "this code does not admit a desk of this agency")
        if row.used_by is not None:
            _check_same(db, row, asked)
            return row.agency, token
        if row.expires_at < utc(now):
            raise Refused(403, "code_expired", "this code has expired")
        if db.execute(select(desks.c.desk).where(desks.c.desk == asked.desk)).first():
            raise Refused(409, "desk_known", "a desk with this id is enrolled already")
        _insert_desk(db, asked, row.agency, token, utc(now))
        db.execute(update(codes).where(codes.c.code_sha256 == code).values(used_by=asked.desk, used_at=utc(now)))
    return row.agency, token


def revoke(ledger: Ledger, desk: str, now: datetime) -> bool:
    """Shuts a desk out from now on; False when there is none."""
    with ledger.writing() as db:
        found = update(desks).where(desks.c.desk == desk, desks.c.revoked_at.is_(None)).values(revoked_at=utc(now))
        return db.execute(found).rowcount == 1


def _check_same(db: Connection, row: Row[Any], asked: Enrolment) -> None:
    known = db.execute(select(desks).where(desks.c.desk == row.used_by)).first()
    if known is None or (known.desk, known.public_key) != (asked.desk, asked.public_key):
        raise Refused(403, "code_used", "this code was used at another desk")
    if known.revoked_at is not None:
        raise Refused(403, "desk_revoked", "this desk was shut out")


def _insert_desk(db: Connection, asked: Enrolment, agency: str, token: str, now: str) -> None:
    db.execute(
        insert(desks).values(
            desk=asked.desk,
            agency=agency,
            name=asked.name,
            public_key=asked.public_key,
            token_sha256=strict.sha256(token.encode()),
            enrolled_at=now,
        )
    )


def _digest(code: str) -> str:
    """Codes are kept as digests; people may type them in lower case, with spaces, with O for 0 and I or L for 1."""
    typed = re.sub(r"[\s-]", "", code).upper().translate(str.maketrans("OIL", "011"))
    return strict.sha256(typed.encode())
