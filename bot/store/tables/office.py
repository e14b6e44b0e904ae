"""Tables of what the centre decides and gives: cases, stock, holds, deposits and their ledger."""

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

cases = Table(
    "cases",
    metadata,
    Column("id", Id, primary_key=True),
    Column("reference", String(24), nullable=False, unique=True),
    Column("contact_id", ForeignKey("contacts.id", ondelete="CASCADE"), nullable=False),
    Column("flow", String(32), nullable=False),
    Column("version", String(16), nullable=False),
    Column("frame", Integer, nullable=False),
    Column("step", String(32), nullable=False, server_default=""),
    Column("language", String(16), nullable=False, server_default=""),
    Column("channel", String(16), nullable=False, server_default=""),
    Column("state", String(16), nullable=False),
    Column("revision", Integer, nullable=False, server_default="1"),
    Column("assignee", String(32)),
    Column("answers", LargeBinary, nullable=False),
    Column("submitted_at", Moment, nullable=False),
    Column("asked_at", Moment),
    Column("due_on", Date, nullable=False),
    Column("decided_at", Moment),
    Column("decided_by", String(64)),
    Column("reason", LargeBinary),
    Index("ix_cases_state_due_on", "state", "due_on"),
    Index("ix_cases_due_on_id", "due_on", "id"),
    Index("ix_cases_submitted_at", "submitted_at"),
    Index("ix_cases_assignee_id", "assignee", "id"),
    Index("ix_cases_list", "flow", "state", "language", "channel", "assignee", "due_on"),
    Index("ix_cases_contact_id", "contact_id"),
)

case_events = Table(
    "case_events",
    metadata,
    Column("id", Id, primary_key=True),
    Column("case_id", ForeignKey("cases.id", ondelete="CASCADE"), nullable=False),
    Column("at", Moment, nullable=False),
    Column("kind", String(32), nullable=False),
    Column("who", String(64), nullable=False),
    Column("words", LargeBinary),
    Index("ix_case_events_case_id_id", "case_id", "id"),
)

case_terms = Table(
    "case_terms",
    metadata,
    Column("digest", LargeBinary(16), primary_key=True),
    Column("case_id", ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True),
    Index("ix_case_terms_case_id", "case_id"),
)

buildings = Table(
    "buildings",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("facts", Text, nullable=False),
    Column("revision", Integer, nullable=False, server_default="1"),
)

unit_types = Table(
    "unit_types",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("building_id", ForeignKey("buildings.id"), nullable=False),
    Column("rent_fen", BigInteger, nullable=False),
    Column("facts", Text, nullable=False),
    Column("revision", Integer, nullable=False, server_default="1"),
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
    Column("free_since", Moment),
    Column("revision", Integer, nullable=False, server_default="1"),
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
    Column("ended_at", Moment),
    Index("ix_holds_state_expires_at", "state", "expires_at"),
    Index("ix_holds_contact_id", "contact_id"),
    Index("ix_holds_flat_id_id", "flat_id", "id"),
)
_taken = holds.c.state.in_(("offered", "held", "let"))
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
    Column("ended_at", Moment),
    Index("ix_waiting_list_state_id", "state", "id"),
    Index("ix_waiting_list_contact_id", "contact_id"),
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
    Column("revision", Integer, nullable=False, server_default="1"),
    Column("decided_at", Moment),
    Column("decided_by", String(64)),
    Index("ix_deposits_state", "state"),
    Index("ix_deposits_contact_id", "contact_id"),
)

ledger = Table(
    "ledger",
    metadata,
    Column("id", Id, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("reference", String(24), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("amount_fen", BigInteger, nullable=False),
    Column("flat_id", String(32), nullable=False),
    Column("who", String(64), nullable=False),
    Column("words", LargeBinary),
    Index("ix_ledger_at", "at"),
    Index("ix_ledger_reference", "reference"),
)
for _once in ("confirmed", "refunded"):
    Index(
        f"uq_ledger_{_once}",
        ledger.c.reference,
        unique=True,
        sqlite_where=ledger.c.kind == _once,
        postgresql_where=ledger.c.kind == _once,
    )
