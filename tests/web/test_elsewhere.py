import pytest

from tests.web.papers import photo
from tests.web.server import Server, Visitor, form, fresh_id, problem, visiting

SOUND = {"id": "0123456789", "text": "hello"}


@pytest.mark.parametrize("site", ["cross-site", "same-site", "odd"])
async def test_what_another_site_sends_is_refused(known: Visitor, site: str) -> None:
    headers = {"Sec-Fetch-Site": site}
    async with known.session.post("/chat/say", json=SOUND, headers=headers) as response:
        await problem(response)
        assert response.status == 403
    url = f"/chat/upload?id={fresh_id()}"
    async with known.session.post(url, data=form(photo()), headers=headers) as response:
        await problem(response)
        assert response.status == 403


async def test_who_has_no_cookie_cannot_say_anything(server: Server) -> None:
    async with visiting(server) as nobody:
        async with nobody.session.post("/chat/say", json=SOUND) as response:
            assert await problem(response) == "no session"
        async with nobody.session.post(
            f"/chat/upload?id={fresh_id()}", data=form(photo())
        ) as response:
            assert await problem(response) == "no session"


@pytest.mark.parametrize(
    "path",
    [
        "/chat/static/../app.py",
        "/chat/static/%2e%2e/chat.py",
        "/chat/static/..%2fchat.py",
        "/chat/static/%2fetc/passwd",
        "/chat/static//etc/passwd",
        "/chat/static/",
        "/chat/photos/../centre.yaml",
        "/chat/photos/..%2f..%2fcontent%2fcentre.yaml",
        "/chat/photos/%00",
        "/chat/photos/",
        "/nowhere",
        "/chat/entries/1",
        "/.env",
        "/data/secret.key",
    ],
)
async def test_no_path_leads_out_of_what_is_shown(server: Server, path: str) -> None:
    async with visiting(server) as nobody:
        url = nobody.session._build_url("/").with_path(path, encoded=True)
        async with nobody.session.get(url, allow_redirects=False) as response:
            assert response.status in (403, 404)
            await problem(response)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/chat/say"),
        ("POST", "/chat"),
        ("POST", "/chat/entries"),
        ("PUT", "/chat/upload"),
        ("DELETE", "/chat/say"),
        ("OPTIONS", "/chat/say"),
        ("PROPFIND", "/chat"),
    ],
)
async def test_a_wrong_method_is_refused_and_the_right_one_named(
    known: Visitor, method: str, path: str
) -> None:
    async with known.session.request(method, path) as response:
        await problem(response)
        assert response.status == 405
        assert response.headers["Allow"]
