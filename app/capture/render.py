"""One page of a foreign file as an image file that reading and showing can use."""

from __future__ import annotations

import shutil
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import pypdfium2
from PIL import Image

from app.capture import complaints, images
from app.capture.files import replaced
from app.capture.pdfs import document
from app.capture.scanned import ScannedPage, has_picture, scanned_page
from app.capture.sniff import kind_of
from app.capture.wholeness import least_share

DPI_LEAST = 200  # Thông tư 05/2025/TT-BNV art. 8: paper is digitised at 200 dpi or more
PIXELS_MOST = 80_000_000  # an A1 plan at 300 dpi; larger pages are drawn at fewer dots an inch
QUALITY = 90
DRAWN, CONVERTED = b"vankho drawn", b"vankho converted"  # marks in our own JPEGs, known to `app.recognise.pictures`
SAME = 1.02  # resolutions closer than this are one


@dataclass(slots=True, frozen=True)
class RenderedPage:
    """`path` holds `width` × `height` pixels; `native` says that it holds the source's own JPEG bytes, unchanged.

    `share` of the rows of its pictures are there, 0 to 1: the rest is drawn white or grey (see `app.capture.wholeness`).
    """

    path: str
    width: int
    height: int
    dpi: int
    colour: str  # colour, grey, bitonal
    native: bool = False
    share: float = 1.0

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


def render_page(path: Path, index: int, out: Path, dpi: int = 300, quality: int = QUALITY) -> RenderedPage:
    """Page `index` (from 0) of `path` into `out`, a PNG if its name ends so, else a JPEG.

    An image, or a PDF page that is nothing but one scanned image, keeps its own resolution up to `dpi`, and its own JPEG bytes
    where that is possible; other PDF pages are drawn at `dpi`. Raises what `kind_of` and `images.load_page` raise.
    """
    kind = kind_of(path)
    png = out.suffix.lower() == ".png"
    if kind == "pdf":
        drawn, pictured = _render_pdf(path, index, out, dpi, quality, png)
        return replace(drawn, share=least_share(path, index)) if pictured else drawn
    if kind == "jpeg" and index == 0 and not png:
        kept = _keep_jpeg(path, out, dpi)
        if kept is not None:
            return kept
    return _write(images.load_page(path, kind, index), out, dpi, quality)


def thumbnail(path: Path, index: int, out: Path, edge: int = 256) -> RenderedPage:
    """A small picture of the page, no side longer than `edge` pixels."""
    kind = kind_of(path)
    if kind == "pdf":
        with document(path) as pdf:
            page = _page(pdf, index)
            width, height = page.get_size()
            small = images.PageImage(_draw(page, edge / max(width, height, 1.0)), 72, "colour")
    else:
        small = images.load_page(path, kind, index, edge)
    small.image.thumbnail((edge, edge), Image.Resampling.LANCZOS, reducing_gap=2.0)
    return _write(small, out, 10_000, 80)


def _render_pdf(path: Path, index: int, out: Path, dpi: int, quality: int, png: bool) -> tuple[RenderedPage, bool]:
    """The page, and whether there are pictures on it."""
    with document(path) as pdf:
        page = _page(pdf, index)
        scan, pictured = scanned_page(page), has_picture(page)
        if scan is not None:
            if scan.jpeg is not None and not png and DPI_LEAST <= scan.dpi <= dpi * SAME:
                return _keep_scan(scan, scan.jpeg, out), pictured
            dpi = max(min(DPI_LEAST, dpi), min(dpi, round(scan.dpi)))
        width, height = page.get_size()
        most = (PIXELS_MOST / max(width * height, 1e-6)) ** 0.5 * 72
        image = _draw(page, min(dpi, most) / 72)  # of a page of kilometres less than a dot an inch
        dpi = max(1, min(dpi, int(most)))
    colour = images.colour_of(image)
    return _write(images.PageImage(image, dpi, colour), out, dpi, quality, DRAWN if scan is None else CONVERTED), pictured


def _page(pdf: Any, index: int) -> Any:
    if not 0 <= index < len(pdf):
        raise complaints.no_such_page(index, len(pdf))
    try:
        return pdf[index]
    except pypdfium2.PdfiumError as error:
        raise complaints.page_broken(index, str(error)) from error


def _draw(page: Any, scale: float) -> Image.Image:
    bitmap = page.render(scale=scale, rev_byteorder=True)
    image: Image.Image = bitmap.to_pil().convert("RGB")
    bitmap.close()
    return image


def _keep_jpeg(path: Path, out: Path, dpi: int) -> RenderedPage | None:
    """A plain upright JPEG of a fitting resolution is the page image as it is."""
    with images.opened(path) as image:
        width, height = image.size
        own = images.resolution(image)
        turned = image.getexif().get(images.ORIENTATION, 1) != 1
        if image.mode not in ("RGB", "L") or turned or own[0] > dpi * SAME or abs(own[0] - own[1]) > 1:
            return None
        colour = images.glance(image)
        if images.UNCLOSED in image.info:  # others would call it cut
            return None
    with replaced(out) as part:
        shutil.copyfile(path, part)
    return RenderedPage(str(out), width, height, round(own[0]), colour, native=True)


def _keep_scan(scan: ScannedPage, jpeg: bytes, out: Path) -> RenderedPage:
    with replaced(out) as part:
        part.write_bytes(jpeg)
    with images.opened(out) as image:
        return RenderedPage(str(out), *image.size, round(scan.dpi), images.glance(image), native=True)


def _write(page: images.PageImage, out: Path, dpi: int, quality: int, mark: bytes = CONVERTED) -> RenderedPage:
    """At most `dpi` dots an inch; more are averaged away."""
    image = page.image
    if page.dpi > dpi * SAME:
        scale = dpi / page.dpi
        image = image.resize((max(1, round(image.width * scale)), max(1, round(image.height * scale))), Image.Resampling.BOX)
        page.dpi = dpi
    if page.colour != "colour" and image.mode == "RGB":
        image = image.convert("L")
    with replaced(out) as part, part.open("wb") as file:
        if out.suffix.lower() == ".png":
            image.save(file, "PNG", dpi=(page.dpi, page.dpi), compress_level=1)
        else:
            image.save(file, "JPEG", dpi=(page.dpi, page.dpi), quality=quality, comment=mark)
    return RenderedPage(str(out), image.width, image.height, page.dpi, page.colour)
