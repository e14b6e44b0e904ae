import asyncio
from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from tests.fakes.wechat import FakeWeChat
from tests.fakes.wechat_push import APOLOGY, Pusher, Someone
from tests.fakes.wechat_rig import AES_KEY, START, TOKEN, rigged, serving, site_of

WAYS = [("", False), (AES_KEY, False), ("", True), (AES_KEY, True)]
NAMES = ["plain", "safe", "plain json", "safe json"]


@pytest.fixture(params=WAYS, ids=NAMES)
async def ana(request: pytest.FixtureRequest) -> AsyncIterator[Someone]:
    """A person whose pushes reach our hook, in each of the ways there are."""
    aes_key, is_json = request.param
    fake = FakeWeChat(now=lambda: START)
    async with rigged(fake, aes_key=aes_key) as rig, site_of(rig.channel) as url:
        hook_url = url + rig.channel.hook.path
        async with Pusher(fake, hook_url, TOKEN, aes_key, is_json) as pusher:
            yield Someone(pusher, "ana")
    assert fake.violations == []


async def test_words_go_in_and_the_answer_is_read_back(ana: Someone) -> None:
    said = await ana.says("茶 ]]> <tea> & more")

    assert said == "heard Said(text='茶 ]]> ＜tea> & more')"
    assert [(seen.kind, seen.text) for seen in ana.fake.said("ana")] == [("reply", said)]


async def test_words_open_the_large_window_and_taps_the_small_one(ana: Someone) -> None:
    await ana.taps("102", "Yes")
    after_tap = ana.fake.desk.windows.left("ana")
    ana.fake.advance(minutes=2)
    await ana.says("Yes")

    assert (after_tap, ana.fake.desk.windows.left("ana")) == (3, 5)


async def test_everything_a_person_can_do_is_heard(ana: Someone) -> None:
    heard = [
        await ana.follows("flow.tea"),
        await ana.scans("flow.club"),
        await ana.clicks("say:menu"),
        await ana.clicks("flow:tea"),
        await ana.sends_photo(b"\xff\xd8"),
        await ana.sends("voice"),
        await ana.sends("location"),
        await ana.sends("file"),
        await ana.views("https://example.org/"),
        await ana.leaves(),
    ]

    assert heard == [
        "heard Start(flow='tea', language='')",
        "heard Start(flow='club', language='')",
        "heard Said(text='menu')",
        "heard Start(flow='tea', language='')",
        "heard Uploaded(files=(), refused=(), sent=None)",
        "heard Unreadable(kind='voice')",
        "heard Unreadable(kind='location')",
        "heard Unreadable(kind='file')",
        "",
        "",
    ]


async def test_who_leaves_can_be_told_nothing(ana: Someone) -> None:
    await ana.says("Hello")
    await ana.leaves()

    assert not ana.fake.desk.people["ana"].follows


async def test_the_same_push_is_posted_as_often_as_wanted(ana: Someone) -> None:
    push = ana.pusher.message("ana", "text", Content="Hello")

    answers = await ana.pusher.push(push, times=3)

    assert [one.text for one in answers] == ["heard Said(text='Hello')"] * 3


async def test_a_webhook_that_is_not_there_makes_the_platform_apologise() -> None:
    fake = FakeWeChat(now=lambda: START)

    async with Pusher(fake, "http://127.0.0.1:1/wechat", TOKEN, AES_KEY) as pusher:
        said = await Someone(pusher, "ana").says("Hello")

    assert said == APOLOGY
    assert [seen.kind for seen in fake.said("ana")] == ["fault"]


async def test_a_push_that_is_not_answered_in_time_comes_again() -> None:
    fake = FakeWeChat(now=lambda: START)
    bodies: list[bytes] = []
    first_is_over = asyncio.Event()

    async def hook(request: web.Request) -> web.Response:
        bodies.append(await request.read())
        if len(bodies) == 1:
            await first_is_over.wait()
        first_is_over.set()
        return web.Response(text="success")

    async with serving(hook) as url, Pusher(fake, url, TOKEN, patience=0.1) as pusher:
        said = await Someone(pusher, "ana").says("Hello")

    assert said == ""
    assert len(bodies) == 2
    assert bodies[0] == bodies[1]
    assert fake.said("ana") == []


async def test_an_answer_in_the_clear_to_a_safe_push_is_a_violation() -> None:
    fake = FakeWeChat(now=lambda: START)
    plain = "<xml><ToUserName>ana</ToUserName><Content>Hello</Content></xml>"

    text = Pusher(fake, "", TOKEN, AES_KEY).read(plain, "ana")

    assert text == ""
    assert len(fake.violations) == 1


@pytest.mark.parametrize(
    "said",
    [
        "<xml><Content>a ]]></Content",
        "<xml><Content>a</Content><Content>b</Content></xml>",
        "<xml><ToUserName>bo</ToUserName><FromUserName>x</FromUserName>"
        "<MsgType>text</MsgType><Content>a</Content></xml>",
    ],
    ids=["broken", "twice", "to somebody else"],
)
async def test_an_answer_a_real_client_would_not_show_is_a_violation(said: str) -> None:
    fake = FakeWeChat(now=lambda: START)

    Pusher(fake, "", TOKEN).read(said, "ana")

    assert fake.violations
