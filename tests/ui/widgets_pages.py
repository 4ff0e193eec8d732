"""A document of drawn pages, with words where the drawing has them."""

from __future__ import annotations

import threading
import unicodedata

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter

from app.errors import AppError
from storage.records.reading import PageText, Word

LINES = (
    "ỦY BAN NHÂN DÂN CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
    "HUYỆN MỸ ĐỨC Độc lập - Tự do - Hạnh phúc",
    "Số: 0417/BC-UBND Mỹ Đức, ngày 11 tháng 4 năm 2024",
    "BÁO CÁO",
    "Kết quả thực hiện chỉnh lý tài liệu lưu trữ giai đoạn 2019–2023",
)
WIDTH, HEIGHT = 620, 877  # A4 at 75 dpi


class DrawnPages:
    """A `PageSource` of `count` pages; `slow` is waited for before each image, page `broken` raises."""

    def __init__(self, count: int = 5, *, broken: int = 0, slow: threading.Event | None = None, sized: bool = True) -> None:
        self.count = count
        self.broken = broken
        self.slow = slow
        self.asked: list[int] = []
        self.threads: set[str] = set()
        if sized:
            self.size = lambda _page: (595.0, 842.0)

    def image(self, page: int) -> QImage:
        self.asked.append(page)
        self.threads.add(threading.current_thread().name)
        if self.slow is not None:
            self.slow.wait(10)
        if page == self.broken:
            raise AppError("file.damaged", "Tệp hỏng.", "Hãy quét lại trang này.")
        image = QImage(WIDTH, HEIGHT, QImage.Format.Format_RGB32)
        image.fill(QColor("white"))
        painter = QPainter(image)
        painter.setFont(QFont("Noto Sans", 9))
        for word in self.words(page).words:
            x0, y0, x1, y1 = word.box
            box = QRectF(x0 * WIDTH, y0 * HEIGHT, (x1 - x0) * WIDTH, (y1 - y0) * HEIGHT)
            painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, word.text)
        painter.end()
        return image

    def words(self, page: int) -> PageText:
        words: list[Word] = []
        for line, text in enumerate((*LINES, f"Trang {page}")):
            parts, top = text.split(), 0.08 + 0.05 * line
            step = 0.84 / max(len(parts), 8)
            for at, part in enumerate(parts):
                left = 0.08 + at * step
                text_nfd = unicodedata.normalize("NFD", part)
                words.append(Word(text_nfd, (left, top, left + step * 0.9, top + 0.025), 0.95, block=line // 3, line=line))
        return PageText(WIDTH, HEIGHT, 75, words, "drawn")
