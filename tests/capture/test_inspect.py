"""Foreign files are known by their bytes, their dangers named, their limits kept."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from PIL import Image

from app.capture import fileinfo, tasks
from app.capture.fileinfo import FileInfo
from app.errors import AppError
from app.sandbox import Sandbox
from tests import made_files as made


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as one:
        yield one


def inspect(path: Path) -> FileInfo:
    return FileInfo.from_dict(tasks.inspect(str(path)))


def refusal(path: Path) -> str:
    with pytest.raises(AppError) as caught:
        tasks.inspect(str(path))
    assert caught.value.message
    assert caught.value.advice
    return caught.value.code


def save_pdf(path: Path, **entries: Any) -> Path:
    """One empty page and `entries` in the catalog."""
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        for key, value in entries.items():
            pdf.Root[f"/{key}"] = value
        pdf.save(path)
    return path


@pytest.mark.parametrize(
    ("name", "kind", "mime"),
    [("a.jpg", "jpeg", "image/jpeg"), ("a.png", "png", "image/png"), ("a.tif", "tiff", "image/tiff")],
)
def test_images_are_known_by_their_bytes(tmp_path: Path, name: str, kind: str, mime: str) -> None:
    made.sheet().save(tmp_path / name, dpi=(150, 150))
    lying = (tmp_path / name).rename(tmp_path / "van-ban.pdf")
    info = inspect(lying)
    assert (info.kind, info.mime, info.pages, info.bad_pages) == (kind, mime, 1, [])
    assert info.page_sizes == [pytest.approx((595.2, 841.9), abs=0.1)]
    assert info.size == lying.stat().st_size


def test_a_born_digital_pdf(tmp_path: Path) -> None:
    info = inspect(made.drawn_pdf(tmp_path / "a.jpg"))
    assert (info.kind, info.pages, info.has_text, info.signed, info.encrypted, info.active) == (
        "pdf",
        1,
        True,
        False,
        False,
        [],
    )
    assert info.page_sizes == [(595.28, 841.89)]


def test_a_pdf_behind_a_mail_gateways_preamble(tmp_path: Path) -> None:
    pdf = made.drawn_pdf(tmp_path / "a.pdf").read_bytes()
    (tmp_path / "b.pdf").write_bytes(b"X-Mailer: abc\r\n\r\n" + pdf)
    assert inspect(tmp_path / "b.pdf").pages == 1


def test_a_scanned_pdf_has_no_text(tmp_path: Path) -> None:
    made.sheet().save(tmp_path / "a.jpg")
    info = inspect(made.scan_pdf(tmp_path / "a.pdf", (tmp_path / "a.jpg").read_bytes(), (1240, 1754), 150))
    assert (info.kind, info.has_text) == ("pdf", False)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file.empty"),
        (b"\0" * 5000, "file.unknown"),
        (b"PK\x03\x04" + b"docx" * 100, "file.unknown"),
        ("Kính gửi: Ủy ban".encode(), "file.unknown"),
        (b"%PDF-1.7\n" + b"rubbish " * 400, "file.broken"),
        (b"\xff\xd8\xff\xe0" + b"\x55" * 4000, "file.broken"),
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 400, "file.broken"),
        (b"II*\x00" + b"\xff" * 400, "file.broken"),
    ],
)
def test_what_cannot_be_read_is_refused_in_words(tmp_path: Path, content: bytes, code: str) -> None:
    (tmp_path / "a.pdf").write_bytes(content)
    assert refusal(tmp_path / "a.pdf") == code


@pytest.mark.parametrize("name", ["a.jpg", "a.png"])
def test_half_an_image_is_broken(tmp_path: Path, name: str) -> None:
    made.sheet().save(tmp_path / name)
    whole = (tmp_path / name).read_bytes()
    (tmp_path / name).write_bytes(whole[: len(whole) // 2])
    assert refusal(tmp_path / name) == "file.broken"


def test_half_a_pdf_is_broken_or_loses_no_page_in_silence(tmp_path: Path) -> None:
    whole = made.pages_pdf(tmp_path / "a.pdf", 40).read_bytes()
    (tmp_path / "a.pdf").write_bytes(whole[: len(whole) // 3])
    assert refusal(tmp_path / "a.pdf") == "file.broken"


def test_a_locked_pdf_is_refused_and_a_merely_protected_one_is_noted(tmp_path: Path) -> None:
    made.drawn_pdf(tmp_path / "a.pdf")
    with pikepdf.open(tmp_path / "a.pdf") as pdf:
        pdf.save(tmp_path / "locked.pdf", encryption=pikepdf.Encryption(user="mật", owner="khẩu"))
        pdf.save(tmp_path / "protected.pdf", encryption=pikepdf.Encryption(user="", owner="chủ"))
    assert refusal(tmp_path / "locked.pdf") == "pdf.encrypted"
    info = inspect(tmp_path / "protected.pdf")
    assert (info.encrypted, info.pages, info.has_text) == (True, 1, True)


def test_a_pdf_without_pages(tmp_path: Path) -> None:
    with pikepdf.new() as pdf:
        pdf.save(tmp_path / "a.pdf")
    assert refusal(tmp_path / "a.pdf") == "pdf.no_pages"


def test_a_page_too_many(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from app.capture import images, pdfs

    made.pages_pdf(tmp_path / "a.pdf", 4)
    sheets = [made.sheet((90, 120), points=8) for _n in range(4)]
    sheets[0].save(tmp_path / "a.tif", save_all=True, append_images=sheets[1:])
    for module in (pdfs, images):
        monkeypatch.setattr(module, "MAX_PAGES", 3)
    assert refusal(tmp_path / "a.pdf") == "file.too_many_pages"
    assert refusal(tmp_path / "a.tif") == "file.too_many_pages"
    assert fileinfo.MAX_PAGES == 5_000


def test_two_thousand_pages_page_by_page(tmp_path: Path) -> None:
    path = made.pages_pdf(tmp_path / "a.pdf", 2000)
    with Sandbox(memory_mb=400) as small:
        info = FileInfo.from_dict(small.call("app.capture.tasks:inspect", path=path))
        assert info.pages == len(info.page_sizes) == 2000
        found = small.call("app.capture.tasks:render_page", path=path, index=1999, out=tmp_path / "p.png", dpi=72)
        with Image.open(found["path"]) as image:
            assert image.size == (200, 100)
            bar = sum(image.getpixel((x, 90)) < 128 for x in range(200))  # type: ignore[operator,misc]
            assert bar == 200
        with pytest.raises(AppError) as caught:
            small.call("app.capture.tasks:render_page", path=path, index=2000, out=tmp_path / "p.png")
        assert caught.value.code == "file.no_such_page"


def test_a_png_that_claims_to_be_enormous(tmp_path: Path) -> None:
    assert refusal(made.png_claiming(tmp_path / "a.png", 60_000, 60_000)) == "image.bomb"


def test_a_see_through_png_that_would_not_fit_says_how_to_save_it(tmp_path: Path) -> None:
    assert refusal(made.png_claiming(tmp_path / "a.png", 17_000, 17_000, clear=True)) == "image.too_large"
    assert refusal(made.png_claiming(tmp_path / "b.png", 17_000, 17_000)) != "image.too_large"


def test_a_tiff_whose_second_page_claims_to_be_enormous(tmp_path: Path) -> None:
    made.sheet((400, 500), points=9).save(tmp_path / "1.tif")
    sheets = [made.sheet((400, 500), points=9) for _n in range(2)]
    sheets[0].save(tmp_path / "a.tif", save_all=True, append_images=sheets[1:])
    data = bytearray((tmp_path / "a.tif").read_bytes())
    second = data.rfind(b"\x00\x01\x04\x00\x01\x00\x00\x00\x90\x01\x00\x00")  # ImageWidth 400, the last one
    assert second > 0
    data[second + 8 : second + 12] = (4_000_000).to_bytes(4, "little")
    (tmp_path / "a.tif").write_bytes(bytes(data))
    assert refusal(tmp_path / "a.tif") == "image.bomb"


@pytest.mark.parametrize(("times", "largest"), [(1, 1_200_000), (2, 4_000)])
def test_a_pdf_that_explodes(tmp_path: Path, sandbox: Sandbox, times: int, largest: int) -> None:
    path = made.pdf_bomb(tmp_path / "a.pdf", times=times)
    assert path.stat().st_size < largest
    with pytest.raises(AppError) as caught:
        sandbox.call("app.capture.tasks:inspect", path=path)
    assert caught.value.code == "image.bomb"


def test_a_pdf_with_an_enormous_picture(tmp_path: Path) -> None:
    small = b"\xff\xd8\xff\xd9"
    assert refusal(made.scan_pdf(tmp_path / "a.pdf", small, (60_000, 60_000), 300)) == "image.bomb"


def test_an_ordinary_large_content_is_no_bomb(tmp_path: Path) -> None:
    assert inspect(made.pdf_bomb(tmp_path / "a.pdf", times=1, size=1 << 25)).pages == 1


def test_one_bad_page_of_a_tiff_is_named_and_the_rest_goes_on(tmp_path: Path) -> None:
    path = made.tiff_with_bad_page(tmp_path / "a.tif", 4, 2)
    info = inspect(path)
    assert (info.pages, info.bad_pages, info.page_sizes[2]) == (4, [2], (0.0, 0.0))
    for index in (0, 1, 3):
        assert tasks.render_page(str(path), index, str(tmp_path / f"{index}.jpg"))["width"] == 400
    with pytest.raises(AppError) as caught:
        tasks.render_page(str(path), 2, str(tmp_path / "2.jpg"))
    assert caught.value.code == "image.page_broken"
    assert "3" in caught.value.message
    assert not list(tmp_path.glob("2.jpg*"))


def test_a_tiff_with_nothing_but_bad_pages_is_broken(tmp_path: Path) -> None:
    assert refusal(made.tiff_with_bad_page(tmp_path / "a.tif", 1, 0)) == "file.broken"


def test_a_signature_is_noticed_wherever_it_lies(tmp_path: Path) -> None:
    plain = made.drawn_pdf(tmp_path / "a.pdf")
    once = made.sign(plain, tmp_path / "once.pdf")
    info = inspect(once)
    assert (info.signed, info.signatures) == (True, 1)
    with pikepdf.open(once) as pdf:  # somebody took the field out of the form, the signature itself stayed
        pdf.Root.AcroForm.Fields = pikepdf.Array()
        del pdf.pages[0].Annots
        orphan = next(thing for thing in pdf.objects if isinstance(thing, pikepdf.Dictionary) and "/ByteRange" in thing)
        pdf.Root["/PieceInfo"] = orphan
        pdf.save(tmp_path / "hidden.pdf")
    assert inspect(tmp_path / "hidden.pdf").signed


def test_an_empty_signature_field_is_no_signature(tmp_path: Path) -> None:
    field = pikepdf.Dictionary(FT=pikepdf.Name.Sig, T="ChuKy", Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Widget)
    path = save_pdf(tmp_path / "a.pdf", AcroForm=pikepdf.Dictionary(Fields=[field], SigFlags=1))
    assert not inspect(path).signed


def script(kind: str = "JavaScript") -> pikepdf.Dictionary:
    return pikepdf.Dictionary(S=pikepdf.Name(f"/{kind}"), JS="app.alert(1)")


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        ({"OpenAction": script()}, ["javascript", "open_action"]),
        ({"Names": pikepdf.Dictionary(JavaScript=pikepdf.Dictionary(Names=["a", script()]))}, ["javascript"]),
        ({"AA": pikepdf.Dictionary(WC=pikepdf.Dictionary(S=pikepdf.Name.Launch, F="calc.exe"))}, ["launch"]),
        ({"A": pikepdf.Array([[[[pikepdf.Dictionary(S=pikepdf.Name.Launch, F="x")]]]])}, ["launch"]),
        ({"A": pikepdf.Dictionary(S=pikepdf.Name.GoToR, F=r"\\1.2.3.4\c")}, ["remote"]),
        ({"A": pikepdf.Dictionary(S=pikepdf.Name.SubmitForm, F="http://a.b")}, ["submit_form"]),
        ({"Names": pikepdf.Dictionary(EmbeddedFiles=pikepdf.Dictionary(Names=[]))}, ["embedded_files"]),
        ({"AcroForm": pikepdf.Dictionary(XFA="<x/>", Fields=[])}, ["xfa"]),
        ({"Info": pikepdf.String("/JavaScript /Launch /EF")}, []),
        ({"OpenAction": pikepdf.Array([0, pikepdf.Name.Fit])}, []),
    ],
)
def test_content_that_acts_is_named(tmp_path: Path, entries: dict[str, Any], expected: list[str]) -> None:
    assert inspect(save_pdf(tmp_path / "a.pdf", **entries)).active == expected


def test_file_info_travels(tmp_path: Path) -> None:
    info = inspect(made.drawn_pdf(tmp_path / "a.pdf"))
    assert FileInfo.from_dict(info.to_dict()) == info


def _tiff_of(path: Path, directories: int, *, big: bool = False, circle: bool = False) -> Path:
    """A TIFF of pages with one dot each; `circle`: the last one is followed by the first."""
    tags = [
        (256, 3, 1, 1),
        (257, 3, 1, 1),
        (258, 3, 1, 8),
        (259, 3, 1, 1),
        (262, 3, 1, 1),
        (273, 4, 1, 8),
        (278, 3, 1, 1),
        (279, 4, 1, 1),
    ]
    start = 16 if big else 8
    head = b"II+\0" + struct.pack("<HHQ", 8, 0, start) if big else b"II*\0" + struct.pack("<I", start)
    size = 8 + 20 * len(tags) + 8 if big else 2 + 12 * len(tags) + 4
    parts = [head]
    for number in range(directories):
        last = number == directories - 1
        following = (start if circle else 0) if last else start + (number + 1) * size
        entries = b"".join(struct.pack("<HHQQ" if big else "<HHII", *tag) for tag in tags)
        parts.append(struct.pack("<Q" if big else "<H", len(tags)) + entries + struct.pack("<Q" if big else "<I", following))
    path.write_bytes(b"".join(parts))
    return path


@pytest.mark.parametrize("big", [False, True])
def test_a_tiff_of_sixty_thousand_pages_is_refused_without_reading_them(tmp_path: Path, big: bool) -> None:
    from app.capture.images import directories

    many = _tiff_of(tmp_path / "nhiều.tif", 60_000, big=big)
    with pytest.raises(AppError) as told:
        inspect(many)
    assert told.value.code == "file.too_many_pages"
    assert directories(_tiff_of(tmp_path / "ba.tif", 3, big=big), 5001) == 3
    assert directories(_tiff_of(tmp_path / "vòng.tif", 3, big=big, circle=True), 5001) == 3
    cut = tmp_path / "cụt.tif"
    cut.write_bytes((tmp_path / "ba.tif").read_bytes()[:150])
    assert directories(cut, 5001) in (1, 2)


def test_a_plan_as_large_as_allowed_is_drawn_within_the_sandbox(sandbox: Sandbox, tmp_path: Path) -> None:
    """16,000 × 16,000 in colour are 750 MB unpacked: there is room for one of them, not for a copy."""
    small = tmp_path / "nhỏ.jpg"
    Image.new("RGB", (600, 800), "white").save(small)
    data = bytearray(small.read_bytes())
    at = data.find(b"\xff\xc0") + 5
    data[at : at + 4] = struct.pack(">HH", 16_000, 16_000)
    (tmp_path / "lớn.jpg").write_bytes(data)
    made_of = {"path": str(tmp_path / "lớn.jpg"), "index": 0, "out": str(tmp_path / "trang")}
    assert sandbox.call("app.capture.tasks:render_page", **made_of)["width"] < 3_000
