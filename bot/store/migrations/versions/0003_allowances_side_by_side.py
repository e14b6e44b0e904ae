"""Allowances of one contact side by side: what words allow, and what a tap allows."""

import sqlalchemy as sa
from alembic import op
from bot.store.tables import Id, Moment

revision = '0003'
down_revision = '0002'


def upgrade() -> None:
    """Apply."""
    lasts = '(closes_at - granted_at) / 1000000'
    _build_anew(
        f'SELECT contact_id, {lasts}, calls, closes_at, granted_at FROM old_allowances',
        sa.Column('lasts', sa.Integer(), nullable=False, autoincrement=False),
    )


def downgrade() -> None:
    """Take back: of each contact's allowances the longest stays."""
    longest = 'SELECT max(lasts) FROM old_allowances other WHERE other.contact_id = mine.contact_id'
    _build_anew(
        'SELECT contact_id, calls, closes_at, granted_at'
        f' FROM old_allowances mine WHERE lasts = ({longest})'
    )


def _build_anew(rows: str, *more: sa.Column[int]) -> None:
    """The table with another primary key: SQLite cannot change that of one it has."""
    op.execute('CREATE TABLE old_allowances AS SELECT * FROM allowances')
    op.drop_table('allowances')
    op.create_table('allowances',
    sa.Column('contact_id', Id, nullable=False, autoincrement=False),
    *more,
    sa.Column('calls', sa.Integer(), nullable=False),
    sa.Column('closes_at', Moment(), nullable=False),
    sa.Column('granted_at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['contact_id'], ['contacts.id'], name=op.f('fk_allowances_contact_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('contact_id', *(column.name for column in more), name=op.f('pk_allowances'))
    )
    op.execute(f'INSERT INTO allowances {rows}')
    op.drop_table('old_allowances')
