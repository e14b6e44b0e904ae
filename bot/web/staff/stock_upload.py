"""Reads forms that carry a file, and keeps the photos that come in them."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any

from aiohttp import BodyPartReader, web

from bot.services.intake import JPEG, STANDARD
from bot.services.staff import Signed
from bot.services.stock_files import LARGEST
from bot.store.inventory import Kind
from bot.web.request import CHUNK, UNSOUND, Malformed, read_form
from bot.web.staff.guard import Form
from bot.web.staff.page import back
from bot.web.staff.stock_items import revision_of
from bot.web.staff.stock_parts import EDIT, STOCK, StockParts

FILE = web.RequestKey("file", bytes)
"""Where a request keeps the file that came with it."""
PARTS = 10
LONGEST_FIELD = 1000
"""Bytes of a field beside the file: a token or a number."""
READ_ON = 64 * 1024 * 1024
"""Bytes of a file that is too large which are still read, so that the browser gets an answer."""


def with_file(largest: int) -> Callable[[web.Request], Awaitable[Form]]:
    """Reads such a form; the file, cut off just past the largest, is put at `request[FILE]`."""

    async def read(request: web.Request) -> Form:
        form: Form = {}
        parts, request[FILE] = 0, b""
        if request.content_type != "multipart/form-data":
            return await read_form(request, LONGEST_FIELD)
        try:
            async for part in await request.multipart():
                parts += 1
                if not isinstance(part, BodyPartReader) or parts > PARTS:
                    raise Malformed("an unknown field")
                if part.name == "file":
                    request[FILE] = await _content(part, largest)
                else:
                    form[str(part.name)] = (await _content(part, LONGEST_FIELD)).decode()
        except UNSOUND as error:
            raise Malformed("no sound form") from error
        if any("\0" in value for value in form.values()):
            raise Malformed("a character nobody types")
        return form

    return read


async def _content(part: BodyPartReader, largest: int) -> bytes:
    content, length = bytearray(), 0
    while chunk := await part.read_chunk(CHUNK):
        length += len(chunk)
        if length > READ_ON:
            raise web.HTTPRequestEntityTooLarge(READ_ON, length)
        if len(content) <= largest:
            content += chunk
    return bytes(content[: largest + 1])


read_stock_file = with_file(LARGEST)


@dataclass(frozen=True, slots=True)
class PhotoDoor:
    """The handler of photos that staff send for a unit type."""

    parts: StockParts

    def routes(self) -> list[web.RouteDef]:
        """The door's routes."""
        act = self.parts.guard.act(EDIT, self.keep, with_file(STANDARD.image))
        return [web.post(f"{STOCK}/unit_type/{{id}}/photo", act)]

    async def keep(self, request: web.Request, signed: Signed, form: Form) -> web.StreamResponse:
        """Have the picture written anew, keep it, and show the unit type with it."""
        item_id, revision = request.match_info["id"], revision_of(form)
        here = f"{STOCK}/unit_type/{item_id}"
        old = (await self.parts.known()).get((Kind.UNIT_TYPE, item_id))
        if old is None:
            raise web.HTTPNotFound
        examined = await self.parts.papers.examine([request[FILE]], None)
        if not examined.documents or examined.documents[0].kind != JPEG:
            return back(here, "no_picture")
        name = await asyncio.to_thread(self.parts.photos.keep, examined.documents[0].parts[0])
        facts: Any = old.values["facts"]
        values = {**old.values, "facts": {**facts, "photo": name}}
        wanted, now = [replace(old, values=values, revision=revision)], self.parts.pages.now()
        apply = self.parts.inventory.apply
        became = await self.parts.database.write(lambda tx: apply(tx, wanted, signed.actor, now))
        return back(here, became.value)
