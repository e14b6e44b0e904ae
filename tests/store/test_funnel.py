"""How often steps were reached, summed, and where conversations stand."""

from collections import Counter
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial

import pytest

from bot.store.contacts import contact_ids
from bot.store.database import Contended, Database, Transaction
from bot.store.funnel import LONGEST, Passage, Reached, count, joined, places, reached
from bot.store.turns import Changed, lock_conversations, save_conversations

MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)
NOON = datetime(2026, 11, 24, 4, tzinfo=UTC)
CUPS = Reached("tea", MONDAY, "cups", "web", "en")
LONG = "a" * 24
ROUNDS = 30


def counted(database: Database, *several: Mapping[Reached, int]) -> None:
    for one in several:
        database.transact(partial(count, reached=one))


def between(database: Database, since: date, until: date) -> list[Passage]:
    return database.look(lambda tx: reached(tx, "tea", since, until))


def test_what_is_counted_is_added_to_what_was(database: Database) -> None:
    counted(database, {CUPS: 2}, {CUPS: 3}, {})

    assert between(database, MONDAY, MONDAY) == [Passage("cups", "web", "en", 5)]


def test_days_are_summed_and_both_ends_count(database: Database) -> None:
    counted(database, {CUPS: 2, replace(CUPS, day=TUESDAY): 1})

    assert between(database, MONDAY, TUESDAY) == [Passage("cups", "web", "en", 3)]
    assert between(database, TUESDAY, TUESDAY) == [Passage("cups", "web", "en", 1)]


def test_steps_channels_and_languages_are_told_apart_and_flows_too(database: Database) -> None:
    others = [replace(CUPS, channel="wechat"), replace(CUPS, language="zh_Hans")]
    counted(database, Counter([CUPS, *others, replace(CUPS, step="wish")]))
    counted(database, {replace(CUPS, flow="club"): 9})

    assert between(database, MONDAY, MONDAY) == [
        Passage("cups", "web", "en", 1),
        Passage("cups", "web", "zh_Hans", 1),
        Passage("cups", "wechat", "en", 1),
        Passage("wish", "web", "en", 1),
    ]


def test_two_processes_that_count_the_same_never_wait_for_each_other(database: Database) -> None:
    several = [replace(CUPS, step=f"step_{n}") for n in range(20)]
    orders = (several, several[::-1])

    with ThreadPoolExecutor(2) as two:
        for _ in range(ROUNDS):
            done = [two.submit(counted, database, Counter(order)) for order in orders]
            assert not any(isinstance(one.exception(), Contended) for one in done)

    assert {one.count for one in between(database, MONDAY, MONDAY)} == {2 * ROUNDS}


# places


def stands(tx: Transaction, address: str, *at: str) -> None:
    """A contact whose frames stand somewhere."""
    contact_id = contact_ids(tx, {("web", address): "en"}, NOON)["web", address]
    version = lock_conversations(tx, [contact_id])[contact_id].version
    one = Changed(contact_id, version, "en", b"", None, has_draft=False, places=joined(at))
    save_conversations(tx, [one], NOON)


def test_everybody_who_stands_at_a_place_is_counted(database: Database) -> None:
    def stand(tx: Transaction) -> None:
        stands(tx, "ana", "club.join", "tea.brew")
        stands(tx, "bo", "tea.brew")
        stands(tx, "carla", "tea.brew")
        stands(tx, "dan")

    database.transact(stand)

    assert database.look(places) == {"club.join": 1, "tea.brew": 3}


def test_who_moves_on_stands_there_no_more(database: Database) -> None:
    database.transact(lambda tx: stands(tx, "ana", "tea.cups"))

    database.transact(lambda tx: stands(tx, "ana", "tea.wish"))

    assert database.look(places) == {"tea.wish": 1}


@pytest.mark.parametrize("frames", [0, 1, 4, 5, 8])
def test_places_that_do_not_fit_are_left_out_whole(frames: int) -> None:
    at = [f"{LONG}.{'b' * 23}{n}" for n in range(frames)]

    kept = joined(at)

    assert len(kept) <= LONGEST
    assert kept.split() == at[:4]
