"""Ana orders tea on other channels than the web chat, under whatever rules a test needs."""

from msgspec.structs import replace

from bot.engine.catalogue import Catalogue, ChannelRules
from bot.engine.model import Text
from tests.catalogues import toy
from tests.engine.player import WEB, Player
from tests.engine.tea import ORDER

LINK, CONSENT = "telegram", "signal"
"""A channel where private questions are answered on the page, and one that asks where."""
FILES = "wechat"
"""A channel that asks everything, but takes files on the page as well."""
OVER = "system.visit_over"
"""What is said on the page when there is nothing more to answer."""

RULES = {
    LINK: ChannelRules(sensitive="link"),
    CONSENT: ChannelRules(sensitive="consent"),
    FILES: ChannelRules(files="link"),
}


def teahouse() -> Catalogue:
    """The toy centre's content, with rules for each channel."""
    return replace(toy().catalogue, channels=RULES)


def reworded() -> Catalogue:
    """The same after the text by which contacts agree was changed."""
    old = teahouse()
    changed = Text("system.abroad_question", "Messages in {channel} are read by nobody. Here?")
    return replace(old, phrases={**old.phrases, "abroad_question": changed})


def ana(channel: str, language: str = "en") -> Player:
    """Ana has just come in."""
    return Player(toy(), language, teahouse(), channel)


def at(step: str, channel: str = LINK) -> Player:
    """Ana on her way through the order, private questions answered on the page."""
    player = ana(channel)
    player.opens("tea")
    while player.step != step:
        goes_on(player)
    return player


def visiting(step: str, channel: str = LINK) -> Player:
    """Ana on the page, at one of the private questions of her order."""
    player = at(step, channel)
    player.visits()
    return player


def goes_on(player: Player) -> None:
    """Answer the open question where it was asked."""
    if player.conversation.aside:
        player.taps("page")
        return
    said = player.said[-1]
    if said.door and said.text.context == "system.private_page":
        player.visits()
    player.says(ORDER[player.step])
    if player.said[-1].channel != WEB:
        player.returns()
