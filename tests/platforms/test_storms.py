"""What platforms do on bad days: everything twenty times, a database that takes its time."""

import asyncio
import random
import sqlite3
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

import pytest

from bot.store.case_list import CaseFilter, CaseSort, case_list
from bot.store.database import Transaction
from tests.fakes.telegram_chats import Shown
from tests.fakes.telegram_person import Person, Update
from tests.platforms.stage import Stage, staged
from tests.runner.lodge import MORNING, Watch, make_home
from tests.waiting import until, until_at_rest
from tests.web.papers import photo

TIMES = 20
SLOW_SECONDS = 6.0
HANGS_UP_AFTER = 5.0
"""Seconds after which WeChat hangs up."""


@pytest.fixture
async def stage(home: Path, database_url: str, watch: Watch) -> AsyncIterator[Stage]:
    async with staged(home, database_url, watch) as opened:
        yield opened


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


async def test_what_telegram_repeats_after_its_answer_is_not_answered_again(stage: Stage) -> None:
    ana = stage.telegram.person(id=1)
    acts: list[Callable[[], Update]] = [
        ana.starts,
        partial(ana.taps, "Take a room"),
        ana.sends_photo,
    ]
    updates = []
    for act in acts:
        updates.append(act())
        assert await stage.telegram.deliver(updates[-1]) == [200]
        await all_is_said(stage)
    shown, called = texts(stage.telegram.shown(1)), Counter(stage.telegram.methods())
    storm = [update for update in updates for _ in range(TIMES)]
    random.Random(7).shuffle(storm)

    statuses = await asyncio.gather(*(stage.telegram.post(update) for update in storm))

    assert {status for answered in statuses for status in answered} == {200}
    await all_is_said(stage)
    assert texts(stage.telegram.shown(1)) == shown
    more = Counter(stage.telegram.methods()) - called
    assert set(more) <= {"answerCallbackQuery"}  # in the reply, so that the button stops waiting


async def test_a_group_that_telegram_repeats_is_refused_once(stage: Stage) -> None:
    update = stage.telegram.person(id=1).says_in_group(-5, "/start")

    for _ in range(2):  # at once, and after it was refused
        statuses = await asyncio.gather(*(stage.telegram.post(update) for _ in range(TIMES)))
        assert statuses == [[200]] * TIMES
        await stage.app.listener.finish()

    assert len(stage.telegram.shown(-5)) == 1
    assert stage.telegram.methods().count("leaveChat") == 1


async def test_a_page_that_a_repeated_tap_turns_is_turned_once(
    tmp_path: Path, database_url: str, watch: Watch
) -> None:
    home = make_home(tmp_path)
    centre = home / "content" / "centre.yaml"
    centre.write_text(centre.read_text().replace("{sensitive: link}", "{sensitive: ask}"))
    async with staged(home, database_url, watch) as stage:
        ana = stage.telegram.person(id=1)
        await chooses_a_room(stage, ana)
        tap, called = ana.taps("Next ▶"), Counter(stage.telegram.methods())

        for _ in range(2):  # at once, and after it was turned
            await asyncio.gather(*(stage.telegram.post(tap) for _ in range(TIMES)))
            await all_is_said(stage)

        more = Counter(stage.telegram.methods()) - called
        assert stage.telegram.shown(1)[-1].page == "2/2"
        assert more == {"editMessageMedia": 1, "answerCallbackQuery": 2 * TIMES}


def approve_the_one_case(stage: Stage, tx: Transaction) -> None:
    (case,), _ = case_list(tx, CaseFilter(), CaseSort(), 9)
    decide = stage.app.services.cases.decide
    decide(tx, case.reference, approve=True, by="Staff", now=MORNING)


async def chooses_a_room(stage: Stage, ana: Person) -> None:
    """Go on until the rooms are shown, one to a page."""
    acts: list[Callable[[], Update]] = [
        partial(ana.starts, "lodge"),
        partial(ana.taps, "A few nights"),
        partial(ana.says, "Ana Núñez"),
        partial(ana.sends_photo, photo()),
        partial(ana.taps, "Send my request"),
    ]
    for act in acts:
        await stage.telegram.deliver(act())
        await all_is_said(stage)
    stage.app.database.transact(lambda tx: approve_the_one_case(stage, tx))
    await stage.app.clock.tick()
    await all_is_said(stage)


async def test_a_push_that_wechat_repeats_is_answered_once(stage: Stage) -> None:
    bo = stage.follower("oBo")
    await bo.follows()
    push = stage.pusher.message("oBo", "text", Content="1")

    answers = await asyncio.gather(*(stage.pusher.push(push) for _ in range(TIMES)))

    flat = [answer for some in answers for answer in some]
    assert all(answer.is_good for answer in flat)
    assert sum(bool(answer.text) for answer in flat) == 1


async def test_what_wechat_repeats_after_a_call_has_answered_is_not_answered_again(
    stage: Stage,
) -> None:
    bo = stage.follower("oBo")
    await bo.follows()
    await bo.says("1")
    media_id = stage.wechat.account.keep(b"a photo")
    push = stage.pusher.message("oBo", "image", PicUrl="http://mmbiz.example/", MediaId=media_id)
    before = len(stage.wechat.said("oBo"))
    await stage.pusher.deliver(push)
    await until(lambda: len(stage.wechat.said("oBo")) > before)
    await all_is_said(stage)
    said, called = stage.wechat.said("oBo")[:], len(stage.wechat.calls)

    answers = await asyncio.gather(*(stage.pusher.push(push) for _ in range(TIMES)))

    assert {(one.body, one.text) for some in answers for one in some} == {("success", "")}
    await all_is_said(stage)
    assert stage.wechat.said("oBo") == said
    assert len(stage.wechat.calls) == called


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
    await until(lambda: len(stage.wechat.said("oBo")) > before)
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
        await until(partial(has_heard, shown, phrases[-1]))
        assert [text for text in texts(shown()) if text in phrases] == phrases


async def all_is_said(stage: Stage) -> None:
    """Wait until nothing is left to be fetched, taken or sent, and no gesture under way."""
    await until(lambda: not list(stage.app.spool.left()))
    await until_at_rest(stage.app.database)
    await stage.app.listener.finish()


def texts(shown: Sequence[Shown]) -> list[str]:
    return [one.text for one in shown]


def has_heard(shown: Callable[[], Sequence[Shown]], text: str) -> bool:
    return text in texts(shown())


def say(stage: Stage, phrase: str) -> str:
    catalogue = stage.app.content.catalogue
    return stage.app.renderer.text(catalogue.phrases[phrase], "en")
