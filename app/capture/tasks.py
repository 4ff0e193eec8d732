"""What the sandbox does with foreign files. Parameters and results are JSON; see `app.sandbox`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from app.capture.sniff import kind_of


def inspect(path: str) -> dict[str, Any]:
    """A `FileInfo` as a dict. Raises `file.empty`, `file.unknown`, `file.broken`, `file.too_many_pages`, `pdf.encrypted`,
    `pdf.no_pages`, `image.bomb`."""
    file = Path(path)
    kind = kind_of(file)
    if kind == "pdf":
        from app.capture.pdfs import inspect_pdf

        return inspect_pdf(file).to_dict()
    from app.capture.images import inspect_image

    return inspect_image(file, kind).to_dict()


def render_page(path: str, index: int, out: str, dpi: int = 300, quality: int = 90) -> dict[str, Any]:
    """Page `index` (from 0) into the image file `out`: {"path", "width", "height", "dpi", "colour", "native", "share"}.

    JPEG unless `out` ends with ".png". Raises `image.page_broken`, `file.no_such_page` and what `inspect` raises.
    """
    from app.capture import render

    return render.render_page(Path(path), index, Path(out), dpi, quality).to_dict()


def thumbnail(path: str, out: str, edge: int = 256, index: int = 0) -> dict[str, Any]:
    """A small JPEG of page `index`, no side longer than `edge` pixels; the result as of `render_page`."""
    from app.capture import render

    return render.thumbnail(Path(path), index, Path(out), edge).to_dict()


def read_sheet(path: str, out: str) -> dict[str, Any]:
    """The rows of a spreadsheet index as JSON lines in `out`: {"sheet", "rows"}. Raises `sheet.*`."""
    from app.capture import sheet

    return sheet.read_sheet(Path(path), Path(out))
