"""Which pages of a document its fields are read from: a dossier of 500 pages is not looked through for a head of one."""

from __future__ import annotations

from collections.abc import Mapping

from app.describe.attachments import begins_annex
from app.describe.closing import read_end
from app.describe.layout import Sheet
from app.describe.recipients import names_recipients
from storage.records.reading import PageText

HEAD_PAGES = 3  # the header is in front,
TAIL_PAGES = 2  # the signer at the end
ANNEXES = 8  # first pages of annexes that are looked at
FURTHER = 12  # pages that are read on for the signer, where each of them has to be recognised first


def wanted_pages(count: int, texts: Mapping[int, str] | None = None) -> list[int]:
    """The numbers (from 1) of the pages of a document of `count` that fields are read from.

    `texts` are the plain texts of pages that were recognised: long annexes put the signature in the middle, and have heads themselves.
    """
    chosen = {*range(1, min(HEAD_PAGES, count) + 1), *range(max(1, count - TAIL_PAGES + 1), count + 1)}
    told = sorted((texts or {}).items())
    ends = [number for number, text in told if names_recipients(text)]
    annexes = [number for number, text in told if number > 1 and begins_annex(text)]
    return sorted({*chosen, *ends[:1], *ends[-1:], *annexes[:ANNEXES]})


def further_pages(count: int, read: Mapping[int, PageText]) -> range:
    """The pages to recognise one after the other until `ends` says so; none where the pages `read` hold the end already."""
    if any(ends(page) for page in read.values()):
        return range(0)
    return range(HEAD_PAGES + 1, min(count - TAIL_PAGES, HEAD_PAGES + FURTHER) + 1)


def ends(page: PageText) -> bool:
    """Whether a signer or recipients stand on the page, which is the right way up."""
    return bool(read_end(Sheet.of(page, 1)))
