"""What staff do on the pages of the stock, and what of it is kept."""

import io
import re

from aiohttp import FormData

from bot.store.inventory import Item, Kind, find_item
from tests.web.server import Server
from tests.web.staff.clerks import Clerk, Page

STOCK = "/staff/stock"
FLAT = f"{STOCK}/flat/plane_tree_0201"
TYPE = f"{STOCK}/unit_type/loft_35"
HEADER = "flat,unit_type,number,floor,available_from,rent_yuan,offered\n"


def item(server: Server, kind: Kind, item_id: str) -> Item | None:
    """What is kept."""
    return server.app.database.look(lambda tx: find_item(tx, kind, item_id))


def values(server: Server, kind: Kind, item_id: str) -> dict[str, object]:
    """The columns of what is kept."""
    found = item(server, kind, item_id)
    assert found is not None
    return dict(found.values)


async def uploads(
    one: Clerk, at: str, to: str, content: bytes, name: str = "a.csv", **changes: str
) -> Page:
    """Send a file by the form on a page."""
    page = await one.gets(at)
    form = FormData()
    form.add_field("csrf", changes.get("csrf") or page.field("csrf"))
    if 'name="revision"' in page.text:
        form.add_field("revision", page.field("revision"))
    form.add_field("file", io.BytesIO(content), filename=name, content_type="image/jpeg")
    async with one.session.post(to, data=form) as answer:
        return Page(answer.status, await answer.text(), answer.url.path_qs, answer)


async def checks(one: Clerk, content: str | bytes) -> Page:
    """Have a file of stock checked."""
    given = content.encode() if isinstance(content, str) else content
    return await uploads(one, f"{STOCK}/import", f"{STOCK}/import", given)


async def saves(one: Clerk, at: str, fields: dict[str, str], page: Page | None = None) -> Page:
    """Post the form of a page with some fields changed."""
    page = page or await one.gets(at)
    named = re.findall(r'<input name="([^"]+)" type="\w+" value="([^"]*)"', page.text)
    areas = re.findall(r'<textarea name="([^"]+)"[^>]*>([^<]*)<', page.text)
    chosen = re.findall(r'<select name="([^"]+)">.*?value="([^"]*)" selected', page.text, re.DOTALL)
    form = {**dict(named), **dict(areas), **dict(chosen), **fields}
    form |= {"csrf": page.field("csrf"), "revision": page.field("revision")}
    return await one.posts(at, None, **form)
