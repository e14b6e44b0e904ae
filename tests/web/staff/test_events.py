import json
from datetime import UTC, datetime

import pytest

from tests.web.papers import photo
from tests.web.server import Server
from tests.web.staff.clerks import clerk
from tests.web.staff.eventbook import EVENTS, SWAN, enters, found, kept, saves
from tests.web.staff.stockroom import uploads


async def test_an_event_is_entered_and_the_log_says_what(desk: Server) -> None:
    async with clerk(desk, "editor") as one:
        page = await enters(one)
        log = one.entries("add_event")

    event = kept(desk)[0]
    assert page.place == f"{EVENTS}/{event.id}?said=done"
    assert event.words["title"] == {"en": "Swan Lake", "zh_Hans": "天鹅湖"}
    assert event.starts_at == datetime(2026, 12, 5, 11, 30, tzinfo=UTC)
    assert (event.is_all_day, event.needs_id, event.is_free) == (False, True, False)
    assert log[0].about == f"event {event.id}"
    assert json.loads(log[0].details)["is_now"]["title.en"] == "Swan Lake"


async def test_without_hours_an_event_lasts_all_day(desk: Server) -> None:
    async with clerk(desk, "editor") as one:
        await enters(one, start_time="", end_time="", end_day="2026-12-07")

    event = kept(desk)[0]
    assert event.is_all_day
    assert event.ends_at == datetime(2026, 12, 7, 16, tzinfo=UTC)


async def test_the_list_has_what_is_coming_and_filters_the_rest(desk: Server) -> None:
    async with clerk(desk, "editor") as one:
        await enters(one)
        await enters(one, **{"title.en": "Old play", "start_day": "2026-11-02", "end_day": ""})
        await enters(one, **{"title.en": "Hidden talk", "kind": "talk", "shown": ""})
        await saves(one, f"{EVENTS}/3", **{"title.en": "Hidden talk", "kind": "talk"})
        coming = await one.gets(EVENTS)
        past = await one.gets(f"{EVENTS}?state=past")
        talks = await one.gets(f"{EVENTS}?state=all&kind=talk")
        file = await one.gets(f"{EVENTS}?state=all&format=json&sort=starts_at")

    assert "Swan Lake" in coming.words
    assert "Old play" not in coming.words
    assert "Old play" in past.words
    assert "Hidden talk" in talks.words
    assert "Swan Lake" not in talks.words
    assert [row["title"] for row in json.loads(file.text)][0] == "Old play"


async def test_a_hidden_event_is_marked_and_in_its_own_list(desk: Server) -> None:
    async with clerk(desk, "editor") as one:
        await enters(one)
        page = await one.gets(f"{EVENTS}/1")
        shown = {name: value for name, value in SWAN.items() if name != "shown"}
        given = {"csrf": page.field("csrf"), "revision": "1", **shown}
        await one.posts(f"{EVENTS}/1", None, **given)
        hidden = await one.gets(f"{EVENTS}?state=hidden")
        coming = await one.gets(EVENTS)

    assert not found(desk, 1).is_shown
    assert "Swan Lake" in hidden.words
    assert "Swan Lake" not in coming.words


async def test_a_change_keeps_the_old_value_in_the_log(desk: Server) -> None:
    async with clerk(desk, "editor") as one:
        await enters(one)
        page = await saves(one, f"{EVENTS}/1", **{"place.en": "Sample Hall"})
        log = one.entries("change_event")

    assert "Done." in page.words
    assert found(desk, 1).revision == 2
    assert json.loads(log[0].details) == {
        "changes": {"place.en": ["Sample Theatre", "Sample Hall"]}
    }


async def test_who_saw_an_older_revision_changes_nothing(desk: Server) -> None:
    async with clerk(desk, "editor") as one:
        await enters(one)
        await saves(one, f"{EVENTS}/1", **{"place.en": "Sample Hall"})
        page = await saves(one, f"{EVENTS}/1", revision="1", **{"place.en": "Elsewhere"})

    assert "Somebody else changed this" in page.words
    assert found(desk, 1).words["place"]["en"] == "Sample Hall"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"kind": "party"}, "'kind' must be one of"),
        ({"title.en": "", "title.zh_Hans": ""}, "no title in any language"),
        ({"link": "javascript:alert(1)"}, "https address"),
        ({"link": "http://tickets.example.org"}, "https address"),
        ({"link": 'https://x.example/" onclick="x'}, "https address"),
        ({"end_day": "2026-12-04"}, "ends before it starts"),
        ({"start_day": "yesterday"}, "must be a day"),
        ({"start_day": "0001-01-01"}, "must be a day"),
        ({"end_day": "2029-01-01"}, "lasts more than"),
        ({"photo": "../../secret.key"}, "no photo"),
        ({"title.en": "x" * 121}, "more than 120 letters"),
        ({"title.en": "a\x07b"}, "cannot be shown"),
    ],
)
async def test_what_is_wrong_is_said_and_nothing_is_kept(
    changes: dict[str, str], said: str, desk: Server
) -> None:
    async with clerk(desk, "editor") as one:
        page = await enters(one, **changes)

    assert page.status == 422
    assert said in page.words
    assert 'value="2026-12-05"' in page.text
    assert kept(desk) == []


async def test_words_of_a_form_are_never_read_as_a_page(desk: Server) -> None:
    async with clerk(desk, "editor") as one:
        page = await enters(one, **{"title.en": "<script>alert(1)</script>"})

    assert "<script>alert" not in page.text


async def test_a_copy_begins_with_the_fields_of_another(desk: Server) -> None:
    async with clerk(desk, "editor") as one:
        await enters(one)
        page = await one.gets(f"{EVENTS}/new?of=1")

    assert 'value="Swan Lake"' in page.text
    assert 'name="revision"' not in page.text


async def test_an_event_gets_a_picture_of_our_own_making(desk: Server) -> None:
    async with clerk(desk, "editor") as one:
        await enters(one)
        page = await uploads(one, f"{EVENTS}/1", f"{EVENTS}/1/photo", photo("x"), "../x.jpg")
        bad = await uploads(one, f"{EVENTS}/1", f"{EVENTS}/1/photo", b"no picture")

    event = found(desk, 1)
    assert "Done." in page.words
    assert desk.app.photos.has(event.photo)
    assert "no JPEG or PNG picture" in bad.words
    assert event.revision == 2


async def test_an_event_is_deleted_once_the_box_is_ticked(desk: Server) -> None:
    async with clerk(desk, "editor") as one:
        await enters(one)
        unsure = await one.sends(f"{EVENTS}/1/delete", f"{EVENTS}/1", revision="1")
        stays = len(kept(desk))
        page = await one.sends(f"{EVENTS}/1/delete", f"{EVENTS}/1", revision="1", sure="1")
        log = one.entries("delete_event")

    assert "Please tick the box" in unsure.words
    assert stays == 1
    assert "Done." in page.words
    assert kept(desk) == []
    assert json.loads(log[0].details)["was"]["title.en"] == "Swan Lake"


async def test_who_may_not_edit_sees_no_form_and_posts_none(desk: Server) -> None:
    async with clerk(desk, "editor") as one:
        await enters(one)
    async with clerk(desk, "reviewer") as other:
        page = await other.gets(f"{EVENTS}/1")
        posted = await other.sends(f"{EVENTS}/1", f"{EVENTS}/1", revision="1", **SWAN)
        new = await other.gets(f"{EVENTS}/new")

    assert (page.status, posted.status, new.status) == (200, 403, 403)
    assert "Save" not in page.words
    assert found(desk, 1).revision == 1


async def test_a_forged_form_changes_nothing(desk: Server) -> None:
    async with clerk(desk, "editor") as one:
        await enters(one)
        page = await one.posts(f"{EVENTS}/1", None, csrf="A" * 43, revision="1", **SWAN)

    assert page.status == 403
    assert found(desk, 1).revision == 1


@pytest.mark.parametrize("guess", ["2", "0", "-1", "one", "9" * 40, "1'--", "..%2f1"])
async def test_a_guessed_id_is_not_there(guess: str, desk: Server) -> None:
    async with clerk(desk, "editor") as one:
        page = await one.gets(f"{EVENTS}/{guess}")

    assert page.status == 404
