"""Pictures of strangers, some of them hostile, made byte by byte."""

import io
import struct
import zipfile
import zlib

from PIL import Image, ImageDraw, TiffImagePlugin

RED, WHITE = (255, 0, 0), (255, 255, 255)
ORIENTATION, GPS = 0x0112, 0x8825


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
