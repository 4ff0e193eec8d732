"""Makes varied papers with their truth; the same seed and typefaces give the same pages.

made = make_varied(7)
path = made.save(folder, "07")
"""

from __future__ import annotations

import io
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pikepdf
from PIL import Image

from tests.samples import ink, scan, typeface
from tests.samples.born import text_pdf
from tests.samples.hand import StrokeWriter
from tests.samples.layout import Manner
from tests.samples.leaf import Leaf
from tests.samples.render import draw
from tests.samples.typeface import SHIPPED, Family
from tests.samples.varied.capture import Capture
from tests.samples.varied.form import Form, any_form
from tests.samples.varied.setting import set_form


@dataclass(slots=True)
class Varied:
    """A paper as it came in: `pages` (empty for a born-digital one), `truth` by field name ("" where the paper has none)."""

    form: Form
    capture: Capture
    family: Family
    leaves: list[Leaf]
    pages: list[Image.Image]

    @property
    def truth(self) -> dict[str, str]:
        return self.form.truth

    @property
    def classes(self) -> tuple[str, ...]:
        """What is special about it, for counting where a reader fails."""
        form = self.form
        named = (
            ("old", form.old),
            ("centred", form.motto == "centre"),
            ("arrival", bool(form.arrival)),
            ("turned", bool(self.capture.turn)),
            ("marks", bool(form.urgency or form.secrecy or form.circulation)),
            ("english", form.english),
            ("long", len(self.leaves) > 1),
        )
        return (
            form.issuer.level,
            form.type_name,
            self.capture.way,
            self.family.name,
            form.subject_form,
            *(name for name, has in named if has),
        )

    def save(self, folder: Path, stem: str) -> Path:
        """Writes the file: a PDF with text, a TIFF for bitonal, a JPEG or a PDF of JPEGs for the rest."""
        if self.capture.way == "text":
            path = folder / f"{stem}.pdf"
            with typeface.set_in(self.family):
                path.write_bytes(text_pdf(self.leaves, self.truth["subject"]))
            return path
        dpi = self.capture.dpi
        resolution = {"dpi": (dpi, dpi)} if dpi else {}
        if self.capture.way.startswith("bitonal"):
            path = folder / f"{stem}.tif"
            self.pages[0].save(path, "TIFF", compression="group4", save_all=True, append_images=self.pages[1:], **resolution)
        elif len(self.pages) == 1:
            path = folder / f"{stem}.jpg"
            self.pages[0].save(path, "JPEG", quality=self.capture.wear.quality, **resolution)
        else:
            path = folder / f"{stem}.pdf"
            _pdf(self.pages, dpi or 200, self.capture.wear.quality, path)
        return path


def make_varied(seed: int, families: Sequence[Family] = (SHIPPED,), way: str | None = None) -> Varied:
    """One printed paper set in one of `families` and captured in some `way` (see `capture.WAYS`)."""
    rng = random.Random(f"varied-{seed}")
    form, manner, family = any_form(rng), Manner.any(rng), rng.choice(families)
    capture = Capture.any(rng, way)
    with typeface.set_in(family):
        leaves = set_form(form, manner, rng)
        if capture.way == "text":  # what is stamped is not in the file that was written
            form.truth.update(urgency="", secrecy="")
            return Varied(form, capture, family, leaves, [])
        writer, pen = StrokeWriter.any(rng), rng.choice((ink.BLUE, ink.BLUE, ink.BLACK))
        pages = [capture.finished(scan.scan(draw(leaf, rng, writer, pen), capture.wear, rng), rng) for leaf in leaves]
    return Varied(form, capture, family, leaves, pages)


def _pdf(pages: Sequence[Image.Image], dpi: int, quality: int, path: Path) -> None:
    with pikepdf.new() as pdf:
        for page in pages:
            out = io.BytesIO()
            page.save(out, "JPEG", quality=quality)
            picture = pikepdf.Stream(pdf, out.getvalue())
            space = pikepdf.Name.DeviceGray if page.mode == "L" else pikepdf.Name.DeviceRGB
            picture.update(
                {
                    "/Type": pikepdf.Name.XObject,
                    "/Subtype": pikepdf.Name.Image,
                    "/Width": page.width,
                    "/Height": page.height,
                    "/BitsPerComponent": 8,
                    "/ColorSpace": space,
                    "/Filter": pikepdf.Name.DCTDecode,
                }
            )
            width, height = page.width * 72 / dpi, page.height * 72 / dpi
            leaf = pdf.add_blank_page(page_size=(width, height))
            leaf.obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=pdf.make_indirect(picture)))
            leaf.obj.Contents = pdf.make_stream(f"q {width:.3f} 0 0 {height:.3f} 0 0 cm /Im0 Do Q".encode())
        pdf.save(path, deterministic_id=True)
