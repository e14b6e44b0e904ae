"""Every table, for SQLite and PostgreSQL alike."""

from datetime import UTC, datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

Id = BigInteger().with_variant(Integer, "sqlite")
"""SQLite numbers rows by itself only in a column of the exact type INTEGER."""


class Moment(TypeDecorator[datetime]):
    """A moment as whole microseconds since 1970, UTC: ordered, exact and cheap everywhere."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """Refuse naive moments; keep microseconds."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone")
        return round(value.timestamp() * 1_000_000)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        """Give moments back in UTC."""
        return None if value is None else datetime.fromtimestamp(value / 1_000_000, UTC)


contacts = Table(
    "contacts",
    metadata,
    Column("id", Id, primary_key=True),
    Column("channel", String(16), nullable=False),
    Column("address", String(128), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("gone_at", Moment),
    UniqueConstraint("channel", "address"),
)

conversations = Table(
    "conversations",
    metadata,
    Column("contact_id", ForeignKey("contacts.id", ondelete="CASCADE"), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("language", String(16), nullable=False),
    Column("state", LargeBinary, nullable=False),
    Column("draft_at", Moment),
    Column("wake_at", Moment),
    Column("updated_at", Moment, nullable=False),
)
_waking = conversations.c.wake_at.is_not(None)
Index(
    "ix_conversations_wake_at",
    conversations.c.wake_at,
    sqlite_where=_waking,
    postgresql_where=_waking,
)
_drafting = conversations.c.draft_at.is_not(None)
Index(
    "ix_conversations_draft_at",
    conversations.c.draft_at,
    sqlite_where=_drafting,
    postgresql_where=_drafting,
)

inbox = Table(
    "inbox",
    metadata,
    Column("id", Id, primary_key=True),
    Column("channel", String(16), nullable=False),
    Column("update_id", String(128), nullable=False),
    Column("contact_id", ForeignKey("contacts.id", ondelete="CASCADE"), nullable=False),
    Column("input", LargeBinary, nullable=False),
    Column("received_at", Moment, nullable=False),
    Column("done_at", Moment),
    Column("failed", Boolean, nullable=False, default=False),
    UniqueConstraint("channel", "update_id"),
    Index("ix_inbox_contact_id_id", "contact_id", "id"),
    Index("ix_inbox_done_at", "done_at"),
)
_undone = inbox.c.done_at.is_(None)
Index(
    "ix_inbox_undone",
    inbox.c.contact_id,
    inbox.c.id,
    sqlite_where=_undone,
    postgresql_where=_undone,
)

attachments = Table(
    "attachments",
    metadata,
    Column("id", Id, primary_key=True),
    Column("inbox_id", ForeignKey("inbox.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("contact_id", ForeignKey("contacts.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("album", String(64), nullable=False),
    Column("attachment", LargeBinary, nullable=False),
    Column("due_at", Moment, nullable=False, index=True),
    Column("attempts", Integer, nullable=False, default=0),
    Column("worker", String(64)),
    Column("received_at", Moment, nullable=False),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Id, primary_key=True),
    Column("contact_id", ForeignKey("contacts.id", ondelete="CASCADE"), nullable=False),
    Column("inbox_id", ForeignKey("inbox.id", ondelete="CASCADE"), nullable=False),
    Column("channel", String(16), nullable=False),
    Column("n", Integer, nullable=False),
    Column("message", LargeBinary, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("due_at", Moment),
    Column("is_held", Boolean, nullable=False, default=False),
    Column("parts", Integer, nullable=False, default=0),
    Column("attempts", Integer, nullable=False, default=0),
    Column("worker", String(64)),
    Column("sent_at", Moment),
    Column("failed_at", Moment),
    Column("problem", String(200)),
    UniqueConstraint("contact_id", "n"),
    Index("ix_outbox_inbox_id", "inbox_id"),
)
_due = outbox.c.due_at.is_not(None)
Index("ix_outbox_due_at", outbox.c.due_at, sqlite_where=_due, postgresql_where=_due)
Index(
    "ix_outbox_waiting",
    outbox.c.contact_id,
    outbox.c.id,
    sqlite_where=_due,
    postgresql_where=_due,
)

allowances = Table(
    "allowances",
    metadata,
    Column("contact_id", ForeignKey("contacts.id", ondelete="CASCADE"), primary_key=True),
    Column("lasts", Integer, primary_key=True, autoincrement=False),
    Column("calls", Integer, nullable=False),
    Column("closes_at", Moment, nullable=False),
    Column("granted_at", Moment, nullable=False),
)

editions = Table(
    "editions",
    metadata,
    Column("flow", String(32), primary_key=True),
    Column("version", String(16), primary_key=True),
    Column("source", Text, nullable=False),
    Column("published_at", Moment, nullable=False),
)

documents = Table(
    "documents",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("contact_id", ForeignKey("contacts.id", ondelete="CASCADE"), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("pages", Integer, nullable=False),
    Column("received_at", Moment, nullable=False),
    Column("sealed_key", LargeBinary, nullable=False),
    Column("case_reference", String(24), index=True),
    Index("ix_documents_contact_id_received_at", "contact_id", "received_at"),
)

document_parts = Table(
    "document_parts",
    metadata,
    Column("document_id", ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True),
    Column("n", Integer, primary_key=True),
    Column("content", LargeBinary, nullable=False),
)

cases = Table(
    "cases",
    metadata,
    Column("id", Id, primary_key=True),
    Column("reference", String(24), nullable=False, unique=True),
    Column("contact_id", ForeignKey("contacts.id", ondelete="CASCADE"), nullable=False),
    Column("flow", String(32), nullable=False),
    Column("version", String(16), nullable=False),
    Column("frame", Integer, nullable=False),
    Column("state", String(16), nullable=False),
    Column("answers", LargeBinary, nullable=False),
    Column("submitted_at", Moment, nullable=False),
    Column("due_on", Date, nullable=False),
    Column("decided_at", Moment),
    Column("decided_by", String(64)),
    Column("reason", LargeBinary),
    Index("ix_cases_state_due_on", "state", "due_on"),
    Index("ix_cases_contact_id", "contact_id"),
)

buildings = Table(
    "buildings",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("facts", Text, nullable=False),
)

unit_types = Table(
    "unit_types",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("building_id", ForeignKey("buildings.id"), nullable=False),
    Column("rent_fen", BigInteger, nullable=False),
    Column("facts", Text, nullable=False),
)

flats = Table(
    "flats",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("unit_type_id", ForeignKey("unit_types.id"), nullable=False),
    Column("number", String(16), nullable=False),
    Column("floor", Integer, nullable=False),
    Column("available_from", Date, nullable=False),
    Column("offered", Boolean, nullable=False, default=True),
)

holds = Table(
    "holds",
    metadata,
    Column("id", Id, primary_key=True),
    Column("flat_id", ForeignKey("flats.id"), nullable=False),
    Column("contact_id", ForeignKey("contacts.id", ondelete="CASCADE"), nullable=False),
    Column("frame", Integer, nullable=False),
    Column("state", String(16), nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Index("ix_holds_state_expires_at", "state", "expires_at"),
)
_taken = holds.c.state.in_(("held", "let"))
Index(
    "uq_holds_one_per_flat",
    holds.c.flat_id,
    unique=True,
    sqlite_where=_taken,
    postgresql_where=_taken,
)

waiting_list = Table(
    "waiting_list",
    metadata,
    Column("id", Id, primary_key=True),
    Column("contact_id", ForeignKey("contacts.id", ondelete="CASCADE"), nullable=False),
    Column("frame", Integer, nullable=False),
    Column("state", String(16), nullable=False),
    Column("joined_at", Moment, nullable=False),
    Index("ix_waiting_list_state_id", "state", "id"),
)

deposits = Table(
    "deposits",
    metadata,
    Column("id", Id, primary_key=True),
    Column("reference", String(24), nullable=False, unique=True),
    Column("hold_id", ForeignKey("holds.id", ondelete="CASCADE"), nullable=False, unique=True),
    Column("contact_id", ForeignKey("contacts.id", ondelete="CASCADE"), nullable=False),
    Column("frame", Integer, nullable=False),
    Column("amount_fen", BigInteger, nullable=False),
    Column("state", String(16), nullable=False),
    Column("ordered_at", Moment, nullable=False),
    Column("receipt", Text),
    Column("decided_at", Moment),
    Column("decided_by", String(64)),
    Index("ix_deposits_state", "state"),
)
