"""What is said arrives in Telegram as a person should see it."""

from pathlib import Path

import pytest

from bot.channels.channel import Outgoing
from bot.engine.model import Button, Hyperlink, Message, ShownCard
from tests.channels.telegram.stage import Stage

MAP = Hyperlink("On the map", "geo:31.22,121.36")


def flats(*photos: str) -> Message:
    """An offer of flats, one for each picture."""
    cards = tuple(
        ShownCard(
            title=f"Flat {n}",
            lines=(f"{n} Elm Road", "41 m²"),
            photo=photo,
            links=(MAP, Hyperlink("More", "https://centre.example/flat")),
            button=Button(f"Take flat {n}", f"c.9.flat.{n}"),
        )
        for n, photo in enumerate(photos, 1)
    )
    return Message("Which flat?", (Button("None of these", "c.9.flat.none"),), cards)


async def test_words_arrive_as_they_are(stage: Stage) -> None:
    ana = stage.fake.person()

    await stage.say(ana.id, Message("1 < 2 & <b>no</b> *stars* _lines_ [x](y) &lt;"))

    assert stage.fake.shown(ana.id)[0].text == "1 < 2 & <b>no</b> *stars* _lines_ [x](y) &lt;"


async def test_short_labels_stand_in_two_columns_and_long_ones_in_one(stage: Stage) -> None:
    ana = stage.fake.person()
    short = tuple(Button(label, label) for label in ("One", "Two", "Three"))
    long = (*short, Button("I have no degree from abroad", "none"))

    await stage.say(ana.id, Message("Short?", short))
    await stage.say(ana.id, Message("Long?", long))

    first, second = stage.fake.shown(ana.id)
    assert [len(row) for row in first.rows] == [2, 1]
    assert [len(row) for row in second.rows] == [1, 1, 1, 1]


async def test_a_long_text_arrives_in_parts_with_its_buttons_below(stage: Stage) -> None:
    ana = stage.fake.person()
    text = "\n\n".join(f"{n}. " + "A sentence. " * 100 for n in range(10))

    await stage.say(ana.id, Message(text, (Button("Go on", "go"),)))

    *before, last = stage.fake.shown(ana.id)
    assert len(before) == 3
    assert [part.labels for part in before] == [[], [], []]
    assert last.labels == ["Go on"]
    assert all(part.text.endswith("A sentence.") for part in before)


async def test_parts_that_are_out_are_not_sent_again(stage: Stage) -> None:
    message = Message("word " * 2000)

    whole = stage.channel.pack([Outgoing(1, message), Outgoing(2, Message("Next."))])
    rest = stage.channel.pack([Outgoing(1, message, parts=1), Outgoing(2, Message("Next."))])

    assert [parcel.messages for parcel in whole] == [0, 0, 1, 1]
    assert rest == whole[1:]


async def test_links_are_buttons_where_telegram_takes_them(stage: Stage) -> None:
    ana = stage.fake.person()
    links = (
        Hyperlink("Open the page", "https://centre.example/visit"),
        Hyperlink("Here", "http://localhost:8080/visit"),
        Hyperlink("Call", "tel:+862112345678"),
        MAP,
    )

    await stage.say(ana.id, Message("Please go on there.", links=links))

    (shown,) = stage.fake.shown(ana.id)
    assert [(b.label, b.url) for b in shown.buttons if b.url] == [
        ("Open the page", "https://centre.example/visit")
    ]
    assert "Here: http://localhost:8080/visit" in shown.text
    assert "Call: tel:+862112345678" in shown.text


async def test_a_place_is_shown_on_the_map(stage: Stage) -> None:
    ana = stage.fake.person()
    await stage.say(ana.id, Message("We are here.\n9 Elm Road", links=(MAP,)))

    await stage.fake.deliver(ana.taps("On the map"))

    venue = stage.fake.shown(ana.id)[-1]
    assert venue.place == (31.22, 121.36)
    assert venue.text == "On the map\nWe are here."


async def test_flats_are_shown_one_at_a_time_with_their_pictures(stage: Stage) -> None:
    ana = stage.fake.person()

    await stage.say(ana.id, flats("north.jpg", "south.jpg"))

    question, card = stage.fake.shown(ana.id)
    assert (question.text, question.labels) == ("Which flat?", [])
    assert card.text == "Flat 1\n1 Elm Road\n41 m²"
    assert stage.fake.chats.files[card.photo] == b"a picture of north.jpg"
    assert card.labels == [
        "◀ previous_card en",
        "1/2",
        "next_card en ▶",
        "Take flat 1",
        "On the map",
        "More",
        "None of these",
    ]


async def test_turning_pages_changes_the_message_round_and_round(stage: Stage) -> None:
    ana = stage.fake.person()
    await stage.say(ana.id, flats("north.jpg", "south.jpg"))
    seen = []

    for _ in range(3):
        await stage.fake.deliver(ana.taps("next_card en ▶"))
        card = stage.fake.shown(ana.id)[-1]
        seen.append((card.text[:6], card.page))

    assert seen == [("Flat 2", "2/2"), ("Flat 1", "1/2"), ("Flat 2", "2/2")]
    assert len(stage.fake.shown(ana.id)) == 2
    assert stage.updates == []


async def test_a_picture_is_uploaded_once(stage: Stage) -> None:
    ana, bo = stage.fake.person(1), stage.fake.person(2)

    await stage.say(ana.id, flats("north.jpg"))
    await stage.say(bo.id, flats("north.jpg"))

    assert len(stage.fake.chats.files) == 1


async def test_a_picture_that_changed_is_uploaded_again(stage: Stage, photos: Path) -> None:
    ana = stage.fake.person()
    await stage.say(ana.id, flats("north.jpg"))

    (photos / "north.jpg").unlink()
    (photos / "north.jpg").write_bytes(b"renovated")
    await stage.say(ana.id, flats("north.jpg"))

    assert stage.fake.chats.files[stage.fake.shown(ana.id)[-1].photo] == b"renovated"


async def test_a_picture_that_telegram_forgot_is_uploaded_again(stage: Stage) -> None:
    ana = stage.fake.person()
    await stage.say(ana.id, flats("north.jpg"))
    stage.fake.chats.files.clear()

    await stage.say(ana.id, flats("north.jpg"))

    assert stage.fake.shown(ana.id)[-1].photo


async def test_a_picture_that_telegram_does_not_take_costs_nobody_the_words(stage: Stage) -> None:
    ana = stage.fake.person()
    stage.fake.refuse("sendPhoto", 400, "Bad Request: PHOTO_INVALID_DIMENSIONS")

    await stage.say(ana.id, flats("north.jpg"))

    card = stage.fake.shown(ana.id)[-1]
    assert (card.text, card.photo) == ("Flat 1\n1 Elm Road\n41 m²", "")
    assert "Take flat 1" in card.labels


async def test_a_flat_without_a_picture_takes_the_place_of_one_with(stage: Stage) -> None:
    ana = stage.fake.person()
    await stage.say(ana.id, flats("north.jpg", "lost.jpg", ""))

    await stage.fake.deliver(ana.taps("next_card en ▶"))
    await stage.fake.deliver(ana.taps("next_card en ▶"))

    question, card = stage.fake.shown(ana.id)
    assert (card.text, card.photo) == ("Flat 3\n3 Elm Road\n41 m²", "")
    assert card.edits == 1


async def test_a_flat_on_the_map_has_its_own_name(stage: Stage) -> None:
    ana = stage.fake.person()
    await stage.say(ana.id, flats("north.jpg", "south.jpg"))
    await stage.fake.deliver(ana.taps("next_card en ▶"))

    await stage.fake.deliver(ana.taps("On the map"))

    assert stage.fake.shown(ana.id)[-1].text == "Flat 2\n2 Elm Road"


async def test_a_flat_that_was_taken_can_still_be_looked_up(stage: Stage) -> None:
    ana = stage.fake.person()
    await stage.say(ana.id, flats("north.jpg", "south.jpg"))

    await stage.fake.deliver(ana.taps("Take flat 1"))

    assert stage.fake.shown(ana.id)[-1].labels == ["✓ Take flat 1", "On the map", "More"]


async def test_much_to_say_of_a_flat_is_said_without_its_picture(stage: Stage) -> None:
    ana = stage.fake.person()
    card = ShownCard("Flat", ("word " * 250,), photo="north.jpg")

    await stage.say(ana.id, Message("Look.", cards=(card,)))

    shown = stage.fake.shown(ana.id)[-1]
    assert not shown.photo
    assert len(shown.text) > 1200


async def test_a_picture_outside_the_folder_is_none(stage: Stage) -> None:
    ana = stage.fake.person()

    await stage.say(ana.id, Message("Look.", cards=(ShownCard("Flat", photo="../x.jpg"),)))

    assert not stage.fake.shown(ana.id)[-1].photo


async def test_the_limit_of_files_is_said_where_one_is_asked_for(stage: Stage) -> None:
    ana = stage.fake.person()

    await stage.say(ana.id, Message("Your passport?", expects="upload", language="de"))

    assert stage.fake.shown(ana.id)[0].text == "Your passport?\n\nfile_limits de"


@pytest.mark.parametrize(
    "message",
    [
        Message(""),
        Message(" \n "),
        Message("Half a letter: \ud83d", (Button("", "x"),)),
        Message("x", (Button("\u200b", "x"),) * 150),
        Message("", cards=(ShownCard("", ()),)),
        Message("👨‍👩‍👧‍👦" * 1500),
        Message("x", links=(Hyperlink("bad", "https://[oops"), Hyperlink("bad", "geo:x,y"))),
    ],
)
async def test_odd_messages_arrive_all_the_same(stage: Stage, message: Message) -> None:
    ana = stage.fake.person()

    await stage.say(ana.id, message)

    assert stage.fake.shown(ana.id)
