"""What an archive leaves on the disk: rights of its files, nothing in plain words, no secret in a log."""

from __future__ import annotations

import logging
import os
import stat
from pathlib import Path

import pytest

from app import log, paths
from app.desk import describing, intake, searching
from app.errors import AppError
from app.jobs import Job
from app.sandbox import SandboxPool
from app.services import Services
from tests.conftest import PASSWORD
from tests.made_files import drawn_pdf

WORDS = "Trích yếu tuyệt đối không ai được đọc"


@pytest.fixture
def used(tmp_path: Path, boxes: SandboxPool) -> Path:
    """An archive that took in a document with words, searched it, had it edited, and was closed."""
    drawn_pdf(tmp_path / "nguồn.pdf", (WORDS, "Số: 125/QĐ-UBND"))
    services = Services(tmp_path / "kho")
    services.create(PASSWORD)
    assert services.workspace is not None
    result = intake.import_files(Job(), services.workspace, boxes, [tmp_path / "nguồn.pdf"], ocr=False)
    assert result.problems == []
    describing.edit(services.workspace, result.documents[0], {"subject": WORDS, "keyword": "từkhóabímật"})
    assert searching.search(services.workspace, "tuyet doi").count == 1
    services.close()
    return tmp_path / "kho"


def test_nothing_of_a_document_stands_in_the_folder_in_plain_words(used: Path) -> None:
    from storage.text import fold

    spellings = [word.encode(code) for word in (WORDS, fold(WORDS), "từkhóabímật", PASSWORD) for code in ("utf-8", "utf-16-le")]
    spellings += [b"%PDF-", b"\xff\xd8\xff\xe0", b"SQLite format 3"]
    files = [path for path in used.rglob("*") if path.is_file()]
    assert {path.name for path in files if path.parent == used} == {
        "keys.json",
        "archive.db",
        "search.db",
        "archive.lock",
        "audit.head",
    }
    for path in files:
        data = path.read_bytes()
        for spelling in spellings:
            assert spelling not in data, path


def test_the_archive_is_its_owners_alone(used: Path) -> None:
    assert stat.S_IMODE(used.stat().st_mode) == 0o700
    for path in used.rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path


def test_an_administrator_may_open_it_to_a_group(used: Path, tmp_path: Path, boxes: SandboxPool) -> None:
    for path in [used, *used.rglob("*")]:
        path.chmod(0o770 if path.is_dir() else 0o660)
    drawn_pdf(tmp_path / "hai.pdf", ("Hai",))
    before = set(used.rglob("*"))
    services = Services(used)
    services.open(password=PASSWORD)
    assert services.workspace is not None
    intake.import_files(Job(), services.workspace, boxes, [tmp_path / "hai.pdf"], ocr=False)
    services.close()
    new = set(used.rglob("*")) - before
    assert new
    for path in new:
        assert stat.S_IMODE(path.stat().st_mode) & 0o070, path


def test_no_secret_goes_into_the_log(used: Path) -> None:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    log.to_file(paths.log_dir())
    services = Services(used)
    try:
        for wrong in ("sai-mật-khẩu-thử-1", "sai-mật-khẩu-thử-2"):
            with pytest.raises(AppError):
                services.open(password=wrong)
        with pytest.raises(AppError):
            services.open(recovery="AAAA-BBBB-CCCC-DDDD-EEEE-FFFF-GGGG-HHHH")
        services.open(password=PASSWORD)
        services.close()
        logging.getLogger("vankho").warning("the log is written")
    finally:
        for added in [one for one in root.handlers if one not in handlers]:
            root.removeHandler(added)
            added.close()
        root.setLevel(level)
    written = b"".join(path.read_bytes() for path in Path(os.environ["VANKHO_LOG"]).rglob("*") if path.is_file())
    assert b"the log is written" in written
    for secret in ("sai-mật-khẩu-thử-1", "AAAA-BBBB", PASSWORD):
        assert secret.encode() not in written
