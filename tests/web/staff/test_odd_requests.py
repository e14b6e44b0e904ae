"""What no browser sends on its own."""

from collections.abc import Mapping
from urllib.parse import urlencode

import pytest

from tests.web.server import Server
from tests.web.staff.clerks import at_browser, clerk, invite

UNREADABLE = "could not read this request"


@pytest.mark.parametrize(
    "name", ["a\0b", "\ud800", "x" * 5000, "a\r\nb", "' OR 1=1 --"], ids=range(5)
)
async def test_what_nobody_types_is_refused_with_a_sentence(name: str, desk: Server) -> None:
    async with clerk(desk, "admin") as one:
        token = invite(desk, "edith", "editor")
        filled = await one.welcome(token)
        raw = name.encode("utf-8", "surrogatepass")
        fields = {"name": raw, "password": raw, "code": raw, "t": raw, "sealed": raw}
        for path in ("sign-in", "second", "welcome", "language", "people", "me/password"):
            async with one.session.post(f"/staff/{path}", data=_encoded(fields)) as answer:
                assert answer.status in (200, 400, 403, 410, 413)
                assert "<html" in await answer.text()
        again = _encoded({**filled, "again": raw})
        async with one.session.post("/staff/welcome", data=again) as answer:
            assert answer.status in (400, 403, 413)

        assert (await one.gets("/staff")).place == "/staff"


def _encoded(fields: Mapping[str, bytes | str]) -> bytes:
    return urlencode(fields).encode()


@pytest.mark.parametrize(
    "path",
    [
        "/staff/audit?who=%00",
        "/staff/people?name=a%00",
        "/staff/people/%00",
        "/staff/audit?about=%00",
    ],
)
async def test_an_address_with_a_nul_is_refused_with_a_sentence(path: str, server: Server) -> None:
    async with clerk(server, "admin") as one:
        page = await one.gets(path)

        assert page.status == 400
        assert UNREADABLE in page.words


@pytest.mark.parametrize(
    "at",
    [
        "https://evil.example",
        "//evil.example/staff/",
        "/staff/\\evil.example",
        "/staff//evil.example/..",
        "/chat",
        "javascript:alert(1)",
        "/staff/x\r\nSet-Cookie: a=b",
        "/staff@evil.example",
        "/staffroom",
    ],
)
async def test_the_language_leads_nowhere_else(at: str, server: Server) -> None:
    async with at_browser(server, "stranger") as one:
        data = {"language": "zh_Hans", "at": at}
        async with one.session.post("/staff/language", data=data, allow_redirects=False) as answer:
            place = answer.headers["Location"]

            assert place == "/staff" or place.startswith("/staff/")
            assert "Set-Cookie: a=b" not in str(answer.headers)
