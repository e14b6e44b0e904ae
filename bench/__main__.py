"""`python -m bench`: what the program costs, beside a floor and beside its peers.

Everything runs on this machine, on addresses of its own; CPU is what the measured process used.
"""

import argparse
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from pathlib import Path

import uvloop

from bench import console, kill, telegram, web, wechat
from bench.faq import play as faq
from bench.floor import durable
from bench.step import measure

HOME = Path(__file__).resolve().parents[1]
QUESTIONS = HOME.parent / "shared" / "faq-data"
"""Where the questions of others lie that answers are sought for; they are no part of this."""
CONTACTS = 500
CASES = 50_000
ON_DEMAND = ("seed",)
"""Sections that run only where they are named."""


async def step() -> None:
    """Print the figures of the pure step."""
    one = measure(HOME)
    print("the pure step, median microseconds a turn (goal <= 150)")
    print(f"  think {one.think:.0f}, into words {one.render:.0f}, state {one.state:.0f}")


def _sections(typed: argparse.Namespace) -> Mapping[str, Callable[[], Awaitable[None]]]:
    centre = typed.cases, typed.database
    return {
        "step": step,
        "floor": partial(durable, typed.contacts),
        "telegram": telegram.compare,
        "web": web.play,
        "wechat": wechat.play,
        "kill": kill.compare,
        "faq": partial(faq.play, typed.data),
        "console": partial(console.compare, *centre),
        "seed": partial(console.keep, *centre),
    }


async def _run(typed: argparse.Namespace) -> None:
    sections = _sections(typed)
    for name in typed.sections or [one for one in sections if one not in ON_DEMAND]:
        await sections[name]()


def main() -> None:
    """Print a table for each section that is asked for, or for all."""
    parser = argparse.ArgumentParser("bench", description=__doc__)
    parser.add_argument("--contacts", type=int, default=CONTACTS, help="in the floor's section")
    parser.add_argument("--cases", type=int, default=CASES, help="of the large centre, from 500")
    parser.add_argument(
        "--database", default="", help="where that centre is kept; default: nowhere"
    )
    parser.add_argument("--data", type=Path, default=QUESTIONS, help="the folder of questions")
    known = _sections(parser.parse_args([]))
    parser.add_argument("sections", nargs="*", metavar="section", help=", ".join(known))
    typed = parser.parse_args()
    unknown = set(typed.sections) - known.keys()
    if unknown:
        parser.error(f"there is no section {', '.join(sorted(unknown))}")
    uvloop.run(_run(typed))


if __name__ == "__main__":
    main()
