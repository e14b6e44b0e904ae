from collections.abc import Sequence

import pytest

from bot.channels.channel import Finding
from bot.channels.wechat.channel import WeChat
from bot.content.menu import Menu
from tests.fakes.wechat import OUR_IP, TEMPLATES, TOKEN, FakeWeChat, Fault
from tests.fakes.wechat_rig import (
    MENU,
    START,
    Phrases,
    draw,
    recall,
    rigged,
    settings_for,
    site_of,
)

FOREVER = -1


@pytest.fixture
def fake() -> FakeWeChat:
    return FakeWeChat(now=lambda: START)


async def look_over(fake: FakeWeChat, menu: Menu = MENU, **changes: object) -> Sequence[Finding]:
    """What the doctor finds, on a site that is there unless its address is given."""
    async with rigged(fake, menu, **changes) as rig, site_of(rig.channel) as url:
        settings = settings_for(fake, **{"public_url": url, **changes})
        doctor = WeChat(settings, menu, Phrases(), recall, fake.now, draw)
        async with doctor.opened():
            return await doctor.look_over()


def ill(findings: Sequence[Finding]) -> dict[str, str]:
    """What is not well, with the advice."""
    return {one.what: one.advice for one in findings if not one.is_well}


async def test_an_account_that_is_set_up_has_nothing_wrong(fake: FakeWeChat) -> None:
    async with rigged(fake) as rig:
        await rig.channel.set_up()

    findings = await look_over(fake)

    assert ill(findings) == {}
    assert len(findings) == 6
    assert not any(one.advice for one in findings)
    assert fake.violations == []


async def test_menus_that_were_never_pushed_are_found(fake: FakeWeChat) -> None:
    assert list(ill(await look_over(fake))) == ["WeChat menus"]


async def test_looking_changes_nothing(fake: FakeWeChat) -> None:
    await look_over(fake)

    assert {call.path for call in fake.calls if call.body} == {TOKEN}


async def test_an_address_that_is_not_on_the_list_is_named(fake: FakeWeChat) -> None:
    fake.fail(TOKEN, Fault(40164, times=FOREVER))

    advice = ill(await look_over(fake))

    assert list(advice) == ["WeChat token"]
    assert advice["WeChat token"].endswith(f"It is {OUR_IP}.")


async def test_a_wrong_secret_is_said_to_be(fake: FakeWeChat) -> None:
    advice = ill(await look_over(fake, app_secret="another"))

    assert "BOT_WECHAT_APP_SECRET" in advice["WeChat token"]


@pytest.mark.parametrize("url", ["", "http://127.0.0.1:1"])
async def test_a_webhook_that_does_not_answer_is_found(url: str, fake: FakeWeChat) -> None:
    advice = ill(await look_over(fake, Menu(), public_url=url))

    assert list(advice) == ["WeChat webhook"]


async def test_a_webhook_of_another_token_is_found(fake: FakeWeChat) -> None:
    async with rigged(fake) as rig, site_of(rig.channel) as url:
        settings = settings_for(fake, token="another", public_url=url)
        doctor = WeChat(settings, Menu(), Phrases(), recall, fake.now, draw)
        async with doctor.opened():
            advice = ill(await doctor.look_over())

    assert list(advice) == ["WeChat webhook"]


async def test_a_subscription_account_is_well_without_rights_it_does_not_have() -> None:
    fake = FakeWeChat(kind="subscription", now=lambda: START)

    assert ill(await look_over(fake, account="subscription")) == {}


@pytest.mark.parametrize("kind", ["service", "test"])
async def test_an_account_said_to_be_less_than_it_is_is_found(kind: str) -> None:
    fake = FakeWeChat(kind=kind, now=lambda: START)

    advice = ill(await look_over(fake, account="subscription"))

    assert "BOT_WECHAT_ACCOUNT=service" in advice["WeChat subscription account"]


async def test_a_verified_subscription_account_may_have_tags_and_is_well(fake: FakeWeChat) -> None:
    fake.fail(TEMPLATES, Fault(48001, times=FOREVER))

    assert ill(await look_over(fake, account="subscription")) == {}


async def test_messages_that_come_unencrypted_are_found(fake: FakeWeChat) -> None:
    advice = ill(await look_over(fake, Menu(), aes_key=""))

    assert list(advice) == ["WeChat encryption"]
    assert "safe mode" in advice["WeChat encryption"]
    assert "BOT_WECHAT_AES_KEY" in advice["WeChat encryption"]


async def test_a_test_account_which_has_no_key_is_well_without() -> None:
    fake = FakeWeChat(kind="test", now=lambda: START)

    assert ill(await look_over(fake, Menu(), account="test", aes_key="")) == {}


async def test_an_account_said_to_be_more_than_it_is_is_found() -> None:
    fake = FakeWeChat(kind="subscription", now=lambda: START)

    advice = ill(await look_over(fake, account="service"))

    assert "BOT_WECHAT_ACCOUNT" in advice["WeChat service account"]


async def test_a_platform_that_is_busy_is_to_be_asked_again(fake: FakeWeChat) -> None:
    fake.fail(TOKEN, Fault(status=502, times=FOREVER))

    advice = ill(await look_over(fake))

    assert advice["WeChat token"].startswith("Try again in a minute")
