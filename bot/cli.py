"""What may be typed, and which command it runs."""

import argparse
import getpass
import sys
from collections.abc import Callable
from pathlib import Path

from bot.commands.answering import faq
from bot.commands.authoring import check, draw, plan, texts
from bot.commands.connecting import doctor, qr
from bot.commands.deciding import case, deposit, flat, waits
from bot.commands.operating import db, show_settings
from bot.commands.serving import serve
from bot.commands.staffing import audit, staff
from bot.commands.talking import chat
from bot.content.texts import BrokenTranslations
from bot.logs import start_log
from bot.readiness import NotReady
from bot.services.staff import ROLES
from bot.settings import Misconfigured, Settings, read_settings
from bot.store.database import Unavailable
from bot.web.staff.words import LANGUAGES, SOURCE

Command = Callable[[Settings, argparse.Namespace], int]
INTERRUPTED = 130
"""What a program ends with that Ctrl-C has stopped."""


def main() -> None:
    """Run the command that was typed; exit 2 with every problem when settings are wrong."""
    typed = _parser().parse_args()
    try:
        settings = read_settings()
        start_log(settings.log_level)
        sys.exit(typed.run(settings, typed))
    except Misconfigured as error:
        for problem in error.problems:
            print(problem, file=sys.stderr)
        sys.exit(2)
    except (NotReady, BrokenTranslations) as error:
        print(error, file=sys.stderr)
        sys.exit(1)
    except Unavailable:
        print("the database does not answer: see BOT_DATABASE_URL", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)


def _parser() -> argparse.ArgumentParser:
    about = "The chat assistant of a service centre."
    parser = argparse.ArgumentParser("talent-bot", description=about)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add(commands, "serve", serve)
    talk = _add(commands, "chat", chat)
    talk.add_argument("--name", default=_user(), help="who you are")
    talk.add_argument("--record", type=Path, help="write the transcript to this file")
    _add(commands, "check", check)
    drawing = _add(commands, "draw", draw)
    drawing.add_argument("flow")
    drawing.add_argument("--svg", action="store_true", help="SVG instead of Mermaid")
    drawing.add_argument("--language", default="en")
    _add(commands, "plan", plan)
    _add_faq(_add(commands, "faq", faq))
    _add(commands, "texts", texts)
    _add(commands, "settings", show_settings)
    _add(commands, "doctor", doctor)
    inviting = _add(commands, "qr", qr)
    inviting.add_argument("flow")
    inviting.add_argument("--days", type=int, default=0, help="1 to 30; without it, for ever")
    _add(commands, "db", db).add_argument("what", choices=["upgrade"])
    _add_staff(_add(commands, "case", case), ["list", "show", "approve", "refuse"])
    _add_staff(_add(commands, "deposit", deposit), ["list", "confirm", "refuse", "refund"])
    flats = _add(commands, "flat", flat)
    flats.add_argument("what", choices=["list", "offer", "withhold"])
    flats.add_argument("flat", nargs="?", default="")
    _add(commands, "waiting", waits)
    _add_accounts(_add(commands, "staff", staff))
    _add(commands, "audit", audit)
    return parser


def _user() -> str:
    """Who types; a container may run under a number that has no name."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "staff"


def _add(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, run: Command
) -> argparse.ArgumentParser:
    command = commands.add_parser(name, help=(run.__doc__ or "").split("\n")[0])
    command.set_defaults(run=run)
    return command


def _add_staff(command: argparse.ArgumentParser, choices: list[str]) -> None:
    command.add_argument("what", choices=choices)
    command.add_argument("reference", nargs="?", default="")
    command.add_argument("--by", default=_user(), help="who decides")
    command.add_argument("--reason", default="", help="what the applicant is told")


def _add_faq(command: argparse.ArgumentParser) -> None:
    command.add_argument("what", choices=["ask", "check", "export"])
    command.add_argument("question", nargs="?", default="", help="else one a line is read")
    command.add_argument("--language", default="", help="the language the person speaks")
    command.add_argument("--json", action="store_true", help="one JSON object a question")
    command.add_argument("--write", action="store_true", help="export into the files themselves")


def _add_accounts(command: argparse.ArgumentParser) -> None:
    command.add_argument("what", choices=["list", "add", "link", "close", "reopen"])
    command.add_argument("name", nargs="?", default="")
    command.add_argument("--role", choices=list(ROLES), default="", help="what they may do")
    command.add_argument("--language", choices=list(LANGUAGES), default=SOURCE)
    command.add_argument("--by", default=_user(), help="who does it")
