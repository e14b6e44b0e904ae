"""The bots that are measured: ours and its peers, each the same conversation."""

from pathlib import Path

from bench.child import Bot
from bench.city import SECRET, TOKEN
from bench.home import make_home

KEY = "5a" * 32
MANY = "100000"
"""Messages a second that the pace lets through: it is not what is measured."""


def ours(folder: Path, **more: str) -> Bot:
    """The whole program on SQLite, with a centre made for it in this folder."""
    environment = {
        "BOT_HOME": str(make_home(folder)),
        "BOT_DATA_DIR": str(folder / "data"),
        "BOT_SECRET_KEY": KEY,
        "BOT_PORT": "0",
        "BOT_LOG_LEVEL": "ERROR",
        **more,
    }
    return Bot("talent-bot, SQLite", ("-m", "bot", "serve"), environment, is_quiet=False)


def ours_on_telegram(folder: Path, api: str) -> Bot:
    """Ours, with a bot on Telegram."""
    return ours(
        folder,
        BOT_TELEGRAM_TOKEN=TOKEN,
        BOT_TELEGRAM_MODE="webhook",
        BOT_TELEGRAM_WEBHOOK_SECRET=SECRET,
        BOT_TELEGRAM_API_URL=api,
        BOT_TELEGRAM_RATE=MANY,
        BOT_TELEGRAM_CHAT_RATE=MANY,
    )


def ptb(api: str) -> Bot:
    """python-telegram-bot, all in memory."""
    name = "python-telegram-bot (PTB) 22.8, memory"
    return Bot(name, ("-m", "bench.ptb_bot", "--api", api), {})


def ptb_pickled(folder: Path, api: str, every: int = 60) -> Bot:
    """python-telegram-bot that writes its state to a file, by default once a minute."""
    file = str(folder / f"ptb-{every}.pickle")
    command = ("-m", "bench.ptb_bot", "--api", api, "--pickle", file, "--every", str(every))
    return Bot(f"PTB + PicklePersistence, {every} s", command, {})


def aiogram(api: str) -> Bot:
    """aiogram, all in memory."""
    return Bot("aiogram 3.31, FSM in memory", ("-m", "bench.aiogram_bot", "--api", api), {})
