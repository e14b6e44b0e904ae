"""What tests do with one case: as staff, and as the flow that hands it in once more."""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from sqlalchemy import select

from bot.app import App
from bot.engine.effects import Do
from bot.engine.model import Answer, Input, Value
from bot.services.action import Acting, Outcome
from bot.services.became import Became
from bot.services.case_view import CaseView
from bot.store.cases import Case
from bot.store.database import Transaction
from bot.store.tables import inbox
from tests.runner.lodge import Guest, cases_of

REASON = "the paper cannot be read"


def case_of(guest: Guest) -> Case:
    """The newest case of a guest."""
    return cases_of(guest)[-1]


def answers_of(app: App, case: Case) -> dict[str, Answer]:
    """The answers a case holds."""
    plain = app.sealer.open(case.answers, f"case:{case.reference}")
    return msgspec.json.decode(plain, type=dict[str, Answer])


def view_of(guest: Guest) -> CaseView:
    """What staff see of a guest's newest case."""
    app, reference = guest.app, case_of(guest).reference
    view = app.database.look(lambda tx: app.services.cases.view(tx, reference))
    assert view is not None
    return view


def told(guest: Guest) -> list[tuple[str, str, str]]:
    """The timeline of a guest's newest case: what happened, by whom, the words."""
    return [(one.kind.value, one.who, one.words) for one in view_of(guest).timeline]


def asks_again(
    guest: Guest, step: str = "paper", reason: str = REASON, revision: int | None = None
) -> Became:
    """Staff ask a guest for one step once more."""
    app, case = guest.app, case_of(guest)
    seen = case.revision if revision is None else revision
    return app.database.transact(
        lambda tx: app.services.cases.ask_again(
            tx, case.reference, step, reason=reason, by="Staff", now=app.now(), revision=seen
        )
    )


def does(guest: Guest, name: str, *given: Any, **more: Any) -> Became:
    """Staff do something else to a guest's newest case."""
    app, case = guest.app, case_of(guest)
    work: Callable[..., Became] = getattr(app.services.cases, name)
    return app.database.transact(
        lambda tx: work(tx, case.reference, *given, by="Staff", now=app.now(), **more)
    )


def hand_in(
    guest: Guest, changed: Mapping[str, Value] | None = None, language: str = "en"
) -> Outcome:
    """The flow hands in a guest's answers once more, some of them changed."""
    app, case = guest.app, case_of(guest)
    answers = answers_of(app, case)
    answers |= {
        name: Answer(value, "contact", app.now()) for name, value in (changed or {}).items()
    }
    do = Do("submit_case", case.frame, case.flow, case.version, case.step, {}, answers)
    submit = app.services.actions()["submit_case"].run

    def work(tx: Transaction) -> Outcome:
        return submit(Acting(tx, do, case.contact_id, language, app.now()))

    return app.database.transact(work)


def left_for(guest: Guest) -> list[Input]:
    """The inputs staff left for a guest, the oldest first."""
    rows = select(inbox.c.update_id, inbox.c.input).where(
        inbox.c.contact_id == guest.contact_id, inbox.c.channel == "staff"
    )
    found = guest.app.database.look(lambda tx: tx.execute(rows.order_by(inbox.c.id)).all())
    opened = (guest.app.sealer.open(one.input, f"inbox:staff:{one.update_id}") for one in found)
    return [msgspec.json.decode(plain, type=Input) for plain in opened]
