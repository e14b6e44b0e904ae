from collections.abc import Callable
from pathlib import Path

import pytest

from tests.content.faults import CHINESE, CLUB, TEA, Fault

FREE = "text: A seat is free., again: seat"

ROUTES = (
    Fault(
        "an unknown go",
        TEA,
        "go: leaf}",
        "go: laef}",
        "go: laef}",
        "step 'which_tea' goes to 'laef', which does not exist; do you mean 'leaf'?",
    ),
    Fault(
        "an unknown again",
        TEA,
        FREE,
        "text: A seat is free., again: saet",
        "again: saet",
        "step 'queue' goes back to 'saet', which does not exist; do you mean 'seat'?",
    ),
    Fault(
        "an unreached step",
        CLUB,
        'text: "Yes, put me on the list"}',
        'text: "Yes, put me on the list", go: end}',
        "step: welcome",
        "nothing leads to step 'welcome'",
    ),
    Fault(
        "a circle",
        TEA,
        "text: Nothing else}",
        "text: Nothing else, go: leaf}",
        "Nothing else, go",
        "step 'wish' goes to 'leaf', which comes before it: write 'again'",
    ),
    Fault(
        "an again to a step that asks nothing",
        TEA,
        FREE,
        "text: A seat is free., again: brew",
        "again: brew",
        "step 'queue' goes back to 'brew', which asks nothing",
    ),
    Fault(
        "an again to a step that may be passed by",
        TEA,
        "text: Nothing else}",
        "text: Nothing else, again: cups}",
        "again: cups",
        "step 'wish' goes back to 'cups', which not every way here passes",
    ),
    Fault(
        "an option that leads nowhere",
        TEA,
        "text: Only hot water, go: sorry",
        "text: Only hot water, go: ",
        "go: }",
        "option 'water' leads nowhere: write a step after 'go', or 'end'",
    ),
    Fault(
        "a way of one of several options",
        TEA,
        "text: Lemon}",
        "text: Lemon, go: wish}",
        "go: wish}",
        "option 'lemon' is one of several: where they lead needs rules",
    ),
)

OUTCOMES = (
    Fault(
        "a missing outcome of a policy",
        TEA,
        "      staff_check:\n        text: |-\n          Staff will look at your price:\n"
        "          {verdict.reasons}\n",
        "",
        "step: verdict",
        "step 'verdict' has no outcome 'staff_check'",
    ),
    Fault(
        "an unknown outcome of a policy",
        TEA,
        "      staff_check:\n",
        "      staff_check: {}\n      staff_chekc:\n",
        "staff_chekc",
        "outcome 'staff_chekc' of step 'verdict' never comes; do you mean 'staff_check'?",
        also=(
            CHINESE,
            'msgctxt "tea.verdict.staff_check"',
            'msgctxt "tea.verdict.staff_chekc"',
        ),
    ),
    Fault(
        "a missing outcome of an action",
        TEA,
        "      taken: {text: Somebody was faster., again: seat}\n",
        "",
        "step: hold",
        "step 'hold' has no outcome 'taken'",
    ),
    Fault(
        "an unknown outcome of an action",
        TEA,
        "      taken: {text",
        "      tooken: {again: seat}\n      taken: {text",
        "tooken",
        "outcome 'tooken' of step 'hold' never comes; do you mean 'taken'?",
    ),
    Fault(
        "a missing outcome of an event",
        TEA,
        '      sold_out: {text: "We are out of it: {brew.reason}", go: sorry}\n',
        "",
        "step: brew",
        "step 'brew' has no outcome 'sold_out'",
    ),
    Fault(
        "an unknown outcome of an event",
        TEA,
        "      ready: {",
        "      cold: {}\n      ready: {",
        "cold: {}",
        "outcome 'cold' of step 'brew' never comes",
    ),
    Fault(
        "an unknown outcome of a question",
        TEA,
        "      paid_up: {text: We have your money., go: done}",
        "      paid_out: {}\n      paid_up: {text: We have your money., go: done}",
        "paid_out",
        "outcome 'paid_out' of step 'pay' never comes; do you mean 'paid_up'?",
    ),
    Fault(
        "no outcome when nothing is free",
        TEA,
        "    outcomes:\n      none_free: {text: All seats are taken., go: queue}\n",
        "",
        "step: seat",
        "step 'seat' has no outcome 'none_free'",
        also=(
            TEA,
            "{option: standing, text: I stand, go: done}",
            "{option: standing, text: I stand, go: queue}",
        ),
    ),
    Fault(
        "a missing outcome of giving up",
        TEA,
        '    cancelled: "Your order is withdrawn."\n',
        "",
        "cancel:",
        "step 'cancel' has no outcome 'cancelled'",
    ),
    Fault(
        "an unknown policy",
        TEA,
        "decide: discount",
        "decide: discuont",
        "step: verdict",
        "step 'verdict' decides by policy 'discuont', which does not exist; "
        "do you mean 'discount'?",
    ),
    Fault(
        "an unknown action",
        TEA,
        "do: hold_seat",
        "do: hold_seta",
        "step: hold",
        "step 'hold' does 'hold_seta', which does not exist; do you mean 'hold_seat'?",
    ),
    Fault(
        "an unknown event",
        TEA,
        "await: brewing",
        "await: brewign",
        "step: brew",
        "step 'brew' awaits 'brewign', which does not exist; do you mean 'brewing'?",
    ),
    Fault(
        "an unknown source",
        TEA,
        "from: free_seats",
        "from: free_saets",
        "step: seat",
        "step 'seat' picks from 'free_saets', which does not exist; do you mean 'free_seats'?",
    ),
)


@pytest.mark.parametrize("fault", [*ROUTES, *OUTCOMES], ids=str)
def test_a_fault_of_routes_is_reported_with_its_line_and_nothing_else(
    fault: Fault, teahouse: Path, problems: Callable[[], list[str]]
) -> None:
    expected = fault.plant(teahouse)

    assert problems() == [expected]
