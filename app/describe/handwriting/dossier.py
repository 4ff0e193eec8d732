"""The door of this room: headers of one document, or of a dossier whose documents vouch for each other.

What is well printed stays as the rules read it. What a pen wrote is filled in from the network's candidates, in a dossier
weighed by the neighbours. Where both differ the reading says so: nothing is settled in silence.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from app.describe.arrival.cleared import without_stamps
from app.describe.closing_date import end_read_again
from app.describe.handwriting.arrange import orders_of_dates, orders_of_numbers
from app.describe.handwriting.arrived import NAMES as ARRIVED
from app.describe.handwriting.arrived import is_typed, look_for_stamp, out_of_order, read_arrivals
from app.describe.handwriting.chain import DAYS, NUMBERS, Candidates, Judged, judge
from app.describe.handwriting.evidence import PRINTED, Evidence, gather
from app.describe.handwriting.fuse import Verdict, fused_date, fused_number
from app.describe.handwriting.notation import snapped
from app.describe.handwriting.reader import SlotReader
from app.describe.handwriting.shared import most_sure
from app.describe.header import FIELDS, Header, look_again
from app.describe.header import read_header as rules_header
from app.describe.ink import PageReader
from app.describe.marks.again import look_again_at_marks
from app.describe.marks.typed import FIELDS as MARKS
from app.describe.sheet_numbers.seen import Seen, look_at_pages
from app.describe.sheet_numbers.sequence import read_sheets
from storage.records.reading import FieldReading, PageText

_HARDLY = 0.9  # the most that a number may be sure by neighbours that hardly vouch for it
# of these a word may be missing without a trace: what is left is a value, too
_WORDS = ("place", "organName", "parentOrgan", "subject", "addressee", "position", "signer")
_NEAR, _MOSTLY = 10, 0.75  # at least so many of the steps are no larger than that where they do
Document = tuple[Sequence[PageText], Sequence[Path]]


def describe_dossier(
    documents: Sequence[Document],
    today: date,
    *,
    engine: PageReader | None = None,
    reader: SlotReader | None = None,
    numbers: Sequence[Sequence[int]] | None = None,
) -> list[dict[str, FieldReading]]:
    """The fields of each document (keys as `app.describe.header.FIELDS`), read as one dossier.

    Each document is its pages and their pictures, in the order in which they lie; that order is believed only as far as the
    readings bear it out. `numbers` are those of the pages given, where pages of a document were left out. `engine` reads again what
    the first reading lost. Raises AppError without the model.
    """
    reader = reader or SlotReader()
    found, corners = [], []
    for place, (pages, images) in enumerate(documents):
        found.append(_gathered(pages, images, today, engine, reader, alone=len(documents) == 1))
        corners.append(_corners(pages, images, numbers[place] if numbers else range(1, len(pages) + 1), reader))
    codes, dates = judged(found)
    notations = snapped([one.fields for one in found])
    described = []
    for evidence, number, day, notation, sheets in zip(found, codes, dates, notations, read_sheets(corners), strict=True):
        fields = dict(evidence.fields)
        if sheets is not None:
            fields["sheets"] = sheets
        if notation is not None:
            fields["codeNotation"] = notation
        fields.update(_filled(evidence, number, day))
        described.append({name: fields[name] for name in FIELDS if name in fields})
    for index, doubted in out_of_order(described).items():
        described[index]["arrivalNumber"] = doubted
    return described


def _corners(pages: Sequence[PageText], images: Sequence[Path], numbers: Sequence[int], reader: SlotReader) -> list[Seen]:
    """What stands in the corners, right after the first page's picture was looked at for all else."""
    return look_at_pages(pages, images, reader, numbers) if len(images) == len(pages) else []


def read_header(
    pages: Sequence[PageText],
    images: Sequence[Path],
    today: date,
    *,
    engine: PageReader | None = None,
    reader: SlotReader | None = None,
) -> dict[str, FieldReading]:
    """The fields of one document, handwriting included. Raises AppError without the model."""  # fmt: skip
    return describe_dossier([(pages, images)], today, engine=engine, reader=reader)[0]


def judged(found: Sequence[Evidence]) -> tuple[list[Verdict], list[Verdict]]:
    """Numbers and dates of all documents after each asked its neighbours."""
    days = judge([one.dates for one in found], DAYS, orders_of_dates(found))
    numbers = judge([one.numbers for one in found], NUMBERS, orders_of_numbers(found, days.values))
    return _verdicts(numbers, [one.numbers for one in found], days=False), _verdicts(
        days, [one.dates for one in found], days=True
    )


def _verdicts(judged: Judged, read: Sequence[Candidates], *, days: bool) -> list[Verdict]:
    most = most_sure(read, judged.values, judged.runs, judged.law, days=days)
    if not days:
        doubled, wide = _doubled(judged), _is_wide(judged)
        most = [min(sure, _HARDLY) if wide or i in doubled else sure for i, sure in enumerate(most)]
    ends = _ends(judged)
    most = [min(sure, _HARDLY) if i in ends else sure for i, sure in enumerate(most)]
    together = {i for run in judged.runs if len(run) > 1 for i in run}
    return [
        Verdict(values, True, min(judged.trust, sure)) if i in together else Verdict(own, False)  # a stranger speaks for itself
        for i, (own, values, sure) in enumerate(zip(read, judged.values, most, strict=True))
    ]


def _is_wide(judged: Judged) -> bool:
    """One matter's papers out of a large register: with tens and hundreds between them neighbours hardly tell a digit."""
    return judged.order != "none" and float(judged.law.of(np.arange(_NEAR + 1)).sum()) < _MOSTLY


def _ends(judged: Judged) -> set[int]:
    """The first and last of each run have a neighbour on one side only, which tells how large a value is but hardly its last digit."""
    return {i for run in judged.runs if run for i in (run[0], run[-1])}


def _doubled(judged: Judged) -> set[int]:
    """Documents whose number the one before or behind has too: one of both may be "12a"."""
    pairs = [pair for run in judged.runs for pair in pairwise(run)]
    return {i for a, b in pairs if judged.values[a][0][0] == judged.values[b][0][0] for i in (a, b)}


def _gathered(
    pages: Sequence[PageText],
    images: Sequence[Path],
    today: date,
    engine: PageReader | None,
    reader: SlotReader,
    *,
    alone: bool,
) -> Evidence:
    header = rules_header(pages, today=today)
    if engine is None or not images or not pages:
        return gather(pages, images, header, today=today, reader=reader, engine=engine, compared=not alone)
    # A stamp whose typed words were all read hides nothing from the reader.
    stamp = None if is_typed(header.fields) else look_for_stamp(pages[0], images[0], engine, header.fields)
    if stamp is None:
        return _looked_at(pages, images, header, today, engine, reader, compared=not alone)
    marks = _stamped_marks(pages[0], images[0], header, engine)
    with TemporaryDirectory() as passing:
        clear = without_stamps(pages[0], images[0], engine, stamp, Path(passing))
        pages, images = [clear.page, *pages[1:]], [clear.image, *images[1:]]
        typed = {name: header.fields[name] for name in ARRIVED if name in header.fields}
        header = rules_header(pages, today=today)
        header.fields = {name: one for name, one in header.fields.items() if name not in ARRIVED} | typed
        found = _looked_at(pages, images, header, today, engine, reader)
    for name, _marks in MARKS:
        if name in marks and (name not in found.fields or found.fields[name].confidence < marks[name].confidence):
            found.fields[name] = marks[name]
        elif name in found.fields and name not in marks:  # the stamp may have taken a part of it along: "KHẨN" of "THƯỢNG KHẨN"
            found.fields[name] = replace(found.fields[name], confidence=min(found.fields[name].confidence, _HARDLY))
    for name in _WORDS:
        if (
            (one := found.fields.get(name))
            and one.page == 1
            and one.box
            and any(stamp.touches(one.box) for stamp in clear.stamps)
        ):
            found.fields[name] = replace(one, confidence=min(one.confidence, _HARDLY))  # a word of it may be under the stamp
    found.fields.update(read_arrivals(clear.stamps, reader, found.fields, found.dates, today))
    return found


def _stamped_marks(page: PageText, image: Path, header: Header, engine: PageReader) -> dict[str, FieldReading]:
    """Marks of secrecy and urgency as they were before the arrival stamp went: they are stamped too, beside it or under it."""
    first = {name: header.fields[name] for name, _marks in MARKS if name in header.fields}
    return {**first, **look_again_at_marks(page, header.sheets[0], image, engine, header.body, first)}


def _looked_at(
    pages: Sequence[PageText],
    images: Sequence[Path],
    header: Header,
    today: date,
    engine: PageReader,
    reader: SlotReader,
    *,
    compared: bool = True,
) -> Evidence:
    """Evidence after the further looks at the pictures of a document."""
    if not header.dated:
        again = end_read_again(header.sheets, pages, images, engine)
        if again is not None and (second := rules_header(again, today=today)).ended:
            second.fields.update({name: header.fields[name] for name in ARRIVED if name in header.fields})
            header, pages = second, again
    # Where the first look saw them: what the second one adds has no words around it here.
    slots, gap = list(header.slots), header.gap
    look_again(header, pages, images, engine, today)
    # A head that the second look found takes the place of the line at the end.
    header.slots = [slot for slot in slots if header.gap is gap or not slot.field.startswith("issuedDate")]
    return gather(pages, images, header, today=today, reader=reader, engine=engine, compared=compared)


def _filled(evidence: Evidence, number: Verdict, day: Verdict) -> dict[str, FieldReading]:
    filled = {}
    rule = evidence.fields.get("codeNumber")
    if number.values:
        filled["codeNumber"] = fused_number(evidence, number, rule if rule and rule.confidence >= PRINTED else None)
    rule = evidence.fields.get("issuedDate")
    if day.values:
        filled["issuedDate"] = fused_date(evidence, day, rule if rule and rule.confidence >= PRINTED else None)
    return filled
