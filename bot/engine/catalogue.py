"""The catalogue: all content, loaded, checked and read-only, as the engine sees it."""

from collections.abc import Mapping
from datetime import datetime, tzinfo

from msgspec import Struct

from bot.engine.days import DayWords
from bot.engine.faq import NO_FAQ, Faq
from bot.engine.flow import Flow
from bot.engine.listing import Listing
from bot.engine.match import Labels
from bot.engine.model import Fact, Frame, Text
from bot.engine.policy import Policy

ANSWERS = "~answers"
"""In place of a step: the labels of a flow's answers, for choosing the one to change."""


class Language(Struct, frozen=True):
    """A language people can choose: its name, direction (`ltr`, `rtl`) and other names.

    `fallback` is the language in which answers and names are told that are not there in this one;
    `answers` says which have to be: `all`, or the `most_asked`.
    """

    name: str
    direction: str = "ltr"
    also: tuple[str, ...] = ()
    fallback: str = ""
    answers: str = "all"


class ChannelRules(Struct, frozen=True):
    """What may be asked on a channel.

    `sensitive` steps: `ask` there, `link` to the web page, or `consent` first. `files`: taken
    `here` only, or by a `link` to the page as well.
    """

    sensitive: str = "ask"
    files: str = "here"


OPEN = ChannelRules()
"""The rules of a channel that the centre says nothing of."""


class Catalogue(Struct, frozen=True):
    """Everything a turn may look at.

    `flows` are those in force, `editions` also the older ones that conversations still pin.
    `phrases` are the system's own texts, `words` what people type for a command, folded.
    `labels` holds, by flow, version and step, the options in every language. `asks` are words that
    questions are known by, folded; `answers` the titles of entries and categories as options.
    `hears` are the names of flows that a sentence may start, folded; `small` words say nothing.
    """

    flows: Mapping[str, Flow]
    editions: Mapping[tuple[str, str], Flow]
    policies: Mapping[str, Policy]
    lists: Mapping[str, Listing]
    phrases: Mapping[str, Text]
    words: Mapping[str, str]
    labels: Mapping[tuple[str, str, str], Labels]
    titles: Labels
    languages: Mapping[str, Language]
    facts: Mapping[str, Fact]
    zone: tzinfo
    channels: Mapping[str, ChannelRules] = {}
    days: DayWords = DayWords()
    asks: frozenset[str] = frozenset()
    faq: Faq = NO_FAQ
    answers: Labels = Labels(())
    hears: Mapping[str, tuple[str, ...]] = {}
    small: frozenset[str] = frozenset()

    def flow(self, frame: Frame) -> Flow:
        """The flow a frame walks, in its own version where that is still kept."""
        return self.editions.get((frame.flow, frame.version)) or self.flows[frame.flow]

    def knows(self, frame: Frame) -> bool:
        """Whether the flow a frame walks is still there, in whatever version."""
        return frame.flow in self.flows or (frame.flow, frame.version) in self.editions

    @property
    def whole_languages(self) -> tuple[str, ...]:
        """The languages that fall back on no other: everything is written in them."""
        return tuple(code for code, one in self.languages.items() if not one.fallback)

    def local(self, now: datetime) -> datetime:
        """A moment in the centre's time zone."""
        return now.astimezone(self.zone)
