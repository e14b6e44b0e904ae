from datetime import timedelta

import pytest

from bot.services.visits import GOOD_FOR, LONGEST_TOKEN, Visits
from bot.store.seal import Sealer
from tests.runner.lodge import KEY, MORNING, OLDER_KEY

SITE = "https://centre.example"
MOMENT = timedelta(seconds=1)


def visits(*keys: str) -> Visits:
    return Visits(Sealer(keys or (KEY,)), SITE)


def link(of: Visits) -> str:
    """The token of a link for contact 7."""
    page, _, token = of.link(7, "lodge.guest", MORNING).partition("?t=")
    assert page == f"{SITE}/visit"
    return token


def test_a_link_names_its_contact_and_the_question_that_was_open() -> None:
    ticket = visits().ticket(link(visits()), MORNING)

    assert ticket is not None
    assert (ticket.contact_id, ticket.question) == (7, "lodge.guest")


def test_a_link_says_nothing_of_what_it_holds_and_fits_into_any_message() -> None:
    token = link(visits())

    assert "lodge" not in token
    assert len(token) < LONGEST_TOKEN
    assert all(sign.isalnum() or sign in "-_" for sign in token)


def test_two_links_to_the_same_question_are_used_up_apart() -> None:
    first, second = (visits().ticket(link(visits()), MORNING) for _ in range(2))

    assert first is not None
    assert second is not None
    assert first.nonce != second.nonce


def test_a_link_is_good_until_its_time_is_over() -> None:
    token = link(visits())

    assert visits().ticket(token, MORNING + GOOD_FOR - MOMENT)
    assert visits().ticket(token, MORNING + GOOD_FOR) is None


@pytest.mark.parametrize(
    "token",
    ["", "x", "=", "====", "A" * 200, "A" * (LONGEST_TOKEN + 1), "链接", "a b", "../", "\x00" * 9],
)
def test_a_forged_link_opens_nothing(token: str) -> None:
    assert visits().ticket(token, MORNING) is None
    assert visits().admitted(token, MORNING) is None


def test_a_link_altered_anywhere_opens_nothing() -> None:
    token = link(visits())

    for at in range(0, len(token) - 1, 3):
        other = "B" if token[at] != "B" else "C"
        assert visits().ticket(token[:at] + other + token[at + 1 :], MORNING) is None
    assert visits().ticket(token[:-4], MORNING) is None
    assert visits().ticket(f"{token}AAAA", MORNING) is None


def test_a_link_of_another_program_opens_nothing() -> None:
    assert visits(OLDER_KEY).ticket(link(visits()), MORNING) is None


def test_a_link_made_before_the_key_was_changed_still_opens() -> None:
    assert visits(KEY, OLDER_KEY).ticket(link(visits(OLDER_KEY)), MORNING)


def test_a_link_is_no_pass_and_a_pass_is_no_link() -> None:
    token, admitted = link(visits()), visits().admit(7, 3, MORNING)

    assert visits().admitted(token, MORNING) is None
    assert visits().ticket(admitted, MORNING) is None


def test_a_pass_names_its_contact_and_what_was_said_before_until_its_time_is_over() -> None:
    token = visits().admit(7, 3, MORNING)

    found = visits().admitted(token, MORNING + GOOD_FOR - MOMENT)
    assert found is not None
    assert (found.contact_id, found.since) == (7, 3)
    assert visits().admitted(token, MORNING + GOOD_FOR) is None
