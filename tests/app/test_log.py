"""The log tells what happened and never a secret."""

from __future__ import annotations

import logging
import logging.handlers
from collections.abc import Iterator
from pathlib import Path

import pytest

from app import log


@pytest.mark.parametrize(
    "line",
    [
        "pin=482915",
        "PIN: 482915",
        'password="482915"',
        "{'pin': '482915'}",
        '{"token": "482915", "url": "https://a"}',
        "Authorization: Bearer 482915",
        "VANKHO_PASSWORD=482915",
        "key = 482915",
    ],
)
def test_what_looks_like_a_secret_is_blotted_out(line: str) -> None:
    assert "482915" not in log.redact(line)


@pytest.mark.parametrize("line", ["the scanner stopped at page 3", "a.pdf: file.broken (Tệp hỏng)", "pinned 3 pages"])
def test_plain_words_stay(line: str) -> None:
    assert log.redact(line) == line


def test_the_home_folder_is_left_out() -> None:
    assert log.redact(f"{Path.home()}/van-ban.pdf") == "~/van-ban.pdf"


@pytest.fixture
def quiet_root() -> Iterator[logging.Logger]:
    root = logging.getLogger()
    for left in [h for h in root.handlers if isinstance(h, logging.handlers.RotatingFileHandler)]:
        root.removeHandler(left)
        left.close()
    before, level, shout = list(root.handlers), root.level, logging.raiseExceptions
    yield root
    for handler in [h for h in root.handlers if h not in before]:
        root.removeHandler(handler)
        handler.close()
    root.setLevel(level)
    logging.raiseExceptions = shout


def test_the_file_has_the_line_and_the_trace_without_the_secret(tmp_path: Path, quiet_root: logging.Logger) -> None:
    log.to_file(tmp_path)
    log.to_file(tmp_path)  # a second call adds no second line
    try:
        raise ValueError("pin=482915")
    except ValueError:
        logging.getLogger("vankho").exception("a bug with password: 482915")
    text = (tmp_path / "vankho.log").read_text("utf-8")
    assert "482915" not in text
    assert text.count("a bug with password") == 1
    assert "ValueError" in text


def test_a_folder_that_can_t_be_written_does_not_stop_the_program(tmp_path: Path, quiet_root: logging.Logger) -> None:
    (tmp_path / "file").write_text("x")
    log.to_file(tmp_path / "file")
    logging.getLogger("vankho").warning("still running")
