"""The commands: one function each."""

import argparse
import asyncio
import contextlib
import getpass
import signal
import sys
import threading
from collections.abc import Callable, Sequence
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
from bot.store.cases import SUBMITTED, find_case, list_cases
from bot.store.database import Database
from bot.store.migrate import upgrade
from bot.store.seal import Sealer

Command = Callable[[Settings, argparse.Namespace], int]
STOP_SECONDS = 3.0
"""How long requests may still run once the program is asked to stop: pages waiting for news do."""
INTERRUPTED = 130
"""What a program ends with that Ctrl-C has stopped."""
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
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)


# serving


def serve(settings: Settings, typed: argparse.Namespace) -> int:
    """Start the assistant with its web chat."""
    with asyncio.Runner(loop_factory=_fast_loop()) as runner:
        runner.run(_serve(settings))
    return 0


def _fast_loop() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """uvloop, where there is one."""
    with contextlib.suppress(ImportError):
        import uvloop

        return uvloop.new_event_loop
    return None


async def _serve(settings: Settings) -> None:
    app = App(settings)
    runner = web.AppRunner(app.site(), access_log=None, shutdown_timeout=STOP_SECONDS)
    async with app.running():
        await runner.setup()
        await _open(web.TCPSite(runner, settings.host, settings.port), settings)
        host, port = runner.addresses[0][:2]
        public = settings.public_url if settings.port else f"http://{host}:{port}"
        print(f"The web chat is open: {public}/chat", flush=True)
        await _until_stopped()
        await runner.cleanup()


async def _open(site: web.TCPSite, settings: Settings) -> None:
    try:
        await site.start()
    except OSError as error:
        why = (error.strerror or str(error)).rpartition(": ")[2]
        raise NotReady(f"{settings.host} port {settings.port} cannot be opened: {why}") from error


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
            _show(person.transcript.lines[shown:])
            shown = len(person.transcript.lines)
            line = await _typed_line()
            if line is None or line == ":q":
                break
            await _take_line(person, line)
    return person.transcript.text()


def _show(lines: Sequence[str]) -> None:
    """What was said; what the person typed stands on the screen already."""
    heard = "\n".join(line for line in lines if not line.startswith("> "))
    if heard.strip():
        print(f"\n{heard.strip()}\n", flush=True)


async def _typed_line() -> str | None:
    """The next line that is typed; None at the end of input."""
    if not sys.stdin.isatty():
        return await asyncio.to_thread(_read_line)
    loop = asyncio.get_running_loop()
    typed: asyncio.Future[str | None] = loop.create_future()

    def read() -> None:
        line = _read_line()
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody listens any more
            loop.call_soon_threadsafe(typed.set_result, line)

    # A daemon, unlike a thread of the pool: Ctrl-C must not wait for a line that never comes.
    threading.Thread(target=read, daemon=True).start()
    return await typed


def _read_line() -> str | None:
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
    translations = Translations(read_catalogues(settings.home))
    print(picture(flow, content.catalogue, typed.language, translations))
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
    if typed.what == "show":
        return _show_case(app, reference)
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


def _show_case(app: App, reference: str) -> int:
    found = app.database.look(lambda tx: find_case(tx, reference))
    if found is None:
        print(f"there is no case {reference}", file=sys.stderr)
        return 1
    catalogue = app.content.catalogue
    voice = app.renderer.voice(app.content.centre.source_language)
    print(f"{found.reference}  {found.flow}  {found.state}  due {found.due_on}")
    for line in app.services.cases.lines(found, catalogue):
        print(f"  {voice.fact(line)}")
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
    about = "The chat assistant of a service centre."
    parser = argparse.ArgumentParser("talent-bot", description=about)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add(commands, "serve", serve)
    talk = _add(commands, "chat", chat)
    talk.add_argument("--name", default=_user(), help="who you are")
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
    _add_staff(_add(commands, "case", case), ["list", "show", "approve", "refuse"])
    _add_staff(_add(commands, "deposit", deposit), ["list", "confirm", "refuse"])
    return parser


def _user() -> str:
    """Who types; a container may run under a number that has no name."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "staff"


def _add(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, run: Command
) -> argparse.ArgumentParser:
    command = commands.add_parser(name, help=(run.__doc__ or "").split("\n")[0])
    command.set_defaults(run=run)
    return command


def _add_staff(command: argparse.ArgumentParser, choices: list[str]) -> None:
    command.add_argument("what", choices=choices)
    command.add_argument("reference", nargs="?", default="")
    command.add_argument("--by", default=_user(), help="who decides")
    command.add_argument("--reason", default="", help="what the applicant is told")
