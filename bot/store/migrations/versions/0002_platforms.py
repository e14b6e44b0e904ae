"""What platforms need: messages by channel and held back, allowances, files still to be fetched."""

import sqlalchemy as sa
from alembic import op
from bot.store.tables import Id, Moment

revision = '0002'
down_revision = '0001'

UNDONE = sa.text('done_at IS NULL')


def upgrade() -> None:
    """Apply."""
    # No batch: to rebuild the table would lose the condition of its partial indexes on SQLite.
    op.add_column('outbox', sa.Column('channel', sa.String(length=16), nullable=False, server_default=''))
    op.add_column('outbox', sa.Column('is_held', sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column('outbox', sa.Column('parts', sa.Integer(), nullable=False, server_default='0'))
    op.execute(
        'UPDATE outbox SET channel ='
        ' (SELECT contacts.channel FROM contacts WHERE contacts.id = outbox.contact_id)'
    )
    op.create_table('allowances',
    sa.Column('contact_id', Id, nullable=False),
    sa.Column('calls', sa.Integer(), nullable=False),
    sa.Column('closes_at', Moment(), nullable=False),
    sa.Column('granted_at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['contact_id'], ['contacts.id'], name=op.f('fk_allowances_contact_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('contact_id', name=op.f('pk_allowances'))
    )
    op.create_table('attachments',
    sa.Column('id', Id, nullable=False),
    sa.Column('inbox_id', Id, nullable=False),
    sa.Column('contact_id', Id, nullable=False),
    sa.Column('album', sa.String(length=64), nullable=False),
    sa.Column('attachment', sa.LargeBinary(), nullable=False),
    sa.Column('due_at', Moment(), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('worker', sa.String(length=64), nullable=True),
    sa.Column('received_at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['contact_id'], ['contacts.id'], name=op.f('fk_attachments_contact_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['inbox_id'], ['inbox.id'], name=op.f('fk_attachments_inbox_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_attachments'))
    )
    for column in ('contact_id', 'due_at', 'inbox_id'):
        op.create_index(op.f(f'ix_attachments_{column}'), 'attachments', [column])
    op.drop_index('ix_inbox_undone', 'inbox')
    op.create_index('ix_inbox_undone', 'inbox', ['contact_id', 'id'], sqlite_where=UNDONE, postgresql_where=UNDONE)


def downgrade() -> None:
    """Take back."""
    op.drop_index('ix_inbox_undone', 'inbox')
    op.create_index('ix_inbox_undone', 'inbox', ['id'], sqlite_where=UNDONE, postgresql_where=UNDONE)
    op.drop_table('attachments')
    op.drop_table('allowances')
    for column in ('parts', 'is_held', 'channel'):
        op.drop_column('outbox', column)
