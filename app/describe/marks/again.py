"""Secrecy, urgency and circulation once more, in the page's picture: what stands in a stamp, read several times.

A missed secrecy mark lets a document travel that must not, a false one locks it away: both are seen by the clerk only where the
confidence says how often such a reading was right. Readings at two sizes and of two inks are votes; so is the page's own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from app.describe.ink import PageReader
from app.describe.layout import Sheet
from app.describe.marks.frames import Frame, find_frames
from app.describe.marks.inside import read_frame
from app.describe.marks.typed import ALONE, FIELDS, Stamped, read_stamp
from app.describe.second import look
from app.errors import AppError
from app.i18n import N_
from storage.records.reading import Box, FieldReading, PageText, Word

_BELOW = 0.25  # page widths: stamps stand beside title and addressee too
_DEEPEST = 0.8
_TWICE, _ONCE, _DISPUTED = 0.96, 0.9, 0.7
_LAST_WORDS, _ROOMY = {"Mật", "Khẩn"}, 3.4  # widths to a height: theirs is 2.5 (NĐ 30/2020), those of two words 3.75 and 5
_MUDDLED = 0.8  # of the confidence, for each wrong letter
_AIR = 0.006  # page widths around a mark that is looked at again


def look_again_at_marks(
    page: PageText, sheet: Sheet, image: Path, engine: PageReader, bottom: float, fields: Mapping[str, FieldReading]
) -> dict[str, FieldReading]:
    """The marks of page 1, those of `fields` confirmed or replaced by what the picture shows down to a little below `bottom` (page
    widths), where the head ends.
    """
    lower = min(1.0, min(bottom + _BELOW, max(bottom, _DEEPEST)) / sheet.aspect)
    found: dict[str, FieldReading] = {}
    for frame, readings in _framed(engine, page, image, lower):
        for name, reading in _voted(frame, readings, fields, sheet).items():
            if name not in found or found[name].confidence < reading.confidence:
                found[name] = reading
    for name, _marks in FIELDS:
        first = fields.get(name)
        if first is None:
            continue
        if name not in found:
            found[name] = _confirmed(page, image, engine, name, first)
        elif len(found[name].value) < len(first.value) and found[name].confidence < first.confidence:
            found[name] = first  # "KHẨN" alone may be the end of "THƯỢNG KHẨN"
    return found


def _framed(engine: PageReader, page: PageText, image: Path, lower: float) -> Iterator[tuple[Frame, list[list[Word]]]]:
    """The readings of each frame; none when the picture is lost or unreadable."""
    try:
        for frame in find_frames(image, lower, page.words):
            yield frame, list(read_frame(engine, image, frame))
    except (AppError, OSError):
        return


def _voted(
    frame: Frame, readings: Sequence[Sequence[Word]], fields: Mapping[str, FieldReading], sheet: Sheet
) -> dict[str, FieldReading]:
    """For each field the mark that most readings of a frame name; the page's own reading counts where it stands inside."""
    told = [_read(words) for words in readings]
    found = {}
    for name, _marks in FIELDS:
        votes = [stamped for one in told for stamped in one if stamped.field == name]
        first = fields.get(name)
        if first and first.box and _inside(first.box, frame.box):
            votes.append(Stamped(name, first.value, 0, first.confidence))
        if votes:
            found[name] = _elected(votes, frame, sheet)
    return found


def _elected(votes: Sequence[Stamped], frame: Frame, sheet: Sheet) -> FieldReading:
    # A lost word is common, one that was never there is not: who reads "MẬT" speaks for "TỐI MẬT" too where that was read.
    best = max(votes, key=lambda vote: (sum(v.mark.lower() in vote.mark.lower() for v in votes), -vote.errors, vote.sure))
    same = [vote for vote in votes if vote.mark == best.mark]
    if len(same) < len(votes):
        sure = _DISPUTED
    elif sum(vote.errors == 0 for vote in same) >= 2:
        sure = _TWICE
    else:
        sure = min(_ONCE, max(vote.sure * _MUDDLED**vote.errors for vote in same))
    if _is_wide(best.mark, frame, sheet.aspect):
        sure = min(sure, _ONCE)
    why = N_("A mark in a stamp's frame, read more than once.") if len(same) > 1 else N_("A mark in a stamp's frame.")
    return FieldReading(best.mark, round(sure, 3), sheet.number, frame.box, "rule", why)


def _is_wide(mark: str, frame: Frame, tall: float) -> bool:
    """One short word in a frame in which two have room: the other may be lost ("THƯỢNG KHẨN", "TUYỆT MẬT")."""
    x0, y0, x1, y1 = frame.box
    return mark in _LAST_WORDS and frame.drawn and x1 - x0 > _ROOMY * (y1 - y0) * tall


def _read(words: Sequence[Word]) -> list[Stamped]:
    rows: dict[int, list[Word]] = {}
    for word in words:
        rows.setdefault(word.line, []).append(word)
    solid = {line: [w for w in row if len(w.text) > 1 or w.confidence > 0.6] for line, row in rows.items()}
    for kept in (rows, solid):  # specks beside the mark are read as letters
        texts = [" ".join(word.text for word in row) for row in kept.values()]
        letters = [word.confidence for row in kept.values() for word in row if any(c.isalpha() for c in word.text)]
        if found := read_stamp(texts, min(letters, default=0.0)):
            return found
    return []


def _inside(box: Box, frame: Box) -> bool:
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    return frame[0] <= x <= frame[2] and frame[1] <= y <= frame[3]


def _confirmed(page: PageText, image: Path, engine: PageReader, name: str, first: FieldReading) -> FieldReading:
    """A mark without a frame that the page's words hold: sure when a look at it alone reads the same."""
    if first.box is None or first.confidence >= _TWICE:
        return first
    x0, y0, x1, y1 = first.box
    region = (max(0.0, x0 - _AIR), max(0.0, y0 - _AIR), min(1.0, x1 + _AIR), min(1.0, y1 + _AIR))
    again = _read(look(engine, image, region, page, "all", shape="line"))
    if first.why != ALONE or not any(one.field == name and one.mark == first.value and not one.errors for one in again):
        return first
    return FieldReading(first.value, _TWICE, first.page, first.box, first.source, first.why)
