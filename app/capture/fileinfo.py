"""What `inspect` finds out about a foreign file, and the limits a file has to keep."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

MAX_PAGES = 5_000
MAX_PIXELS = 300_000_000  # an A0 plan at 400 dpi has 250 million
MAX_CLEAR_PIXELS = 140_000_000  # with transparency: laying it on white takes the picture twice and its mask, 9 bytes a pixel
WHOLE = 0.99  # of a picture's rows: what may be missing of an A4 page is less than its lower margin
MAX_DECODED = 256 * 1024 * 1024  # bytes of one unpacked PDF stream that is not an image

MIME = {"pdf": "application/pdf", "jpeg": "image/jpeg", "png": "image/png", "tiff": "image/tiff"}


@dataclass(slots=True)
class FileInfo:
    """A foreign file that can be taken in.

    `page_sizes` are (width, height) in points as the page is seen, one for each page; a page that can't be read is listed by its
    index (from 0) in `bad_pages` and has the size (0, 0). `active` names content that does something: "javascript", "launch",
    "embedded_files", "submit_form", "remote", "xfa", "multimedia", "open_action".
    """

    kind: str  # pdf, jpeg, png, tiff
    mime: str
    size: int  # bytes
    pages: int
    encrypted: bool = False  # but readable: protected with an owner's password only
    signed: bool = False
    signatures: int = 0
    has_text: bool = False
    page_sizes: list[tuple[float, float]] = field(default_factory=list)
    active: list[str] = field(default_factory=list)
    bad_pages: list[int] = field(default_factory=list)

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, found: dict[str, Any]) -> FileInfo:
        sizes = [(float(width), float(height)) for width, height in found["page_sizes"]]
        return cls(**{**found, "page_sizes": sizes})
