from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.store.database import Transaction
from bot.store.funnel import Reached, count
from tests.web.server import Server, visiting
from tests.web.staff.clerks import clerk

JOIN = "Shall I put you on the list …"
"""A step without a label goes by the beginning of its text."""


@pytest.fixture(scope="module")
def tearoom(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The toy centre, which the program does not know, with some people on their way."""
    folder = tmp_path_factory.mktemp("tearoom")
    with Server(folder, HOME=str(Path("tests/toy").resolve())) as running:
        running.app.database.transact(lambda tx: _people(tx, running))
        yield running


def _people(tx: Transaction, server: Server) -> None:
    today = server.app.content.catalogue.local(server.clock()).date()
    old = today - timedelta(days=40)

    def reached(day: date, step: str, channel: str, language: str) -> Reached:
        return Reached("club", day, step, channel, language)

    count(
        tx,
        {
            reached(today, "start", "web", "en"): 8,
            reached(today, "join", "web", "en"): 6,
            reached(today, "start", "terminal", "zh_Hans"): 2,
            reached(today, "join", "terminal", "zh_Hans"): 2,
            reached(today, "end", "web", "en"): 5,
            reached(today, "cancelled", "web", "en"): 1,
            reached(old, "start", "web", "en"): 90,
        },
    )


async def test_the_flows_of_any_centre_have_a_funnel(tearoom: Server) -> None:
    async with clerk(tearoom, "reviewer") as one:
        club = await one.gets("/staff?flow=club")
        tea = await one.gets("/staff?flow=tea")

    assert club.status == tea.status == 200
    assert "How far people come: Join the tea club" in club.words
    assert "Began 10 100 % 2 0" in club.words
    assert f"{JOIN} 8 80 % 3 0" in club.words
    assert "Came to the end 5 50 % 0 0" in club.words
    assert "1 cancelled." in club.words
    assert '<svg class="chart" role="img"' in club.text
    assert "Nobody began in this time." in tea.words


async def test_the_funnel_is_narrowed_by_period_channel_and_language(tearoom: Server) -> None:
    async with clerk(tearoom, "reviewer") as one:
        of_channel = await one.gets("/staff?flow=club&channel=terminal")
        of_language = await one.gets("/staff?flow=club&language=en")
        of_period = await one.gets("/staff?flow=club&period=90")

    assert "Began 2 100 %" in of_channel.words
    assert "Began 8 100 %" in of_language.words
    assert "Began 100 100 %" in of_period.words


async def test_a_step_is_split_by_channel_and_language(tearoom: Server) -> None:
    async with clerk(tearoom, "reviewer") as one:
        page = await one.gets("/staff?flow=club&step=join")
        of_another_flow = await one.gets("/staff?flow=tea&step=join")

    assert f"“{JOIN}” by channel and language" in page.words
    assert "Web chat · English 8 6 75 %" in page.words
    assert "by channel and language" not in of_another_flow.words


@pytest.mark.parametrize("asked", ["flow=nothing", "flow=club&period=3", "flow=club&channel=x"])
async def test_what_there_is_not_cannot_be_asked_for(tearoom: Server, asked: str) -> None:
    async with clerk(tearoom, "reviewer") as one:
        assert (await one.gets(f"/staff?{asked}")).status == 400


async def test_links_lead_only_where_the_role_may_go(tearoom: Server) -> None:
    async with clerk(tearoom, "reviewer") as one, clerk(tearoom, "editor") as other:
        reviewers = await one.gets("/staff")
        editors = await other.gets("/staff")

    assert '<a href="/staff/deposits?state=reported"' in reviewers.text
    assert '<a href="/staff/cases?state=submitted"' in reviewers.text
    assert "deposits to look at" in editors.words
    assert 'href="/staff/deposits?state=reported"' not in editors.text
    assert 'href="/staff/cases?' not in editors.text


async def test_a_page_speaks_the_language_of_who_looks(tearoom: Server) -> None:
    async with clerk(tearoom, "reviewer", language="zh_Hans") as one:
        page = await one.gets("/staff?flow=club")

    assert "加入茶友会" in page.words


async def test_the_overview_tells_nothing_of_a_person(server: Server) -> None:
    async with visiting(server) as visitor, clerk(server, "editor") as one:
        await visitor.arrives(flow="apartment")
        await visitor.says("Zenobia Quill")

        page = await one.gets("/staff")

    assert page.status == 200
    assert "Zenobia" not in page.text
