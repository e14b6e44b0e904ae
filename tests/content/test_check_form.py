from collections.abc import Callable
from pathlib import Path

import pytest

from tests.content.faults import CALENDAR, CENTRE, CHINESE, CLUB, LEAVES, POLICY, STOCK, TEA, Fault

MILK = "    text: With milk?\n"
NO_THEN_LEAF = 'text: "No"}\n\n  - step: leaf'

FAULTS = (
    Fault(
        "an unknown field",
        TEA,
        "label: Milk",
        "lable: Milk",
        "lable",
        "step 'milk' has no field 'lable'; do you mean 'label'?",
    ),
    Fault("a missing field", TEA, MILK, "", "step: milk", "step 'milk' needs a field 'text'"),
    Fault(
        "giving up without a question",
        TEA,
        "  text: Shall we pour your tea away?\n",
        "",
        "do: withdraw_order",
        "'cancel' needs a field 'text'",
    ),
    Fault(
        "a field that is no number",
        TEA,
        "at_most: 9",
        "at_most: nine",
        "nine",
        "step 'cups': 'at_most' must be a whole number",
    ),
    Fault(
        "a field that is neither yes nor no",
        TEA,
        "yes\n    label: Telephone",
        "often\n    label: Telephone",
        "often",
        "step 'phone': 'sensitive' must be yes or no",
    ),
    Fault(
        "a field that is no list",
        TEA,
        "links:\n      - {text: Map, to: map}\n",
        "links: map\n",
        "links: map",
        "step 'seat': 'links' must be a list",
    ),
    Fault(
        "a field that is no word",
        TEA,
        MILK,
        "    text: [With milk?]\n",
        "[With milk?]",
        "step 'milk': 'text' must be a word",
    ),
    Fault(
        "a repeated key",
        TEA,
        "    label: Milk\n",
        "    label: Milk\n    label: Cream\n",
        "Cream",
        "'label' is written twice",
    ),
    Fault(
        "a bare no",
        TEA,
        f'"no", {NO_THEN_LEAF}',
        f"no, {NO_THEN_LEAF}",
        "{option: no,",
        "write 'no' in quotes: other YAML readers take it for false",
    ),
    Fault(
        "a bare null",
        LEAVES,
        "also: [Longjing]",
        "also: [Longjing, ~]",
        "~",
        "write '~' in quotes: other YAML readers take it for nothing",
    ),
    Fault(
        "a day that is none",
        CALENDAR,
        '"2026-12-31"',
        '"2026-12-32"',
        "32",
        "the calendar: 'known_until' must be a day such as 2026-12-31",
    ),
    Fault(
        "a kind nobody knows",
        TEA,
        "ask: certificate",
        "ask: certifcate",
        "certifcate",
        "step 'card' asks 'certifcate'; do you mean 'certificate'?",
    ),
    Fault(
        "a way both on and back",
        TEA,
        "again: seat}\n\n  - step: queue",
        "again: seat, go: done}\n\n  - step: queue",
        "seat, go: done}",
        "outcome 'taken' of step 'hold' goes both on and back: keep one",
    ),
    Fault(
        "a milestone on a way back",
        TEA,
        "again: seat}\n\n  - step: queue",
        "again: seat, milestone: lost}\n\n  - step: queue",
        "milestone: lost",
        "outcome 'taken' of step 'hold' leads back and reaches a milestone",
    ),
    Fault(
        "a question without options",
        TEA,
        "    options:\n      - {option: send, text: Send my order}\n",
        "    options: []\n",
        "options: []",
        "step 'check' has no options",
    ),
    Fault(
        "a time zone that is none",
        CENTRE,
        "Asia/Shanghai",
        "Asia/Teahouse",
        "Asia/Teahouse",
        "there is no time zone 'Asia/Teahouse'",
    ),
    Fault(
        "a policy for sensitive steps that is none",
        CENTRE,
        "telegram: {sensitive: link}",
        "telegram: {sensitive: never}",
        "never",
        "'sensitive' must be one of ask, link, consent",
    ),
    Fault(
        "a holiday under another year",
        CALENDAR,
        '"2026-10-01"',
        '"2027-10-01"',
        "2027-10-01",
        "2027-10-01 stands under 2026",
    ),
    Fault(
        "a worked weekend that is none",
        CALENDAR,
        '"2026-10-10"',
        '"2026-10-12"',
        "working_weekends",
        "2026-10-12 is no day of a weekend",
    ),
    Fault(
        "an attribute that other entries have not",
        LEAVES,
        "    also: [Longjing]\n    grade: fine",
        "    also: [Longjing]\n    grade: fine\n    gade: fine",
        "gade",
        "entry 'dragon_well' has no field 'gade'; do you mean 'grade'?",
    ),
    Fault(
        "a rent that is no number",
        STOCK,
        "rent_yuan: 300",
        "rent_yuan: 300.50",
        "300.50",
        "unit_type 'alcove': 'rent_yuan' must be a whole number",
    ),
)

UNREADABLE = (
    Fault("a tab", TEA, "label: Milk", "label:\tMilk", "\t", "has a tab: write blanks"),
    Fault(
        "an anchor",
        TEA,
        "label: Milk",
        "label: &milk Milk",
        "&milk",
        "anchors and aliases (&, *) are not read: write it out",
    ),
    Fault(
        "an alias",
        TEA,
        "label: Milk",
        "label: &milk Milk\n    was: *milk",
        "&milk",
        "anchors and aliases (&, *) are not read: write it out",
    ),
    Fault(
        "a tag",
        TEA,
        "label: Milk",
        "label: !!str Milk",
        "!!str",
        "tags such as 'tag:yaml.org,2002:str' are not read",
    ),
    Fault(
        "a second document", CLUB, "steps:", "---\nsteps:", "---", "a second document: one per file"
    ),
    Fault(
        "broken YAML",
        CLUB,
        "title: Join the tea club",
        "title: Join: the tea club",
        "title: Join",
        "not YAML: mapping values are not allowed in this context",
    ),
)


@pytest.mark.parametrize("fault", [*FAULTS, *UNREADABLE], ids=str)
def test_a_fault_of_form_is_reported_with_its_line_and_nothing_else(
    fault: Fault, teahouse: Path, problems: Callable[[], list[str]]
) -> None:
    expected = fault.plant(teahouse)

    assert problems() == [expected]


def test_broken_translations_are_reported_with_their_file(
    teahouse: Path, problems: Callable[[], list[str]]
) -> None:
    forms = 'msgstr[0] "已收到 {count} 个文件。"'
    fault = Fault("", CHINESE, forms, f'{forms}\nmsgstr[1] "多"', "msgstr[1]", "")

    fault.plant(teahouse)

    (found,) = problems()
    assert found.startswith(CHINESE)


def test_faults_of_several_files_are_shown_at_once_and_in_order(
    teahouse: Path, problems: Callable[[], list[str]]
) -> None:
    expected = [fault.plant(teahouse) for fault in (FAULTS[3], FAULTS[10], FAULTS[15])]

    assert problems() == [expected[1], expected[2], expected[0]]


@pytest.mark.parametrize("path", [CENTRE, CALENDAR, "flows/system.yaml"])
def test_a_missing_file_is_reported(
    path: str, teahouse: Path, problems: Callable[[], list[str]]
) -> None:
    (teahouse / path).unlink()

    assert problems() == [f"{path}:1: the file is missing"]


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"", "the file is empty"), (b"flow: \xff", "the file is not written in UTF-8")],
)
def test_a_file_that_holds_no_text_is_reported(
    content: bytes, message: str, teahouse: Path, problems: Callable[[], list[str]]
) -> None:
    (teahouse / CLUB).write_bytes(content)

    assert problems() == [f"{CLUB}:1: {message}"]


def test_a_file_that_is_called_yml_is_reported(
    teahouse: Path, problems: Callable[[], list[str]]
) -> None:
    (teahouse / "flows" / "more.yml").write_text("flow: more", "utf-8")

    assert problems() == ["flows/more.yml:1: is not read: name it .yaml"]


@pytest.mark.parametrize("path", [CLUB, CENTRE, POLICY, STOCK])
def test_whatever_line_is_lost_problems_are_told_instead_of_a_crash(
    path: str, teahouse: Path, problems: Callable[[], list[str]]
) -> None:
    lines = (teahouse / path).read_text("utf-8").splitlines()

    for number, line in enumerate(lines):
        for left in ("", line[: len(line) // 2], line.partition(":")[0] + ":"):
            spoiled = [*lines[:number], left, *lines[number + 1 :]]
            (teahouse / path).write_text("\n".join(spoiled), "utf-8")
            assert all(":" in problem for problem in problems())
