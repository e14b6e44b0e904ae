"""The served program is killed between a platform and a person, and their talk goes on to its end.

It is the program of `serve`, with a platform's real wire on both sides. What a platform got no
answer to it repeats; what a dead program may or may not have said is said at most once more.
"""

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import closing
from sqlite3 import connect

import pytest

from tests.crash.driver import Server
from tests.crash.people import is_whole, marks
from tests.crash.platforms import MODULE, Kill, Lived, Stage

PLATFORMS = ("webhook", "polling", "wechat")
"""Telegram posts, or is asked for news; WeChat pushes."""
SEND = "/cgi-bin/message/custom/send"
MEDIA = "/cgi-bin/media/get"
KEPT = ("after INSERT INTO outbox", "after commit")
"""The turn and its answer are committed, and nobody has been told yet."""
ON_TELEGRAM: Mapping[str, Kill] = {
    "before the commit": Kill(2, "after INSERT INTO outbox", "before commit"),
    "after the commit": Kill(2, *KEPT),
    "before the send": Kill(2, "before sendMessage"),
    "after the send": Kill(2, "after sendMessage", told=True),
    "before it is settled": Kill(2, "after sendMessage", "before UPDATE outbox", told=True),
    "before the first of two parts": Kill(1, *["before sendMessage"] * 2),
    "after the first of two parts": Kill(1, *["after sendMessage"] * 2, told=True),
    "before the second of two parts": Kill(1, *["before sendMessage"] * 3, told=True),
    "before a photo is asked for": Kill(3, "before getFile"),
    "while a photo is fetched": Kill(3, "before file/documents/file-0"),
    "before the turn of a photo": Kill(3, "after file/documents/file-0"),
    "in the turn of a photo": Kill(3, "after DELETE FROM attachments", "before commit"),
    "after the turn of a photo": Kill(3, "after DELETE FROM attachments", "after commit"),
    "between two messages": Kill(3, "after sendMessage", told=True),
}
ON_WECHAT: Mapping[str, Kill] = {
    "before the commit": Kill(3, "after INSERT INTO outbox", "before commit"),
    "after the commit": Kill(3, *KEPT),
    "before the reply is settled": Kill(3, *KEPT, "before UPDATE outbox", told=True),
    "while the reply is settled": Kill(3, *KEPT, "after UPDATE outbox", told=True),
    "after the reply is settled": Kill(3, *KEPT, "after UPDATE outbox", "after commit"),
    "before the first of two parts": Kill(2, f"before {SEND}"),
    "after the first of two parts": Kill(2, f"after {SEND}", told=True),
    "before the second of two parts": Kill(2, *[f"before {SEND}"] * 2, told=True),
    "before its parts are settled": Kill(2, *[f"after {SEND}"] * 3, "before commit", told=True),
    "while a photo is fetched": Kill(4, f"before {MEDIA}"),
    "before the turn of a photo": Kill(4, f"after {MEDIA}"),
    "in the turn of a photo": Kill(4, "after DELETE FROM attachments", "before commit"),
    "after the turn of a photo": Kill(4, "after DELETE FROM attachments", "after commit"),
    "before its answer is settled": Kill(4, f"after {SEND}", "before commit", told=True),
}
KILLS = {"webhook": ON_TELEGRAM, "polling": ON_TELEGRAM, "wechat": ON_WECHAT}
"""The kills of the short run."""
STAGES = [
    *(("sqlite", platform) for platform in PLATFORMS),
    pytest.param("postgres", "webhook", marks=pytest.mark.postgres),
    pytest.param("postgres", "wechat", marks=pytest.mark.postgres),
]
"""For polling one database is enough: past the listener it is the webhook's way."""


@pytest.mark.crash
@pytest.mark.parametrize("platform", PLATFORMS)
async def test_a_kill_at_each_step_between_platform_and_person_loses_nothing(
    inns: Stage, platform: str
) -> None:
    kills = [*KILLS[platform].values()]

    async with servers() as forks:
        assert await killed(inns, forks, platform, kills) == kills


@pytest.mark.crash
@pytest.mark.parametrize(("inns", "platform"), STAGES, indirect=["inns"])
async def test_a_kill_at_any_point_between_platform_and_person_loses_nothing(
    inns: Stage, platform: str, capsys: pytest.CaptureFixture[str]
) -> None:
    async with servers() as forks:
        counts = (await lived(inns, forks[0], platform)).places
        points = [
            Kill(0, *[place] * n, told=True)
            for place in counts
            for n in range(1, counts[place] + 1)
            if inns.fresh.tries(n)
        ]
        sprung = await killed(inns, forks, platform, points)

    places = {kill.places[-1] for kill in sprung}
    assert places == set(counts)
    with capsys.disabled():
        sys.stdout.write(f"\n{len(sprung)} points tried at {len(places)} places\n")


@pytest.mark.crash
@pytest.mark.parametrize("inns", ["sqlite"], indirect=True)
async def test_what_wechat_takes_for_taken_survives_a_kill_before_the_database_has_it(
    inns: Stage,
) -> None:
    async with Server.open(MODULE) as server:
        before = await lived(inns, server, "wechat")
        async with inns.scene(server, "wechat") as scene:
            for number in (1, 2):
                await scene.act(number)
            with closing(connect(scene.database.url.removeprefix("sqlite:///"))) as busy:
                busy.execute("BEGIN IMMEDIATE")
                await scene.act(3)  # WeChat is told that all is well, after 4.5 seconds
                assert marks(scene.talker.read()) == before.said[: before.said.index("Question 2")]
                scene.program.kill()
            await scene.reads("Question 2")
            for number in (4, 5):
                await scene.act(number)
            after = scene.look()

    assert (after.said, after.remains) == (before.said, before.remains)


@contextlib.asynccontextmanager
async def servers() -> AsyncIterator[Sequence[Server]]:
    """Those that fork the programs which are at work at the same time."""
    async with Server.open(MODULE) as one, Server.open(MODULE) as other:
        yield one, other


async def killed(
    inns: Stage, forks: Sequence[Server], platform: str, kills: Sequence[Kill]
) -> list[Kill]:
    """Play the story once in peace, then with each kill; those that came to pass.

    Everything is as if nobody had been killed, but for what comes twice.
    """
    before = await lived(inns, forks[0], platform)
    assert is_whole(before.said, [*dict.fromkeys(before.said)], 0)
    left, sprung = iter(kills), []

    async def kill_one_after_the_other(server: Server) -> None:
        for kill in left:
            try:
                after = await lived(inns, server, platform, kill)
                assert is_whole(after.said, before.said, int(kill.told)), after.said
                assert after.remains == before.remains
            except Exception as fault:
                fault.add_note(f"{platform}: {kill}")
                raise
            if after.was_killed:
                sprung.append(kill)

    async with asyncio.TaskGroup() as tasks:
        for server in forks:
            tasks.create_task(kill_one_after_the_other(server))
    return [kill for kill in kills if kill in sprung]


async def lived(inns: Stage, server: Server, platform: str, kill: Kill | None = None) -> Lived:
    """Play the story, with one kill or none."""
    async with inns.scene(server, platform, kill) as scene:
        return await scene.plays()
