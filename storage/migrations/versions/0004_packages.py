"""Packages and messages, records of pictures and sound, registers, rolling fixity."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "package",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.String(36), nullable=False),
        sa.Column("direction", sa.String(3), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("objid", sa.String(200), nullable=False),
        sa.Column("record_status", sa.String(12), nullable=False),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("valid", sa.Boolean(), nullable=False),
        sa.Column("dossier_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.String(32), nullable=False),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name="fk_package_dossier_id"),
        sa.PrimaryKeyConstraint("id", name="pk_package"),
        sa.UniqueConstraint("uuid", name="uq_package_uuid"),
    )
    op.create_index("ix_package_dossier", "package", ["dossier_id"])
    op.create_index("ix_package_objid", "package", ["objid"])
    op.create_table(
        "package_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("package_id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("path", sa.String(500), nullable=False),
        sa.Column("identifier", sa.String(100), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(["package_id"], ["package.id"], name="fk_package_item_package_id"),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name="fk_package_item_document_id"),
        sa.PrimaryKeyConstraint("id", name="pk_package_item"),
    )
    op.create_index("ix_package_item_package", "package_item", ["package_id"])
    op.create_index("ix_package_item_sha256", "package_item", ["sha256"])
    op.create_table(
        "special_record",
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("record", sa.String(5), nullable=False),
        sa.Column("values", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name="fk_special_record_document_id"),
        sa.PrimaryKeyConstraint("document_id", name="pk_special_record"),
    )
    op.create_table(
        "fixity_check",
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("outcome", sa.String(8), nullable=False),
        sa.Column("checked_at", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name="pk_fixity_check"),
    )
    op.create_index("ix_fixity_check_at", "fixity_check", ["checked_at"])
    op.create_table(
        "register_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.String(36), nullable=False),
        sa.Column("register", sa.String(3), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("entered_on", sa.String(10), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=True),
        sa.Column("other_party", sa.String(500), nullable=False),
        sa.Column("note", sa.String(500), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name="fk_register_entry_document_id"),
        sa.PrimaryKeyConstraint("id", name="pk_register_entry"),
        sa.UniqueConstraint("uuid", name="uq_register_entry_uuid"),
        sa.UniqueConstraint("register", "year", "number", name="uq_register_entry_register"),
    )
    op.create_index("ix_register_entry_document", "register_entry", ["document_id"])
    op.create_table(
        "message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.String(36), nullable=False),
        sa.Column("direction", sa.String(3), nullable=False),
        sa.Column("message_id", sa.String(200), nullable=False),
        sa.Column("doc_type", sa.Integer(), nullable=False),
        sa.Column("status_code", sa.String(5), nullable=False),
        sa.Column("sender", sa.String(100), nullable=False),
        sa.Column("receivers", sa.String(2000), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=True),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("created_at", sa.String(32), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name="fk_message_document_id"),
        sa.PrimaryKeyConstraint("id", name="pk_message"),
        sa.UniqueConstraint("uuid", name="uq_message_uuid"),
    )
    op.create_index("ix_message_message_id", "message", ["message_id"])
    op.create_index("ix_message_document", "message", ["document_id"])
