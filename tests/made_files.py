"""Foreign files of every kind, made on the spot."""

from __future__ import annotations

import datetime
import struct
import zlib
from io import BytesIO
from pathlib import Path

import pikepdf
from PIL import Image, ImageDraw, ImageFont

FONT = Path(__file__).resolve().parents[1] / "resources" / "fonts" / "Tinos-Regular.ttf"
LINES = (
    "ỦY BAN NHÂN DÂN HUYỆN ĐẮK SONG",
    "Số: 125/QĐ-UBND",
    "Căn cứ Luật Tổ chức chính quyền địa phương ngày 19 tháng 6 năm 2015;",
    "Căn cứ Nghị định số 30/2020/NĐ-CP ngày 05 tháng 3 năm 2020 của Chính phủ;",
    "Theo đề nghị của Giám đốc Sở Nội vụ tại Tờ trình số 45/TTr-SNV.",
)


def sheet(
    size: tuple[int, int] = (1240, 1754), lines: tuple[str, ...] = LINES, points: int = 27, seal: bool = True
) -> Image.Image:
    """A page of text with a red seal; A4 at 150 dpi unless told otherwise."""
    page = Image.new("RGB", size, "white")
    draw = ImageDraw.Draw(page)
    font = ImageFont.truetype(FONT, points)
    for number, line in enumerate(lines):
        draw.text((size[0] // 12, size[1] // 12 + number * points * 2), line, font=font, fill=(15, 15, 30))
    if seal:
        x, y, r = size[0] * 2 // 3, size[1] * 2 // 3, size[0] // 10
        draw.ellipse((x, y, x + r, y + r), outline=(205, 25, 35), width=6)
    return page


def scan_pdf(path: Path, jpeg: bytes, pixels: tuple[int, int], dpi: float, *, rotate: int = 0, mask: bool = False) -> Path:
    """A PDF as scanners write it: one JPEG a page."""
    width, height = pixels[0] / dpi * 72, pixels[1] / dpi * 72
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page(page_size=(width, height))
        picture = pikepdf.Stream(
            pdf,
            jpeg,
            Type=pikepdf.Name.XObject,
            Subtype=pikepdf.Name.Image,
            Width=pixels[0],
            Height=pixels[1],
            BitsPerComponent=8,
            ColorSpace=pikepdf.Name.DeviceRGB,
            Filter=pikepdf.Name.DCTDecode,
        )
        if mask:
            grey = pikepdf.Stream(
                pdf,
                b"\x80",
                Type=pikepdf.Name.XObject,
                Subtype=pikepdf.Name.Image,
                Width=1,
                Height=1,
                BitsPerComponent=8,
                ColorSpace=pikepdf.Name.DeviceGray,
            )
            picture.SMask = pdf.make_indirect(grey)
        page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=picture))
        page.Contents = pdf.make_stream(f"q {width} 0 0 {height} 0 0 cm /Im0 Do Q".encode())
        page.Rotate = rotate
        pdf.save(path)
    return path


def pages_pdf(path: Path, count: int) -> Path:
    """Many small pages with a number drawn as a bar of its own length on each."""
    with pikepdf.new() as pdf:
        for number in range(count):
            page = pdf.add_blank_page(page_size=(200, 100))
            page.Contents = pdf.make_stream(b"0 0 %d 50 re f" % (1 + number % 200))
        pdf.save(path)
    return path


def png_claiming(path: Path, width: int, height: int, *, clear: bool = False) -> Path:
    """A PNG of some bytes that says it is enormous; `clear`: with transparency."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 6 if clear else 2, 0, 0, 0)
    packed = chunk(b"IDAT", zlib.compress(bytes(1000)))
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + packed + chunk(b"IEND", b""))
    return path


def pdf_bomb(path: Path, *, times: int = 2, size: int = 1 << 29) -> Path:
    """A page whose content is `size` spaces, deflated `times` times over."""
    engine, out = zlib.compressobj(9), []
    for _piece in range(size >> 20):
        out.append(engine.compress(b" " * (1 << 20)))
    data = b"".join(out) + engine.flush()
    for _again in range(times - 1):
        data = zlib.compress(data, 9)
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page()
        filters = pikepdf.Array([pikepdf.Name.FlateDecode] * times)
        page.Contents = pikepdf.Stream(pdf, data, Filter=filters)
        pdf.save(path, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)
    return path


def tiff_with_bad_page(path: Path, pages: int, bad: int) -> Path:
    """A TIFF whose page `bad` (from 0) has rubbish where its pixels were."""
    sheets = [sheet((400, 560), points=10) for _n in range(pages)]
    sheets[0].save(path, save_all=True, append_images=sheets[1:], compression="tiff_adobe_deflate", dpi=(200, 200))
    data = bytearray(path.read_bytes())
    with Image.open(path) as image:
        image.seek(bad)
        tags = image.tag_v2  # type: ignore[attr-defined]
        for start, length in zip(tags[273], tags[279], strict=True):
            data[start : start + length] = b"\xa5" * length
    path.write_bytes(bytes(data))
    return path


def sign(path: Path, out: Path) -> Path:
    """Signs with a certificate made for the occasion."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import pkcs12
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import signers

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Nguyễn Văn A")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    from cryptography.hazmat.primitives.serialization import NoEncryption

    store = pkcs12.serialize_key_and_certificates(b"a", key, certificate, None, NoEncryption())
    signer = signers.SimpleSigner.load_pkcs12_data(store, other_certs=[])
    writer = IncrementalPdfFileWriter(BytesIO(path.read_bytes()))
    signed = signers.sign_pdf(writer, signers.PdfSignatureMetadata(field_name="ChuKy"), signer=signer)
    out.write_bytes(signed.getvalue())
    return out


def drawn_pdf(path: Path, lines: tuple[str, ...] = LINES, *, embed: bool = True, copies: int = 1) -> Path:
    """A PDF born digital: Vietnamese text in an embedded font, made by Pillow-free means (our own operators)."""
    from fontTools.ttLib import TTFont

    with TTFont(FONT) as font:
        cmap, order, metrics = font.getBestCmap(), font.getGlyphOrder(), font["hmtx"].metrics
        scale = 1000 / font["head"].unitsPerEm
    number = {glyph: place for place, glyph in enumerate(order)}
    used = sorted({sign for line in lines for sign in line})
    widths = pikepdf.Array()
    for sign in sorted(used, key=lambda s: number[cmap[ord(s)]]):
        widths.extend([number[cmap[ord(sign)]], pikepdf.Array([round(metrics[cmap[ord(sign)]][0] * scale)])])
    rows = "\n".join(f"<{number[cmap[ord(s)]]:04X}> <{s.encode('utf-16-be').hex()}>" for s in used)
    meaning = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) "
        "/Supplement 0 >> def /CMapName /Adobe-Identity-UCS def /CMapType 2 def 1 begincodespacerange <0000> <FFFF> "
        f"endcodespacerange\n{len(used)} beginbfchar\n{rows}\nendbfchar endcmap CMapName currentdict /CMap defineresource pop "
        "end end"
    ).encode()
    text = b"BT /F1 12 Tf 18 TL 60 760 Td\n"
    for line in lines:
        codes = "".join(f"{number[cmap[ord(sign)]]:04X}" for sign in line)
        text += f"<{codes}> Tj T*\n".encode()
    text += b"ET"
    with pikepdf.new() as pdf:
        about = pikepdf.Dictionary(
            Type=pikepdf.Name.FontDescriptor,
            FontName=pikepdf.Name.Tinos,
            Flags=4,
            FontBBox=[-100, -300, 1100, 900],
            ItalicAngle=0,
            Ascent=891,
            Descent=-216,
            CapHeight=662,
            StemV=80,
        )
        if embed:
            about.FontFile2 = pdf.make_stream(FONT.read_bytes())
        descendant = pikepdf.Dictionary(
            Type=pikepdf.Name.Font,
            Subtype=pikepdf.Name.CIDFontType2,
            BaseFont=pikepdf.Name.Tinos,
            CIDSystemInfo=pikepdf.Dictionary(Registry=b"Adobe", Ordering=b"Identity", Supplement=0),
            FontDescriptor=pdf.make_indirect(about),
            W=widths,
            CIDToGIDMap=pikepdf.Name.Identity,
        )
        whole = pikepdf.Dictionary(
            Type=pikepdf.Name.Font,
            Subtype=pikepdf.Name.Type0,
            BaseFont=pikepdf.Name.Tinos,
            Encoding=pikepdf.Name("/Identity-H"),
            DescendantFonts=[pdf.make_indirect(descendant)],
            ToUnicode=pdf.make_stream(meaning),
        )
        whole = pdf.make_indirect(whole)
        for _copy in range(copies):
            page = pdf.add_blank_page(page_size=(595.28, 841.89))
            page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=whole))
            page.Contents = pdf.make_stream(text)
        pdf.save(path)
    return path
