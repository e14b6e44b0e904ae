"""The Lodge with answers, and what it could not answer."""

from functools import partial
from pathlib import Path

from bot.app import App
from bot.engine.effects import Query
from bot.services.audit import Actor
from bot.services.became import Became
from bot.store.additions import Addition, in_force
from bot.store.questions import ASIDE, ENTRY, OPEN, WAY, KeptQuestion, newest
from tests.engine.answers import CHINESE, ENGLISH
from tests.runner.lodge import make_home

EDITOR = Actor("Ed", "editor")
STATES = (OPEN, WAY, ENTRY, ASIDE)


def make_answering_home(folder: Path) -> Path:
    """The Lodge's folder, with what the Teahouse answers."""
    home = make_home(folder)
    (home / "content" / "faq").mkdir()
    (home / "content" / "faq" / "visiting.yaml").write_text(ENGLISH)
    (home / "locales" / "zh_Hans" / "faq").mkdir()
    (home / "locales" / "zh_Hans" / "faq" / "visiting.yaml").write_text(CHINESE)
    return home


def asks(
    app: App,
    *texts: str,
    language: str = "en",
    outcome: str = "unknown",
    entries: tuple[str, ...] = (),
) -> None:
    """People ask, one after the other."""
    for text in texts:
        query = Query(text, language, outcome, entries)
        take_down = partial(app.wondering.take_down, queries=[query], now=app.now())
        app.database.transact(take_down)


def asked(app: App) -> dict[str, KeptQuestion]:
    """Every question that is kept, by its words."""
    kept = app.database.look(lambda tx: [one for state in STATES for one in newest(tx, state, 100)])
    return {app.additions.words(one): one for one in kept}


def added(app: App) -> list[Addition]:
    """What is added and not removed."""
    return app.database.look(in_force)


def adds_way(app: App, entry: str, *words: str) -> Became:
    """Staff make questions ways of asking an entry."""
    ids = [asked(app)[one].id for one in words]
    add = app.additions.add_ways
    return app.database.transact(lambda tx: add(tx, ids, entry, EDITOR, app.now()))


def removes(app: App, entry: str, addition_id: int) -> Became:
    """Staff remove an addition."""
    remove = app.additions.remove
    return app.database.transact(lambda tx: remove(tx, entry, addition_id, EDITOR, app.now()))
