"""A flow that is handed in at a desk, written for the tests of what staff ask again."""

from tests.catalogues import toy, written
from tests.engine.player import Player

CANCEL = """cancel:
  text: Take it back?
  do: withdraw_order
  outcomes:
    cancelled: Taken back.
    too_late: Too late.
"""
DESK = f"""
flow: desk
title: Desk
{CANCEL}steps:
  - step: way
    ask: choice
    text: Which way?
    options:
      - {{option: left, text: Left}}
      - {{option: right, text: Right, go: right_word}}
      - {{option: neither, text: Neither, go: end}}
  - step: left_word
    ask: text
    text: Left word?
    go: pledge
  - step: right_word
    ask: text
    text: Right word?
  - step: second_word
    ask: text
    text: Another right word?
  - step: pledge
    ask: choice
    text: Do you promise?
    options:
      - {{option: promise, text: I promise, milestone: promised}}
  - step: papers
    ask: upload
    text: Papers?
  - step: check
    ask: review
    text: "{{answers}}"
    options:
      - {{option: send, text: Send}}
  - step: place
    do: place_order
    outcomes:
      placed: {{milestone: sent, text: Sent.}}
  - step: look
    await: decision
    text: We look at it.
    outcomes:
      approved: {{text: Approved.}}
      refused: {{text: Refused., go: end}}
  - step: more
    ask: text
    text: Anything more?
"""


THAT_IS_ALL = "That is all"


def handed_in(source: str = DESK) -> Player:
    """Ana has handed in what the desk asked for, and waits."""
    player = Player(toy(), catalogue=written(toy(), source))
    player.opens("desk")
    player.says("left", "one", "I promise")
    player.sends("a", "b")
    player.says(THAT_IS_ALL)
    player.taps("send")
    assert player.step == "look"
    return player
