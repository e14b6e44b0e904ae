from collections.abc import Callable
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po

from bot.content.load import texts_under
from tests.content.faults import CENTRE, CHINESE, LEAVES, SYSTEM, TEA, Fault

WAITING = "We are waiting for your money."
BREWING = "Your tea {place.number} is brewing."

TRANSLATIONS = (
    Fault(
        "a missing translation",
        CHINESE,
        'msgstr "正在等待款项。"',
        'msgstr ""',
        WAITING,
        f"tea.confirm: '{WAITING}' is not translated to zh_Hans",
        where=TEA,
    ),
    Fault(
        "a text nobody has translated",
        TEA,
        WAITING,
        "We are waiting for your gold.",
        "gold",
        "tea.confirm: 'We are waiting for your gold.' is not translated to zh_Hans",
    ),
    Fault(
        "a fuzzy translation",
        CHINESE,
        'msgctxt "tea.confirm"',
        '#, fuzzy\nmsgctxt "tea.confirm"',
        f'msgid "{WAITING}"',
        f"tea.confirm: '{WAITING}' is marked fuzzy: confirm or correct it",
    ),
    Fault(
        "a translation that lacks a placeholder",
        CHINESE,
        "您的茶 {place.number} 正在冲泡。",
        "您的茶正在冲泡。",
        f'msgid "{BREWING}"',
        f"tea.brew: '{BREWING}': the translation lacks {{place.number}}",
    ),
    Fault(
        "a translation that adds a placeholder",
        CHINESE,
        'msgstr "正在等待款项。"',
        'msgstr "正在等待款项 {seat}。"',
        f'msgid "{WAITING}"',
        f"tea.confirm: '{WAITING}': the translation adds {{seat}}",
    ),
    Fault(
        "a wrong rule for plural forms",
        CHINESE,
        "nplurals=1; plural=0;",
        "nplurals=2; plural=(n != 1);",
        "# What the assistant",
        "zh_Hans has 1 plural forms, not 2",
    ),
    Fault(
        "a plural form where there is none",
        CHINESE,
        'msgid_plural "{count} files"\nmsgstr[0] ',
        "msgstr ",
        'msgid "One file"',
        "system.files: 'One file' has no plural here",
    ),
    Fault(
        "a name in too few languages",
        LEAVES,
        "{en: Tea dust, zh_Hans: 茶末}",
        "{en: Tea dust}",
        "Tea dust",
        "there are no words in zh_Hans",
    ),
    Fault(
        "a name in a language nobody speaks",
        CENTRE,
        "hours: {en: Always open, zh_Hans: 全天开放}",
        "hours: {en: Always open, zh_Hans: 全天开放, tlh: reH}",
        "tlh",
        "the centre does not speak 'tlh'",
    ),
)

PHRASES = (
    Fault(
        "a missing phrase",
        SYSTEM,
        "  menu_help: Help\n",
        "",
        "system:",
        "there is no phrase 'menu_help'",
    ),
    Fault(
        "a phrase nobody says",
        SYSTEM,
        "  menu_help: Help\n",
        "  menu_help: Help\n  menu_hepl: Help\n",
        "menu_hepl",
        "nothing says the phrase 'menu_hepl'; do you mean 'menu_help'?",
        also=(
            CHINESE,
            'msgctxt "system.menu_help"',
            'msgctxt "system.menu_hepl"\nmsgid "Help"\nmsgstr "帮助"\n\nmsgctxt "system.menu_help"',
        ),
    ),
)


@pytest.mark.parametrize("fault", [*TRANSLATIONS, *PHRASES], ids=str)
def test_a_fault_of_translation_is_reported_with_its_line_and_nothing_else(
    fault: Fault, teahouse: Path, problems: Callable[[], list[str]]
) -> None:
    expected = fault.plant(teahouse)

    assert problems() == [expected]


def test_a_language_without_a_file_is_reported_once(
    teahouse: Path, problems: Callable[[], list[str]]
) -> None:
    (teahouse / CHINESE).unlink()

    assert problems() == [f"{CHINESE}:1: the file is missing"]


def test_a_wrong_number_of_plural_forms_is_reported(
    teahouse: Path, problems: Callable[[], list[str]]
) -> None:
    german = teahouse / "locales" / "de" / "LC_MESSAGES" / "bot.po"
    german.parent.mkdir(parents=True)
    catalogue = Catalog("de")
    for text in (one.text for one in texts_under(teahouse)):
        ids = (text.source, text.plural) if text.plural else text.source
        one = text.context == "system.files"
        words = (text.source, "" if one else text.plural) if text.plural else text.source
        catalogue.add(ids, words, context=text.context)
    with german.open("wb") as file:
        write_po(file, catalogue, width=0)
    Fault(
        "",
        CENTRE,
        "  zh_Hans: {name: 简体中文, also: [中文, Chinese]}",
        "  zh_Hans: {name: 简体中文}\n  de: {name: Deutsch}",
        "",
        "",
    ).plant(teahouse)

    found = [problem for problem in problems() if "there are no words in de" not in problem]

    (only,) = found
    assert only.startswith("locales/de/LC_MESSAGES/bot.po:")
    assert only.endswith("system.files: 'One file' needs 2 plural forms and has 1")
