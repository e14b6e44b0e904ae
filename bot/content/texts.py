"""Reads the translations and finds the words of a text in a language."""

from collections.abc import Callable, Iterator, Mapping
from gettext import c2py
from pathlib import Path
from typing import TypeAlias

from babel import Locale, UnknownLocaleError
from babel.messages.catalog import Catalog
from babel.messages.pofile import PoFileError, read_po

from bot.engine.model import Text

Words: TypeAlias = str | tuple[str, ...]
"""A translation; of a text with a plural its forms, in the order of the language's rule."""
Known: TypeAlias = dict[tuple[str, str], Words]
"""The translations into one language by context and source."""

PLACE = "LC_MESSAGES/bot.po"


class BrokenTranslations(Exception):
    """A file of translations cannot be read; says which and where."""


def catalogue_paths(home: Path) -> dict[str, Path]:
    """Where the translations into each language stand, whether or not there are any yet."""
    folders = sorted(path for path in (home / "locales").glob("*") if path.is_dir())
    return {folder.name: folder / PLACE for folder in folders}


def read_catalogues(home: Path) -> dict[str, Catalog]:
    """The translations under `home`, by language."""
    paths = catalogue_paths(home).items()
    return {language: read_catalogue(path, language) for language, path in paths if path.is_file()}


def read_catalogue(path: Path, language: str) -> Catalog:
    """The translations into one language."""
    try:
        locale = Locale.parse(language)
        with path.open(encoding="utf-8") as lines:
            catalogue = read_po(lines, locale, abort_invalid=True)
        c2py(catalogue.plural_expr)
    except PoFileError as error:
        raise BrokenTranslations(f"{path}:{error.lineno + 1}: {error}") from error
    except (ValueError, LookupError, UnknownLocaleError) as error:
        raise BrokenTranslations(f"{path}: {error}") from error
    return catalogue


def known_in(catalogue: Catalog) -> Known:
    """What a catalogue translates; a text that is empty or doubtful (fuzzy) is left out."""
    return dict(_known(catalogue))


def _known(catalogue: Catalog) -> Iterator[tuple[tuple[str, str], Words]]:
    for message in catalogue:
        words = message.string
        if not message.id or not words or message.fuzzy:
            continue
        if isinstance(message.id, str) and isinstance(words, str):
            yield (message.context or "", message.id), words
        elif all(words):
            yield (message.context or "", message.id[0]), tuple(words)


class Translations:
    """Finds words; what is not translated is said as it was written."""

    def __init__(self, catalogues: Mapping[str, Catalog]) -> None:
        self.known = {language: known_in(found) for language, found in catalogues.items()}
        self._form: dict[str, Callable[[int], int]] = {
            language: c2py(found.plural_expr) for language, found in catalogues.items()
        }

    def add(self, answers: Mapping[str, Known]) -> None:
        """Know the words of answers as well, by language."""
        both = {
            language: {**self.known.get(language, {}), **more} for language, more in answers.items()
        }
        self.known = {**self.known, **both}

    def text(self, text: Text, language: str) -> str:
        """The words of a text."""
        words = self._find(text, language)
        if words is None:
            return text.source
        return words if isinstance(words, str) else words[0]

    def plural(self, text: Text, language: str, n: int) -> str:
        """The words of a text about `n` things."""
        words = self._find(text, language) if text.plural else None
        if isinstance(words, tuple):
            return words[min(self._form[language](n), len(words) - 1)]
        if words is None and text.plural and n != 1:
            return text.plural
        return self.text(text, language)

    def _find(self, text: Text, language: str) -> Words | None:
        known = self.known.get(language)
        return known.get((text.context, text.source)) if known else None
