import io
from dataclasses import replace
from datetime import timedelta

import msgspec
from PIL import Image

from bot.app import App
from bot.services.audit import Actor
from bot.services.viewing import PAGE_VIEW, Look, Viewing
from bot.store.audit import Wanted, entries
from tests.web.staff.filed import REFERENCE, file_document, plain

BO = Actor("bo", "reviewer")
CARLA = Actor("carla", "manager")


def viewing(app: App) -> Viewing:
    return Viewing(app.database, app.sealer, app.audit)


def look_at(app: App, document: str, *, is_small: bool = False) -> Look:
    return Look(BO, document, 1, "bo  2026-12-01 16:30", app.now(), is_small)


def looked(app: App) -> list[tuple[str, str, dict[str, object]]]:
    """Who looked at what, the first look first."""
    found = app.database.look(lambda tx: entries(tx, Wanted(action="looked"), 100))
    return [(one.who, one.about, msgspec.json.decode(one.details)) for one in reversed(found)]


async def test_a_page_is_shown_and_the_look_is_logged(app: App) -> None:
    document = file_document(app, plain(size=(300, 200)))

    shown = await viewing(app).show(look_at(app, document))

    assert shown is not None
    assert Image.open(io.BytesIO(shown)).size == (300, 200)
    assert looked(app) == [("bo", f"case {REFERENCE}", {"document": document, "page": 1})]
    assert app.database.look(app.audit.unsound) == []


async def test_what_is_not_shown_is_no_look(app: App) -> None:
    loose = file_document(app, plain(), reference="")
    kept = file_document(app, plain())

    for look in (look_at(app, loose), look_at(app, ""), replace(look_at(app, kept), page=2)):
        assert await viewing(app).show(look) is None
    assert await viewing(app).open(loose, BO, app.now()) is None

    assert looked(app) == []


async def test_small_pictures_are_another_look_after_a_minute(app: App) -> None:
    document = file_document(app, plain())
    first = look_at(app, document, is_small=True)

    for passed in (timedelta(), PAGE_VIEW, PAGE_VIEW + timedelta(seconds=1)):
        assert await viewing(app).show(replace(first, at=first.at + passed))

    assert len(looked(app)) == 2


async def test_nobody_looks_for_somebody_else(app: App) -> None:
    document = file_document(app, plain())
    look = look_at(app, document, is_small=True)

    for actor in (BO, CARLA, BO):
        assert await viewing(app).show(replace(look, actor=actor))

    assert [who for who, _, _ in looked(app)] == ["bo", "carla"]
