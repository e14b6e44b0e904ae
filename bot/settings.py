"""Settings: read the environment once, name every problem at once."""

import contextlib
import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from socket import gethostname
from tempfile import NamedTemporaryFile
from typing import TypeVar

from rapidfuzz import process

from bot import values
from bot.channels.telegram.pace import Limits
from bot.channels.telegram.settings import API_URL, Mode, TelegramSettings
from bot.channels.wechat.settings import API_URL as WECHAT_API_URL
from bot.channels.wechat.settings import WeChatSettings
from bot.store.seal import derive

PREFIX = "BOT_"
TESTS = "BOT_TEST_"
Value = TypeVar("Value")

ROOT = Path(__file__).resolve().parents[1]
"""Where the program lies with its own folders: the home when none is given."""
SHORTEST_SECRET = 32
"""Characters of a secret: 32 hexadecimal digits are the 128 bits that sealing relies on."""


class Misconfigured(Exception):
    """Settings are wrong; `problems` names each of them."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Settings:
    """How this process runs. Secrets are never shown: they stay out of `repr`."""

    home: Path
    data_dir: Path
    database_url: str
    host: str
    port: int
    public_url: str
    secret_keys: tuple[str, ...]
    log_level: str
    worker: str
    embed_on: tuple[str, ...]
    telegram: TelegramSettings | None = None
    wechat: WeChatSettings | None = None
    encoder: Path | None = None
    encoder_languages: tuple[str, ...] = ("en",)

    def __repr__(self) -> str:
        return f"Settings(home={self.home}, host={self.host!r}, port={self.port})"


KNOWN: dict[str, str] = {
    "HOME": "folder that holds flows/, content/ and locales/",
    "DATA_DIR": "folder for the database and the generated key; default: data/ in the home folder",
    "DATABASE_URL": "sqlite:///path or postgresql://user@host/name; default: a file in DATA_DIR",
    "HOST": "address to listen on; default 127.0.0.1",
    "PORT": "port to listen on; default 8080; 0 takes any free one",
    "PUBLIC_URL": "address people reach this by; default http://HOST:PORT",
    "SECRET_KEY": "secrets that data is sealed with, newest first, separated by commas; "
    "default: generated in DATA_DIR at the first start",
    "LOG_LEVEL": "DEBUG, INFO, WARNING or ERROR; default INFO",
    "WORKER": "name of this process among several; default: the machine's name",
    "EMBED_ON": "addresses of sites that may show the chat in a frame, separated by commas",
    "ENCODER": "folder of a sentence encoder, which helps to find answers; default: none",
    "ENCODER_LANGUAGES": "languages it was measured to help in, separated by commas; default en",
    "TELEGRAM_TOKEN": "the bot's token from @BotFather; without it there is no Telegram",
    "TELEGRAM_MODE": "webhook, or poll to ask for news; default: webhook where PUBLIC_URL is https",
    "TELEGRAM_WEBHOOK_SECRET": "what Telegram sends along with each update; "
    "default: derived from SECRET_KEY",
    "TELEGRAM_API_URL": "address of the Bot API; default https://api.telegram.org",
    "TELEGRAM_RATE": "messages a second over all chats; default 30, what Telegram allows unpaid",
    "TELEGRAM_CHAT_RATE": "messages a second in one chat after a burst of three; default 1",
    "WECHAT_APP_ID": "the account's AppID; without it there is no WeChat",
    "WECHAT_APP_SECRET": "the account's AppSecret",
    "WECHAT_TOKEN": "the token typed into the account's server configuration",
    "WECHAT_AES_KEY": "the account's EncodingAESKey, 43 characters; without it in plain mode",
    "WECHAT_AES_KEY_PREVIOUS": "the EncodingAESKey before a change, as long as both are in use",
    "WECHAT_API_URL": "address of the API; default https://api.weixin.qq.com",
    "WECHAT_ACCOUNT": "service (verified), subscription or test; default service",
    "WECHAT_MENU_LINKS": "yes makes numbered options links too, which WeChat does not document; "
    "default no",
}
"""Every setting with what it means, as `talent-bot settings` prints it."""


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Read the environment and, below it, the file `.env`; `Misconfigured` names every problem."""
    given = {**_from_file(Path(".env")), **(os.environ if environment is None else environment)}
    return _Reader(given).settings()


class _Reader:
    def __init__(self, given: Mapping[str, str]) -> None:
        self._given = {PREFIX + "HOME": str(ROOT), **given}
        self._problems = _unknown(given)

    def settings(self) -> Settings:
        home = self._read("HOME", ROOT, values.home)
        data_dir = self._read("DATA_DIR", home / "data", values.data_dir)
        host = self._given.get(PREFIX + "HOST") or "127.0.0.1"
        port = self._read("PORT", 8080, values.port)
        default_url = f"http://{host}:{port}"
        default_database = f"sqlite:///{data_dir / 'talent-bot.db'}"
        keys = self._secrets(data_dir)
        public_url = self._read("PUBLIC_URL", default_url, values.url).rstrip("/")
        settings = Settings(
            home=home,
            data_dir=data_dir,
            database_url=self._read("DATABASE_URL", default_database, values.database_url),
            host=host,
            port=port,
            public_url=public_url,
            secret_keys=keys,
            log_level=self._read("LOG_LEVEL", "INFO", values.level),
            worker=(self._given.get(PREFIX + "WORKER") or gethostname())[:64],
            embed_on=self._read("EMBED_ON", (), values.urls),
            telegram=self._telegram(public_url, keys),
            wechat=self._wechat(public_url),
            encoder=self._read("ENCODER", None, values.folder),
            encoder_languages=self._read("ENCODER_LANGUAGES", ("en",), values.codes),
        )
        if self._problems:
            raise Misconfigured(self._problems)
        return settings

    def _telegram(self, public_url: str, keys: tuple[str, ...]) -> TelegramSettings | None:
        """The bot's connection, where there is a bot."""
        token = self._given.get(PREFIX + "TELEGRAM_TOKEN", "")
        mode: Mode = "webhook" if public_url.startswith("https://") else "poll"
        secret = derive(keys[0], b"telegram webhook").hex() if keys else "none yet"
        rates = (
            self._read("TELEGRAM_RATE", 30.0, values.rate),
            self._read("TELEGRAM_CHAT_RATE", 1.0, values.rate),
        )
        if not token:
            return None
        return self._made(
            "TELEGRAM_TOKEN",
            lambda: TelegramSettings(
                token,
                api_url=self._read("TELEGRAM_API_URL", API_URL, values.url).rstrip("/"),
                webhook_secret=self._read("TELEGRAM_WEBHOOK_SECRET", secret, values.webhook_secret),
                mode=self._read("TELEGRAM_MODE", mode, values.mode),
                public_url=public_url,
                limits=Limits(overall=rates[0], in_a_chat=rates[1]),
            ),
        )

    def _wechat(self, public_url: str) -> WeChatSettings | None:
        """The account's connection, where there is an account."""
        names = ("APP_ID", "APP_SECRET", "TOKEN", "AES_KEY", "AES_KEY_PREVIOUS")
        given = {name.lower(): self._given.get(f"{PREFIX}WECHAT_{name}", "") for name in names}
        if not any(given.values()):
            return None
        return self._made(
            "WECHAT_APP_ID",
            lambda: WeChatSettings(
                **given,
                account=self._read("WECHAT_ACCOUNT", "service", values.account),
                api_url=self._read("WECHAT_API_URL", WECHAT_API_URL, values.url).rstrip("/"),
                menu_links=self._read("WECHAT_MENU_LINKS", default=False, parse=values.yes),
                public_url=public_url,
            ),
        )

    def _made(self, name: str, make: Callable[[], Value]) -> Value | None:
        try:
            return make()
        except ValueError as error:
            self._problems.append(f"{PREFIX}{name}: {error}")
            return None

    def _read(self, name: str, default: Value, parse: Callable[[str], Value]) -> Value:
        typed = self._given.get(PREFIX + name)
        try:
            return parse(typed) if typed else default
        except ValueError as error:
            self._problems.append(f"{PREFIX}{name}: {error}")
            return default

    def _secrets(self, data_dir: Path) -> tuple[str, ...]:
        """The configured secrets, or the one generated at the first start."""
        typed = self._given.get(PREFIX + "SECRET_KEY", "")
        keys = tuple(key.strip() for key in typed.split(",") if key.strip())
        if any(len(key) < SHORTEST_SECRET for key in keys):
            self._problems.append(
                f"{PREFIX}SECRET_KEY: each secret needs at least {SHORTEST_SECRET} characters; "
                "make one with: python3 -c 'import secrets; print(secrets.token_hex(32))'"
            )
        if keys or self._problems:
            return keys
        secret = _generated_secret(data_dir / "secret.key")
        if len(secret) < SHORTEST_SECRET:  # a copy that was cut off
            self._problems.append(
                f"{data_dir / 'secret.key'} holds no whole secret: put its copy back, "
                "or delete it where there is no data yet"
            )
        return (secret,)


def _generated_secret(path: Path) -> str:
    """The secret in a file only its owner can read; made, whole or not at all, at first."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not path.exists():
        _make_secret(path)
    return path.read_text().strip()


def _make_secret(path: Path) -> None:
    """Write a secret aside, synced as the data it seals will be, and only then give it its name."""
    with NamedTemporaryFile("w", dir=path.parent, prefix=f".{path.name}.") as aside:
        aside.write(secrets.token_hex(32) + "\n")
        aside.flush()
        os.fsync(aside.fileno())
        with contextlib.suppress(FileExistsError):  # another process was first: its secret counts
            os.link(aside.name, path)


def _unknown(given: Mapping[str, str]) -> list[str]:
    problems = []
    for name in sorted(given):
        if not name.startswith(PREFIX) or name.startswith(TESTS):
            continue
        if name.removeprefix(PREFIX) not in KNOWN:
            near = process.extractOne(name.removeprefix(PREFIX), list(KNOWN), score_cutoff=60)
            hint = f"; do you mean {PREFIX}{near[0]}?" if near else ""
            problems.append(f"{name}: there is no such setting{hint}")
    return problems


def _from_file(path: Path) -> dict[str, str]:
    """NAME=value lines; blank lines and lines with # are left out, quotes around a value too."""
    if not path.is_file():
        return {}
    pairs = (line.split("=", 1) for line in path.read_text().splitlines() if "=" in line)
    return {
        name.removeprefix("export ").strip(): value.strip().strip("\"'")
        for name, value in pairs
        if not name.lstrip().startswith("#")
    }
