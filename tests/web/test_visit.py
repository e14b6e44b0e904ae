"""One-time links of another channel: who opens one answers on our page, and only there."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from aiohttp import ClientSession, ClientTimeout, CookieJar, web
from sqlalchemy import delete
from yarl import URL

from bot.app import App
from bot.engine.model import Start
from bot.services.visits import GOOD_FOR
from bot.store.tables import contacts
from tests.runner.lodge import Guest, Watch, conversation_of, make_home, phrase
from tests.toy_channel import TOY
from tests.web.server import fresh_id

NAME = "What is your name?"
HIDDEN = "My name is Secret"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Lodge, where nothing private may be said on the toy channel."""
    home = make_home(tmp_path_factory.mktemp("guarded"))
    centre = home / "content" / "centre.yaml"
    rule = "  terminal: {sensitive: ask}\n"
    text = centre.read_text()
    assert rule in text
    centre.write_text(text.replace(rule, f"{rule}  {TOY}: {{sensitive: link}}\n"))
    return home


@dataclass(slots=True)
class Browser:
    """A browser without any cookie yet."""

    session: ClientSession

    async def gets(self, path: str) -> tuple[int, str]:
        async with self.session.get(path) as answer:
            return answer.status, await answer.text()

    async def opens(self, token: str, **headers: str) -> tuple[int, str]:
        """Use a link up, as the button on its first page does."""
        async with self.session.post(
            "/visit/open", data={"t": token}, headers=headers, allow_redirects=False
        ) as answer:
            return answer.status, answer.headers.get("Location", "")

    async def reads(self, after: int = -1) -> list[dict[str, Any]]:
        async with self.session.get(f"/visit/entries?after={after}") as answer:
            assert answer.status == 200
            return list((await answer.json())["entries"])

    async def says(self, text: str) -> int:
        body = {"id": fresh_id(), "after": 0, "text": text}
        async with self.session.post("/visit/say", json=body) as answer:
            await answer.text()
            return answer.status


@dataclass(slots=True)
class Visit:
    """Ana on the toy channel, who has got a link, and where it leads."""

    app: App
    ana: Guest
    address: str

    @contextlib.asynccontextmanager
    async def browser(self) -> AsyncIterator[Browser]:
        jar, timeout = CookieJar(unsafe=True), ClientTimeout(20)
        async with ClientSession(self.address, cookie_jar=jar, timeout=timeout) as session:
            yield Browser(session)

    async def token(self) -> str:
        """The token of the newest link."""
        spoken = await self.app.reader.after(self.ana.contact_id, 0, 99, TOY)
        links = [link.url for one in spoken for link in one.message.links]
        return urlsplit(links[-1]).query.removeprefix("t=")


@pytest.fixture
async def visit(app: App) -> AsyncIterator[Visit]:
    runner = web.AppRunner(app.site(), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    ana = Guest(app, "ana", TOY)
    await ana.does(Start("lodge", "en"))
    await ana.says("1")
    yield Visit(app, ana, f"http://{host}:{port}")
    await runner.cleanup()


async def test_a_link_opens_the_page_with_the_question_that_was_open(visit: Visit) -> None:
    async with visit.browser() as browser:
        assert await browser.opens(await visit.token()) == (303, "/visit")

        status, html = await browser.gets("/visit")
        assert status == 200
        assert "chat.js" in html
        assert [entry["text"] for entry in await browser.reads()][-1] == NAME


async def test_who_only_looks_at_a_link_has_not_used_it_up(visit: Visit) -> None:
    token = await visit.token()
    turn = conversation_of(visit.ana).turn
    async with visit.browser() as previewer:
        for _ in range(3):
            status, html = await previewer.gets(f"/visit?t={token}")
            assert status == 200
            assert token in html
            assert not previewer.session.cookie_jar.filter_cookies(URL(visit.address))
    assert conversation_of(visit.ana).turn == turn

    async with visit.browser() as browser:
        assert (await browser.opens(token))[0] == 303


async def test_a_link_opens_once(visit: Visit) -> None:
    token = await visit.token()
    async with visit.browser() as first, visit.browser() as second:
        assert (await first.opens(token))[0] == 303
        turn = conversation_of(visit.ana).turn

        assert (await second.opens(token))[0] == 410

        assert (await second.gets("/visit"))[0] == 410
        assert conversation_of(visit.ana).turn == turn


@pytest.mark.parametrize("forged", ["", "A" * 200, "链接"])
async def test_a_link_that_is_not_ours_says_how_to_get_one(visit: Visit, forged: str) -> None:
    async with visit.browser() as browser:
        for path in (f"/visit?t={forged}", "/visit"):
            status, html = await browser.gets(path)
            assert status == 410
            assert "type “menu” and choose “Go on”" in html

        assert (await browser.opens(forged.encode("ascii", "replace").decode()))[0] == 410


async def test_a_link_whose_time_is_over_says_how_to_get_one(visit: Visit, watch: Watch) -> None:
    token = await visit.token()
    watch.passes(GOOD_FOR)
    async with visit.browser() as browser:
        assert (await browser.gets(f"/visit?t={token}"))[0] == 410
        assert (await browser.opens(token))[0] == 410


async def test_what_is_posted_from_another_site_is_refused(visit: Visit) -> None:
    token = await visit.token()
    async with visit.browser() as browser:
        for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
            assert (await browser.opens(token, **headers))[0] == 403

        assert (await browser.opens(token))[0] == 303


async def test_a_page_shows_only_what_was_said_on_it(visit: Visit) -> None:
    async with visit.browser() as browser:
        await browser.opens(await visit.token())

        shown = [entry["text"] for after in (-1, 0) for entry in await browser.reads(after)]

        assert NAME in shown
        assert phrase(visit.app, "welcome") not in shown
        assert "How long will you stay?" not in shown


async def test_what_is_answered_on_the_page_is_never_said_on_the_channel(visit: Visit) -> None:
    async with visit.browser() as browser:
        await browser.opens(await visit.token())

        assert await browser.says(HIDDEN) == 200

    spoken = await visit.app.reader.after(visit.ana.contact_id, 0, 99, TOY)
    assert all("Secret" not in one.message.text for one in spoken)
    (frame,) = conversation_of(visit.ana).frames
    assert frame.answers["guest"].value == {"text": HIDDEN}


async def test_a_page_that_nobody_touches_closes(visit: Visit, watch: Watch) -> None:
    async with visit.browser() as browser:
        await browser.opens(await visit.token())
        watch.passes(GOOD_FOR)

        assert (await browser.gets("/visit"))[0] == 410
        assert await browser.says(HIDDEN) == 403


async def test_a_page_that_is_used_stays_open(visit: Visit, watch: Watch) -> None:
    async with visit.browser() as browser:
        await browser.opens(await visit.token())
        for _ in range(3):
            watch.passes(GOOD_FOR * 2 / 3)
            await browser.reads()

        assert await browser.says(HIDDEN) == 200


async def test_a_link_of_a_deleted_contact_says_how_to_get_one(visit: Visit) -> None:
    token = await visit.token()
    forget(visit)
    async with visit.browser() as browser:
        assert (await browser.opens(token))[0] == 410


async def test_the_pass_of_a_deleted_contact_is_refused_without_a_fault(visit: Visit) -> None:
    async with visit.browser() as browser:
        await browser.opens(await visit.token())
        forget(visit)

        assert (await browser.gets("/visit/entries"))[0] == 403
        assert await browser.says("hello") == 403
        assert (await browser.gets("/visit"))[0] == 410


def forget(visit: Visit) -> None:
    """Delete Ana with all that is hers."""
    app, ana = visit.app, visit.ana.contact_id
    app.database.transact(lambda tx: tx.execute(delete(contacts).where(contacts.c.id == ana)))
