"""Who may send what to a contact: other channels, first answers in a request, the rest of parts."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from bot.store.contacts import note_back
from bot.store.database import Database
from bot.store.outbox import Settled
from bot.store.tables import outbox
from tests.store.post import ANA, BO, LEASE, SOON, Post, later, sent, texts


def test_messages_of_a_channel_this_process_lacks_are_left_to_others(database: Database) -> None:
    mine, other = Post(database), Post(database, "elsewhere")
    mine.leave(ANA)
    other.leave(BO)

    assert texts(mine.claim()) == ["ana 1"]
    assert mine.next_due() == mine.at + LEASE

    row = select(outbox.c.worker, outbox.c.attempts).where(outbox.c.channel == "elsewhere")
    assert database.look(lambda tx: tx.execute(row).all()) == [(None, 0)]


def test_whoever_answers_in_a_request_gets_all_that_waits_in_order(database: Database) -> None:
    post = Post(database)
    post.leave(ANA, ANA, ANA, BO)
    first, second, third = (one for one in post.claim() if one.contact_id == post.contact(ANA))
    until = post.at + timedelta(days=30)
    post.settle(
        Settled(first.contact_id, first.n, due_at=until, tried=False, is_held=True),
        later(second, post.at + SOON),
        Settled(third.contact_id, third.n, due_at=post.at, tried=False),
    )

    lane = post.claim_lanes(post.contact(ANA))

    assert texts(lane) == ["ana 1", "ana 2", "ana 3"]
    assert not any(one.is_held for one in lane)


def test_a_lease_of_another_worker_keeps_the_first_answer_away(database: Database) -> None:
    post = Post(database)
    post.leave(ANA)
    post.claim("there")
    post.leave(ANA)

    assert not post.claim_lanes(post.contact(ANA))

    post.at += LEASE
    assert texts(post.claim_lanes(post.contact(ANA))) == ["ana 1", "ana 2"]


def test_a_lease_of_this_very_worker_keeps_the_first_answer_away_too(database: Database) -> None:
    post = Post(database)
    post.leave(ANA)
    post.claim()

    assert not post.claim_lanes(post.contact(ANA))


def test_a_lane_given_out_is_claimed_by_nobody_else(database: Database) -> None:
    post = Post(database)
    post.leave(ANA, BO)

    assert texts(post.claim_lanes(post.contact(ANA))) == ["ana 1"]

    assert texts(post.claim("there")) == ["bo 1"]


def test_for_a_contact_with_nothing_to_hear_there_is_no_lane(database: Database) -> None:
    post = Post(database)
    post.leave(ANA)
    post.settle(*sent(*post.claim()))

    assert not post.claim_lanes(post.contact(ANA), post.contact(BO))


def test_the_parts_that_are_out_are_kept_over_a_failure(database: Database) -> None:
    post = Post(database)
    post.leave(ANA)
    (one,) = post.claim()

    post.settle(Settled(one.contact_id, one.n, due_at=post.at, problem="status 500", parts=2))

    (again,) = post.claim()
    assert (again.parts, again.attempts) == (2, 2)


@pytest.mark.parametrize(("tried", "attempts"), [(True, 2), (False, 1)])
def test_only_a_message_that_was_tried_has_cost_an_attempt(
    database: Database, tried: bool, attempts: int
) -> None:
    post = Post(database)
    post.leave(ANA)
    (one,) = post.claim()

    post.settle(Settled(one.contact_id, one.n, due_at=post.at, tried=tried))

    (again,) = post.claim()
    assert again.attempts == attempts


def test_what_is_held_back_lets_later_messages_pass_and_is_claimed_when_its_time_is_over(
    database: Database,
) -> None:
    post = Post(database)
    post.leave(ANA)
    (one,) = post.claim()
    until = post.at + timedelta(days=30)
    post.settle(Settled(one.contact_id, one.n, due_at=until, tried=False, is_held=True))
    post.leave(ANA)

    (later_one,) = post.claim()
    assert later_one.message == b"ana 2"

    post.settle(*sent(later_one))
    post.at = until
    (last,) = post.claim()
    assert (last.message, last.is_held) == (b"ana 1", True)


def test_messages_know_whether_their_contact_is_gone(database: Database) -> None:
    post = Post(database)
    post.leave(ANA)
    (one,) = post.claim()
    post.settle(Settled(one.contact_id, one.n, problem="blocked", gone=True))
    post.leave(ANA)
    assert [one.is_gone for one in post.claim()] == [True]

    database.transact(lambda tx: tx.execute(update(outbox).values(due_at=post.at)))
    ana = post.contact(ANA)
    database.transact(lambda tx: note_back(tx, [ana]))

    assert not any(one.is_gone for one in post.claim())
