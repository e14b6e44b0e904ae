"""What the console needs: staff, audit log, timelines, the ledger, offers to those who wait."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from bot.store.tables import Id, Moment

revision = '0004'
down_revision = '0003'

KEPT_FOR_EVER = ('audit', 'ledger')
"""Tables whose rows nobody changes or deletes: the database itself refuses."""

ONE = ('revision', sa.Integer(), '1')
ADDED: tuple[tuple[str, str, Any, str], ...] = (
    ('conversations', 'places', sa.String(length=200), ''),
    ('cases', 'step', sa.String(length=32), ''),
    ('cases', 'language', sa.String(length=16), ''),
    ('cases', 'channel', sa.String(length=16), ''),
    *((table, *ONE) for table in ('cases', 'buildings', 'unit_types', 'flats', 'deposits')),
)
NULLABLE: tuple[tuple[str, str, Any], ...] = (
    ('cases', 'assignee', sa.String(length=32)),
    ('cases', 'asked_at', Moment()),
    ('flats', 'free_since', Moment()),
    ('holds', 'ended_at', Moment()),
    ('waiting_list', 'ended_at', Moment()),
)
INDEXES = (
    ('ix_conversations_places', 'conversations', ('places',)),
    ('ix_cases_due_on_id', 'cases', ('due_on', 'id')),
    ('ix_cases_submitted_at', 'cases', ('submitted_at',)),
    ('ix_cases_assignee_id', 'cases', ('assignee', 'id')),
    ('ix_cases_list', 'cases', ('flow', 'state', 'language', 'channel', 'assignee', 'due_on')),
    ('ix_holds_contact_id', 'holds', ('contact_id',)),
    ('ix_holds_flat_id_id', 'holds', ('flat_id', 'id')),
    ('ix_waiting_list_contact_id', 'waiting_list', ('contact_id',)),
    ('ix_deposits_contact_id', 'deposits', ('contact_id',)),
)
GIVEN_UP = sa.text('failed_at IS NOT NULL')
HELD = sa.text('is_held')


def upgrade() -> None:
    """Apply."""
    for table, name, kind, default in ADDED:
        op.add_column(table, sa.Column(name, kind, nullable=False, server_default=default))
    for where, name, kind in NULLABLE:
        op.add_column(where, sa.Column(name, kind, nullable=True))
    for index, on, columns in INDEXES:
        op.create_index(index, on, list(columns))
    op.create_index('ix_outbox_failed_at', 'outbox', ['failed_at'], sqlite_where=GIVEN_UP, postgresql_where=GIVEN_UP)
    op.create_index('ix_outbox_held', 'outbox', ['channel'], sqlite_where=HELD, postgresql_where=HELD)
    _one_hold_a_flat("'offered', 'held', 'let'")
    _create_tables()
    op.execute(
        'UPDATE cases SET channel = (SELECT channel FROM contacts WHERE contacts.id = cases.contact_id)'
    )
    op.execute(
        "INSERT INTO ledger (at, reference, kind, amount_fen, flat_id, who)"
        " SELECT decided_at, reference, 'confirmed', amount_fen, holds.flat_id, decided_by"
        " FROM deposits JOIN holds ON holds.id = deposits.hold_id WHERE deposits.state = 'confirmed'"
        " ORDER BY decided_at"
    )
    for table in KEPT_FOR_EVER:
        _keep_for_ever(table)


def downgrade() -> None:
    """Take back; what the log and the ledger hold is lost."""
    _let_change()
    for table in ('funnel', 'audit', 'staff_sessions', 'staff', 'ledger', 'case_terms', 'case_events'):
        op.drop_table(table)
    op.execute("DELETE FROM holds WHERE state = 'offered'")
    _one_hold_a_flat("'held', 'let'")
    op.drop_index('ix_outbox_held', 'outbox')
    op.drop_index('ix_outbox_failed_at', 'outbox')
    for index, on, _ in reversed(INDEXES):
        op.drop_index(index, on)
    for column in reversed((*ADDED, *NULLABLE)):
        op.drop_column(*column[:2])


def _one_hold_a_flat(states: str) -> None:
    taken = sa.text(f'state IN ({states})')
    op.drop_index('uq_holds_one_per_flat', 'holds')
    op.create_index(
        'uq_holds_one_per_flat', 'holds', ['flat_id'], unique=True, sqlite_where=taken, postgresql_where=taken
    )


def _keep_for_ever(table: str) -> None:
    if op.get_bind().dialect.name == 'sqlite':
        for what in ('UPDATE', 'DELETE'):
            op.execute(
                f"CREATE TRIGGER {table}_no_{what.lower()} BEFORE {what} ON {table}"
                f" BEGIN SELECT RAISE(ABORT, '{table} is kept as it is'); END"
            )
        return
    op.execute(
        'CREATE OR REPLACE FUNCTION kept_as_it_is() RETURNS trigger LANGUAGE plpgsql AS'
        " $$ BEGIN RAISE EXCEPTION '% is kept as it is', TG_TABLE_NAME; END $$"
    )
    op.execute(
        f'CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}'
        ' FOR EACH STATEMENT EXECUTE FUNCTION kept_as_it_is()'
    )


def _let_change() -> None:
    if op.get_bind().dialect.name == 'sqlite':
        for table in KEPT_FOR_EVER:
            for what in ('update', 'delete'):
                op.execute(f'DROP TRIGGER {table}_no_{what}')
        return
    for table in KEPT_FOR_EVER:
        op.execute(f'DROP TRIGGER {table}_no_change ON {table}')
    op.execute('DROP FUNCTION kept_as_it_is')


def _create_tables() -> None:
    op.create_table('case_events',
    sa.Column('id', Id, nullable=False),
    sa.Column('case_id', Id, nullable=False),
    sa.Column('at', Moment(), nullable=False),
    sa.Column('kind', sa.String(length=32), nullable=False),
    sa.Column('who', sa.String(length=64), nullable=False),
    sa.Column('words', sa.LargeBinary(), nullable=True),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_case_events_case_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_case_events'))
    )
    op.create_index('ix_case_events_case_id_id', 'case_events', ['case_id', 'id'])
    op.create_table('case_terms',
    sa.Column('digest', sa.LargeBinary(length=16), nullable=False),
    sa.Column('case_id', Id, nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_case_terms_case_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('digest', 'case_id', name=op.f('pk_case_terms'))
    )
    op.create_index('ix_case_terms_case_id', 'case_terms', ['case_id'])
    op.create_table('ledger',
    sa.Column('id', Id, nullable=False),
    sa.Column('at', Moment(), nullable=False),
    sa.Column('reference', sa.String(length=24), nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('amount_fen', sa.BigInteger(), nullable=False),
    sa.Column('flat_id', sa.String(length=32), nullable=False),
    sa.Column('who', sa.String(length=64), nullable=False),
    sa.Column('words', sa.LargeBinary(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ledger'))
    )
    op.create_index('ix_ledger_at', 'ledger', ['at'])
    op.create_index('ix_ledger_reference', 'ledger', ['reference'])
    for once in ('confirmed', 'refunded'):
        where = sa.text(f"kind = '{once}'")
        op.create_index(f'uq_ledger_{once}', 'ledger', ['reference'], unique=True, sqlite_where=where, postgresql_where=where)
    op.create_table('staff',
    sa.Column('id', Id, nullable=False),
    sa.Column('name', sa.String(length=32), nullable=False),
    sa.Column('role', sa.String(length=16), nullable=False),
    sa.Column('language', sa.String(length=16), nullable=False),
    sa.Column('password', sa.String(length=200), nullable=True),
    sa.Column('totp', sa.LargeBinary(), nullable=True),
    sa.Column('totp_step', sa.BigInteger(), nullable=False),
    sa.Column('failures', sa.Integer(), nullable=False),
    sa.Column('locked_until', Moment(), nullable=True),
    sa.Column('link', sa.String(length=64), nullable=True),
    sa.Column('link_until', Moment(), nullable=True),
    sa.Column('created_at', Moment(), nullable=False),
    sa.Column('closed_at', Moment(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_staff')),
    sa.UniqueConstraint('name', name=op.f('uq_staff_name')),
    sa.UniqueConstraint('link', name=op.f('uq_staff_link'))
    )
    op.create_table('staff_sessions',
    sa.Column('token', sa.String(length=64), nullable=False),
    sa.Column('staff_id', Id, nullable=False),
    sa.Column('csrf', sa.String(length=43), nullable=False),
    sa.Column('is_whole', sa.Boolean(), nullable=False),
    sa.Column('opened_at', Moment(), nullable=False),
    sa.Column('seen_at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_staff_sessions_staff_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('token', name=op.f('pk_staff_sessions'))
    )
    op.create_index(op.f('ix_staff_sessions_staff_id'), 'staff_sessions', ['staff_id'])
    op.create_table('audit',
    sa.Column('id', Id, nullable=False),
    sa.Column('at', Moment(), nullable=False),
    sa.Column('who', sa.String(length=64), nullable=False),
    sa.Column('role', sa.String(length=16), nullable=False),
    sa.Column('action', sa.String(length=32), nullable=False),
    sa.Column('about', sa.String(length=64), nullable=False),
    sa.Column('details', sa.Text(), nullable=False),
    sa.Column('seal', sa.LargeBinary(length=32), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit'))
    )
    op.create_index('ix_audit_at', 'audit', ['at'])
    for column in ('who', 'action', 'about'):
        op.create_index(f'ix_audit_{column}_id', 'audit', [column, 'id'])
    op.create_table('funnel',
    sa.Column('flow', sa.String(length=32), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('step', sa.String(length=32), nullable=False),
    sa.Column('channel', sa.String(length=16), nullable=False),
    sa.Column('language', sa.String(length=16), nullable=False),
    sa.Column('reached', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('flow', 'day', 'step', 'channel', 'language', name=op.f('pk_funnel'))
    )
