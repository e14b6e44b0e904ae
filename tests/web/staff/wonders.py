"""What people asked that nobody could answer, and how staff settle it."""

import re

from bot.store.questions import KeptQuestion
from tests.runner.wondered import asked
from tests.web.server import Server, Visitor
from tests.web.staff.clerks import Clerk, Page

CATS = ("how do I bring my cat on a plane?", "how do i bring my cats on a plane")
CHINESE = "灯会要买票吗"
MISSED = "closing of the western road"


def kept(server: Server, words: str) -> KeptQuestion:
    return asked(server.app)[words]


def ticked(server: Server, *texts: str) -> dict[str, str]:
    """Questions as a form names them."""
    return {f"q-{kept(server, text).id}": "1" for text in texts}


async def settles(ed: Clerk, how: str, *texts: str, **form: str) -> Page:
    ticks = ticked(ed.server, *texts)
    return await ed.sends(f"/staff/questions/{how}", "/staff/questions", **ticks, **form)


async def told(visitor: Visitor, words: str) -> str:
    """What somebody is told who has just come in and asks."""
    await visitor.arrives()
    return str(await visitor.says(words))


def groups(page: Page) -> list[str]:
    """The forms of the list, in words."""
    forms = re.findall(r'<form class="card question".*?</form>', page.text, re.DOTALL)
    return [Page(200, one, "", page.answer).words for one in forms]
