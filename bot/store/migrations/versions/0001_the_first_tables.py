"""The first tables."""

import sqlalchemy as sa
from alembic import op
from bot.store.tables import Id, Moment

revision = '0001'
down_revision = None


def upgrade() -> None:
    """Apply."""
    op.create_table('buildings',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('facts', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_buildings'))
    )
    op.create_table('contacts',
    sa.Column('id', Id, nullable=False),
    sa.Column('channel', sa.String(length=16), nullable=False),
    sa.Column('address', sa.String(length=128), nullable=False),
    sa.Column('created_at', Moment(), nullable=False),
    sa.Column('gone_at', Moment(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_contacts')),
    sa.UniqueConstraint('channel', 'address', name=op.f('uq_contacts_channel_address'))
    )
    op.create_table('editions',
    sa.Column('flow', sa.String(length=32), nullable=False),
    sa.Column('version', sa.String(length=16), nullable=False),
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('published_at', Moment(), nullable=False),
    sa.PrimaryKeyConstraint('flow', 'version', name=op.f('pk_editions'))
    )
    op.create_table('cases',
    sa.Column('id', Id, nullable=False),
    sa.Column('reference', sa.String(length=24), nullable=False),
    sa.Column('contact_id', Id, nullable=False),
    sa.Column('flow', sa.String(length=32), nullable=False),
    sa.Column('version', sa.String(length=16), nullable=False),
    sa.Column('frame', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('answers', sa.LargeBinary(), nullable=False),
    sa.Column('submitted_at', Moment(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('decided_at', Moment(), nullable=True),
    sa.Column('decided_by', sa.String(length=64), nullable=True),
    sa.Column('reason', sa.LargeBinary(), nullable=True),
    sa.ForeignKeyConstraint(['contact_id'], ['contacts.id'], name=op.f('fk_cases_contact_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_cases')),
    sa.UniqueConstraint('reference', name=op.f('uq_cases_reference'))
    )
    with op.batch_alter_table('cases', schema=None) as batch_op:
        batch_op.create_index('ix_cases_contact_id', ['contact_id'], unique=False)
        batch_op.create_index('ix_cases_state_due_on', ['state', 'due_on'], unique=False)

    op.create_table('conversations',
    sa.Column('contact_id', Id, nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('language', sa.String(length=16), nullable=False),
    sa.Column('state', sa.LargeBinary(), nullable=False),
    sa.Column('draft_at', Moment(), nullable=True),
    sa.Column('wake_at', Moment(), nullable=True),
    sa.Column('updated_at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['contact_id'], ['contacts.id'], name=op.f('fk_conversations_contact_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('contact_id', name=op.f('pk_conversations'))
    )
    with op.batch_alter_table('conversations', schema=None) as batch_op:
        batch_op.create_index('ix_conversations_draft_at', ['draft_at'], unique=False, sqlite_where=sa.text('draft_at IS NOT NULL'), postgresql_where=sa.text('draft_at IS NOT NULL'))
        batch_op.create_index('ix_conversations_wake_at', ['wake_at'], unique=False, sqlite_where=sa.text('wake_at IS NOT NULL'), postgresql_where=sa.text('wake_at IS NOT NULL'))

    op.create_table('documents',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('contact_id', Id, nullable=False),
    sa.Column('kind', sa.String(length=32), nullable=False),
    sa.Column('digest', sa.LargeBinary(), nullable=False),
    sa.Column('pages', sa.Integer(), nullable=False),
    sa.Column('received_at', Moment(), nullable=False),
    sa.Column('sealed_key', sa.LargeBinary(), nullable=False),
    sa.Column('case_reference', sa.String(length=24), nullable=True),
    sa.ForeignKeyConstraint(['contact_id'], ['contacts.id'], name=op.f('fk_documents_contact_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_documents'))
    )
    with op.batch_alter_table('documents', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_documents_case_reference'), ['case_reference'], unique=False)
        batch_op.create_index('ix_documents_contact_id_received_at', ['contact_id', 'received_at'], unique=False)

    op.create_table('inbox',
    sa.Column('id', Id, nullable=False),
    sa.Column('channel', sa.String(length=16), nullable=False),
    sa.Column('update_id', sa.String(length=128), nullable=False),
    sa.Column('contact_id', Id, nullable=False),
    sa.Column('input', sa.LargeBinary(), nullable=False),
    sa.Column('received_at', Moment(), nullable=False),
    sa.Column('done_at', Moment(), nullable=True),
    sa.Column('failed', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['contact_id'], ['contacts.id'], name=op.f('fk_inbox_contact_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_inbox')),
    sa.UniqueConstraint('channel', 'update_id', name=op.f('uq_inbox_channel_update_id'))
    )
    with op.batch_alter_table('inbox', schema=None) as batch_op:
        batch_op.create_index('ix_inbox_contact_id_id', ['contact_id', 'id'], unique=False)
        batch_op.create_index('ix_inbox_done_at', ['done_at'], unique=False)
        batch_op.create_index('ix_inbox_undone', ['id'], unique=False, sqlite_where=sa.text('done_at IS NULL'), postgresql_where=sa.text('done_at IS NULL'))

    op.create_table('unit_types',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('building_id', sa.String(length=32), nullable=False),
    sa.Column('rent_fen', sa.BigInteger(), nullable=False),
    sa.Column('facts', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['building_id'], ['buildings.id'], name=op.f('fk_unit_types_building_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_unit_types'))
    )
    op.create_table('waiting_list',
    sa.Column('id', Id, nullable=False),
    sa.Column('contact_id', Id, nullable=False),
    sa.Column('frame', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('joined_at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['contact_id'], ['contacts.id'], name=op.f('fk_waiting_list_contact_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_waiting_list'))
    )
    with op.batch_alter_table('waiting_list', schema=None) as batch_op:
        batch_op.create_index('ix_waiting_list_state_id', ['state', 'id'], unique=False)

    op.create_table('document_parts',
    sa.Column('document_id', sa.String(length=32), nullable=False),
    sa.Column('n', sa.Integer(), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['document_id'], ['documents.id'], name=op.f('fk_document_parts_document_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('document_id', 'n', name=op.f('pk_document_parts'))
    )
    op.create_table('flats',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('unit_type_id', sa.String(length=32), nullable=False),
    sa.Column('number', sa.String(length=16), nullable=False),
    sa.Column('floor', sa.Integer(), nullable=False),
    sa.Column('available_from', sa.Date(), nullable=False),
    sa.Column('offered', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['unit_type_id'], ['unit_types.id'], name=op.f('fk_flats_unit_type_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_flats'))
    )
    op.create_table('outbox',
    sa.Column('id', Id, nullable=False),
    sa.Column('contact_id', Id, nullable=False),
    sa.Column('inbox_id', Id, nullable=False),
    sa.Column('n', sa.Integer(), nullable=False),
    sa.Column('message', sa.LargeBinary(), nullable=False),
    sa.Column('made_at', Moment(), nullable=False),
    sa.Column('due_at', Moment(), nullable=True),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('worker', sa.String(length=64), nullable=True),
    sa.Column('sent_at', Moment(), nullable=True),
    sa.Column('failed_at', Moment(), nullable=True),
    sa.Column('problem', sa.String(length=200), nullable=True),
    sa.ForeignKeyConstraint(['contact_id'], ['contacts.id'], name=op.f('fk_outbox_contact_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['inbox_id'], ['inbox.id'], name=op.f('fk_outbox_inbox_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_outbox')),
    sa.UniqueConstraint('contact_id', 'n', name=op.f('uq_outbox_contact_id_n'))
    )
    with op.batch_alter_table('outbox', schema=None) as batch_op:
        batch_op.create_index('ix_outbox_due_at', ['due_at'], unique=False, sqlite_where=sa.text('due_at IS NOT NULL'), postgresql_where=sa.text('due_at IS NOT NULL'))
        batch_op.create_index('ix_outbox_inbox_id', ['inbox_id'], unique=False)
        batch_op.create_index('ix_outbox_waiting', ['contact_id', 'id'], unique=False, sqlite_where=sa.text('due_at IS NOT NULL'), postgresql_where=sa.text('due_at IS NOT NULL'))

    op.create_table('holds',
    sa.Column('id', Id, nullable=False),
    sa.Column('flat_id', sa.String(length=32), nullable=False),
    sa.Column('contact_id', Id, nullable=False),
    sa.Column('frame', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('made_at', Moment(), nullable=False),
    sa.Column('expires_at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['contact_id'], ['contacts.id'], name=op.f('fk_holds_contact_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['flat_id'], ['flats.id'], name=op.f('fk_holds_flat_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_holds'))
    )
    with op.batch_alter_table('holds', schema=None) as batch_op:
        batch_op.create_index('ix_holds_state_expires_at', ['state', 'expires_at'], unique=False)
        batch_op.create_index('uq_holds_one_per_flat', ['flat_id'], unique=True, sqlite_where=sa.text("state IN ('held', 'let')"), postgresql_where=sa.text("state IN ('held', 'let')"))

    op.create_table('deposits',
    sa.Column('id', Id, nullable=False),
    sa.Column('reference', sa.String(length=24), nullable=False),
    sa.Column('hold_id', Id, nullable=False),
    sa.Column('contact_id', Id, nullable=False),
    sa.Column('frame', sa.Integer(), nullable=False),
    sa.Column('amount_fen', sa.BigInteger(), nullable=False),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('ordered_at', Moment(), nullable=False),
    sa.Column('receipt', sa.Text(), nullable=True),
    sa.Column('decided_at', Moment(), nullable=True),
    sa.Column('decided_by', sa.String(length=64), nullable=True),
    sa.ForeignKeyConstraint(['contact_id'], ['contacts.id'], name=op.f('fk_deposits_contact_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['hold_id'], ['holds.id'], name=op.f('fk_deposits_hold_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_deposits')),
    sa.UniqueConstraint('hold_id', name=op.f('uq_deposits_hold_id')),
    sa.UniqueConstraint('reference', name=op.f('uq_deposits_reference'))
    )
    with op.batch_alter_table('deposits', schema=None) as batch_op:
        batch_op.create_index('ix_deposits_state', ['state'], unique=False)



def downgrade() -> None:
    """Undo."""
    with op.batch_alter_table('deposits', schema=None) as batch_op:
        batch_op.drop_index('ix_deposits_state')

    op.drop_table('deposits')
    with op.batch_alter_table('holds', schema=None) as batch_op:
        batch_op.drop_index('uq_holds_one_per_flat', sqlite_where=sa.text("state IN ('held', 'let')"), postgresql_where=sa.text("state IN ('held', 'let')"))
        batch_op.drop_index('ix_holds_state_expires_at')

    op.drop_table('holds')
    with op.batch_alter_table('outbox', schema=None) as batch_op:
        batch_op.drop_index('ix_outbox_waiting', sqlite_where=sa.text('due_at IS NOT NULL'), postgresql_where=sa.text('due_at IS NOT NULL'))
        batch_op.drop_index('ix_outbox_inbox_id')
        batch_op.drop_index('ix_outbox_due_at', sqlite_where=sa.text('due_at IS NOT NULL'), postgresql_where=sa.text('due_at IS NOT NULL'))

    op.drop_table('outbox')
    op.drop_table('flats')
    op.drop_table('document_parts')
    with op.batch_alter_table('waiting_list', schema=None) as batch_op:
        batch_op.drop_index('ix_waiting_list_state_id')

    op.drop_table('waiting_list')
    op.drop_table('unit_types')
    with op.batch_alter_table('inbox', schema=None) as batch_op:
        batch_op.drop_index('ix_inbox_undone', sqlite_where=sa.text('done_at IS NULL'), postgresql_where=sa.text('done_at IS NULL'))
        batch_op.drop_index('ix_inbox_done_at')
        batch_op.drop_index('ix_inbox_contact_id_id')

    op.drop_table('inbox')
    with op.batch_alter_table('documents', schema=None) as batch_op:
        batch_op.drop_index('ix_documents_contact_id_received_at')
        batch_op.drop_index(batch_op.f('ix_documents_case_reference'))

    op.drop_table('documents')
    with op.batch_alter_table('conversations', schema=None) as batch_op:
        batch_op.drop_index('ix_conversations_wake_at', sqlite_where=sa.text('wake_at IS NOT NULL'), postgresql_where=sa.text('wake_at IS NOT NULL'))
        batch_op.drop_index('ix_conversations_draft_at', sqlite_where=sa.text('draft_at IS NOT NULL'), postgresql_where=sa.text('draft_at IS NOT NULL'))

    op.drop_table('conversations')
    with op.batch_alter_table('cases', schema=None) as batch_op:
        batch_op.drop_index('ix_cases_state_due_on')
        batch_op.drop_index('ix_cases_contact_id')

    op.drop_table('cases')
    op.drop_table('editions')
    op.drop_table('contacts')
    op.drop_table('buildings')
