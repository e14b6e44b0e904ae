"""Visits: one-time links by which a contact of another channel answers on the centre's own page."""

import base64
import binascii
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

import msgspec

from bot.store.seal import Sealer, Unsealable

GOOD_FOR = timedelta(minutes=30)
"""How long a link opens the page, and how long a page that nobody touches stays open."""
LONGEST_TOKEN = 512
"""Characters of a token: ours have some 200."""


class Ticket(msgspec.Struct, frozen=True):
    """What a link stands for: one contact, one open question, one use (`nonce`), until a time."""

    contact_id: int
    question: str
    nonce: str
    until: datetime


class Pass(msgspec.Struct, frozen=True):
    """What an open page stands for: one contact, and the messages after the `since`th."""

    contact_id: int
    since: int
    until: datetime


Kind = TypeVar("Kind", Ticket, Pass)


@dataclass(frozen=True, slots=True)
class Visits:
    """Makes links and passes, and reads them back; a sealed one can be neither read nor made up."""

    sealer: Sealer
    public_url: str

    def link(self, contact_id: int, question: str, now: datetime) -> str:
        """The address by which a contact answers an open question on the page."""
        ticket = Ticket(contact_id, question, secrets.token_hex(8), now + GOOD_FOR)
        return f"{self.public_url}/visit?t={self._token(ticket, 'ticket')}"

    def ticket(self, token: str, now: datetime) -> Ticket | None:
        """The ticket of a link; None when it is not ours or its time is over."""
        ticket = self._read(token, "ticket", Ticket)
        return ticket if ticket is not None and now < ticket.until else None

    def admit(self, contact_id: int, since: int, now: datetime) -> str:
        """The token of a page that shows a contact what is said after the `since`th message."""
        return self._token(Pass(contact_id, since, now + GOOD_FOR), "pass")

    def admitted(self, token: str, now: datetime) -> Pass | None:
        """The pass of a page; None when it is not ours or its time is over."""
        found = self._read(token, "pass", Pass)
        return found if found is not None and now < found.until else None

    def _token(self, what: Ticket | Pass, about: str) -> str:
        sealed = self.sealer.seal(msgspec.json.encode(what), f"visit:{about}")
        return base64.urlsafe_b64encode(sealed).decode().rstrip("=")

    def _read(self, token: str, about: str, kind: type[Kind]) -> Kind | None:
        if len(token) > LONGEST_TOKEN or not token.isascii():
            return None
        try:
            sealed = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
            return msgspec.json.decode(self.sealer.open(sealed, f"visit:{about}"), type=kind)
        except (binascii.Error, ValueError, Unsealable):
            return None
