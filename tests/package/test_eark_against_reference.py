"""Every third broken package also goes before eark-validator: what it calls an error is one here, but for the differences that
docs/packages.md explains. It reads neither the METS of representations nor digests, and stumbles over many of them."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from tests.package.eark_cases import CASES
from tests.package.eark_samples import found, judged, spoil, unpack, whole
from tests.package.test_reference import SHIM, python

__all__ = ["python"]

SPECIFICATION = "V2.1.0"
# A warning here where the specification says SHOULD, or the Board's published grade is one (docs/packages.md, Levels).
MILDER = {"CSIP4", "CSIP60", "CSIP113", "CSIP114"}
# A division that is not there is CSIP93, 97, 101 here; a pointer to the METS stands for its file group; CSIP5 and CSIP63 ask nothing of
# a package or group that names no content information type.
OTHERWISE = {"CSIP95", "CSIP99", "CSIP103", "CSIP104", "CSIP5", "CSIP63"}
PARTIES = {"CSIP12", "CSIP13", "CSIP14", "CSIP15", "CSIP16", "SIP14"}  # it holds them against every creator


def test_what_the_reference_calls_an_error_is_one_here(tmp_path: Path, python: Path) -> None:
    chosen = [case for case in CASES if case.mets == "METS.xml" and "2.1" in case.versions and case.family != "aip"][::3]
    ours, paths = [], []
    for number, case in enumerate(chosen):
        tree = spoil(whole(case.family), case.change)
        ours.append(found(judged(tree, f"{case.family}-2.1")))
        paths.append(unpack(tree, tmp_path / str(number)))
    script = (
        "import json, runpy, sys; from pathlib import Path; "
        f"m = runpy.run_path({str(SHIM)!r}); m['serve_from_wheel'](); m['judge'].__globals__['SPECIFICATION'] = {SPECIFICATION!r}\n"
        "for path in sys.argv[1:]:\n"
        "    try: told = m['judge'](Path(path))\n"
        "    except Exception as error: told = {'crash': repr(error)}\n"
        "    print(json.dumps(told))"
    )
    run = subprocess.run([str(python), "-c", script, *map(str, paths)], capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    verdicts = [json.loads(line) for line in run.stdout.splitlines()]
    assert len(verdicts) == len(chosen)
    compared = 0
    for case, mine, verdict in zip(chosen, ours, verdicts, strict=True):
        if "crash" in verdict:
            assert any(level == "error" for _rule, level in mine) or case.level != "error", case
            continue
        # It takes the rules of whatever kind the header names, also where just that is wrong.
        families = ("CSIP", case.family.upper())
        theirs = {rule.partition("_")[0] for rule in verdict["errors"] if rule.startswith(families)}
        mine_bad = {rule for rule, level in mine if level == "error"}
        allowed = MILDER | OTHERWISE | (PARTIES if case.family == "sip" else set())
        assert theirs - mine_bad <= allowed, (case.rule, theirs - mine_bad)
        compared += 1
    assert compared > len(chosen) // 2
