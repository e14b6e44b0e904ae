"""Tables of what is said: contacts, conversations, inbox and outbox, documents."""

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from bot.store.tables.columns import Id, Moment, metadata

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
    Column("places", String(200), nullable=False, server_default=""),
    Column("updated_at", Moment, nullable=False),
    Index("ix_conversations_places", "places"),
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
_given_up = outbox.c.failed_at.is_not(None)
Index("ix_outbox_failed_at", outbox.c.failed_at, sqlite_where=_given_up, postgresql_where=_given_up)
_held = outbox.c.is_held
Index("ix_outbox_held", outbox.c.channel, sqlite_where=_held, postgresql_where=_held)
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
