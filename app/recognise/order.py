"""Reading order of the words that an engine found.

The engine's blocks are kept, and their order too, except where a block that lies wholly above another in the same column comes
after it. Within a block lines go down, within a line words go right, and two columns side by side are read one after the other.
"""

from __future__ import annotations

from app.recognise.columns import unfold
from app.recognise.found import Found
from storage.records.reading import Box, Word, union


def in_reading_order(found: list[Found], aspect: float) -> list[Word]:
    """Words with blocks and lines numbered anew from 0 in reading order; `aspect` is the page's height over its width."""
    blocks: dict[int, dict[int, list[Found]]] = {}
    for word in found:
        blocks.setdefault(word.block, {}).setdefault(word.line, []).append(word)
    words: list[Word] = []
    number = 0
    for place, block in enumerate(_sorted_blocks(list(blocks.values()))):
        lines = [sorted(line, key=lambda w: w.box[0]) for line in sorted(block.values(), key=_middle)]
        for line in unfold(lines, aspect):
            words += [Word(word.text, word.box, word.confidence, place, number) for word in line]
            number += 1
    return words


def _sorted_blocks(blocks: list[dict[int, list[Found]]]) -> list[dict[int, list[Found]]]:
    """The engine's order, repaired: repeatedly the first block that has nothing unread above it in its own columns."""
    waiting = [(_around(block), block) for block in blocks]
    done = []
    while waiting:
        ready = next(
            (n for n, (box, _block) in enumerate(waiting) if not any(_is_above(other, box) for other, _b in waiting)), 0
        )
        done.append(waiting.pop(ready)[1])
    return done


def _is_above(upper: Box, lower: Box) -> bool:
    shared = min(upper[2], lower[2]) - max(upper[0], lower[0])
    narrow = min(upper[2] - upper[0], lower[2] - lower[0])
    slack = 0.25 * min(upper[3] - upper[1], lower[3] - lower[1])
    return upper is not lower and shared > 0.3 * narrow and upper[3] <= lower[1] + slack


def _around(block: dict[int, list[Found]]) -> Box:
    around = union(word.box for line in block.values() for word in line)
    assert around is not None  # noqa: S101 - a block has words
    return around


def _middle(line: list[Found]) -> float:
    return sum(word.box[1] + word.box[3] for word in line) / (2 * len(line))
