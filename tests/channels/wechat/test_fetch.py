import pytest

from bot.channels.channel import FetchError
from bot.channels.wechat.api import LARGEST_FILE
from bot.store.attachments import Attachment
from tests.fakes.wechat import MEDIA, FakeWeChat, Fault
from tests.fakes.wechat_rig import START, Rig, rigged

PHOTO = b"\xff\xd8\xff\xe0 a photo"


async def failed(rig: Rig, media_id: str) -> FetchError:
    with pytest.raises(FetchError) as caught:
        await rig.channel.fetch(Attachment(f"media:{media_id}"))
    return caught.value


async def test_a_photo_is_fetched_byte_for_byte() -> None:
    async with rigged() as rig:
        media_id = rig.fake.account.keep(PHOTO)
        fetched = await rig.channel.fetch(Attachment(f"media:{media_id}"))

    assert fetched == PHOTO
    assert rig.fake.violations == []


async def test_a_photo_is_fetched_with_a_new_token_when_the_old_one_is_refused() -> None:
    async with rigged() as rig:
        media_id = rig.fake.account.keep(PHOTO)
        rig.fake.fail(MEDIA, Fault(42001))
        fetched = await rig.channel.fetch(Attachment(f"media:{media_id}"))

    assert fetched == PHOTO


async def test_an_error_that_comes_as_a_file_with_status_200_is_an_error() -> None:
    async with rigged() as rig:
        error = await failed(rig, "unknown")

    assert error.permanent
    assert error.reason == "lost"


async def test_a_photo_older_than_three_days_is_lost() -> None:
    async with rigged() as rig:
        media_id = rig.fake.account.keep(PHOTO)
        rig.fake.advance(days=3)
        error = await failed(rig, media_id)

    assert error.permanent


async def test_a_busy_platform_is_asked_again() -> None:
    async with rigged() as rig:
        media_id = rig.fake.account.keep(PHOTO)
        rig.fake.fail(MEDIA, Fault(-1))
        busy = await failed(rig, media_id)
        rig.fake.fail(MEDIA, Fault(status=502))
        broken = await failed(rig, media_id)

    assert not busy.permanent
    assert not broken.permanent


async def test_a_file_that_is_too_large_is_said_to_be() -> None:
    async with rigged() as rig:
        fits = rig.fake.account.keep(b"\xff" * LARGEST_FILE)
        too_large = rig.fake.account.keep(b"\xff" * (LARGEST_FILE + 1))
        fetched = await rig.channel.fetch(Attachment(f"media:{fits}"))
        error = await failed(rig, too_large)

    assert len(fetched) == LARGEST_FILE
    assert error.permanent
    assert error.reason == "too_large"


async def test_a_film_of_which_only_the_address_comes_is_of_the_wrong_kind() -> None:
    async with rigged() as rig:
        media_id = rig.fake.account.keep(b"", url="http://video.example/1")
        error = await failed(rig, media_id)

    assert error.permanent
    assert error.reason == "wrong_kind"


async def test_an_account_that_may_not_fetch_says_so_without_asking() -> None:
    fake = FakeWeChat(kind="subscription", now=lambda: START)

    async with rigged(fake, account="subscription") as rig:
        error = await failed(rig, fake.account.keep(PHOTO))

    assert error.permanent
    assert fake.calls == []
