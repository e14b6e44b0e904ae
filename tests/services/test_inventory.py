from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

from bot.app import App
from bot.services.became import Became
from bot.store.audit import Wanted, entries
from bot.store.database import Transaction
from bot.store.inventory import Kind, holds_of_flat, read_items
from tests.runner.lodge import Guest, Watch
from tests.services.inventories import (
    BEN,
    applies,
    deletes,
    flat,
    stock_of,
)


def test_of_two_who_change_the_same_the_second_changes_nothing(app: App) -> None:
    one = stock_of(app)[Kind.FLAT, "alcove_1"]
    first = replace(one, values={**one.values, "floor": 7})
    second = replace(one, values={**one.values, "floor": 8})

    became = applies(app, first), applies(app, second, actor=BEN)

    assert became == (Became.DONE, Became.CHANGED)
    now = stock_of(app)[one.key]
    assert (now.values["floor"], now.revision) == (7, 2)
    logged = app.database.look(lambda tx: entries(tx, Wanted(about="flat alcove_1"), 9))
    assert [(one.who, one.action, one.details) for one in logged] == [
        ("eva", "change_flat", '{"changes":{"floor":[1,7]}}')
    ]


def test_an_import_is_done_whole_or_not_at_all(app: App) -> None:
    stale = replace(stock_of(app)[Kind.FLAT, "alcove_1"], revision=9)

    assert applies(app, flat(8), stale) is Became.CHANGED
    assert applies(app, flat(8), flat(9, unit_type_id="attic")) is Became.CHANGED
    assert (Kind.FLAT, "alcove_8") not in stock_of(app)


def test_only_what_was_never_used_is_deleted(app: App) -> None:
    applies(app, flat(3))

    became = [
        deletes(app, Kind.FLAT, "alcove_3", revision=2),
        deletes(app, Kind.FLAT, "alcove_3"),
        deletes(app, Kind.UNIT_TYPE, "alcove"),
        deletes(app, Kind.BUILDING, "pavilion"),
    ]

    assert became == [Became.CHANGED, Became.DONE, Became.IN_USE, Became.IN_USE]
    logged = app.database.look(lambda tx: entries(tx, Wanted(action="delete_flat"), 9))
    assert '"floor":3' in logged[0].details


async def test_a_flat_that_was_held_stays_and_tells_of_it(app: App) -> None:
    ana = Guest(app, "ana")
    await ana.holds()
    held = next(
        item.id
        for item in app.database.look(read_items)
        if item.kind == Kind.FLAT and app.database.look(partial(holds_of_flat, flat_id=item.id))
    )

    assert deletes(app, Kind.FLAT, held) is Became.IN_USE
    (one,) = app.database.look(lambda tx: holds_of_flat(tx, held))
    assert (one.state, one.ended_at, one.case[:2]) == ("held", None, "A-")


async def test_what_is_offered_anew_goes_to_who_waits(app: App, watch: Watch) -> None:
    for name in ("ana", "bo"):
        await Guest(app, name).holds()
    carla = Guest(app, "carla")
    await carla.is_approved()
    await carla.says("1")
    watch.passes(timedelta(minutes=1))

    assert applies(app, flat(3)) is Became.DONE

    def offered(tx: Transaction) -> list[str]:
        found = holds_of_flat(tx, "alcove_3")
        return [one.state for one in found]

    assert app.database.look(offered) == ["offered"]


def test_the_log_keeps_the_beginning_of_a_long_value(app: App) -> None:
    building = stock_of(app)[Kind.BUILDING, "pavilion"]
    kept: Any = building.values["facts"]
    facts = {**kept, "name": {"names": {"en": "x" * 90_000, "zh_Hans": "凉亭"}}}

    applies(app, replace(building, values={"facts": facts}))

    (entry,) = app.database.look(lambda tx: entries(tx, Wanted(action="change_building"), 9))
    assert 500 < len(entry.details) < 1000
