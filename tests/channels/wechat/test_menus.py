import logging

import pytest

from bot.channels.wechat.errors import next_midnight
from bot.channels.wechat.menus import buttons_of
from bot.content.menu import Entry, Menu, Opens
from tests.fakes.wechat import FakeWeChat, Fault
from tests.fakes.wechat_account import Body
from tests.fakes.wechat_rig import MENU, START, rigged

CREATE = "/cgi-bin/menu/create"
GET = "/cgi-bin/menu/get"
FOR_TAG = "/cgi-bin/menu/addconditional"
OTHER = Menu((Entry({"en": "Club", "zh_Hans": "茶友会"}, Opens("club")),))


@pytest.fixture
def fake() -> FakeWeChat:
    return FakeWeChat(now=lambda: START)


def names(buttons: object) -> list[str]:
    assert isinstance(buttons, list | tuple)
    return [button["name"] for button in buttons]


def changes(fake: FakeWeChat) -> list[str]:
    """The calls that changed anything."""
    return [call.path for call in fake.calls if call.body and "token" not in call.path]


async def set_up(fake: FakeWeChat, menu: Menu = MENU, **settings: object) -> list[str]:
    """Start a program; what it changed on the platform."""
    fake.calls.clear()
    async with rigged(fake, menu, **settings) as rig:
        await rig.channel.set_up()
    assert fake.violations == []
    return changes(fake)


def test_an_entry_becomes_a_key_the_hook_reads_or_a_page() -> None:
    tea, more = buttons_of(MENU, "en")
    everything, house = more.sub_button

    assert (tea.type, tea.key) == ("click", "flow:tea")
    assert (everything.type, everything.key) == ("click", "say:menu")
    assert (house.type, house.url) == ("view", "https://teahouse.example/")


async def test_the_first_start_pushes_a_menu_for_all_and_one_for_each_language(
    fake: FakeWeChat,
) -> None:
    await set_up(fake)

    assert names(fake.account.menu) == ["点茶", "更多"]
    assert sorted(fake.account.tags.values()) == ["talent-bot en", "talent-bot zh_Hans"]
    shown = sorted(names(buttons) for _, buttons in fake.account.menus_by_tag.values())
    assert shown == [["Tea", "More"], ["点茶", "更多"]]


async def test_the_second_start_changes_nothing(fake: FakeWeChat) -> None:
    await set_up(fake)

    assert await set_up(fake) == []


async def test_another_menu_replaces_all_three_and_leaves_none_of_the_old(
    fake: FakeWeChat,
) -> None:
    await set_up(fake)

    changed = await set_up(fake, OTHER)

    assert changed.count(CREATE) == 1
    assert names(fake.account.menu) == ["茶友会"]
    assert sorted(names(one) for _, one in fake.account.menus_by_tag.values()) == [
        ["Club"],
        ["茶友会"],
    ]


async def test_one_languages_menu_that_somebody_changed_is_the_only_one_pushed(
    fake: FakeWeChat,
) -> None:
    await set_up(fake)
    menu_id, (tag, _) = next(iter(fake.account.menus_by_tag.items()))
    button: Body = {"type": "click", "name": "Mine", "key": "mine"}
    fake.account.menus_by_tag[menu_id] = (tag, [button])

    changed = await set_up(fake)

    assert changed == ["/cgi-bin/menu/delconditional", FOR_TAG]


async def test_a_centre_without_a_menu_leaves_the_platforms_alone(fake: FakeWeChat) -> None:
    await set_up(fake)

    await set_up(fake, Menu())

    assert fake.account.menu is not None
    assert not fake.called(GET)


async def test_an_account_without_menus_is_asked_for_none() -> None:
    fake = FakeWeChat(kind="subscription", now=lambda: START)

    assert await set_up(fake, account="subscription") == []
    assert fake.calls == []


def failures(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.message for record in caplog.records if record.levelno == logging.ERROR]


async def test_what_fails_is_tried_again_with_growing_pauses_and_logged_once(
    fake: FakeWeChat, caplog: pytest.LogCaptureFixture
) -> None:
    fake.fail(FOR_TAG, Fault(status=502, times=4))

    async with rigged(fake) as rig:
        await rig.channel.set_up()

    assert len(fake.account.menus_by_tag) == 2
    assert rig.slept == [2, 4, 8, 16]
    assert failures(caplog) == ["menus not set up"]


async def test_when_the_days_calls_are_used_up_it_is_tried_again_the_next_day(
    fake: FakeWeChat,
) -> None:
    fake.fail(FOR_TAG, Fault(45009))

    async with rigged(fake) as rig:
        await rig.channel.set_up()

    assert rig.slept == [next_midnight(START).total_seconds()]
    assert len(fake.account.menus_by_tag) == 2


async def test_what_is_refused_for_good_is_logged_and_left(
    fake: FakeWeChat, caplog: pytest.LogCaptureFixture
) -> None:
    fake.fail(FOR_TAG, Fault(65320, times=-1))

    async with rigged(fake) as rig:
        await rig.channel.set_up()

    assert rig.slept == []
    assert failures(caplog) == ["menus not set up"]


async def test_a_person_sees_the_menu_in_the_language_of_their_tag(fake: FakeWeChat) -> None:
    async with rigged(fake) as rig:
        await rig.channel.set_up()
        rig.channel.speaks("ana", "en")

    assert names(fake.account.menu_of("ana")) == ["Tea", "More"]
    assert names(fake.account.menu_of("bo")) == ["点茶", "更多"]


def test_a_language_without_a_name_of_its_own_shows_another() -> None:
    only_french = Menu((Entry({"fr": "Thé"}, Opens("tea")),))

    assert [button.name for button in buttons_of(only_french, "en")] == ["Thé"]
