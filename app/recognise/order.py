"""Reading order of the words that an engine found.

The engine's blocks are kept, and their order too, except where a block that lies wholly above another in the same column comes
after it. Within a block lines go down, within a line words go right, and two columns side by side are read one after the other.
"""

from __future__ import annotations

from statistics import median

from app.recognise.columns import Line, goes_on, unfold
from app.recognise.found import Found
from storage.records.reading import Box, Word, union

GAP = 1.5  # heights of a word between two parts of a column
EDGE = 0.02  # of the page's width: how far the column's left edge may waver
Block = dict[int, list[Found]]  # lines by the engine's numbers


def in_reading_order(found: list[Found], aspect: float) -> list[Word]:
    """Words with blocks and lines numbered anew from 0 in reading order; `aspect` is the page's height over its width."""
    blocks: dict[int, Block] = {}
    for word in found:
        blocks.setdefault(word.block, {}).setdefault(word.line, []).append(word)
    words: list[Word] = []
    number = 0
    for place, lines in enumerate(_whole_columns(_sorted_blocks(list(blocks.values())), aspect)):
        for line in unfold(lines, aspect):
            words += [Word(word.text, word.box, word.confidence, place, number) for word in line]
            number += 1
    return words


def _whole_columns(blocks: list[Block], aspect: float) -> list[list[Line]]:
    """The lines of each block; where the engine has cut two columns across, both parts are one block again."""
    done: list[list[Line]] = []
    last: Box | None = None
    for block in blocks:
        box, lines = _around(block), [sorted(line, key=lambda w: w.box[0]) for line in sorted(block.values(), key=_middle)]
        if last is not None and _carries_on(last, box, block) and goes_on(done[-1], lines, aspect):
            done[-1] += lines
        else:
            done.append(lines)
        last = box
    return done


def _sorted_blocks(blocks: list[Block]) -> list[Block]:
    """The engine's order, repaired: what carries on the column just read, else the first block with nothing unread above it."""
    waiting = [(_around(block), block) for block in blocks]
    done = []
    last: Box | None = None
    while waiting:
        ready = [n for n, (box, _block) in enumerate(waiting) if not any(_is_above(other, box) for other, _b in waiting)] or [0]
        further = [n for n in ready if last is not None and _carries_on(last, *waiting[n])]
        place = min(further, key=lambda n: waiting[n][0][1]) if further else ready[0]
        last, block = waiting.pop(place)
        done.append(block)
    return done


def _carries_on(upper: Box, lower: Box, block: Block) -> bool:
    """Directly below, from the same left edge, no wider: the engine cuts the last lines off a column now and then."""
    gap, height = lower[1] - upper[3], median(word.box[3] - word.box[1] for line in block.values() for word in line)
    return -0.5 * height < gap < GAP * height and abs(lower[0] - upper[0]) < EDGE and lower[2] < upper[2] + EDGE


def _is_above(upper: Box, lower: Box) -> bool:
    shared = min(upper[2], lower[2]) - max(upper[0], lower[0])
    narrow = min(upper[2] - upper[0], lower[2] - lower[0])
    slack = 0.25 * min(upper[3] - upper[1], lower[3] - lower[1])
    return upper is not lower and shared > 0.3 * narrow and upper[3] <= lower[1] + slack


def _around(block: Block) -> Box:
    around = union(word.box for line in block.values() for word in line)
    assert around is not None  # noqa: S101 - a block has words
    return around


def _middle(line: list[Found]) -> float:
    return sum(word.box[1] + word.box[3] for word in line) / (2 * len(line))
