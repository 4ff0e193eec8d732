"""XML of thousands of like parts: the frame is a tree, the parts are ready-made lines put in where the frame leaves a hole.

What comes out is to the letter what one tree of all of it would be written as.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

from lxml import etree

from app.package.xml import NOT_XML, serialise, text

_MARK = "vankho-hole"
_IN_TEXT = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"})
_IN_VALUE = _IN_TEXT | str.maketrans({'"': "&quot;", "\n": "&#10;", "\t": "&#9;"})


@dataclass(slots=True)
class Draft:
    """`root` with holes; `lines` are what belongs into them, indented and ended as `serialise` does it."""

    root: etree._Element
    lines: list[list[str]] = field(default_factory=list)

    def fill(self, parent: etree._Element, lines: list[str]) -> None:
        """Lays ready-made lines at the end of `parent`."""
        if lines:
            parent.append(etree.ProcessingInstruction(_MARK, str(len(self.lines))))
            self.lines.append(lines)

    def content(self) -> bytes:
        frame = serialise(self.root)
        parts: list[bytes] = []
        for number, lines in enumerate(self.lines):
            before, _hole, frame = frame.partition(f"<?{_MARK} {number}?>\n".encode())
            parts += [before.rstrip(b" "), "".join(lines).encode()]
        return b"".join([*parts, frame])


@lru_cache(maxsize=1 << 12)  # codes, dates and offices stand in thousands of documents
def words(value: str) -> str:
    """`value` between two tags, cleaned as `xml.text` cleans."""
    return text(value).translate(_IN_TEXT)


def quoted(value: str) -> str:
    """`value` between the quotes of an attribute. Raises ValueError for signs that XML cannot hold."""
    if not (value.isascii() and value.isprintable()) and NOT_XML.search(value):
        raise ValueError("not a value that XML can hold")
    return value.translate(_IN_VALUE)
