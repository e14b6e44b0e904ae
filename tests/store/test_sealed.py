"""What stands in the database of a whole story: nothing that somebody typed or photographed."""

from pathlib import Path

import msgspec
import psycopg
from sqlalchemy import inspect
from sqlalchemy.engine import make_url

from bot.app import App
from bot.store.database import Database
from bot.store.documents import open_part
from bot.store.tables import documents
from tests.runner.lodge import JPEG, Guest, cases_of, confirm
from tests.toy_channel import TOY

NAME = "Ana Núñez"
REASON = "her passport has expired"
TYPED = (
    NAME.encode(),
    "Núñez".encode(),
    NAME.encode("utf-16-le"),
    msgspec.json.encode(NAME)[1:-1],
    b"her passport",
    JPEG,
    JPEG[3:40],
    b"We hold Pavilion",
)


async def test_nothing_personal_can_be_read_in_the_database(app: App) -> None:
    ana = Guest(app, "ana", TOY)
    await ana.holds(NAME)
    await ana.sends()
    assert confirm(ana)
    await app.clock.tick()
    bo = Guest(app, "bo")
    await bo.submits(NAME)
    reference = cases_of(bo)[-1].reference
    decide = app.services.cases.decide
    app.database.transact(
        lambda tx: decide(tx, reference, approve=False, by="Staff", now=app.now(), reason=REASON)
    )
    await app.clock.tick()

    content = everything(app.database)

    assert b"A-" in content
    assert [words for words in TYPED if words in content] == []


async def test_what_is_kept_opens_again(app: App) -> None:
    ana = Guest(app, "ana")
    await ana.submits(NAME)

    query = documents.select()
    (row,) = app.database.look(lambda tx: tx.execute(query).all())

    assert app.database.look(lambda tx: open_part(tx, app.sealer, row.id)) == JPEG
    assert app.database.look(lambda tx: open_part(tx, app.sealer, row.id, 1)) is None


def everything(database: Database) -> bytes:
    """Every byte of a SQLite database and its log, or every value of a PostgreSQL database."""
    if database.is_sqlite:
        path = Path(make_url(database.url).database or "")
        return b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*"))
    names = database.look(lambda tx: inspect(tx).get_table_names())
    url = database.url.replace("postgresql+psycopg", "postgresql")
    with psycopg.connect(url) as connection:
        rows = [row for name in names for row in connection.execute(f'SELECT * FROM "{name}"')]
    return b"\n".join(_bytes(value) for row in rows for value in row)


def _bytes(value: object) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()
