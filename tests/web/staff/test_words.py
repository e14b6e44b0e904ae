import re

import pytest
from babel.messages.extract import extract_from_dir

from bot.web.staff.words import LANGUAGES, LOCALES, SOURCE, Words

METHODS = [("staff/**.py", "python"), ("templates/staff/**.html", "jinja2")]
KEYWORDS = {"_": None, "N_": None, "words": None}
OTHERS = [language for language in LANGUAGES if language != SOURCE]


def said() -> set[str]:
    """Every sentence of the console, as it stands in code and templates."""
    found = extract_from_dir(str(LOCALES.parent), METHODS, keywords=KEYWORDS)
    return {str(source) for _, _, source, _, _ in found}


def names(words: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", words))


@pytest.mark.parametrize("language", OTHERS)
def test_the_console_says_everything_in_every_language_it_speaks(language: str) -> None:
    known = Words(language).known

    assert said() - known.keys() == set()
    assert known.keys() - said() == set()


@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_names_the_facts_its_source_names(language: str) -> None:
    differ = {
        source for source, words in Words(language).known.items() if names(source) != names(words)
    }

    assert differ == set()
