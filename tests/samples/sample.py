"""Makes sample scans with their truth.

    sample = make_document(7, kind="Quyết định", pages=2, handwritten=True)
    path = save(sample, folder, "07", "pdf")        # writes 07.pdf and 07.json

The same arguments give the same pages, whatever is installed on the machine (MNIST digits only where asked for).
"""

from __future__ import annotations

import io
import json
import random
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import pikepdf
from PIL import Image

from tests.samples import ink, mnist, scan
from tests.samples.born import text_pdf
from tests.samples.hand import PictureWriter, StrokeWriter, Writer
from tests.samples.layout import Manner, lay_out
from tests.samples.leaf import PAPER, Leaf
from tests.samples.paper import Paper
from tests.samples.render import draw
from tests.samples.texts import KINDS, compose

Format = Literal["jpeg", "png", "tiff", "tiff-g4", "pdf", "text-pdf"]
Digits = Literal["strokes", "mnist"]
ENDINGS: dict[str, str] = {"jpeg": ".jpg", "png": ".png", "tiff": ".tif", "tiff-g4": ".tif", "pdf": ".pdf", "text-pdf": ".pdf"}
LONGEST = 40


@dataclass(slots=True)
class Sample:
    """A scanned paper: `pages` as the scanner saw them (RGB, sometimes L), `truth` as the README of the samples tells."""

    pages: list[Image.Image]
    truth: dict[str, Any]
    leaves: list[Leaf]
    wear: scan.Wear


def make_document(
    seed: int,
    *,
    kind: str | None = None,
    pages: int | None = None,
    handwritten: bool | None = None,
    condition: str = "any",
    digits: Digits = "strokes",
) -> Sample:
    """One paper and its scan at 200 dpi.

    `kind` is one of `KINDS` (ValueError otherwise), `pages` 1 … 3, `condition` as `scan.any_wear` says, `digits` the hand that
    fills in the blanks. What is None is drawn from the seed.
    """
    if kind is not None and kind not in KINDS:
        raise ValueError(f"unknown kind {kind!r}; known: {', '.join(KINDS)}")
    rng = random.Random(f"vankho-{seed}")
    chosen = kind or rng.choice(KINDS)
    wanted = pages or rng.choices((1, 2, 3), (6, 3, 1))[0]
    by_hand = rng.random() < 0.35 if handwritten is None else handwritten
    manner = Manner.any(rng)
    content = rng.getrandbits(32)
    parts = rng.choice((("number", "day"), ("number", "day", "month"), ("number", "day", "month")))
    paper, leaves = _of_length(chosen, content, manner, frozenset(parts) if by_hand else frozenset(), wanted)
    writer: Writer = StrokeWriter.any(rng)
    if digits == "mnist":
        writer = PictureWriter(rng, mnist.pictures())
    return assemble(paper, leaves, scan.any_wear(rng, condition), writer, rng)


def _of_length(kind: str, content: int, manner: Manner, by_hand: frozenset[str], wanted: int) -> tuple[Paper, list[Leaf]]:
    """Writes more and more until the paper fills the pages that are wanted; the nearest where none fits."""
    best: tuple[int, Paper, list[Leaf]] | None = None
    for length in range(1, LONGEST):
        paper = compose(random.Random(content), kind, length)
        paper.by_hand = by_hand
        leaves = lay_out(paper, manner)
        if length == 1 and len(leaves) > wanted:  # the typist saves paper
            leaves = lay_out(paper, replace(manner, body=13.0, spacing=1.0, between=6.0, sign_room=76.0))
        miss = abs(len(leaves) - wanted)
        if best is None or miss < best[0]:
            best = (miss, paper, leaves)
        if len(leaves) >= wanted:
            break
    assert best is not None
    return best[1], best[2]


def assemble(paper: Paper, leaves: list[Leaf], wear: scan.Wear, writer: Writer, rng: random.Random) -> Sample:
    """Prints, fills in, seals and scans a set paper."""
    pen = rng.choice((ink.BLUE, ink.BLUE, ink.BLACK))
    scans = [scan.scan(draw(leaf, rng, writer, pen), wear, rng) for leaf in leaves]
    return Sample(scans, truth_of(paper, leaves, wear), leaves, wear)


def truth_of(paper: Paper, leaves: list[Leaf], wear: scan.Wear) -> dict[str, Any]:
    """What a perfect reader would say; field names are those of the standard (Thông tư 05/2025)."""
    office = paper.office
    fields = {
        "codeNumber": paper.number,
        "codeNotation": paper.notation,
        "issuedDate": paper.issued.strftime("%d/%m/%Y"),
        "typeName": paper.type_name,
        "organName": office.name,
        "parentOrgan": office.parent,
        "subject": paper.subject,
        "place": office.place,
        "signer": paper.signature.name,
        "position": paper.signature.position,
        "addressee": "; ".join(paper.addressees),
        "urgency": paper.urgency,
        "secrecy": paper.secrecy,
    }
    by_hand = {"number": "codeNumber", "day": "issuedDate", "month": "issuedDate"}
    boxes: dict[str, Any] = {}
    for number, leaf in enumerate(leaves, 1):
        for tag, box in leaf.tagged().items():
            boxes[tag] = {"page": number, "box": list(scan.moved(box, wear, *PAPER))}
    return {
        "file": "",
        "format": "",
        "pages": len(leaves),
        "fields": fields,
        "handwritten": sorted({by_hand[part] for part in paper.by_hand}),
        "handwritten_parts": sorted(paper.by_hand),
        "boxes": boxes,
        "text": [leaf.text for leaf in leaves],
        "born_digital": False,
    }


def save(sample: Sample, folder: Path, stem: str, format: Format) -> Path:  # noqa: A002 - the word the callers use
    """Writes the file and its truth `<stem>.json` beside it; the path of the file.

    "jpeg" and "png" hold one page (ValueError for more); "pdf" holds the JPEG pictures only, "text-pdf" is born digital.
    """
    if format in {"jpeg", "png"} and len(sample.pages) > 1:
        raise ValueError(f"{format} holds one page, this paper has {len(sample.pages)}")
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / (stem + ENDINGS[format])
    path.write_bytes(encode(sample, format))
    truth = {**sample.truth, "file": path.name, "format": format, "born_digital": format == "text-pdf"}
    path.with_suffix(".json").write_text(json.dumps(truth, ensure_ascii=False, indent=1) + "\n", "utf-8")
    return path


def encode(sample: Sample, format: Format) -> bytes:  # noqa: A002
    """The bytes of the file."""
    dpi = (sample.wear.dpi, sample.wear.dpi)
    first, rest = sample.pages[0], sample.pages[1:]
    out = io.BytesIO()
    if format == "jpeg":
        return _jpeg(first, sample.wear)
    if format == "png":
        bare = first.quantize(palette=_palette(), dither=Image.Dither.NONE) if sample.wear.few_colours else first
        bare.save(out, "PNG", dpi=dpi, optimize=True)
    elif format == "tiff":
        quality = sample.wear.quality
        first.save(out, "TIFF", dpi=dpi, compression="jpeg", quality=quality, save_all=True, append_images=rest)
    elif format == "tiff-g4":
        sides = [_black_and_white(page) for page in sample.pages]
        sides[0].save(out, "TIFF", dpi=dpi, compression="group4", save_all=True, append_images=sides[1:])
    elif format == "pdf":
        return _image_pdf([(_jpeg(page, sample.wear), page) for page in sample.pages], sample.wear.dpi)
    else:
        return text_pdf(sample.leaves, sample.truth["fields"]["subject"])
    return out.getvalue()


def _palette() -> Image.Image:
    """Sixteen colours of an office paper: greys, the red of seals, the blue of pens, and where they cross."""
    greys = [(v, v, v) for v in (0, 36, 73, 109, 146, 182, 219, 255)]
    reds = [(206, 38, 44), (225, 120, 124), (242, 195, 197)]
    blues = [(34, 56, 150), (120, 134, 192), (195, 202, 226)]
    holder = Image.new("P", (1, 1))
    holder.putpalette([v for colour in (*greys, *reds, *blues, (120, 20, 30), (50, 20, 70)) for v in colour])
    return holder


def _jpeg(page: Image.Image, wear: scan.Wear) -> bytes:
    out = io.BytesIO()
    page.save(out, "JPEG", quality=wear.quality, dpi=(wear.dpi, wear.dpi), optimize=True, progressive=True)
    return out.getvalue()


def _black_and_white(page: Image.Image) -> Image.Image:
    """As the fax preset of an office scanner: a fixed threshold below the paper's grey."""
    grey = page.convert("L")
    paper = max(range(256), key=grey.histogram().__getitem__)
    return grey.point(lambda value: 255 if value > paper * 0.68 else 0).convert("1")


def _image_pdf(pages: list[tuple[bytes, Image.Image]], dpi: int) -> bytes:
    pdf = pikepdf.new()
    for jpeg, page in pages:
        width, height = page.width * 72 / dpi, page.height * 72 / dpi
        picture = pikepdf.Stream(pdf, jpeg)
        picture.update(
            {
                "/Type": pikepdf.Name.XObject,
                "/Subtype": pikepdf.Name.Image,
                "/Width": page.width,
                "/Height": page.height,
                "/BitsPerComponent": 8,
                "/ColorSpace": pikepdf.Name.DeviceGray if page.mode == "L" else pikepdf.Name.DeviceRGB,
                "/Filter": pikepdf.Name.DCTDecode,
            }
        )
        leaf = pdf.add_blank_page(page_size=(width, height))
        leaf.obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=pdf.make_indirect(picture)))
        leaf.obj.Contents = pdf.make_stream(f"q {width:.3f} 0 0 {height:.3f} 0 0 cm /Im0 Do Q".encode())
    pdf.docinfo["/Producer"] = "Office scanner"
    out = io.BytesIO()
    pdf.save(out, deterministic_id=True, compress_streams=False)
    return out.getvalue()
