"""Documents prepared to show one thing when they are signed and another afterwards, made on the spot."""

from __future__ import annotations

import io
import warnings
from collections.abc import Callable
from pathlib import Path

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf
from PIL import Image

from tests.signature import files


def prepared(path: Path, change: Callable[[Pdf], None]) -> Path:
    """A plain page with one line of text at 100, 500 that `change` prepares."""
    files.plain(path)
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        change(pdf)
        with warnings.catch_warnings(action="ignore"):  # pikepdf warns of stray fields, which are wanted here
            pdf.save(path, compress_streams=False)
    return path


def add_content(pdf: Pdf, data: bytes) -> None:
    page = pdf.pages[0]
    page.Contents = Array([page.Contents, pdf.make_stream(data)])


def picture(pdf: Pdf, colour: str = "white", mask: int | None = None) -> pikepdf.Object:
    raw = io.BytesIO()
    Image.new("RGB", (10, 10), colour).save(raw, "JPEG")
    shape = {"Type": Name.XObject, "Subtype": Name.Image, "Width": 10, "Height": 10, "BitsPerComponent": 8}
    image = pikepdf.Stream(pdf, raw.getvalue(), ColorSpace=Name.DeviceRGB, Filter=Name.DCTDecode, **shape)
    if mask is not None:
        image.SMask = pdf.make_indirect(pikepdf.Stream(pdf, bytes([mask]) * 100, ColorSpace=Name.DeviceGray, **shape))
    return pdf.make_indirect(image)


def cover(colour: str = "white", mask: int | None = None, where: bytes = b"300 0 0 40 90 490") -> Callable[[Pdf], None]:
    def change(pdf: Pdf) -> None:
        pdf.pages[0].Resources.XObject = Dictionary(Cover=picture(pdf, colour, mask))
        add_content(pdf, b"q %s cm /Cover Do Q" % where)

    return change


def patch(pdf: Pdf) -> None:
    add_content(pdf, b"1 1 1 rg 90 490 60 40 re f")


def white_text(pdf: Pdf) -> None:
    add_content(pdf, b"BT 1 1 1 rg /F0 12 Tf 100 300 Td (Attacker) Tj ET")


def covered_picture(pdf: Pdf) -> None:
    raw = io.BytesIO()
    Image.effect_noise((40, 40), 90).convert("RGB").save(raw, "JPEG")
    shape = {"Type": Name.XObject, "Subtype": Name.Image, "Width": 40, "Height": 40, "BitsPerComponent": 8}
    below = pdf.make_indirect(pikepdf.Stream(pdf, raw.getvalue(), ColorSpace=Name.DeviceRGB, Filter=Name.DCTDecode, **shape))
    pdf.pages[0].Resources.XObject = Dictionary(Below=below, Cover=picture(pdf))
    add_content(pdf, b"q 80 0 0 80 200 200 cm /Below Do Q q 90 0 0 90 195 195 cm /Cover Do Q")


def field(
    pdf: Pdf, rect: list[int], *, name: str = "o1", value: str = "10", shown: str | None = None, **more: object
) -> Dictionary:
    """A text field with a white ground, in the document's form."""
    look = b"/Tx BMC q 1 1 1 rg 0 0 %d 20 re f BT 0 g /Helv 12 Tf 2 5 Td (%s) Tj ET Q EMC"
    drawing = pdf.make_stream(look % (rect[2] - rect[0], (shown or value).encode()))
    drawing.update(Dictionary(Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, rect[2] - rect[0], 20])))
    helvetica = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    drawing.Resources = Dictionary(Font=Dictionary(Helv=helvetica))
    widget = Dictionary(
        Type=Name.Annot, Subtype=Name.Widget, FT=Name.Tx, T=name, V=value, F=4, Rect=Array(rect), AP=Dictionary(N=drawing)
    )
    for key, entry in more.items():
        widget[f"/{key}"] = entry
    made = pdf.make_indirect(widget)
    page = pdf.pages[0]
    page.Annots = Array([*page.get("/Annots", []), made])
    form = pdf.Root.get("/AcroForm", Dictionary(Fields=Array()))
    form.Fields = Array([*form.Fields, made])
    pdf.Root.AcroForm = form
    return made


def stray_field(pdf: Pdf) -> None:
    field(pdf, [90, 490, 300, 510])
    del pdf.Root.AcroForm


def two_fields(pdf: Pdf) -> None:
    field(pdf, [90, 300, 300, 320], value="UNICEF")
    field(pdf, [90, 300, 300, 320], name="o2", value="Attacker")


def hidden_layer(pdf: Pdf) -> None:
    group = pdf.make_indirect(Dictionary(Type=Name.OCG, Name="Kín"))
    pdf.Root.OCProperties = Dictionary(OCGs=Array([group]), D=Dictionary(OFF=Array([group]), Order=Array([group])))
    pdf.pages[0].Resources.Properties = Dictionary(L0=group)
    add_content(pdf, b"/OC /L0 BDC BT /F0 12 Tf 100 300 Td (Attacker) Tj ET EMC")


def print_layer(pdf: Pdf) -> None:
    usage = Dictionary(Print=Dictionary(PrintState=Name.OFF))
    group = pdf.make_indirect(Dictionary(Type=Name.OCG, Name="Màn hình", Usage=usage))
    automatic = Array([Dictionary(Event=Name.Print, OCGs=Array([group]), Category=Array([Name.Print]))])
    pdf.Root.OCProperties = Dictionary(OCGs=Array([group]), D=Dictionary(AS=automatic))


def note(pdf: Pdf, flags: int = 4) -> None:
    made = Dictionary(Type=Name.Annot, Subtype=Name.FreeText, Rect=Array([90, 300, 300, 320]), Contents="Bãi bỏ", F=flags)
    pdf.pages[0].Annots = Array([pdf.make_indirect(made)])


def javascript(pdf: Pdf) -> None:
    pdf.Root.OpenAction = Dictionary(S=Name.JavaScript, JS="app.alert(1)")


def launch(pdf: Pdf) -> None:
    action = Dictionary(S=Name.Launch, F="calc.exe")
    pdf.pages[0].Annots = Array([Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]), A=action)])


def attachment(pdf: Pdf) -> None:
    pdf.attachments["x.txt"] = pikepdf.AttachedFileSpec(pdf, b"abc")


def foreign_font(pdf: Pdf) -> None:
    pdf.pages[0].Resources.Font.F0 = Dictionary(Type=Name.Font, Subtype=Name.TrueType, BaseFont=Name("/.VnTimeH"))


def alternate(pdf: Pdf) -> None:
    image = picture(pdf, "red")
    image.Alternates = Array([Dictionary(Image=picture(pdf, "blue"), DefaultForPrinting=True)])
    pdf.pages[0].Resources.XObject = Dictionary(I=image)
    add_content(pdf, b"q 90 0 0 90 200 200 cm /I Do Q")


def outside(pdf: Pdf) -> None:
    stream = pdf.make_stream(b"")
    stream.F = "//may-chu/x.bin"
    pdf.pages[0].Resources.XObject = Dictionary(I=stream)


def twice(path: Path) -> Path:
    """Two objects of one number in one revision: the table points to one of them; an update can point to the other."""
    files.plain(path)
    number = files.object_number(path, "contents")
    other = b"BT /F0 12 Tf 100 500 Td (Attacker) Tj ET"
    hidden = b"%d 0 obj\n<< /Length %d >>\nstream\n%s\nendstream\nendobj\n" % (number, len(other), other)
    data = path.read_bytes()
    at = data.rindex(b"xref\n", 0, data.rindex(b"startxref"))
    path.write_bytes(data[:at] + hidden + data[at:].replace(b"startxref\n%d" % at, b"startxref\n%d" % (at + len(hidden))))
    return path
