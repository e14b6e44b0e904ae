import pytest
from aiohttp import ClientSession, CookieJar

from tests.web.server import Server, Visitor, visiting

ENGLISH, CHINESE = '<html lang="en" dir="ltr">', '<html lang="zh-Hans" dir="ltr">'


async def test_the_page_runs_nothing_from_elsewhere_and_is_kept_nowhere(ana: Visitor) -> None:
    response, html = await ana.page()

    headers = response.headers
    assert response.status == 200
    assert "default-src 'self'" in headers["Content-Security-Policy"]
    assert "frame-ancestors 'self'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] == "no-store"
    assert "<script>" not in html
    assert "http://" not in html
    assert "https://" not in html


@pytest.mark.parametrize(
    "path", ["/chat/entries", "/chat/nowhere", "/chat/static/", "/healthz", "/"]
)
async def test_every_answer_carries_the_headers_of_the_site(ana: Visitor, path: str) -> None:
    async with ana.session.get(path, allow_redirects=False) as response:
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'self'" in response.headers["Content-Security-Policy"]


async def test_only_the_sites_named_may_show_the_chat_in_a_frame(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = tmp_path_factory.mktemp("embedding")
    with Server(folder, EMBED_ON="https://centre.example") as server:
        async with visiting(server) as ana:
            response, _ = await ana.page()

    policy = response.headers["Content-Security-Policy"]
    assert policy.endswith("frame-ancestors 'self' https://centre.example")


@pytest.mark.parametrize(
    ("accepted", "begins"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.8", CHINESE),
        ("en-GB,zh;q=0.5", ENGLISH),
        ("zh;q=0.3, en;q=0.7", ENGLISH),
        ("fr", '<html lang="fr" dir="ltr">'),
        ("ar-EG", '<html lang="ar" dir="rtl">'),
        ("sv", ENGLISH),
        ("", ENGLISH),
        (";;q=x,,", ENGLISH),
    ],
)
async def test_a_new_browsers_page_is_in_its_language(
    ana: Visitor, accepted: str, begins: str
) -> None:
    _, html = await ana.page(**{"Accept-Language": accepted})

    assert begins in html


async def test_the_language_of_the_link_comes_before_the_browsers(ana: Visitor) -> None:
    _, html = await ana.page("/chat?language=zh_Hans", **{"Accept-Language": "en"})

    assert CHINESE in html


async def test_the_language_once_chosen_comes_before_the_browsers(ana: Visitor) -> None:
    await ana.arrives(language="zh_Hans")

    _, html = await ana.page(**{"Accept-Language": "en"})

    assert CHINESE in html


async def test_an_unknown_language_or_flow_in_the_link_is_ignored(ana: Visitor) -> None:
    _, html = await ana.page('/chat?language=xx&flow="><script>alert(1)</script>')

    assert ENGLISH in html
    assert "<script>alert" not in html


async def test_the_cookie_cannot_be_read_by_scripts_and_stays_with_the_chat(ana: Visitor) -> None:
    response, _ = await ana.page()

    cookie = response.cookies["talent_chat"]
    assert cookie["httponly"]
    assert cookie["path"] == "/chat"
    assert cookie["samesite"] == "Lax"
    assert not cookie["secure"]


async def test_behind_https_the_cookie_never_travels_without_it(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = tmp_path_factory.mktemp("https")
    with Server(folder, PUBLIC_URL="https://chat.centre.example") as server:
        async with visiting(server) as ana:
            response, _ = await ana.page()

    cookie = response.cookies["talent_chat"]
    assert cookie["secure"]
    assert cookie["samesite"] == "None"


async def test_the_cookie_of_a_known_browser_lasts_on_with_each_visit(ana: Visitor) -> None:
    first, _ = await ana.page()

    second, _ = await ana.page()

    assert second.cookies["talent_chat"].value == first.cookies["talent_chat"].value
    assert int(second.cookies["talent_chat"]["max-age"]) > 90 * 24 * 3600


@pytest.mark.parametrize("cookie", ["", "short", "x" * 44, "ü" * 43, '"; DROP TABLE'])
async def test_an_unsound_cookie_is_replaced(server: Server, cookie: str) -> None:
    headers = {"Cookie": f"talent_chat={cookie}"}
    async with (
        ClientSession(server.address, cookie_jar=CookieJar(unsafe=True)) as browser,
        browser.get("/chat", headers=headers) as response,
    ):
        assert len(response.cookies["talent_chat"].value) == 43


@pytest.mark.parametrize("path", ["/", "/chat/", "/?language=zh_Hans&flow=apartment"])
async def test_every_way_in_leads_to_the_chat(ana: Visitor, path: str) -> None:
    async with ana.session.get(path, allow_redirects=False) as response:
        query = path.partition("?")[2]
        assert response.status == 302
        assert response.headers["Location"] == "/chat" + (f"?{query}" if query else "")


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/chat/static/chat.js", "javascript"),
        ("/chat/static/chat.css", "text/css"),
        ("/chat/static/embed.js", "javascript"),
        ("/chat/photos/linkong_studio.jpg", "image/jpeg"),
    ],
)
async def test_what_the_page_needs_is_there(ana: Visitor, path: str, kind: str) -> None:
    async with ana.session.get(path) as response:
        assert response.status == 200
        assert response.content_type.endswith(kind)  # scripts go by two names
        assert response.headers["Cache-Control"] in ("no-cache", "max-age=3600")
