import csv
import io
import itertools
import shutil
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest
from sqlalchemy import insert

from bot.content.calendar import Calendar
from bot.store.database import Transaction
from bot.store.tables import contacts, conversations
from bot.web.staff.content_view import calendar_view
from tests.runner.lodge import Watch
from tests.web.server import Server
from tests.web.staff.clerks import Clerk, clerk

NOW = datetime(2026, 3, 2, 2, tzinfo=UTC)
NAMES = (f"editor-{n}" for n in itertools.count())
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A toy centre that may be changed."""
    return Path(shutil.copytree("tests/toy", tmp_path_factory.mktemp("toy") / "home"))


@pytest.fixture(scope="module")
def watch() -> Watch:
    return Watch(NOW)


@pytest.fixture(scope="module")
def tearoom(home: Path, watch: Watch, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """That centre, with three people at one step and one at a step that is gone."""
    with Server(tmp_path_factory.mktemp("tearoom"), watch.now, HOME=str(home)) as running:
        running.app.database.transact(_people)
        yield running


def _people(tx: Transaction) -> None:
    for n, places in enumerate(("club.join", "club.join tea.kind", "club.join", "club.gone")):
        person = {"channel": "toy", "address": f"{n}", "created_at": NOW}
        added = insert(contacts).values(person).returning(contacts.c.id)
        state = {"version": 1, "language": "en", "state": b"", "updated_at": NOW}
        values = {"contact_id": tx.execute(added).scalar_one(), "places": places, **state}
        tx.execute(insert(conversations).values(values))


@pytest.fixture
async def editor(tearoom: Server) -> AsyncIterator[Clerk]:
    async with clerk(tearoom, "editor", next(NAMES)) as one:
        yield one


async def test_every_flow_of_any_centre_is_listed_with_who_is_in_it(editor: Clerk) -> None:
    page = await editor.gets("/staff/content")

    assert page.status == 200
    assert '<a href="/staff/content/flows/club">Join the tea club</a>' in page.text
    assert '<a href="/staff/content/flows/tea">' in page.text
    assert "flows/club.yaml" in page.words
    assert "/chat/photos/alcove.jpg" in page.text


async def test_a_flow_is_drawn_with_how_many_stand_at_each_step(tearoom: Server) -> None:
    async with clerk(tearoom, "editor", next(NAMES), "zh_Hans") as one:
        page = await one.gets("/staff/content/flows/club")
        drawing = await one.gets("/staff/content/flows/club/picture")

    assert '<img src="/staff/content/flows/club/picture"' in page.text
    assert drawing.answer.content_type == "image/svg+xml"
    assert drawing.answer.headers["Cache-Control"] == "no-store"
    assert "script" not in drawing.answer.headers["Content-Security-Policy"]
    root = ElementTree.fromstring(drawing.text)
    assert root.findtext(f"{SVG}title") == "加入茶友会"
    counts = [text.text for text in root.iter(f"{SVG}text") if text.get("class") == "count"]
    assert counts == ["3"]


async def test_the_steps_of_a_flow_are_told_in_a_table_too(editor: Clerk) -> None:
    page = await editor.gets("/staff/content/flows/club")

    assert "4 are in it now. 1 of them stand at steps of an older version" in page.words
    assert "Shall I put you on the list of the tea club?" in page.words
    assert '<a href="#step-welcome">welcome</a>' in page.text


@pytest.mark.parametrize("path", ["flows/nothing", "flows/nothing/picture", "flows/..%2f..%2fbot"])
async def test_a_flow_that_does_not_exist_is_not_found(editor: Clerk, path: str) -> None:
    assert (await editor.gets(f"/staff/content/{path}")).status == 404


async def test_a_size_that_is_not_offered_is_refused(editor: Clerk) -> None:
    assert (await editor.gets("/staff/content/flows/club?zoom=fit")).status == 200
    assert (await editor.gets("/staff/content/flows/club?zoom=9999")).status == 400


async def test_texts_stand_side_by_side_and_are_searched_in_every_language(
    editor: Clerk,
) -> None:
    found = await editor.gets("/staff/content/texts?words=加入茶友会")
    of_file = await editor.gets("/staff/content/texts?file=content/policy/discount.yaml")
    of_no_file = await editor.gets("/staff/content/texts?file=../secrets")
    exported = await editor.gets("/staff/content/texts?words=tea+club&format=csv")

    assert "flows/club.yaml:3 club Join the tea club 加入茶友会" in found.words
    assert "2 in all" in found.words
    assert "flows/club.yaml:" not in of_file.words
    assert "policy.discount.leaf" in of_file.words
    assert of_no_file.status == 400
    rows = list(csv.DictReader(io.StringIO(exported.text.removeprefix("\ufeff"))))
    assert {row["place"].split(":")[0] for row in rows} >= {"flows/club.yaml"}
    assert rows[0].keys() >= {"place", "context", "en", "zh_Hans"}


async def test_what_is_wrong_in_the_files_now_is_seen_within_a_minute(
    editor: Clerk, home: Path, watch: Watch
) -> None:
    club = home / "flows" / "club.yaml"
    written = club.read_text()
    await editor.gets("/staff/content")
    club.write_text(written.replace("Welcome to the club.", "Welcome to the {nonsense}."))

    at_once = await editor.gets("/staff/content")
    watch.passes(timedelta(minutes=1))
    later = await editor.gets("/staff/content")
    missing = await editor.gets("/staff/content/texts?missing=zh_Hans")

    assert "nonsense" not in at_once.words
    assert "nonsense" in later.words
    assert "1 missing" in later.words
    assert "Welcome to the {nonsense}." in missing.words
    assert "1 in all" in missing.words
    club.write_text(written)


async def test_policies_are_shown_by_edition_with_the_one_in_force(editor: Clerk) -> None:
    page = await editor.gets("/staff/content/policies")

    assert "Valid from 2026-01-01 in force" in page.words
    assert page.words.index("Valid from 2026-01-01") < page.words.index("Valid from 2025-01-01")
    assert "Only fine leaves are cheaper." in page.words
    assert page.text.count(">in force<") == 1


@pytest.mark.parametrize(
    ("days", "is_ending", "left"),
    [(61, False, 61), (60, False, 60), (59, True, 59), (-1, True, -1)],
)
def test_a_calendar_warns_sixty_days_before_it_ends(days: int, is_ending: bool, left: int) -> None:
    today = date(2026, 3, 2)
    past, coming = today - timedelta(days=9), today + timedelta(days=9)
    calendar = Calendar(frozenset({past, coming}), frozenset(), today + timedelta(days=days))

    shown = calendar_view(calendar, today)

    assert (shown.is_ending, shown.days_left) == (is_ending, left)
    assert shown.holidays == (coming,)


def test_a_calendar_without_an_end_never_warns() -> None:
    shown = calendar_view(Calendar(), date(2026, 3, 2))

    assert (shown.known_until, shown.is_ending) == (None, False)
