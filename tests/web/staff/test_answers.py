import pytest
import yaml

from bot.store.answers import Tally, Told, add
from tests.runner.wondered import added
from tests.waiting import until
from tests.web.server import visiting
from tests.web.staff.clerks import Clerk
from tests.web.staff.wonders import CATS, CHINESE, MISSED, kept, settles, ticked, told

ANSWER = {
    "category": "visiting",
    "review_by": "2027-05-01",
    "title-en": "May I bring a cat?",
    "answer-en": "Cats are welcome.\r\nCall {centre.telephone}.",
    "ways-en": "cats allowed\r\n\r\n is  my cat welcome ",
}


async def test_a_new_answer_is_given_to_the_next_person(ed: Clerk) -> None:
    server = ed.server
    ids = ",".join(str(kept(server, text).id) for text in CATS)
    blank = await ed.gets(f"/staff/questions/answer?ids={ids}")
    form = {**ANSWER, **ticked(server, *CATS)}

    page = await ed.posts("/staff/questions/answer", None, csrf=blank.field("csrf"), **form)

    assert all(text in blank.text for text in CATS)
    assert "Your answer is there." in page.words
    assert [one.entry for one in added(server.app)] == ["may_i_bring_a_cat"]
    assert {kept(server, text).state for text in CATS} == {"entry"}
    await until(lambda: "may_i_bring_a_cat" in server.app.content.catalogue.faq.entries)
    async with visiting(server) as ana:
        said = await told(ana, "is my cat welcome")
    assert "Cats are welcome.\\nCall +44 20 7946 0000." in said


async def test_a_question_in_another_language_than_its_answer_is_answered_too(ed: Clerk) -> None:
    server = ed.server
    at = f"/staff/questions/answer?ids={kept(server, CHINESE).id}"
    form = {**ANSWER, "ways-zh_Hans": CHINESE, **ticked(server, CHINESE)}

    await ed.sends("/staff/questions/answer", at, **form)

    await until(lambda: "may_i_bring_a_cat" in server.app.content.catalogue.faq.entries)
    async with visiting(server) as ana:
        await ana.arrives(language="zh_Hans")
        assert "Cats are welcome." in str(await ana.says(CHINESE))


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"category": "dragons"}, "Please choose a topic."),
        ({"review_by": "2020-01-01"}, "a day to come"),
        ({"review_by": "soon"}, "a day to come"),
        ({"title-en": "", "answer-en": ""}, "in one language at least"),
        ({"title-en": ""}, "English: An answer needs a title"),
        ({"title-en": "x" * 61}, "English: The title may have 60 characters."),
        ({"answer-en": "长" * 601}, "600 Chinese characters at most"),
        ({"title-en": "When are you open?"}, "Another answer has this title."),
        ({"answer-en": "Call {centre.fax}."}, "There is nothing to show for {centre.fax}."),
        ({"ways-en": "way " * 100}, "too many ways of asking"),
    ],
)
async def test_a_new_answer_is_mended_before_it_is_given(
    changed: dict[str, str], said: str, ed: Clerk
) -> None:
    path = "/staff/questions/answer"

    page = await ed.sends(path, path, **{**ANSWER, **changed})

    assert page.status == 422
    assert said in page.words
    assert {**ANSWER, **changed}["ways-en"].split()[0] in page.text
    assert added(ed.server.app) == []


async def test_the_form_for_a_question_that_is_settled_does_not_open(ed: Clerk) -> None:
    await settles(ed, "aside", CATS[0])

    settled = await ed.gets(f"/staff/questions/answer?ids={kept(ed.server, CATS[0]).id}")
    missing = await ed.gets("/staff/questions/answer?ids=999999")
    broken = await ed.gets("/staff/questions/answer?ids=1;2")

    assert "This is no longer open." in settled.words
    assert (missing.status, broken.status) == (404, 400)


async def test_the_answers_are_listed_with_what_was_counted(ed: Clerk) -> None:
    server = ed.server
    today = server.app.content.catalogue.local(server.clock()).date()
    counts = {Told("dogs", one, today): Tally(5, 2, 1) for one in ("en", "zh_Hans")}
    server.app.database.transact(lambda tx: add(tx, counts))

    page = await ed.gets("/staff/answers?sort=told&down=1")
    found = await ed.gets("/staff/answers?words=POODLE+small")
    chinese = await ed.gets("/staff/answers?words=包场")
    exported = await ed.gets("/staff/answers?format=json")

    assert "May I bring my dog? Visiting us 2099-01-01 10 4 2 0 1" in page.words
    assert page.words.index("May I bring") < page.words.index("When are you open?")
    assert "May I bring my dog?" not in found.words
    assert "Book the whole house" in chinese.words
    assert exported.text.count('"title"') == 3


async def test_the_page_of_an_answer_shows_all_of_it(ed: Clerk) -> None:
    await settles(ed, "way", MISSED, entry="opening")

    page = await ed.gets("/staff/answers/opening")

    assert "When are you open?" in page.words
    assert "until what time can I come" in page.words
    assert "星期天晚上开门吗" in page.words
    assert f"“{MISSED}” English · {ed.name}" in page.words


async def test_an_addition_is_removed_by_who_is_sure(ed: Clerk) -> None:
    await settles(ed, "way", MISSED, entry="opening")
    here, (one,) = "/staff/answers/opening", added(ed.server.app)
    form = {"addition": str(one.id), "kind": "way"}

    unsure = await ed.sends(f"{here}/remove", here, **form)
    assert added(ed.server.app) == [one]
    sure = await ed.sends(f"{here}/remove", here, sure="1", **form)
    late = await ed.sends(f"{here}/remove", "/staff/me", sure="1", **form)

    assert "Please tick the box" in unsure.words
    assert "Done." in sure.words
    assert MISSED not in sure.words
    assert "Somebody else changed this" in late.words


async def test_additions_are_downloaded_by_the_file_they_belong_into(ed: Clerk) -> None:
    await settles(ed, "way", CHINESE, entry="opening")

    page = await ed.gets("/staff/additions.yaml")

    assert yaml.safe_load(page.text) == {
        "locales/zh_Hans/faq/visiting.yaml": {"opening": {"ways": [CHINESE]}}
    }
    assert ed.entries("exported")
