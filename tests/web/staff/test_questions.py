import pytest

from tests.runner.wondered import added, asks
from tests.waiting import until
from tests.web.server import Server, visiting
from tests.web.staff.clerks import Clerk, clerk
from tests.web.staff.wonders import CATS, CHINESE, MISSED, groups, kept, settles, told


async def test_near_questions_stand_together_with_what_they_may_mean(ed: Clerk) -> None:
    page = await ed.gets("/staff/questions")

    first = groups(page)[0]
    assert len(groups(page)) == 3
    assert all(words in first for words in CATS)
    assert "asked 3×" in first
    assert "Nothing was found" in first
    assert 'type="radio" name="entry"' in page.text


async def test_an_answer_that_was_not_meant_is_not_offered_again(ed: Clerk) -> None:
    page = await ed.gets("/staff/questions?outcome=missed")

    (only,) = groups(page)
    assert MISSED in only
    assert "Something else was meant" in only
    assert "When are you open?" not in only


@pytest.mark.parametrize(
    ("narrowed", "words"), [("language=zh_Hans", CHINESE), ("outcome=missed", MISSED)]
)
async def test_the_list_is_narrowed(narrowed: str, words: str, ed: Clerk) -> None:
    page = await ed.gets(f"/staff/questions?{narrowed}")

    assert len(groups(page)) == 1
    assert words in groups(page)[0]


async def test_in_two_clicks_a_question_is_answered_for_the_next_person(ed: Clerk) -> None:
    app = ed.server.app

    page = await settles(ed, "way", *CATS, entry="dogs")

    assert "From now on this is answered" in page.words
    assert not any(CATS[0] in one for one in groups(page))
    await until(lambda: bool(app.content.library.added))
    async with visiting(ed.server) as ana:
        assert "Small dogs are welcome." in await told(ana, CATS[1])


async def test_another_answer_can_be_named_and_must_be_there(ed: Clerk) -> None:
    nothing = await settles(ed, "way", CATS[0])
    unknown = await settles(ed, "way", CATS[0], entry="dogs", other="dragons")
    named = await settles(ed, "way", CATS[0], entry="dogs", other="parties")

    assert "Please choose an answer first." in nothing.words
    assert "Please choose an answer first." in unknown.words
    assert "From now on this is answered" in named.words
    assert [one.entry for one in added(ed.server.app)] == ["parties"]


async def test_a_question_somebody_else_has_settled_is_not_settled_again(ed: Clerk) -> None:
    await settles(ed, "aside", CATS[0])

    late = await settles(ed, "way", CATS[0], entry="dogs")

    assert "This is no longer open." in late.words
    assert added(ed.server.app) == []
    assert kept(ed.server, CATS[0]).state == "aside"


async def test_what_was_put_aside_can_be_opened_again(ed: Clerk) -> None:
    await settles(ed, "aside", *CATS)
    aside = await ed.gets("/staff/questions?state=aside")

    await settles(ed, "open", *CATS)

    assert len(groups(aside)) == 1
    assert len(groups(await ed.gets("/staff/questions"))) == 3
    assert [one.action for one in ed.entries()][:2] == ["question_reopen", "question_aside"]


@pytest.mark.parametrize("forged", ["q-x", "q--1", "q-9999999999999999", "q-"])
async def test_no_number_of_a_question_is_made_up(forged: str, ed: Clerk) -> None:
    form = {forged: "1", "entry": "dogs"}

    page = await ed.sends("/staff/questions/way", "/staff/questions", **form)

    assert page.status == 400
    assert added(ed.server.app) == []


async def test_words_of_people_are_shown_as_they_are_and_nothing_runs(ed: Clerk) -> None:
    asks(ed.server.app, "<script>alert('may zebras')</script>")

    page = await ed.gets("/staff/questions")

    assert "<script>alert" not in page.text
    assert "<script>alert('may zebras')</script>" in page.text.replace("&lt;", "<").replace(
        "&gt;", ">"
    ).replace("&#39;", "'")


async def test_the_overview_counts_what_waits_for_an_answer(ed: Clerk) -> None:
    page = await ed.gets("/staff")

    assert "4 questions without an answer" in page.words


async def test_a_reviewer_sees_how_many_and_no_list(place: Server) -> None:
    async with clerk(place, "reviewer") as one:
        overview, page = await one.gets("/staff"), await one.gets("/staff/questions")

    assert 'href="/staff/questions"' not in overview.text
    assert page.status == 403
