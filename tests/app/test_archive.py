"""Opening an archive: by every way there is, and refusing in words what can't be opened."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

from app import workspace as workspaces
from app.errors import AppError
from app.services import Services
from storage.keys import Envelopes, derive
from tests.conftest import PASSWORD

ROOT = Path(__file__).resolve().parents[2]


def refused(folder: Path, **how: str) -> AppError:
    services = Services(folder)
    with pytest.raises(AppError) as error:
        services.open(**(how or {"password": PASSWORD}))
    assert error.value.message
    assert error.value.advice
    return error.value


@pytest.fixture
def closed(tmp_path: Path) -> Path:
    services = Services(tmp_path / "kho")
    services.create(PASSWORD)
    services.close()
    return tmp_path / "kho"


def everything(folder: Path) -> dict[str, str]:
    """Digests of all files but the lock, which names who looked last."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "archive.lock"
    }


def test_password_and_recovery_code_open(tmp_path: Path) -> None:
    services = Services(tmp_path / "kho")
    code = services.create(PASSWORD)
    assert services.workspace is not None
    archive_id = services.workspace.archive_id
    services.close()
    for how in ({"password": PASSWORD}, {"recovery": code}, {"recovery": code.lower().replace("-", " ")}):
        assert services.open(**how).archive_id == archive_id
        services.close()


def test_a_changed_password_replaces_the_old_one(closed: Path) -> None:
    services = Services(closed)
    services.open(password=PASSWORD).change_password("một câu mới dễ nhớ")
    services.close()
    assert refused(closed).code == "keys.wrong_password"
    services.open(password="một câu mới dễ nhớ")
    services.close()


def test_wrong_secrets_and_missing_archives_are_told(closed: Path, tmp_path: Path) -> None:
    assert refused(closed, password="sai mật khẩu").code == "keys.wrong_password"
    assert refused(closed, recovery="AAAA-BBBB").code == "keys.wrong_recovery"
    assert refused(tmp_path / "đâu đó").code == "keys.missing"
    services = Services(closed)
    with pytest.raises(AppError) as error:  # neither given, and no key store
        services.open()
    assert error.value.code == "keys.wrong_secret"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b'{"archive": "x"}',
        b'{"archive": "x", "keys": {"password": "abc"}}',
        b'{"archive": "x", "keys": {"password": {"salt": "%%", "time_cost": 1, "memory_cost": 8, "parallelism": 1}}}',
        b'{"archive": "x", "keys": {"password": {"salt": "AAAA", "time_cost": 3, "memory_cost": 999999999, "parallelism": 4}}}',
        b'{"archive": "x", "keys": {"password": {"salt": "", "time_cost": "a", "memory_cost": 8, "parallelism": 0}}}',
    ],
)
def test_a_broken_key_file_is_told_and_left_alone(closed: Path, content: bytes) -> None:
    (closed / "keys.json").write_bytes(content)
    assert refused(closed).code == "keys.broken"
    assert (closed / "keys.json").read_bytes() == content


def test_an_archive_of_a_newer_program_is_refused_with_every_byte_as_it_was(closed: Path) -> None:
    _set_revision(closed, "9999")
    (closed / "objects" / ".abc.part").write_bytes(b"another program's")
    (closed / "work").mkdir()
    (closed / "work" / "x").write_bytes(b"another program's")
    before = everything(closed)
    error = refused(closed)
    assert error.code == "catalog.newer"
    assert "mới hơn" in error.message
    assert everything(closed) == before


def _set_revision(folder: Path, revision: str) -> None:
    import sqlcipher3.dbapi2

    key = derive(Envelopes.load(folder / "keys.json").open_password(PASSWORD), "catalog")
    connection = sqlcipher3.dbapi2.connect(str(folder / "archive.db"))
    connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
    connection.execute("UPDATE alembic_version SET version_num = ?", (revision,))
    connection.commit()
    connection.close()


def test_a_damaged_catalog_is_told(closed: Path) -> None:
    data = bytearray((closed / "archive.db").read_bytes())
    data[16:4096] = bytes(4080)
    (closed / "archive.db").write_bytes(data)
    assert refused(closed).code in ("catalog.wrong_key", "catalog.damaged")
    assert (closed / "archive.db").read_bytes() == data


def test_the_catalog_of_another_archive_is_told(closed: Path, tmp_path: Path) -> None:
    other = Services(tmp_path / "khác")
    other.create(PASSWORD)
    other.close()
    (closed / "archive.db").write_bytes((tmp_path / "khác" / "archive.db").read_bytes())
    assert refused(closed).code == "catalog.wrong_key"


def test_a_damaged_search_index_is_made_anew_from_the_catalog(closed: Path) -> None:
    from app.desk import filing
    from app.desk.searching import search
    from storage.records import Document

    services = Services(closed)
    workspace = services.open(password=PASSWORD)
    with workspace.catalog.write("test.add") as transaction:
        transaction.session.add(Document(subject="Quyết định nghỉ phép", created_at="2026-01-01T00:00:00.000+07:00"))
    filing.add_fonds(workspace, "1", "Phông")
    services.close()
    (closed / "search.db").write_bytes(b"rubbish" * 1000)
    workspace = services.open(password=PASSWORD)
    assert [row.subject for row in search(workspace, "nghi phep").rows] == ["Quyết định nghỉ phép"]
    services.close()


def test_a_second_program_is_refused_and_the_first_goes_on(services: Services) -> None:
    assert services.workspace is not None
    script = (
        "import sys; from pathlib import Path; from app.services import Services\n"
        "try: Services(Path(sys.argv[1])).open(password=sys.argv[2])\n"
        "except Exception as error: print(error.code, error)\n"
    )
    (services.workspace.work / "open.tmp").write_text("a plain copy in use")
    command = [sys.executable, "-c", script, str(services.folder), PASSWORD]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("archive.in_use ")
    assert "đang" in done.stdout
    assert (services.workspace.work / "open.tmp").exists()
    services.workspace.settings.set("office.agency", "vẫn ghi được")
    assert services.workspace.settings["office.agency"] == "vẫn ghi được"


def test_closing_lets_the_next_one_in_while_a_child_is_being_started(services: Services) -> None:
    """Between its birth and its own program a child holds every file that is open here."""
    assert services.workspace is not None
    held = services.workspace._lock._file.fileno()
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE, pass_fds=(held,)) as child:
        services.workspace.close()
        services.workspace = None
        services.open(password=PASSWORD)
        assert child.stdin is not None
        child.stdin.write(b"\n")


def test_closing_lets_the_next_one_in_and_leaves_no_plain_copies(services: Services) -> None:
    assert services.workspace is not None
    with services.workspace.scratch() as folder:
        (folder / "plain").write_text("x")
        services.workspace.close()
    services.workspace = None
    assert not (services.folder / "work").exists()
    services.open(password=PASSWORD)


def test_creating_never_takes_over_a_folder_with_something_in_it(tmp_path: Path, closed: Path) -> None:
    (tmp_path / "đầy").mkdir()
    (tmp_path / "đầy" / "ảnh.jpg").write_bytes(b"x")
    for folder, password, code in (
        (tmp_path / "đầy", PASSWORD, "archive.folder_not_empty"),
        (closed, PASSWORD, "archive.exists"),
        (tmp_path / "mới", "ngắn", "password.short"),
    ):
        with pytest.raises(AppError) as error:
            Services(folder).create(password)
        assert error.value.code == code
    assert (tmp_path / "đầy" / "ảnh.jpg").read_bytes() == b"x"
    assert not (tmp_path / "mới").exists()


def test_what_a_killed_creation_leaves_is_no_archive(tmp_path: Path) -> None:
    """Killed just before keys.json, the last file: nobody takes the rest for an archive with papers in it."""
    services = Services(tmp_path / "kho")
    services.create(PASSWORD)
    services.close()
    (tmp_path / "kho" / "keys.json").unlink()
    assert not workspaces.is_archive(tmp_path / "kho")
    assert refused(tmp_path / "kho").code == "keys.missing"


def test_nothing_in_the_archive_is_readable_without_the_key(services: Services) -> None:
    assert services.workspace is not None
    services.workspace.settings.set("office.agency", "Ủy ban nhân dân xã Bí Mật")
    services.workspace.objects.put_bytes("nội dung kín".encode() * 100)
    services.workspace.close()
    services.workspace = None
    for path in services.folder.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            assert "Bí Mật".encode() not in data
            assert "nội dung kín".encode() not in data
            assert not data.startswith(b"SQLite format 3")
    assert set(json.loads((services.folder / "keys.json").read_text())["keys"]) == {"password", "recovery"}
