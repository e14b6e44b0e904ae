from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import select

from bot.store.database import Database, Transaction
from bot.store.outbox import Claimed, Settled, claim, next_due, release, settle
from bot.store.tables import contacts, outbox
from bot.store.turns import InboxRow, OutboxRow, add_to_inbox, add_to_outbox, contact_ids
from tests.runner.lodge import MORNING

LEASE = timedelta(seconds=60)
SOON = timedelta(seconds=2)
ANA, BO = "ana", "bo"


class Post:
    """An outbox under test."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.at = MORNING
        self._counts: dict[str, int] = {}

    def leave(self, *addresses: str) -> None:
        """Leave one message to each address."""
        for address in addresses:
            n = self._counts[address] = self._counts.get(address, 0) + 1
            self.database.transact(partial(self._leave, address=address, n=n))

    def _leave(self, tx: Transaction, address: str, n: int) -> None:
        contact = contact_ids(tx, [("toy", address)], self.at)["toy", address]
        row = InboxRow("toy", f"{address}:{n}", contact, b"", self.at, self.at)
        (inbox_id,) = add_to_inbox(tx, [row]).values()
        text = f"{address} {n}".encode()
        add_to_outbox(tx, [OutboxRow(contact, inbox_id, n, text, self.at, self.at)])

    def claim(self, worker: str = "here", limit: int = 99) -> list[Claimed]:
        return self.database.transact(lambda tx: claim(tx, worker, self.at, LEASE, limit))

    def settle(self, *settled: Settled, worker: str = "here") -> None:
        self.database.transact(lambda tx: settle(tx, worker, settled, self.at))

    def next_due(self) -> datetime | None:
        return self.database.look(next_due)


def texts(claimed: Sequence[Claimed]) -> list[str]:
    return [one.message.decode() for one in claimed]


def sent(*claimed: Claimed) -> list[Settled]:
    return [Settled(one.id, one.contact_id, sent=True) for one in claimed]


def later(one: Claimed, at: datetime) -> Settled:
    return Settled(one.id, one.contact_id, due_at=at, problem="status 500")


def test_what_is_due_is_claimed_in_order(database: Database) -> None:
    post = Post(database)
    post.leave(ANA, BO, ANA, BO, ANA)

    claimed = post.claim()

    assert texts(claimed) == ["ana 1", "bo 1", "ana 2", "bo 2", "ana 3"]
    assert [one.attempts for one in claimed] == [1] * 5
    assert claimed[0].channel == "toy"


def test_what_is_claimed_is_not_claimed_again_before_its_lease_is_over(database: Database) -> None:
    post = Post(database)
    post.leave(ANA)
    assert post.claim("here")

    assert not post.claim("there")
    post.at += LEASE
    assert texts(post.claim("there")) == ["ana 1"]


def test_what_is_sent_is_done(database: Database) -> None:
    post = Post(database)
    post.leave(ANA)

    post.settle(*sent(*post.claim()))

    assert post.next_due() is None
    post.at += LEASE
    assert not post.claim()


def test_a_limit_counts_contacts_and_never_parts_their_messages(database: Database) -> None:
    post = Post(database)
    post.leave(ANA, ANA, BO)

    assert texts(post.claim(limit=1)) == ["ana 1", "ana 2"]
    assert texts(post.claim(limit=1)) == ["bo 1"]


def test_while_one_message_is_claimed_later_ones_of_its_contact_wait(database: Database) -> None:
    post = Post(database)
    post.leave(ANA)
    first = post.claim()
    post.leave(ANA, BO)

    assert texts(post.claim("there")) == ["bo 1"]
    post.settle(*sent(*first))
    assert texts(post.claim("there")) == ["ana 2"]


def test_a_message_to_be_tried_again_keeps_later_ones_back(database: Database) -> None:
    post = Post(database)
    post.leave(ANA)
    (first,) = post.claim()
    post.settle(later(first, post.at + SOON))
    post.leave(ANA)

    assert not post.claim()
    post.at += SOON
    again = post.claim()

    assert texts(again) == ["ana 1", "ana 2"]
    assert [one.attempts for one in again] == [2, 1]


def test_a_message_that_is_given_up_lets_later_ones_go(database: Database) -> None:
    post = Post(database)
    post.leave(ANA)
    (first,) = post.claim()
    post.leave(ANA)

    post.settle(Settled(first.id, first.contact_id, problem="status 400"))

    assert texts(post.claim()) == ["ana 2"]
    given_up = select(outbox.c.problem, outbox.c.failed_at).where(outbox.c.failed_at.is_not(None))
    assert database.look(lambda tx: tx.execute(given_up).all()) == [("status 400", MORNING)]


def test_a_contact_that_is_gone_is_noted(database: Database) -> None:
    post = Post(database)
    post.leave(ANA, BO)
    ana, bo = post.claim()

    post.settle(Settled(ana.id, ana.contact_id, problem="blocked", gone=True), *sent(bo))

    gone = select(contacts.c.address).where(contacts.c.gone_at.is_not(None))
    assert database.look(lambda tx: tx.execute(gone).scalars().all()) == [ANA]


def test_a_lease_that_was_lost_settles_nothing(database: Database) -> None:
    post = Post(database)
    post.leave(ANA)
    slow = post.claim("slow")
    post.at += LEASE
    quick = post.claim("quick")

    post.settle(*sent(*slow), worker="slow")

    assert post.next_due() == post.at + LEASE
    post.settle(*sent(*quick), worker="quick")
    assert post.next_due() is None


def test_a_worker_that_starts_again_gets_back_what_it_had(database: Database) -> None:
    post = Post(database)
    post.leave(ANA, BO)
    post.claim("here", limit=1)
    post.claim("there", limit=1)

    freed = database.transact(lambda tx: release(tx, "here", post.at))

    assert freed == 1
    assert texts(post.claim("here")) == ["ana 1"]


def test_what_is_done_is_not_released(database: Database) -> None:
    post = Post(database)
    post.leave(ANA)
    post.settle(*sent(*post.claim()))

    assert database.transact(lambda tx: release(tx, "here", post.at)) == 0


def test_a_long_problem_is_cut(database: Database) -> None:
    post = Post(database)
    post.leave(ANA)
    (one,) = post.claim()

    post.settle(Settled(one.id, one.contact_id, problem="x" * 1000))

    problem = database.look(lambda tx: tx.execute(select(outbox.c.problem)).scalar_one())
    assert problem == "x" * 200


def test_many_workers_at_once_claim_each_message_once(database: Database) -> None:
    post = Post(database)
    addresses = [f"guest {n}" for n in range(30)]
    post.leave(*addresses, *addresses)

    def work(name: str) -> list[str]:
        taken: list[str] = []
        while claimed := post.claim(name, limit=3):
            taken.extend(texts(claimed))
            post.settle(*sent(*claimed), worker=name)
        return taken

    with ThreadPoolExecutor(4) as workers:
        done = [text for taken in workers.map(work, "abcd") for text in taken]

    everything = [f"{address} {n}" for address in addresses for n in (1, 2)]
    left = post.claim("last")
    assert sorted([*done, *texts(left)]) == sorted(everything)
