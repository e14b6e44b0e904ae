"""What a platform lets us say: granted, spent, closed, and what waits for it is never lost."""

from datetime import datetime, timedelta

from bot.store.allowances import Allowance, close, grant, purses, spend
from bot.store.database import Database
from bot.store.outbox import Claimed, Settled
from tests.store.post import ANA, BO, Post, texts

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


class Ledger:
    """A ledger under test, with the outbox that waits for it."""

    def __init__(self, database: Database) -> None:
        self.post = Post(database)
        self.ana = self.post.contact(ANA)
        self.database = database

    def grant(self, calls: int, lasts: timedelta) -> None:
        given = [Allowance(self.ana, calls, lasts)]
        self.database.transact(lambda tx: grant(tx, given, self.post.at))

    def spend(self, calls: int) -> None:
        self.database.transact(lambda tx: spend(tx, {self.ana: calls}, self.post.at))

    def close(self, tried_at: datetime) -> None:
        self.database.transact(lambda tx: close(tx, [self.ana], tried_at))

    @property
    def left(self) -> int:
        return self.database.look(lambda tx: purses(tx, [self.ana], self.post.at)).get(self.ana, 0)

    def hold(self, one: Claimed, closed_at: datetime | None = None) -> None:
        until = self.post.at + timedelta(days=30)
        self.post.settle(
            Settled(
                one.contact_id,
                one.n,
                due_at=until,
                tried=False,
                is_held=True,
                closed_at=closed_at,
            )
        )


def test_without_a_grant_nothing_may_be_said(database: Database) -> None:
    assert Ledger(database).left == 0


def test_a_grant_is_spent_call_by_call(database: Database) -> None:
    ledger = Ledger(database)
    ledger.grant(5, HOUR)

    ledger.spend(2)

    assert ledger.left == 3


def test_a_grant_ends_at_its_time(database: Database) -> None:
    ledger = Ledger(database)
    ledger.grant(5, HOUR)

    ledger.post.at += HOUR

    assert ledger.left == 0


def test_grants_of_one_kind_do_not_add_up(database: Database) -> None:
    ledger = Ledger(database)
    ledger.grant(5, HOUR)
    ledger.spend(2)

    ledger.grant(5, HOUR)

    assert ledger.left == 5


def test_a_smaller_grant_takes_nothing_from_a_larger_one_that_lasts_longer(
    database: Database,
) -> None:
    ledger = Ledger(database)
    ledger.grant(20, 48 * HOUR)

    ledger.grant(3, MINUTE)

    assert ledger.left == 23
    ledger.post.at += HOUR
    assert ledger.left == 20


def test_a_tap_takes_nothing_from_what_words_have_left(database: Database) -> None:
    ledger = Ledger(database)
    ledger.grant(5, 48 * HOUR)
    ledger.spend(3)

    ledger.grant(3, MINUTE)
    ledger.post.at += MINUTE

    assert ledger.left == 2


def test_what_closes_first_is_spent_first(database: Database) -> None:
    ledger = Ledger(database)
    ledger.grant(5, 48 * HOUR)
    ledger.grant(3, MINUTE)

    ledger.spend(2)
    assert ledger.left == 6
    ledger.spend(2)
    assert ledger.left == 4
    ledger.post.at += MINUTE

    assert ledger.left == 4


def test_no_call_is_paid_out_of_what_is_over(database: Database) -> None:
    ledger = Ledger(database)
    ledger.grant(5, 48 * HOUR)
    ledger.grant(3, MINUTE)
    ledger.post.at += MINUTE

    ledger.spend(2)

    assert ledger.left == 3


def test_more_calls_than_were_allowed_leave_nothing(database: Database) -> None:
    ledger = Ledger(database)
    ledger.grant(5, 48 * HOUR)
    ledger.grant(3, MINUTE)

    ledger.spend(9)

    assert ledger.left == 0


def test_what_one_group_of_updates_allows_is_entered_together(database: Database) -> None:
    ledger = Ledger(database)
    both = [Allowance(ledger.ana, 5, 48 * HOUR), Allowance(ledger.ana, 3, MINUTE)]

    database.transact(lambda tx: grant(tx, [*both, *both], ledger.post.at))

    assert ledger.left == 8


def test_a_smaller_grant_counts_again_once_the_larger_one_is_over(database: Database) -> None:
    ledger = Ledger(database)
    ledger.grant(20, HOUR)
    ledger.post.at += HOUR

    ledger.grant(3, HOUR)

    assert ledger.left == 3


def test_what_the_platform_closes_is_empty(database: Database) -> None:
    ledger = Ledger(database)
    ledger.grant(5, HOUR)
    ledger.grant(3, MINUTE)
    ledger.post.at += timedelta(seconds=1)

    ledger.close(ledger.post.at)

    assert ledger.left == 0


def test_who_has_spoken_since_the_refused_call_keeps_the_new_grant(database: Database) -> None:
    ledger = Ledger(database)
    ledger.grant(5, HOUR)
    tried_at = ledger.post.at + timedelta(seconds=1)
    ledger.post.at += timedelta(seconds=2)
    ledger.spend(5)
    ledger.grant(5, HOUR)

    ledger.close(tried_at)

    assert ledger.left == 5


def test_calls_that_were_made_are_settled_with_their_messages(database: Database) -> None:
    ledger = Ledger(database)
    ledger.grant(5, HOUR)
    ledger.post.leave(ANA, ANA)
    first, second = ledger.post.claim()

    ledger.post.settle(
        Settled(ledger.ana, first.n, sent=True, calls=3),
        Settled(ledger.ana, second.n, sent=True, calls=1),
    )

    assert ledger.left == 1


def test_the_next_grant_lets_go_of_what_was_held_back_in_order(database: Database) -> None:
    ledger = Ledger(database)
    ledger.post.leave(ANA, ANA, BO)
    first, second, bo = ledger.post.claim()
    for one in (first, second, bo):
        ledger.hold(one)
    ledger.post.leave(ANA)
    assert texts(ledger.post.claim()) == ["ana 3"]
    ledger.post.settle(Settled(ledger.ana, 3))

    ledger.grant(5, HOUR)

    assert texts(ledger.post.claim("there")) == ["ana 1", "ana 2"]


def test_what_is_held_back_while_a_grant_comes_is_due_at_once(database: Database) -> None:
    ledger = Ledger(database)
    ledger.post.leave(ANA)
    (one,) = ledger.post.claim()
    tried_at = ledger.post.at
    ledger.post.at += timedelta(seconds=1)
    ledger.grant(5, HOUR)

    ledger.hold(one, closed_at=tried_at)

    assert texts(ledger.post.claim()) == ["ana 1"]
    assert ledger.left == 5


def test_a_grant_of_no_call_lets_nothing_go(database: Database) -> None:
    ledger = Ledger(database)
    ledger.post.leave(ANA)
    (one,) = ledger.post.claim()
    ledger.hold(one)

    ledger.grant(0, HOUR)

    assert not ledger.post.claim()
