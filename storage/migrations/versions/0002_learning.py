"""learning: counts of the office's own models, and what each document taught"""

from alembic import op
import sqlalchemy as sa


revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('learnt_count',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('origin', sa.String(length=60), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('label', sa.String(length=300), nullable=False),
    sa.Column('seen', sa.Integer(), nullable=False),
    sa.Column('counts', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_learnt_count')),
    sa.UniqueConstraint('origin', 'kind', 'label', name=op.f('uq_learnt_count_origin'))
    )
    op.create_table('lesson',
    sa.Column('document_id', sa.Integer(), nullable=False),
    sa.Column('first_read', sa.LargeBinary(), nullable=False),
    sa.Column('taught', sa.LargeBinary(), nullable=False),
    sa.Column('entry', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('document_id', name=op.f('pk_lesson'))
    )
    with op.batch_alter_table('lesson', schema=None) as batch_op:
        batch_op.create_index('ix_lesson_entry', ['entry'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('lesson', schema=None) as batch_op:
        batch_op.drop_index('ix_lesson_entry')

    op.drop_table('lesson')
    op.drop_table('learnt_count')
