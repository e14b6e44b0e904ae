import asyncio
from datetime import timedelta

import pytest

from bot.channels.wechat.errors import ApiError
from bot.channels.wechat.tokens import MARGIN, ONCE, Token, Tokens
from tests.fakes.wechat_rig import START


class Platform:
    """Gives tokens, and counts."""

    def __init__(self, *values: str) -> None:
        self.values = list(values) or [f"token {n}" for n in range(9)]
        self.at = START
        self.fetches = 0
        self.gate = asyncio.Event()
        self.gate.set()
        self.fails = False

    async def fetch(self) -> Token:
        self.fetches += 1
        await self.gate.wait()
        if self.fails:
            raise ApiError("/token", "no answer")
        return Token(self.values[self.fetches - 1], timedelta(hours=2))


def tokens_of(platform: Platform) -> Tokens:
    return Tokens(platform.fetch, lambda: platform.at)


async def test_ten_who_ask_at_once_wait_for_one_fetch() -> None:
    platform = Platform()
    tokens = tokens_of(platform)
    platform.gate.clear()

    asking = [asyncio.create_task(tokens.current()) for _ in range(10)]
    await asyncio.sleep(0)
    platform.gate.set()

    assert set(await asyncio.gather(*asking)) == {"token 0"}
    assert platform.fetches == 1


async def test_a_token_is_kept_until_five_minutes_before_its_end() -> None:
    platform = Platform()
    tokens = tokens_of(platform)

    await tokens.current()
    platform.at += timedelta(hours=2) - MARGIN - timedelta(seconds=1)
    kept = await tokens.current()
    platform.at += timedelta(seconds=1)

    assert (kept, await tokens.current()) == ("token 0", "token 1")


async def test_one_who_gives_up_does_not_take_the_token_from_others() -> None:
    platform = Platform()
    tokens = tokens_of(platform)
    platform.gate.clear()

    first = asyncio.create_task(tokens.current())
    other = asyncio.create_task(tokens.current())
    await asyncio.sleep(0)
    first.cancel()
    platform.gate.set()

    assert await other == "token 0"
    assert platform.fetches == 1


async def test_a_failed_fetch_fails_all_who_waited_and_the_next_one_asks_again() -> None:
    platform = Platform()
    tokens = tokens_of(platform)
    platform.fails = True

    failed = await asyncio.gather(tokens.current(), tokens.current(), return_exceptions=True)
    platform.fails = False

    assert [type(one) for one in failed] == [ApiError, ApiError]
    assert await tokens.current() == "token 1"


async def test_a_refused_token_is_renewed_once_for_all_who_had_it() -> None:
    platform = Platform()
    tokens = tokens_of(platform)
    value = await tokens.current()

    worthwhile = [tokens.refuse(value)]
    await tokens.current()
    worthwhile.append(tokens.refuse(value))

    assert worthwhile == [True, True]
    assert await tokens.current() == "token 1"
    assert platform.fetches == 2


async def test_the_same_token_given_again_is_not_asked_for_in_a_circle() -> None:
    platform = Platform("same", "same", "same")
    tokens = tokens_of(platform)

    first = tokens.refuse(await tokens.current())
    again = tokens.refuse(await tokens.current())
    platform.at += ONCE
    later = tokens.refuse(await tokens.current())

    assert (first, again, later) == (True, False, True)
    assert platform.fetches == 2


async def test_finishing_waits_for_a_fetch_under_way() -> None:
    platform = Platform()
    tokens = tokens_of(platform)
    platform.gate.clear()
    asking = asyncio.create_task(tokens.current())
    await asyncio.sleep(0)

    finishing = asyncio.create_task(tokens.finish())
    await asyncio.sleep(0)
    is_waiting = not finishing.done()
    platform.gate.set()
    await finishing

    assert is_waiting
    assert await asking == "token 0"


async def test_with_nothing_under_way_finishing_is_done_at_once() -> None:
    await tokens_of(Platform()).finish()


@pytest.mark.parametrize("seconds", [0, 60, 299])
async def test_a_token_about_to_end_is_still_not_fetched_for_every_call(seconds: int) -> None:
    fetches = 0

    async def fetch() -> Token:
        nonlocal fetches
        fetches += 1
        return Token("short", timedelta(seconds=seconds))

    tokens = Tokens(fetch, lambda: START)

    await tokens.current()
    await tokens.current()

    assert fetches == 1
