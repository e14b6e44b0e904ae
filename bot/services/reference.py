"""References that people read out and staff type: short, unguessable, no look-alike letters."""

from collections.abc import Callable

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""No 0 or O, no 1, I or L, no U: what is misread on paper or over the telephone."""
LENGTH = 7
"""Letters of a reference: 30^7 are 22 thousand million, far more than anybody can try."""

Draw = Callable[[int], int]
"""Draws a whole number below its argument; the composition root brings it."""


def new_reference(prefix: str, draw: Draw) -> str:
    """A new reference such as `A-7K3FQ2M`."""
    letters = "".join(ALPHABET[draw(len(ALPHABET))] for _ in range(LENGTH))
    return f"{prefix}-{letters}"


def tidy_reference(typed: str) -> str:
    """A reference as staff typed it, in the form it is kept in."""
    return typed.strip().upper().replace(" ", "").replace("–", "-")
