"""The usual way through the application, played by a visitor."""

import re

from tests.web.papers import photo
from tests.web.server import Visitor, spoken

REFERENCE = re.compile(r"\bA-\w{7}\b")
DEPOSIT = re.compile(r"\bD-\w{7}\b")
LATER = "I will hand it in later"


async def to_papers(visitor: Visitor) -> None:
    """Answer what is asked before the first paper."""
    for words in ("2", "unimelb", "Law", "i am still abroad", "1", "no", "no", "1"):
        await visitor.says(words)
    for words in ("Ana Núñez", "13812345678", "ana@example.org"):
        await visitor.says(words)


async def submits(visitor: Visitor) -> str:
    """Hand in an application; its reference."""
    await to_papers(visitor)
    await visitor.sends(photo("passport"))
    for words in ("That is all", LATER, LATER, LATER, "no", "1", "That is all"):
        await visitor.says(words)
    heard = "\n".join(spoken(await visitor.says("Submit my application")))
    found = REFERENCE.search(heard)
    assert found, spoken(visitor.entries)[-3:]
    return found[0]


async def to_deposit(visitor: Visitor) -> str:
    """Choose the first flat once the application is approved; the reference of the deposit."""
    await visitor.looks()
    heard = "\n".join(spoken(await visitor.says("1")))
    found = DEPOSIT.search(heard)
    assert found, heard
    return found[0]
