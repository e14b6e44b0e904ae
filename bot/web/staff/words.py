"""The console's own words. They belong to the program, not to a centre: English and Chinese."""

from pathlib import Path

from babel import Locale
from babel.messages.pofile import read_po

LOCALES = Path(__file__).parents[1] / "locales"
SOURCE = "en"
"""The language the pages are written in."""
LANGUAGES = {SOURCE: "English", "zh_Hans": "中文"}


def N_(source: str) -> str:  # noqa: N802 - the name gettext's tools look for
    """Mark words in Python code that a page will say."""
    return source


class Words:
    """Says the console's words in one language."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.known = {} if language == SOURCE else _read(language)

    def __call__(self, source: str, **facts: object) -> str:
        """The words for a source sentence, with facts in place of `{names}`."""
        words = self.known.get(source) or source
        return words.format(**facts) if facts else words


def _read(language: str) -> dict[str, str]:
    with (LOCALES / language / "LC_MESSAGES" / "console.po").open(encoding="utf-8") as lines:
        catalogue = read_po(lines, Locale.parse(language), abort_invalid=True)
    return {
        str(message.id): str(message.string)
        for message in catalogue
        if message.id and message.string and not message.fuzzy
    }
