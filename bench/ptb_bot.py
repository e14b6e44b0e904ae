"""The peer: the ten questions with python-telegram-bot's ConversationHandler.

Updates come by the custom webhook its examples show; the rest is its own default: httpx out, one
update at a time, `Application` as it is. It runs on uvloop, like everything measured here.
"""

import argparse
import asyncio
import signal
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import uvloop
from aiohttp import web
from telegram import Update
from telegram.ext import (
    Application,
    CommandHandler,
    ContextTypes,
    ConversationHandler,
    MessageHandler,
    PicklePersistence,
    filters,
)

from bench.city import HEADER, SECRET, TOKEN
from bench.questions import NOTHING, QUESTIONS, REJECTED, STEPS, accepts, asked, ended

Context = ContextTypes.DEFAULT_TYPE
Handler = Callable[[Update, Context], Coroutine[Any, Any, int]]
Running = Application[Any, Any, Any, Any, Any, Any]
WORDS = filters.TEXT & ~filters.COMMAND


async def _start(update: Update, context: Context) -> int:
    await _say(update, asked(1))
    return 1


def _step(number: int) -> Handler:
    async def take(update: Update, context: Context) -> int:
        assert update.message is not None
        assert context.user_data is not None
        said = update.message.text or ""
        if not accepts(number, said):
            await _say(update, f"{REJECTED}\n{asked(number)}")
            return number
        context.user_data[QUESTIONS[number - 1].step] = said
        if number == STEPS:
            await _say(update, ended(context.user_data))
            return int(ConversationHandler.END)
        await _say(update, asked(number + 1))
        return number + 1

    return take


async def _nothing(update: Update, context: Context) -> None:
    await _say(update, NOTHING)


async def _say(update: Update, text: str) -> None:
    assert update.message is not None
    await update.message.reply_text(text)


def _application(api: str, file: str, every: float) -> Running:
    builder = Application.builder().token(TOKEN).base_url(f"{api}/bot").updater(None)
    if file:
        builder = builder.persistence(PicklePersistence(file, update_interval=every))
    application = builder.build()
    states: dict[object, list[Any]] = {
        number: [MessageHandler(WORDS, _step(number))] for number in range(1, STEPS + 1)
    }
    start: list[Any] = [CommandHandler("start", _start)]
    talk: Any = ConversationHandler(
        start, states, [], allow_reentry=True, name="talk", persistent=bool(file)
    )
    application.add_handler(talk)
    application.add_handler(MessageHandler(WORDS, _nothing))
    return application


def _door(application: Running) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def hear(request: web.Request) -> web.Response:
        if request.headers.get(HEADER) != SECRET:
            return web.Response(status=403)
        update = Update.de_json(await request.json(), application.bot)
        await application.update_queue.put(update)
        return web.Response()

    return hear


async def _serve(typed: argparse.Namespace) -> None:
    application = _application(typed.api, typed.pickle, typed.every)
    async with application:
        await application.start()
        site = web.Application()
        site.router.add_post("/telegram", _door(application))
        runner = web.AppRunner(site, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        print(f"http://127.0.0.1:{runner.addresses[0][1]}", flush=True)
        asked_to_end = asyncio.Event()
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, asked_to_end.set)
        await asked_to_end.wait()
        await runner.cleanup()
        await application.stop()


def main() -> None:
    """Serve until asked to end."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--api", required=True)
    parser.add_argument("--pickle", default="", help="the file of PicklePersistence")
    parser.add_argument("--every", type=float, default=60, help="seconds between its flushes")
    uvloop.run(_serve(parser.parse_args()))


if __name__ == "__main__":
    main()
