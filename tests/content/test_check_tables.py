from collections.abc import Callable
from pathlib import Path

import pytest

from tests.content.faults import LEAVES, POLICY, STOCK, Fault

FINE = "{when: {tea: [green, black], leaf: [fine]}, outcome: discount"
NO_CARD = "{when: {card: [no_card]}, outcome: staff_check, reason: You have no guest card.}"

POLICIES = (
    Fault(
        "a gap",
        POLICY,
        f"          - {NO_CARD}\n",
        "",
        "criterion: card",
        "criterion 'card' does not decide card no_card",
    ),
    Fault(
        "an overlap",
        POLICY,
        "{card: [no_card]}",
        "{card: [given, no_card]}",
        "{card: [given, no_card]}",
        "criterion 'card' decides card given as well as line 30",
    ),
    Fault(
        "a value the step has not",
        POLICY,
        "{step: card, values: [given, no_card]}",
        "{step: card, values: [given, no_card, lost_card]}",
        "lost_card",
        "input 'card' has a value 'lost_card', which step 'card' has not; do you mean 'no_card'?",
        also=(POLICY, "{when: {card: [no_card]}", "{when: {card: [no_card, lost_card]}"),
    ),
    Fault(
        "a value that is left out",
        POLICY,
        "values: [within, over, any_day]",
        "values: [within, over]",
        "day: {step",
        "input 'day' leaves out 'any_day', which step 'day' has",
    ),
    Fault(
        "a rule with a value the input has not",
        POLICY,
        "{card: [no_card]}",
        "{card: [no_crad]}",
        "no_crad",
        "input 'card' has no value 'no_crad'; do you mean 'no_card'?",
    ),
    Fault(
        "a rule with an input the edition has not",
        POLICY,
        "{card: [no_card]}",
        "{crad: [no_card]}",
        "crad",
        "the edition has no input 'crad'; do you mean 'card'?",
    ),
    Fault(
        "an outcome the policy has not",
        POLICY,
        FINE,
        FINE.replace("discount", "discuont"),
        "discuont",
        "policy 'discount' has no outcome 'discuont'; do you mean 'discount'?",
    ),
    Fault(
        "an input of a step that is not before",
        POLICY,
        "day: {step: day,",
        "day: {step: confirm,",
        "confirm",
        "input 'day' looks at step 'confirm', which is not before step 'verdict' of flow 'tea'",
    ),
    Fault(
        "editions out of order",
        POLICY,
        '"2026-01-01"',
        '"2024-01-01"',
        "2024-01-01",
        "the edition of 2024-01-01 must stand before that of 2025-01-01",
    ),
)

THINGS = (
    Fault(
        "a name of two entries",
        LEAVES,
        "also: [Lapsang, Smoked tea]",
        "also: [Lapsang, LONGJING]",
        "entry: lapsang",
        "'longjing' names both 'dragon_well' and 'lapsang'",
    ),
    Fault(
        "a photo that is not there",
        STOCK,
        "photo: alcove.jpg",
        "photo: aclove.jpg",
        "aclove",
        "there is no photo 'aclove.jpg'",
    ),
    Fault(
        "a flat twice",
        STOCK,
        "flat: alcove_2",
        "flat: alcove_1",
        "floor: 2",
        "flat 'alcove_1' exists already: content/stock/rooms.yaml:23",
    ),
)


@pytest.mark.parametrize("fault", [*POLICIES, *THINGS], ids=str)
def test_a_fault_of_tables_is_reported_with_its_line_and_nothing_else(
    fault: Fault, teahouse: Path, problems: Callable[[], list[str]]
) -> None:
    expected = fault.plant(teahouse)

    assert problems() == [expected]
