"""The good packages that the rules are tried on are good before the reference validator too, but for where it contradicts itself."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.package.eark_samples import unpack, whole
from tests.package.test_reference import SHIM, python

__all__ = ["python"]

GROUP = {
    "CSIP114"
}  # it wants a group called `Representations` itself, where CSIP64 of the same version has `Representations/rep1`
PARTIES = {
    "CSIP12",
    "CSIP13",
    "CSIP16",
    "SIP14",
}  # it takes every creator for the software, and the software for the archival creator


@pytest.mark.parametrize(("family", "expected"), [("csip", GROUP), ("sip", GROUP | PARTIES), ("dip", GROUP)])
def test_only_the_known_contradictions(tmp_path: Path, python: Path, family: str, expected: set[str]) -> None:
    base = unpack(whole(family), tmp_path)
    run = subprocess.run([str(python), str(SHIM), str(base)], capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    verdict = json.loads(run.stdout.splitlines()[0])
    assert (verdict["structure"], verdict["schema"], set(verdict["errors"])) == ("WellFormed", "VALID", expected)
