from collections.abc import Callable
from pathlib import Path

import pytest

from tests.content.faults import CENTRE, CHINESE, SYSTEM, TEA, Fault

WAITING = "We are waiting for your money."
BREWING = "Your tea {place.number} is brewing."
TOO_LONG = "Tea " * 16
VERY_LONG = "Very good tea. " * 130
HAN = "好茶" * 350


def _source(old: str, new: str, message: str, name: str) -> Fault:
    """A fault in a sentence of the tea flow; its translation still belongs to it."""
    also = (CHINESE, f'msgid "{old}"', f'msgid "{new}"')
    return Fault(name, TEA, f"text: {old}\n", f'text: "{new}"\n', new[:30], message, also)


PLACEHOLDERS = (
    Fault(
        "a placeholder of nothing",
        TEA,
        "{centre.name}.",
        "{centre.nmae}.",
        "nmae",
        "there is nothing to show for {centre.nmae}; do you mean 'centre.name'?",
        also=(
            CHINESE,
            'the {centre.name}. This takes a minute."\nmsgstr "欢迎来到{centre.name}',
            'the {centre.nmae}. This takes a minute."\nmsgstr "欢迎来到{centre.nmae}',
        ),
    ),
    Fault(
        "a placeholder of a step that may be passed by",
        TEA,
        "text: Enjoy your tea!",
        "text: Enjoy your tea, {cups}!",
        "{cups}!",
        "{cups}: not every way here passes step 'cups'",
        also=(
            CHINESE,
            'msgid "Enjoy your tea!"\nmsgstr "请慢用！',
            'msgid "Enjoy your tea, {cups}!"\nmsgstr "请慢用！{cups}',
        ),
    ),
    Fault(
        "a placeholder of a fact that nobody gives",
        TEA,
        BREWING,
        "Your tea {place.nubmer} is brewing.",
        "nubmer",
        "step 'place' has nothing to show for {place.nubmer}; do you mean 'number'?",
        also=(
            CHINESE,
            f'msgid "{BREWING}"\nmsgstr "您的茶 {{place.number}}',
            'msgid "Your tea {place.nubmer} is brewing."\nmsgstr "您的茶 {place.nubmer}',
        ),
    ),
    Fault(
        "a placeholder that is none",
        TEA,
        "text: Your tea is ready.",
        'text: "Your tea {Is} ready."',
        "{Is}",
        "'{Is}' is no placeholder: write {step} or {step.fact}",
        also=(
            CHINESE,
            'msgid "Your tea is ready."\nmsgstr "茶好了。',
            'msgid "Your tea {Is} ready."\nmsgstr "茶好了{Is}。',
        ),
    ),
    Fault(
        "a placeholder that a phrase is not given",
        SYSTEM,
        "menu_help: Help",
        'menu_help: "Help {title}"',
        "menu_help",
        "there is nothing to show for {title}",
        also=(CHINESE, 'msgid "Help"\nmsgstr "帮助', 'msgid "Help {title}"\nmsgstr "帮助{title}'),
    ),
)

LABELS = (
    Fault(
        "one label for two options",
        TEA,
        "text: Honey}",
        "text: lemon}",
        "option: honey",
        "options 'lemon' and 'honey' of step 'extras' are both called 'lemon' (en)",
        also=(CHINESE, 'msgid "Honey"', 'msgid "lemon"'),
    ),
    Fault(
        "one label for two options in a translation",
        CHINESE,
        'msgstr "蜂蜜"',
        'msgstr "柠檬"',
        "option: honey",
        "options 'lemon' and 'honey' of step 'extras' are both called '柠檬' (zh_Hans)",
        where=TEA,
    ),
    Fault(
        "a label that says yes for no",
        CHINESE,
        'msgctxt "tea.milk.no"\nmsgid "No"\nmsgstr "不加"',
        'msgctxt "tea.milk.no"\nmsgid "No"\nmsgstr "是"',
        'option: "no"',
        "options 'yes' and 'no' of step 'milk' are both called '是' (zh_Hans)",
        where=TEA,
    ),
    Fault(
        "a label that is a command",
        TEA,
        "text: Honey}",
        "text: Back}",
        "option: honey",
        "option 'honey' of step 'extras' is called 'Back' (en), the command 'back'",
        also=(CHINESE, 'msgid "Honey"', 'msgid "Back"'),
    ),
    Fault(
        "a label that is a command in a translation",
        CHINESE,
        'msgstr "蜂蜜"',
        'msgstr "返回"',
        "option: honey",
        "option 'honey' of step 'extras' is called '返回' (zh_Hans), the command 'back'",
        where=TEA,
    ),
    Fault(
        "a label that is the name of a language",
        TEA,
        "text: Honey}",
        "text: Chinese}",
        "option: honey",
        "option 'honey' of step 'extras' is called 'Chinese' (en), the command 'speak zh_Hans'",
        also=(CHINESE, 'msgid "Honey"', 'msgid "Chinese"'),
    ),
    Fault(
        "another name of a language that is a command",
        CENTRE,
        "also: [中文, Chinese]}",
        "also: [中文, Chinese, Back]}",
        "  zh_Hans: {name: 简体中文, also:",
        "'Back' is typed for the command 'back' already",
    ),
    Fault(
        "a word for two commands",
        SYSTEM,
        "help: [help,",
        "help: [help, back,",
        "  help: [",
        "'back' means 'back' already",
    ),
    Fault(
        "a word without letters",
        SYSTEM,
        "help: [help,",
        'help: [help, "?",',
        "  help: [",
        "'?' has neither a letter nor a digit to know it by",
    ),
)

SIZES = (
    Fault(
        "a label that is too long",
        TEA,
        "text: Honey}",
        f"text: {TOO_LONG.strip()}}}",
        "option: honey",
        "tea.extras.honey: 63 characters in en, more than 60: "
        "a longer button is cut off on a telephone",
        also=(CHINESE, 'msgid "Honey"', f'msgid "{TOO_LONG.strip()}"'),
    ),
    _source(
        WAITING,
        VERY_LONG.strip(),
        "tea.confirm: 1949 characters in en, more than 1800: "
        "facts and options must still fit Telegram's 4096",
        "a text that is too long",
    ),
    Fault(
        "a translation with too many bytes",
        CHINESE,
        'msgstr "正在等待款项。"',
        f'msgstr "{HAN}"',
        f'msgid "{WAITING}"',
        "tea.confirm: 2100 bytes in zh_Hans, more than 2048: WeChat sends no more",
    ),
)


@pytest.mark.parametrize("fault", [*PLACEHOLDERS, *LABELS, *SIZES], ids=str)
def test_a_fault_of_words_is_reported_with_its_line_and_nothing_else(
    fault: Fault, teahouse: Path, problems: Callable[[], list[str]]
) -> None:
    expected = fault.plant(teahouse)

    assert problems() == [expected]


HEARD = (
    ("words: [fest]\n    nothing: {a: [b]}", "flow 'tea': there is no step 'nothing'"),
    ("milk:\n      oat: [oat]", "step 'milk': there is no option 'oat'"),
    (
        'milk:\n      "yes": [splash]\n      "no": [splash]',
        "step 'milk': 'yes' and 'no' are both called 'splash'",
    ),
)


@pytest.mark.parametrize(("words", "message"), HEARD)
def test_words_for_what_no_flow_has_are_a_problem(
    words: str, message: str, teahouse: Path, problems: Callable[[], list[str]]
) -> None:
    flows = f"flows:\n  tea:\n    {words}\n"
    (teahouse / "locales" / "zh_Hans" / "words.yaml").write_text(flows)

    found = problems()

    assert any(message in problem for problem in found), found


def test_a_name_that_starts_two_flows_is_a_problem(
    teahouse: Path, problems: Callable[[], list[str]]
) -> None:
    for name in ("tea", "club"):
        flow = teahouse / "flows" / f"{name}.yaml"
        flow.write_text(flow.read_text().replace("menu:", "hears: [cup]\nmenu:", 1))

    found = problems()

    assert [one for one in found if "are both called 'cup'" in one]


def test_another_name_of_an_option_belongs_to_no_other(
    teahouse: Path, problems: Callable[[], list[str]]
) -> None:
    flow = teahouse / "flows" / "tea.yaml"
    old, new = "text: Black tea, was", "text: Black tea, also: [green tea], was"
    assert old in flow.read_text()
    flow.write_text(flow.read_text().replace(old, new))

    found = problems()

    assert len(found) == 1
    assert "options 'green' and 'black' of step 'which_tea' are both called 'green tea'" in found[0]
