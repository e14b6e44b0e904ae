"""Tables of the console: staff and their sessions, the audit log, the funnel."""

from sqlalchemy import (
    BigInteger,
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

staff = Table(
    "staff",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", String(32), nullable=False, unique=True),
    Column("role", String(16), nullable=False),
    Column("language", String(16), nullable=False),
    Column("password", String(200)),
    Column("totp", LargeBinary),
    Column("totp_step", BigInteger, nullable=False, default=0),
    Column("failures", Integer, nullable=False, default=0),
    Column("locked_until", Moment),
    Column("link", String(64), unique=True),
    Column("link_until", Moment),
    Column("created_at", Moment, nullable=False),
    Column("closed_at", Moment),
)

staff_sessions = Table(
    "staff_sessions",
    metadata,
    Column("token", String(64), primary_key=True),
    Column("staff_id", ForeignKey("staff.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("csrf", String(43), nullable=False),
    Column("is_whole", Boolean, nullable=False),
    Column("opened_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
)

audit = Table(
    "audit",
    metadata,
    Column("id", Id, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("who", String(64), nullable=False),
    Column("role", String(16), nullable=False),
    Column("action", String(32), nullable=False),
    Column("about", String(64), nullable=False),
    Column("details", Text, nullable=False),
    Column("seal", LargeBinary(32), nullable=False),
    Index("ix_audit_at", "at"),
    Index("ix_audit_who_id", "who", "id"),
    Index("ix_audit_action_id", "action", "id"),
    Index("ix_audit_about_id", "about", "id"),
)

funnel = Table(
    "funnel",
    metadata,
    Column("flow", String(32), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("step", String(32), primary_key=True),
    Column("channel", String(16), primary_key=True),
    Column("language", String(16), primary_key=True),
    Column("reached", Integer, nullable=False),
)
