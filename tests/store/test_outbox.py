from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import select

from bot.store.database import Database
from bot.store.outbox import Settled, release
from bot.store.tables import contacts, outbox
from tests.runner.lodge import MORNING
from tests.store.post import ANA, BO, LEASE, SOON, Post, later, sent, texts
from tests.toy_channel import TOY


def test_what_is_due_is_claimed_in_order(database: Database) -> None:
    post = Post(database)
    post.leave(ANA, BO, ANA, BO, ANA)

    claimed = post.claim()

    assert texts(claimed) == ["ana 1", "bo 1", "ana 2", "bo 2", "ana 3"]
    assert [one.attempts for one in claimed] == [1] * 5
    assert claimed[0].channel == TOY


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

    post.settle(Settled(first.contact_id, first.n, problem="status 400"))

    assert texts(post.claim()) == ["ana 2"]
    given_up = select(outbox.c.problem, outbox.c.failed_at).where(outbox.c.failed_at.is_not(None))
    assert database.look(lambda tx: tx.execute(given_up).all()) == [("status 400", MORNING)]


def test_a_contact_that_is_gone_is_noted(database: Database) -> None:
    post = Post(database)
    post.leave(ANA, BO)
    ana, bo = post.claim()

    post.settle(Settled(ana.contact_id, ana.n, problem="blocked", gone=True), *sent(bo))

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

    post.settle(Settled(one.contact_id, one.n, problem="x" * 1000))

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
