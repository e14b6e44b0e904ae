"""Strangers' pictures, some of them hostile, shown to the real intake."""

import hashlib
import io
import struct
import zipfile

import pytest
from PIL import Image

from bot.services.intake import (
    Accepted,
    Intake,
    Limits,
    NotAccepted,
)
from tests.services.pictures import (
    GPS,
    RED,
    WHITE,
    encoded,
    ftyp,
    marked,
    nearly,
    opened,
    png_bomb,
    sideways_with_gps,
    webp_bomb,
    zipped,
)


async def test_a_photo_is_turned_upright_and_keeps_no_trace_of_place_or_camera(
    intake: Intake,
) -> None:
    sent = encoded(marked(), exif=sideways_with_gps(), comment=b"somebody's remark")
    assert opened(sent).getexif().get_ifd(GPS)

    accepted = await intake.examine(sent)

    assert isinstance(accepted, Accepted)
    kept = opened(accepted.content)
    assert (accepted.kind, kept.format, kept.size) == ("image/jpeg", "JPEG", (40, 60))
    assert nearly(kept.getpixel((35, 5)), RED)
    assert nearly(kept.getpixel((5, 5)), WHITE)
    assert not kept.getexif()
    assert set(kept.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    assert b"Exif" not in accepted.content
    assert b"camera" not in accepted.content
    assert b"remark" not in accepted.content


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "MPO"])
async def test_other_kinds_of_pictures_are_turned_upright_too(intake: Intake, kind: str) -> None:
    sent = encoded(marked(), kind, exif=sideways_with_gps())

    accepted = await intake.examine(sent)

    assert isinstance(accepted, Accepted)
    kept = opened(accepted.content)
    assert (accepted.kind, kept.format, kept.size) == ("image/jpeg", "JPEG", (40, 60))
    assert nearly(kept.getpixel((35, 5)), RED)
    assert not kept.getexif()


async def test_a_broken_exif_block_is_no_reason_to_refuse_a_good_picture(intake: Intake) -> None:
    sent = encoded(marked(), exif=b"Exif\0\0II*\0\xff\xff\xff\xff" + bytes(40))

    accepted = await intake.examine(sent)

    assert isinstance(accepted, Accepted)
    assert opened(accepted.content).size == (60, 40)


async def test_a_picture_that_is_also_an_archive_loses_the_archive(intake: Intake) -> None:
    secret = b"rm -rf everything"
    sent = encoded(marked(), comment=secret) + zipped(secret)
    assert zipfile.is_zipfile(io.BytesIO(sent))

    accepted = await intake.examine(sent)

    assert isinstance(accepted, Accepted)
    assert not zipfile.is_zipfile(io.BytesIO(accepted.content))
    assert secret not in accepted.content


async def test_a_large_photo_is_shrunk_and_a_small_one_is_not_blown_up(intake: Intake) -> None:
    large = await intake.examine(encoded(marked(6000, 3000)))
    small = await intake.examine(encoded(marked(6, 3)))

    assert isinstance(large, Accepted)
    assert isinstance(small, Accepted)
    assert opened(large.content).size == (2400, 1200)
    assert opened(small.content).size == (6, 3)


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
async def test_what_is_transparent_becomes_white(intake: Intake, mode: str) -> None:
    see_through = Image.new("RGBA", (40, 40), (0, 0, 0, 0))
    see_through.paste((0, 0, 0, 255), (20, 0, 40, 40))

    accepted = await intake.examine(encoded(see_through.convert(mode), "PNG"))

    assert isinstance(accepted, Accepted)
    assert nearly(opened(accepted.content).getpixel((5, 20)), WHITE)
    assert nearly(opened(accepted.content).getpixel((35, 20)), (0, 0, 0))


async def test_a_scan_in_fine_greys_keeps_its_greys(intake: Intake) -> None:
    scan = Image.frombytes("I;16", (20, 20), struct.pack("<H", 0x4000) * 400)

    accepted = await intake.examine(encoded(scan, "PNG"))

    assert isinstance(accepted, Accepted)
    assert nearly(opened(accepted.content).getpixel((10, 10)), (0x40, 0x40, 0x40))


async def test_the_same_file_sent_twice_has_the_same_digest(intake: Intake) -> None:
    sent = encoded(marked(), "PNG")

    first, second = await intake.examine(sent), await intake.examine(sent)

    assert first == second
    assert isinstance(first, Accepted)
    assert first.digest == hashlib.sha256(sent).hexdigest()


# refusals


async def test_a_small_file_with_400_megapixels_is_refused_before_it_unfolds(
    intake: Intake,
) -> None:
    bomb = png_bomb(20_000, 20_000)
    assert len(bomb) < 50_000

    assert await intake.examine(bomb) == NotAccepted("too_many_pixels")


@pytest.mark.parametrize(
    "size", [(12_001, 8), (8, 12_001), (9_000, 5_000)], ids=["wide", "high", "45 megapixels"]
)
async def test_a_picture_slightly_beyond_the_limits_is_refused(
    intake: Intake, size: tuple[int, int]
) -> None:
    sent = encoded(Image.new("1", size), "PNG")

    assert await intake.examine(sent) == NotAccepted("too_many_pixels")


async def test_the_canvas_a_webp_claims_is_refused_before_it_is_laid_out(intake: Intake) -> None:
    assert await intake.examine(webp_bomb()) == NotAccepted("too_many_pixels")


@pytest.mark.parametrize(
    "sent",
    [
        b"<!doctype html><script>alert(1)</script>",
        b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
        b"GIF89a" + bytes(50),
        b"II*\0" + bytes(50),
        b"BM" + bytes(50),
        b"\x7fELF" + bytes(50),
        zipped(b"papers"),
        ftyp(b"avif", b"mif1", b"miaf"),
        ftyp(b"isom", b"mp42"),
        b"\n%PDF-1.7",
        b"\0\0\0",
        b"\xff\xd8",
    ],
)
async def test_what_is_neither_picture_nor_pdf_is_refused(intake: Intake, sent: bytes) -> None:
    assert await intake.examine(sent) == NotAccepted("wrong_kind")


async def test_an_empty_file_is_refused(intake: Intake) -> None:
    assert await intake.examine(b"") == NotAccepted("empty")


@pytest.mark.parametrize(
    "sent", [ftyp(b"heic", b"mif1"), ftyp(b"mif1", b"heic"), ftyp(b"msf1", b"mif1", b"heix")]
)
async def test_an_iphone_picture_has_a_reason_of_its_own(intake: Intake, sent: bytes) -> None:
    assert await intake.examine(sent) == NotAccepted("heic")


@pytest.mark.parametrize(
    "sent",
    [
        encoded(marked(400, 400))[:-900],
        b"\xff\xd8\xff" + encoded(marked(), "PNG"),
        b"\x89PNG\r\n\x1a\n" + encoded(marked()),
        b"RIFF\x10\0\0\0WEBP<svg/>",
        b"%PDF-1.7 and nothing more",
        b"%PDF-" + encoded(marked()),
    ],
    ids=["cut off", "png behind jpeg", "jpeg behind png", "svg in webp", "no pdf", "jpeg as pdf"],
)
async def test_a_file_that_only_begins_well_is_unreadable(intake: Intake, sent: bytes) -> None:
    assert await intake.examine(sent) == NotAccepted("unreadable")


async def test_pictures_and_pdfs_have_each_their_own_size_limit() -> None:
    intake = Intake(Limits(image=1_000, pdf=2_000))

    assert await intake.examine(b"\xff\xd8\xff" + bytes(1_000)) == NotAccepted("too_large")
    assert await intake.examine(b"%PDF-" + bytes(1_000)) == NotAccepted("unreadable")
    assert await intake.examine(b"%PDF-" + bytes(2_000)) == NotAccepted("too_large")
