"""What is asked and answered, what staff add to it, events and reminders of them."""

import sqlalchemy as sa
from alembic import op
from bot.store.tables import Id, Moment

revision = '0005'
down_revision = '0004'


def upgrade() -> None:
    """Apply."""
    _answers()
    _questions()
    _additions()
    _events()


def _answers() -> None:
    op.create_table(
        'answer_counts',
        sa.Column('entry', sa.String(length=32), nullable=False),
        sa.Column('language', sa.String(length=16), nullable=False),
        sa.Column('day', sa.Date(), nullable=False),
        sa.Column('told', sa.Integer(), nullable=False),
        sa.Column('helped', sa.Integer(), nullable=False),
        sa.Column('missed', sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint('entry', 'language', 'day', name=op.f('pk_answer_counts')),
    )
    op.create_index('ix_answer_counts_day', 'answer_counts', ['day'])


def _questions() -> None:
    op.create_table(
        'questions',
        sa.Column('id', Id, nullable=False),
        sa.Column('digest', sa.LargeBinary(length=32), nullable=False),
        sa.Column('language', sa.String(length=16), nullable=False),
        sa.Column('outcome', sa.String(length=16), nullable=False),
        sa.Column('words', sa.LargeBinary(), nullable=False),
        sa.Column('entries', sa.String(length=160), nullable=False),
        sa.Column('times', sa.Integer(), nullable=False),
        sa.Column('first_at', Moment(), nullable=False),
        sa.Column('last_at', Moment(), nullable=False),
        sa.Column('state', sa.String(length=16), nullable=False),
        sa.Column('settled_by', sa.String(length=64), nullable=True),
        sa.Column('settled_at', Moment(), nullable=True),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_questions')),
        sa.UniqueConstraint('digest', name=op.f('uq_questions_digest')),
    )
    op.create_index('ix_questions_state_last_at', 'questions', ['state', 'last_at'])
    op.create_index('ix_questions_last_at', 'questions', ['last_at'])


def _additions() -> None:
    op.create_table(
        'additions',
        sa.Column('id', Id, nullable=False),
        sa.Column('entry', sa.String(length=32), nullable=False),
        sa.Column('language', sa.String(length=16), nullable=False),
        sa.Column('kind', sa.String(length=16), nullable=False),
        sa.Column('words', sa.Text(), nullable=False),
        sa.Column('made_by', sa.String(length=64), nullable=False),
        sa.Column('made_at', Moment(), nullable=False),
        sa.Column('revision', sa.Integer(), nullable=False),
        sa.Column('removed_at', Moment(), nullable=True),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_additions')),
    )
    op.create_index('ix_additions_revision', 'additions', ['revision'])


def _events() -> None:
    op.create_table(
        'events',
        sa.Column('id', Id, nullable=False),
        sa.Column('uid', sa.String(length=200), nullable=True),
        sa.Column('kind', sa.String(length=16), nullable=False),
        sa.Column('starts_at', Moment(), nullable=False),
        sa.Column('ends_at', Moment(), nullable=False),
        sa.Column('is_all_day', sa.Boolean(), nullable=False),
        sa.Column('is_free', sa.Boolean(), nullable=False),
        sa.Column('needs_id', sa.Boolean(), nullable=False),
        sa.Column('words', sa.Text(), nullable=False),
        sa.Column('link', sa.String(length=500), nullable=False),
        sa.Column('photo', sa.String(length=64), nullable=False),
        sa.Column('is_shown', sa.Boolean(), nullable=False),
        sa.Column('revision', sa.Integer(), nullable=False),
        sa.Column('changed_at', Moment(), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_events')),
        sa.UniqueConstraint('uid', name=op.f('uq_events_uid')),
    )
    op.create_index('ix_events_ends_at', 'events', ['ends_at'])
    op.create_table(
        'event_reminders',
        sa.Column('contact_id', Id, nullable=False),
        sa.Column('event_id', Id, nullable=False),
        sa.Column('due_at', Moment(), nullable=False),
        sa.ForeignKeyConstraint(['contact_id'], ['contacts.id'], name=op.f('fk_event_reminders_contact_id_contacts'), ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['event_id'], ['events.id'], name=op.f('fk_event_reminders_event_id_events'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('contact_id', 'event_id', name=op.f('pk_event_reminders')),
    )
    op.create_index('ix_event_reminders_event_id', 'event_reminders', ['event_id'])
    op.create_index('ix_event_reminders_due_at', 'event_reminders', ['due_at'])


def downgrade() -> None:
    """Take back."""
    for table in ('event_reminders', 'events', 'additions', 'questions', 'answer_counts'):
        op.drop_table(table)
