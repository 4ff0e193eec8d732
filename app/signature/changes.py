"""What a signature covers, and what was done to the file afterwards."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any

from pyhanko.sign.diff_analysis import DiffResult, ModificationLevel
from pyhanko.sign.validation.status import SignatureCoverageLevel

ALLOWED = (ModificationLevel.NONE, ModificationLevel.LTA_UPDATES, ModificationLevel.FORM_FILLING)


@dataclass(slots=True, frozen=True)
class Coverage:
    """`changes`: "none", "allowed" (further signatures, filled fields) or "suspicious"."""

    whole_file: bool
    changes: str
    reasons: tuple[str, ...]


def look_at_coverage(signature: Any) -> Coverage:
    """Judges without any trust. Raises what pyHanko raises on a broken file."""
    if not range_is_sound(signature):
        return Coverage(False, "suspicious", ("range.wrong",))
    try:
        signature.compute_integrity_info()
    except Exception:
        if signature.coverage in (None, SignatureCoverageLevel.ENTIRE_FILE):
            raise
        # what was added can't even be followed: typical of shadow attacks, never of an honest program
        return Coverage(False, "suspicious", ("changes.suspicious", "read.failed"))
    level = signature.coverage
    if level is SignatureCoverageLevel.ENTIRE_FILE:
        return Coverage(True, "none", ())
    found = signature.diff_result
    allowed = (
        level is SignatureCoverageLevel.ENTIRE_REVISION
        and isinstance(found, DiffResult)
        and found.modification_level in ALLOWED
        and bool(signature.summarise_integrity_info()["docmdp_ok"])
    )
    if not allowed:
        return Coverage(False, "suspicious", ("changes.suspicious",))
    if not signature.reader.strict:  # read with leniency, another program may see another document
        return Coverage(False, "allowed", ("changes.allowed", "changes.unclear"))
    return Coverage(False, "allowed", ("changes.allowed",))


def range_is_sound(signature: Any) -> bool:
    """Whether the signed range is the file from its start with one gap, and the gap is exactly this signature's value.

    The parser alone would accept a gap elsewhere (spoofing and "universal signature forgery" files).
    """
    numbers = [int(n) for n in signature.byte_range]
    if len(numbers) != 4 or any(n < 0 for n in numbers):
        return False
    start, before, resume, after = numbers
    value = signature.pkcs7_content
    stream = signature.reader.stream
    size = stream.seek(0, os.SEEK_END)
    if start != 0 or resume != before + 2 * len(value) + 2 or resume + after > size:
        return False
    stream.seek(before)
    gap = stream.read(resume - before)
    try:
        return gap[:1] == b"<" and gap[-1:] == b">" and bool(bytes.fromhex(gap[1:-1].decode("ascii")) == value)
    except ValueError:
        return False
