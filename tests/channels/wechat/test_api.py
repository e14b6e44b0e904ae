import asyncio
import logging
from collections.abc import Iterator

import pytest
from msgspec import Struct

from bot.channels.channel import SendError
from bot.channels.wechat import api as api_module
from bot.channels.wechat.api import Api, Done
from bot.channels.wechat.errors import ApiError
from tests.fakes.wechat import MEDIA, OUR_IP, RID, SEND, TOKEN, FakeWeChat, Fault
from tests.fakes.wechat_rig import START, api_of

FOREVER = -1
IPS = "/cgi-bin/getcallbackip"


class Addresses(Struct):
    ip_list: list[str]


@pytest.fixture
def fake() -> FakeWeChat:
    fake = FakeWeChat(now=lambda: START)
    fake.desk.act("ana", "message")
    return fake


def text(content: str, openid: str = "ana") -> dict[str, object]:
    return {"touser": openid, "msgtype": "text", "text": {"content": content}}


async def failed(api: Api, content: str = "hello") -> ApiError:
    with pytest.raises(ApiError) as caught:
        await api.post(SEND, text(content), Done)
    return caught.value


def is_worth_another_attempt(error: SendError) -> bool:
    return not (error.permanent or error.gone or error.closed)


def everything(error: BaseException | None) -> Iterator[str]:
    """What an exception and all behind it say."""
    while error is not None:
        yield f"{error!s} {error!r} {vars(error)}"
        error = error.__cause__ or error.__context__


async def test_words_travel_as_utf8_and_not_as_escapes(fake: FakeWeChat) -> None:
    said = '茶 🍵 <b> & " \\ \u2028'

    async with api_of(fake) as api:
        await api.post(SEND, text(said), Done)

    assert [seen.text for seen in fake.said("ana")] == [said]
    assert fake.violations == []


async def test_ten_cold_calls_at_once_fetch_one_token(fake: FakeWeChat) -> None:
    for n in range(10):
        fake.desk.act(f"person {n}", "message")

    async with api_of(fake) as api:
        await asyncio.gather(
            *(api.post(SEND, text("hello", f"person {n}"), Done) for n in range(10))
        )

    assert len(fake.called(TOKEN)) == 1
    assert len(fake.called(SEND)) == 10


@pytest.mark.parametrize("code", [40001, 40014, 42001])
async def test_a_token_refused_for_ever_costs_two_tokens_and_two_calls(
    code: int, fake: FakeWeChat
) -> None:
    fake.fail(SEND, Fault(code, times=FOREVER))

    async with api_of(fake) as api:
        error = await failed(api)

    assert error.code == code
    assert len(fake.called(TOKEN)) == 2
    assert len(fake.called(SEND)) == 2


async def test_a_storm_of_refused_tokens_does_not_eat_the_quota_of_tokens(
    fake: FakeWeChat,
) -> None:
    fake.fail(SEND, Fault(40001, times=FOREVER))

    async with api_of(fake) as api:
        for _ in range(20):
            await failed(api)

    assert len(fake.called(TOKEN)) == 2
    assert len(fake.called(SEND)) == 21


async def test_a_token_that_is_refused_once_is_renewed_and_the_call_succeeds(
    fake: FakeWeChat,
) -> None:
    async with api_of(fake) as api:
        await api.post(SEND, text("one"), Done)
        fake.account.tokens.clear()
        await api.post(SEND, text("two"), Done)

    assert [seen.text for seen in fake.said("ana")] == ["one", "two"]
    assert len(fake.called(TOKEN)) == 2


async def test_a_new_token_is_never_forced(fake: FakeWeChat) -> None:
    fake.fail(SEND, Fault(40001, times=FOREVER))

    async with api_of(fake) as api:
        await failed(api)

    assert all(not call.body.get("force_refresh") for call in fake.called(TOKEN))


@pytest.mark.parametrize("status", [301, 403, 429, 500, 502])
async def test_any_status_but_200_is_worth_another_attempt(status: int, fake: FakeWeChat) -> None:
    fake.fail(SEND, Fault(status=status))

    async with api_of(fake) as api:
        send_error = (await failed(api)).for_send(START)

    assert str(send_error) == f"{SEND}: HTTP {status}"
    assert is_worth_another_attempt(send_error)


@pytest.mark.parametrize("fault", [Fault(seconds=0.5), Fault(drops=True)], ids=["slow", "lost"])
async def test_an_answer_that_does_not_come_is_worth_another_attempt(
    fault: Fault, fake: FakeWeChat
) -> None:
    async with api_of(fake, patience=0.2) as api:
        await api.token()
        fake.fail(SEND, fault)
        send_error = (await failed(api)).for_send(START)

    assert is_worth_another_attempt(send_error)
    assert send_error.retry_after is None


async def test_a_platform_that_is_not_there_is_worth_another_attempt(fake: FakeWeChat) -> None:
    async with api_of(fake, api_url="http://127.0.0.1:1") as api:
        send_error = (await failed(api)).for_send(START)

    assert is_worth_another_attempt(send_error)


async def test_an_answer_of_another_shape_is_a_failure_and_not_a_success(
    fake: FakeWeChat,
) -> None:
    class Nothing(Struct):
        there_is_no_such_field: int

    async with api_of(fake) as api:
        with pytest.raises(ApiError, match="another shape"):
            await api.get(IPS, Nothing)
        found = await api.get(IPS, Addresses)

    assert len(found.ip_list) == 2


async def test_nothing_secret_is_in_any_error_or_log(
    fake: FakeWeChat, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    faults = [
        Fault(40001, times=FOREVER),
        Fault(45015),
        Fault(99999),
        Fault(40164),
        Fault(status=502),
        Fault(seconds=0.5),
        Fault(drops=True),
    ]
    errors: list[ApiError] = []

    async with api_of(fake, patience=0.2) as api:
        token = await api.token()
        for fault in faults:
            fake.fail(SEND, fault)
            errors.append(await failed(api, "a private word"))
    async with api_of(fake, api_url="http://127.0.0.1:1") as api:
        errors.append(await failed(api, "a private word"))
    async with api_of(fake, api_url="http://not a host") as api:
        errors.append(await failed(api, "a private word"))

    written = " ".join(
        [
            *(said for one in errors for said in everything(one)),
            *(map(str, map(vars, caplog.records))),
        ]
    )
    for secret in (fake.account.app_secret, token, "private", "ana", "secret="):
        assert secret not in written


async def test_an_unknown_code_is_logged_with_the_id_of_its_request(
    fake: FakeWeChat, caplog: pytest.LogCaptureFixture
) -> None:
    fake.fail(SEND, Fault(12345))

    async with api_of(fake) as api:
        error = await failed(api)

    [record] = caplog.records
    assert (vars(record)["code"], vars(record)["rid"]) == (12345, RID)
    assert RID in str(error)


async def test_an_operator_is_told_what_to_do_and_the_api_is_left_alone_for_a_minute(
    fake: FakeWeChat, caplog: pytest.LogCaptureFixture
) -> None:
    fake.fail(TOKEN, Fault(40164, times=FOREVER))

    async with api_of(fake) as api:
        first, second = await failed(api), await failed(api)
        calls = len(fake.called(TOKEN))
        fake.heal()
        fake.advance(minutes=1)
        await api.post(SEND, text("at last"), Done)

    assert (first.code, second.code, calls) == (40164, 40164, 1)
    assert first.for_send(START).closed
    [record] = caplog.records
    assert record.levelno == logging.ERROR
    assert OUR_IP in vars(record)["advice"]


async def test_a_days_quota_that_is_used_up_stops_that_api_until_the_platforms_midnight(
    fake: FakeWeChat,
) -> None:
    fake.fail(SEND, Fault(45009))

    async with api_of(fake) as api:
        used_up = (await failed(api)).for_send(fake.now())
        fake.advance(hours=6)
        (await failed(api)).for_send(fake.now())
        others = await api.get(IPS, Addresses)
        assert used_up.retry_after is not None
        fake.advance(seconds=used_up.retry_after.total_seconds() - 6 * 3600)
        fake.desk.act("ana", "message")
        await api.post(SEND, text("a new day"), Done)

    assert others.ip_list
    assert len(fake.called(SEND)) == 2
    assert str(START + used_up.retry_after) == "2026-11-24 16:00:00+00:00"


async def test_calls_beyond_the_connections_wait_and_none_is_lost(fake: FakeWeChat) -> None:
    fake.fail(IPS, Fault(seconds=0.02, times=FOREVER))

    async with api_of(fake) as api:
        found = await asyncio.gather(
            *(api.get(IPS, Addresses) for _ in range(4 * api_module.IN_FLIGHT))
        )

    assert all(one.ip_list for one in found)


async def test_large_files_leave_connections_to_messages(fake: FakeWeChat) -> None:
    media_id = fake.account.keep(b"a photo")

    async with api_of(fake) as api:
        await api.token()
        fake.fail(MEDIA, Fault(seconds=0.2, times=FOREVER))
        downloads = [
            asyncio.create_task(api.download(media_id)) for _ in range(2 * api_module.DOWNLOADS)
        ]
        await asyncio.sleep(0)
        await api.post(SEND, text("meanwhile"), Done)
        done_first = [task.done() for task in downloads]
        await asyncio.gather(*downloads)

    assert not any(done_first)
    assert len(fake.said("ana")) == 1
