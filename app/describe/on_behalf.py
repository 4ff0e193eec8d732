"""For whom is signed, spelt right: a seal lies over "TM. ỦY BAN NHÂN DÂN" and takes its accents (NĐ 30/2020 annex I, cell 7a)."""

from __future__ import annotations

from app.describe.fuzzy import compact, prefix_distance
from app.describe.vocabulary import post_at

_BODIES = (
    "Ủy ban nhân dân", "Hội đồng nhân dân", "Thường trực Hội đồng nhân dân", "Thường trực Ủy ban nhân dân", "Ban Thường vụ",
    "Ban Thường trực", "Ban Chấp hành", "Ban Giám đốc", "Ban Giám hiệu", "Ban Chỉ đạo", "Ban Quản lý", "Ban Quản trị", "Ban Tổ chức",
    "Ban Chủ nhiệm", "Hội đồng quản trị", "Hội đồng thành viên", "Hội đồng trường", "Hội đồng xét xử", "Hội đồng thẩm phán",
    "Đoàn chủ tịch", "Thường trực Đảng ủy", "Đảng ủy", "Chi ủy", "Chi bộ", "Tổ công tác", "Chính phủ", "Quốc hội",
    "Ủy ban Thường vụ Quốc hội", "Ủy ban kiểm tra",
)  # fmt: skip
_KEYS = tuple((compact(name), name.upper()) for name in sorted(_BODIES, key=len, reverse=True))
_LETTERS_A_MISTAKE = 9


def mended(text: str) -> str:
    """The body or post that `text` (capitals, without "TM.") begins with as it is spelt, what follows as it was read."""
    words, key = text.split(), compact(text)
    for known, name in _KEYS:
        limit = len(known) // _LETTERS_A_MISTAKE
        errors, used = prefix_distance(known, key, limit)
        if errors <= limit:
            return _joined(name, words, used) or text
    post = post_at(key)
    return (_joined(post[0].upper(), words, post[1]) if post else None) or text


def _joined(name: str, words: list[str], used: int) -> str | None:
    """The name and the words behind its `used` letters; None where it ends within a word."""
    seen = 0
    for at, word in enumerate(words):
        if seen == used:
            return " ".join([name, *words[at:]])
        seen += len(compact(word))
    return name if seen == used else None
