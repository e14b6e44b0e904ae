"""Names what the console shows of the centre, in the language of who looks."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from textwrap import shorten

from bot.channels.fetched import TERMINAL, WEB
from bot.engine.catalogue import Catalogue
from bot.engine.flow import Ask, Await, Flow
from bot.engine.model import Text
from bot.services.staff import Signed
from bot.web.staff.page import Pages, Voice
from bot.web.staff.words import N_, SOURCE, Words

PLACEHOLDER = re.compile(r"\{[a-z0-9_.]+\}")
SHORT = 30
"""Letters of a text that stands for its step."""
OWN_CHANNELS: Mapping[str, str] = {WEB: N_("Web chat"), TERMINAL: N_("Terminal")}


@dataclass(frozen=True, slots=True)
class Names:
    """The words for flows, steps, channels and languages."""

    catalogue: Catalogue
    voice: Voice
    words: Words

    def text(self, text: Text) -> str:
        """A text of the centre's."""
        return self.voice.fact({"text": [text.context, text.source]})

    def flow(self, name: str) -> str:
        """The title of a flow; its name where the flow is gone."""
        flow = self.catalogue.flows.get(name)
        return self.text(flow.title) if flow else name

    def step(self, flow: Flow, step_id: str) -> str:
        """The label of a step's answer, and else the beginning of what is said there."""
        step = flow.by_id.get(step_id)
        if isinstance(step, Ask) and step.label is not None:
            return self.text(step.label)
        if isinstance(step, Ask | Await):
            words = shorten(
                PLACEHOLDER.sub("…", self.voice.words(step.text)), SHORT, placeholder=" …"
            )
            return words.replace("… …", "…")
        return step_id.replace("_", " ")

    def channel(self, name: str) -> str:
        """The name of a channel."""
        if name in OWN_CHANNELS:
            return self.words(OWN_CHANNELS[name])
        phrase = f"channel_{name}"
        known = phrase in self.catalogue.phrases
        return self.voice.fact({"phrase": phrase}) if known else name

    def language(self, code: str) -> str:
        """The name of a language, in itself."""
        known = self.catalogue.languages.get(code)
        return known.name if known else code


def names_for(pages: Pages, catalogue: Catalogue, signed: Signed) -> Names:
    """The names in the language of a member of staff."""
    language = signed.language if signed.language in pages.words else SOURCE
    return Names(catalogue, pages.voices[language], pages.words[language])
