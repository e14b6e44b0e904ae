import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.content.load import Content, read_content

ROOT = Path(__file__).parents[1]
SHORTEST = 4
"""Letters of the shortest fact that is looked for: a shorter one means other things as well."""
FACTS = ("name", "short_name", "address", "map", "telephone", "email", "privacy_contact")
"""What a centre says of itself that nobody else could say."""


@pytest.fixture(scope="module")
def content() -> Content:
    return read_content(ROOT)[0]


@pytest.fixture(scope="module")
def program() -> dict[str, str]:
    """Every file of the program, plain enough to be searched."""
    files = (path for path in (ROOT / "bot").rglob("*") if path.is_file())
    kept = (path for path in files if path.suffix != ".pyc")
    return {str(path.relative_to(ROOT)): plain(path.read_text("utf-8", "replace")) for path in kept}


def plain(text: str) -> str:
    """A text as it is searched: whatever is written between its words, it is the same."""
    return re.sub(r"[\W_]+", "", text).casefold()


def facts_of_the_centre(content: Content) -> Iterator[str]:
    """Its names, address, telephone, mail and links, in every language."""
    for name in FACTS:
        match content.catalogue.facts[f"centre.{name}"]:
            case {"names": names}:
                yield from names.values()
            case fact:
                yield str(fact)
    for path in sorted((ROOT / "content").rglob("*.yaml")):
        yield from re.findall(r"https?://[^\s\"')]+", path.read_text("utf-8"))


def facts_of_the_stock(content: Content) -> Iterator[str]:
    """What its buildings are called, where they are, and who is paid."""
    for one in content.stock:
        yield from (one.id, one.map, one.payee.account)
        for names in (one.name, one.operator, one.address, one.payee.name, one.payee.bank):
            yield from names.values()


def without_notes(fact: str) -> str:
    """A fact without what is said about it: (sample)."""
    return re.sub(r"[(（][^)）]*[)）]", "", fact)


def test_no_fact_of_the_centre_stands_in_the_program(
    content: Content, program: dict[str, str]
) -> None:
    known = {*facts_of_the_centre(content), *facts_of_the_stock(content)}
    facts = {fact: plain(without_notes(fact)) for fact in known}

    found = [
        f"{path}: {fact}"
        for fact, wanted in facts.items()
        if len(wanted) >= SHORTEST
        for path, text in program.items()
        if wanted in text
    ]

    assert len(facts) > len(FACTS)
    assert not found


@pytest.mark.parametrize("place", ["Shanghai", "Changning", "Hongqiao", "上海", "长宁", "虹桥"])
def test_no_place_is_named_in_the_program(place: str, program: dict[str, str]) -> None:
    assert [path for path, text in program.items() if plain(place) in text] == []
