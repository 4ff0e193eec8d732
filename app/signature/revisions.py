"""The states of a signed file: as it was when somebody signed it, and where it looks different now."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pypdfium2

from app.errors import AppError
from app.i18n import _
from app.sandbox import progress

PdfDocument: Any = pypdfium2.PdfDocument
CELL = 12  # pixels: differences are gathered in squares of that size
SEEN = 24  # of 255
MOST_PAGES = 500
PIXELS_MOST = 4_000_000


def signed_version(report: dict[str, Any], path: Path, field: str, out: Path) -> None:
    """Writes the bytes that the signature in `field` covers, the file as it was signed, into the new file `out`.

    `report` is `Verification.to_json` of `path`. Raises `verify.no_such_signature`, `verify.no_signed_version`, `verify.target_exists`.
    """
    found = next((row for row in report["signatures"] if row["field"] == field), None)
    if found is None:
        names = ", ".join(row["field"] for row in report["signatures"])
        raise AppError(
            "verify.no_such_signature",
            _("The file holds no signature “{field}”.").format(field=field),
            _("Choose one of: {names}.").format(names=names or "—"),
        )
    if not found["coveredBytes"]:
        raise AppError(
            "verify.no_signed_version",
            _("The signed version can't be taken out, because the signature does not cover the file the way it must."),
            _("Do not rely on this file; ask its sender for a sound copy."),
        )
    try:
        with path.open("rb") as source, out.open("xb") as target:
            copy_part(source, target, int(found["coveredBytes"]))
    except FileExistsError as error:
        raise AppError(
            "verify.target_exists",
            _("The file {name} is there already.").format(name=out.name),
            _("Choose another name or folder."),
        ) from error


def copy_part(source: Any, target: Any, length: int) -> None:
    whole, rest = divmod(length, 1 << 20)
    for _block in range(whole):
        target.write(source.read(1 << 20))
    shutil.copyfileobj(_Limited(source, rest), target)


class _Limited:
    def __init__(self, source: Any, left: int) -> None:
        self._source, self._left = source, left

    def read(self, size: int = -1) -> bytes:
        data: bytes = self._source.read(min(size, self._left) if size >= 0 else self._left)
        self._left -= len(data)
        return data


def differences(path: Path, covered: int) -> list[dict[str, Any]]:
    """Where the pages look different from the first `covered` bytes of the file, for the sandbox: rows of `page` (from 0), `kind`
    (changed, added, removed) and `boxes` (left, top, right, bottom in 0..1 of the page as shown)."""
    data = path.read_bytes()
    rows: list[dict[str, Any]] = []
    with PdfDocument(data[:covered]) as old, PdfDocument(data) as new:
        old.init_forms()
        new.init_forms()
        count = max(len(old), len(new))
        for number in range(min(count, MOST_PAGES)):
            if number >= len(old) or number >= len(new):
                rows.append({"page": number, "kind": "added" if number >= len(old) else "removed", "boxes": []})
            else:
                boxes = changed_boxes(draw(old[number]), draw(new[number]))
                rows += [{"page": number, "kind": "changed", "boxes": boxes}] if boxes else []
            progress(number + 1, count)
    return rows


def draw(page: Any) -> Any:
    width, height = page.get_size()
    scale = min(1.0, (PIXELS_MOST / max(1.0, width * height)) ** 0.5)
    bitmap = page.render(scale=scale, grayscale=True, may_draw_forms=True)
    return np.array(bitmap.to_numpy(), dtype=np.int16).reshape(bitmap.height, bitmap.width, -1)[:, :, 0]


def changed_boxes(old: Any, new: Any) -> list[list[float]]:
    """Boxes around what differs; the whole page when its size changed."""
    if old.shape != new.shape:
        return [[0.0, 0.0, 1.0, 1.0]]
    height, width = old.shape
    mask = np.abs(old - new) >= SEEN
    padded = np.pad(mask, ((0, -height % CELL), (0, -width % CELL)))
    cells = padded.reshape(padded.shape[0] // CELL, CELL, -1, CELL).any(axis=(1, 3))
    boxes = []
    for top, left, bottom, right in islands(cells):
        box = [left * CELL / width, top * CELL / height, right * CELL / width, bottom * CELL / height]
        boxes.append([round(min(1.0, float(n)), 4) for n in box])
    return boxes


def islands(cells: Any) -> Iterator[tuple[int, int, int, int]]:
    """top, left, bottom, right of each group of touching cells."""
    import cv2

    count, _labels, stats, _middles = cv2.connectedComponentsWithStats(cells.astype(np.uint8), connectivity=8)
    for left, top, width, height, _area in stats[1:count].tolist():
        yield top, left, top + height, left + width
