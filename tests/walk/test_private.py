"""What is typed for a private question is not said in a chat where nobody agreed to it."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.engine.model import Message
from tests.engine.abroad import CONSENT, LINK, at, reworded
from tests.engine.player import Player, buttons
from tests.engine.tea import ORDER

SECRETS = tuple(ORDER[step] for step in ("phone", "email", "street", "card"))
"""What Ana types for the private questions, right or wrong, asked or not."""
BEGINNINGS = ("origin", "phone", "street", "notice", "check")
SHORTEST, LONGEST = 10, 30
"""Things done one after the other: enough to agree, answer everything and look at it again."""
AGREE = "Here in the chat"
DOINGS = st.sampled_from(
    [
        *["answer"] * 6,
        *["tap here", "tap page", f"say {AGREE}", "visit", "return", "say change"] * 2,
        *(f"say {typed}" for typed in (*SECRETS, "1", "2", "no", "keep")),
        *(f"say {command}" for command in ("help", "status", "back", "menu", "cancel", "中文")),
        *(f"say {label}" for label in ("Telephone", "Guest card", "Order tea", "E12")),
        *(f"tap {option}" for option in ("phone", "email", "~change", "~keep", "no_card", "send")),
        *("reword", "reword", "wait", "come"),
    ]
)


@dataclass(slots=True)
class Ana:
    """Ana, of whom is known from what she did whether she agreed to be asked in the chat."""

    player: Player
    agreed: bool = False
    reworded: bool = False

    def does(self, doing: str) -> None:
        """Do one thing."""
        match doing.split(" ", 1):
            case ["say", words]:
                self._says(words)
            case ["tap", option]:
                self._taps(option)
            case ["answer"]:
                self._says(ORDER.get(self.player.step, "help"))
            case ["visit"]:
                self.player.visits()
            case ["return"]:
                self.player.returns()
            case ["wait"]:
                self.player.waits(hours=4)
            case ["come"]:
                self.player.opens("tea")
            case _:
                self._reads_other_words()

    def in_the_chat(self) -> Iterator[Message]:
        """What was said in the chat in the last turn, in words."""
        for say, message in zip(self.player.said, self.player.shown(), strict=True):
            if not say.channel:
                yield message

    @property
    def _is_asked_where(self) -> bool:
        aside = self.player.conversation.aside
        return aside is not None and aside.kind == "abroad"

    def _says(self, words: str) -> None:
        self.agreed = self.agreed or (self._is_asked_where and words in (AGREE, "1"))
        self.player.says(words)

    def _taps(self, option: str) -> None:
        shown = (button.token for say in self.player.all_said for button in buttons(say))
        if any(token.endswith(f".{option}") for token in shown):
            self.agreed = self.agreed or (self._is_asked_where and option == "here")
            self.player.taps(option)

    def _reads_other_words(self) -> None:
        """The centre words anew what contacts agree to: nobody has agreed to that yet."""
        self.agreed = self.agreed and self.reworded
        self.reworded = True
        self.player.remembers(reworded())
        self.player.says("help")


def words_of(message: Message) -> str:
    """Everything a message shows, without the spaces that a number is shown with."""
    return "".join((message.text, *(button.label for button in message.buttons))).replace(" ", "")


def given_away(ana: Ana) -> list[tuple[str, str]]:
    """The secrets that the chat has just shown, each with the words around it."""
    shown = [words_of(message) for message in ana.in_the_chat()]
    hidden = [secret.replace(" ", "") for secret in SECRETS]
    return [(secret, words) for words in shown for secret in hidden if secret in words]


@pytest.mark.parametrize("channel", [LINK, CONSENT])
@given(st.sampled_from(BEGINNINGS), st.lists(DOINGS, min_size=SHORTEST, max_size=LONGEST))
def test_a_chat_shows_nothing_private_unless_the_contact_agreed(
    channel: str, begin: str, doings: list[str]
) -> None:
    ana = Ana(at(begin, channel))
    ana.player.returns()

    for doing in doings:
        ana.does(doing)
        assert ana.agreed or not given_away(ana), doing


def test_who_agreed_reads_in_the_chat_what_they_typed() -> None:
    ana = Ana(at("phone", CONSENT))

    for doing in ("tap here", *["answer"] * 6):
        ana.does(doing)

    assert ana.player.step == "check"
    assert ana.player.read() == ("tea.check",)
    assert [secret for secret, _ in given_away(ana)] == [s.replace(" ", "") for s in SECRETS]


def test_what_was_typed_in_the_chat_is_hidden_there_once_the_words_agreed_to_change() -> None:
    ana = Ana(at("phone", CONSENT))
    for doing in ("tap here", *["answer"] * 5):
        ana.does(doing)
    assert ana.player.step == "photo"

    ana.does("reword")
    ana.does("say change")

    assert "Telephone" in ana.player.question[1]
    assert given_away(ana) == []
