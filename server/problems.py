"""A request that is refused, and why: becomes an RFC 9457 problem."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.sync.protocol import Problem


class Refused(Exception):  # noqa: N818 - an answer, not a fault
    """`headers` go out with the problem."""

    def __init__(
        self, status: int, code: str, detail: str = "", *, headers: Mapping[str, str] | None = None, **extra: Any
    ) -> None:
        super().__init__(f"{status} {code}: {detail}")
        self.problem = Problem(status, code, detail, extra)
        self.headers = dict(headers or {})
