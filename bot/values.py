"""Values as people type them into the environment: each is read, or refused with one sentence."""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from bot.channels.telegram.settings import Mode
from bot.channels.wechat.settings import Account

ACCOUNTS: Mapping[str, Account] = {
    "service": "service",
    "subscription": "subscription",
    "test": "test",
}
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")


def home(typed: str) -> Path:
    home = Path(typed).resolve()
    missing = [name for name in ("flows", "content", "locales") if not (home / name).is_dir()]
    if missing:
        raise ValueError(f"{home} has no folder {' and no '.join(missing)}")
    return home


def data_dir(typed: str) -> Path:
    folder = Path(typed).resolve()
    nearest = next(path for path in (folder, *folder.parents) if path.exists())
    if not nearest.is_dir() or not os.access(nearest, os.W_OK):
        raise ValueError(f"{folder} is no folder that can be written to")
    return folder


def folder(typed: str) -> Path | None:
    if not Path(typed).is_dir():
        raise ValueError(f"{typed} is no folder")
    return Path(typed).resolve()


def codes(typed: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in typed.split(",") if part.strip())


def port(typed: str) -> int:
    if not typed.isdecimal() or not 0 <= int(typed) <= 65535:
        raise ValueError(f"{typed!r} is no port: a number from 0 to 65535")
    return int(typed)


def url(typed: str) -> str:
    scheme, found, rest = typed.partition("://")
    if not found or scheme not in ("http", "https") or not rest or " " in rest:
        raise ValueError(f"{typed!r} is no address like https://example.org")
    return typed


def urls(typed: str) -> tuple[str, ...]:
    return tuple(url(part.strip()) for part in typed.split(",") if part.strip())


def rate(typed: str) -> float:
    try:
        rate = float(typed)
    except ValueError:
        rate = 0.0
    if not 0 < rate < 1e9:
        raise ValueError(f"{typed!r} is no number of messages a second")
    return rate


def webhook_secret(typed: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", typed):
        raise ValueError("Telegram takes 1 to 256 letters, digits, _ and -")
    return typed


def mode(typed: str) -> Mode:
    if typed not in ("webhook", "poll"):
        raise ValueError(f"{typed!r} is neither webhook nor poll")
    return "poll" if typed == "poll" else "webhook"


def account(typed: str) -> Account:
    if typed not in ACCOUNTS:
        raise ValueError(f"{typed!r} is none of {', '.join(ACCOUNTS)}")
    return ACCOUNTS[typed]


def yes(typed: str) -> bool:
    if typed not in ("yes", "no"):
        raise ValueError(f"{typed!r} is neither yes nor no")
    return typed == "yes"


def level(typed: str) -> str:
    if typed.upper() not in LEVELS:
        raise ValueError(f"{typed!r} is none of {', '.join(LEVELS)}")
    return typed.upper()


def database_url(typed: str) -> str:
    scheme, found, rest = typed.partition("://")
    if found and scheme == "sqlite" and rest.startswith("/") and len(rest) > 1:
        return typed
    if found and scheme in ("postgres", "postgresql", "postgresql+psycopg") and rest:
        _ = urlsplit(typed).port  # fails on one that is no number
        return f"postgresql+psycopg://{rest}"
    raise ValueError("write sqlite:///path/to/file.db or postgresql://user@host/name")
