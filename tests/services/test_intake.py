"""Strangers' files, some of them hostile, made here byte by byte and shown to the real intake."""

import ast
import asyncio
import gc
import hashlib
import io
import os
import struct
import sys
import zipfile
import zlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import uvloop
from PIL import Image, ImageDraw, TiffImagePlugin

from bot.services.intake import (
    DECODER,
    PDF,
    Accepted,
    Closed,
    Intake,
    Limits,
    NotAccepted,
)

RED, WHITE = (255, 0, 0), (255, 255, 255)
ORIENTATION, GPS = 0x0112, 0x8825


@pytest.fixture
async def intake() -> AsyncIterator[Intake]:
    intake = Intake()
    yield intake
    await intake.close()


# Pictures


def marked(width: int = 60, height: int = 40, mode: str = "RGB") -> Image.Image:
    """White, with red in its upper left quarter, to see how it was turned."""
    image = Image.new(mode, (width, height), WHITE)
    ImageDraw.Draw(image).rectangle((0, 0, width // 2 - 1, height // 2 - 1), RED)
    return image


def encoded(image: Image.Image, kind: str = "JPEG", **options: object) -> bytes:
    written = io.BytesIO()
    image.save(written, kind, **options)
    return written.getvalue()


def sideways_with_gps() -> Image.Exif:
    exif = Image.Exif()
    exif[ORIENTATION] = 6  # the camera was held upright: show turned a quarter clockwise
    north = tuple(TiffImagePlugin.IFDRational(n) for n in (31, 13, 48))
    exif.get_ifd(GPS).update({1: "N", 2: north})
    exif[0x010F] = "a maker of cameras"
    return exif


def opened(content: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(content))
    image.load()
    return image


def nearly(colour: object, wanted: tuple[int, int, int]) -> bool:
    assert isinstance(colour, tuple)
    return all(abs(a - b) < 30 for a, b in zip(colour, wanted, strict=True))


def png_bomb(width: int, height: int) -> bytes:
    row = b"\0" * (width // 8 + 1)
    squeeze = zlib.compressobj(9)
    squeezed = b"".join(squeeze.compress(row * 1000) for _ in range(height // 1000))
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", squeezed + squeeze.flush()), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in chunks
    )


def webp_bomb() -> bytes:
    canvas = bytes(4) + (16_000).to_bytes(3, "little") * 2
    chunk = b"VP8X" + struct.pack("<I", len(canvas)) + canvas
    return b"RIFF" + struct.pack("<I", len(chunk) + 4) + b"WEBP" + chunk


def ftyp(*brands: bytes) -> bytes:
    box = b"ftyp" + brands[0] + bytes(4) + b"".join(brands[1:])
    return struct.pack(">I", len(box) + 4) + box + bytes(200)


def zipped(secret: bytes) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr("run.sh", secret)
    return written.getvalue()


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


# Refusals


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


# PDFs


def pdf_of(*bodies: bytes, trailer: bytes = b"") -> bytes:
    """Object 1 is the catalogue, 2 the page tree."""
    written, places = b"%PDF-1.7\n", []
    for number, body in enumerate(bodies, 1):
        places.append(len(written))
        written += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return written + (
        b"xref\n0 %d\n0000000000 65535 f \n%btrailer\n<</Size %d/Root 1 0 R%b>>\n"
        b"startxref\n%d\n%%%%EOF\n"
    ) % (len(bodies) + 1, table, len(bodies) + 1, trailer, len(written))


def paged(pages: int = 1, box: bytes = b"0 0 595 842", trailer: bytes = b"") -> bytes:
    kids = b" ".join(b"%d 0 R" % number for number in range(3, 3 + pages))
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[%b]>>" % box
    tree = b"<</Type/Pages/Kids[%b]/Count %d>>" % (kids, pages)
    return pdf_of(b"<</Type/Catalog/Pages 2 0 R>>", tree, *[page] * pages, trailer=trailer)


def drawn(stream: bytes, filters: bytes = b"") -> bytes:
    return pdf_of(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Contents 4 0 R>>",
        b"<<%b/Length %d>>stream\n%b\nendstream" % (filters, len(stream), stream),
    )


def filled_form() -> bytes:
    look = b"1 0 0 rg 0 0 100 100 re f"
    return pdf_of(
        b"<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[4 0 R]>>>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]/Annots[4 0 R]>>",
        b"<</Type/Annot/Subtype/Widget/FT/Tx/T(name)/V(Ana)/F 4/Rect[0 0 100 100]/AP<</N 5 0 R>>>>",
        b"<</Type/XObject/Subtype/Form/BBox[0 0 100 100]/Length %d>>stream\n%b\nendstream"
        % (len(look), look),
    )


def rc4(key: bytes, data: bytes) -> bytes:
    box, j, i = list(range(256)), 0, 0
    for n in range(256):
        j = (j + box[n] + key[n % len(key)]) % 256
        box[n], box[j] = box[j], box[n]
    stream, j = bytearray(), 0
    for byte in data:
        i = (i + 1) % 256
        j = (j + box[i]) % 256
        box[i], box[j] = box[j], box[i]
        stream.append(byte ^ box[(box[i] + box[j]) % 256])
    return bytes(stream)


def encrypted(password: bytes) -> bytes:
    """PDF 1.7 (ISO 32000-1), 7.6.3: the oldest of its ciphers, for it is the shortest."""
    filler = bytes.fromhex("28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A")

    def key(material: bytes) -> bytes:
        return hashlib.md5(material).digest()[:5]

    user, allowed, document = (password + filler)[:32], -4, bytes(16)
    owner = rc4(key((b"for the owner" + filler)[:32]), user)
    checked = rc4(key(user + owner + struct.pack("<i", allowed) + document), filler)
    name, o, u = (value.hex().encode() for value in (document, owner, checked))
    return paged(
        trailer=b"/ID[<%b><%b>]/Encrypt<</Filter/Standard/V 1/R 2/P %d/O<%b>/U<%b>>>"
        % (name, name, allowed, o, u)
    )


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


# The child process


def a_decoder(folder: Path, body: str) -> Path:
    """Another decoder in place of ours: broken, taken over by a file, or curious."""
    path = folder / "decoder.py"
    path.write_text(
        "import os, sys, time\n"
        "def packed(*fields): return b''.join(len(f).to_bytes(4, 'big') + f for f in fields)\n"
        "def picture(words): return b'\\xff\\xd8\\xff' + words + b'\\xff\\xd9'\n"
        "out = sys.stdout.buffer\n" + body
    )
    return path


def children() -> set[str]:
    return set(Path(f"/proc/self/task/{os.getpid()}/children").read_text().split())


needs_proc = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


@pytest.mark.parametrize(
    "body",
    [
        "sys.exit(0)",
        "os.kill(os.getpid(), 9)",
        "sys.stdin.buffer.read(); out.write(b'rubbish')",
        "out.write(packed(packed(b'accepted', picture(b'ok')))[:-1])",
        "out.write(packed(packed(b'accepted', picture(b'ok'))) + b'more')",
        "out.write((99).to_bytes(4, 'big') + packed(b'accepted', picture(b'first of two')))",
        "out.write(packed(packed(b'accepted', picture(b'ok') + b'more')[:-4]))",
        "out.write(packed(packed(b'accepted', b'<script>alert(1)</script>')))",
        "out.write(packed(packed(b'accepted', picture(b'one'), picture(b'two'))))",
        "out.write(packed(packed(b'accepted')))",
        "out.write(packed(packed(b'no such reason')))",
        "out.write(packed(packed(b'\\xff\\xfe')))",
        "out.write(packed(packed(*[b''] * 100_000)))",
        "while True: out.write(bytes(1 << 16))",
    ],
)
async def test_a_child_that_dies_or_talks_rubbish_makes_the_file_unreadable(
    tmp_path: Path, body: str
) -> None:
    intake = Intake(decoder=a_decoder(tmp_path, body))

    assert await intake.examine(encoded(marked())) == NotAccepted("unreadable")


async def test_an_answer_longer_than_allowed_is_not_taken() -> None:
    intake = Intake(Limits(answer=500))

    assert await intake.examine(encoded(marked())) == NotAccepted("unreadable")


async def test_a_child_without_enough_memory_makes_the_file_unreadable() -> None:
    intake = Intake(Limits(memory=24 << 20))

    assert await intake.examine(encoded(marked())) == NotAccepted("unreadable")


@pytest.mark.parametrize(
    "body",
    [
        "time.sleep(60)",
        "out.close(); time.sleep(60)",
        "os.fork() or os.setsid(); time.sleep(6)",  # a grandchild holds on to the pipes
    ],
)
async def test_a_child_that_hangs_is_ended_while_others_are_answered(
    tmp_path: Path, body: str
) -> None:
    stuck = Intake(Limits(wall=0.5), decoder=a_decoder(tmp_path, body))
    sent = encoded(marked()) + bytes(5 << 20)  # more than a pipe holds: it is never read

    waiting = asyncio.create_task(stuck.examine(sent))
    other = await Intake().examine(sent)
    too_early = waiting.done()
    async with asyncio.timeout(4):
        outcome = await waiting

    assert isinstance(other, Accepted)
    assert not too_early
    assert outcome == NotAccepted("unreadable")


async def test_two_files_at_once_are_both_answered_by_one_worker() -> None:
    intake = Intake(workers=1)

    photo, paper = await asyncio.gather(
        intake.examine(encoded(marked())), intake.examine(paged(box=b"0 0 100 100"))
    )

    assert isinstance(photo, Accepted)
    assert isinstance(paper, Accepted)
    assert (photo.kind, paper.kind) == ("image/jpeg", PDF)


@needs_proc
async def test_there_are_never_more_children_than_workers(tmp_path: Path) -> None:
    before, most = children(), 0
    intake = Intake(Limits(wall=0.2), workers=2, decoder=a_decoder(tmp_path, "time.sleep(60)"))

    waiting = asyncio.gather(*(intake.examine(encoded(marked())) for _ in range(5)))
    while not waiting.done():
        most = max(most, len(children() - before))
        await asyncio.sleep(0)

    assert most == 2
    assert await waiting == [NotAccepted("unreadable")] * 5
    assert children() <= before


@needs_proc
async def test_a_child_sees_no_environment_no_open_file_and_not_our_folder(tmp_path: Path) -> None:
    curious = (
        "files = sorted(os.listdir('/proc/self/fd'))[:-1]\n"
        "seen = repr([dict(os.environ), files, os.getcwd(), sys.path]).encode()\n"
        "out.write(packed(packed(b'accepted', picture(seen))))"
    )
    secret = os.open(__file__, os.O_RDONLY)
    os.set_inheritable(secret, True)

    accepted = await Intake(decoder=a_decoder(tmp_path, curious)).examine(encoded(marked()))
    os.close(secret)

    assert isinstance(accepted, Accepted)
    environment, files, folder, path = ast.literal_eval(accepted.content[3:-2].decode())
    assert set(environment) <= {"LC_CTYPE"}  # Python sets it itself
    assert (files, folder) == (["0", "1", "2"], "/")
    assert str(tmp_path) not in path
    assert "" not in path


def test_the_decoder_imports_nothing_of_the_bot() -> None:
    imported = {
        name
        for node in ast.walk(ast.parse(DECODER.read_text()))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in (getattr(node, "module", None), *(alias.name for alias in node.names))
    }

    assert not [name for name in imported if name and name.split(".")[0] == "bot"]


@needs_proc
@pytest.mark.parametrize("ending", ["closed", "cancelled"])
async def test_no_child_is_left_behind(tmp_path: Path, ending: str) -> None:
    before = children()
    intake = Intake(decoder=a_decoder(tmp_path, "time.sleep(60)"))
    running, queued = (asyncio.create_task(intake.examine(encoded(marked()))) for _ in range(2))
    for _ in range(100_000):
        if children() > before:
            break
        await asyncio.sleep(0)

    if ending == "cancelled":
        running.cancel()
        queued.cancel()
    else:
        async with asyncio.timeout(10):  # half the time a child has
            await intake.close()

    for task in (running, queued):
        with pytest.raises((Closed, asyncio.CancelledError)):
            await task
    assert children() <= before


async def test_a_closed_intake_judges_no_file_and_may_be_closed_again(intake: Intake) -> None:
    await intake.close()

    with pytest.raises(Closed):
        await intake.examine(encoded(marked()))
    await intake.close()


def test_it_works_on_the_event_loop_that_production_uses(tmp_path: Path) -> None:
    sent = encoded(marked(), "PNG") + bytes(9 << 20)
    stuck = Intake(Limits(wall=0.2), decoder=a_decoder(tmp_path, "time.sleep(60)"))

    async def both() -> tuple[Accepted | NotAccepted, Accepted | NotAccepted]:
        return await asyncio.gather(Intake().examine(sent), stuck.examine(sent))

    good, hung = uvloop.run(both())
    gc.collect()  # a transport left open would warn here

    assert isinstance(good, Accepted)
    assert hung == NotAccepted("unreadable")
