from random import Random

from hypothesis import given
from hypothesis import strategies as st

from storage import text


def test_fold_knows_d_with_stroke() -> None:
    assert text.fold("Đường Điện Biên Phủ") == "duong dien bien phu"


@given(
    st.text(
        alphabet="aăâbcdđeêghiklmnoôơpqrstuưvxyáàảãạắằẳẵặấầẩẫậéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ ĐÁÔƯ", max_size=40
    )
)
def test_fold_keeps_the_length_of_nfc_text(sample: str) -> None:
    """Snippets rely on it: a place found in the folded text is the place in the text."""
    assert len(text.fold(sample)) == len(text.nfc(sample))


def test_nfd_and_nfc_become_one() -> None:
    import unicodedata

    assert text.nfc(unicodedata.normalize("NFD", "Quyết định")) == "Quyết định"
    assert text.fold(unicodedata.normalize("NFD", "Quyết định")) == "quyet dinh"


def test_vietnamese_order() -> None:
    wanted = ["a", "à", "ả", "ã", "á", "ạ", "An", "Ăn", "Ân", "Bình", "Dũng", "Đào", "Ê", "Xuân", "Yên"]
    assert sorted(Random(1).sample(wanted, len(wanted)), key=text.sort_key) == wanted
    assert sorted(["Hồ sơ 10", "Hồ sơ 2"], key=text.sort_key) == ["Hồ sơ 2", "Hồ sơ 10"]


def test_clean_takes_out_control_characters_and_doubled_blanks() -> None:
    assert text.clean("  V/v\u00a0 giao \x07 đất\n") == "V/v giao đất"


def test_has_accents() -> None:
    assert text.has_accents("đất")
    assert not text.has_accents("QD-UBND 12")
