"""What the server lets one desk or agency do."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True, frozen=True)
class Limits:
    """Sizes in bytes, times in seconds."""

    part: int = 8 * 1024 * 1024  # largest part of an upload and largest blob sent whole
    manifest: int = 16 * 1024 * 1024
    small_body: int = 256 * 1024  # questions, enrolments
    open_bytes_of_agency: int = 1024**4  # offered and not yet committed
    uploads_at_once: int = 24  # each holds at most one part in memory
    silence: float = 30.0  # without a byte of the body
    body: float = 900.0  # for one whole body, however steadily it drips
    header: float = 30.0  # from opening a connection to the end of a request's head
    commit_grace: float = 10.0  # a commit that takes longer is answered 202
    forget_uploads: float = 60 * 86400.0  # unfinished uploads untouched for so long are removed
