"""python-telegram-bot, who did not write our channel, finds the same in what is read and sent."""

import inspect
import re
from typing import Any

from telegram import (
    Bot,
    BotCommand,
    InlineKeyboardMarkup,
    InputMediaPhoto,
    LinkPreviewOptions,
    Message,
    Update,
)

from bot.engine.model import Button, Hyperlink, Said, Start
from bot.engine.model import Message as Words
from tests.channels.telegram.stage import BOT, Stage
from tests.channels.telegram.test_hear import everything
from tests.channels.telegram.test_send import MAP, flats


async def test_the_library_reads_what_the_channel_hears(stage: Stage) -> None:
    ana = stage.fake.person()
    for posted in everything(ana):
        stage.heard.clear()

        await stage.fake.deliver(posted)

        read = Update.de_json(posted, BOT)
        assert read.effective_chat or read.callback_query
        assert set(read.api_kwargs) == set()
        for heard in stage.updates:
            assert read.effective_chat
            assert heard.address == str(read.effective_chat.id)
            assert heard.id.endswith(f":{read.update_id}")
            if isinstance(heard.input, Said | Start) and read.message and read.message.text:
                assert read.message.text.startswith(heard_words(heard.input))
            for file in heard.attachments:
                assert file.reference == file_id(read)


async def test_the_library_would_have_made_the_calls_the_channel_makes(stage: Stage) -> None:
    ana = stage.fake.person()
    links = (Hyperlink("Page", "https://centre.example"), MAP)
    await stage.say(ana.id, Words("Agree?", (Button("Yes", "c.1.a.y"),), links=links), n=1)
    await stage.fake.deliver(ana.taps("On the map"))
    await stage.fake.deliver(ana.taps("Yes"))
    await stage.say(ana.id, flats("north.jpg", "south.jpg", ""), n=2)
    for _ in range(3):
        await stage.fake.deliver(ana.taps("next_card en ▶"))
    await stage.fake.deliver(ana.adds_to_group(-50))
    await stage.channel.look_over()
    await stage.fake.deliver(ana.sends_photo())
    await stage.channel.fetch(stage.updates[-1].attachments[0])

    made = {call.method for call in stage.fake.calls}
    for call in stage.fake.calls:
        method = getattr(Bot, snake(call.method))
        parameters = dict(call.parameters)
        parameters.pop("photo" if call.method == "editMessageMedia" else "", None)
        known = inspect.signature(method).parameters
        assert parameters.keys() <= known.keys(), call.method
        for name, value in parameters.items():
            assert as_read(name, value) == value, (call.method, name)
    assert made >= {"sendMessage", "sendPhoto", "sendVenue", "editMessageMedia", "deleteMessage"}


async def test_the_library_reads_what_the_fake_answers(stage: Stage) -> None:
    ana = stage.fake.person()
    await stage.say(ana.id, flats("north.jpg"))

    for message in stage.fake.shown(ana.id):
        read = Message.de_json(stage.fake.chats.as_json(ana.id, message), BOT)

        assert message.text == (read.text or read.caption)
        assert message.labels == labels(read)


def as_read(name: str, value: Any) -> Any:
    """A value as the library writes it again after reading it."""
    match name:
        case "reply_markup":
            return plain(InlineKeyboardMarkup.de_json(value, BOT))
        case "link_preview_options":
            return plain(LinkPreviewOptions.de_json(value, BOT))
        case "commands":
            return [plain(BotCommand.de_json(one, BOT)) for one in value]
        case "media":
            given = {key: part for key, part in value.items() if key != "type"}
            return plain(InputMediaPhoto(**given))
    return value


def plain(read: Any) -> Any:
    """What the library would send, with rows as lists."""
    if isinstance(read, InlineKeyboardMarkup):
        return {"inline_keyboard": [[b.to_dict() for b in row] for row in read.inline_keyboard]}
    return read.to_dict()


def labels(message: Message) -> list[str]:
    """What stands on the buttons as the library reads them."""
    keyboard = message.reply_markup
    return [button.text for row in keyboard.inline_keyboard for button in row] if keyboard else []


def file_id(read: Update) -> str:
    """The file as the library finds it."""
    assert read.message
    if read.message.photo:
        return read.message.photo[-1].file_id
    assert read.message.document
    return read.message.document.file_id


def heard_words(given: Said | Start) -> str:
    """The words of an input."""
    return given.text if isinstance(given, Said) else "/start"


def snake(method: str) -> str:
    """A method as the library names it."""
    return re.sub(r"([A-Z])", lambda found: "_" + found[0].lower(), method)
