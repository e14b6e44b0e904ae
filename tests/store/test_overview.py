from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import insert

from bot.store.database import Database, Transaction
from bot.store.overview import (
    Failure,
    Office,
    Purses,
    due_now,
    failures,
    files_to_fetch,
    held_back,
    office,
    purses_by_channel,
)
from bot.store.tables import (
    allowances,
    attachments,
    buildings,
    cases,
    contacts,
    deposits,
    flats,
    holds,
    inbox,
    outbox,
    unit_types,
    waiting_list,
)

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
TODAY = NOW.date()
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TONIGHT = NOW + 12 * HOUR


def _contact(tx: Transaction, channel: str, address: str) -> int:
    values = {"channel": channel, "address": address, "created_at": NOW}
    return int(tx.execute(insert(contacts).values(values).returning(contacts.c.id)).scalar_one())


def _case(tx: Transaction, contact: int, n: int, flow: str, state: str, due: date) -> None:
    values = {
        "reference": f"A-{n}",
        "contact_id": contact,
        "flow": flow,
        "version": "1",
        "frame": 0,
        "state": state,
        "answers": b"",
        "submitted_at": NOW,
        "due_on": due,
    }
    tx.execute(insert(cases).values(values))


def _inbox(tx: Transaction, contact: int) -> int:
    values = {
        "channel": "toy",
        "update_id": f"of {contact}",
        "contact_id": contact,
        "input": b"",
        "received_at": NOW,
    }
    return int(tx.execute(insert(inbox).values(values).returning(inbox.c.id)).scalar_one())


@pytest.fixture
def ana(database: Database) -> int:
    return database.transact(lambda tx: _contact(tx, "toy", "ana"))


def test_messages_are_counted_as_due_held_or_failed_and_sent_ones_not_at_all(
    database: Database, ana: int
) -> None:
    ways: tuple[dict[str, object], ...] = (
        {"due_at": NOW - HOUR},
        {"due_at": NOW + HOUR},
        {"due_at": NOW - HOUR, "is_held": True},
        {"failed_at": NOW - DAY, "problem": "refused with 403"},
        {"failed_at": NOW - DAY, "problem": "refused with 403"},
        {"failed_at": NOW - HOUR},
        {"failed_at": NOW - 8 * DAY, "problem": "long ago"},
        {"sent_at": NOW},
    )

    def keep(tx: Transaction) -> None:
        update = _inbox(tx, ana)
        for n, way in enumerate(ways):
            message = {
                "contact_id": ana,
                "inbox_id": update,
                "channel": "toy",
                "n": n,
                "message": b"",
                "made_at": NOW,
            }
            tx.execute(insert(outbox).values({**message, **way}))

    database.transact(keep)

    assert database.look(lambda tx: due_now(tx, NOW)) == {"toy": 1}
    assert database.look(held_back) == {"toy": 1}
    assert database.look(lambda tx: failures(tx, NOW - 7 * DAY)) == [
        Failure("toy", "refused with 403", 2),
        Failure("toy", "", 1),
    ]


def test_a_contact_counts_once_by_the_allowance_that_lasts_longest(database: Database) -> None:
    given = {
        "both": ((1, 3, NOW + HOUR), (2, 1, NOW + 20 * HOUR)),
        "ending": ((1, 3, NOW + HOUR),),
        "spent": ((1, 0, NOW + HOUR),),
        "closed": ((1, 3, NOW - HOUR),),
    }

    def keep(tx: Transaction) -> None:
        for name, grants in given.items():
            contact = _contact(tx, "toy", name)
            for lasts, calls, closes in grants:
                values = {
                    "contact_id": contact,
                    "lasts": lasts,
                    "calls": calls,
                    "closes_at": closes,
                    "granted_at": NOW,
                }
                tx.execute(insert(allowances).values(values))

    database.transact(keep)

    assert database.look(lambda tx: purses_by_channel(tx, NOW, TONIGHT)) == {"toy": Purses(2, 1)}


def test_the_office_counts_what_ends_today_who_waits_and_what_is_reported(
    database: Database, ana: int
) -> None:
    ends = (("held", HOUR), ("held", 2 * DAY), ("released", HOUR))

    def keep(tx: Transaction) -> None:
        tx.execute(insert(buildings).values(id="house", facts="{}"))
        tx.execute(
            insert(unit_types).values(id="room", building_id="house", rent_fen=1, facts="{}")
        )
        for n, (state, lasts) in enumerate(ends):
            flat = {"id": f"{n}", "unit_type_id": "room", "number": f"{n}", "floor": 1}
            tx.execute(insert(flats).values({**flat, "available_from": TODAY}))
            hold = {"flat_id": f"{n}", "contact_id": ana, "frame": n, "state": state}
            when = {"made_at": NOW, "expires_at": NOW + lasts}
            added = insert(holds).values({**hold, **when}).returning(holds.c.id)
            order = {"reference": f"D-{n}", "hold_id": tx.execute(added).scalar_one()}
            state = "reported" if n else "ordered"
            rest = {"contact_id": ana, "frame": n, "amount_fen": 1, "state": state}
            tx.execute(insert(deposits).values({**order, **rest, "ordered_at": NOW}))
        for state in ("waiting", "left"):
            place = {"contact_id": ana, "frame": 0, "state": state, "joined_at": NOW}
            tx.execute(insert(waiting_list).values(place))

    database.transact(keep)

    assert database.look(lambda tx: office(tx, NOW, TONIGHT)) == Office(1, 1, 2)


def test_files_that_lie_with_a_platform_are_counted(database: Database, ana: int) -> None:
    def keep(tx: Transaction) -> None:
        values = {
            "inbox_id": _inbox(tx, ana),
            "contact_id": ana,
            "album": "",
            "attachment": b"",
            "due_at": NOW,
            "received_at": NOW,
        }
        tx.execute(insert(attachments).values(values))

    database.transact(keep)

    assert database.look(files_to_fetch) == 1
