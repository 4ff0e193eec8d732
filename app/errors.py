"""What can go wrong and is nobody's bug.

    AppError            something in the world: a file, a token, a line, a disk. Shown as `message` + `advice`.
    └─ Cancelled        the person asked to stop: silence.

Everything else that escapes is a bug and gets a redacted report.
"""

from __future__ import annotations

from dataclasses import dataclass, field


class AppError(Exception):
    """An expected failure, told in the clerk's words.

    `code` is stable and dotted (`pdf.encrypted`, `token.pin_incorrect`); tests and scripts rely on it, people never see it.
    `message` says what happened, `advice` the next step; both are already translated. `detail` is for the log only.
    """

    def __init__(self, code: str, message: str, advice: str = "", *, detail: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.advice = advice
        self.detail = detail

    def __str__(self) -> str:
        return f"{self.message} {self.advice}".strip()


class Cancelled(AppError):  # noqa: N818 - cancel is not an error, it only travels like one
    """The person asked to stop. Never shown."""

    def __init__(self) -> None:
        super().__init__("cancelled", "")


@dataclass(slots=True, frozen=True)
class Problem:
    """One item of a batch that could not be done; the others went on."""

    where: str
    code: str
    message: str
    advice: str = ""
    detail: str = field(default="", repr=False)

    @classmethod
    def of(cls, where: str, error: AppError) -> Problem:
        return cls(where, error.code, error.message, error.advice, error.detail)

    def __str__(self) -> str:
        return f"{self.where}: {self.message} {self.advice}".strip()
