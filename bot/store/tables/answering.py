"""Tables around answers: what was asked and told, what staff add, events and reminders of them."""

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
)

from bot.store.tables.columns import Id, Moment, metadata

answer_counts = Table(
    "answer_counts",
    metadata,
    Column("entry", String(32), primary_key=True),
    Column("language", String(16), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("told", Integer, nullable=False, default=0),
    Column("helped", Integer, nullable=False, default=0),
    Column("missed", Integer, nullable=False, default=0),
    Index("ix_answer_counts_day", "day"),
)

questions = Table(
    "questions",
    metadata,
    Column("id", Id, primary_key=True),
    Column("digest", LargeBinary(32), nullable=False, unique=True),
    Column("language", String(16), nullable=False),
    Column("outcome", String(16), nullable=False),
    Column("words", LargeBinary, nullable=False),
    Column("entries", String(160), nullable=False),
    Column("times", Integer, nullable=False),
    Column("first_at", Moment, nullable=False),
    Column("last_at", Moment, nullable=False),
    Column("state", String(16), nullable=False),
    Column("settled_by", String(64)),
    Column("settled_at", Moment),
    Index("ix_questions_state_last_at", "state", "last_at"),
    Index("ix_questions_last_at", "last_at"),
)

additions = Table(
    "additions",
    metadata,
    Column("id", Id, primary_key=True),
    Column("entry", String(32), nullable=False),
    Column("language", String(16), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("words", Text, nullable=False),
    Column("made_by", String(64), nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("removed_at", Moment),
    Index("ix_additions_revision", "revision"),
)

events = Table(
    "events",
    metadata,
    Column("id", Id, primary_key=True),
    Column("uid", String(200), unique=True),
    Column("kind", String(16), nullable=False),
    Column("starts_at", Moment, nullable=False),
    Column("ends_at", Moment, nullable=False),
    Column("is_all_day", Boolean, nullable=False),
    Column("is_free", Boolean, nullable=False),
    Column("needs_id", Boolean, nullable=False),
    Column("words", Text, nullable=False),
    Column("link", String(500), nullable=False),
    Column("photo", String(64), nullable=False),
    Column("is_shown", Boolean, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("changed_at", Moment, nullable=False),
    Index("ix_events_ends_at", "ends_at"),
)

event_reminders = Table(
    "event_reminders",
    metadata,
    Column("contact_id", ForeignKey("contacts.id", ondelete="CASCADE"), primary_key=True),
    Column("event_id", ForeignKey("events.id", ondelete="CASCADE"), primary_key=True, index=True),
    Column("due_at", Moment, nullable=False),
    Index("ix_event_reminders_due_at", "due_at"),
)
