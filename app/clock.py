"""Time as records tell it: Vietnam's offset, ISO 8601 with milliseconds (Nghị định 30 annex I, Thông tư 05/2025 §METS)."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

VIETNAM = timezone(timedelta(hours=7))


def now() -> datetime:
    return datetime.now(VIETNAM)


def stamp(moment: datetime | None = None) -> str:
    """2026-11-22T09:33:13.123+07:00"""
    return (moment or now()).astimezone(VIETNAM).isoformat(timespec="milliseconds")


def today() -> date:
    return now().date()
