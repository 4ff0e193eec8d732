"""Memory while a PDF of 500 small pages is taken in: the largest sum of the program and all its workers at one moment.

The anchor is the goal: what OCRmyPDF takes depends on how many pages it has in hand at once, and on its temporary files.
"""

from __future__ import annotations

import io
import os
import tempfile
import threading
from pathlib import Path

import pikepdf
from PIL import Image, ImageDraw, ImageFont

from bench.measure import Row, seconds

PAGES = 500
GOAL_MB = 700
SIZE, DPI = (850, 600), 200  # a slip of 108 × 76 mm
LOOK = 0.1  # seconds between looks
FONT = Path(__file__).resolve().parent.parent / "resources" / "fonts" / "Tinos-Regular.ttf"


def run() -> list[Row]:
    from app.desk import intake
    from app.jobs import Job
    from app.services import Services

    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        source = _pdf(place / "slips.pdf")
        os.environ["VANKHO_CONFIG"] = str(place / "config")
        services = Services(place / "archive")
        services.create("mật khẩu đo bộ nhớ")
        workspace = services.workspace
        assert workspace is not None
        before = tree_mb(os.getpid())
        with Peak() as peak:
            took = seconds(lambda: intake.import_files(Job(), workspace, services.sandboxes, [source]))
        services.close()
    return [
        Row(f"memory: {PAGES} pages taken in ({took:.0f} s), peak of all processes", f"{peak.mb:.0f} MB", f"{GOAL_MB} MB",
            peak.mb / GOAL_MB, "≤ 1"),
        Row("memory: of these the program itself, without its workers", f"{peak.own_mb:.0f} MB", f"at its start {before:.0f} MB",
            peak.own_mb / before, "—"),
    ]  # fmt: skip


def _pdf(path: Path) -> Path:
    font = ImageFont.truetype(FONT, 36)
    with pikepdf.new() as pdf:
        for number in range(1, PAGES + 1):
            slip = Image.new("RGB", SIZE, (252, 250, 244))
            pencil = ImageDraw.Draw(slip)
            for line, text in enumerate(
                (f"PHIẾU GỬI SỐ {number}", f"Kính gửi phòng số {number % 40 + 1}", "Đề nghị chuyển hồ sơ")
            ):
                pencil.text((60, 80 + line * 90), text, font=font, fill=(25, 25, 45))
            out = io.BytesIO()
            slip.save(out, "JPEG", quality=75)
            width, height = SIZE[0] / DPI * 72, SIZE[1] / DPI * 72
            page = pdf.add_blank_page(page_size=(width, height))
            picture = pikepdf.Stream(pdf, out.getvalue(), Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=SIZE[0],
                                     Height=SIZE[1], BitsPerComponent=8, ColorSpace=pikepdf.Name.DeviceRGB,
                                     Filter=pikepdf.Name.DCTDecode)  # fmt: skip
            page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=pdf.make_indirect(picture)))
            page.Contents = pdf.make_stream(f"q {width} 0 0 {height} 0 0 cm /Im0 Do Q".encode())
        pdf.save(path)
    return path


class Peak:
    """`with Peak() as peak: …`; `mb` is the largest sum seen, `own_mb` the largest share of this process."""

    def __init__(self) -> None:
        self.mb = self.own_mb = 0.0
        self._over = threading.Event()
        self._watch = threading.Thread(target=self._look)

    def __enter__(self) -> Peak:
        self._watch.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._over.set()
        self._watch.join()

    def _look(self) -> None:
        while not self._over.wait(LOOK):
            self.mb = max(self.mb, tree_mb(os.getpid()))
            self.own_mb = max(self.own_mb, _mb(os.getpid()))


def tree_mb(root: int) -> float:
    """Resident memory of a process and all below it."""
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except (OSError, IndexError, ValueError):
                continue
    family, fresh = {root}, {root}
    while fresh:
        fresh = {child for child, parent in parents.items() if parent in fresh}
        family |= fresh
    return sum(_mb(process) for process in family)


def _mb(process: int) -> float:
    try:
        pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    except (OSError, IndexError):
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6
