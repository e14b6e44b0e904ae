from collections.abc import Mapping
from pathlib import Path

import pytest

from bot.content.load import read_content
from bot.engine.flow import Flow
from bot.store.funnel import Passage
from bot.web.staff.stages import by_source, stages


@pytest.fixture
def club() -> Flow:
    return read_content(Path("tests/toy"))[0].catalogue.flows["club"]


@pytest.fixture
def tea() -> Flow:
    return read_content(Path("tests/toy"))[0].catalogue.flows["tea"]


def _passages(
    counts: Mapping[str, int], channel: str = "web", language: str = "en"
) -> list[Passage]:
    return [Passage(step, channel, language, count) for step, count in counts.items()]


def test_stages_stand_in_the_order_of_the_flow_with_who_went_no_further(club: Flow) -> None:
    first, *_ = club.by_id
    passages = [
        *_passages({"start": 10, "end": 4, "cancelled": 1}),
        *_passages({first: 9}),
        *_passages({first: 1}, "toy"),
    ]

    found = stages(club, passages, {f"club.{first}": 2, "tea.other": 5})

    assert [(one.step, one.count) for one in found] == [("start", 10), (first, 10), ("end", 4)]
    assert [one.here for one in found] == [0, 2, 0]
    assert [one.stopped for one in found] == [0, 6, 0]


def test_nobody_is_lost_at_what_the_program_does_by_itself(tea: Flow) -> None:
    everybody = ("start", "which_tea", "card", "notice", "check", "brew", "seat")

    found = stages(tea, _passages(dict.fromkeys(everybody, 5)), {})

    stopped = {one.step: one.stopped for one in found}
    assert stopped["start"] == 0  # greeted on the way
    assert stopped["card"] == 0  # judged by a table
    assert stopped["check"] == 0  # handed in
    assert stopped["seat"] == 5


def test_a_step_that_the_flow_has_no_more_is_shown_before_the_end(club: Flow) -> None:
    found = stages(club, _passages({"start": 3, "gone": 2, "end": 1}), {})

    assert [one.step for one in found] == ["start", "gone", "end"]
    assert found[1].stopped == 0


def test_of_each_channel_and_language_who_began_and_who_came() -> None:
    passages = [*_passages({"start": 10, "tea": 4}), *_passages({"start": 2}, "toy", "zh_Hans")]

    assert by_source(passages, "tea") == [("toy", "zh_Hans", 2, 0), ("web", "en", 10, 4)]
