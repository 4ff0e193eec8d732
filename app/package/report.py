"""What the checker found."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

LEVELS = ("error", "warning", "info")
MOST = 1000  # findings of one rule that are kept: a package of a million broken files must not fill the memory


LONGEST = 400  # characters of one text in a finding


def shown(words: str) -> str:
    """Foreign words as they may stand in a report, a terminal, a JSON line: no control signs, no halves of signs, not endless."""
    cut = words if len(words) <= LONGEST else words[:LONGEST] + "…"
    if cut.isascii() and cut.isprintable():
        return cut
    return "".join("\ufffd" if unicodedata.category(sign)[0] == "C" else sign for sign in cut)


@dataclass(slots=True, frozen=True)
class Finding:
    """`rule`: CSIP… and CSIPSTR… as E-ARK numbers them, `TT05-…` else. `where`: path in the package, perhaps `#id` or a field."""

    rule: str
    level: str  # error, warning, info
    where: str
    message: str  # translated


@dataclass(slots=True)
class Report:
    path: Path
    kind: str = "unknown"  # sip-hoso, aip-hoso, sip-tailieu, aip-tailieu, dip, unknown
    objid: str = ""
    files: int = 0
    bytes: int = 0  # of the files, unpacked
    findings: list[Finding] = field(default_factory=list)
    _counts: dict[str, int] = field(default_factory=dict, repr=False)

    @property
    def valid(self) -> bool:
        return not any(finding.level == "error" for finding in self.findings)

    def error(self, rule: str, where: str, message: str) -> None:
        self._add(Finding(rule, "error", where, message))

    def warning(self, rule: str, where: str, message: str) -> None:
        self._add(Finding(rule, "warning", where, message))

    def info(self, rule: str, where: str, message: str) -> None:
        self._add(Finding(rule, "info", where, message))

    def rules(self, level: str = "error") -> set[str]:
        """The rules that were broken at this level."""
        return {finding.rule for finding in self.findings if finding.level == level}

    def _add(self, finding: Finding) -> None:
        count = self._counts.get(finding.rule, 0)
        self._counts[finding.rule] = count + 1
        if count < MOST:
            self.findings.append(replace(finding, where=shown(finding.where), message=shown(finding.message)))

    def as_json(self) -> dict[str, Any]:
        """The object that `vankho check --json` prints."""
        rows = [{"rule": f.rule, "level": f.level, "where": f.where, "message": f.message} for f in self.findings]
        return {"path": str(self.path), "kind": self.kind, "valid": self.valid, "findings": rows}
