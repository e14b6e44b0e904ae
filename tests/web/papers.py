"""Papers as people send them, some of them hostile."""

import io
import struct
import zlib

from PIL import Image

HEIC = struct.pack(">I", 24) + b"ftypheic" + bytes(4) + b"heicmif1" + bytes(200)
FILM = struct.pack(">I", 24) + b"ftypisom" + bytes(4) + b"isommp42" + bytes(200)


def photo(name: str = "paper") -> bytes:
    """A JPEG; another name gives another picture."""
    red, green, blue = zlib.crc32(name.encode()).to_bytes(4, "big")[:3]
    return _written(Image.new("RGB", (300, 200), (red, green, blue)), "JPEG")


def scan(pages: int = 1) -> bytes:
    """A PDF."""
    first, *rest = (Image.new("RGB", (200, 280), (250, 250, n)) for n in range(pages))
    return _written(first, "PDF", save_all=True, append_images=rest)


def bomb() -> bytes:
    """A PNG of a few hundred kilobytes that would fill gigabytes."""
    side = 50_000

    def chunk(kind: bytes, content: bytes) -> bytes:
        checked = kind + content
        return struct.pack(">I", len(content)) + checked + struct.pack(">I", zlib.crc32(checked))

    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    rows = zlib.compress(bytes((side // 8 + 1) * 1000), 9)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    )


def _written(image: Image.Image, kind: str, **options: object) -> bytes:
    content = io.BytesIO()
    image.save(content, kind, **options)
    return content.getvalue()
