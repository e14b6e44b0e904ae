"""Strangers' PDFs, some of them hostile, shown to the real intake."""

import asyncio
import zlib

import pytest

from bot.services.intake import (
    PDF,
    Accepted,
    Intake,
    Limits,
    NotAccepted,
)
from tests.services.pdfs import drawn, encrypted, filled_form, paged
from tests.services.pictures import RED, encoded, marked, nearly, opened


async def test_a_pdf_is_kept_as_it_came_with_a_picture_of_each_page(intake: Intake) -> None:
    sent = paged(3)

    accepted = await intake.examine(sent)

    assert isinstance(accepted, Accepted)
    assert (accepted.kind, accepted.content) == (PDF, sent)
    assert [opened(page).size for page in accepted.pages] == [(1414, 2000)] * 3


@pytest.mark.parametrize(
    ("box", "longest"),
    [
        (b"0 0 482 482", 2000),
        (b"0 0 14400 14400", 2000),
        (b"0 0 14400 1", 2000),
        (b"0 0 72 36", 300),
        (b"0 0 0 0", 2000),
    ],
)
async def test_a_page_of_any_size_becomes_a_picture_of_bounded_size(
    intake: Intake, box: bytes, longest: int
) -> None:
    accepted = await intake.examine(paged(box=box))

    assert isinstance(accepted, Accepted)
    assert max(opened(accepted.pages[0]).size) == longest


async def test_what_was_typed_into_a_form_is_on_the_picture(intake: Intake) -> None:
    accepted = await intake.examine(filled_form())

    assert isinstance(accepted, Accepted)
    assert nearly(opened(accepted.pages[0]).getpixel((50, 50)), RED)


async def test_eleven_pages_are_too_many_and_ten_are_not(intake: Intake) -> None:
    small = b"0 0 100 100"

    assert await intake.examine(paged(11, small)) == NotAccepted("too_many_pages")
    assert isinstance(await intake.examine(paged(10, small)), Accepted)


async def test_a_pdf_with_a_password_is_locked(intake: Intake) -> None:
    assert await intake.examine(encrypted(b"open sesame")) == NotAccepted("locked")


async def test_a_pdf_that_opens_without_a_password_is_accepted_though_encrypted(
    intake: Intake,
) -> None:
    assert isinstance(await intake.examine(encrypted(b"")), Accepted)


async def test_a_pdf_without_pages_is_unreadable(intake: Intake) -> None:
    assert await intake.examine(paged(0)) == NotAccepted("unreadable")


async def test_a_pdf_that_unfolds_beyond_the_memory_allowed_stays_contained() -> None:
    squeeze = zlib.compressobj(9)
    once = b"".join(squeeze.compress(bytes(1 << 24)) for _ in range(16)) + squeeze.flush()
    bomb = drawn(zlib.compress(once, 9), b"/Filter[/FlateDecode/FlateDecode]")
    assert len(bomb) < 10_000
    intake = Intake(Limits(memory=256 << 20))

    outcome = await intake.examine(bomb)
    afterwards = await intake.examine(encoded(marked()))

    assert outcome == NotAccepted("unreadable")
    assert isinstance(afterwards, Accepted)


async def test_a_pdf_that_draws_for_ever_is_stopped_by_its_processor_time() -> None:
    endless = zlib.compress(b"0 0 m 200 200 50 0 0 200 c b\n" * 1_000_000, 9)
    intake = Intake(Limits(cpu=1))

    async with asyncio.timeout(10):  # half the time by the clock on the wall
        outcome = await intake.examine(drawn(endless, b"/Filter/FlateDecode"))

    assert outcome == NotAccepted("unreadable")
