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
from urllib.parse import urlsplit

from rapidfuzz import process

PREFIX = "BOT_"
TESTS = "BOT_TEST_"
Value = TypeVar("Value")

ROOT = Path(__file__).resolve().parents[1]
"""Where the program lies with its own folders: the home when none is given."""
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
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
        home = self._read("HOME", ROOT, _home)
        data_dir = self._read("DATA_DIR", home / "data", _data_dir)
        host = self._given.get(PREFIX + "HOST") or "127.0.0.1"
        port = self._read("PORT", 8080, _port)
        default_url = f"http://{host}:{port}"
        default_database = f"sqlite:///{data_dir / 'talent-bot.db'}"
        settings = Settings(
            home=home,
            data_dir=data_dir,
            database_url=self._read("DATABASE_URL", default_database, _database_url),
            host=host,
            port=port,
            public_url=self._read("PUBLIC_URL", default_url, _url).rstrip("/"),
            secret_keys=self._secrets(data_dir),
            log_level=self._read("LOG_LEVEL", "INFO", _level),
            worker=(self._given.get(PREFIX + "WORKER") or gethostname())[:64],
            embed_on=self._read("EMBED_ON", (), _urls),
        )
        if self._problems:
            raise Misconfigured(self._problems)
        return settings

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


def _home(typed: str) -> Path:
    home = Path(typed).resolve()
    missing = [name for name in ("flows", "content", "locales") if not (home / name).is_dir()]
    if missing:
        raise ValueError(f"{home} has no folder {' and no '.join(missing)}")
    return home


def _data_dir(typed: str) -> Path:
    folder = Path(typed).resolve()
    nearest = next(path for path in (folder, *folder.parents) if path.exists())
    if not nearest.is_dir() or not os.access(nearest, os.W_OK):
        raise ValueError(f"{folder} is no folder that can be written to")
    return folder


def _port(typed: str) -> int:
    if not typed.isdecimal() or not 0 <= int(typed) <= 65535:
        raise ValueError(f"{typed!r} is no port: a number from 0 to 65535")
    return int(typed)


def _url(typed: str) -> str:
    scheme, found, rest = typed.partition("://")
    if not found or scheme not in ("http", "https") or not rest or " " in rest:
        raise ValueError(f"{typed!r} is no address like https://example.org")
    return typed


def _urls(typed: str) -> tuple[str, ...]:
    return tuple(_url(part.strip()) for part in typed.split(",") if part.strip())


def _level(typed: str) -> str:
    if typed.upper() not in LEVELS:
        raise ValueError(f"{typed!r} is none of {', '.join(LEVELS)}")
    return typed.upper()


def _database_url(typed: str) -> str:
    scheme, found, rest = typed.partition("://")
    if found and scheme == "sqlite" and rest.startswith("/") and len(rest) > 1:
        return typed
    if found and scheme in ("postgres", "postgresql", "postgresql+psycopg") and rest:
        _ = urlsplit(typed).port  # fails on one that is no number
        return f"postgresql+psycopg://{rest}"
    raise ValueError("write sqlite:///path/to/file.db or postgresql://user@host/name")
