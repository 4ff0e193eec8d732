"""Until when an algorithm may make new signatures. Verifying old ones has its own rules.

What TT 15/2025/TT-BKHCN annex I asks (RSA ≥ 2048, ECDSA ≥ 256, SHA-2 or SHA-3) holds without a date; the dates are those of
NIST SP 800-131A rev. 2 and SP 800-57 part 1 rev. 5 (112-bit strength ends with 2030) and of the shutdown of SHA-1.
"""

from __future__ import annotations

from datetime import UTC, datetime

SMALLEST_RSA = 2048  # bits
SMALLEST_EC = 256
_ENDS_2030 = datetime(2031, 1, 1, tzinfo=UTC)
# RSA and EC keys: below this many bits no new signature from this day on
KEY_ENDS = (("rsa", 3072, _ENDS_2030), ("ec", 256, datetime(2014, 1, 1, tzinfo=UTC)))
DIGEST_ENDS = {
    "md2": datetime(2005, 1, 1, tzinfo=UTC),
    "md5": datetime(2005, 1, 1, tzinfo=UTC),
    "sha1": datetime(2014, 1, 1, tzinfo=UTC),
    "sha224": _ENDS_2030,
}
SIGNING_DIGESTS = ("sha256", "sha384", "sha512")


def key_fits(kind: str, bits: int, when: datetime) -> bool:
    """Whether a key ("rsa" or "ec") of so many bits may make a signature at `when`."""
    least = {"rsa": SMALLEST_RSA, "ec": SMALLEST_EC}.get(kind)
    if least is None or bits < least:
        return False
    return not any(kind == name and bits < enough and when >= end for name, enough, end in KEY_ENDS)


def digest_fits(name: str, when: datetime) -> bool:
    """Whether a hash by its usual name ("sha256") may be used in a signature made at `when`."""
    end = DIGEST_ENDS.get(name.lower().replace("-", "").replace("_", ""))
    return end is None or when < end
