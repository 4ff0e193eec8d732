"""Documents keep who is signed for, the recipients, what is enclosed, and how far they may circulate."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

COLUMNS = (("authority", 200), ("recipients", 1000), ("attachments", 1000), ("circulation", 50))


def upgrade() -> None:
    with op.batch_alter_table("document", schema=None) as batch:
        for name, length in COLUMNS:
            batch.add_column(sa.Column(name, sa.String(length), nullable=False, server_default=""))


def downgrade() -> None:
    with op.batch_alter_table("document", schema=None) as batch:
        for name, _length in COLUMNS:
            batch.drop_column(name)
