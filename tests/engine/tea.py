"""Ana orders tea: the ways through the toy centre's flow that several tests begin with."""

from tests.catalogues import toy
from tests.engine.player import Player

ORDER: dict[str, str] = {
    "which_tea": "Black tea",
    "milk": "no",
    "leaf": "Longjing",
    "extras": "2",
    "cups": "3",
    "wish": "Nothing else",
    "day": "tomorrow",
    "guest": "Ana Núñez",
    "origin": "France",
    "phone": "13812345678",
    "email": "ana@example.org",
    "street": "Room 502, 12 Some Road",
    "card": "E12345678",
    "notice": "I agree",
    "photo": "I will show it at the door",
}
"""What Ana says at each step, up to the review."""


def ana(language: str = "en") -> Player:
    """Ana has just come in."""
    return Player(toy(), language)


def at(step: str) -> Player:
    """Ana on her way through the order, at one of its questions."""
    player = ana()
    player.opens("tea")
    while player.step != step:
        player.says(ORDER[player.step])
    return player


def ordered() -> Player:
    """Ana has sent her order and waits for her tea."""
    player = at("check")
    player.taps("send")
    assert player.step == "brew"
    return player


def seated() -> Player:
    """Ana has picked a seat and is asked to pay."""
    player = ordered()
    player.hears("brewing", "ready")
    player.taps("offer_1")
    assert player.step == "pay"
    return player
