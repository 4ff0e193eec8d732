"""first archive"""

from alembic import op
import sqlalchemy as sa


revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('archive_setting',
    sa.Column('key', sa.String(length=60), nullable=False),
    sa.Column('value', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_archive_setting'))
    )
    op.create_table('audit_entry',
    sa.Column('seq', sa.Integer(), nullable=False),
    sa.Column('at', sa.String(length=32), nullable=False),
    sa.Column('actor', sa.String(length=100), nullable=False),
    sa.Column('action', sa.String(length=60), nullable=False),
    sa.Column('subject', sa.String(length=500), nullable=False),
    sa.Column('undoes', sa.Integer(), nullable=True),
    sa.Column('changes', sa.LargeBinary(), nullable=False),
    sa.Column('prev_hash', sa.String(length=64), nullable=False),
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.PrimaryKeyConstraint('seq', name=op.f('pk_audit_entry'))
    )
    op.create_table('fonds',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('uuid', sa.String(length=36), nullable=False),
    sa.Column('code', sa.String(length=100), nullable=False),
    sa.Column('title', sa.String(length=1000), nullable=False),
    sa.Column('agency', sa.String(length=200), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_fonds')),
    sa.UniqueConstraint('code', name=op.f('uq_fonds_code')),
    sa.UniqueConstraint('uuid', name=op.f('uq_fonds_uuid'))
    )
    op.create_table('outbox_item',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=12), nullable=False),
    sa.Column('uuid', sa.String(length=36), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('changed_at', sa.String(length=32), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_outbox_item')),
    sa.UniqueConstraint('kind', 'uuid', name=op.f('uq_outbox_item_kind'))
    )
    op.create_table('sync_batch',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('batch_id', sa.String(length=36), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('manifest', sa.LargeBinary(), nullable=False),
    sa.Column('manifest_sha256', sa.String(length=64), nullable=False),
    sa.Column('metadata_blobs', sa.LargeBinary(), nullable=False),
    sa.Column('receipt', sa.String(), nullable=False),
    sa.Column('items', sa.Integer(), nullable=False),
    sa.Column('bytes_total', sa.Integer(), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('next_try', sa.String(length=32), nullable=True),
    sa.Column('stuck', sa.Boolean(), nullable=False),
    sa.Column('conflicts', sa.Integer(), nullable=False),
    sa.Column('problem', sa.String(length=60), nullable=False),
    sa.Column('message', sa.String(length=1000), nullable=False),
    sa.Column('created_at', sa.String(length=32), nullable=False),
    sa.Column('receipted_at', sa.String(length=32), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sync_batch')),
    sa.UniqueConstraint('batch_id', name=op.f('uq_sync_batch_batch_id'))
    )
    op.create_table('synced_version',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=12), nullable=False),
    sa.Column('uuid', sa.String(length=36), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('batch_id', sa.String(length=36), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_synced_version')),
    sa.UniqueConstraint('kind', 'uuid', name=op.f('uq_synced_version_kind'))
    )
    op.create_table('inventory',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('uuid', sa.String(length=36), nullable=False),
    sa.Column('fonds_id', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(length=30), nullable=False),
    sa.Column('title', sa.String(length=1000), nullable=False),
    sa.ForeignKeyConstraint(['fonds_id'], ['fonds.id'], name=op.f('fk_inventory_fonds_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_inventory')),
    sa.UniqueConstraint('fonds_id', 'code', name=op.f('uq_inventory_fonds_id')),
    sa.UniqueConstraint('uuid', name=op.f('uq_inventory_uuid'))
    )
    op.create_table('dossier',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('uuid', sa.String(length=36), nullable=False),
    sa.Column('fonds_id', sa.Integer(), nullable=False),
    sa.Column('inventory_id', sa.Integer(), nullable=True),
    sa.Column('code', sa.String(length=100), nullable=False),
    sa.Column('title', sa.String(length=1000), nullable=False),
    sa.Column('maintenance', sa.String(length=100), nullable=False),
    sa.Column('mode', sa.String(length=30), nullable=False),
    sa.Column('language', sa.String(length=100), nullable=False),
    sa.Column('start_date', sa.String(length=10), nullable=False),
    sa.Column('end_date', sa.String(length=10), nullable=False),
    sa.Column('keyword', sa.String(length=100), nullable=False),
    sa.Column('format', sa.String(length=50), nullable=False),
    sa.Column('infor_sign', sa.String(length=30), nullable=False),
    sa.Column('confidence_level', sa.String(length=40), nullable=False),
    sa.Column('paper_file_code', sa.String(length=100), nullable=False),
    sa.Column('risk_recovery', sa.Boolean(), nullable=False),
    sa.Column('risk_recovery_status', sa.String(length=2), nullable=False),
    sa.Column('number_of_paper', sa.Integer(), nullable=False),
    sa.Column('description', sa.String(length=2000), nullable=False),
    sa.Column('created_at', sa.String(length=32), nullable=False),
    sa.Column('deleted_at', sa.String(length=32), nullable=True),
    sa.ForeignKeyConstraint(['fonds_id'], ['fonds.id'], name=op.f('fk_dossier_fonds_id')),
    sa.ForeignKeyConstraint(['inventory_id'], ['inventory.id'], name=op.f('fk_dossier_inventory_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_dossier')),
    sa.UniqueConstraint('fonds_id', 'code', name=op.f('uq_dossier_fonds_id')),
    sa.UniqueConstraint('uuid', name=op.f('uq_dossier_uuid'))
    )
    with op.batch_alter_table('dossier', schema=None) as batch_op:
        batch_op.create_index('ix_dossier_inventory', ['inventory_id'], unique=False)

    op.create_table('document',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('uuid', sa.String(length=36), nullable=False),
    sa.Column('dossier_id', sa.Integer(), nullable=True),
    sa.Column('ordinal', sa.Integer(), nullable=False),
    sa.Column('type_name', sa.String(length=10), nullable=False),
    sa.Column('code_number', sa.String(length=11), nullable=False),
    sa.Column('code_notation', sa.String(length=30), nullable=False),
    sa.Column('issued_date', sa.String(length=10), nullable=False),
    sa.Column('issued_sort', sa.String(length=10), nullable=False),
    sa.Column('organ_name', sa.String(length=200), nullable=False),
    sa.Column('parent_organ', sa.String(length=200), nullable=False),
    sa.Column('place', sa.String(length=100), nullable=False),
    sa.Column('subject', sa.String(length=500), nullable=False),
    sa.Column('addressee', sa.String(length=500), nullable=False),
    sa.Column('signer', sa.String(length=100), nullable=False),
    sa.Column('position', sa.String(length=200), nullable=False),
    sa.Column('urgency', sa.String(length=30), nullable=False),
    sa.Column('secrecy', sa.String(length=30), nullable=False),
    sa.Column('arrival_no', sa.String(length=20), nullable=False),
    sa.Column('arrived_on', sa.String(length=10), nullable=False),
    sa.Column('language', sa.String(length=100), nullable=False),
    sa.Column('pages', sa.Integer(), nullable=False),
    sa.Column('sheets', sa.String(length=30), nullable=False),
    sa.Column('keyword', sa.String(length=100), nullable=False),
    sa.Column('infor_sign', sa.String(length=30), nullable=False),
    sa.Column('mode', sa.String(length=20), nullable=False),
    sa.Column('confidence_level', sa.String(length=30), nullable=False),
    sa.Column('format', sa.String(length=50), nullable=False),
    sa.Column('autograph', sa.String(length=2000), nullable=False),
    sa.Column('description', sa.String(length=500), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('signed', sa.Boolean(), nullable=False),
    sa.Column('source_name', sa.String(length=255), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.String(length=32), nullable=False),
    sa.Column('deleted_at', sa.String(length=32), nullable=True),
    sa.CheckConstraint('ordinal >= 0', name='ck_document_ordinal'),
    sa.ForeignKeyConstraint(['dossier_id'], ['dossier.id'], name=op.f('fk_document_dossier_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_document')),
    sa.UniqueConstraint('uuid', name=op.f('uq_document_uuid'))
    )
    with op.batch_alter_table('document', schema=None) as batch_op:
        batch_op.create_index('ix_document_dossier', ['dossier_id', 'ordinal'], unique=False)
        batch_op.create_index('ix_document_issued', ['issued_sort', 'id'], unique=False)
        batch_op.create_index('ix_document_state', ['state'], unique=False)

    op.create_table('field_evidence',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('document_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=30), nullable=False),
    sa.Column('value', sa.String(length=1000), nullable=False),
    sa.Column('confidence', sa.Double(), nullable=False),
    sa.Column('page', sa.Integer(), nullable=True),
    sa.Column('x0', sa.Double(), nullable=True),
    sa.Column('y0', sa.Double(), nullable=True),
    sa.Column('x1', sa.Double(), nullable=True),
    sa.Column('y1', sa.Double(), nullable=True),
    sa.Column('source', sa.String(length=20), nullable=False),
    sa.Column('why', sa.String(length=200), nullable=False),
    sa.Column('confirmed', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['document_id'], ['document.id'], name=op.f('fk_field_evidence_document_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_field_evidence')),
    sa.UniqueConstraint('document_id', 'name', name=op.f('uq_field_evidence_document_id'))
    )
    op.create_table('intake',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('batch', sa.String(length=36), nullable=False),
    sa.Column('source', sa.String(length=4096), nullable=False),
    sa.Column('ocr', sa.Boolean(), nullable=False),
    sa.Column('dossier_id', sa.Integer(), nullable=True),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('document_id', sa.Integer(), nullable=True),
    sa.Column('code', sa.String(length=60), nullable=False),
    sa.Column('message', sa.String(length=1000), nullable=False),
    sa.Column('created_at', sa.String(length=32), nullable=False),
    sa.ForeignKeyConstraint(['document_id'], ['document.id'], name=op.f('fk_intake_document_id')),
    sa.ForeignKeyConstraint(['dossier_id'], ['dossier.id'], name=op.f('fk_intake_dossier_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_intake')),
    sa.UniqueConstraint('batch', 'source', name=op.f('uq_intake_batch'))
    )
    with op.batch_alter_table('intake', schema=None) as batch_op:
        batch_op.create_index('ix_intake_state', ['state'], unique=False)

    op.create_table('page',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('document_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('image', sa.String(length=64), nullable=False),
    sa.Column('width', sa.Integer(), nullable=False),
    sa.Column('height', sa.Integer(), nullable=False),
    sa.Column('dpi', sa.Integer(), nullable=False),
    sa.Column('turn', sa.Integer(), nullable=False),
    sa.Column('words', sa.LargeBinary(), nullable=True),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('problem', sa.String(length=500), nullable=False),
    sa.ForeignKeyConstraint(['document_id'], ['document.id'], name=op.f('fk_page_document_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_page')),
    sa.UniqueConstraint('document_id', 'number', name=op.f('uq_page_document_id'))
    )
    op.create_table('rendition',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('document_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('mime', sa.String(length=100), nullable=False),
    sa.Column('name', sa.String(length=255), nullable=False),
    sa.Column('puid', sa.String(length=30), nullable=False),
    sa.Column('signatures', sa.Integer(), nullable=False),
    sa.Column('signer', sa.String(length=200), nullable=False),
    sa.Column('sign_method', sa.String(length=40), nullable=False),
    sa.Column('signed_at', sa.String(length=32), nullable=True),
    sa.Column('created_at', sa.String(length=32), nullable=False),
    sa.ForeignKeyConstraint(['document_id'], ['document.id'], name=op.f('fk_rendition_document_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rendition'))
    )
    with op.batch_alter_table('rendition', schema=None) as batch_op:
        batch_op.create_index('ix_rendition_document', ['document_id', 'kind'], unique=False)
        batch_op.create_index('ix_rendition_sha256', ['sha256'], unique=False)

    # the audit chain takes additions only
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER audit_entry_no_{verb.lower()} BEFORE {verb} ON audit_entry "
            "BEGIN SELECT RAISE(ABORT, 'the audit log takes additions only'); END"
        )


def downgrade() -> None:
    with op.batch_alter_table('rendition', schema=None) as batch_op:
        batch_op.drop_index('ix_rendition_sha256')
        batch_op.drop_index('ix_rendition_document')

    op.drop_table('rendition')
    op.drop_table('page')
    with op.batch_alter_table('intake', schema=None) as batch_op:
        batch_op.drop_index('ix_intake_state')

    op.drop_table('intake')
    op.drop_table('field_evidence')
    with op.batch_alter_table('document', schema=None) as batch_op:
        batch_op.drop_index('ix_document_state')
        batch_op.drop_index('ix_document_issued')
        batch_op.drop_index('ix_document_dossier')

    op.drop_table('document')
    with op.batch_alter_table('dossier', schema=None) as batch_op:
        batch_op.drop_index('ix_dossier_inventory')

    op.drop_table('dossier')
    op.drop_table('inventory')
    op.drop_table('synced_version')
    op.drop_table('sync_batch')
    op.drop_table('outbox_item')
    op.drop_table('fonds')
    op.drop_table('audit_entry')
    op.drop_table('archive_setting')
