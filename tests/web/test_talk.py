import asyncio
import random

import pytest

from tests.web.papers import photo
from tests.web.server import Entry, Server, Visitor, fresh_id, mine, spoken, taps_of, visiting
from tests.web.story import submits, to_papers

DEGREE = "What is the highest degree you earned outside the Chinese mainland?"
UNIVERSITY = "Which university gave you that degree? Its short name is enough."


async def test_a_first_look_finds_nothing_and_asks_the_language_when_begun(ana: Visitor) -> None:
    await ana.page()

    assert await ana.looks() == []
    assert ana.cursor == 0

    [asked] = await ana.posts(start="")

    assert asked["from"] == "bot"
    assert [button["label"] for button in asked["buttons"]][:3] == ["English", "简体中文", "日本語"]


async def test_what_is_said_is_answered_in_the_same_reply(ana: Visitor) -> None:
    await ana.arrives()

    said, *heard = await ana.says("1")

    assert (said["from"], said["text"]) == ("me", "1")
    assert spoken(heard)[-1] == DEGREE
    assert await ana.looks() == []


async def test_a_tap_counts_as_the_words_on_its_button(ana: Visitor) -> None:
    await ana.arrives(flow="apartment")

    said, *heard = await ana.taps("Master's")

    assert said["text"] == "Master's"
    assert spoken(heard) == [UNIVERSITY]


async def test_a_stale_tap_changes_nothing_and_asks_the_open_question(ana: Visitor) -> None:
    await ana.arrives(flow="apartment")
    old = ana.token("Bachelor's")
    await ana.taps("Master's")

    heard = await ana.posts(tap=old, label="Bachelor's")

    assert spoken(heard) == ["That button belongs to an earlier question.", UNIVERSITY]


async def test_history_after_a_reload_is_what_was_shown_before(ana: Visitor) -> None:
    await ana.arrives(flow="apartment")
    for words in ("2", "unimelb", "no way", "back"):
        await ana.says(words)
    before = comparable(ana.entries)

    ana.entries, ana.cursor = [], -1
    await ana.page()
    await ana.looks()

    assert comparable(ana.entries) == before


def comparable(entries: list[Entry]) -> list[Entry]:
    """Entries without the moment: the door reads the clock itself when it answers at once."""
    return [{name: value for name, value in e.items() if name != "at"} for e in entries]


async def test_pages_of_older_entries_leave_no_hole_and_split_no_turn(ana: Visitor) -> None:
    await ana.arrives(flow="apartment")
    await talks_long(ana)
    everything = comparable(ana.entries)

    page = await read(ana, "after=-1")
    pages = [page]
    while page:
        page = await read(ana, f"before={page[0]['n']}")
        pages.insert(0, page)

    assert comparable([entry for page in pages for entry in page]) == everything
    assert len(pages) > 3


async def test_pages_of_newer_entries_leave_no_hole_and_split_no_turn(ana: Visitor) -> None:
    await ana.arrives(flow="apartment")
    await talks_long(ana)
    everything = comparable(ana.entries)

    found: list[Entry] = []
    while page := await read(ana, f"after={found[-1]['n'] if found else 0}"):
        found += page

    assert comparable(found) == everything


async def talks_long(visitor: Visitor) -> None:
    """Turns of two and three messages, so that pages of any size end within one."""
    for number in range(50):
        await visitor.says("help" if number % 4 == 0 else f"hm {number}")


async def read(visitor: Visitor, query: str) -> list[Entry]:
    async with visitor.session.get(f"/chat/entries?{query}") as response:
        entries: list[Entry] = (await response.json())["entries"]
        return entries


async def test_who_has_missed_something_gets_it_with_the_next_answer(ana: Visitor) -> None:
    await ana.arrives()
    seen = ana.cursor
    await ana.says("hello")
    ana.cursor, ana.entries = seen, []

    heard = await ana.says("1")

    assert [entry["text"] for entry in mine(heard)] == ["hello", "1"]


# waiting


async def test_a_waiting_page_is_woken_by_what_is_said_elsewhere(ana: Visitor) -> None:
    await ana.arrives()
    asked = asyncio.get_running_loop().time()
    waiting = asyncio.create_task(ana.looks(wait=99_999))

    async with ana.session.post(
        "/chat/say", json={"id": fresh_id(), "text": "help", "after": -1}
    ) as other_tab:
        assert other_tab.status == 200

    assert mine(await waiting)[0]["text"] == "help"
    assert asyncio.get_running_loop().time() - asked < 10


async def test_a_waiting_page_is_woken_by_a_decision_of_staff(server: Server, ana: Visitor) -> None:
    await ana.arrives(flow="apartment")
    reference = await submits(ana)
    waiting = asyncio.create_task(ana.looks(wait=30))

    await asyncio.to_thread(server.decide, reference)

    assert f"{reference} is approved" in spoken(await waiting)[0]


async def test_a_wait_ends_when_its_time_is_over(ana: Visitor) -> None:
    await ana.arrives()
    asked = asyncio.get_running_loop().time()

    assert await ana.looks(wait=1) == []
    assert 0.9 < asyncio.get_running_loop().time() - asked < 5


async def test_a_browser_without_a_cookie_gets_one_and_does_not_wait(server: Server) -> None:
    async with visiting(server) as nobody, nobody.session.get("/chat/entries?wait=30") as first:
        assert first.cookies["talent_chat"].value
        assert (await first.json())["entries"] == []


@pytest.mark.parametrize("wait", ["-5", "0"])
async def test_a_wait_may_be_nothing_and_never_less(ana: Visitor, wait: str) -> None:
    await ana.arrives()

    assert await read(ana, f"after={ana.cursor}&wait={wait}") == []


# repeats


async def test_a_repeated_update_changes_nothing(ana: Visitor) -> None:
    await ana.arrives(flow="apartment")
    id, seen = fresh_id(), ana.cursor
    first = await ana.says("2", id)
    ana.cursor = seen

    second = await ana.says("2", id)

    assert comparable(second) == comparable(first)
    assert spoken(second) == [UNIVERSITY]


async def test_repeats_at_the_same_moment_count_once(ana: Visitor) -> None:
    await ana.arrives(flow="apartment")
    id = fresh_id()

    heard = await asyncio.gather(*(ana.says("2", id) for _ in range(8)))

    assert {tuple(spoken(entries)) for entries in heard} <= {(UNIVERSITY,), ()}
    assert spoken(await read(ana, "after=-1"))[-2:] == [DEGREE, UNIVERSITY]


async def test_a_repeated_upload_is_kept_once(ana: Visitor) -> None:
    await ana.arrives(flow="apartment")
    await to_papers(ana)
    id, seen = fresh_id(), ana.cursor
    await ana.sends(photo("passport"), id=id)
    ana.cursor = seen

    heard = await ana.sends(photo("passport"), id=id)

    assert spoken(heard)[0] == "One file received. Send more, or say that is all."
    assert len(mine(await read(ana, f"after={seen}"))) == 1


# apart


async def test_two_browsers_do_not_see_each_other(ana: Visitor, bo: Visitor) -> None:
    await ana.arrives()
    await bo.arrives(language="zh_Hans")
    await ana.says("My secret is tea")

    heard = await bo.looks()

    assert heard == []
    assert "tea" not in str(await read(bo, "after=-1"))


async def test_the_id_of_another_browsers_update_is_harmless(ana: Visitor, bo: Visitor) -> None:
    await ana.arrives(flow="apartment")
    await bo.arrives(flow="apartment")
    id = fresh_id()
    await ana.says("2", id)

    heard = await bo.says("2", id)

    assert spoken(heard) == [UNIVERSITY]


async def test_another_browsers_button_is_stale_here(ana: Visitor, bo: Visitor) -> None:
    await ana.arrives(flow="apartment")
    await bo.arrives(flow="apartment")

    heard = await bo.posts(tap=ana.token("Master's"), label="Master's")

    assert spoken(heard) == ["That button belongs to an earlier question.", DEGREE]


# always answered


WORDS = (
    *("1", "2", "3", "7", "no", "yes", "keep", "?", "hello", "English", "Apply for an apartment"),
    *("back", "menu", "cancel", "language", "help", "status", "change", "person", "privacy"),
)


@pytest.mark.parametrize("seed", range(3))
async def test_whatever_is_said_is_shown_and_answered(ana: Visitor, seed: int) -> None:
    await ana.arrives(flow="apartment")

    await rambles(ana, random.Random(seed))


async def test_whatever_is_said_while_staff_decide_is_shown_and_answered(ana: Visitor) -> None:
    await ana.arrives(flow="apartment")
    await submits(ana)

    await rambles(ana, random.Random(7))


async def rambles(visitor: Visitor, chance: random.Random) -> None:
    old = "0.1.degree.master"
    for _ in range(120):
        words = chance.choice(WORDS)
        said, *heard = await visitor.says(words)

        assert said["text"] == words
        assert spoken(heard), words

        known = [shown for entry in visitor.entries[-30:] for shown in taps_of(entry)]
        label, token = chance.choice((*known, ("old", old)))
        said, *heard = await visitor.posts(tap=token, label=label)

        assert said["text"] == label
        assert spoken(heard), token
