"""A packed picture of one bit a pixel as another program unpacks it: PDFium, from a PDF made around it in memory."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

import numpy as np
import pikepdf
import pypdfium2
from numpy.typing import NDArray

PdfDocument: Any = pypdfium2.PdfDocument


def unpacked(
    data: bytes, width: int, height: int, filter_name: str, parameters: Mapping[str, Any] | None = None
) -> NDArray[np.uint8]:
    """(height, width) of what is shown, 0 black to 255 white. `filter_name` is ISO 32000's, as `CCITTFaxDecode`.

    `parameters` are its DecodeParms. Raises what pikepdf and PDFium raise for a picture that is none.
    """
    out = io.BytesIO()
    with pikepdf.new() as pdf:
        leaf = pdf.add_blank_page(page_size=(100, 100))
        image = pikepdf.Stream(
            pdf, data, Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=width, Height=height, BitsPerComponent=1,
            ColorSpace=pikepdf.Name.DeviceGray, Filter=pikepdf.Name("/" + filter_name),
        )  # fmt: skip
        if parameters:
            image.DecodeParms = pikepdf.Dictionary(dict(parameters))
        leaf.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(I0=pdf.make_indirect(image)))
        leaf.Contents = pdf.make_stream(b"q 100 0 0 100 0 0 cm /I0 Do Q")
        pdf.save(out)
    document = PdfDocument(out.getvalue())
    try:
        pixels = next(document[0].get_objects()).get_bitmap().to_numpy()
        return np.array(pixels if pixels.ndim == 2 else pixels[..., 0])
    finally:
        document.close()
