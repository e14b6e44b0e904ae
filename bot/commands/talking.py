"""Talk to the assistant in a terminal."""

import argparse
import asyncio
import contextlib
import sys
import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from bot.app import App
from bot.settings import Settings
from bot.simulator import Person


def chat(settings: Settings, typed: argparse.Namespace) -> int:
    """Talk to the assistant in this terminal; `:file PATH` sends a document, `:q` ends."""
    transcript = asyncio.run(_chat(settings, typed.name))
    if typed.record is not None:
        typed.record.write_text(transcript)
    return 0


async def _chat(settings: Settings, name: str) -> str:
    # A name of its own: a program that serves beside it keeps what it has claimed.
    app = App(replace(settings, worker=f"{settings.worker}-chat"[:64]))
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
