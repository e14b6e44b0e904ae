"""`python -m bench`: what the program costs, beside a floor and beside its peers.

Everything runs on this machine, on addresses of its own; CPU is what the measured process used.
"""

import argparse
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from pathlib import Path

import uvloop

from bench import kill, telegram, web, wechat
from bench.floor import durable
from bench.step import measure

HOME = Path(__file__).resolve().parents[1]
CONTACTS = 500


async def step() -> None:
    """Print the figures of the pure step."""
    one = measure(HOME)
    print("the pure step, median microseconds a turn (goal <= 150)")
    print(f"  think {one.think:.0f}, into words {one.render:.0f}, state {one.state:.0f}")


def _sections(contacts: int) -> Mapping[str, Callable[[], Awaitable[None]]]:
    return {
        "step": step,
        "floor": partial(durable, contacts),
        "telegram": telegram.compare,
        "web": web.play,
        "wechat": wechat.play,
        "kill": kill.compare,
    }


async def _run(names: list[str], contacts: int) -> None:
    sections = _sections(contacts)
    for name in names or sections:
        await sections[name]()


def main() -> None:
    """Print a table for each section that is asked for, or for all."""
    parser = argparse.ArgumentParser("bench", description=__doc__)
    parser.add_argument("sections", nargs="*", metavar="section", help=", ".join(_sections(0)))
    parser.add_argument("--contacts", type=int, default=CONTACTS, help="in the floor's section")
    typed = parser.parse_args()
    unknown = set(typed.sections) - _sections(0).keys()
    if unknown:
        parser.error(f"there is no section {', '.join(sorted(unknown))}")
    uvloop.run(_run(typed.sections, typed.contacts))


if __name__ == "__main__":
    main()
