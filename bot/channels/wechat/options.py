"""How the options of a message are numbered, and found again by the number of a tap."""

from collections.abc import Sequence

from bot.engine.model import Button, Message

PER_MESSAGE = 100
"""Ids of one message's options; only whole numbers above 0 come back from a tap."""


def options_of(message: Message) -> Sequence[Button | None]:
    """The options as they are numbered: those of cards first, then the buttons."""
    return (*(card.button for card in message.cards), *message.buttons)


def id_of(n: int, number: int) -> int:
    """The id of the option with this number in the contact's `n`th message; 0 if it has none."""
    return n * PER_MESSAGE + number if n > 0 and 0 < number < PER_MESSAGE else 0


def message_of(id: int) -> int:
    """Which message an option belongs to."""
    return id // PER_MESSAGE


def option_of(message: Message, id: int) -> Button | None:
    """The option with this id, if the message has it."""
    options = options_of(message)
    number = id % PER_MESSAGE
    return options[number - 1] if 0 < number <= len(options) else None
