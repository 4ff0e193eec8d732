"""Disk full in the middle of a write, kill -9 while an archive is made or brought up to date, a clock that was set back."""

from __future__ import annotations

import resource
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from app import clock
from app.desk import filing, keeping
from app.errors import AppError
from app.jobs import Job
from app.services import Services
from app.sync import outbox
from app.workspace import Workspace
from storage.records import Dossier
from tests.conftest import PASSWORD

ROOT = Path(__file__).resolve().parents[2]


def codes(workspace: Workspace) -> list[str]:
    with workspace.catalog.read() as session:
        return list(session.scalars(select(Dossier.code).order_by(Dossier.id)))


def sound(workspace: Workspace) -> bool:
    return keeping.audit_verify(Job(), workspace).sound and keeping.fixity(Job(), workspace).sound


def test_a_disk_full_under_the_catalog_takes_back_the_one_write_and_no_other(services: Services, workspace: Workspace) -> None:
    filing.add_dossier(workspace, "HS.0", "Trước")
    log = workspace.folder / "archive.db-wal"
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (log.stat().st_size + 60_000, before[1]))
    made = ["HS.0"]
    try:
        with pytest.raises(AppError) as told:
            _fill(workspace, made)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert told.value.code == "disk.full"
    assert codes(workspace) == made
    filing.add_dossier(workspace, "HS.sau", "Khi có chỗ lại")
    services.close()
    again = services.open(password=PASSWORD)
    assert codes(again)[-1] == "HS.sau"
    assert sound(again)


def _fill(workspace: Workspace, made: list[str]) -> None:
    for number in range(1, 400):
        filing.add_dossier(workspace, f"HS.{number}", "x" * 900)
        made.append(f"HS.{number}")


DIES = """
import os, sys
from pathlib import Path
where, name = sys.argv[2].rsplit(".", 1)
import importlib
module = importlib.import_module(where.partition(":")[0])
holder = getattr(module, where.partition(":")[2]) if ":" in where else module
setattr(holder, name, lambda *a, **k: os._exit(9))
from app.services import Services
services = Services(Path(sys.argv[1]))
services.create("mật khẩu thử") if sys.argv[3] == "create" else services.open(password="mật khẩu thử")
"""


def dying(folder: Path, at: str, what: str) -> None:
    """A program that is gone (as by kill -9) the moment it calls `at`."""
    done = subprocess.run([sys.executable, "-c", DIES, str(folder), at, what], cwd=ROOT, check=False, timeout=120)
    assert done.returncode == 9


@pytest.mark.parametrize(
    "at", ["storage.catalog.migrate", "storage.objects:Objects.sweep", "app.workspace.Search", "storage.keys:Envelopes.save"]
)
def test_a_creation_killed_anywhere_leaves_no_archive_that_nobody_can_open(tmp_path: Path, at: str) -> None:
    dying(tmp_path / "kho", at, "create")
    assert not (tmp_path / "kho" / "keys.json").exists()
    services = Services(tmp_path / "kho")
    services.create(PASSWORD)
    services.close()
    services.open(password=PASSWORD)
    services.close()


@pytest.mark.parametrize("there", ["ảnh.jpg", "objects/ab/cd/abcd"])
def test_a_new_creation_touches_nothing_that_a_killed_one_did_not_make(tmp_path: Path, there: str) -> None:
    dying(tmp_path / "kho", "storage.keys:Envelopes.save", "create")
    mine = tmp_path / "kho" / there
    mine.parent.mkdir(parents=True, exist_ok=True)
    mine.write_bytes(b"x")
    before = sorted(path.name for path in (tmp_path / "kho").iterdir())
    with pytest.raises(AppError) as told:
        Services(tmp_path / "kho").create(PASSWORD)
    assert told.value.code == "archive.folder_not_empty"
    assert sorted(path.name for path in (tmp_path / "kho").iterdir()) == before
    assert mine.read_bytes() == b"x"


def test_an_archive_that_lost_its_keys_is_never_begun_anew(tmp_path: Path) -> None:
    services = Services(tmp_path / "kho")
    services.create(PASSWORD)
    services.close()
    (tmp_path / "kho" / "keys.json").unlink()
    with pytest.raises(AppError) as told:
        Services(tmp_path / "kho").create(PASSWORD)
    assert told.value.code == "archive.folder_not_empty"
    assert (tmp_path / "kho" / "archive.db").exists()


@pytest.mark.parametrize("at", ["storage.chain_head:ChainHead.begin", "app.workspace.Search", "app.indexing.catch_up_safely"])
def test_an_opening_killed_anywhere_harms_nothing(services: Services, workspace: Workspace, at: str) -> None:
    filing.add_dossier(workspace, "HS.1", "Một")
    services.close()
    dying(workspace.folder, at, "open")
    again = services.open(password=PASSWORD)
    assert codes(again) == ["HS.1"]
    assert sound(again)


OLD = """
import sys, os
from pathlib import Path
from alembic import command
from alembic.config import Config
from storage.catalog import MIGRATIONS, open_engine
config = Config()
config.set_main_option("script_location", str(MIGRATIONS))
if sys.argv[3] == "die":
    import alembic.op
    batch = alembic.op.batch_alter_table
    alembic.op.batch_alter_table = lambda *a, **k: os._exit(9)
with open_engine(Path(sys.argv[1]), bytes(32)).begin() as connection:
    config.attributes["connection"] = connection
    command.upgrade(config, sys.argv[2])
"""


def test_a_migration_killed_half_way_is_begun_anew(tmp_path: Path) -> None:
    from storage.catalog import Catalog, open_engine

    path = tmp_path / "archive.db"
    run = [sys.executable, "-c", OLD, str(path)]
    subprocess.run([*run, "0002", "live"], cwd=ROOT, check=True, timeout=120)
    died = subprocess.run([*run, "head", "die"], cwd=ROOT, check=False, timeout=120)  # 0004 done, 0005 begun, nothing committed
    assert died.returncode == 9
    engine = open_engine(path, bytes(32))
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar() == "0002"
        assert connection.exec_driver_sql("SELECT count(*) FROM sqlite_master WHERE name = 'package'").scalar() == 0
    engine.dispose()
    catalog = Catalog(path, bytes(32), clock=clock.stamp, actor="x")
    with catalog.write("dossier.add"):
        pass
    catalog.close()


def test_a_clock_set_back_stops_nothing(services: Services, workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    filing.add_dossier(workspace, "HS.1", "Một")
    true_now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: true_now - timedelta(days=3650))
    filing.add_dossier(workspace, "HS.2", "Hai")
    services.close()
    again = services.open(password=PASSWORD)
    assert codes(again) == ["HS.1", "HS.2"]
    assert sound(again)
    waiting = outbox.Outgoing("b", outbox.BatchState.SEALED, "0" * 64, next_try=true_now + timedelta(minutes=30))
    assert outbox.due([waiting], clock.now()) == [waiting]
    assert outbox.due([waiting], true_now) == []
    told = outbox.failed(waiting, AppError("sync.slow", "", ""), true_now, wait=1e12)
    assert told.next_try is not None
    assert told.next_try <= true_now + timedelta(days=1)
