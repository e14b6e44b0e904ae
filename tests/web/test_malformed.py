import asyncio
import gzip
import json

import pytest

from tests.web.papers import photo
from tests.web.server import Server, Visitor, form, fresh_id, problem, spoken

JSON = {"Content-Type": "application/json"}
SOUND = {"id": "0123456789", "text": "hello"}
FORM = {"Content-Type": "multipart/form-data; boundary=b"}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b'"hello"',
        b"\xff\xfe",
        b'{"id": "0123456789", "text": "\xff"}',
        b'{"id": "0123456789", "text": "\\ud800"}',
        b'{"id": "0123456789", "text": 7}',
        b'{"id": "0123456789", "text": ["a"]}',
        b'{"id": "0123456789"}',
        b'{"text": "hello"}',
        b'{"id": "0123456789", "tap": {"a": 1}}',
        b'{"id": "0123456789", "start": false}',
        b'{"id": "0123456789", "after": "7", "text": "a"}',
        b'{"id": "0123456789", "after": -2, "text": "a"}',
        b'{"id": "0123456789", "after": 1e400, "text": "a"}',
        b'{"id": "0123456789", "after": 9223372036854775808, "text": "a"}',
        b'{"id": "0123456789", "more": ' + b"[" * 30_000 + b"]" * 30_000 + b"}",
    ],
)
async def test_a_body_no_page_sends_is_refused(known: Visitor, body: bytes) -> None:
    async with known.session.post("/chat/say", data=body, headers=JSON) as response:
        await problem(response)
        assert response.status == 400


@pytest.mark.parametrize(
    "id",
    [
        "",
        "short",
        "x" * 65,
        "with space 12",
        "../../../etc",
        "ünïcödé-id",
        "a\nb-123456",
        "' OR 1=1;--",
    ],
)
async def test_an_unsound_id_is_refused(known: Visitor, id: str) -> None:
    async with known.session.post("/chat/say", json={**SOUND, "id": id}) as response:
        assert await problem(response) == "no sound id"

    url = known.session._build_url("/chat/upload").with_query(id=id)
    async with known.session.post(url, data=form(photo())) as response:
        assert await problem(response) == "no sound id"


@pytest.mark.parametrize("kind", ["text/plain", "application/xml", "multipart/form-data", "x", ""])
async def test_an_unknown_kind_of_content_is_refused(known: Visitor, kind: str) -> None:
    headers = {"Content-Type": kind}
    async with known.session.post("/chat/say", data=json.dumps(SOUND), headers=headers) as response:
        await problem(response)


@pytest.mark.parametrize("kind", ["text/plain", "application/json", "multipart/mixed; boundary=b"])
async def test_an_upload_that_is_no_form_is_refused(known: Visitor, kind: str) -> None:
    headers = {"Content-Type": kind}
    url = f"/chat/upload?id={fresh_id()}"
    async with known.session.post(url, data=b"--b--", headers=headers) as response:
        await problem(response)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"nothing like a form",
        b"--b",
        b"--b\r\n",
        b'--b\r\nContent-Disposition: form-data; name="file"\r\n\r\nno end',
        b'--b\r\nContent-Disposition: form-data; name="other"\r\n\r\nx\r\n--b--\r\n',
        b'--b\r\nContent-Disposition: form-data; name="_charset_"\r\n\r\n'
        + b"x" * 99
        + b"\r\n--b--",
        b"--b\r\nno colon here\r\n\r\nx\r\n--b--\r\n",
        b"--b\r\n" + b"A" * 100_000 + b": b\r\n\r\nx\r\n--b--\r\n",
        b"--b\r\n" + b"A: b\r\n" * 5_000 + b"\r\nx\r\n--b--\r\n",
        b"--b\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n--c--\r\n--b--\r\n",
    ],
)
async def test_a_broken_form_is_refused(known: Visitor, body: bytes) -> None:
    url = f"/chat/upload?id={fresh_id()}"
    async with known.session.post(url, data=body, headers=FORM) as response:
        await problem(response)


async def test_a_form_of_a_thousand_files_is_refused(known: Visitor) -> None:
    url = f"/chat/upload?id={fresh_id()}"
    async with known.session.post(url, data=form(*[b""] * 1000)) as response:
        assert await problem(response) == "too many files"


@pytest.mark.parametrize(
    "query",
    [
        "after=x",
        "after=",
        "after=1.5",
        "after=99999999999",
        "before=x",
        "wait=x",
        "wait=1e3",
        "after=٣",
    ],
)
async def test_a_number_that_is_none_is_refused(known: Visitor, query: str) -> None:
    async with known.session.get(f"/chat/entries?{query}") as response:
        assert "is no whole number" in await problem(response)


async def test_what_is_no_http_is_refused_without_a_trace(server: Server) -> None:
    host, port = server.address.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(b"BREW /chat COFFEE/1.0\r\n\r\n")
    answer = (await reader.read()).decode()
    writer.close()

    assert answer.startswith("HTTP/1.0 400")
    assert "Traceback" not in answer


# too large


async def test_a_huge_body_is_refused_before_it_is_read(known: Visitor) -> None:
    body = json.dumps({**SOUND, "text": "x" * 70_000})
    async with known.session.post("/chat/say", data=body, headers=JSON) as response:
        await problem(response)
        assert response.status == 413


async def test_a_huge_body_of_unstated_length_is_refused(known: Visitor) -> None:
    async def endless() -> object:
        for _ in range(100):
            yield b"x" * 10_000

    async with known.session.post("/chat/say", data=endless(), headers=JSON) as response:
        await problem(response)
        assert response.status == 413


async def test_a_body_packed_small_counts_as_what_it_unpacks_to(known: Visitor) -> None:
    headers = {**JSON, "Content-Encoding": "gzip"}
    body = gzip.compress(b"x" * 5_000_000)
    async with known.session.post("/chat/say", data=body, headers=headers) as response:
        await problem(response)
        assert response.status == 413


async def test_a_body_packed_wrongly_is_refused(known: Visitor) -> None:
    headers = {**JSON, "Content-Encoding": "gzip"}
    async with known.session.post("/chat/say", data=b"no gzip", headers=headers) as response:
        await problem(response)


async def test_a_very_long_text_is_answered_that_it_is_too_long(known: Visitor) -> None:
    heard = await known.says("x" * 4001)

    assert spoken(heard)[0] == "That message is too long for me. Please send a shorter one."


async def test_the_longest_text_allowed_is_read(known: Visitor) -> None:
    heard = await known.says("字" * 4000)

    assert spoken(heard)[0] != "That message is too long for me. Please send a shorter one."


@pytest.mark.parametrize(
    "text", ["", " ", "\0", "\u202e", "\n\n", "👩‍👩‍👧", "<b>bold</b>", "{name}", "%s"]
)
async def test_odd_words_are_answered_like_others(known: Visitor, text: str) -> None:
    said, *heard = await known.says(text)

    assert said["text"] == text
    assert spoken(heard)


@pytest.mark.parametrize(
    "token",
    ["", ".", "a.b.c.d", "0.0..", "1.1.~menu.", "é.1.x.y", "1.٣.~menu.help", "1.1.~.x", "x" * 64],
)
async def test_a_forged_tap_is_a_stale_one(known: Visitor, token: str) -> None:
    heard = await known.posts(tap=token, label="forged")

    assert spoken(heard)[0] == "That button belongs to an earlier question."


async def test_a_tap_longer_than_any_of_ours_is_refused(known: Visitor) -> None:
    async with known.session.post(
        "/chat/say", json={"id": fresh_id(), "tap": "x" * 65}
    ) as response:
        await problem(response)
