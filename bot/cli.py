"""The commands: one function each."""

import argparse
import asyncio
import contextlib
import getpass
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from aiohttp import web

from bot.app import (
    App,
    NotReady,
    make_services,
    now,
    pinned_content,
    prepare,
    vocabulary,
)
from bot.content.check import check as check_content
from bot.content.draw import mermaid, svg
from bot.content.extract import update
from bot.content.load import read_content, texts_under
from bot.content.texts import Translations, read_catalogues
from bot.logs import start_log
from bot.runner.plan import plan as plan_flows
from bot.services.reference import tidy_reference
from bot.settings import KNOWN, PREFIX, Misconfigured, Settings, read_settings
from bot.simulator import Person
from bot.store import deposits
from bot.store.cases import SUBMITTED, list_cases
from bot.store.database import Database
from bot.store.migrate import upgrade
from bot.store.seal import Sealer

Command = Callable[[Settings, argparse.Namespace], int]
ROWS = 200
"""Rows a list prints: more is for the console."""


def main() -> None:
    """Run the command that was typed; exit 2 with every problem when settings are wrong."""
    typed = _parser().parse_args()
    try:
        settings = read_settings()
        start_log(settings.log_level)
        sys.exit(typed.run(settings, typed))
    except Misconfigured as error:
        for problem in error.problems:
            print(problem, file=sys.stderr)
        sys.exit(2)
    except NotReady as error:
        print(error, file=sys.stderr)
        sys.exit(1)


# serving


def serve(settings: Settings, typed: argparse.Namespace) -> int:
    """Start the assistant with its web chat."""
    with contextlib.suppress(ImportError):
        import uvloop

        uvloop.install()
    asyncio.run(_serve(settings))
    return 0


async def _serve(settings: Settings) -> None:
    app = App(settings)
    runner = web.AppRunner(app.site(), access_log=None)
    async with app.running():
        await runner.setup()
        site = web.TCPSite(runner, settings.host, settings.port)
        await site.start()
        host, port = runner.addresses[0][:2]
        public = settings.public_url if settings.port else f"http://{host}:{port}"
        print(f"The web chat is open: {public}/chat", flush=True)
        await _until_stopped()
        await runner.cleanup()


async def _until_stopped() -> None:
    stopped = asyncio.Event()
    for one in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(one, stopped.set)
    await stopped.wait()


def chat(settings: Settings, typed: argparse.Namespace) -> int:
    """Talk to the assistant in this terminal; `:file PATH` sends a document, `:q` ends."""
    transcript = asyncio.run(_chat(settings, typed.name))
    if typed.record is not None:
        typed.record.write_text(transcript)
    return 0


async def _chat(settings: Settings, name: str) -> str:
    app = App(settings)
    async with app.running():
        person = Person(name, app.converser, app.reader, app.papers)
        shown = 0
        await person.opens()
        while True:
            print("\n".join(person.transcript.lines[shown:]))
            shown = len(person.transcript.lines)
            line = await asyncio.to_thread(_typed_line)
            if line is None or line == ":q":
                break
            shown += 3  # what the person typed stands on the screen already
            await _take_line(person, line)
    return person.transcript.text()


def _typed_line() -> str | None:
    try:
        return input("> ")
    except EOFError:
        return None


def _file(typed: str) -> bytes | None:
    path = Path(typed)
    if path.is_file():
        return path.read_bytes()
    print(f"there is no file {path}")
    return None


async def _take_line(person: Person, line: str) -> None:
    if line.startswith(":file "):
        content = await asyncio.to_thread(_file, line.removeprefix(":file ").strip())
        if content is not None:
            await person.sends(content)
    elif line:
        await person.says(line)
    else:
        await person.listens()


# content


def check(settings: Settings, typed: argparse.Namespace) -> int:
    """Check flows, content and translations; every problem with its file and line."""
    content, _ = read_content(settings.home)
    services = make_services(content, Sealer(["check" * 8]))
    problems = check_content(settings.home, vocabulary(services))
    for problem in problems:
        print(problem)
    flows = len(content.catalogue.flows)
    languages = ", ".join(content.catalogue.languages)
    print(f"{len(problems)} problems in {flows} flows, in {languages}")
    return 1 if problems else 0


def draw(settings: Settings, typed: argparse.Namespace) -> int:
    """Draw a flow as Mermaid text or as SVG."""
    content, _ = read_content(settings.home)
    flow = content.catalogue.flows.get(typed.flow)
    if flow is None:
        print(f"there is no flow {typed.flow!r}", file=sys.stderr)
        return 1
    picture = svg if typed.svg else mermaid
    print(picture(flow, content.catalogue, typed.language))
    return 0


def plan(settings: Settings, typed: argparse.Namespace) -> int:
    """Say what the flows here would mean for people half-way through; changes nothing."""
    database, sealer = Database(settings.database_url), Sealer(settings.secret_keys)
    prepare(database)
    translations = Translations(read_catalogues(settings.home))
    content = pinned_content(settings, database, translations)
    plans = database.look(lambda tx: plan_flows(tx, sealer, content.catalogue))
    for name, one in sorted(plans.items()):
        print(f"{name}: {one.current} on this version already, {one.same} carry over unchanged")
        for questions, people in sorted(one.asks.items()):
            print(f"    {people} are asked {questions} question(s) again")
        if one.blocked:
            print(f"    {one.blocked} stay on their version: a milestone or the flow is gone")
    print("nothing was changed")
    return 0


def texts(settings: Settings, typed: argparse.Namespace) -> int:
    """Bring the translations up to date with the flows; translators then fill the gaps."""
    for path in update(settings.home, texts_under(settings.home)):
        print(path)
    return 0


# operating


def db(settings: Settings, typed: argparse.Namespace) -> int:
    """Migrate the database to what this program needs."""
    database = Database(settings.database_url)
    upgrade(database)
    database.close()
    print("the database is up to date")
    return 0


def show_settings(settings: Settings, typed: argparse.Namespace) -> int:
    """Print every setting and what it means."""
    for name, meaning in KNOWN.items():
        print(f"{PREFIX}{name}\n    {meaning}")
    return 0


# staff


def case(settings: Settings, typed: argparse.Namespace) -> int:
    """List cases, or decide one; its contact is told in the chat."""
    if typed.what == "refuse" and not typed.reason:
        return _no_reason()
    app = App(settings)
    if typed.what == "list":
        for one in app.database.look(lambda tx: list_cases(tx, SUBMITTED, ROWS)):
            print(f"{one.reference}  {one.flow}  due {one.due_on}  {one.channel}")
        return 0
    reference = tidy_reference(typed.reference)
    approve = typed.what == "approve"
    decided = app.database.transact(
        lambda tx: app.services.cases.decide(
            tx, reference, approve=approve, by=typed.by, now=now(), reason=typed.reason
        )
    )
    if decided is None:
        print(f"{reference} is not waiting for a decision", file=sys.stderr)
        return 1
    print(f"{reference} is {decided.state}; the applicant is told in the chat")
    return 0


def deposit(settings: Settings, typed: argparse.Namespace) -> int:
    """List deposits, or say whether one has arrived; its contact is told in the chat."""
    if typed.what == "refuse" and not typed.reason:
        return _no_reason()
    app = App(settings)
    if typed.what == "list":
        states = (deposits.ORDERED, deposits.CLAIMED)
        for one in app.database.look(lambda tx: deposits.list_deposits(tx, states, ROWS)):
            print(f"{one.reference}  {one.amount_fen / 100:.2f}  {one.state}")
        return 0
    reference = tidy_reference(typed.reference)
    if typed.what == "confirm":
        done = app.database.transact(
            lambda tx: app.services.deposits.confirm(tx, reference, typed.by, now())
        )
    else:
        done = app.database.transact(
            lambda tx: app.services.deposits.refuse(tx, reference, typed.by, typed.reason, now())
        )
    if not done:
        print(f"{reference} is not waiting for that", file=sys.stderr)
        return 1
    print(f"{reference}: {typed.what}ed; the applicant is told in the chat")
    return 0


def _no_reason() -> int:
    print("a refusal needs --reason: the applicant is told it", file=sys.stderr)
    return 2


# what may be typed


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("talent-bot", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add(commands, "serve", serve)
    talk = _add(commands, "chat", chat)
    talk.add_argument("--name", default=getpass.getuser(), help="who you are")
    talk.add_argument("--record", type=Path, help="write the transcript to this file")
    _add(commands, "check", check)
    drawing = _add(commands, "draw", draw)
    drawing.add_argument("flow")
    drawing.add_argument("--svg", action="store_true", help="SVG instead of Mermaid")
    drawing.add_argument("--language", default="en")
    _add(commands, "plan", plan)
    _add(commands, "texts", texts)
    _add(commands, "settings", show_settings)
    _add(commands, "db", db).add_argument("what", choices=["upgrade"])
    _add_staff(_add(commands, "case", case), ["list", "approve", "refuse"])
    _add_staff(_add(commands, "deposit", deposit), ["list", "confirm", "refuse"])
    return parser


def _add(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, run: Command
) -> argparse.ArgumentParser:
    command = commands.add_parser(name, help=(run.__doc__ or "").split("\n")[0])
    command.set_defaults(run=run)
    return command


def _add_staff(command: argparse.ArgumentParser, choices: list[str]) -> None:
    command.add_argument("what", choices=choices)
    command.add_argument("reference", nargs="?", default="")
    command.add_argument("--by", default=getpass.getuser(), help="who decides")
    command.add_argument("--reason", default="", help="what the applicant is told")
