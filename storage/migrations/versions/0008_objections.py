"""What the checks hold against documents, and which values stand although something is held against them.

What was confirmed before counts as looked at: nobody is asked a second time for the work of past years.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "objection",
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(30), nullable=False),
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("entry", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("document_id", "field", name="pk_objection"),
    )
    with op.batch_alter_table("field_evidence", schema=None) as batch:
        batch.add_column(sa.Column("stands", sa.String(16), nullable=False, server_default=""))
    op.execute("UPDATE field_evidence SET stands = '*' WHERE confirmed = 1")


def downgrade() -> None:
    with op.batch_alter_table("field_evidence", schema=None) as batch:
        batch.drop_column("stands")
    op.drop_table("objection")
