"""Decodes one stranger's file in a process of its own, confined and without the rest of the bot.

It is run by its path and never imported: `decoder.py KIND PIXELS SIDE PAGES MEMORY CPU FILES`, with
the file on stdin. Stdout gets the length of the answer and then its fields, each behind its own
length, all lengths in four bytes: `accepted` and the JPEG pictures, or one reason why not.
"""

import contextlib
import io
import os
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # at run time only the library that this file needs is loaded
    from PIL import Image

FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
PHOTO_SIDE = 2400  # a passport's code line keeps more than 40 pixels a character
PHOTO_QUALITY = 88
PAGE_SIDE = 2000  # A4 at 170 dots an inch: small print stays legible
PAGE_SCALE = 300 / 72  # a small page is not blown up beyond 300 dots an inch
PAGE_QUALITY = 80
LOWER_PRIORITY = 5  # conversations go first

Fields = list[bytes]


def main() -> None:
    kind, *numbers = sys.argv[1:]
    pixels, side, pages, memory, cpu, files = map(int, numbers)
    confine(memory, cpu, files)
    content = sys.stdin.buffer.read()
    try:
        fields = pdf(content, pages) if kind not in FORMATS else photo(kind, content, pixels, side)
    except (ImportError, MemoryError):
        raise  # no ordinary broken file: dying tells the parent, who logs it
    except Exception:
        fields = [b"unreadable"]
    sys.stdout.buffer.write(packed([packed(fields)]))


def confine(memory: int, cpu: int, files: int) -> None:
    """Gives up for good what decoding does not need; libraries are loaded under it too."""
    if sys.platform != "linux":
        return  # a developer's machine: there, only the parent's clock bounds the child
    import resource

    os.nice(LOWER_PRIORITY)
    for what, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, cpu),
        (resource.RLIMIT_NOFILE, files),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),  # a core dump would leave somebody's papers on the disk
    ):
        allowed = resource.getrlimit(what)[1]
        most = most if allowed == resource.RLIM_INFINITY else min(most, allowed)
        resource.setrlimit(what, (most, most))


def packed(fields: Iterable[bytes]) -> bytes:
    return b"".join(len(field).to_bytes(4, "big") + field for field in fields)


def photo(kind: str, content: bytes, pixels: int, side: int) -> Fields:
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = pixels // 2  # Pillow refuses above twice this, before it allocates
    try:
        image = Image.open(io.BytesIO(content), formats=(FORMATS[kind],))
    except Image.DecompressionBombError:
        return [b"too_many_pixels"]
    if image.width * image.height > pixels or max(image.size) > side:
        return [b"too_many_pixels"]
    return [b"accepted", jpeg(clean(image), PHOTO_QUALITY)]


def clean(image: "Image.Image") -> "Image.Image":
    """The same picture upright on a fresh canvas, so that nothing but its pixels goes on."""
    from PIL import Image, ImageOps

    image.draft("RGB", (PHOTO_SIDE, PHOTO_SIDE))
    image.load()
    image = in_colour(image)
    image.thumbnail((PHOTO_SIDE, PHOTO_SIDE))
    with contextlib.suppress(Exception):  # no good picture is refused for a broken EXIF block
        ImageOps.exif_transpose(image, in_place=True)  # in place, pixels turn before EXIF is parsed
    canvas = Image.new("RGB", image.size, "white")
    canvas.paste(image, mask=image if image.mode == "RGBA" else None)
    return canvas


def in_colour(image: "Image.Image") -> "Image.Image":
    if image.mode.startswith("I"):  # scanners' 16-bit grey, which Pillow would clip to white
        return image.point(lambda value: value * (1 / 256)).convert("L").convert("RGB")
    mode = "RGBA" if image.has_transparency_data else "RGB"
    return image if image.mode == mode else image.convert(mode)


def pdf(content: bytes, most: int) -> Fields:
    import pypdfium2
    from pypdfium2 import raw

    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        if error.err_code in (raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY):
            return [b"locked"]
        raise
    document.init_forms()  # without it, what was typed into a form is missing on its picture
    if len(document) > most:
        return [b"too_many_pages"]
    return [b"accepted", *(page_picture(page) for page in document)]


def page_picture(page: Any) -> bytes:
    scale = min(PAGE_SCALE, PAGE_SIDE / max(page.get_size()))
    image = page.render(scale=scale).to_pil()
    image.thumbnail((PAGE_SIDE, PAGE_SIDE))  # rendering rounds up
    return jpeg(image, PAGE_QUALITY)


def jpeg(image: "Image.Image", quality: int) -> bytes:
    written = io.BytesIO()
    image.save(written, "JPEG", quality=quality)
    return written.getvalue()


if __name__ == "__main__":
    main()
