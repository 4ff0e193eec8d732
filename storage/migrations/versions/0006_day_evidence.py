"""Evidence records over the files of a day."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "day_evidence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("files", sa.Integer(), nullable=False),
        sa.Column("proven_at", sa.String(32), nullable=False),
        sa.Column("renew_before", sa.String(32), nullable=False),
        sa.Column("created_at", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_day_evidence"),
    )
    op.create_index("ix_day_evidence_day", "day_evidence", ["day"])


def downgrade() -> None:
    op.drop_index("ix_day_evidence_day", "day_evidence")
    op.drop_table("day_evidence")
