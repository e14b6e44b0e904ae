"""What staff decide from the command line: cases and deposits."""

import argparse
import sys

from bot.app import App, now, opened
from bot.services.reference import tidy_reference
from bot.services.stock import FEN, title
from bot.settings import Settings
from bot.store import deposits, stock
from bot.store.cases import SUBMITTED, find_case, list_cases

ROWS = 200
"""Rows a list prints: more is for the console."""


def case(settings: Settings, typed: argparse.Namespace) -> int:
    """List cases, or decide one; its contact is told in the chat."""
    if typed.what == "refuse" and not typed.reason:
        return _no_reason()
    with opened(settings) as app:
        if typed.what == "list":
            for one in app.database.look(lambda tx: list_cases(tx, SUBMITTED, ROWS)):
                print(f"{one.reference}  {one.flow}  due {one.due_on}  {one.channel}")
            return 0
        reference = tidy_reference(typed.reference)
        if typed.what == "show":
            return _show_case(app, reference)
        approve = typed.what == "approve"
        decided = app.database.transact(
            lambda tx: app.services.cases.decide(
                tx, reference, approve=approve, by=typed.by, now=now(), reason=typed.reason
            )
        )
        if decided is None:
            print(f"{reference} is not waiting for a decision", file=sys.stderr)
            return 1
        print(f"{reference} is {decided.state}; the applicant is told in the chat")
        return 0


def _show_case(app: App, reference: str) -> int:
    found = app.database.look(lambda tx: find_case(tx, reference))
    if found is None:
        print(f"there is no case {reference}", file=sys.stderr)
        return 1
    catalogue = app.content.catalogue
    voice = app.renderer.voice(app.content.centre.source_language)
    print(f"{found.reference}  {found.flow}  {found.state}  due {found.due_on}")
    for line in app.services.cases.lines(found, catalogue):
        print(f"  {voice.fact(line)}")
    return 0


def deposit(settings: Settings, typed: argparse.Namespace) -> int:
    """List deposits, or say whether one has arrived; its contact is told in the chat."""
    if typed.what == "refuse" and not typed.reason:
        return _no_reason()
    with opened(settings) as app:
        if typed.what == "list":
            states = (deposits.ORDERED, deposits.REPORTED)
            for one in app.database.look(lambda tx: deposits.list_deposits(tx, states, ROWS)):
                print(f"{one.reference}  {one.amount_fen / FEN:.2f}  {one.state}")
            return 0
        reference = tidy_reference(typed.reference)
        confirms = typed.what == "confirm"
        if confirms:
            done = app.database.transact(
                lambda tx: app.services.deposits.confirm(tx, reference, typed.by, now())
            )
        else:
            done = app.database.transact(
                lambda tx: app.services.deposits.refuse(
                    tx, reference, typed.by, typed.reason, now()
                )
            )
        if not done:
            print(f"{reference} is not waiting for that", file=sys.stderr)
            return 1
        became = "confirmed" if confirms else "refused"
        print(f"{reference}: {became}; the applicant is told in the chat")
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
        if not app.database.transact(lambda tx: stock.offer_flat(tx, typed.flat, offered=offered)):
            print(f"there is no flat {typed.flat}", file=sys.stderr)
            return 1
        print(f"{typed.flat} is {'offered' if offered else 'withheld'}")
        return 0


def _no_reason() -> int:
    print("a refusal needs --reason: the applicant is told it", file=sys.stderr)
    return 2
