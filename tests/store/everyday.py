"""Everything the program does in a year, in a minute: people, staff, faults, and what gets old."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from aiohttp import ClientSession, CookieJar, web

from bot.app import PAGES, App
from bot.channels.channel import Grant, Standing, Update
from bot.engine.model import Said, Start, Uploaded
from bot.runner.converse import GROUP
from bot.runner.lane import FIRST_RETRY
from bot.runner.receive import ALBUM_WAIT
from bot.store import funnel, stock
from bot.store.attachments import Attachment
from bot.store.documents import documents_of, find_document, open_part
from bot.store.outbox import next_due
from bot.store.turns import WAITS_FOR_FILES
from tests.runner.lodge import (
    HOLD,
    JPEG,
    Guest,
    Watch,
    approve,
    break_action,
    cases_of,
    confirm,
    deposits_of,
    document,
    make_home,
    mend_actions,
    settings_for,
    upload,
)
from tests.store import office
from tests.store.clerks import clerks_come
from tests.store.fairs import events_are_kept
from tests.toy_channel import CLOSED, TOY, ToyChannel, ToyPlatform
from tests.waiting import LOOK_SECONDS
from tests.web.papers import photo
from tests.web.server import Visitor

YEAR = timedelta(days=400)
DAY = timedelta(days=1)


@dataclass(slots=True)
class Everyday:
    """One database, and the programs that serve it one after the other."""

    url: str
    home: Path
    guarded: Path
    """The same centre, where nothing private may be said on the toy channel."""
    watch: Watch
    platform: ToyPlatform

    @asynccontextmanager
    async def program(self, home: Path, *, is_metered: bool = False) -> AsyncIterator[App]:
        """The program, running."""
        channel = ToyChannel(self.platform.url, is_metered=is_metered)
        app = App(settings_for(home, self.url), (*PAGES, channel), self.watch.now)
        async with channel.open(), app.running():
            yield app

    async def goes_by(self) -> None:
        """Let all of it happen."""
        async with self.program(self.home) as app:
            await self.crowd_comes(app)
            await self.people_take_rooms(app)
            await self.platform_fails(app)
            await self.somebody_uses_the_page(app)
            await self.staff_look(app)
            clerks_come(app, self.watch)
            await self.clock_goes_on(app)
        async with self.program(self.home, is_metered=True) as app:
            await self.crowd_comes(app, Grant(5, DAY))
            await self.calls_are_counted(app)
        async with self.program(self.guarded) as app:
            await self.somebody_visits(app)

    # people

    async def crowd_comes(self, app: App, grant: Grant | None = None) -> None:
        """Groups as large as they get: of more contacts other plans are made."""
        for given in (Start("lodge", "en"), Said("1")):
            updates = (
                Update(TOY, f"{given} {n} {grant}", f"one of many {n}", given, grant=grant)
                for n in range(GROUP + 1)
            )
            await asyncio.gather(*map(app.converser.receive, updates))
        await self.all_is_sent(app)

    async def people_take_rooms(self, app: App) -> None:
        ana, bo, carla = (Guest(app, name, TOY) for name in ("ana", "bo", "carla"))
        for guest in (ana, bo):
            await guest.holds()
        await carla.is_approved()
        await carla.says("1")  # on the waiting list
        await ana.sends()
        self.refuses_receipt(app, ana)
        await app.clock.tick()
        await ana.sends()
        assert confirm(ana)
        await app.clock.tick()
        self.watch.passes(HOLD)
        await app.clock.tick()  # Bo's room is free again, and offered to Carla
        await carla.says("1")
        await carla.says("cancel", "1")
        await self.sends_a_picture(app, Guest(app, "dan", TOY))
        await self.sends_an_album_that_is_late(app, Guest(app, "kim", TOY))
        await self.all_is_sent(app)

    def refuses_receipt(self, app: App, guest: Guest) -> None:
        """Staff do not find the money, which gives the guest more time."""
        reference = deposits_of(guest)[-1].reference
        self.watch.passes(HOLD / 2)
        refuse = app.services.deposits.refuse
        assert app.database.transact(lambda tx: refuse(tx, reference, "Staff", "none", app.now()))

    async def sends_a_picture(self, app: App, guest: Guest) -> None:
        """A file that comes at the second attempt, with words behind it."""
        await guest.does(Start("lodge", "en"))
        await guest.says("1", "Dan")
        self.platform.files["picture"] = photo()
        self.platform.file_answers = iter([500])
        one = Update(
            TOY, "picture", guest.address, Uploaded(), attachments=(Attachment("picture"),)
        )
        await app.converser.receive(one)
        await self.platform.is_asked(1)
        await guest.says("help")
        self.watch.passes(FIRST_RETRY)
        await self.platform.is_asked(2)

    async def sends_an_album_that_is_late(self, app: App, guest: Guest) -> None:
        """Pictures of which the guest is told that they have not come."""
        await guest.does(Start("lodge", "en"))
        await guest.says("1", "Kim")
        self.platform.file_answers = iter([500, 500])
        for n in range(2):
            one = (Attachment(f"pair {n}", album="pair"),)
            update = Update(TOY, f"pair {n}", guest.address, Uploaded(), attachments=one)
            await app.converser.receive(update)
        for asked, passed in ((3, ALBUM_WAIT), (4, WAITS_FOR_FILES)):
            self.watch.passes(passed)
            await self.platform.is_asked(asked)

    async def platform_fails(self, app: App) -> None:
        """Attempts are repeated, a contact is gone and back, another takes back all."""
        self.platform.answers = iter([500, 403])
        eve = Guest(app, "eve", TOY)
        await eve.does(Start("lodge", "en"))
        await self.all_is_sent(app)
        for n, standing in enumerate((Standing.GONE, Standing.BACK, Standing.FORGET)):
            given = Said("help") if standing is Standing.BACK else None
            await app.converser.receive(Update(TOY, f"eve {n}", "eve", given, standing=standing))
        taken = await eve.does(Said("help"))
        lane = await app.deliverer.claim_for(replace(taken, claimed=()))
        if lane is not None:
            app.deliverer.bring_back(lane)
        await self.all_is_sent(app)

    async def all_is_sent(self, app: App, steps: timedelta = FIRST_RETRY) -> None:
        """Let time go by until nothing waits to be sent."""
        while await app.database.read(lambda tx: next_due(tx, [TOY])) is not None:
            self.watch.passes(steps)
            app.deliverer.nudge()
            await asyncio.sleep(LOOK_SECONDS)

    async def calls_are_counted(self, app: App) -> None:
        """What is held back, let go and refused where calls are granted."""
        self.platform.answers = iter([200, 200, CLOSED])
        for n, calls in enumerate((1, 5, 0)):
            given = Start("lodge", "en") if not n else Said("1")
            grant = Grant(calls, DAY)
            await app.converser.receive(Update(TOY, f"fay {n}", "fay", given, grant=grant))
            self.watch.passes(timedelta(minutes=1))
        await self.all_is_sent(app, DAY)

    # pages

    async def somebody_uses_the_page(self, app: App) -> None:
        async with _site(app) as session:
            visitor = Visitor(session)
            await visitor.arrives(flow="lodge")
            await visitor.says("1")
            await visitor.says("Gil")
            await visitor.sends(photo("paper"))
            await visitor.looks()
            await visitor.page("/healthz")
            async with session.get("/chat/entries?before=4") as answer:
                await answer.read()
        terminal = Guest(app, "hal")
        await terminal.submits()
        await terminal.listens()

    async def somebody_visits(self, app: App) -> None:
        ivy = Guest(app, "ivy", TOY)
        await ivy.does(Start("lodge", "en"))
        await ivy.says("1")
        spoken = await app.reader.after(ivy.contact_id, 0, 99, TOY)
        links = [link.url for one in spoken for link in one.message.links]
        token = urlsplit(links[-1]).query.removeprefix("t=")
        async with _site(app) as session:
            await session.get(f"/visit?t={token}")
            await session.post("/visit/open", data={"t": token}, allow_redirects=False)
            visitor = Visitor(session, base="/visit")
            await visitor.page()
            await visitor.looks()
            await visitor.says("Ivy")
            await visitor.sends(photo("ivy"))
        await app.reader.message(TOY, "ivy", 1)

    # staff, and time

    async def staff_look(self, app: App) -> None:
        jo = Guest(app, "jo")
        await jo.does(Start("lodge", "en"))
        await jo.sends()  # what nobody asked for
        break_action(app, "submit_case")
        await jo.says("1", "Jo")
        paper = document()
        await jo.does(upload(paper), [paper])
        await jo.says("1")
        mend_actions(app)
        await jo.says("1")
        approve(jo)
        assert cases_of(jo)
        assert deposits_of(jo) == []
        look = app.database.look
        assert look(lambda tx: open_part(tx, app.sealer, paper.id)) == JPEG
        kept = look(lambda tx: find_document(tx, paper.id))
        assert kept is not None
        assert look(lambda tx: documents_of(tx, kept.case_reference)) == [kept]
        self.staff_work(app, jo)

    def staff_work(self, app: App, jo: Guest) -> None:
        """What staff do in the console."""
        look, transact = app.database.look, app.database.transact
        office.staff_work_on_cases(app, jo)
        today = self.watch.now().date()
        assert look(lambda tx: funnel.reached(tx, "lodge", today, today))
        assert look(funnel.places)
        office.staff_count(app)
        flat, _ = look(stock.all_flats)[0]
        assert look(stock.building_names)
        offer = app.services.stock.offer_flat
        assert transact(lambda tx: offer(tx, flat.id, app.now(), offered=True))
        office.staff_edit_the_stock(app)
        office.staff_read_the_books(app)
        office.staff_answer_questions(app)
        events_are_kept(app, jo)

    async def clock_goes_on(self, app: App) -> None:
        """Reminders, and then all that is old."""
        for passed in (timedelta(hours=20), timedelta(days=8), YEAR):
            self.watch.passes(passed)
            await app.clock.tick()


@asynccontextmanager
async def _site(app: App) -> AsyncIterator[ClientSession]:
    """A browser before the program's site."""
    runner = web.AppRunner(app.site(), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    address = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        async with ClientSession(address, cookie_jar=CookieJar(unsafe=True)) as session:
            yield session
    finally:
        await runner.cleanup()


async def play(url: str, home: Path, guarded: Path) -> None:
    """Let a year go by."""
    platform = ToyPlatform()
    async with asyncio.timeout(60), platform.open():
        await Everyday(url, home, guarded, Watch(), platform).goes_by()


def make_guarded_home(folder: Path) -> Path:
    """The Lodge, where nothing private may be said on the toy channel."""
    home = make_home(folder)
    centre = home / "content" / "centre.yaml"
    rule = "  terminal: {sensitive: ask}\n"
    text = centre.read_text()
    assert rule in text
    centre.write_text(text.replace(rule, f"{rule}  {TOY}: {{sensitive: link}}\n"))
    return home
