"""Ten questions over WeChat in safe mode, answered within the push: at once, and at a steady pace.

The pushes are made and encrypted ahead of time, and what comes back is decrypted afterwards.
"""

import asyncio
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from aiohttp import ClientSession, ClientTimeout, TCPConnector

from bench.bots import ours
from bench.child import Bot, Child
from bench.meter import Figures, head, measured, row
from bench.questions import STEPS, answer, place
from bench.telegram import PEOPLE, WARM_UP, Wrong
from tests.fakes.wechat import FakeWeChat
from tests.fakes.wechat_push import PATIENCE, Pusher

TOKEN = "atokenformeasurements"
AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
BEGINNING = ("hello", "1", "1")
"""What leads to the first question: the language, then the only flow of the menu."""
RATE = 200
"""Messages a second of the steady part."""
SECONDS = 20
GOAL = 100
"""Milliseconds within which 99 of 100 answers of the steady part are to come."""


@dataclass(frozen=True, slots=True)
class Ready:
    """A push that only has to be posted."""

    query: Mapping[str, str]
    body: bytes
    openid: str
    number: int


@dataclass(frozen=True, slots=True)
class Rig:
    """The account, who posts for it, and what came back to be looked at later."""

    fake: FakeWeChat
    pusher: Pusher
    session: ClientSession
    url: str
    answered: list[tuple[Ready, str]]

    def ready(self, openid: str, number: int, text: str) -> Ready:
        """A push made ahead of time."""
        query, body = self.pusher.request(self.pusher.message(openid, "text", Content=text))
        return Ready(query, body, openid, number)

    async def post(self, push: Ready) -> None:
        """Post it and keep what is answered."""
        self.fake.desk.act(push.openid, "message")
        headers = {"Content-Type": "text/xml"}
        async with self.session.post(
            self.url, params=push.query, data=push.body, headers=headers
        ) as given:
            self.answered.append((push, await given.text()))
            if given.status != 200:
                raise Wrong(str(given.status))

    def passive(self) -> float:
        """How many of the answers asked the next question in the push itself; forgets them."""
        read = [place(self.pusher.read(said, push.openid)) for push, said in self.answered]
        right = sum(
            at == push.number + 1 for at, (push, _) in zip(read, self.answered, strict=True)
        )
        self.answered.clear()
        return right / len(read)


async def play() -> None:
    """Print both lines."""
    fake = FakeWeChat()
    with tempfile.TemporaryDirectory() as folder:
        async with (
            fake.opened(),
            ClientSession(
                connector=TCPConnector(limit=0), timeout=ClientTimeout(total=PATIENCE)
            ) as session,
        ):
            child = await asyncio.to_thread(_bot(Path(folder), fake).start)
            url = child.base + "/wechat"
            rig = Rig(fake, Pusher(fake, url, TOKEN, AES_KEY), session, url, [])
            try:
                await _measure(rig, child)
            finally:
                await asyncio.to_thread(child.stop)


async def _measure(rig: Rig, child: Child) -> None:
    await _talk(rig, await _begin(rig, "w", WARM_UP), [])
    rig.passive()
    head(f"{STEPS} questions over WeChat, safe mode")
    people = await _begin(rig, "a", PEOPLE)
    figures = await measured(child, lambda times: _talk(rig, people, times))
    _print(f"{PEOPLE} at once", figures, rig)
    people = await _begin(rig, "s", RATE * SECONDS // STEPS)
    figures = await measured(child, lambda times: _keep_pace(rig, people, times))
    _print(f"a steady {RATE} messages/s for {SECONDS} s", figures, rig, f" (goal p99 < {GOAL} ms)")


def _print(name: str, figures: Figures, rig: Rig, goal: str = "") -> None:
    row(name, figures, f"  {rig.passive():.1%} answered within the push{goal}")
    if rig.fake.violations:
        print(f"  the platform objects: {rig.fake.violations[0]}")


def _bot(folder: Path, fake: FakeWeChat) -> Bot:
    return ours(
        folder,
        BOT_WECHAT_APP_ID=fake.account.app_id,
        BOT_WECHAT_APP_SECRET="not-so-secret",
        BOT_WECHAT_TOKEN=TOKEN,
        BOT_WECHAT_AES_KEY=AES_KEY,
        BOT_WECHAT_API_URL=fake.url,
    )


async def _begin(rig: Rig, letter: str, count: int) -> list[list[Ready]]:
    """So many new people, each asked the first question, with all their pushes made."""
    names = [f"o{letter}{n:026}" for n in range(count)]
    for said in BEGINNING:
        pushes = [rig.ready(name, 0, said) for name in names]
        await asyncio.gather(*(rig.post(push) for push in pushes))
    if rig.passive() == 0:
        raise Wrong("the conversation does not begin")
    return [
        [rig.ready(name, k, answer(k, n)) for k in range(1, STEPS + 1)]
        for n, name in enumerate(names)
    ]


async def _talk(rig: Rig, people: list[list[Ready]], times: list[float]) -> None:
    await asyncio.gather(*(_answer_all(rig, pushes, times) for pushes in people))


async def _answer_all(rig: Rig, pushes: list[Ready], times: list[float]) -> None:
    for push in pushes:
        started = time.perf_counter()
        await rig.post(push)
        times.append(time.perf_counter() - started)


async def _keep_pace(rig: Rig, people: list[list[Ready]], times: list[float]) -> None:
    """Everybody says something in turn, whether or not the others were answered."""
    started, posts = time.perf_counter(), []
    pushes = [pushes[k] for k in range(STEPS) for pushes in people]
    for n, push in enumerate(pushes):
        due = started + n / RATE
        await asyncio.sleep(due - time.perf_counter())
        posts.append(asyncio.create_task(_timed(rig, push, due, times)))
    await asyncio.gather(*posts)


async def _timed(rig: Rig, push: Ready, due: float, times: list[float]) -> None:
    await rig.post(push)
    times.append(time.perf_counter() - due)
