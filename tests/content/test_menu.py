from pathlib import Path

import pytest

from bot.content.load import read_content
from bot.content.menu import Entry, Group, Menu, Opens, Says, Visits

MENU = "content/menu.yaml"
NAME = "name: {en: Tea, zh_Hans: 茶}"


def problems(teahouse: Path, menu: str) -> list[str]:
    """What is wrong with a menu, whatever else is."""
    (teahouse / MENU).write_text(menu, "utf-8")
    return [str(one) for one in read_content(teahouse)[1] if one.path == MENU]


def entry(more: str, name: str = NAME) -> str:
    """A menu of one entry."""
    return f"menu:\n  - {name}\n    {more}\n"


def test_the_menu_of_the_teahouse_is_read(toy: Path) -> None:
    menu = read_content(toy)[0].menu

    assert menu.parts[0] == Entry({"en": "Tea", "zh_Hans": "点茶"}, Opens("tea"))
    assert isinstance(menu.parts[1], Group)
    assert [one.does for one in menu.parts[1].entries] == [
        Says("menu"),
        Visits("https://teahouse.example/"),
    ]


def test_a_centre_without_the_file_has_no_menu(teahouse: Path) -> None:
    (teahouse / MENU).unlink()

    content, found = read_content(teahouse)

    assert content.menu == Menu()
    assert not [one for one in found if one.path == MENU]


def test_the_menu_of_the_real_centre_has_no_problem(root: Path) -> None:
    content, found = read_content(root)

    assert len(content.menu.parts) > 1
    assert not [one for one in found if one.path == MENU]


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ("flow: tee", "there is no flow 'tee'; do you mean 'tea'?"),
        ("says: mneu", "'mneu' is no command; do you mean 'menu'?"),
        ("url: http://teahouse.example/", "'http://teahouse.example/' must begin with https://"),
    ],
)
def test_an_entry_that_leads_nowhere_is_reported_with_its_line(
    more: str, message: str, teahouse: Path
) -> None:
    assert problems(teahouse, entry(more)) == [f"{MENU}:3: {message}"]


@pytest.mark.parametrize(("letters", "fits"), [(5, True), (6, False)])
def test_a_name_is_measured_in_bytes(letters: int, fits: bool, teahouse: Path) -> None:
    name = "name: {en: Tea, zh_Hans: " + "茶" * letters + "}"

    found = problems(teahouse, entry("flow: tea", name))

    expected = f"{MENU}:2: '茶茶茶茶茶茶': 18 bytes in zh_Hans, more than the 16 WeChat shows"
    assert found == ([] if fits else [expected])


def test_names_behind_another_may_be_longer(teahouse: Path) -> None:
    inside = "\n".join(
        f"      - name: {{en: Tea, zh_Hans: {'茶' * letters}}}\n        flow: tea"
        for letters in (20, 21)
    )

    found = problems(teahouse, f"menu:\n  - {NAME}\n    entries:\n{inside}\n")

    assert [one.split(" bytes")[0][-2:] for one in found] == ["63"]


def test_an_address_and_words_have_a_limit_too(teahouse: Path) -> None:
    long_url = "https://teahouse.example/" + "a" * 1000

    [found] = problems(teahouse, entry(f"url: {long_url}"))

    assert "1025 bytes, more than the 1024" in found


@pytest.mark.parametrize(("count", "fits"), [(1, True), (3, True), (4, False)])
def test_three_entries_fit_in_the_first_row(count: int, fits: bool, teahouse: Path) -> None:
    menu = "menu:\n" + f"  - {NAME}\n    flow: tea\n" * count

    assert (problems(teahouse, menu) == []) is fits


@pytest.mark.parametrize(("count", "fits"), [(1, True), (5, True), (6, False)])
def test_five_entries_fit_behind_a_name(count: int, fits: bool, teahouse: Path) -> None:
    below = f"      - {NAME}\n        flow: tea\n" * count
    menu = f"menu:\n  - {NAME}\n    entries:\n{below}"

    assert (problems(teahouse, menu) == []) is fits


@pytest.mark.parametrize(
    ("menu", "message"),
    [
        ("menu: []\n", "'menu' holds from 1 to 3 entries"),
        ("menu: tea\n", "must be a list"),
        ("menus: []\n", "has no field 'menus'"),
        ("menu:\n  - tea\n", "must have fields"),
        (entry("flow: tea\n    says: menu"), "needs one of flow, says, url"),
        (entry("opens: tea"), "needs one of flow, says, url"),
        ("menu:\n  - flow: tea\n", "needs a field 'name'"),
    ],
)
def test_a_malformed_menu_is_reported(menu: str, message: str, teahouse: Path) -> None:
    assert any(message in found for found in problems(teahouse, menu))
