"""What a rule of METS looks like as data: its id, its level, the XPath of whatever breaks it, and the words for it.

A requirement may have several rows: what is missing, what is wrong and what is there too often are told apart. Levels: MUST is
an error, SHOULD a warning, MAY a note. Where the DILCIS Board's published test case of a requirement grades a condition
otherwise (a SHOULD whose conditional part binds, a MUST that is only warned about), the Board's grade counts: docs/packages.md.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from app.i18n import N_

ALL = ("2.0.4", "2.1", "2.2")
SELF = "self::m:mets"
MAP = "m:structMap[@LABEL='CSIP']"

NO_ATTRIBUTE = N_("{element} has no {attribute}.")
NO_ELEMENT = N_("The element {element} is missing.")
WRONG = N_("{attribute} must be “{wanted}”, not “{value}”.")
UNLISTED = N_("{attribute}: “{value}” is not in the code table.")
TWICE = N_("The element {element} stands here more than once.")
NO_MOMENT = N_("{attribute} is no date and time as XML writes it: “{value}”.")


@dataclass(slots=True, frozen=True)
class Row:
    rule: str
    level: str
    bad: str  # XPath from mets:mets to the elements that break the rule; prefixes m, csip, sip, xlink, v
    words: str  # translated later; {element}, {attribute}, {value}, {wanted}
    attribute: str = ""  # as in the XPath, e.g. @csip:NOTETYPE
    wanted: str = ""
    where: str = "both"  # root, rep, both
    versions: tuple[str, ...] = ALL
    missing: str = ""  # the element that is not there, when `bad` finds its parent


def need(rule: str, at: str, attribute: str, level: str = "error", **more: object) -> Row:
    """`at` must have the attribute, and something in it."""
    return _row(Row(rule, level, f"{at}[not(normalize-space({attribute}))]", NO_ATTRIBUTE, attribute), more)


def must(rule: str, at: str, attribute: str, wanted: str, level: str = "error", **more: object) -> Row:
    """`at` must have the attribute with exactly this value."""
    return _row(Row(rule, level, f"{at}[not({attribute}='{wanted}')]", WRONG, attribute, wanted), more)


def listed(
    rule: str, at: str, attribute: str, vocabulary: str, level: str = "error", *, blank: bool = False, **more: object
) -> Row:
    """The attribute's value, where there is one, must be a word of the vocabulary. `blank`: an attribute without a value is judged too."""
    bad = (
        f"{at}[{attribute if blank else f'normalize-space({attribute})'} and not(v:known('{vocabulary}', string({attribute})))]"
    )
    return _row(Row(rule, level, bad, UNLISTED, attribute), more)


def moment(rule: str, at: str, attribute: str, **more: object) -> Row:
    """The attribute's value, where there is one, must be an xs:dateTime."""
    bad = f"{at}[normalize-space({attribute}) and not(v:moment(string({attribute})))]"
    return _row(Row(rule, "error", bad, NO_MOMENT, attribute), more)


def child(rule: str, at: str, element: str, level: str = "error", **more: object) -> Row:
    """`at` must have the element in it."""
    return _row(Row(rule, level, f"{at}[not({element})]", NO_ELEMENT, missing=element), more)


def once(rule: str, at: str, level: str = "error", **more: object) -> Row:
    """`at` names elements of which there may be only one within their METS."""
    return _row(Row(rule, level, f"({at})[position() > 1]", TWICE), more)


def _row(row: Row, more: dict[str, object]) -> Row:
    return replace(row, **more) if more else row  # type: ignore[arg-type]
