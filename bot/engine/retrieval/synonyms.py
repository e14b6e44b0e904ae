"""Words that mean the same: a text that has one of them gets the first of its group as well."""

import re
from collections.abc import Sequence

from msgspec import Struct

_CLOSED = re.compile("[a-z0-9\u0370-\u06ff\uac00-\ud7af]")
"""Letters of scripts that set words apart; there a synonym counts as whole words only."""


class Synonyms(Struct, frozen=True):
    """One pattern for all words, and the first of the group of each."""

    pattern: re.Pattern[str] | None
    first: dict[str, str]

    def widen(self, text: str) -> str:
        """A folded text with the first words of the groups it touches."""
        if self.pattern is None:
            return text
        found = dict.fromkeys(self.first[word] for word in self.pattern.findall(text))
        missing = [words for words in found if words not in text]
        return " ".join((text, *missing))


def synonyms_of(groups: Sequence[Sequence[str]]) -> Synonyms:
    """Groups of folded words and phrases, ready to be looked for."""
    first = {words: group[0] for group in groups for words in group if words}
    longest = sorted(first, key=lambda words: (-len(words), words))
    if not longest:
        return Synonyms(None, {})
    return Synonyms(re.compile("|".join(map(_whole, longest))), first)


def _whole(words: str) -> str:
    before = r"(?<!\w)" if _CLOSED.match(words[0]) else ""
    after = r"(?!\w)" if _CLOSED.match(words[-1]) else ""
    return before + re.escape(words) + after
