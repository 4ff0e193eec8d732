"""Finding: a word with or without accents, a number, a name → the document, its page, and the place on the page."""

from __future__ import annotations

from dataclasses import dataclass

from app.desk.pages import words_of
from app.workspace import Workspace
from storage import queries
from storage.errors import StorageError
from storage.records import Box, Page, PageText, union
from storage.search import COUNT_CAP, Hits
from storage.text import fold, has_accents, lowered, words

AROUND = 60  # characters of a snippet on each side


@dataclass(slots=True, frozen=True)
class HitRow:
    id: int
    code: str
    issued_date: str
    subject: str
    dossier: str
    page: int | None  # the first page that has the words; None when they stand in the fields
    snippet: str


@dataclass(slots=True, frozen=True)
class Found:
    rows: list[HitRow]
    count: int
    capped: bool  # there are more than `count` tells


def search(workspace: Workspace, query: str, *, limit: int = 50, sort: str = "newest", dossier_id: int | None = None) -> Found:
    """Documents that have every word; those with the accents as typed first. sort: "newest" or "best"."""
    hits = _hits(workspace, query, limit, sort, dossier_id)
    with workspace.catalog.read() as session:
        rows = queries.document_rows(session, hits.ids)
        found = []
        for row in rows:
            page, snippet = _where(queries.pages_of(session, row.id), query)
            found.append(HitRow(row.id, row.code, row.issued_date, row.subject, row.dossier_code, page, snippet or row.subject))
    return Found(found, min(hits.count, COUNT_CAP - 1), hits.count >= COUNT_CAP)


def _hits(workspace: Workspace, query: str, limit: int, sort: str, dossier_id: int | None) -> Hits:
    """What the index finds; a damaged one is made anew first, for it holds nothing that the catalog has not."""
    try:
        return workspace.search.find(query, limit=limit, sort=sort, dossier=dossier_id)
    except StorageError as error:
        if error.code != "search.damaged":
            raise
        workspace.heal_search()
        return workspace.search.find(query, limit=limit, sort=sort, dossier=dossier_id)


def hit_boxes(workspace: Workspace, document_id: int, query: str) -> list[tuple[int, Box]]:
    """(page, box) of every word of the query on the document's pages, in reading order."""
    wanted = [token for token in words(fold(query)) if token]
    if not wanted:
        return []
    with workspace.catalog.read() as session:
        pages = queries.pages_of(session, document_id)
    return [(page.number, box) for page in pages for box in _boxes(words_of(page), wanted, query)]


def _boxes(text: PageText, wanted: list[str], query: str) -> list[Box]:
    """Runs of words that read as the whole query; failing these, every single word of it."""
    flat = [(token, word.box) for word in text.words for token in words(fold(word.text))]
    runs = []
    for start in range(len(flat) - len(wanted) + 1):
        if all(_same(flat[start + i][0], token, i == len(wanted) - 1) for i, token in enumerate(wanted)):
            lines = _by_line([box for _token, box in flat[start : start + len(wanted)]])
            runs += [box for line in lines if (box := union(line))]
    if runs:
        return runs
    last = wanted[-1]
    begun = last if all(token != last for token, _box in flat) else ""  # a word not typed to its end; "nha" is not "nhân" else
    exact = set(words(lowered(query))) if has_accents(query) else set()
    return [
        word.box
        for word in text.words
        if any(token in wanted or (begun and token.startswith(begun)) for token in words(fold(word.text)))
        and (not exact or any(token in exact for token in words(lowered(word.text))))
    ]


def _same(token: str, wanted: str, prefix: bool) -> bool:
    return token.startswith(wanted) if prefix else token == wanted


def _by_line(boxes: list[Box]) -> list[list[Box]]:
    """A run that breaks over a line is two boxes, not one that covers half the page."""
    lines: list[list[Box]] = []
    for box in boxes:
        if lines and abs(lines[-1][-1][1] - box[1]) < (box[3] - box[1]):
            lines[-1].append(box)
        else:
            lines.append([box])
    return lines


def _where(pages: list[Page], query: str) -> tuple[int | None, str]:
    """The first page with the words and the text around them."""
    wanted = [token for token in words(fold(query)) if token]
    for page in pages:
        plain = " ".join(page.text.split())
        flat = fold(plain)
        if not all(token in flat for token in wanted) or not wanted:
            continue
        # folding keeps the length of NFC text, so that places agree
        exact = lowered(plain).find(lowered(query).strip())
        at = exact if exact >= 0 else flat.find(fold(query).strip())
        at = at if at >= 0 else flat.find(wanted[0])
        start, end = max(0, at - AROUND), min(len(plain), at + len(query) + AROUND)
        start = plain.find(" ", start, at) + 1 if start and " " in plain[start:at] else start  # whole words at both ends
        end = plain.rfind(" ", at + len(query), end) if end < len(plain) and " " in plain[at + len(query) : end] else end
        return page.number, ("…" if start else "") + plain[start:end] + ("…" if end < len(plain) else "")
    return None, ""
