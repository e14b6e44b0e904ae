"""The fake keeps to what Telegram publishes and refuses what Telegram refuses."""

import asyncio
from collections.abc import AsyncIterator
from itertools import pairwise
from typing import Any
from urllib.parse import urlsplit

import pytest
from aiohttp import ClientError, ClientSession, FormData

from tests.fakes.telegram import FakeTelegram
from tests.fakes.telegram_list import WHOLE, Published, Upload


class Caller:
    """Calls the fake as any bot would."""

    def __init__(self, fake: FakeTelegram, session: ClientSession) -> None:
        self.fake = fake
        self._session = session

    async def call(self, method: str, token: str = "", **parameters: Any) -> dict[str, Any]:
        """Call with JSON."""
        url = f"{self.fake.url}/bot{token or self.fake.token}/{method}"
        async with self._session.post(url, json=parameters) as response:
            answer: dict[str, Any] = await response.json()
            assert answer["ok"] == (response.status == 200)
            return answer

    async def post(self, method: str, form: dict[str, str | bytes]) -> dict[str, Any]:
        """Call with a form, as python-telegram-bot and aiogram do."""
        data = FormData()
        for name, value in form.items():
            data.add_field(name, value, filename="x" if isinstance(value, bytes) else None)
        url = f"{self.fake.url}/bot{self.fake.token}/{method}"
        async with self._session.post(url, data=data) as response:
            answer: dict[str, Any] = await response.json()
            return answer


@pytest.fixture
async def caller() -> AsyncIterator[Caller]:
    """A bot whose person 1 has written to it."""
    async with FakeTelegram().open() as fake, ClientSession() as session:
        fake.person(1)
        yield Caller(fake, session)


@pytest.mark.skipif(not WHOLE.is_file(), reason="the whole list is not beside the repository")
def test_our_list_says_what_the_whole_one_says() -> None:
    ours, whole = Published.ours(), Published.whole()

    for mine, theirs in ((ours.methods, whole.methods), (ours.types, whole.types)):
        for name, fields in mine.items():
            for field, spec in fields.items():
                assert theirs[name][field] == spec, (name, field)
            required = {field for field, spec in theirs[name].items() if spec.is_required}
            assert required <= fields.keys(), name
    for name, kinds in ours.subtypes.items():
        assert set(kinds) <= set(whole.subtypes[name])


WRONG: list[tuple[str, dict[str, Any], str]] = [
    ("sendMassage", {}, "there is no method sendMassage"),
    ("sendMessage", {"chat_id": 1}, "text is missing"),
    ("sendMessage", {"chat_id": 1, "text": "x", "colour": "red"}, "colour is not known"),
    ("sendMessage", {"chat_id": 1.5, "text": "x"}, "chat_id is no Integer"),
    ("sendMessage", {"chat_id": True, "text": "x"}, "chat_id is no Integer"),
    ("sendMessage", {"chat_id": 1, "text": 5}, "text is no String"),
    ("sendMessage", {"chat_id": 1, "text": "x", "link_preview_options": []}, "is no LinkPreview"),
    ("sendVenue", {"chat_id": 1, "latitude": "n", "longitude": 1, "title": "", "address": ""}, ""),
    ("editMessageMedia", {"chat_id": 1, "message_id": 1, "media": {"type": "photo"}}, "media"),
    ("setMyCommands", {"commands": [{"command": "x", "description": "y" * 257}]}, "description"),
    ("setWebhook", {"url": "x", "secret_token": "y" * 257}, "secret_token"),
    (
        "sendMessage",
        {
            "chat_id": 1,
            "text": "x",
            "reply_markup": {"inline_keyboard": [[{"text": "x", "callback_data": "é" * 33}]]},
        },
        "callback_data",
    ),
]


@pytest.mark.parametrize("source", ["ours", "whole"])
@pytest.mark.parametrize(("method", "given", "problem"), WRONG)
def test_a_wrong_call_is_found(
    source: str, method: str, given: dict[str, Any], problem: str
) -> None:
    if source == "whole" and not WHOLE.is_file():
        pytest.skip("the whole list is not beside the repository")
    published = Published.ours() if source == "ours" else Published.whole()

    problems = published.problems(method, given)

    assert problems
    assert problem in problems[0]


async def test_a_wrong_call_is_refused_and_remembered(caller: Caller) -> None:
    answer = await caller.call("sendMessage", chat_id=1)

    assert answer["error_code"] == 400
    assert caller.fake.violations == ["sendMessage: text is missing"]
    assert caller.fake.shown(1) == []


@pytest.mark.parametrize(
    ("parameters", "description"),
    [
        ({"text": "x" * 4097}, "too long"),
        ({"text": "😀" * 2049}, "too long"),
        ({"text": "<b>" + "x" * 4097 + "</b>", "parse_mode": "HTML"}, "too long"),
        ({"text": " \n"}, "empty"),
        ({"text": "<b></b>", "parse_mode": "HTML"}, "empty"),
        ({"text": "a < b", "parse_mode": "HTML"}, "can't parse entities"),
        ({"text": "<u>a", "parse_mode": "HTML"}, "can't parse entities"),
        ({"text": "a</b>", "parse_mode": "HTML"}, "can't parse entities"),
        ({"text": "<div>a</div>", "parse_mode": "HTML"}, "can't parse entities"),
        ({"text": "x", "chat_id": 2}, "chat not found"),
    ],
)
async def test_what_telegram_refuses_is_refused(
    caller: Caller, parameters: dict[str, Any], description: str
) -> None:
    answer = await caller.call("sendMessage", **{"chat_id": 1, **parameters})

    assert answer["error_code"] == 400
    assert description in answer["description"]


async def test_what_telegram_takes_is_taken(caller: Caller) -> None:
    for text in ("x" * 4096, "<b>" + "&amp;" * 4096 + "</b>", "a &lt; b &amp; &copy;"):
        answer = await caller.call("sendMessage", chat_id=1, text=text, parse_mode="HTML")
        assert answer["ok"], answer

    assert caller.fake.shown(1)[-1].text == "a < b & &copy;"
    assert caller.fake.violations == []


@pytest.mark.parametrize("url", ["http://localhost/x", "tel:+86", "javascript:alert(1)"])
async def test_no_button_leads_to_what_telegram_does_not_open(caller: Caller, url: str) -> None:
    keyboard = {"inline_keyboard": [[{"text": "x", "url": url}]]}

    answer = await caller.call("sendMessage", chat_id=1, text="x", reply_markup=keyboard)

    assert answer["description"] == "Bad Request: BUTTON_URL_INVALID"


async def test_forms_are_understood(caller: Caller) -> None:
    keyboard = '{"inline_keyboard": [[{"text": "x", "callback_data": "y"}]]}'

    sent = await caller.post("sendMessage", {"chat_id": "1", "text": "5", "reply_markup": keyboard})
    photo = await caller.post("sendPhoto", {"chat_id": "1", "photo": b"picture"})

    assert sent["result"]["text"] == "5"
    assert caller.fake.shown(1)[0].labels == ["x"]
    assert caller.fake.chats.files[photo["result"]["photo"][-1]["file_id"]] == b"picture"
    assert caller.fake.violations == []


async def test_a_form_is_understood_however_it_comes(caller: Caller) -> None:
    photo = b"\r\n--\x00\xff--\r\n" * 20_000
    fields = {"chat_id": b"1", "photo": photo}
    parts = [
        b'--mark\r\nContent-Disposition: form-data; name="%s"%s\r\n\r\n%s\r\n'
        % (name.encode(), b'; filename="x"' if name == "photo" else b"", value)
        for name, value in fields.items()
    ]
    body = b"".join(parts) + b"--mark--\r\n"
    url = f"{caller.fake.url}/bot{caller.fake.token}/sendPhoto"

    sent = await in_pieces(url, body, 1000, 1003)

    assert b'"ok": true' in sent
    assert list(caller.fake.chats.files.values()) == [photo]


async def in_pieces(url: str, body: bytes, *cuts: int) -> bytes:
    """Post a form piece by piece, each once the one before is read; what is answered."""
    parts = urlsplit(url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    head = f"POST {parts.path} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n"
    writer.write(f"{head}Content-Type: multipart/form-data; boundary=mark\r\n\r\n".encode())
    for start, end in pairwise((0, *cuts, len(body))):
        writer.write(body[start:end])
        for _ in range(20):
            await asyncio.sleep(0)
    answer = await reader.readuntil(b"}")
    writer.close()
    await writer.wait_closed()
    return answer


async def test_a_change_that_changes_nothing_is_refused(caller: Caller) -> None:
    sent = await caller.call("sendMessage", chat_id=1, text="x")
    number = sent["result"]["message_id"]

    answer = await caller.call("editMessageText", chat_id=1, message_id=number, text="x")
    other = await caller.call("editMessageText", chat_id=1, message_id=99, text="x")

    assert "message is not modified" in answer["description"]
    assert "message to edit not found" in other["description"]


async def test_another_token_is_refused(caller: Caller) -> None:
    assert (await caller.call("getMe", token="1:x"))["error_code"] == 401


async def test_two_who_ask_for_news_are_told(caller: Caller) -> None:
    first = asyncio.create_task(caller.call("getUpdates", timeout=5))
    await caller.fake.until(lambda: caller.fake.methods() == ["getUpdates"])

    second = await caller.call("getUpdates", timeout=5)
    await caller.fake.deliver(caller.fake.person(1).says("x"))

    assert second["error_code"] == 409
    assert len((await first)["result"]) == 1


async def test_news_stays_until_it_is_acknowledged(caller: Caller) -> None:
    await caller.fake.deliver(caller.fake.person(1).says("x"))

    first = await caller.call("getUpdates")
    again = await caller.call("getUpdates")
    number = first["result"][0]["update_id"]
    after = await caller.call("getUpdates", offset=number + 1)

    assert first == again
    assert after["result"] == []


async def test_the_pace_is_kept_where_it_is_asked_for() -> None:
    async with FakeTelegram(paced=True).open() as fake, ClientSession() as session:
        fake.person(1)
        caller = Caller(fake, session)

        answers = [await caller.call("sendMessage", chat_id=1, text=f"{n}") for n in range(4)]

    assert [answer["ok"] for answer in answers] == [True, True, True, False]
    assert answers[-1]["parameters"] == {"retry_after": 1}


async def test_trouble_comes_as_often_as_it_was_asked_for(caller: Caller) -> None:
    caller.fake.refuse("sendMessage", 429, retry_after=3, times=2)
    caller.fake.cut_off("sendMessage")
    held = caller.fake.hold("getMe")

    refused = [await caller.call("sendMessage", chat_id=1, text="x") for _ in range(2)]
    with pytest.raises(ClientError):
        await caller.call("sendMessage", chat_id=1, text="unknown")
    waiting = asyncio.create_task(caller.call("getMe"))
    taken = await caller.call("sendMessage", chat_id=1, text="y")
    was_waiting = not waiting.done()
    held.set()

    assert [answer["parameters"]["retry_after"] for answer in refused] == [3, 3]
    assert taken["ok"]
    assert was_waiting
    assert (await waiting)["ok"]
    assert [message.text for message in caller.fake.shown(1)] == ["unknown", "y"]


def test_a_file_is_one_only_where_one_may_be() -> None:
    ours = Published.ours()

    assert ours.problems("sendPhoto", {"chat_id": 1, "photo": Upload(b"x")}) == []
    assert ours.problems("sendMessage", {"chat_id": 1, "text": Upload(b"x")})
