"""Files of contacts are fetched from where Telegram keeps them."""

import pytest

from bot.channels.channel import FetchError
from bot.store.attachments import Attachment
from tests.channels.telegram.stage import Stage
from tests.fakes.telegram import TOKEN


async def fails(stage: Stage, attachment: Attachment) -> FetchError:
    """How fetching fails."""
    with pytest.raises(FetchError) as caught:
        await stage.channel.fetch(attachment)
    assert TOKEN not in str(caught.value)
    return caught.value


async def test_a_file_is_fetched_whole(stage: Stage) -> None:
    content = bytes(range(256)) * 2000
    reference = stage.fake.chats.keep(content)

    assert await stage.channel.fetch(Attachment(reference)) == content


async def test_a_file_that_is_too_large_is_never_tried_again(stage: Stage) -> None:
    reference = stage.fake.chats.keep(bytes(20_000_001))

    error = await fails(stage, Attachment(reference))

    assert (error.permanent, error.reason) == (True, "too_large")


async def test_a_file_known_to_be_too_large_is_not_asked_for(stage: Stage) -> None:
    error = await fails(stage, Attachment("x", failed="too_large"))

    assert (error.permanent, error.reason) == (True, "too_large")
    assert "getFile" not in stage.fake.methods()


async def test_a_file_that_is_gone_is_lost(stage: Stage) -> None:
    error = await fails(stage, Attachment("never-there"))

    assert (error.permanent, error.reason) == (True, "lost")


async def test_a_file_that_is_not_to_be_had_now_is_tried_again(stage: Stage) -> None:
    reference = stage.fake.chats.keep(b"x")
    stage.fake.refuse("file", 500)

    assert not (await fails(stage, Attachment(reference))).permanent
    assert await stage.channel.fetch(Attachment(reference)) == b"x"


@pytest.mark.parametrize("code", [404, 410])
async def test_a_file_that_is_not_at_its_address_is_asked_for_anew(stage: Stage, code: int) -> None:
    reference = stage.fake.chats.keep(b"x")
    stage.fake.refuse("file", code)

    assert await stage.channel.fetch(Attachment(reference)) == b"x"
    assert stage.fake.methods().count("getFile") == 2


@pytest.mark.parametrize("code", [404, 410])
async def test_a_file_that_is_at_no_address_is_lost(stage: Stage, code: int) -> None:
    reference = stage.fake.chats.keep(b"x")
    stage.fake.refuse("file", code, times=2)

    error = await fails(stage, Attachment(reference))

    assert (error.permanent, error.reason) == (True, "lost")


@pytest.mark.parametrize("code", [429, 500])
async def test_telegrams_own_trouble_passes(stage: Stage, code: int) -> None:
    reference = stage.fake.chats.keep(b"x")
    stage.fake.refuse("getFile", code)

    assert not (await fails(stage, Attachment(reference))).permanent


async def test_a_fetch_cut_off_is_tried_again(stage: Stage) -> None:
    reference = stage.fake.chats.keep(b"x")
    stage.fake.cut_off("getFile")

    assert not (await fails(stage, Attachment(reference))).permanent
