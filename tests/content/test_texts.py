from collections.abc import Mapping
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from bot.content.extract import extract, update
from bot.content.notes import Placed
from bot.content.problem import Place
from bot.content.texts import (
    BrokenTranslations,
    Known,
    Translations,
    read_catalogues,
)
from bot.engine.model import Text

HEAD = """\
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: {plural}\\n"
"""
TEA = Text("tea.which", "Which tea would you like?")
CUPS = Text("tea.cups", "One cup", "{count} cups", "count")
MILK = Text("tea.milk", "With milk?")
GERMAN = """
msgctxt "tea.which"
msgid "Which tea would you like?"
msgstr "Welcher Tee darf es sein?"

msgctxt "tea.cups"
msgid "One cup"
msgid_plural "{count} cups"
msgstr[0] "Eine Tasse"
msgstr[1] "{count} Tassen"
"""
BY_ONE = "nplurals=2; plural=(n != 1);"
POLISH_RULE = (
    "nplurals=3; plural=(n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : 2);"
)


def translations_under(home: Path) -> Mapping[str, Known]:
    """What is translated to which language under a home."""
    return Translations(read_catalogues(home)).known


def write(home: Path, language: str, messages: str, plural: str = BY_ONE) -> Path:
    path = home / "locales" / language / "LC_MESSAGES" / "bot.po"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(HEAD.format(plural=plural) + messages, "utf-8")
    return path


def translations(home: Path) -> Translations:
    return Translations(read_catalogues(home))


def known(home: Path, language: str = "de") -> Known:
    return translations_under(home)[language]


# reading


def test_translations_are_found_by_language_context_and_source(tmp_path: Path) -> None:
    write(tmp_path, "de", GERMAN)

    read = translations_under(tmp_path)

    assert read == {
        "de": {
            ("tea.which", "Which tea would you like?"): "Welcher Tee darf es sein?",
            ("tea.cups", "One cup"): ("Eine Tasse", "{count} Tassen"),
        }
    }


def test_empty_and_doubtful_translations_count_as_missing(tmp_path: Path) -> None:
    write(
        tmp_path,
        "de",
        """
#, fuzzy
msgctxt "tea.which"
msgid "Which tea would you like?"
msgstr "Welcher Kaffee?"

msgctxt "tea.milk"
msgid "With milk?"
msgstr ""

msgctxt "tea.cups"
msgid "One cup"
msgid_plural "{count} cups"
msgstr[0] "Eine Tasse"
msgstr[1] ""
""",
    )

    assert known(tmp_path) == {}


def test_a_centre_without_translations_has_none(tmp_path: Path) -> None:
    assert translations_under(tmp_path) == {}


def test_a_broken_file_is_named_with_its_line(tmp_path: Path) -> None:
    write(tmp_path, "de", '\nmsgidd "Tea"\nmsgstr "Tee"\n')

    with pytest.raises(BrokenTranslations, match=r"bot\.po:6: "):
        read_catalogues(tmp_path)


def test_a_folder_that_is_no_language_is_refused(tmp_path: Path) -> None:
    write(tmp_path, "klingonese", "")

    with pytest.raises(BrokenTranslations, match="klingonese"):
        read_catalogues(tmp_path)


def test_a_plural_rule_that_is_no_rule_is_refused(tmp_path: Path) -> None:
    write(tmp_path, "de", GERMAN, plural="nplurals=2; plural=n ++ 1;")

    with pytest.raises(BrokenTranslations, match=r"bot\.po: "):
        read_catalogues(tmp_path)


# finding words


def test_a_text_is_said_in_the_language_asked_for(tmp_path: Path) -> None:
    write(tmp_path, "de", GERMAN)

    assert translations(tmp_path).text(TEA, "de") == "Welcher Tee darf es sein?"
    assert translations(tmp_path).text(TEA, "en") == TEA.source


def test_what_is_not_translated_is_said_as_it_was_written(tmp_path: Path) -> None:
    write(tmp_path, "de", "")

    assert translations(tmp_path).text(MILK, "de") == "With milk?"
    assert translations(tmp_path).plural(CUPS, "de", 1) == "One cup"
    assert translations(tmp_path).plural(CUPS, "de", 2) == "{count} cups"


def test_the_same_words_in_another_context_are_another_text(tmp_path: Path) -> None:
    write(tmp_path, "de", GERMAN)

    assert translations(tmp_path).text(Text("coffee.which", TEA.source), "de") == TEA.source


@pytest.mark.parametrize(
    ("n", "words"), [(1, "filiżanka"), (3, "filiżanki"), (5, "filiżanek"), (22, "filiżanki")]
)
def test_the_plural_follows_the_rule_of_the_language(tmp_path: Path, n: int, words: str) -> None:
    write(
        tmp_path,
        "pl",
        """
msgctxt "tea.cups"
msgid "One cup"
msgid_plural "{count} cups"
msgstr[0] "filiżanka"
msgstr[1] "filiżanki"
msgstr[2] "filiżanek"
""",
        POLISH_RULE,
    )

    assert translations(tmp_path).plural(CUPS, "pl", n) == words


def test_a_language_without_plurals_says_one_form_for_all(tmp_path: Path) -> None:
    write(
        tmp_path,
        "zh_Hans",
        """
msgctxt "tea.cups"
msgid "One cup"
msgid_plural "{count} cups"
msgstr[0] "{count} 杯"
""",
        "nplurals=1; plural=0;",
    )

    said = [translations(tmp_path).plural(CUPS, "zh_Hans", n) for n in (1, 2)]

    assert said == ["{count} 杯", "{count} 杯"]


# bringing up to date


def at(text: Text, path: str, line: int) -> Placed:
    return Placed(text, Place(path, line), "text")


def test_the_template_holds_each_text_with_its_place_in_the_order_of_places(
    tmp_path: Path,
) -> None:
    template = extract(
        [
            at(CUPS, "flows/tea.yaml", 9),
            at(TEA, str(tmp_path / "flows" / "tea.yaml"), 4),
            at(MILK, "flows/milk.yaml", 2),
            at(Text("tea.empty", ""), "flows/tea.yaml", 5),
        ],
        tmp_path,
    )

    found = [(m.context, m.id, m.locations) for m in template if m.id]

    assert found == [
        ("tea.milk", "With milk?", [("flows/milk.yaml", 2)]),
        ("tea.which", "Which tea would you like?", [("flows/tea.yaml", 4)]),
        ("tea.cups", ("One cup", "{count} cups"), [("flows/tea.yaml", 9)]),
    ]


def test_an_update_keeps_translations_and_adds_what_is_new(tmp_path: Path) -> None:
    path = write(tmp_path, "de", GERMAN)
    before = known(tmp_path)

    changed = update(tmp_path, [at(TEA, "flows/tea.yaml", 4), at(CUPS, "flows/tea.yaml", 6)])
    update(tmp_path, [at(TEA, "flows/tea.yaml", 4), at(CUPS, "f.yaml", 6), at(MILK, "f.yaml", 9)])

    assert changed == (path,)
    assert known(tmp_path) == before
    assert 'msgid "With milk?"\nmsgstr ""' in path.read_text("utf-8")


def test_a_changed_text_is_doubtful_until_somebody_looks_at_it(tmp_path: Path) -> None:
    path = write(tmp_path, "de", GERMAN)
    changed = Text(TEA.context, "Which tea would you like today?")

    update(tmp_path, [at(changed, "flows/tea.yaml", 4)])

    with path.open(encoding="utf-8") as lines:
        message = read_po(lines).get(changed.source, changed.context)
    assert message is not None
    assert message.fuzzy
    assert message.string == "Welcher Tee darf es sein?"
    assert translations(tmp_path).text(changed, "de") == changed.source


def test_a_text_that_comes_back_finds_its_translation(tmp_path: Path) -> None:
    write(tmp_path, "de", GERMAN)
    before = known(tmp_path)

    update(tmp_path, [at(TEA, "flows/tea.yaml", 4)])
    without = known(tmp_path)
    update(tmp_path, [at(TEA, "flows/tea.yaml", 4), at(CUPS, "flows/tea.yaml", 6)])

    assert len(without) == 1
    assert known(tmp_path) == before


def test_a_second_update_changes_nothing_and_neither_do_moved_lines(tmp_path: Path) -> None:
    write(tmp_path, "de", GERMAN)
    update(tmp_path, [at(TEA, "flows/tea.yaml", 4), at(MILK, "flows/tea.yaml", 8)])

    changed = update(tmp_path, [at(TEA, "flows/tea.yaml", 40), at(MILK, "flows/tea.yaml", 80)])

    assert changed == ()


def test_a_language_begins_as_an_empty_folder(tmp_path: Path) -> None:
    (tmp_path / "locales" / "zh_Hans").mkdir(parents=True)

    (path,) = update(tmp_path, [at(CUPS, "flows/tea.yaml", 4)])

    assert path == tmp_path / "locales" / "zh_Hans" / "LC_MESSAGES" / "bot.po"
    assert "nplurals=1; plural=0;" in path.read_text("utf-8")
    assert translations_under(tmp_path) == {"zh_Hans": {}}


def test_the_file_names_no_day_and_nobody(tmp_path: Path) -> None:
    path = write(tmp_path, "de", '"Last-Translator: Ana <ana@example.org>\\n"\n' + GERMAN)

    update(tmp_path, [at(TEA, "flows/tea.yaml", 4)])

    written = path.read_text("utf-8")
    assert "Date" not in written
    assert "Ana" not in written
    assert written.endswith('"\n')
