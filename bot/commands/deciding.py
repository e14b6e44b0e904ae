"""What staff decide from the command line: cases, deposits and flats."""

import argparse
import sys

from bot.app import App, now, opened
from bot.services.became import Became
from bot.services.flats import title
from bot.services.reference import tidy_reference
from bot.services.stock import FEN
from bot.settings import Settings
from bot.store import deposits, stock, waiting
from bot.store.case_list import CaseFilter, CaseSort, case_list
from bot.store.cases import OPEN

ROWS = 200
"""Rows a list prints: more is for the console."""


def case(settings: Settings, typed: argparse.Namespace) -> int:
    """List cases, or decide one; its contact is told in the chat."""
    if typed.what == "refuse" and not typed.reason:
        return _no_reason("refusal")
    with opened(settings) as app:
        if typed.what == "list":
            return _list_cases(app)
        reference = tidy_reference(typed.reference)
        if typed.what == "show":
            return _show_case(app, reference)
        approve = typed.what == "approve"
        came = app.database.transact(
            lambda tx: app.services.cases.decide(
                tx, reference, approve=approve, by=typed.by, now=now(), reason=typed.reason
            )
        )
        if came is not Became.DONE:
            print(f"{reference} is not waiting for a decision", file=sys.stderr)
            return 1
        became = "approved" if approve else "refused"
        print(f"{reference} is {became}; the applicant is told in the chat")
        return 0


def _list_cases(app: App) -> int:
    wanted = CaseFilter(states=OPEN)
    rows, _ = app.database.look(lambda tx: case_list(tx, wanted, CaseSort(), ROWS))
    for one in rows:
        print(f"{one.reference}  {one.flow}  {one.state}  due {one.due_on}  {one.channel}")
    return 0


def _show_case(app: App, reference: str) -> int:
    view = app.database.look(lambda tx: app.services.cases.view(tx, reference))
    if view is None:
        print(f"there is no case {reference}", file=sys.stderr)
        return 1
    case, voice = view.case, app.renderer.voice(app.content.centre.source_language)
    print(f"{case.reference}  {case.flow}  {case.state}  due {case.due_on}")
    for one in view.answers:
        facts = {"label": one.label, "answer": one.shown}
        print(f"  {voice.fact({'phrase': 'answer_line', 'facts': facts})}")
    return 0


def deposit(settings: Settings, typed: argparse.Namespace) -> int:
    """List deposits, or confirm, refuse or refund one; its contact is told in the chat."""
    if typed.what in ("refuse", "refund") and not typed.reason:
        return _no_reason("refusal" if typed.what == "refuse" else "refund")
    with opened(settings) as app:
        if typed.what == "list":
            states = (deposits.ORDERED, deposits.REPORTED)
            for one in app.database.look(lambda tx: deposits.list_deposits(tx, states, ROWS)):
                print(f"{one.reference}  {one.amount_fen / FEN:.2f}  {one.state}")
            return 0
        reference = tidy_reference(typed.reference)
        done = _decide_deposit(app, typed.what, reference, typed.by, typed.reason)
        if done is not Became.DONE:
            print(f"{reference} is not waiting for that", file=sys.stderr)
            return 1
        print(f"{reference}: {PAST[typed.what]}; the applicant is told in the chat")
        return 0


PAST = {"confirm": "confirmed", "refuse": "refused", "refund": "refunded"}


def _decide_deposit(app: App, what: str, reference: str, by: str, reason: str) -> Became:
    services, database = app.services.deposits, app.database
    if what == "confirm":
        return database.transact(lambda tx: services.confirm(tx, reference, by, now()))
    decide = services.refuse if what == "refuse" else services.refund
    return database.transact(lambda tx: decide(tx, reference, by, reason, now()))


def waits(settings: Settings, typed: argparse.Namespace) -> int:
    """List who waits for a flat, in order, with their cases."""
    with opened(settings) as app:
        zone = app.content.centre.zone
        for one in app.database.look(lambda tx: waiting.waiters(tx, ROWS))[0]:
            joined = one.joined_at.astimezone(zone)
            print(f"{one.number}  {joined:%Y-%m-%d %H:%M}  {one.case or '-'}  {one.channel}")
    return 0


def flat(settings: Settings, typed: argparse.Namespace) -> int:
    """List flats with who has them, or take one out of what is offered and put it back."""
    with opened(settings) as app:
        if typed.what == "list":
            voice = app.renderer.voice(app.content.centre.source_language)
            for one, state in app.database.look(stock.all_flats):
                print(f"{one.id}  {voice.fact(title(one))}  {one.rent_fen / FEN:.2f}  {state}")
            return 0
        offered = typed.what == "offer"
        offer = app.services.stock.offer_flat
        if not app.database.transact(lambda tx: offer(tx, typed.flat, now(), offered=offered)):
            print(f"there is no flat {typed.flat}", file=sys.stderr)
            return 1
        print(f"{typed.flat} is {'offered' if offered else 'withheld'}")
        return 0


def _no_reason(what: str) -> int:
    print(f"a {what} needs --reason: the applicant is told it", file=sys.stderr)
    return 2
