"""What people do in Telegram becomes an update of ours."""

from typing import Any

import pytest

from bot.channels.channel import Standing
from bot.engine.model import Button, Message, Said, Start, Tapped, Unreadable, Uploaded
from tests.channels.telegram.stage import Stage
from tests.fakes.telegram import TOKEN
from tests.fakes.telegram_person import Person

BOT_ID = TOKEN.partition(":")[0]


async def test_words_become_said(stage: Stage) -> None:
    ana = stage.fake.person(language_code="zh-hans")
    update = ana.says("Hello <b>there</b>")

    statuses = await stage.fake.deliver(update)

    (heard,) = stage.updates
    assert statuses == [200]
    assert heard.input == Said("Hello <b>there</b>")
    assert heard.id == f"{BOT_ID}:{update['update_id']}"
    assert (heard.channel, heard.address, heard.language) == ("telegram", "1001", "zh_Hans")


async def test_a_language_we_do_not_speak_is_no_guess(stage: Stage) -> None:
    ana = stage.fake.person(language_code="tlh")

    await stage.fake.deliver(ana.says("nuqneH"))

    assert stage.updates[0].language == ""


@pytest.mark.parametrize(
    ("typed", "heard"),
    [
        ("/start", Start()),
        ("/start apartment", Start("apartment")),
        ("/start a_B-9", Start("a_B-9")),
        ("/start " + "x" * 65, Start()),
        ("/start <script>", Start()),
        ("/menu", Said("/menu")),
        ("/Menu@talent_test_bot", Said("/menu")),
        ("/menu@talent_test_bot now", Said("/menu now")),
        ("/ menu", Said("/ menu")),
        ("x" * 4000, Said("x" * 4000)),
        ("x" * 4001, Unreadable("too_long")),
    ],
)
async def test_commands_and_deep_links_are_understood(
    stage: Stage, typed: str, heard: object
) -> None:
    await stage.fake.deliver(stage.fake.person().says(typed))

    assert stage.updates[0].input == heard


async def test_a_photo_is_taken_in_its_largest_size(stage: Stage) -> None:
    ana = stage.fake.person()

    await stage.fake.deliver(ana.sends_photo(b"the passport", caption="my passport"))

    (heard,) = stage.updates
    assert heard.input == Uploaded()
    assert await stage.channel.fetch(heard.attachments[0]) == b"the passport"


async def test_an_album_keeps_together(stage: Stage) -> None:
    ana = stage.fake.person()

    for update in ana.sends_album(b"one", b"two", album="holiday"):
        await stage.fake.deliver(update)

    assert [heard.attachments[0].album for heard in stage.updates] == ["holiday", "holiday"]
    assert len({heard.id for heard in stage.updates}) == 2


async def test_a_document_is_taken_with_the_size_it_says(stage: Stage) -> None:
    ana = stage.fake.person()

    await stage.fake.deliver(ana.sends_document(b"%PDF-1.7"))
    await stage.fake.deliver(ana.sends_document(size=20_000_001))

    small, large = (heard.attachments[0] for heard in stage.updates)
    assert (small.size, small.failed) == (8, "")
    assert large.failed == "too_large"


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        ({"audio": {"file_id": "x"}}, "voice"),
        ({"video_note": {"file_id": "x"}}, "video"),
        ({"animation": {"file_id": "x"}, "document": {"file_id": "x"}}, "video"),
        ({"venue": {}, "location": {}}, "location"),
        ({"poll": {}}, "other"),
        ({"dice": {}}, "other"),
        ({"story": {}}, "other"),
        ({"web_app_data": {"data": "x", "button_text": "y"}}, "other"),
        ({"users_shared": {"request_id": 1, "users": []}}, "other"),
        ({"successful_payment": {}}, "other"),
        ({"something_new": {"x": [1]}}, "other"),
        ({"contact": {"phone_number": "123"}}, "contact"),
    ],
)
async def test_what_cannot_be_read_is_named(
    stage: Stage, content: dict[str, Any], kind: str
) -> None:
    await stage.fake.deliver(stage.fake.person().sends(**content))

    assert stage.updates[0].input == Unreadable(kind)


async def test_kinds_that_a_person_sends_are_named(stage: Stage) -> None:
    ana = stage.fake.person()

    for update in (
        ana.sends_sticker(),
        ana.sends_voice(),
        ana.sends_video(),
        ana.sends_location(),
        ana.edits("I meant this"),
        ana.shares_contact("+86 138", user_id=7),
    ):
        await stage.fake.deliver(update)

    assert [heard.input for heard in stage.updates] == [
        Unreadable(kind) for kind in ("sticker", "voice", "video", "location", "edited", "contact")
    ]


async def test_ones_own_contact_answers_a_question_for_a_number(stage: Stage) -> None:
    ana = stage.fake.person()

    await stage.fake.deliver(ana.shares_contact("86 138-0000-0000"))
    await stage.fake.deliver(ana.shares_contact("+8613800000000"))

    assert [heard.input for heard in stage.updates] == [Said("+8613800000000")] * 2


async def test_a_forwarded_message_counts_as_its_words(stage: Stage) -> None:
    origin = {"type": "hidden_user", "date": 1, "sender_user_name": "Bo"}

    await stage.fake.deliver(stage.fake.person().says("unimelb", forward_origin=origin))

    assert stage.updates[0].input == Said("unimelb")


async def test_blocking_and_unblocking_are_told(stage: Stage) -> None:
    ana = stage.fake.person()

    await stage.fake.deliver(ana.blocks())
    await stage.fake.deliver(ana.unblocks())

    assert [heard.standing for heard in stage.updates] == [Standing.GONE, Standing.BACK]
    assert [heard.input for heard in stage.updates] == [None, None]


@pytest.mark.parametrize(
    "notice",
    [
        {"pinned_message": {"message_id": 1}},
        {"new_chat_title": "Friends"},
        {"delete_chat_photo": True},
        {"message_auto_delete_timer_changed": {"message_auto_delete_time": 86400}},
        {"chat_background_set": {}},
        {"write_access_allowed": {}},
        {"migrate_to_chat_id": -100_500},
    ],
)
async def test_nobody_is_answered_what_they_did_not_say(
    stage: Stage, notice: dict[str, Any]
) -> None:
    await stage.fake.deliver(stage.fake.person().sends(**notice))

    assert len(stage.heard) == 1
    assert stage.updates == []


async def test_news_that_concerns_nobody_is_left_out(stage: Stage) -> None:
    ana = stage.fake.person()
    moving = ana.sends_location()

    await stage.fake.deliver({"update_id": 1, "edited_message": moving["message"]})
    await stage.fake.deliver({"update_id": 2, "poll": {"id": "x"}})
    await stage.fake.deliver({"update_id": 3, "something_new": [1, 2]})

    assert len(stage.heard) == 3
    assert stage.updates == []


async def test_a_tap_is_answered_and_leaves_what_was_chosen(stage: Stage) -> None:
    ana = stage.fake.person()
    buttons = (Button("Bachelor's", "c.1.degree.bachelor"), Button("Master's", "c.1.degree.master"))
    await stage.say(ana.id, Message("Which degree?", buttons))

    tap = ana.taps("Master's")
    await stage.fake.deliver(tap)

    assert stage.updates[0].input == Tapped("c.1.degree.master", "Master's")
    assert stage.fake.bot.answered == [tap["callback_query"]["id"]]
    assert stage.fake.shown(ana.id)[0].labels == ["✓ Master's"]


async def test_of_two_quick_taps_the_first_is_shown_as_chosen(stage: Stage) -> None:
    ana = stage.fake.person()
    buttons = (Button("Yes", "c.1.agree.yes"), Button("No", "c.1.agree.no"))
    await stage.say(ana.id, Message("Agree?", buttons))
    yes, no = ana.taps("Yes"), ana.taps("No")

    await stage.fake.deliver(yes)
    await stage.fake.deliver(no)

    assert len(stage.updates) == 2
    assert stage.fake.shown(ana.id)[0].labels == ["✓ Yes"]


async def test_a_later_tap_closes_what_the_first_could_not(stage: Stage) -> None:
    ana = stage.fake.person()
    buttons = (Button("Yes", "c.1.agree.yes"), Button("No", "c.1.agree.no"))
    await stage.say(ana.id, Message("Agree?", buttons))
    stage.fake.refuse("editMessageReplyMarkup", 502)

    await stage.fake.deliver(ana.taps("Yes"))
    await stage.fake.deliver(ana.taps("No"))

    assert stage.fake.shown(ana.id)[0].labels == ["✓ Yes"]


async def test_what_was_chosen_cannot_be_chosen_again(stage: Stage) -> None:
    ana = stage.fake.person()
    await stage.say(ana.id, Message("Agree?", (Button("Yes", "c.1.agree.yes"),)))
    await stage.fake.deliver(ana.taps("Yes"))

    await stage.fake.deliver(ana.taps("✓ Yes"))

    assert len(stage.updates) == 1
    assert len(stage.fake.bot.answered) == 2


async def test_a_tap_under_a_message_too_old_is_answered_all_the_same(stage: Stage) -> None:
    ana = stage.fake.person()

    tap = ana.taps_data("c.1.degree.master")
    await stage.fake.deliver(tap)

    assert stage.updates == []
    assert stage.fake.bot.answered == [tap["callback_query"]["id"]]


async def test_a_tap_counts_though_its_keyboard_cannot_be_closed(stage: Stage) -> None:
    ana = stage.fake.person()
    await stage.say(ana.id, Message("Agree?", (Button("Yes", "c.1.agree.yes"),)))
    stage.fake.refuse("editMessageReplyMarkup", 400, "Bad Request: message to edit not found")

    statuses = await stage.fake.deliver(ana.taps("Yes"))

    assert statuses == [200]
    assert len(stage.updates) == 1


@pytest.mark.parametrize("doing", ["added", "addressed"])
async def test_in_a_group_the_bot_says_why_and_leaves(stage: Stage, doing: str) -> None:
    ana = stage.fake.person()
    added = ana.adds_to_group(-50)
    update = added if doing == "added" else ana.says_in_group(-50, "/start@talent_test_bot")

    await stage.fake.deliver(update)

    assert stage.updates == []
    assert stage.fake.shown(-50)[0].text == "only_alone en https://t.me/talent_test_bot"
    assert stage.fake.chats.left == {-50}


async def test_a_group_that_becomes_a_supergroup_is_left_and_no_contact(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    ana = stage.fake.person()
    upgraded = "Bad Request: group chat was upgraded to a supergroup chat"
    stage.fake.refuse("sendMessage", 400, upgraded)
    stage.fake.refuse("leaveChat", 400, upgraded)
    moved = ana.says_in_group(-50, "")
    moved["message"] |= {"migrate_to_chat_id": -100_500}

    await stage.fake.deliver(ana.says_in_group(-50, "/start"))
    await stage.fake.deliver(moved)
    assert caplog.messages == ["group not told", "group not left"]
    await stage.fake.deliver(ana.adds_to_group(-100_500))

    assert stage.updates == []
    assert stage.fake.chats.left == {-100_500}
    assert stage.fake.shown(-50) == []


async def test_talk_in_a_group_is_not_listened_to(stage: Stage) -> None:
    await stage.fake.deliver(stage.fake.person().says_in_group(-50, "hello all"))

    assert stage.updates == []
    assert stage.fake.shown(-50) == []


def everything(ana: Person) -> list[dict[str, Any]]:
    """One update of each kind that a person causes."""
    return [
        ana.says("/start apartment"),
        ana.sends_photo(),
        ana.sends_document(),
        *ana.sends_album(b"1"),
        ana.edits("x"),
        ana.shares_contact("+86138"),
        ana.sends_sticker(),
        ana.sends_voice(),
        ana.sends_video(),
        ana.sends_location(),
        ana.blocks(),
        ana.unblocks(),
        ana.adds_to_group(-50),
        ana.says_in_group(-50, "/help"),
        ana.taps_data("c.1.a.b"),
    ]
