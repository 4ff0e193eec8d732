"""XML in and out: our own namespaces, a parser for foreign files that fetches and expands nothing, compiled schemas."""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Iterable
from datetime import datetime, timedelta, timezone
from functools import cache
from itertools import islice
from typing import Any

from lxml import etree

from app.package.profiles import RESOURCES

METS = "http://www.loc.gov/METS/"
XLINK = "http://www.w3.org/1999/xlink"
CSIP = "https://DILCIS.eu/XML/METS/CSIPExtensionMETS"
SIP = "https://DILCIS.eu/XML/METS/SIPExtensionMETS"
PREMIS = "http://www.loc.gov/premis/v3"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
XS = "http://www.w3.org/2001/XMLSchema"

SCHEMAS = RESOURCES / "schemas"
LARGEST = 64 << 20  # bytes of one XML file that is read into memory
VIETNAM = timezone(timedelta(hours=7))

NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Refused(ValueError):  # noqa: N818 - says what it does, in the reader's words
    """A foreign XML file that is not read. `reason`: "size", "doctype", "broken"; `detail` in the parser's words."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(reason, detail)
        self.reason = reason
        self.detail = detail


def parse(content: bytes, *, blanks: bool = True) -> etree._Element:
    """The root of a foreign XML file; raises Refused. No DOCTYPE, no entities, no network, no huge nodes.

    Without `blanks`, those between elements are left out, which take a sixth of the memory of a long list.
    """
    if len(content) > LARGEST:
        raise Refused("size")
    # ASCII-compatible encodings are refused before the parser sees them, the others by its own account below.
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise Refused("doctype")
    try:
        root = etree.fromstring(content, _parser(blanks=blanks))
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Refused("broken", str(error)) from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise Refused("doctype")
    return root


def _parser(*, blanks: bool) -> etree.XMLParser:
    """One parser a thread and way: it carries the log of its last run."""
    name = f"parser{blanks}"
    parser: etree.XMLParser | None = getattr(_own, name, None)
    if parser is None:
        parser = etree.XMLParser(
            resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_blank_text=not blanks
        )
        setattr(_own, name, parser)
    return parser


_own = threading.local()


def serialise(root: etree._Element) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def faults(root: etree._Element, name: str, limit: int = 20) -> list[tuple[int, str]]:
    """(line, words of the validator) for what breaks the schema `name` of resources/schemas; at most `limit`."""
    judge = _schema(name)
    with _judging:
        if judge.validate(root):
            return []
        log: Iterable[Any] = judge.error_log  # type: ignore[assignment]  # the stubs forget that it iterates
        return [(entry.line, entry.message) for entry in islice(log, limit)]


@cache
def _schema(name: str) -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(str(SCHEMAS / name)))


# A compiled schema carries the log of its last run, and packages are checked on several threads.
_judging = threading.Lock()


def text(value: str) -> str:
    """`value` as XML may hold it: NFC, without control characters, without blanks around it."""
    if value.isascii() and value.isprintable():
        return value.strip()
    return NOT_XML.sub(" ", unicodedata.normalize("NFC", value)).strip()


def stamp(moment: datetime) -> str:
    """ISO 8601 with milliseconds in Vietnam's time, e.g. `2026-11-22T09:30:00.000+07:00`."""
    local = moment.replace(tzinfo=VIETNAM) if moment.tzinfo is None else moment.astimezone(VIETNAM)
    return local.isoformat(timespec="milliseconds")
