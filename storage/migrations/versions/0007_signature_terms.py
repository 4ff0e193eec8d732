"""How long the signatures of a file stay provable, found out once."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "signature_term",
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("trust", sa.String(64), nullable=False),
        sa.Column("facts", sa.String(), nullable=False),
        sa.Column("checked_at", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name="pk_signature_term"),
    )


def downgrade() -> None:
    op.drop_table("signature_term")
