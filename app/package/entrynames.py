"""Whether the names of a package's files can be held, and told apart, by every system."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from app.i18n import _
from app.package.names import RESERVED
from app.package.report import Report

# What an ASCII name must show to be judged part by part; none of it in nearly every name.
_ODD = re.compile(rf'[<>:"|?*\\]|[ .](?:/|\Z)|(?:\A|/)(?:{"|".join(sorted(RESERVED))})\s*(?:[./]|\Z)', re.IGNORECASE)


def judge_name(name: str, report: Report) -> None:
    if name.isascii() and name.isprintable() and not _ODD.search(name):
        return
    for part in name.split("/"):
        if part.partition(".")[0].rstrip().upper() in RESERVED or part != part.rstrip(" .") or re.search(r'[<>:"|?*\\]', part):
            report.warning("TT05-NAME", name, _("Windows cannot hold a file of this name."))
            break
    if name.isascii() and name.isprintable():
        return
    if any(unicodedata.category(sign) in ("Cc", "Cf", "Cs") for sign in name):
        report.error("TT05-UNSAFE", name, _("The name holds invisible signs that can hide what the file is."))
    if not unicodedata.is_normalized("NFC", name):
        report.warning("TT05-NAME", name, _("The accents of the name are written apart (not NFC); systems may not find it."))


def judge_together(names: Iterable[str], report: Report) -> None:
    """Names that are one and the same on some system."""
    seen: dict[str, str] = {}
    for name in names:
        key = unicodedata.normalize("NFC", name).casefold()
        if key not in seen:
            seen[key] = name
        elif seen[key] == name:
            report.error("TT05-TWICE", name, _("The file is in the archive twice."))
        else:
            words = _("The name differs from “{other}” only in case or in the writing of accents.")
            report.error("TT05-TWICE", name, words.format(other=seen[key]))
    for key in seen:
        parent = key.rpartition("/")[0]
        if parent in seen:
            report.error("TT05-TWICE", seen[parent], _("The name is both a file and a folder."))
