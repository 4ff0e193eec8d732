"""Intake rows keep what a spreadsheet index says of the document that is still to be made."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    with op.batch_alter_table("intake", schema=None) as batch:
        batch.add_column(sa.Column("given", sa.String(), nullable=False, server_default=""))


def downgrade() -> None:
    with op.batch_alter_table("intake", schema=None) as batch:
        batch.drop_column("given")
