"""Writes a drawing into a PDF as the appearance of a signature field."""

from __future__ import annotations

import math
from typing import Any

from pyhanko.pdf_utils import generic as pdf_objects

from app.signature.appearance import Drawing
from app.signature.font import FontSubset
from app.signature.picture import Picture

generic: Any = pdf_objects  # it has no types
pdf_name = generic.pdf_name


def appearance_stream(writer: Any, drawing: Drawing, rotate: int) -> Any:
    """Adds the form XObject (with its font or picture) and returns its reference.

    `rotate` is the page's /Rotate: the matrix turns the form the other way, so that it stands upright when the page is shown.
    """
    resources, content = _text(writer, drawing) if drawing.runs else _image(writer, drawing)
    width, height = drawing.room or (drawing.width, drawing.height)
    if drawing.room is not None:
        scale = min(1.0, width / drawing.width, height / drawing.height)
        left, bottom = (width - drawing.width * scale) / 2, (height - drawing.height * scale) / 2
        content = b"q %.4f 0 0 %.4f %.4f %.4f cm\n%s\nQ" % (scale, scale, left, bottom, content)
    turn = math.radians(rotate)
    cosine, sine = round(math.cos(turn)), round(math.sin(turn))
    form = generic.StreamObject(
        {
            pdf_name("/Type"): pdf_name("/XObject"),
            pdf_name("/Subtype"): pdf_name("/Form"),
            pdf_name("/BBox"): numbers(0, 0, width, height),
            pdf_name("/Matrix"): numbers(cosine, sine, -sine, cosine, 0, 0),
            pdf_name("/Resources"): resources,
        },
        stream_data=content,
    )
    form.compress()
    return writer.add_object(form)


def _text(writer: Any, drawing: Drawing) -> tuple[Any, bytes]:
    assert drawing.font is not None  # noqa: S101 - letters come with their font
    font = drawing.font
    parts = [b"BT 0 g"]
    parts += [b"/F0 %g Tf 1 0 0 1 %.2f %.2f Tm %s Tj" % (run.size, run.x, run.y, font.encode(run.text)) for run in drawing.runs]
    fonts = generic.DictionaryObject({pdf_name("/F0"): writer.add_object(font_object(writer, font))})
    return generic.DictionaryObject({pdf_name("/Font"): fonts}), b"\n".join([*parts, b"ET"])


def _image(writer: Any, drawing: Drawing) -> tuple[Any, bytes]:
    assert drawing.picture is not None  # noqa: S101 - no letters: a picture
    images = generic.DictionaryObject({pdf_name("/I0"): image_object(writer, drawing.picture)})
    content = b"q %.4f 0 0 %.4f 0 0 cm /I0 Do Q" % (drawing.width, drawing.height)
    return generic.DictionaryObject({pdf_name("/XObject"): images}), content


def font_object(writer: Any, font: FontSubset) -> Any:
    """A composite font with two-byte glyph numbers (ISO 32000-1 §9.7)."""
    program = generic.StreamObject({pdf_name("/Length1"): number(len(font.data))}, stream_data=font.data)
    program.compress()
    descriptor = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/FontDescriptor"),
            pdf_name("/FontName"): pdf_name("/" + font.name),
            pdf_name("/Flags"): number(4),
            pdf_name("/FontBBox"): numbers(*font.box),
            pdf_name("/ItalicAngle"): number(font.italic_angle),
            pdf_name("/Ascent"): number(font.ascent),
            pdf_name("/Descent"): number(font.descent),
            pdf_name("/CapHeight"): number(font.cap_height),
            pdf_name("/StemV"): number(80),
            pdf_name("/FontFile2"): writer.add_object(program),
        }
    )
    widths = generic.ArrayObject([number(0), numbers(*(font.widths[g] for g in sorted(font.widths)))])
    system = generic.DictionaryObject(
        {
            pdf_name("/Registry"): generic.pdf_string("Adobe"),
            pdf_name("/Ordering"): generic.pdf_string("Identity"),
            pdf_name("/Supplement"): number(0),
        }
    )
    descendant = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Font"),
            pdf_name("/Subtype"): pdf_name("/CIDFontType2"),
            pdf_name("/BaseFont"): pdf_name("/" + font.name),
            pdf_name("/CIDSystemInfo"): system,
            pdf_name("/FontDescriptor"): writer.add_object(descriptor),
            pdf_name("/W"): widths,
            pdf_name("/CIDToGIDMap"): pdf_name("/Identity"),
        }
    )
    mapping = generic.StreamObject(stream_data=font.to_unicode())
    mapping.compress()
    return generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Font"),
            pdf_name("/Subtype"): pdf_name("/Type0"),
            pdf_name("/BaseFont"): pdf_name("/" + font.name),
            pdf_name("/Encoding"): pdf_name("/Identity-H"),
            pdf_name("/DescendantFonts"): generic.ArrayObject([writer.add_object(descendant)]),
            pdf_name("/ToUnicode"): writer.add_object(mapping),
        }
    )


def image_object(writer: Any, picture: Picture) -> Any:
    """The reference of an image XObject with its soft mask."""
    image = _samples(picture, picture.rgb, "/DeviceRGB")
    if picture.alpha is not None:
        image[pdf_name("/SMask")] = writer.add_object(_samples(picture, picture.alpha, "/DeviceGray"))
    return writer.add_object(image)


def _samples(picture: Picture, deflated: bytes, space: str) -> Any:
    return generic.StreamObject(
        {
            pdf_name("/Type"): pdf_name("/XObject"),
            pdf_name("/Subtype"): pdf_name("/Image"),
            pdf_name("/Width"): number(picture.width),
            pdf_name("/Height"): number(picture.height),
            pdf_name("/ColorSpace"): pdf_name(space),
            pdf_name("/BitsPerComponent"): number(8),
            pdf_name("/Filter"): pdf_name("/FlateDecode"),
        },
        encoded_data=deflated,
    )


def number(value: float) -> Any:
    return generic.NumberObject(value) if isinstance(value, int) else generic.FloatObject(round(value, 4))


def numbers(*values: float) -> Any:
    return generic.ArrayObject([number(v) for v in values])


def appearance_dictionary(stream: Any) -> Any:
    """The /AP of a widget whose normal appearance is `stream`."""
    return generic.DictionaryObject({pdf_name("/N"): stream})
