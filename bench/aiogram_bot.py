"""The peer: the ten questions with aiogram's finite state machine, kept in memory.

Updates come by its own webhook handler for aiohttp, which answers before the work is done.
"""

import argparse
import asyncio
import signal
from collections.abc import Awaitable, Callable

import uvloop
from aiogram import Bot, Dispatcher, Router
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.filters import CommandStart
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.fsm.storage.memory import MemoryStorage
from aiogram.types import Message
from aiogram.webhook.aiohttp_server import SimpleRequestHandler, setup_application
from aiohttp import web

from bench.city import SECRET, TOKEN
from bench.questions import NOTHING, QUESTIONS, REJECTED, STEPS, accepts, asked, ended

Handler = Callable[[Message, FSMContext], Awaitable[None]]


class Talk(StatesGroup):
    """The states, one a question."""

    q1, q2, q3, q4, q5 = State(), State(), State(), State(), State()
    q6, q7, q8, q9, q10 = State(), State(), State(), State(), State()


STATES = (
    Talk.q1,
    Talk.q2,
    Talk.q3,
    Talk.q4,
    Talk.q5,
    Talk.q6,
    Talk.q7,
    Talk.q8,
    Talk.q9,
    Talk.q10,
)


async def _start(message: Message, state: FSMContext) -> None:
    await state.set_state(STATES[0])
    await message.answer(asked(1))


def _step(number: int) -> Handler:
    async def take(message: Message, state: FSMContext) -> None:
        said = message.text or ""
        if not accepts(number, said):
            await message.answer(f"{REJECTED}\n{asked(number)}")
            return
        answers = await state.update_data({QUESTIONS[number - 1].step: said})
        if number == STEPS:
            await state.clear()
            await message.answer(ended(answers))
        else:
            await state.set_state(STATES[number])
            await message.answer(asked(number + 1))

    return take


async def _nothing(message: Message) -> None:
    await message.answer(NOTHING)


def _router() -> Router:
    router = Router()
    router.message.register(_start, CommandStart())
    for number, state in enumerate(STATES, start=1):
        router.message.register(_step(number), state)
    router.message.register(_nothing)
    return router


async def _serve(api: str) -> None:
    bot = Bot(TOKEN, session=AiohttpSession(api=TelegramAPIServer.from_base(api)))
    dispatcher = Dispatcher(storage=MemoryStorage())
    dispatcher.include_router(_router())
    site = web.Application()
    handler = SimpleRequestHandler(dispatcher, bot, secret_token=SECRET)
    handler.register(site, path="/telegram")
    setup_application(site, dispatcher, bot=bot)
    runner = web.AppRunner(site, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(f"http://127.0.0.1:{runner.addresses[0][1]}", flush=True)
    asked_to_end = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, asked_to_end.set)
    await asked_to_end.wait()
    await runner.cleanup()


def main() -> None:
    """Serve until asked to end."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--api", required=True)
    uvloop.run(_serve(parser.parse_args().api))


if __name__ == "__main__":
    main()
