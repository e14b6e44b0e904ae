"""The whole program and WeChat around it: what one person sees of it on bad days."""

import json
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.platforms.stage import Stage, staged
from tests.runner.lodge import Watch, make_home, phrase
from tests.waiting import until

MINUTE = timedelta(minutes=1)
NAME = "What is your name?"
LONG = "\n\n".join(f"Paragraph {n} of a long notice. " * 50 for n in range(1, 12)) + NAME


@pytest.fixture
async def stage(home: Path, database_url: str, watch: Watch) -> AsyncIterator[Stage]:
    async with staged(home, database_url, watch) as opened:
        yield opened


async def test_taps_whose_number_was_lost_choose_what_they_say(stage: Stage) -> None:
    bo = stage.follower("oBo")
    await bo.follows()

    assert "Take a room" in await bo.taps("0", "1. English")
    assert "All winter" in await bo.taps("0", "1. Take a room")
    assert await bo.taps("0", "2. All winter") == NAME
    await bo.says("Bo Li")
    kept = await bo.says("back")
    assert "paper" in await bo.taps("0", kept.split("\n")[-1])
    await bo.says("change")
    assert await bo.taps("0", "2. Name: Bo Li") == kept


@pytest.fixture
async def wordy(tmp_path: Path, database_url: str, watch: Watch) -> AsyncIterator[Stage]:
    """A centre that asks for a name at great length."""
    flow = make_home(tmp_path) / "flows" / "lodge.yaml"
    flow.write_text(flow.read_text().replace(NAME, json.dumps(LONG)))
    async with staged(flow.parents[1], database_url, watch) as opened:
        yield opened


async def test_who_is_told_more_than_may_be_said_now_learns_how_to_read_on(
    wordy: Stage, watch: Watch
) -> None:
    bo = wordy.follower("oBo")
    await bo.follows()
    await bo.says("1")
    await bo.clicks("flow:lodge")
    watch.passes(2 * MINUTE)
    before = len(wordy.wechat.said("oBo"))
    read_on = phrase(wordy.app, "read_on")

    await bo.says("1")
    await until(lambda: len(wordy.wechat.said("oBo")) == before + 6)
    first = [seen.text for seen in wordy.wechat.said("oBo")[before:]]
    assert [text.endswith(read_on) for text in first] == [False] * 5 + [True]

    await bo.says("more")
    await until(lambda: len(wordy.wechat.said("oBo")) == before + 11)
    parts = [seen.text.removesuffix(f"\n\n{read_on}") for seen in wordy.wechat.said("oBo")[before:]]
    assert [part[part.rindex("\n") :] for part in parts] == [f"\n({n}/11)" for n in range(1, 12)]
    assert "".join(re.sub(r"\(\d+/11\)$", "", part) for part in parts).split() == LONG.split()


async def test_a_tap_takes_nothing_from_what_words_allow(stage: Stage, watch: Watch) -> None:
    bo = stage.follower("oBo")
    await bo.follows()
    await bo.says("1")
    asked = await bo.clicks("flow:lodge")
    before = len(stage.wechat.said("oBo"))

    watch.passes(timedelta(hours=21))  # it is time for a reminder, and the tap's minute is over

    await until(lambda: len(stage.wechat.said("oBo")) > before)
    reminder = stage.wechat.said("oBo")[-1]
    assert (reminder.kind, asked.split("\n")[0] in reminder.text) == ("text", True)
