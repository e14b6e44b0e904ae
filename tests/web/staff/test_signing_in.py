from datetime import timedelta

from tests.web.server import Server
from tests.web.staff.clerks import PASSWORD, at_browser, clerk

PAUSE = timedelta(seconds=30)


async def test_who_begins_by_a_link_signs_in_by_password_and_code(server: Server) -> None:
    async with clerk(server, "reviewer") as one, at_browser(server, one.name) as other:
        other.secret = one.secret

        half = await other.posts("/staff/sign-in", name=one.name, password=PASSWORD)
        before = await other.gets("/staff")
        whole = await other.posts("/staff/second", csrf=half.field("csrf"), code=other.code(PAUSE))

        assert (half.place, before.place) == ("/staff/second", "/staff/second")
        assert whole.place == "/staff"
        assert one.name in whole.words
        assert [entry.action for entry in one.entries()] == ["signed_in", "began"]
