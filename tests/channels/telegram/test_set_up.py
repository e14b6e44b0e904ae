"""Telegram is told where to post and what the menu says, and the doctor looks at it."""

from pathlib import Path

import pytest

from bot.channels.telegram.channel import Telegram
from bot.channels.telegram.settings import TelegramSettings
from bot.engine.model import Message
from tests.channels.telegram.stage import SECRET, PlainWords, Stage, language_of, staged
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
        "back",
        "change",
        "status",
        "language",
        "help",
        "person",
        "privacy",
        "cancel",
    ]


async def test_polling_takes_the_webhook_away(polling: Stage) -> None:
    assert polling.fake.bot.webhook == {}
    assert "deleteWebhook" in polling.fake.methods()
    assert polling.channel.hook is None


async def test_setting_up_goes_on_where_one_call_fails(stage: Stage) -> None:
    stage.fake.bot.commands.clear()
    stage.fake.refuse("setWebhook", 500)
    stage.fake.cut_off("setMyCommands")

    await stage.channel.set_up()

    assert set(stage.fake.bot.commands) == {"", "en", "zh", "de"}


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
    stage.fake.bot.last_error = trouble

    findings = await stage.channel.look_over()

    (posting,) = [finding for finding in findings if finding.what == "posting"]
    assert advice in posting.advice


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
        channel = Telegram(settings, PlainWords(), recall, photos, language_of)
        async with channel.opened():
            await channel.set_up()
            return [f"{one.what}: {one.advice}" for one in await channel.look_over()]

    (refused,) = await findings("1:wrong", stage.fake.url)
    async with staged(photos) as gone:
        pass
    (lost,) = await findings(TOKEN, gone.fake.url)

    assert refused.startswith("token: copy BOT_TELEGRAM_TOKEN")
    assert lost.startswith("connection: ")
