from pathlib import Path

import pytest

from storage.errors import StorageError
from storage.keys import Envelopes, derive

DATA_KEY = bytes(range(32))


def test_three_ways_to_the_same_key(tmp_path: Path) -> None:
    made = Envelopes("id")
    made.wrap_password(DATA_KEY, "mật khẩu dài")
    code = made.wrap_recovery(DATA_KEY)
    secret = made.wrap_secret("keyring", DATA_KEY)
    made.save(tmp_path / "keys.json")
    read = Envelopes.load(tmp_path / "keys.json")
    assert read.open_password("mật khẩu dài") == DATA_KEY
    assert read.open_recovery(code.lower().replace("-", " ")) == DATA_KEY
    assert read.open_secret("keyring", secret) == DATA_KEY
    assert DATA_KEY.hex() not in (tmp_path / "keys.json").read_text()


def test_a_password_typed_in_the_other_normal_form_opens() -> None:
    import unicodedata

    made = Envelopes("id")
    made.wrap_password(DATA_KEY, unicodedata.normalize("NFD", "mật khẩu"))
    assert made.open_password("mật khẩu") == DATA_KEY


def test_wrong_ways() -> None:
    made = Envelopes("id")
    made.wrap_password(DATA_KEY, "right password")
    made.wrap_recovery(DATA_KEY)
    with pytest.raises(StorageError, match="wrong_password"):
        made.open_password("wrong password")
    with pytest.raises(StorageError, match="wrong_recovery"):
        made.open_recovery("AAAA-BBBB-CCCC-DDDD-EEEE-FFFF-GGGG-HHHH")
    with pytest.raises(StorageError, match="no_such_way"):
        made.open_secret("keyring", bytes(32))


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"archive": "x", "keys": 3}', "\x00\x01"])
def test_a_broken_key_file_says_so(tmp_path: Path, text: str) -> None:
    (tmp_path / "keys.json").write_text(text)
    with pytest.raises(StorageError, match=r"keys\.broken"):
        Envelopes.load(tmp_path / "keys.json")


def test_keys_for_different_purposes_differ() -> None:
    assert len({derive(DATA_KEY, purpose) for purpose in ("catalog", "search", "objects")}) == 3
