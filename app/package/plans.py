"""The one door to all kinds of packages: what a package of this kind will hold."""

from __future__ import annotations

from app.package import bag, eark_plan, plan, profiles
from app.package.model import PackageInput
from app.package.plan import Plan

BAGIT = "bagit"


def kinds() -> tuple[str, ...]:
    """Every kind that can be written: those of Thông tư 05/2025, of E-ARK, and BagIt."""
    return (*profiles.kinds(), *eark_plan.KINDS, BAGIT)


def plan_of(package: PackageInput, dialect: str = "accepted", version: str = "", *, prove: bool = True) -> Plan:
    """Without `prove` the many files of a package under the circular are not held against their schemas yet.

    Raises AppError `package.kind`, `package.dialect`, `package.version`, `package.empty`, `package.fields`, …
    """
    if package.kind in eark_plan.KINDS:
        return eark_plan.make_plan(package, version or eark_plan.DEFAULT)
    if package.kind == BAGIT:
        return bag.make_plan(package)
    return plan.make_plan(package, dialect, prove=prove)
