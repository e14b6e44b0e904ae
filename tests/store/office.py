"""What staff do in a year, as far as it asks the database something."""

from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from itertools import product

from bot.app import App
from bot.content.faq.overlay import Worded
from bot.engine.effects import Query
from bot.services.additions import NewEntry, read_additions
from bot.services.audit import Actor
from bot.services.became import Became
from bot.services.inventory import Inventory
from bot.store import answers, funnel, holds, ledger, overview, questions
from bot.store.answers import Tally, Told
from bot.store.case_list import SORTS, CaseFilter, CaseSort, case_list, count_cases
from bot.store.cases import OPEN
from bot.store.database import Transaction
from bot.store.deposit_pages import Wanted, deposits_page
from bot.store.inventory import Kind, find_item, holds_of_flat, taken_states
from bot.store.waiting import waiters
from tests.runner.lodge import Guest
from tests.services.casework import case_of, does
from tests.toy_channel import TOY

STAFF = Actor("staff", "manager")
DUE = date(2026, 12, 4)
DAY = timedelta(days=1)


def staff_edit_the_stock(app: App) -> None:
    """A flat is added, changed and deleted; one that was held is looked at."""
    look, transact, now = app.database.look, app.database.transact, app.now()
    held = next(iter(look(taken_states)))
    assert look(lambda tx: holds_of_flat(tx, held))
    known = look(lambda tx: find_item(tx, Kind.FLAT, held))
    assert known is not None
    inventory = Inventory(app.audit, app.services.waiting_list)
    one = replace(known, id="alcove_9", revision=0)
    for item in (one, replace(one, revision=1)):
        apply = partial(inventory.apply, wanted=[item], actor=STAFF, now=now)
        assert transact(apply) is Became.DONE
    delete = partial(inventory.delete, kind=Kind.FLAT, item_id=one.id, revision=2)
    assert transact(partial(delete, actor=STAFF, now=now)) is Became.DONE


def staff_read_the_books(app: App) -> None:
    """Lists of holds, of those who wait and of deposits; a day's lines and the sums."""
    look, now = app.database.look, app.now()
    listed, _ = look(lambda tx: holds.list_holds(tx, holds.TAKEN, 50))
    assert look(lambda tx: waiters(tx, 50)) == ([], 0)
    take_off = app.services.waiting_list.take_off
    app.database.transact(lambda tx: take_off(tx, 1, "not there", now))
    wanted = Wanted(("confirmed",), now - DAY, now, "pavilion", "D-")
    found, count = look(lambda tx: deposits_page(tx, wanted, 50))
    assert (len(listed), len(found), count) == (1, 1, 1)
    assert look(lambda tx: ledger.lines_of(tx, found[0].reference))
    assert look(lambda tx: ledger.day(tx, now - DAY, now)).lines
    assert look(ledger.sums)["pavilion"].kept_fen


def staff_work_on_cases(app: App, guest: Guest) -> None:
    """Every filter and order there is, and all that is done to one case."""
    cases, look, now, today = app.services.cases, app.database.look, app.now(), DUE
    filters = (
        CaseFilter(),
        CaseFilter(states=OPEN, assignee=""),
        CaseFilter(flow="lodge", channel=TOY, language="en", assignee="Bo"),
        CaseFilter(due_before=today),
        CaseFilter(overdue_on=today),
        CaseFilter(submitted_from=now - DAY, submitted_to=now),
        CaseFilter(reference="A-2"),
        cases.found(CaseFilter(), "ana nunez"),
    )
    for wanted, by in product(filters, SORTS):
        look(partial(case_list, wanted=wanted, sort=CaseSort(by), limit=50))
    look(lambda tx: count_cases(tx, today))
    look(lambda tx: list(cases.export(tx, CaseFilter(flow="lodge"))))
    look(lambda tx: cases.view(tx, case_of(guest).reference))
    does(guest, "assign", "Bo", revision=case_of(guest).revision)


def staff_answer_questions(app: App) -> None:
    """Questions are kept, looked at, settled and opened again; answers are added and removed."""
    additions, look, transact, now = (
        app.additions,
        app.database.look,
        app.database.transact,
        app.now(),
    )
    asked = [Query(f"what is number {n}", "en", "unknown") for n in range(4)]
    transact(lambda tx: app.wondering.take_down(tx, asked, now))
    transact(lambda tx: answers.add(tx, {Told("dogs", "en", now.date()): Tally(told=1)}))
    assert look(lambda tx: answers.tallies(tx, [now.date()]))
    assert look(lambda tx: answers.tallies(tx, [now.date()], "dogs"))
    assert look(questions.count_open) == len(asked)
    kept = look(lambda tx: questions.newest(tx, questions.OPEN, 10))
    first, second, *others = [one.id for one in kept]
    new = NewEntry("visiting", DUE, {"en": Worded("Numbers", "Many.")})
    for act in (
        partial(additions.add_ways, ids=[first], entry="dogs"),
        partial(additions.add_entry, new=new, ids=[second], taken=()),
        partial(additions.put_aside, ids=others),
        partial(additions.reopen, ids=others),
    ):
        assert transact(partial(act, actor=STAFF, now=now)) is Became.DONE
    assert len(look(read_additions)[1]) == 2
    removed = partial(additions.remove, entry="dogs", addition_id=1, actor=STAFF, now=now)
    assert transact(removed) is Became.DONE


def staff_count(app: App) -> None:
    """What the overview reads."""
    now, today = app.now(), app.now().date()

    def read(tx: Transaction) -> object:
        return (
            overview.failures(tx, now - DAY),
            overview.due_now(tx, now),
            overview.held_back(tx),
            overview.files_to_fetch(tx),
            overview.purses_by_channel(tx, now, now + DAY),
            overview.office(tx, now, now + DAY),
            funnel.reached(tx, "lodge", today - DAY, today),
            funnel.places(tx),
        )

    assert app.database.look(read)
