"""What everybody does with their own account."""

import pytest

from tests.web.server import Server
from tests.web.staff.clerks import PASSWORD, PAUSE, Clerk, Page, account, at_browser, clerk

OTHER = "a whistle answers at five"


async def changes(one: Clerk, **form: str) -> Page:
    """Change the password; the form is right but for what is given."""
    right = {"old": PASSWORD, "password": OTHER, "again": OTHER, "code": one.code(PAUSE)}
    return await one.sends("/staff/me/password", "/staff/me", **{**right, **form})


async def test_everybody_changes_their_password_by_the_old_one_and_a_code(server: Server) -> None:
    async with clerk(server, "reviewer") as one, at_browser(server, one.name) as other:
        await other.tries()

        page = await changes(one)

        assert "Your password is changed" in page.words
        assert (await other.gets("/staff/second")).place == "/staff/sign-in"
        assert (await other.tries()).status == 403
        assert (await other.tries(OTHER)).place == "/staff/second"
        assert [e.details for e in one.entries("changed_password")] == [""]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"old": "wrong"}, "The old password is wrong"),
        ({"code": "000000x"}, "This code is not right"),
        ({"again": "something else"}, "The two passwords are not the same"),
        ({"password": "short", "again": "short"}, "at least 12 characters"),
    ],
)
async def test_the_password_stays_where_something_is_wrong(
    wrong: dict[str, str], said: str, server: Server
) -> None:
    async with clerk(server, "reviewer") as one, at_browser(server, one.name) as other:
        page = await changes(one, **wrong)

        assert page.status == 403
        assert said in page.words
        assert (await other.tries(OTHER)).status == 403


async def test_who_sits_at_somebody_elses_desk_does_not_guess_the_password(
    server: Server,
) -> None:
    async with clerk(server, "reviewer") as one:
        for _ in range(5):
            await changes(one, old="wrong")

        page = await changes(one)

        assert "The old password is wrong" in page.words
        assert len(one.entries("locked")) == 1


async def test_one_signs_out_everywhere_else(server: Server) -> None:
    async with clerk(server, "reviewer") as one, at_browser(server, one.name) as other:
        other.secret = one.secret
        await other.signs_in(PAUSE)

        page = await one.sends("/staff/me/sessions", "/staff/me")

        assert "signed out everywhere else" in page.words
        assert (await other.gets("/staff")).place == "/staff/sign-in"
        assert (await one.gets("/staff")).place == "/staff"


async def test_the_language_is_kept_with_the_account(server: Server) -> None:
    async with clerk(server, "reviewer") as one:
        page = await one.posts("/staff/language", language="zh_Hans", at="/staff/me?a=b")

        assert page.place == "/staff/me?a=b"
        assert 'lang="zh-Hans"' in page.text
        assert account(server, one.name).language == "zh_Hans"
