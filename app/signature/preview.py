"""The drawing of a signature before it is made: what the person sees and drags is what will be drawn."""

from __future__ import annotations

import dataclasses
from datetime import date, datetime
from pathlib import Path
from typing import Any

from app.signature.appearance import Appearance, Kind
from app.signature.certificates import CertInfo
from app.signature.looks import lay_out
from app.signature.source import open_source


def to_plain(look: Appearance) -> dict[str, Any]:
    """JSON of an appearance."""
    row = {field.name: getattr(look, field.name) for field in dataclasses.fields(look)}
    return row | {
        "kind": look.kind.value,
        "image": str(look.image) if look.image else None,
        "issued": look.issued.isoformat() if look.issued else None,
    }


def from_plain(row: dict[str, Any]) -> Appearance:
    """What `to_plain` made."""
    boxes = {name: tuple(row[name]) if row[name] else None for name in ("box", "over")}
    return Appearance(
        **row
        | boxes
        | {
            "kind": Kind(row["kind"]),
            "image": Path(row["image"]) if row["image"] else None,
            "issued": date.fromisoformat(row["issued"]) if row["issued"] else None,
            "gaps": tuple(tuple(gap) for gap in row["gaps"]),
        }
    )


def preview(path: Path, look: dict[str, Any], subject: str, organisation: str, moment: datetime) -> dict[str, Any]:
    """{"page" from 1, "box", "width", "height" in points, "runs": [[text, x, y, size]], "italic", "earlier": signatures there}.

    Only reads: the file is opened as for signing, so what forbids a signature is told now. Raises what `sign_pdf` raises before it
    signs. A look that is not visible has no "box".
    """
    work = open_source(path, path.with_suffix(".preview"))
    try:
        count = int(work.writer.prev.root["/Pages"]["/Count"])
        earlier = len(work.earlier)
        owner = _owner(subject, organisation, moment)
        drawing = lay_out(work, from_plain(look), owner, moment, None)
        if drawing is None:
            return {"page": 0, "box": None, "earlier": earlier, "count": count}
        page = drawing.page + 1 if drawing.page >= 0 else count + drawing.page + 1
        return {
            "page": page,
            "box": list(drawing.box),
            "width": drawing.width,
            "height": drawing.height,
            "runs": [[run.text, run.x, run.y, run.size] for run in drawing.runs],
            "italic": bool(drawing.font and drawing.font.italic_angle),
            "earlier": earlier,
            "count": count,
        }
    finally:
        work.close()


def _owner(subject: str, organisation: str, moment: datetime) -> CertInfo:
    """A certificate of which only the names are known: nobody has entered a PIN yet."""
    return CertInfo("", "", subject, organisation, "", "", moment, moment, (), "", "", None, False, "", b"")
