from datetime import date, datetime, timedelta

import pytest

from bot.engine.kinds.day import Span
from bot.engine.model import Answer, Text
from bot.engine.policy import (
    Criterion,
    Edition,
    OfStep,
    Policy,
    PolicyInput,
    PolicyRule,
    Since,
    Verdict,
    basis,
    decide,
    gaps_and_overlaps,
)
from tests.catalogues import real, toy
from tests.engine.asking import SHANGHAI

TODAY = date(2026, 11, 24)
APARTMENT = real().catalogue.policies["apartment"]
DISCOUNT = toy().catalogue.policies["discount"]
ELIGIBLE: dict[str, object] = {
    "degree": "master",
    "university": {"entry": "melbourne", "option": "top_100"},
    "returned": {"date": "2026-09-01"},
    "nationality": "mainland",
    "home": "no",
    "benefit": "no",
}
UNLISTED: dict[str, object] = {"option": "not_listed", "text": "Qwxyz"}


def answered(values: dict[str, object]) -> dict[str, Answer]:
    when = datetime(2026, 11, 24, 12, tzinfo=SHANGHAI)
    return {step: Answer(value, "contact", when) for step, value in values.items()}


def verdict(changes: dict[str, object], today: date = TODAY) -> Verdict:
    """What the real table says when somebody eligible answers otherwise."""
    return decide(APARTMENT, answered({**ELIGIBLE, **changes}), today)


def sources(found: Verdict) -> list[str]:
    return [reason.source for reason in found.reasons]


@pytest.mark.parametrize(
    ("changes", "outcome"),
    [
        ({}, "likely"),
        ({"degree": "doctor"}, "likely"),
        ({"degree": "bachelor"}, "not_eligible"),
        ({"degree": "no_degree"}, "not_eligible"),
        ({"university": {"option": "listed"}, "subject_rank": "yes"}, "staff_check"),
        ({"university": {"option": "listed"}, "subject_rank": "no"}, "staff_check"),
        ({"university": UNLISTED, "subject_rank": "yes"}, "staff_check"),
        ({"university": UNLISTED, "subject_rank": "not_sure"}, "staff_check"),
        ({"returned": {"option": "not_yet"}}, "staff_check"),
        ({"returned": {"date": "2020-01-01"}}, "not_eligible"),
        ({"nationality": "hk_mo_tw"}, "staff_check"),
        ({"nationality": "foreign"}, "staff_check"),
        ({"home": "yes"}, "not_eligible"),
        ({"benefit": "yes"}, "not_eligible"),
        ({"benefit": "not_sure"}, "staff_check"),
        ({"benefit": "not_sure", "home": "yes"}, "not_eligible"),
    ],
)
def test_each_criterion_of_the_real_table_decides(changes: dict[str, object], outcome: str) -> None:
    assert verdict(changes).outcome == outcome


@pytest.mark.parametrize(
    ("today", "returned", "outcome"),
    [
        (date(2026, 11, 24), date(2026, 11, 24), "likely"),
        (date(2026, 11, 24), date(2025, 11, 25), "likely"),
        (date(2026, 11, 24), date(2025, 11, 24), "not_eligible"),
        (date(2026, 11, 24), date(2025, 11, 23), "not_eligible"),
        (date(2024, 2, 29), date(2023, 3, 1), "likely"),
        (date(2024, 2, 29), date(2023, 2, 28), "not_eligible"),
        (date(2024, 2, 29), date(2023, 2, 27), "not_eligible"),
        (date(2025, 2, 28), date(2024, 2, 29), "likely"),
        (date(2025, 2, 28), date(2024, 2, 28), "not_eligible"),
        (date(2025, 3, 1), date(2024, 3, 2), "likely"),
        (date(2025, 3, 1), date(2024, 2, 29), "not_eligible"),
    ],
)
def test_a_year_ends_on_its_day(today: date, returned: date, outcome: str) -> None:
    assert verdict({"returned": {"date": returned.isoformat()}}, today).outcome == outcome


def test_the_strictest_outcome_comes_with_all_its_reasons_and_no_other() -> None:
    found = verdict({"home": "yes", "benefit": "yes", "nationality": "foreign"})

    assert found.outcome == "not_eligible"
    assert sources(found) == [
        "The scheme is for people who own no home in Shanghai.",
        "The scheme is for people who have had no other housing support.",
    ]


def test_only_what_was_answered_is_judged() -> None:
    found = decide(APARTMENT, answered({"degree": "bachelor"}), TODAY)

    assert found.outcome == "not_eligible"
    assert sources(found) == ["The scheme asks for a master's degree or a doctorate."]


def test_nothing_answered_is_judged_strictly() -> None:
    assert decide(APARTMENT, {}, TODAY).outcome == APARTMENT.outcomes[0]


def test_a_verdict_says_by_which_rules() -> None:
    value = verdict({}).value()

    assert value["outcome"] == "likely"
    assert value["facts"]["valid_from"] == {"date": "2023-12-13"}
    assert len(value["facts"]["reasons"]["lines"]) == len(APARTMENT.editions[0].criteria)


@pytest.mark.parametrize(
    ("day", "valid_from"),
    [
        (date(2024, 12, 31), date(2025, 1, 1)),
        (date(2025, 1, 1), date(2025, 1, 1)),
        (date(2025, 12, 31), date(2025, 1, 1)),
        (date(2026, 1, 1), date(2026, 1, 1)),
        (date(2036, 1, 1), date(2026, 1, 1)),
    ],
)
def test_the_edition_in_force_on_the_day_decides(day: date, valid_from: date) -> None:
    assert DISCOUNT.edition(day).valid_from == valid_from
    assert decide(DISCOUNT, answered({"which_tea": "green"}), day).valid_from == valid_from


@pytest.mark.parametrize(
    "edition",
    [e for policy in (APARTMENT, DISCOUNT) for e in policy.editions],
    ids=lambda edition: edition.valid_from.isoformat(),
)
def test_exactly_one_rule_of_each_criterion_holds(edition: Edition) -> None:
    for criterion in edition.criteria:
        assert not list(gaps_and_overlaps(edition, criterion))


# when a decision is stale


def test_a_decision_is_stale_once_something_it_looked_at_changes() -> None:
    before = basis(APARTMENT, answered(ELIGIBLE), TODAY)

    assert basis(APARTMENT, answered({**ELIGIBLE, "home": "yes"}), TODAY) != before
    assert basis(APARTMENT, answered({**ELIGIBLE, "subject_rank": "yes"}), TODAY) != before
    assert basis(APARTMENT, answered({**ELIGIBLE, "subject": {"text": "x"}}), TODAY) == before


def test_a_decision_does_not_grow_stale_by_waiting() -> None:
    before = basis(APARTMENT, answered(ELIGIBLE), TODAY)

    assert basis(APARTMENT, answered(ELIGIBLE), TODAY + timedelta(days=400)) == before


def test_a_new_edition_that_looks_at_more_makes_a_decision_stale() -> None:
    given = answered({"which_tea": "green", "leaf": {"entry": "dust", "option": "plain"}})

    before = basis(DISCOUNT, given, date(2025, 12, 31))
    assert basis(DISCOUNT, given, date(2026, 1, 1)) != before


def test_a_decision_always_has_a_basis() -> None:
    assert basis(APARTMENT, {}, TODAY)


# tables with faults


def table(*rules: tuple[dict[str, tuple[str, ...]], str]) -> tuple[Policy, Criterion]:
    held = tuple(PolicyRule(when, outcome, Text("c", outcome)) for when, outcome in rules)
    criterion = Criterion("c", held)
    inputs: dict[str, PolicyInput] = {
        "tea": OfStep("tea", ("green", "black")),
        "day": Since("day", Span(months=1)),
    }
    edition = Edition(date(2026, 1, 1), "", inputs, (criterion,))
    return Policy("p", ("no", "yes"), (edition,)), criterion


def test_gaps_and_overlaps_are_found() -> None:
    whole, criterion = table(({"tea": ("green",)}, "yes"), ({"tea": ("green",)}, "no"))

    found = list(gaps_and_overlaps(whole.editions[0], criterion))
    assert [(given, len(rules)) for given, rules in found] == [
        ({"tea": "green"}, 2),
        ({"tea": "black"}, 0),
    ]


def test_a_month_ago_is_measured_by_the_calendar() -> None:
    whole, _ = table(({"day": ("within",)}, "yes"), ({"day": ("over",)}, "no"))

    def outcome(day: str, today: date) -> str:
        return decide(whole, answered({"day": {"date": day}}), today).outcome

    assert outcome("2026-03-01", date(2026, 3, 31)) == "yes"
    assert outcome("2026-02-28", date(2026, 3, 31)) == "no"
    assert outcome("2027-01-01", date(2026, 3, 31)) == "yes"
