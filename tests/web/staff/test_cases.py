import asyncio
import csv
import io
import json
from collections.abc import AsyncIterator

import pytest

from bot.store.cases import Case, find_case
from tests.runner.lodge import Watch
from tests.web.papers import photo
from tests.web.server import Server, Visitor, spoken, visiting
from tests.web.staff.clerks import Clerk, clerk
from tests.web.story import LATER, REFERENCE, to_deposit

SCRIPT = "Law<script>alert(1)</script>"
BLURRED = "The photo is blurred."


@pytest.fixture
async def ana(desk: Server) -> AsyncIterator[Visitor]:
    async with visiting(desk) as visitor:
        yield visitor


async def hands_in(visitor: Visitor, subject: str = "Law", name: str = "Ana Núñez") -> str:
    """From the first question to the reference."""
    await visitor.arrives(flow="apartment")
    for words in ("2", "unimelb", subject, "i am still abroad", "1", "no", "no", "1"):
        await visitor.says(words)
    for words in (name, "13812345678", "ana@example.org"):
        await visitor.says(words)
    await visitor.sends(photo("passport"))
    for words in ("That is all", LATER, LATER, LATER, "no", "1", "That is all"):
        await visitor.says(words)
    found = REFERENCE.search("\n".join(spoken(await visitor.says("Submit my application"))))
    assert found
    return found[0]


def kept(desk: Server, reference: str) -> Case:
    case = desk.app.database.look(lambda tx: find_case(tx, reference))
    assert case is not None
    return case


async def does(one: Clerk, reference: str, what: str, **form: str) -> str:
    """Post a form of the case's page as it stands now; what came of it."""
    at = f"/staff/cases/{reference}"
    page = await one.gets(at)
    fields = {"csrf": page.field("csrf"), "revision": page.field("revision"), **form}
    done = await one.posts(f"{at}/{what}", None, **fields)
    return done.place.partition("said=")[2]


async def test_a_case_shows_every_answer_and_who_looked_is_kept(desk: Server, ana: Visitor) -> None:
    reference = await hands_in(ana)

    async with clerk(desk, "reviewer", language="zh_Hans") as one:
        page = await one.gets(f"/staff/cases/{reference}")

        looked = one.entries("looked")[0]

    for shown in ("Ana Núñez", "+86 138 1234 5678", "ana@example.org", "学位", "硕士", "待审核"):
        assert shown in page.words
    assert page.answer.headers["Cache-Control"] == "no-store"
    assert (looked.about, "Ana" in looked.details) == (f"case {reference}", False)


async def test_a_script_in_an_answer_or_a_note_is_shown_and_not_run(
    desk: Server, ana: Visitor
) -> None:
    reference = await hands_in(ana, SCRIPT, "Ana <b>")

    async with clerk(desk, "reviewer") as one:
        assert await does(one, reference, "note", words=SCRIPT) == "done"
        page = await one.gets(f"/staff/cases/{reference}")

    assert page.text.count("Law&lt;script&gt;alert(1)&lt;/script&gt;") == 2
    assert "Ana &lt;b&gt;" in page.text
    assert "<script>alert" not in page.text
    assert "default-src 'self'" in page.answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("words", ["Núñez", "ana", "+86 138 1234 5678", "ANA@example.org"])
async def test_a_case_is_found_by_what_the_applicant_is_called(
    desk: Server, ana: Visitor, words: str
) -> None:
    reference = await hands_in(ana)

    async with clerk(desk, "reviewer") as one:
        found = await one.gets(f"/staff/cases?search={words.replace('+', '%2B')}")
        other = await one.gets("/staff/cases?search=Nobody")
        decided = await one.gets("/staff/cases?state=approved")

    assert reference in found.words
    assert reference not in other.words
    assert reference not in decided.words


async def test_an_approval_is_told_in_the_chat_and_stands_in_timeline_and_log(
    desk: Server, ana: Visitor
) -> None:
    reference = await hands_in(ana)

    async with clerk(desk, "reviewer") as one:
        unsure = await does(one, reference, "approve")
        assert kept(desk, reference).state == "submitted"
        done = await does(one, reference, "approve", sure="yes")
        late = await does(one, reference, "refuse", reason="Too late.")
        page = await one.gets(f"/staff/cases/{reference}")

        logged = [(entry.action, entry.details) for entry in one.entries()]

    desk.tick()
    assert (unsure, done, late) == ("no_words", "done", "not_open")
    assert kept(desk, reference).state == "approved"
    assert f"Approved · {one.name}" in page.words
    assert ("case_approve", "") in logged
    assert any("is approved" in words for words in spoken(await ana.looks()))


async def test_two_clerks_at_once_never_overwrite_each_other(desk: Server, ana: Visitor) -> None:
    reference = await hands_in(ana)
    at = f"/staff/cases/{reference}"

    async with clerk(desk, "reviewer", "li") as one, clerk(desk, "manager", "wang") as other:
        pages = [await who.gets(at) for who in (one, other)]
        forms = [{name: page.field(name) for name in ("csrf", "revision")} for page in pages]
        done = await asyncio.gather(
            one.posts(f"{at}/approve", None, **forms[0], sure="yes"),
            other.posts(f"{at}/refuse", None, **forms[1], reason="No degree."),
        )

    came = [page.place.partition("said=")[2] for page in done]
    assert sorted(came) in (["changed", "done"], ["done", "not_open"])
    winner = came.index("done")
    assert kept(desk, reference).state == ("approved", "refused")[winner]
    assert kept(desk, reference).decided_by == ("li", "wang")[winner]


async def test_one_step_asked_again_leads_there_and_back(
    desk: Server, ana: Visitor, watch: Watch
) -> None:
    reference = await hands_in(ana)

    async with clerk(desk, "reviewer") as one:
        silent = await does(one, reference, "ask", step="identity", reason=" ")
        unknown = await does(one, reference, "ask", step="verdict", reason=BLURRED)
        done = await does(one, reference, "ask", step="identity", reason=BLURRED)
        desk.tick()
        heard = spoken(await ana.looks())
        assert kept(desk, reference).state == "asked"
        await ana.sends(photo("sharper"))
        await ana.says("That is all")
        page = await one.gets(f"/staff/cases/{reference}")

    assert (silent, unknown, done) == ("no_words", "not_answered", "done")
    assert any(BLURRED in words for words in heard)
    assert "passport's photo page" in heard[-1]
    assert kept(desk, reference).state == "submitted"
    assert f"Asked again · {one.name} Identity paper {BLURRED}" in page.words
    assert "Answered again · applicant Identity paper" in page.words


async def test_a_message_reaches_the_applicant_and_a_note_does_not(
    desk: Server, ana: Visitor
) -> None:
    reference = await hands_in(ana)

    async with clerk(desk, "reviewer") as one:
        assert await does(one, reference, "message", words="Please call us.") == "done"
        assert await does(one, reference, "note", words="A cousin of the boss.") == "done"
        assert await does(one, reference, "assign", to=one.name) == "done"
        mine = await one.gets("/staff/cases?assignee=~me")

    desk.tick()
    heard = "\n".join(spoken(await ana.looks()))
    assert "Please call us." in heard
    assert "cousin" not in heard
    assert reference in mine.words


async def test_an_export_holds_every_answer_and_runs_in_no_spreadsheet(
    desk: Server, ana: Visitor
) -> None:
    reference = await hands_in(ana, "=1+1")

    async with clerk(desk, "manager") as one, clerk(desk, "reviewer") as other:
        as_csv = await one.gets("/staff/cases?format=csv")
        as_json = await one.gets("/staff/cases?format=json")
        refused = await other.gets("/staff/cases?format=csv")
        logged = one.entries("exported")

    (row,) = csv.DictReader(io.StringIO(as_csv.text.removeprefix("\ufeff")))
    assert (row["reference"], row["subject"], row["full_name"]) == (reference, "'=1+1", "Ana Núñez")
    (found,) = json.loads(as_json.text)
    assert (found["subject"], found["degree"]) == ("=1+1", "master")
    assert refused.status == 403
    assert [entry.about for entry in logged] == ["cases", "cases"]


async def test_a_deposit_is_settled_once_and_its_day_adds_up(desk: Server, ana: Visitor) -> None:
    reference = await hands_in(ana)
    async with clerk(desk, "manager") as one, clerk(desk, "reviewer") as other:
        await does(one, reference, "approve", sure="yes")
        desk.tick()
        deposit = await to_deposit(ana)
        await ana.sends(photo("receipt"))
        at = f"/staff/deposits/{deposit}"
        page = await one.gets(at)
        form = {name: page.field(name) for name in ("csrf", "revision")}
        came = [
            (await one.posts(f"{at}/confirm", None, **form, sure="yes")).place for _ in range(2)
        ]
        theirs = await other.gets("/staff/me")
        refused = await other.posts(f"{at}/refund", None, csrf=theirs.field("csrf"), reason="x")
        confirmed = await one.gets("/staff/deposits/day")
        again = (await one.gets(at)).field("revision")
        refund = {"csrf": form["csrf"], "revision": again, "reason": "You moved away."}
        refunded = await one.posts(f"{at}/refund", None, **refund)
        day = await one.gets("/staff/deposits/day?format=json")

    desk.tick()
    assert [place.partition("said=")[2] for place in came] == ["done", "changed"]
    assert refused.status == 403
    assert "Received ¥3,600" in confirmed.words
    assert refunded.place.endswith("said=done")
    assert [(line["kind"], line["amount"]) for line in json.loads(day.text)] == [
        ("ordered", "0.00"),
        ("reported", "0.00"),
        ("confirmed", "3600.00"),
        ("refunded", "-3600.00"),
    ]
    assert any("You moved away." in words for words in spoken(await ana.looks()))


@pytest.mark.parametrize("path", ["cases/A-2222222", "deposits/D-2222222", "cases/..%2F..%2Fbot"])
async def test_a_reference_that_was_guessed_is_not_found_and_logged(
    desk: Server, path: str
) -> None:
    async with clerk(desk, "manager") as one:
        page = await one.gets(f"/staff/{path}")

        assert page.status == 404
        assert one.entries("not_found")
