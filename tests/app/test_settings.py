"""Settings: values in force, what the office lays down, files that somebody edited by hand."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app import paths
from app.errors import AppError
from app.settings import BY_KEY, SETTINGS, Settings
from app.workspace import Workspace


def made(folder: Path, person: object = None, office: object = None) -> Settings:
    if person is not None:
        (folder / "settings.json").write_text(json.dumps(person), "utf-8")
    if office is not None:
        (folder / "office.json").write_text(json.dumps(office), "utf-8")
    return Settings(folder / "settings.json", folder / "office.json")


def test_every_setting_has_a_default_that_suits_it(tmp_path: Path) -> None:
    settings = made(tmp_path)
    for setting in SETTINGS:
        value = settings[setting.key]
        assert value == setting.default or (setting.type is Path and value is None)
        if setting.choices:
            assert setting.default in [choice for choice, _label in setting.choices]


def test_a_value_survives_the_program(tmp_path: Path) -> None:
    heard: list[str] = []
    settings = made(tmp_path)
    settings.listen(heard.append)
    settings.set("scan.dpi", 400)
    settings.set("sign.module", tmp_path / "thẻ.so")
    again = made(tmp_path)
    assert (again["scan.dpi"], again["sign.module"]) == (400, tmp_path / "thẻ.so")
    assert heard == ["scan.dpi", "sign.module"]


@pytest.mark.parametrize(("key", "value"), [("scan.dpi", 301), ("ui.language", "fr"), ("ocr.workers", 17), ("ocr.workers", -1)])
def test_a_wrong_value_is_refused_in_words(tmp_path: Path, key: str, value: object) -> None:
    settings = made(tmp_path)
    with pytest.raises(AppError) as error:
        settings.set(key, value)
    assert error.value.code == "setting.invalid"
    assert "không" in error.value.message
    assert settings[key] == BY_KEY[key].default
    assert not (tmp_path / "settings.json").exists()


def test_what_the_office_lays_down_holds_and_can_t_be_changed(tmp_path: Path) -> None:
    settings = made(tmp_path, {"scan.dpi": 600}, {"locked": {"scan.dpi": 200}, "defaults": {"ui.theme": "dark"}})
    assert settings["scan.dpi"] == 200
    assert settings.locked("scan.dpi")
    assert (settings["ui.theme"], settings.locked("ui.theme")) == ("dark", False)
    with pytest.raises(AppError) as error:
        settings.set("scan.dpi", 300)
    assert error.value.code == "setting.locked"
    settings.set("ui.theme", "light")
    assert settings["ui.theme"] == "light"


@pytest.mark.parametrize(
    "bytes_", [b"", b"{", b"[1]", b"\xff\xfe", b"null", b'{"scan.dpi": "viel"}', b'{"scan.dpi": {"a": 1}}']
)
def test_a_settings_file_that_is_rubbish_does_not_stop_the_program(tmp_path: Path, bytes_: bytes) -> None:
    (tmp_path / "settings.json").write_bytes(bytes_)
    assert made(tmp_path)["scan.dpi"] == 300


def test_archive_settings_lie_in_the_archive(tmp_path: Path, workspace: Workspace) -> None:
    workspace.settings.set("office.agency", "UBND xã Thử Nghiệm")
    assert workspace.settings["office.agency"] == "UBND xã Thử Nghiệm"
    assert made(tmp_path)["office.agency"] == ""
    with pytest.raises(AppError) as error:
        made(tmp_path).set("office.agency", "x")
    assert error.value.code == "setting.no_archive"


def test_an_undeclared_key_is_a_programmer_s_error(tmp_path: Path) -> None:
    with pytest.raises(KeyError):
        made(tmp_path)["scan.dip"]


def test_a_home_that_cannot_be_written_stops_nothing_and_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file stands where the folder ought to be made: as root every folder can be written."""
    (tmp_path / "home").write_text("")
    monkeypatch.setenv("VANKHO_CONFIG", str(tmp_path / "home" / "vankho"))
    settings = Settings(paths.config_dir() / "settings.json")
    heard: list[str] = []
    settings.listen(heard.append)
    told = settings.set("scan.dpi", 400)
    assert told is not None
    assert told.code == "setting.unkept"
    assert str(tmp_path / "home") in told.advice
    assert (settings["scan.dpi"], heard) == (400, ["scan.dpi"])
