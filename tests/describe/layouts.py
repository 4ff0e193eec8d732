"""Synthetic pages: lines of text at given places become words with boxes, as an engine would give them."""

from __future__ import annotations

from storage.records.reading import PageText, Word

WIDTH, HEIGHT = 1654, 2339  # A4 at 200 dpi
LETTER = 0.0088  # width of a letter of Times 13, in page widths
TALL = 0.0125  # height of a word, in page heights


def words_at(text: str, x: float, y: float, line: int, *, confidence: float = 0.96, tall: float = TALL) -> list[Word]:
    """The words of one line whose left edge is `x` and whose top is `y` (fractions of the page)."""
    found = []
    for part in text.split(" "):
        if part:
            wide = LETTER * (1.35 if part.isupper() else 1.0) * len(part)
            found.append(Word(part, (x, y, min(x + wide, 1.0), y + tall), confidence, 0, line))
            x += wide
        x += LETTER * 0.7
    return found


def width_of(text: str) -> float:
    words = words_at(text, 0.0, 0.0, 0)
    return words[-1].box[2] if words else 0.0


class Draft:
    """Puts lines on a page: `left`, `right` and `centre` columns of the form that Nghị định 30 prescribes."""

    def __init__(self, *, skew: float = 0.0) -> None:
        self.words: list[Word] = []
        self.line = 0
        self.skew = skew  # page heights that a line falls per page width

    def put(self, text: str, centre: float, y: float, *, confidence: float = 0.96, tall: float = TALL) -> Draft:
        x = max(0.0, centre - width_of(text) / 2)
        return self.at(text, x, y, confidence=confidence, tall=tall)

    def at(self, text: str, x: float, y: float, *, confidence: float = 0.96, tall: float = TALL) -> Draft:
        for word in words_at(text, x, y, self.line, confidence=confidence, tall=tall):
            x0, y0, x1, y1 = word.box
            fall = self.skew * (x0 - 0.5)
            self.words.append(Word(word.text, (x0, y0 + fall, x1, y1 + fall), word.confidence, 0, word.line))
        self.line += 1
        return self

    def page(self) -> PageText:
        return PageText(WIDTH, HEIGHT, 200, list(self.words), "test")


def head(
    *,
    parent: str = "ỦY BAN NHÂN DÂN HUYỆN AN PHÚ",
    issuer: str = "PHÒNG NỘI VỤ",
    code: str = "Số: 125/QĐ-PNV",
    place: str = "An Phú, ngày 05 tháng 3 năm 2024",
    country: str = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
    device: str = "Độc lập - Tự do - Hạnh phúc",
    skew: float = 0.0,
) -> Draft:
    """The head of a page; an empty text leaves its line out."""
    draft = Draft(skew=skew)
    for text, centre, y in (
        (parent, 0.27, 0.050),
        (issuer, 0.27, 0.066),
        (country, 0.70, 0.050),
        (device, 0.70, 0.066),
        (code, 0.27, 0.095),
        (place, 0.70, 0.095),
    ):
        if text:
            draft.put(text, centre, y)
    return draft


def decision(**changes: object) -> Draft:
    """A whole short decision on one page."""
    draft = head(**changes)  # type: ignore[arg-type]
    draft.put("QUYẾT ĐỊNH", 0.52, 0.135)
    draft.put("Về việc bổ nhiệm công chức giữ chức vụ", 0.52, 0.153)
    draft.put("Phó Trưởng phòng Nội vụ", 0.52, 0.168)
    draft.put("TRƯỞNG PHÒNG NỘI VỤ", 0.52, 0.200)
    draft.at("Căn cứ Nghị định số 30/2020/NĐ-CP ngày 05 tháng 3 năm 2020 của Chính phủ;", 0.18, 0.225)
    draft.at("Căn cứ Quyết định số 99/QĐ-UBND ngày 01 tháng 02 năm 2023;", 0.18, 0.245)
    draft.put("QUYẾT ĐỊNH:", 0.52, 0.275)
    draft.at("Điều 1. Bổ nhiệm bà Trần Thị Bình từ ngày 10 tháng 3 năm 2024.", 0.18, 0.300)
    return closing(draft, 0.40)


def closing(
    draft: Draft, y: float, *, posts: tuple[str, ...] = ("KT. TRƯỞNG PHÒNG", "PHÓ TRƯỞNG PHÒNG"), name: str = "Nguyễn Văn An"
) -> Draft:
    draft.at("Nơi nhận:", 0.15, y)
    draft.at("- Như Điều 3;", 0.15, y + 0.018)
    draft.at("- Các phòng, ban thuộc huyện;", 0.15, y + 0.033)
    draft.at("- Lưu: VT.", 0.15, y + 0.048)
    for index, post in enumerate(posts):
        draft.put(post, 0.70, y + 0.017 * index)
    if name:
        draft.put(name, 0.70, y + 0.12)
    return draft
