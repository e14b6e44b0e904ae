"""The conversation every bot is measured on: ten questions with plain answers."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

Kind = Literal["choice", "text", "number", "date"]


@dataclass(frozen=True, slots=True)
class Question:
    """One question; an answer that is valid to one of them is, where it can be, to the next."""

    step: str
    kind: Kind
    text: str
    options: tuple[str, ...] = ()


QUESTIONS = (
    Question("colour", "choice", "Which colour do you like?", ("Red", "Green", "Blue")),
    Question("reason", "text", "Why that one?"),
    Question("rooms", "number", "How many rooms shall be painted, from 1 to 9?"),
    Question("street", "text", "In which street?"),
    Question("day", "date", "On which day? Please type it like 2027-03-04."),
    Question("bell", "text", "Whose name is at the bell?"),
    Question("ladder", "choice", "Do you have a ladder?", ("Yes", "No")),
    Question("floor", "text", "Which floor is it on?"),
    Question("painters", "number", "How many painters shall come, from 1 to 9?"),
    Question("wish", "text", "Is there anything else?"),
)
STEPS = len(QUESTIONS)
DONE = STEPS + 1
"""The place in the conversation that comes after the last question."""
LOST = -1
"""The place of somebody whose conversation the bot does not know any more."""

FLOW = "painters"
START = f"/start {FLOW}"
NOTHING = "Nothing is going on here."
REJECTED = "Please try again."

_PLACE = re.compile(r"Question (\d+):")
_ENDED = "All ten:"


def asked(number: int) -> str:
    """A question as every bot asks it; its number comes first, options have their own."""
    question = QUESTIONS[number - 1]
    lines = [f"Question {number}: {question.text}"]
    lines += [f"{n}. {option}" for n, option in enumerate(question.options, start=1)]
    return "\n".join(lines)


def answer(number: int, person: int) -> str:
    """What a person says to a question."""
    kind = QUESTIONS[number - 1].kind
    return {
        "choice": str(1 + person % 2),
        "number": str(1 + person % 9),
        "date": f"2027-03-{1 + person % 28:02}",
        "text": f"words {number} of person {person}",
    }[kind]


def accepts(number: int, said: str) -> bool:
    """Whether an answer will do, as the peers judge it."""
    question = QUESTIONS[number - 1]
    match question.kind:
        case "choice":
            return said.isdecimal() and 1 <= int(said) <= len(question.options)
        case "number":
            return said.isdecimal() and 1 <= int(said) <= 9
        case "date":
            return _is_date(said)
        case "text":
            return 0 < len(said) <= 200


def ended(answers: dict[str, str]) -> str:
    """The last message: it repeats the answers given in words."""
    given = (answers.get(one.step, "") for one in QUESTIONS if one.kind == "text")
    return f"{_ENDED} {' | '.join(given)}"


def place(text: str) -> int | None:
    """Which question a message asks, `DONE` after the last, `LOST`, or nothing we know."""
    if _ENDED in text:
        return DONE
    if NOTHING in text:
        return LOST
    found = _PLACE.search(text)
    return int(found[1]) if found else None


def is_right(text: str, person: int) -> bool:
    """Whether the last message repeats exactly what the person said."""
    said = {one.step: answer(n, person) for n, one in enumerate(QUESTIONS, start=1)}
    return ended(said) in text


def _is_date(said: str) -> bool:
    try:
        date.fromisoformat(said)
    except ValueError:
        return False
    return True
