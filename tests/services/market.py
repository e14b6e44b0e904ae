"""A market of a few flats: applicants and staff do anything in any order, without a chat."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from bot.engine.effects import Do
from bot.services.action import Acting, Outcome
from bot.services.books import Books
from bot.services.deposits import Deposits
from bot.services.letterbox import Letterbox
from bot.services.stock import Stock
from bot.services.timeline import Timeline
from bot.services.waiting import WaitingList
from bot.store import deposits, holds, ledger, stock
from bot.store.contacts import contact_ids
from bot.store.database import Database, Transaction
from bot.store.holds import Hold
from bot.store.seal import Sealer
from bot.store.tables import deposits as deposit_table
from bot.store.tables import flats, inbox, waiting_list
from bot.store.tables import holds as hold_table
from tests.runner.lodge import KEY

BEGIN = datetime(2026, 12, 1, 8, 30, tzinfo=UTC)
FRAME = 1
RENT = 300_00
NAME = {"names": {"en": "Tea"}}
PAYEE = {"name": NAME, "bank": NAME, "account": "0"}
HOUSE = {"name": NAME, "operator": NAME, "deposit": {"months_of_rent": 1}, "payee": PAYEE}

DEEDS = (
    *("join", "hold", "pass", "order") * 4,
    *("decline", "report", "tick", "confirm") * 2,
    *("give_up", "refuse", "refund", "release", "withhold", "offer"),
)
"""What may happen, the usual more often."""


class Market:
    """Flats, people, and the services; `chance` says what happens next."""

    def __init__(self, database: Database, seed: int = 0, now: datetime = BEGIN) -> None:
        self.database = database
        self.chance = Random(seed)
        self.now = now
        self.flats: Sequence[str] = ()
        self.people: Sequence[int] = ()
        sealer = Sealer([KEY])
        letterbox, timeline = Letterbox(sealer), Timeline(sealer)
        books = Books(sealer, timeline)
        self.waiting = WaitingList(letterbox, timeline, 1)
        zone = ZoneInfo("Asia/Shanghai")
        self.stock = Stock(letterbox, timeline, books, self.waiting, {}, zone, 2)
        self.deposits = Deposits(letterbox, books, self.waiting, self.chance.randrange)
        self.actions = {
            action.name: action
            for part in (self.stock, self.waiting, self.deposits)
            for action in part.actions()
        }

    # what there is

    def opens(self, flats: int, people: int) -> None:
        """Enter flats and people."""
        self.flats = [f"flat_{n}" for n in range(flats)]
        rows = [(flat, "room", flat, 1, date(2026, 12, 1)) for flat in self.flats]
        house = stock.StockRows([("house", HOUSE)], [("room", "house", RENT, {})], rows)
        self.database.transact(lambda tx: stock.enter(tx, house, self.now))
        addresses = {("terminal", f"person {n}"): "" for n in range(people)}
        known = self.database.transact(lambda tx: contact_ids(tx, addresses, self.now))
        self.people = sorted(known.values())

    def act(self, tx: Transaction, action: str, person: int, **given: object) -> Outcome:
        """A person does something."""
        do = Do(action, FRAME, "lodge", "1", action, given, {})
        return self.actions[action].run(Acting(tx, do, person, "en", self.now))

    def hold(self, tx: Transaction, person: int, flat: str) -> bool:
        """A person picks a flat; whether they have it."""
        return self.act(tx, "hold_flat", person, flat={"pick": flat}).name == "held"

    # what happens

    def goes_on(self) -> str:
        """Let one thing happen, in one transaction; which it was."""
        deed = self.chance.choice(DEEDS)
        self.now += timedelta(seconds=1)
        if deed == "pass":
            self.now += timedelta(minutes=self.chance.choice((10, 40)))
        self.database.transact(lambda tx: self._happens(tx, deed))
        return deed

    def _happens(self, tx: Transaction, deed: str) -> None:
        person = self.chance.choice(self.people)
        if deed in ("report", "confirm", "refuse", "refund"):
            self._pays(tx, deed)
        elif deed in ("withhold", "offer", "tick"):
            self._manages(tx, deed)
        else:
            self._applies(tx, deed, person, holds.hold_of(tx, person, FRAME))

    def _applies(self, tx: Transaction, deed: str, person: int, mine: Hold | None) -> None:
        match deed:
            case "join" if mine is None:
                self.act(tx, "join_waiting_list", person)
            case "decline":
                self.act(tx, "decline_offer", person)
            case "hold":
                self.hold(tx, person, self.chance.choice(self.flats))
            case "order" if mine is not None:
                self.act(tx, "order_deposit", person, hold={"facts": {"hold": mine.id}})
            case "give_up":
                self.stock.give_up(tx, person, FRAME, self.now)
            case "release" if mine is not None:
                self.stock.release(tx, mine.id, "Staff", "wet", self.now)

    def _manages(self, tx: Transaction, deed: str) -> None:
        if deed != "tick":
            flat = self.chance.choice(self.flats)
            self.stock.offer_flat(tx, flat, self.now, offered=deed == "offer")
        elif self.stock.has_due(tx, self.now):
            self.stock.expire(tx, self.now)

    def _pays(self, tx: Transaction, deed: str) -> None:
        references = select(deposit_table.c.reference).order_by(deposit_table.c.id)
        known = tx.execute(references).scalars().all()
        if not known:
            return
        reference = self.chance.choice(known[-len(self.people) :])
        match deed:
            case "report":
                named = {"facts": {"reference": reference}}
                self.act(tx, "keep_receipt", self.people[0], receipt={}, deposit=named)
            case "confirm":
                self.deposits.confirm(tx, reference, "Staff", self.now)
            case "refuse":
                self.deposits.refuse(tx, reference, "Staff", "none", self.now)
            case "refund":
                self.deposits.refund(tx, reference, "Staff", "wet", self.now)

    # what must be so at any time

    def is_sound(self) -> None:
        """Look through all the books."""
        self.database.look(self._nobody_has_two)
        self.database.look(self._nothing_waits_for_nobody)
        self.database.look(self._books_agree)

    def _nobody_has_two(self, tx: Transaction) -> None:
        taken = hold_table.c.state.in_(holds.TAKEN)
        for column in (hold_table.c.flat_id, hold_table.c.contact_id):
            most = select(func.count()).where(taken).group_by(column)
            assert max(tx.execute(most).scalars(), default=0) <= 1
        offers = select(hold_table.c.contact_id).where(hold_table.c.state == holds.OFFERED)
        places = select(waiting_list.c.contact_id).where(waiting_list.c.state == "offered")
        assert sorted(tx.execute(offers).scalars()) == sorted(tx.execute(places).scalars())

    def _nothing_waits_for_nobody(self, tx: Transaction) -> None:
        """What is free and offered, nobody waited for who came before."""
        assert not self.waiting.has_some(tx)
        free = select(flats.c.free_since).where(flats.c.free_since > self.now)
        assert not tx.execute(free).all()

    def _books_agree(self, tx: Transaction) -> None:
        """A let flat is paid for, and the lines about a deposit sum to what we have of it."""
        kept = 0
        for order in deposits.list_deposits(tx, STATES, 10_000):
            lines = ledger.lines_of(tx, order.reference)
            paid = order.amount_fen if order.state == deposits.CONFIRMED else 0
            assert sum(line.amount_fen for line in lines) == paid
            assert [line.kind for line in lines].count("ordered") == 1
            assert len(lines) == order.revision + (
                lines[-2].kind == "late" if paid == 0 and len(lines) > 1 else 0
            )
            hold = holds.find_hold(tx, order.hold_id)
            assert hold is not None
            assert (hold.state == holds.LET) == (order.state == deposits.CONFIRMED)
            kept += paid
        assert sum(one.kept_fen for one in ledger.sums(tx).values()) == kept

    def joins(self, person: int) -> None:
        """Somebody joins the list."""
        self.now += timedelta(seconds=1)
        self.database.transact(lambda tx: self.act(tx, "join_waiting_list", person))

    def takes(self, person: int, flat: str) -> bool:
        """Somebody picks a flat; whether they have it."""
        return self.database.transact(lambda tx: self.hold(tx, person, flat))

    def offered_in_order(self) -> list[int]:
        """The people to whom something was ever offered, in the order it was."""
        told = select(inbox.c.contact_id).where(inbox.c.update_id.endswith(":offered"))
        return self.database.look(lambda tx: list(tx.execute(told.order_by(inbox.c.id)).scalars()))


STATES = (
    deposits.ORDERED,
    deposits.REPORTED,
    deposits.CONFIRMED,
    deposits.REFUNDED,
    deposits.EXPIRED,
    deposits.CANCELLED,
)
