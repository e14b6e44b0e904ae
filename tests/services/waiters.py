"""Guests who wait for a room, and what the books say of them."""

from datetime import timedelta

from sqlalchemy import select

from bot.app import App
from bot.services.became import Became
from bot.store import holds
from bot.store.tables import holds as hold_table
from bot.store.tables import waiting_list
from tests.runner.lodge import Guest, Watch

OFFER = timedelta(hours=1)
"""How long the toy centre keeps a room for who waits."""
SECOND = timedelta(seconds=1)
NONE_LEFT = "All rooms are taken."


async def waits(app: App, watch: Watch, name: str) -> Guest:
    """A guest who comes when nothing is free, and waits."""
    guest = Guest(app, name)
    await guest.is_approved()
    await guest.says("1")
    assert guest.heard[-1] == "You are on the list."
    watch.passes(SECOND)
    return guest


async def gives_up(guest: Guest) -> None:
    await guest.says("cancel", "1")
    assert guest.heard[0] == "Your request is withdrawn."
    await guest.app.clock.tick()


def states(app: App) -> list[tuple[str, str]]:
    """The state of each hold, with its room."""
    found = select(hold_table.c.flat_id, hold_table.c.state).order_by(hold_table.c.id)
    return app.database.look(lambda tx: [(row[0], row[1]) for row in tx.execute(found)])


def places(app: App) -> list[str]:
    """The state of each place on the list."""
    found = select(waiting_list.c.state).order_by(waiting_list.c.id)
    return app.database.look(lambda tx: list(tx.execute(found).scalars()))


def offers(app: App, flat: str, *, offered: bool) -> None:
    """Staff offer or withhold a flat."""
    offer = app.services.stock.offer_flat
    assert app.database.transact(lambda tx: offer(tx, flat, app.now(), offered=offered))


def held_by(guest: Guest) -> int:
    """The id of what is held for a guest, or offered to them."""
    mine = select(hold_table.c.id).where(
        hold_table.c.contact_id == guest.contact_id, hold_table.c.state.in_(holds.TAKEN)
    )
    found = guest.app.database.look(lambda tx: tx.execute(mine).scalars().all())
    return int(found[0])


def released(app: App, hold_id: int) -> Became:
    """Staff end a hold."""
    release = app.services.stock.release
    return app.database.transact(
        lambda tx: release(tx, hold_id, "Staff", "It rains in.", app.now())
    )
