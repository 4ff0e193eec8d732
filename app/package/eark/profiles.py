"""By which specification a package is judged, and how that is told from the package itself."""

from __future__ import annotations

import re
from dataclasses import dataclass

FAMILIES = ("csip", "sip", "aip", "dip")
VERSIONS = ("2.0.4", "2.1", "2.2")
DEFAULT = "2.1"
NAMES = tuple(f"{family}-{version}" for family in FAMILIES for version in VERSIONS)


@dataclass(slots=True, frozen=True)
class Profile:
    family: str  # csip, sip, aip, dip
    version: str  # 2.0.4, 2.1, 2.2

    @property
    def name(self) -> str:
        return f"{self.family}-{self.version}"


def named(name: str) -> Profile | None:
    family, _dash, version = name.partition("-")
    return Profile(family, version) if name in NAMES else None


def within(asked: Profile, told: Profile) -> Profile:
    """The rules for a package when CSIP of some version was asked for: those of the family it says it is of, too."""
    return Profile(told.family, asked.version) if asked.family == "csip" else asked


def told_by(address: str, oais: str) -> Profile:
    """The specification that a root METS' PROFILE names; where that is none of E-ARK's, OAISPACKAGETYPE decides.

    An address without a version (`…/E-ARK-CSIP.xml`) stood for 2.0 and for 2.1 in turn: such a package is judged by 2.1.
    """
    match = re.search(r"E-ARK-(CSIP|SIP|AIP|DIP)(?:-v(\d+)-(\d+)(?:-(\d+))?)?\.xml", address, re.IGNORECASE)
    if match is None:
        family = oais.strip().lower()
        return Profile(family if family in ("sip", "dip") and "csip" not in address.lower() else "csip", DEFAULT)
    version = DEFAULT
    if match[2]:
        number = (int(match[2]), int(match[3]))
        version = "2.0.4" if number < (2, 1) else "2.1" if number < (2, 2) else "2.2"
    return Profile(match[1].lower(), version)
