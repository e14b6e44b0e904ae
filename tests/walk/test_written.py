"""What is remembered of a contact: written and read again at any moment, it is the same."""

from collections.abc import Callable, Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.engine.effects import Do, Say, Turn
from bot.engine.model import Conversation, Tapped
from bot.engine.turn import take_turn
from tests.catalogues import toy
from tests.engine.abroad import CONSENT, FILES, LINK, OVER, at
from tests.engine.player import WEB, Player
from tests.engine.script import NOON, Script, remembered
from tests.walk.soak import Heard, Soak
from tests.walk.states import toy_catalogues

CATALOGUES = toy_catalogues()
LONGEST = 60
"""Turns of a dialogue: enough to go wrong in, and to come from the seat to the end."""
BEGINNINGS = ("which_tea", "extras", "phone", "check", "brew", "seat", "pay")
"""Where a dialogue begins; from the review on, one answer leads to one action or several."""
Keeps = Callable[[Conversation], Conversation]


def come_to(step: str, channel: str) -> Player:
    """Ana on her way through the order, or through what follows when it was sent."""
    if step not in ("brew", "seat", "pay"):
        return at(step, channel)
    player = at("check", channel)
    player.taps("send")
    if step != "brew":
        player.hears("brewing", "ready")
    if step == "pay":
        player.taps("offer_1")
    assert player.step == step
    return player


def soaked_from(begin: str, channel: str, seed: int, turns: int) -> tuple[Conversation, Soak]:
    """Where Ana stood, and whatever came to her mind from there on."""
    player = come_to(begin, channel)
    soak = Soak(toy(), CATALOGUES, seed, channel)
    soak.goes_on_from(player.conversation, player.all_said)
    for _ in range(turns):
        soak.turn()
    return player.conversation, soak


def taken(conversation: Conversation, heard: Iterable[Heard], keeps: Keeps) -> list[Turn]:
    """The same dialogue; `keeps` is what becomes of the conversation before every input."""
    turns = []
    for one in heard:
        for given_now in (one.given, *one.done):
            turn = take_turn(one.catalogue, keeps(conversation), given_now, one.now, one.here)
            conversation = turn.conversation
            turns.append(turn)
    return turns


def in_memory(conversation: Conversation) -> Conversation:
    """The conversation as a turn left it."""
    return conversation


@pytest.mark.parametrize("channel", [WEB, LINK, CONSENT, FILES])
@given(st.sampled_from(BEGINNINGS), st.integers(0, 2**32), st.integers(1, LONGEST))
def test_a_conversation_written_at_any_moment_goes_on_as_one_that_was_not(
    channel: str, begin: str, seed: int, turns: int
) -> None:
    conversation, soak = soaked_from(begin, channel, seed, turns)

    kept = taken(conversation, soak.heard, in_memory)
    written = taken(conversation, soak.heard, remembered)

    assert written == kept
    assert written[-1].conversation == soak.conversation


def test_a_conversation_may_be_written_while_an_action_is_performed() -> None:
    player = come_to("check", LINK)
    send = Tapped(player.token("send"))
    turn = take_turn(player.catalogue, player.conversation, send, NOON, WEB)
    wanted = turn.effects[-1]
    assert isinstance(wanted, Do)
    done = Script(player.catalogue)(wanted)

    after = take_turn(player.catalogue, turn.conversation, done, NOON, WEB)
    again = take_turn(player.catalogue, remembered(turn.conversation), done, NOON, WEB)

    assert again == after
    assert [say.text.context for say in again.effects if isinstance(say, Say)] == [
        "tea.place.placed",
        "tea.brew",
        OVER,
    ]
