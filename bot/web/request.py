"""Reads what a page's request holds; what no page of ours sends is refused, whatever its size."""

import re
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from aiohttp import BodyPartReader, web
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.web_protocol import RequestPayloadError

CHUNK = 64 * 1024
FIELDS = 200
"""Fields of one form: each name of a building in each language of a centre."""
FILES = 10
"""Files of one upload that are read; no question asks for more."""
PARTS = 100
"""Files in one form: more is no person's choice."""
MOST_BYTES = 256 * 1024 * 1024
"""Bytes of one form: ten files of the largest size and then some. A film that somebody picked by
mistake is read to its end, since a browser cut off in the middle only tries again."""
UNSOUND = (ValueError, AssertionError, RuntimeError, RequestPayloadError, HttpProcessingError)
"""All that aiohttp raises over a body no browser makes."""


class Malformed(Exception):
    """A request that no page of ours makes; the message is for the log and the developer."""


@dataclass(frozen=True, slots=True)
class Received:
    """The files of a form, and how many more there were than are read."""

    files: list[bytes] = field(default_factory=list)
    left: int = 0


async def read_body(request: web.Request, most: int) -> bytes:
    """The body, never more of it than allowed: neither its stated length nor its packing counts."""
    content = bytearray()
    try:
        async for chunk in request.content.iter_chunked(CHUNK):
            content += chunk
            if len(content) > most:
                raise web.HTTPRequestEntityTooLarge(most, len(content))
    except UNSOUND as error:
        raise Malformed("no sound body") from error
    return bytes(content)


async def read_files(request: web.Request, largest: int) -> Received:
    """The contents of the files of a form, each cut off just past the largest allowed."""
    files: list[bytes] = []
    count, room = 0, MOST_BYTES
    try:
        async for part in await request.multipart():
            if not isinstance(part, BodyPartReader) or part.name != "file":
                raise Malformed("an unknown field")
            count += 1
            if count > PARTS:
                raise Malformed("too many files")
            content, length = await _content(part, largest, room)
            room -= length
            if count <= FILES:
                files.append(content)
    except UNSOUND as error:
        raise Malformed("no sound form") from error
    return Received(files, count - len(files))


async def _content(part: BodyPartReader, largest: int, room: int) -> tuple[bytes, int]:
    content, length = bytearray(), 0
    while chunk := await part.read_chunk(CHUNK):
        length += len(chunk)
        if length > room:
            raise web.HTTPRequestEntityTooLarge(MOST_BYTES, MOST_BYTES + 1)
        if len(content) <= largest:
            content += chunk
    return bytes(content), length


async def read_form(request: web.Request, most: int) -> dict[str, str]:
    """The fields of a small form as a browser posts it; of a name that comes twice the last."""
    if request.content_type != "application/x-www-form-urlencoded":
        raise Malformed("not a form")
    body = await read_body(request, most)
    try:
        form = dict(parse_qsl(body.decode("ascii"), max_num_fields=FIELDS))
    except ValueError as error:
        raise Malformed("no sound form") from error
    if any("\0" in value for value in form.values()):  # which PostgreSQL does not keep
        raise Malformed("a character nobody types")
    return form


def whole(request: web.Request, name: str, default: int) -> int:
    """A whole number of the query."""
    typed = request.query.get(name, str(default))
    if not re.fullmatch(r"-?[0-9]{1,9}", typed):
        raise Malformed(f"{name} is no whole number")
    return int(typed)
