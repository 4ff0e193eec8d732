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
    kind: str = "unknown"  # sip-hoso, aip-hoso, sip-tailieu, aip-tailieu, dip; eark-sip, eark-aip, eark-dip, …; bagit; unknown
    profile: str = ""  # by which it was judged: tt05, csip-2.1, …, bagit
    objid: str = ""
    files: int = 0
    bytes: int = 0  # of the files, unpacked
    findings: list[Finding] = field(default_factory=list)
    _counts: dict[str, int] = field(default_factory=dict, repr=False)
    _levels: dict[str, int] = field(default_factory=dict, repr=False)
    _wrong: set[str] = field(default_factory=set, repr=False)  # rules with an error

    @property
    def valid(self) -> bool:
        return not any(finding.level == "error" for finding in self.findings)

    def error(self, rule: str, where: str, message: str) -> None:
        self.add(rule, "error", where, message)

    def warning(self, rule: str, where: str, message: str) -> None:
        self.add(rule, "warning", where, message)

    def info(self, rule: str, where: str, message: str) -> None:
        self.add(rule, "info", where, message)

    def count(self, level: str) -> int:
        """How many findings of the level there were, those beyond MOST included."""
        return self._levels.get(level, 0)

    def arrange(self) -> None:
        """Errors first, then warnings, then notes; otherwise as they were found."""
        self.findings.sort(key=lambda finding: LEVELS.index(finding.level))

    def rename(self, old: str, new: str) -> None:
        """Findings of the rules `old…` are called `new…` instead."""
        self.findings = [
            replace(f, rule=new + f.rule.removeprefix(old)) if f.rule.startswith(old) else f for f in self.findings
        ]

    def rules(self, level: str = "error") -> set[str]:
        """The rules that were broken at this level."""
        return {finding.rule for finding in self.findings if finding.level == level}

    def full(self, rule: str) -> bool:
        """Whether further findings of the rule are only counted."""
        return self._counts.get(rule, 0) >= MOST

    def only_counted(self, rule: str, level: str) -> bool:
        """Counts a further finding of a rule that has enough of them; False when it must be added with its words."""
        if not self.full(rule) or (level == "error" and rule not in self._wrong):
            return False
        self._counts[rule] += 1
        self._levels[level] = self._levels.get(level, 0) + 1
        return True

    def add(self, rule: str, level: str, where: str, message: str) -> None:
        count = self._counts.get(rule, 0)
        self._counts[rule] = count + 1
        self._levels[level] = self._levels.get(level, 0) + 1
        # A warning that filled the list must not hide an error of the same rule.
        if count < MOST or (level == "error" and rule not in self._wrong):
            if level == "error":
                self._wrong.add(rule)
            self.findings.append(Finding(rule, level, shown(where), shown(message)))

    def as_json(self) -> dict[str, Any]:
        """The object that `vankho check --json` prints."""
        rows = [{"rule": f.rule, "level": f.level, "where": f.where, "message": f.message} for f in self.findings]
        return {
            "path": str(self.path),
            "kind": self.kind,
            "profile": self.profile,
            "valid": self.valid,
            "findings": rows,
        }
