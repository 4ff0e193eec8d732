from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from storage import audit
from storage.catalog import Catalog, Change, open_engine
from storage.errors import StorageError
from storage.queries import Scope, counts, document_ids, document_rows, tree
from storage.records import AuditEntry, Document, Dossier, Fonds, OutboxItem, Page

KEY = bytes(range(32))
NOW = "2026-01-02T03:04:05.000+07:00"


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    made = Catalog(tmp_path / "archive.db", KEY, clock=lambda: NOW, actor="Hoa")
    yield made
    made.close()


def add_document(catalog: Catalog, **values: str) -> int:
    with catalog.write("document.import") as transaction:
        document = Document(created_at=NOW, **values)  # type: ignore[arg-type]
        transaction.session.add(document)
        transaction.session.flush()
        return document.id


def test_the_file_is_encrypted_and_the_key_is_needed(catalog: Catalog, tmp_path: Path) -> None:
    add_document(catalog, subject="Quyết định mật")
    raw = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"SQLite format" not in raw
    assert "Quyết định".encode() not in raw
    with pytest.raises(StorageError, match="wrong_key"):
        open_engine(tmp_path / "archive.db", bytes(32))


def test_every_change_is_in_the_chain(catalog: Catalog) -> None:
    document_id = add_document(catalog, subject="a")
    with catalog.write("document.edit", "a") as transaction:
        transaction.session.get_one(Document, document_id).subject = "b"
    with catalog.read() as session:
        entries = list(session.scalars(select(AuditEntry)))
        report = audit.verify_chain(session)
    assert [(e.action, e.actor, e.at) for e in entries] == [("document.import", "Hoa", NOW), ("document.edit", "Hoa", NOW)]
    edit = audit.read_changes(entries[1])[0]
    assert (edit["before"], edit["after"]) == ({"subject": "a"}, {"subject": "b"})
    assert (report.entries, report.broken_at, report.head) == (2, None, entries[1].hash)


@pytest.mark.parametrize(
    "statement", ["UPDATE audit_entry SET actor = 'x' WHERE seq = 2", "DELETE FROM audit_entry WHERE seq = 2"]
)
def test_the_chain_takes_additions_only_and_tells_of_tampering(catalog: Catalog, statement: str) -> None:
    for name in "abc":
        add_document(catalog, subject=name)
    with pytest.raises(IntegrityError), catalog.engine.begin() as connection:
        connection.execute(text(statement))
    with catalog.engine.begin() as connection:  # somebody with the key takes the guards away
        connection.execute(text("DROP TRIGGER audit_entry_no_update"))
        connection.execute(text("DROP TRIGGER audit_entry_no_delete"))
        connection.execute(text(statement))
    with catalog.read() as session:
        assert audit.verify_chain(session).broken_at in (2, 3)


def test_a_failed_transaction_leaves_nothing(catalog: Catalog) -> None:
    def half() -> None:
        with catalog.write("document.import") as transaction:
            transaction.session.add(Document(created_at=NOW))
            transaction.session.flush()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        half()
    with catalog.read() as session:
        assert not list(session.scalars(select(Document)))
        assert not list(session.scalars(select(AuditEntry)))
        assert not list(session.scalars(select(OutboxItem)))


def test_the_outbox_is_written_with_the_record(catalog: Catalog) -> None:
    document_id = add_document(catalog, subject="a")
    with catalog.write("document.pages") as transaction:
        transaction.session.add(Page(document_id=document_id, number=1))
    with catalog.read() as session:
        document = session.get_one(Document, document_id)
        item = session.scalars(select(OutboxItem)).one()
    assert (item.kind, item.uuid, item.version) == ("document", document.uuid, 2)
    assert document.version == 2


def test_listeners_hear_what_changed(catalog: Catalog) -> None:
    heard: list[Change] = []
    catalog.listen(heard.append)
    document_id = add_document(catalog, subject="a")
    assert heard[0].documents == {document_id}
    assert heard[0].tables == {"document"}


def test_a_newer_archive_is_refused_untouched(catalog: Catalog, tmp_path: Path) -> None:
    with catalog.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    catalog.close()
    before = (tmp_path / "archive.db").read_bytes()
    with pytest.raises(StorageError, match=r"catalog\.newer"):
        Catalog(tmp_path / "archive.db", KEY, clock=lambda: NOW, actor="Hoa")
    assert (tmp_path / "archive.db").read_bytes() == before


def test_the_migrations_make_exactly_the_records(catalog: Catalog) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    from storage.records import Record

    with catalog.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Record.metadata) == []


def test_queries(catalog: Catalog) -> None:
    with catalog.write("fonds.add") as transaction:
        fonds = Fonds(code="H1", title="Phông")
        transaction.session.add(fonds)
        transaction.session.flush()
        dossier = Dossier(fonds_id=fonds.id, code="H1.1", title="Hồ sơ", created_at=NOW)
        transaction.session.add(dossier)
        transaction.session.flush()
        dossier_id = dossier.id
    first = add_document(catalog, subject="Đất", code_number="9", code_notation="QĐ-UBND", issued_sort="2024-01-01")
    second = add_document(catalog, subject="An", code_number="10", code_notation="QĐ-UBND", issued_sort="2024-02-01")
    with catalog.write("document.file") as transaction:
        transaction.session.get_one(Document, first).dossier_id = dossier_id
    with catalog.read() as session:
        assert document_ids(session, Scope()) == [second, first]
        assert document_ids(session, Scope(), "code") == [first, second]
        assert document_ids(session, Scope(), "subject") == [second, first]
        assert document_ids(session, Scope("dossier", dossier_id)) == [first]
        assert document_ids(session, Scope("unfiled")) == [second]
        rows = document_rows(session, [second, first])
        assert [(r.code, r.dossier_code, r.unsynced) for r in rows] == [("10/QĐ-UBND", "", True), ("9/QĐ-UBND", "H1.1", True)]
        assert [(n.kind, n.documents) for n in tree(session)] == [("fonds", 1), ("dossier", 1)]
        assert (counts(session).documents, counts(session).unfiled, counts(session).unsynced) == (2, 1, 2)


@pytest.mark.parametrize(
    ("number", "notation", "code"),
    [
        ("12", "QĐ-UBND", "12/QĐ-UBND"),
        ("128", "CV/TU", "128-CV/TU"),
        ("30", "2020/NĐ-CP", "30/2020/NĐ-CP"),
        ("", "QĐ-UBND", "QĐ-UBND"),
    ],
)
def test_code(number: str, notation: str, code: str) -> None:
    assert Document(code_number=number, code_notation=notation, created_at=NOW).code == code


def test_the_names_of_migrations_are_their_revisions() -> None:
    """`migrate` decides by file names whether Alembic has anything to do."""
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    from storage.catalog import MIGRATIONS

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    scripts = ScriptDirectory.from_config(config)
    names = sorted(path.name.split("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))
    assert names == sorted(script.revision for script in scripts.walk_revisions())
    assert scripts.get_current_head() == names[-1]
