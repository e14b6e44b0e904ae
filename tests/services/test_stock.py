from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.app import App
from bot.content.stock import Building, Flat, MonthsOfRent, Payee, Subsidy, UnitType
from bot.engine.effects import Do
from bot.engine.policy import Edition, Policy
from bot.services.action import Acting
from bot.services.books import Books
from bot.services.letterbox import Letterbox
from bot.services.seeding import seed
from bot.services.stock import Stock
from bot.services.timeline import Timeline
from bot.services.waiting import WaitingList
from bot.store.database import Database
from bot.store.seal import Sealer
from bot.store.stock import free_flats
from tests.runner.lodge import KEY, Guest

TEA = {"en": "Tea"}
ALCOVE = Flat("alcove_1", "1", 1, date(2026, 12, 1))
PAVILION = Building(
    id="pavilion",
    name=TEA,
    operator=TEA,
    address=TEA,
    metro=TEA,
    map="https://maps.example/pavilion",
    deposit=MonthsOfRent(1),
    payee=Payee(TEA, TEA, "0000"),
    unit_types=(UnitType("alcove", TEA, 6, 300, "alcove.jpg", TEA, (ALCOVE,)),),
    subsidy=Subsidy("discount", "subsidy"),
)


def edition(valid_from: date, yuan: int) -> Edition:
    """An edition that gives those with a card so much a month."""
    return Edition(valid_from, "", {}, (), {"subsidy": {"card": {"later": yuan}}})


def offers(app: App, flat: str, *, offered: bool) -> bool:
    """Staff offer or withhold a flat."""
    offer = app.services.stock.offer_flat
    return app.database.transact(lambda tx: offer(tx, flat, app.now(), offered=offered))


@pytest.mark.parametrize(
    ("now", "later"),
    [
        (datetime(2026, 12, 31, 15, 59, tzinfo=UTC), 20_000),
        (datetime(2026, 12, 31, 16, 0, tzinfo=UTC), 10_000),
    ],
)
def test_an_amount_changes_at_midnight_where_the_centre_is(
    now: datetime, later: int, database: Database
) -> None:
    editions = (edition(date(2026, 1, 1), 100), edition(date(2027, 1, 1), 200))
    policies = {"discount": Policy("discount", ("likely",), editions)}
    sealer = Sealer([KEY])
    letterbox = Letterbox(sealer)
    timeline = Timeline(sealer)
    waiting = WaitingList(letterbox, timeline, 1)
    zone, books = ZoneInfo("Asia/Shanghai"), Books(sealer, timeline)
    stock = Stock(letterbox, timeline, books, waiting, policies, zone, 2)
    (listing,) = (action for action in stock.actions() if action.lists)
    do = Do("free_flats", 1, "lodge", "1", "flat", {"band": "card"}, {})

    database.transact(lambda tx: seed(tx, [PAVILION], now))
    outcome = database.transact(lambda tx: listing.run(Acting(tx, do, 1, "en", now)))

    assert [offer.facts["later"] for offer in outcome.offers] == [{"money": later}]


async def test_a_flat_that_was_withheld_since_it_was_shown_is_not_held(app: App) -> None:
    ana = Guest(app, "ana")
    await ana.is_approved()
    assert offers(app, "alcove_1", offered=False)

    await ana.says("1")

    assert ana.heard[0].startswith("Somebody took ")
    await ana.says("1")
    assert ana.heard[0].startswith("We hold Pavilion 2 ")


def test_a_flat_that_a_file_withholds_is_not_offered_from_the_start(database: Database) -> None:
    withheld = replace(ALCOVE, id="alcove_2", offered=False)
    unit_type = replace(PAVILION.unit_types[0], flats=(ALCOVE, withheld))
    now = datetime(2026, 12, 1, tzinfo=UTC)

    database.transact(lambda tx: seed(tx, [replace(PAVILION, unit_types=(unit_type,))], now))

    assert [one.id for one in database.look(lambda tx: free_flats(tx, 9))] == ["alcove_1"]
