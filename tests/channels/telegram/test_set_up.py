"""Telegram is told where to post and what the menu says, and the doctor looks at it."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from bot.channels.channel import Finding
from bot.channels.telegram.channel import Telegram
from bot.channels.telegram.inspection import RECENT, of_address
from bot.channels.telegram.registration import FIRST_PAUSE, LONGEST_PAUSE
from bot.channels.telegram.settings import TelegramSettings
from bot.content.photos import Photos
from bot.engine.model import Message
from tests.channels.telegram.stage import (
    SECRET,
    TODAY,
    PlainWords,
    Stage,
    language_of,
    staged,
    today,
)
from tests.fakes.telegram import TOKEN


async def test_the_webhook_is_set_with_its_secret_and_the_kinds_of_news(stage: Stage) -> None:
    assert stage.fake.bot.webhook == {
        "url": f"{stage.site}/telegram",
        "secret_token": SECRET,
        "allowed_updates": ["message", "edited_message", "callback_query", "my_chat_member"],
        "max_connections": 40,
    }


async def test_the_menu_is_set_in_every_language(stage: Stage) -> None:
    commands = stage.fake.bot.commands

    assert set(commands) == {"", "en", "zh", "de"}
    assert commands["zh"][0] == {"command": "menu", "description": "command_menu zh_Hans"}
    assert commands[""] == commands["en"]
    assert [one["command"] for one in commands[""]] == [
        "menu",
        "services",
        "back",
        "change",
        "status",
        "language",
        "help",
        "person",
        "privacy",
        "cancel",
    ]


async def test_where_news_is_asked_for_no_webhook_is_set(polling: Stage) -> None:
    assert "setWebhook" not in polling.fake.methods()
    assert polling.channel.hook is None


async def test_what_fails_is_set_up_again_until_it_is_done(stage: Stage) -> None:
    stage.fake.bot.webhook.clear()
    stage.fake.bot.commands.clear()
    stage.fake.refuse("setWebhook", 502, times=2)
    stage.fake.refuse("setWebhook", 429, retry_after=30)
    stage.fake.refuse("setWebhook", 400, "Bad Request: bad webhook: Failed to resolve host: x")

    await stage.channel.set_up()

    assert stage.pauses == [FIRST_PAUSE, 2 * FIRST_PAUSE, 30, 8 * FIRST_PAUSE]
    assert stage.fake.bot.webhook["secret_token"] == SECRET
    assert set(stage.fake.bot.commands) == {"", "en", "zh", "de"}


async def test_a_menu_that_is_set_without_an_answer_is_set_again(stage: Stage) -> None:
    stage.fake.bot.commands.clear()
    stage.fake.cut_off("setMyCommands")

    await stage.channel.set_up()

    assert stage.pauses == [FIRST_PAUSE]
    assert set(stage.fake.bot.commands) == {"", "en", "zh", "de"}


async def test_pauses_grow_to_five_minutes_and_no_further(stage: Stage) -> None:
    stage.fake.refuse("setWebhook", 503, times=12)

    await stage.channel.set_up()

    assert stage.pauses[-3:] == [LONGEST_PAUSE] * 3


@pytest.mark.parametrize("code", [400, 401, 404])
async def test_what_is_refused_for_good_is_logged_once_and_not_tried_again(
    stage: Stage, caplog: pytest.LogCaptureFixture, code: int
) -> None:
    stage.fake.bot.webhook.clear()
    stage.fake.bot.commands.clear()
    stage.fake.refuse("setWebhook", code)

    await stage.channel.set_up()

    assert stage.pauses == []
    assert caplog.messages == ["telegram not set up"]
    assert stage.fake.bot.webhook == {}
    assert set(stage.fake.bot.commands) == {"", "en", "zh", "de"}


async def test_a_program_that_stops_sets_nothing_up_any_more(stage: Stage) -> None:
    stage.fake.refuse("setWebhook", 502, times=10_000)
    setting_up = asyncio.create_task(stage.channel.set_up())
    await stage.fake.until(lambda: stage.fake.methods().count("setMyCommands") >= 8)

    setting_up.cancel()

    with pytest.raises(asyncio.CancelledError):
        await setting_up


def test_a_webhook_without_a_secret_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="secret"):
        TelegramSettings(TOKEN)


@pytest.mark.parametrize("token", ["", "abc", ":x"])
def test_what_is_no_token_is_refused(token: str) -> None:
    with pytest.raises(ValueError, match="token"):
        TelegramSettings(token, webhook_secret=SECRET)


def test_settings_show_no_secret() -> None:
    shown = repr(TelegramSettings(TOKEN, webhook_secret=SECRET))

    assert TOKEN not in shown
    assert SECRET not in shown


async def test_a_bot_set_up_well_has_no_advice_but_for_https(stage: Stage) -> None:
    findings = await stage.channel.look_over()

    wrong = [finding.what for finding in findings if not finding.is_well]
    assert wrong == ["webhook by https"]
    assert all(bool(finding.advice) != finding.is_well for finding in findings)


async def test_everything_set_up_wrongly_is_found(stage: Stage) -> None:
    stage.fake.bot.webhook |= {"url": "https://other.example", "allowed_updates": ["message"]}
    stage.fake.bot.commands.pop("de")
    stage.fake.bot.can_join_groups = True
    stage.fake.bot.news += [{"update_id": n} for n in range(200)]

    findings = await stage.channel.look_over()

    assert [finding.what for finding in findings if not finding.is_well] == [
        "groups",
        "webhook address",
        "webhook by https",
        "kinds of news",
        "news waiting",
        "menus",
    ]


@pytest.mark.parametrize(
    ("trouble", "advice"),
    [
        ("SSL error {error:0A000086:SSL routines::certificate verify failed}", "certificate"),
        ("Failed to resolve host: Name or service not known", "DNS"),
        ("Connection timed out", "firewall"),
        ("Connection refused", "start the program"),
        ("Wrong response from the webhook: 403 Forbidden", "secret"),
        ("Wrong response from the webhook: 404 Not Found", "/telegram"),
        ("Wrong response from the webhook: 502 Bad Gateway", "log"),
        ("Something nobody foresaw", "log"),
    ],
)
async def test_telegrams_last_error_comes_with_advice(
    stage: Stage, trouble: str, advice: str
) -> None:
    fails(stage, trouble, ago=timedelta(minutes=5), waiting=1)

    posting = await posting_of(stage)

    assert not posting.is_well
    assert advice in posting.advice


@pytest.mark.parametrize(
    ("ago", "waiting"),
    [(timedelta(minutes=5), 0), (RECENT, 1), (timedelta(days=400), 0)],
)
async def test_an_error_that_is_over_is_told_as_history(
    stage: Stage, ago: timedelta, waiting: int
) -> None:
    fails(stage, "Connection refused", ago=ago, waiting=waiting)

    posting = await posting_of(stage)

    assert posting.is_well
    assert f"{TODAY - ago:%Y-%m-%d %H:%M} UTC, is over" in posting.what


def fails(stage: Stage, trouble: str, *, ago: timedelta, waiting: int) -> None:
    """Let Telegram have failed to post, and news wait for the next time."""
    stage.fake.bot.last_error = trouble
    stage.fake.bot.last_error_date = round((TODAY - ago).timestamp())
    stage.fake.bot.news += [{"update_id": n} for n in range(waiting)]


async def posting_of(stage: Stage) -> Finding:
    """What is found of Telegram's posting."""
    findings = await stage.channel.look_over()
    (posting,) = [finding for finding in findings if finding.what.startswith("posting")]
    return posting


@pytest.mark.parametrize(
    ("api", "site", "wrong"),
    [
        ("https://api.telegram.org", "https://chat.example", []),
        ("https://api.telegram.org", "https://chat.example:8443", []),
        ("https://api.telegram.org", "https://chat.example:8080", ["webhook port"]),
        ("https://api.telegram.org", "http://chat.example", ["webhook by https"]),
        ("http://api.of.our.own:8081", "https://chat.example:8080", []),
    ],
)
def test_a_port_that_telegram_does_not_post_to_is_found(
    api: str, site: str, wrong: list[str]
) -> None:
    settings = TelegramSettings(TOKEN, api, SECRET, public_url=site)

    ill = [finding for finding in of_address(settings) if not finding.is_well]

    assert [finding.what for finding in ill] == wrong
    assert all("443, 80, 88, 8443" in one.advice for one in ill if one.what == "webhook port")


async def test_a_webhook_that_keeps_polling_from_working_is_found(polling: Stage) -> None:
    polling.fake.bot.webhook = {"url": "https://other.example"}

    findings = await polling.channel.look_over()

    assert [finding.what for finding in findings if not finding.is_well] == ["no webhook"]


async def test_a_refused_token_and_a_lost_connection_are_the_only_findings(
    photos: Path, stage: Stage
) -> None:
    async def recall(address: str, n: int) -> Message | None:
        return None

    async def findings(token: str, url: str) -> list[str]:
        settings = TelegramSettings(token, url, SECRET)
        find = Photos(photos, photos).find
        channel = Telegram(settings, PlainWords(), recall, find, language_of, today)
        async with channel.opened():
            return [f"{one.what}: {one.advice}" for one in await channel.look_over()]

    (refused,) = await findings("1:wrong", stage.fake.url)
    async with staged(photos) as gone:
        pass
    (lost,) = await findings(TOKEN, gone.fake.url)

    assert refused.startswith("token: copy BOT_TELEGRAM_TOKEN")
    assert lost.startswith("connection: ")
