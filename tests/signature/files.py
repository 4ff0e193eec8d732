"""PDFs of every kind that signing and verifying have to cope with, made on the spot."""

from __future__ import annotations

import io
import zlib
from pathlib import Path

import pikepdf
from PIL import Image, ImageDraw

FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"


def plain(path: Path, *, pages: int = 1, rotate: int = 0, text: str = "Quyet dinh 125") -> Path:
    with pikepdf.new() as pdf:
        for number in range(pages):
            page = pdf.add_blank_page(page_size=(595, 842))
            page.Rotate = rotate
            font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
            page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F0=font))
            page.Contents = pdf.make_stream(f"BT /F0 12 Tf 100 500 Td ({text} {number + 1}) Tj ET".encode())
        pdf.save(path, compress_streams=False)
    return path


def encrypted(path: Path, user: str = "") -> Path:
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(path, encryption=pikepdf.Encryption(owner="chủ", user=user))
    return path


def hybrid(path: Path) -> Path:
    """A file with a cross reference table and a stream beside it, as Word writes them."""
    objects = {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>",
    }
    out = bytearray(b"%PDF-1.5\n")
    places = {}
    for number, body in objects.items():
        places[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    stream_at = len(out)
    rows = zlib.compress(b"\x01" + stream_at.to_bytes(4, "big") + b"\x00")
    head = b"<< /Type /XRef /Size 5 /Index [4 1] /W [1 4 1] /Root 1 0 R /Filter /FlateDecode /Length %d >>" % len(rows)
    out += b"4 0 obj\n%s\nstream\n%s\nendstream\nendobj\n" % (head, rows)
    table_at = len(out)
    out += b"xref\n0 5\n0000000000 65535 f \n"
    out += b"".join(b"%010d 00000 n \n" % places[n] for n in (1, 2, 3)) + b"0000000000 65535 f \n"
    out += b"trailer\n<< /Size 5 /Root 1 0 R /XRefStm %d >>\nstartxref\n%d\n%%%%EOF\n" % (stream_at, table_at)
    path.write_bytes(out)
    return path


def sloppy(path: Path) -> Path:
    """A file that breaks a rule of the standard, a key given twice, as careless programs do."""
    bodies = (
        b"<< /Type /Catalog /Pages 2 0 R /Lang (vi) /Lang (vi) >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>",
    )
    out, places = bytearray(b"%PDF-1.7\n"), []
    for number, body in enumerate(bodies, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    at = len(out)
    out += b"xref\n0 4\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places)
    path.write_bytes(out + b"trailer\n<< /Size 4 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % at)
    return path


def damaged(path: Path) -> Path:
    """A file whose cross reference table points nowhere."""
    plain(path)
    data = path.read_bytes()
    at = data.rindex(b"startxref")
    path.write_bytes(data[:at] + b"startxref\n7\n%%EOF\n")
    return path


def pdfa(path: Path) -> Path:
    """A PDF/A-2b with a page image in colour, as digitised papers are."""
    import pikepdf.pdfa

    picture = Image.new("RGB", (200, 280), "white")
    ImageDraw.Draw(picture).rectangle((20, 20, 90, 60), fill=(200, 30, 30))
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page(page_size=(595, 842))
        image = pikepdf.Stream(
            pdf,
            picture.tobytes(),
            Type=pikepdf.Name.XObject,
            Subtype=pikepdf.Name.Image,
            Width=200,
            Height=280,
            BitsPerComponent=8,
            ColorSpace=pikepdf.Name.DeviceRGB,
        )
        page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(I=image))
        page.Contents = pdf.make_stream(b"q 595 0 0 842 0 0 cm /I Do Q")
        pikepdf.pdfa.prepare(pdf, "2b")
        pikepdf.pdfa.save(pdf, path, "2b")
    return path


def picture(path: Path, colour: tuple[int, int, int], size: tuple[int, int] = (240, 100), dpi: int | None = None) -> Path:
    """A PNG with transparent ground and one filled ellipse."""
    image = Image.new("RGBA", size, (0, 0, 0, 0))
    ImageDraw.Draw(image).ellipse((2, 2, size[0] - 3, size[1] - 3), fill=(*colour, 255))
    image.save(path, dpi=(dpi, dpi) if dpi else None) if dpi else image.save(path)
    return path


def shadow_prepared(path: Path) -> Path:
    """A page whose true text is covered by an image: the attacker removes the cover after the signing ("hide" attack)."""
    cover = Image.new("RGB", (10, 10), "white")
    raw = io.BytesIO()
    cover.save(raw, "JPEG")
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page(page_size=(595, 842))
        font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
        image = pikepdf.Stream(
            pdf,
            raw.getvalue(),
            Type=pikepdf.Name.XObject,
            Subtype=pikepdf.Name.Image,
            Width=10,
            Height=10,
            BitsPerComponent=8,
            ColorSpace=pikepdf.Name.DeviceRGB,
            Filter=pikepdf.Name.DCTDecode,
        )
        page.Resources = pikepdf.Dictionary(
            Font=pikepdf.Dictionary(F0=font), XObject=pikepdf.Dictionary(Cover=pdf.make_indirect(image))
        )
        page.Contents = pdf.make_stream(b"BT /F0 12 Tf 100 500 Td (Pay 9000) Tj ET q 200 0 0 40 90 490 cm /Cover Do Q")
        pdf.save(path)
    return path


def append_object(path: Path, out: Path, number: int, body: bytes) -> Path:
    """An incremental update that replaces one object, as an attacker writes it."""
    data = path.read_bytes()
    with pikepdf.open(path) as pdf:
        root, size = pdf.trailer.Root.objgen[0], int(pdf.trailer.Size)
    previous = int(data[data.rindex(b"startxref") + 9 :].split()[0])
    at = len(data)
    update = b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = at + len(update)
    update += b"xref\n%d 1\n%010d 00000 n \n" % (number, at)
    update += b"trailer\n<< /Size %d /Root %d 0 R /Prev %d >>\nstartxref\n%d\n%%%%EOF\n" % (size, root, previous, table)
    out.write_bytes(data + update)
    return out


def object_number(path: Path, marker: str) -> int:
    """The number of the first object that `marker` names: "cover" (the image), "page", "contents", "catalog"."""
    with pikepdf.open(path) as pdf:
        page = pdf.pages[0]
        found = {
            "page": page.obj,
            "contents": page.Contents,
            "catalog": pdf.Root,
            "cover": page.Resources.get("/XObject", pikepdf.Dictionary()).get("/Cover", page.obj),
        }
        return int(found[marker].objgen[0])
