"""Which language a paper is in."""

from __future__ import annotations

import pytest

from app.describe.language import read_language

VIETNAMESE = "Căn cứ Luật Tổ chức chính quyền địa phương, theo đề nghị của Trưởng phòng Nội vụ tại Tờ trình số bảy"
ENGLISH = (
    "We refer to the letter of the Ministry dated in May and to the meeting that was held at the office of the project. The parties"
    " have agreed to extend the term of this contract by one year, and the budget for the works will be approved by the bank."
)
FRENCH = (
    "Nous avons l'honneur de vous informer que la réunion de la commission est fixée au mois de mai dans les bureaux de la"
    " délégation. Les membres sont priés de confirmer leur présence et de transmettre le rapport des travaux pour cette année."
)
RUSSIAN = "Настоящим сообщаем, что заседание комиссии состоится в мае в помещении представительства"
CHINESE = "根据双方签订的合作协议现将有关事项通知如下请各单位认真贯彻执行并于五月底之前将执行情况书面报告本办公室备案存档特此通知请遵照办理"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (VIETNAMESE, "Tiếng Việt"),
        (ENGLISH, "Tiếng Anh"),
        (FRENCH, "Tiếng Pháp"),
        (RUSSIAN, "Tiếng Nga"),
        (CHINESE, "Tiếng Trung"),
        (f"{VIETNAMESE} {VIETNAMESE} {ENGLISH[:120]}", "Tiếng Việt"),
    ],
)
def test_the_language_is_told(text: str, language: str) -> None:
    found = read_language([text])
    assert found is not None
    assert found.value == language
    assert 0.7 < found.confidence < 1
    assert found.why


@pytest.mark.parametrize(
    "text",
    ["", "The Ministry of Home Affairs", "12 345 678", "UY BAN NHAN DAN XA TAN AN CONG HOA XA HOI CHU NGHIA VIET NAM " * 3],
)
def test_what_is_too_short_or_has_lost_its_accents_is_not_guessed(text: str) -> None:
    assert read_language([text]) is None
