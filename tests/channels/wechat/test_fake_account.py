import json
from collections.abc import AsyncIterator, Mapping
from typing import Any

import aiohttp
import pytest

from tests.fakes.wechat import MEDIA, SEND, TOKEN, TYPING, UPLOAD, FakeWeChat
from tests.fakes.wechat_rig import START

CLICK = {"type": "click", "name": "Tea", "key": "k"}


class Client:
    """Somebody who calls the platform by hand."""

    def __init__(self, fake: FakeWeChat, session: aiohttp.ClientSession) -> None:
        self.fake = fake
        self.session = session
        self.token = ""
        self.escapes = False

    async def post(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        query = {"access_token": self.token} if self.token else {}
        raw = json.dumps(body, ensure_ascii=self.escapes)
        async with self.session.post(
            self.fake.url + path, data=raw.encode(), params=query
        ) as response:
            assert response.status == 200
            return dict(await response.json())

    async def get(self, path: str, **query: str) -> dict[str, Any]:
        async with self.session.get(
            self.fake.url + path, params={"access_token": self.token, **query}
        ) as response:
            return dict(await response.json())

    async def sign_in(self, secret: str = "not-so-secret") -> dict[str, Any]:
        body = {
            "grant_type": "client_credential",
            "appid": self.fake.account.app_id,
            "secret": secret,
        }
        self.token = ""
        given = await self.post(TOKEN, body)
        self.token = given.get("access_token", "")
        return given


@pytest.fixture
async def client() -> AsyncIterator[Client]:
    fake = FakeWeChat(now=lambda: START)
    async with fake.opened(), aiohttp.ClientSession() as session:
        client = Client(fake, session)
        await client.sign_in()
        yield client


async def test_the_token_stays_the_same_until_five_minutes_before_its_end(client: Client) -> None:
    first = client.token
    client.fake.advance(minutes=114)
    await client.sign_in()
    same = client.token
    client.fake.advance(minutes=2)
    await client.sign_in()
    newer, client.token = client.token, first

    both_hold = "tags" in await client.get("/cgi-bin/tags/get")
    client.fake.advance(minutes=4)
    expired = await client.get("/cgi-bin/tags/get")

    assert first == same
    assert first != newer
    assert both_hold
    assert expired["errcode"] == 42001


async def test_a_wrong_secret_and_a_wrong_token_are_refused(client: Client) -> None:
    wrong_secret = await client.sign_in("another")
    client.token = "made up"
    wrong_token = await client.get("/cgi-bin/tags/get")

    assert (wrong_secret["errcode"], wrong_token["errcode"]) == (40125, 40001)


@pytest.mark.parametrize(
    ("openid", "said", "code"),
    [
        ("ana", {"msgtype": "text", "text": {"content": "a" * 2048}}, 0),
        ("ana", {"msgtype": "text", "text": {"content": "a" * 2049}}, 45002),
        ("ana", {"msgtype": "text", "text": {"content": "茶" * 683}}, 45002),
        ("ana", {"msgtype": "text", "text": {"content": ""}}, 44004),
        ("nobody", {"msgtype": "text", "text": {"content": "a"}}, 40003),
        ("bo", {"msgtype": "text", "text": {"content": "a"}}, 43004),
        ("ana", {"msgtype": "text", "text": {"content": "a"}, "extra": 1}, 47001),
        ("ana", {"msgtype": "text", "txet": {"content": "a"}}, 47001),
    ],
)
async def test_a_message_is_held_against_every_limit(
    openid: str, said: Mapping[str, Any], code: int, client: Client
) -> None:
    client.fake.desk.act("ana", "message")
    client.fake.desk.act("bo", None)

    answer = await client.post(SEND, {"touser": openid, **said})

    assert answer["errcode"] == code
    assert bool(client.fake.violations) == (code == 47001)


async def test_a_path_or_a_query_that_is_none_is_a_violation(client: Client) -> None:
    await client.post("/cgi-bin/message/custom/sent", {})
    await client.get("/cgi-bin/tags/get", more="1")
    await client.get(SEND)

    assert len(client.fake.violations) == 3


async def test_letters_in_escapes_are_a_violation(client: Client) -> None:
    client.fake.desk.act("ana", "message")
    client.escapes = True

    body = {"touser": "ana", "msgtype": "text", "text": {"content": "茶"}}
    await client.post(SEND, body)

    assert client.fake.violations == [f"{SEND} has letters in escapes"]


async def test_typing_needs_a_word_just_before_and_is_not_repeated(client: Client) -> None:
    typing = {"touser": "ana", "command": "Typing"}
    client.fake.desk.act("ana", "message")

    codes = [(await client.post(TYPING, typing))["errcode"] for _ in range(2)]
    client.fake.advance(seconds=31)
    codes.append((await client.post(TYPING, typing))["errcode"])
    codes.append((await client.post(TYPING, {**typing, "command": "Dance"}))["errcode"])

    assert codes == [0, 45081, 45080, 45072]


async def test_a_file_that_was_uploaded_can_be_fetched_for_three_days(client: Client) -> None:
    form = aiohttp.FormData()
    form.add_field("media", b"a photo", filename="photo.jpg")
    query = {"access_token": client.token, "type": "image"}
    async with client.session.post(client.fake.url + UPLOAD, data=form, params=query) as response:
        media_id = (await response.json())["media_id"]

    query = {"access_token": client.token, "media_id": media_id}
    async with client.session.get(client.fake.url + MEDIA, params=query) as response:
        content = await response.read()

    assert content == b"a photo"
    assert (await client.get(MEDIA, media_id="another"))["errcode"] == 40007
    assert client.fake.violations == []


@pytest.mark.parametrize(
    ("buttons", "code"),
    [
        ([CLICK], 0),
        ([{**CLICK, "name": "a" * 17}], 40018),
        ([{"name": "More", "sub_button": [{**CLICK, "name": "a" * 60}]}], 0),
        ([{"name": "More", "sub_button": [{**CLICK, "name": "a" * 61}]}], 40018),
        ([{**CLICK, "key": "a" * 129}], 40019),
        ([{"type": "view", "name": "Page", "url": "a" * 1025}], 40020),
        ([CLICK] * 4, 47001),
        ([{"name": "More", "sub_button": [CLICK] * 6}], 47001),
    ],
)
async def test_a_menu_is_held_against_the_limits(
    buttons: list[Mapping[str, Any]], code: int, client: Client
) -> None:
    answer = await client.post("/cgi-bin/menu/create", {"button": buttons})

    assert answer["errcode"] == code


async def test_a_menu_for_a_tag_needs_a_menu_for_all_and_a_tag(client: Client) -> None:
    body = {"button": [CLICK], "matchrule": {"tag_id": "1"}}
    add = "/cgi-bin/menu/addconditional"

    without_menu = await client.post(add, body)
    await client.post("/cgi-bin/menu/create", {"button": [CLICK]})
    without_tag = await client.post(add, body)
    by_language = await client.post(add, {**body, "matchrule": {"language": "en"}})

    assert (without_menu["errcode"], without_tag["errcode"]) == (65303, 65320)
    assert by_language["errcode"] == 47001


async def test_the_last_tag_put_on_wins(client: Client) -> None:
    await client.post("/cgi-bin/menu/create", {"button": [CLICK]})
    tags = []
    for name in ("one", "two"):
        tag = (await client.post("/cgi-bin/tags/create", {"tag": {"name": name}}))["tag"]["id"]
        tags.append(tag)
        body = {"button": [{**CLICK, "name": name}], "matchrule": {"tag_id": str(tag)}}
        await client.post("/cgi-bin/menu/addconditional", body)

    seen = []
    for tag in (*tags, tags[0]):
        body = {"openid_list": ["ana"], "tagid": tag}
        await client.post("/cgi-bin/tags/members/batchtagging", body)
        seen.append(client.fake.account.menu_of("ana")[0]["name"])

    assert seen == ["one", "two", "one"]


async def test_tags_have_limits(client: Client) -> None:
    create = "/cgi-bin/tags/create"
    names = ["a" * 30, "a" * 31, "a" * 30]

    answers = [await client.post(create, {"tag": {"name": name}}) for name in names]

    assert [answer.get("errcode", 0) for answer in answers] == [0, 45158, 45157]
