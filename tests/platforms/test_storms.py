"""What platforms do on bad days: everything twenty times, a database that takes its time."""

import asyncio
import random
import sqlite3
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

import pytest

from tests.fakes.telegram_chats import Shown
from tests.fakes.telegram_person import Person
from tests.platforms.stage import Stage, staged
from tests.runner.lodge import Watch

TIMES = 20
SLOW_SECONDS = 6.0
HANGS_UP_AFTER = 5.0
"""Seconds after which WeChat hangs up."""


@pytest.fixture
async def stage(home: Path, database_url: str, watch: Watch) -> AsyncIterator[Stage]:
    async with staged(home, database_url, watch) as opened:
        yield opened


async def eventually(holds: Callable[[], bool]) -> None:
    """Wait until something is so."""
    async with asyncio.timeout(20):
        while not holds():  # noqa: ASYNC110 - what is waited for happens in another program
            await asyncio.sleep(0.01)


async def test_an_update_that_telegram_repeats_is_answered_once(stage: Stage) -> None:
    ana = stage.telegram.person(id=1)
    updates = [ana.starts(), ana.says("1"), ana.says("2")]
    storm = [update for update in updates for _ in range(TIMES)]
    random.Random(7).shuffle(storm)

    statuses = await asyncio.gather(*(stage.telegram.post(update) for update in storm))

    assert {status for answered in statuses for status in answered} == {200}
    await stage.telegram.until(lambda: len(stage.telegram.shown(1)) >= 3)
    await stage.app.deliverer.finish()
    texts = [shown.text for shown in stage.telegram.shown(1)]
    assert len(texts) == len(set(texts))


async def test_a_push_that_wechat_repeats_is_answered_once(stage: Stage) -> None:
    bo = stage.follower("oBo")
    await bo.follows()
    push = stage.pusher.message("oBo", "text", Content="1")

    answers = await asyncio.gather(*(stage.pusher.push(push) for _ in range(TIMES)))

    flat = [answer for some in answers for answer in some]
    assert all(answer.is_good for answer in flat)
    assert sum(bool(answer.text) for answer in flat) == 1


@pytest.fixture
def busy(database_url: str) -> Iterator[sqlite3.Connection]:
    """Somebody else who writes to the same database."""
    connection = sqlite3.connect(database_url.removeprefix("sqlite:///"), isolation_level=None)
    yield connection
    connection.close()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_slow_database_lets_wechat_go_in_time_and_the_answer_follows(
    stage: Stage, busy: sqlite3.Connection
) -> None:
    bo = stage.follower("oBo")
    await bo.follows()
    before = len(stage.wechat.said("oBo"))
    stage.wechat.desk.act("oBo", "message")
    busy.execute("BEGIN IMMEDIATE")
    begun = time.monotonic()
    asyncio.get_running_loop().call_later(SLOW_SECONDS, busy.execute, "ROLLBACK")

    (answer,) = await stage.pusher.push(stage.pusher.message("oBo", "text", Content="1"))

    assert time.monotonic() - begun < HANGS_UP_AFTER
    assert (answer.status, answer.body, answer.text) == (200, "success", "")
    await eventually(lambda: len(stage.wechat.said("oBo")) > before)
    assert stage.wechat.said("oBo")[-1].kind != "reply"


async def test_contacts_are_answered_in_order_each_and_all_at_once(stage: Stage) -> None:
    people = [stage.telegram.person(id=n, language_code="en") for n in range(1, 11)]
    asked = ("/help", "/person", "/privacy", "/status")

    async def talks(person: Person) -> None:
        for words in asked:
            await stage.telegram.deliver(person.says(words))

    await asyncio.gather(*(talks(person) for person in people))

    phrases = [say(stage, name) for name in ("help", "person", "privacy", "nothing_awaited")]
    for person in people:
        shown = partial(stage.telegram.shown, person.id)
        await eventually(partial(has_heard, shown, phrases[-1]))
        assert [text for text in texts(shown()) if text in phrases] == phrases


def texts(shown: Sequence[Shown]) -> list[str]:
    return [one.text for one in shown]


def has_heard(shown: Callable[[], Sequence[Shown]], text: str) -> bool:
    return text in texts(shown())


def say(stage: Stage, phrase: str) -> str:
    catalogue = stage.app.content.catalogue
    return stage.app.renderer.text(catalogue.phrases[phrase], "en")
