"""What authors of flows need: check, draw, plan, translate."""

import argparse
import contextlib
import sys

from bot.content.check import check as check_content
from bot.content.draw import mermaid, svg
from bot.content.extract import update
from bot.content.load import read_content, texts_under
from bot.content.texts import Translations, read_catalogues
from bot.readiness import pinned_content, prepare
from bot.runner.plan import plan as plan_flows
from bot.services.services import make_services, vocabulary
from bot.settings import Settings
from bot.store.database import Database
from bot.store.seal import Sealer


def check(settings: Settings, typed: argparse.Namespace) -> int:
    """Check flows, content and translations; every problem with its file and line."""
    content, _ = read_content(settings.home)
    services = make_services(content, Sealer(["check" * 8]))
    problems = check_content(settings.home, vocabulary(services))
    for problem in problems:
        print(problem)
    flows = len(content.catalogue.flows)
    languages = ", ".join(content.catalogue.languages)
    print(f"{len(problems)} problems in {flows} flows, in {languages}")
    return 1 if problems else 0


def draw(settings: Settings, typed: argparse.Namespace) -> int:
    """Draw a flow as Mermaid text or as SVG."""
    content, _ = read_content(settings.home)
    flow = content.catalogue.flows.get(typed.flow)
    if flow is None:
        print(f"there is no flow {typed.flow!r}", file=sys.stderr)
        return 1
    picture = svg if typed.svg else mermaid
    translations = Translations(read_catalogues(settings.home))
    print(picture(flow, content.catalogue, typed.language, translations))
    return 0


def plan(settings: Settings, typed: argparse.Namespace) -> int:
    """Say what the flows here would mean for people half-way through; changes nothing."""
    database, sealer = Database(settings.database_url), Sealer(settings.secret_keys)
    translations = Translations(read_catalogues(settings.home))
    with contextlib.closing(database):
        prepare(database)
        content = pinned_content(settings, database, translations)
        plans = database.look(lambda tx: plan_flows(tx, sealer, content.catalogue))
    for name, one in sorted(plans.items()):
        print(f"{name}: {one.current} on this version already, {one.same} carry over unchanged")
        for questions, people in sorted(one.asks.items()):
            print(f"    {people} are asked {questions} question(s) again")
        if one.blocked:
            print(f"    {one.blocked} stay on their version: a milestone or the flow is gone")
    print("nothing was changed")
    return 0


def texts(settings: Settings, typed: argparse.Namespace) -> int:
    """Bring the translations up to date with the flows; translators then fill the gaps."""
    for path in update(settings.home, texts_under(settings.home)):
        print(path)
    return 0
