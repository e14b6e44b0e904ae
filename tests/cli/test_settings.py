import stat
from pathlib import Path

import pytest

from bot.channels.telegram.settings import TelegramSettings
from bot.channels.wechat.settings import WeChatSettings
from bot.settings import KNOWN, Misconfigured, Settings, read_settings

SECRET = "s" * 32


@pytest.fixture(autouse=True)
def _folder_of_their_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def settings(**given: str) -> Settings:
    environment = {f"BOT_{name}": value for name, value in given.items()}
    return read_settings({"BOT_DATA_DIR": "data", **environment})


def problems(**given: str) -> list[str]:
    with pytest.raises(Misconfigured) as raised:
        settings(**given)
    return raised.value.problems


def test_nothing_has_to_be_set() -> None:
    found = read_settings({"BOT_DATA_DIR": "data"})

    assert (found.host, found.port, found.log_level) == ("127.0.0.1", 8080, "INFO")
    assert found.public_url == "http://127.0.0.1:8080"
    assert found.database_url == f"sqlite:///{Path('data').resolve()}/talent-bot.db"
    assert (found.home / "flows").is_dir()


def test_every_setting_can_be_set(tmp_path: Path) -> None:
    for name in ("flows", "content", "locales"):
        (tmp_path / "centre" / name).mkdir(parents=True)

    found = settings(
        HOME="centre",
        DATABASE_URL="postgres://bot@db/talents",
        HOST="0.0.0.0",
        PORT="80",
        PUBLIC_URL="https://chat.centre.example/",
        SECRET_KEY=f"{SECRET}, {'t' * 40}",
        LOG_LEVEL="warning",
        WORKER="two",
        EMBED_ON="https://centre.example, https://www.centre.example",
    )

    assert found.home == tmp_path / "centre"
    assert found.database_url == "postgresql+psycopg://bot@db/talents"
    assert (found.host, found.port, found.worker) == ("0.0.0.0", 80, "two")
    assert found.public_url == "https://chat.centre.example"
    assert found.secret_keys == (SECRET, "t" * 40)
    assert found.log_level == "WARNING"
    assert found.embed_on == ("https://centre.example", "https://www.centre.example")


WRONG = {
    "HOME": ("/nowhere", "BOT_HOME: /nowhere has no folder flows and no content and no locales"),
    "DATA_DIR": (
        "/dev/null/data",
        "BOT_DATA_DIR: /dev/null/data is no folder that can be written to",
    ),
    "DATABASE_URL": (
        "mysql://root:hush@db",
        "BOT_DATABASE_URL: write sqlite:///path/to/file.db or postgresql://user@host/name",
    ),
    "PORT": ("http", "BOT_PORT: 'http' is no port: a number from 0 to 65535"),
    "PUBLIC_URL": (
        "chat.centre.example",
        "BOT_PUBLIC_URL: 'chat.centre.example' is no address like https://example.org",
    ),
    "SECRET_KEY": (
        "hush",
        "BOT_SECRET_KEY: each secret needs at least 32 characters; "
        "make one with: python3 -c 'import secrets; print(secrets.token_hex(32))'",
    ),
    "LOG_LEVEL": ("LOUD", "BOT_LOG_LEVEL: 'LOUD' is none of DEBUG, INFO, WARNING, ERROR"),
    "EMBED_ON": (
        "https://centre.example, everywhere",
        "BOT_EMBED_ON: 'everywhere' is no address like https://example.org",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_value_is_named_with_what_would_be_right(name: str) -> None:
    value, problem = WRONG[name]

    assert problems(**{name: value}) == [problem]


def test_all_wrong_values_are_named_at_once() -> None:
    found = problems(**{name: value for name, (value, _) in WRONG.items()})

    assert sorted(found) == sorted(problem for _, problem in WRONG.values())


@pytest.mark.parametrize("port", ["-1", "65536", "8080.0", " 80", "٨x"])
def test_a_port_is_a_number_that_exists(port: str) -> None:
    assert problems(PORT=port) == [f"BOT_PORT: {port!r} is no port: a number from 0 to 65535"]


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///", "postgresql://", "postgres://h:x/db"])
def test_half_a_database_address_is_none(url: str) -> None:
    [problem] = problems(DATABASE_URL=url)

    assert problem.startswith("BOT_DATABASE_URL: ")


def test_no_wrong_secret_and_no_password_is_repeated_aloud() -> None:
    told = "\n".join(problems(DATABASE_URL="mysql://root:hush@db", SECRET_KEY="hush"))

    assert "hush" not in told


def test_an_unknown_setting_is_refused_with_a_hint() -> None:
    assert problems(PROT="80", QZX="1") == [
        "BOT_PROT: there is no such setting; do you mean BOT_PORT?",
        "BOT_QZX: there is no such setting",
    ]


def test_what_is_not_ours_is_left_alone() -> None:
    found = read_settings({"BOT_DATA_DIR": "data", "BOTTLE": "1", "BOT_TEST_DATABASE_URL": "x"})

    assert found.port == 8080


def test_an_empty_value_counts_as_none() -> None:
    assert settings(PORT="", LOG_LEVEL="", SECRET_KEY=" , ").port == 8080


# the file .env


def test_the_file_env_is_read_below_the_environment(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(
        "# ours\n\nBOT_PORT=81\nexport BOT_HOST='0.0.0.0'\n#BOT_LOG_LEVEL=LOUD\n"
        f'BOT_SECRET_KEY="{SECRET}"\nBOT_WORKER = three\nnonsense\n'
    )

    found = settings(PORT="82")

    assert (found.port, found.host, found.worker) == (82, "0.0.0.0", "three")
    assert found.secret_keys == (SECRET,)


def test_a_wrong_line_of_the_file_env_is_named_like_any_other(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("BOT_PROT=81\n")

    assert problems() == ["BOT_PROT: there is no such setting; do you mean BOT_PORT?"]


# the generated secret


def test_a_secret_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    first = settings().secret_keys
    second = settings().secret_keys

    path = tmp_path / "data" / "secret.key"
    assert first == second == (path.read_text().strip(),)
    assert len(first[0]) == 64
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_another_data_folder_has_another_secret() -> None:
    assert settings(DATA_DIR="one").secret_keys != settings(DATA_DIR="two").secret_keys


def test_no_secret_is_made_where_one_is_given_or_anything_is_wrong(tmp_path: Path) -> None:
    settings(SECRET_KEY=SECRET)
    problems(PORT="x")

    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("left", ["", "\n", "5a5a"])
def test_a_secret_that_was_cut_off_is_not_sealed_with(left: str, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "secret.key").write_text(left)

    (problem,) = problems()

    assert problem.startswith(f"{tmp_path}/data/secret.key holds no whole secret")


def test_secrets_are_not_shown() -> None:
    assert SECRET not in repr(settings(SECRET_KEY=SECRET))


def test_every_setting_is_explained() -> None:
    kept = {name.upper().replace("SECRET_KEYS", "SECRET_KEY") for name in Settings.__slots__}
    platforms = {"TELEGRAM": TelegramSettings.__slots__, "WECHAT": WeChatSettings.__slots__}
    for platform, names in platforms.items():
        kept |= {f"{platform}_{name.upper()}" for name in names}
    derived = {"TELEGRAM", "WECHAT", "TELEGRAM_PUBLIC_URL", "WECHAT_PUBLIC_URL", "TELEGRAM_LIMITS"}
    assert set(KNOWN) == kept - derived | {"TELEGRAM_RATE", "TELEGRAM_CHAT_RATE"}
    assert all(KNOWN.values())


TELEGRAM = {"BOT_TELEGRAM_TOKEN": "123:abc"}
WECHAT = {"BOT_WECHAT_APP_ID": "wx1", "BOT_WECHAT_TOKEN": "itstoken"}


def test_without_their_settings_there_are_no_platforms(home: Path) -> None:
    settings = read_settings({"BOT_HOME": str(home), "BOT_DATA_DIR": str(home)})

    assert (settings.telegram, settings.wechat) == (None, None)


def test_telegram_posts_to_an_https_address_and_is_asked_for_news_elsewhere(home: Path) -> None:
    given = {"BOT_HOME": str(home), "BOT_DATA_DIR": str(home), **TELEGRAM}

    here = read_settings(given).telegram
    public = read_settings({**given, "BOT_PUBLIC_URL": "https://chat.example"}).telegram

    assert here is not None
    assert public is not None
    assert (here.mode, public.mode) == ("poll", "webhook")
    assert len(public.webhook_secret) >= 32
    assert public.webhook_secret not in repr(public)


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ({**TELEGRAM, "BOT_TELEGRAM_TOKEN": "no number"}, "BOT_TELEGRAM_TOKEN: "),
        ({**TELEGRAM, "BOT_TELEGRAM_MODE": "push"}, "BOT_TELEGRAM_MODE: 'push' is neither"),
        ({**TELEGRAM, "BOT_TELEGRAM_RATE": "-1"}, "BOT_TELEGRAM_RATE: '-1' is no number"),
        ({**TELEGRAM, "BOT_TELEGRAM_WEBHOOK_SECRET": "a b"}, "BOT_TELEGRAM_WEBHOOK_SECRET: "),
        ({"BOT_WECHAT_APP_ID": "wx1"}, "BOT_WECHAT_APP_ID: The WeChat token is empty"),
        ({**WECHAT, "BOT_WECHAT_TOKEN": "its-token"}, "BOT_WECHAT_APP_ID: The WeChat token must"),
        ({**WECHAT, "BOT_WECHAT_AES_KEY": "short"}, "BOT_WECHAT_APP_ID: The WeChat AES key"),
        ({**WECHAT, "BOT_WECHAT_ACCOUNT": "personal"}, "BOT_WECHAT_ACCOUNT: 'personal' is none"),
        ({**WECHAT, "BOT_WECHAT_MENU_LINKS": "maybe"}, "BOT_WECHAT_MENU_LINKS: 'maybe' is"),
    ],
)
def test_a_wrong_setting_of_a_platform_is_named(
    home: Path, typed: dict[str, str], problem: str
) -> None:
    with pytest.raises(Misconfigured) as raised:
        read_settings({"BOT_HOME": str(home), "BOT_DATA_DIR": str(home), **typed})

    assert any(one.startswith(problem) for one in raised.value.problems)
