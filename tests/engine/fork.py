"""A flow whose two ways meet again, written for the tests of going back."""

from tests.catalogues import toy, written
from tests.engine.player import Player

FORK = """
flow: fork
title: Fork
steps:
  - step: way
    ask: choice
    text: Which way?
    options:
      - {option: left, text: Left}
      - {option: right, text: Right, go: right_word}
  - step: left_word
    ask: text
    text: Left word?
    go: last
  - step: right_word
    ask: text
    text: Right word?
  - step: last
    ask: text
    text: Last word?
  - step: check
    ask: review
    text: "{answers}"
    options:
      - {option: send, text: Send}
  - step: place
    do: place_order
    outcomes:
      placed: {milestone: sent, text: "Sent."}
  - step: more
    ask: text
    text: Anything more?
  - step: really
    ask: text
    text: Really?
"""


def fork() -> Player:
    """Ana at the first question of the fork."""
    player = Player(toy(), catalogue=written(toy(), FORK))
    player.opens("fork")
    return player
