"""Takes in a stranger's file: knows it by its content, has a confined child decode it."""

import asyncio
import contextlib
import hashlib
import logging
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final, cast

log = logging.getLogger(__name__)

REASONS: Final = (
    "empty",
    "too_large",
    "wrong_kind",
    "unreadable",
    "too_many_pixels",
    "too_many_pages",
    "locked",
    "heic",
)

JPEG: Final = "image/jpeg"
PNG: Final = "image/png"
WEBP: Final = "image/webp"
PDF: Final = "application/pdf"
HEIC: Final = "image/heic"

# ISO/IEC 23008-12 (HEIF); an AVIF picture names none of these
HEIC_BRANDS: Final = frozenset({b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis"})
BRANDS_END: Final = 128  # of an ISO media file; real lists of brands are shorter

DECODER: Final = Path(__file__).with_name("decoder.py")
MEGABYTE: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may cost; sizes in bytes, times in seconds."""

    image: int = 10 * MEGABYTE
    pdf: int = 20 * MEGABYTE  # Telegram gives its bots no larger files
    pixels: int = 40_000_000
    side: int = 12_000
    pages: int = 10
    memory: int = 1536 * MEGABYTE  # 40 megapixels of transparent WEBP take 700
    cpu: int = 15
    wall: float = 20.0  # more than `cpu`: the child shares its processor
    open_files: int = 16  # fonts for a PDF that brings none
    answer: int = 64 * MEGABYTE  # twice what ten pages of noise take


STANDARD: Final = Limits()


@dataclass(frozen=True, slots=True)
class Accepted:
    """A picture written anew without metadata; or a PDF as it came, hence not harmless."""

    kind: str  # "image/jpeg" or "application/pdf"
    content: bytes
    pages: tuple[bytes, ...]  # a JPEG of each page of a PDF: what staff look at
    digest: str  # SHA-256 of the bytes received, to notice a file sent twice


@dataclass(frozen=True, slots=True)
class NotAccepted:
    reason: str  # one of REASONS


class Closed(Exception):
    """The program is stopping; the file was not judged and nobody should be told that it was."""


class Intake:
    """Examines files in at most `workers` children at once; further files wait their turn."""

    def __init__(
        self, limits: Limits = STANDARD, workers: int = 1, decoder: Path = DECODER
    ) -> None:
        self._limits = limits
        self._workers = workers
        self._decoder = decoder
        self._places = asyncio.Semaphore(workers)
        self._children: set[Child] = set()
        self._closed = False

    async def examine(self, received: bytes) -> Accepted | NotAccepted:
        kind = kind_of(received)
        if at_sight := self._refused_at_sight(kind, received):
            return NotAccepted(at_sight)
        async with self._places:
            child = await self._asked(kind, received)
        match unpacked(bytes(child.answer), self._limits):
            case [b"accepted", picture] if kind != PDF:
                return Accepted(JPEG, picture, (), await digest_of(received))
            case [b"accepted", *pages] if kind == PDF and pages:
                return Accepted(PDF, received, tuple(pages), await digest_of(received))
            case [field] if (reason := field.decode("ascii", "replace")) in REASONS:
                return NotAccepted(reason)
            case _:
                log.warning("decoder gave no answer", extra={"kind": kind, "code": child.code})
                return NotAccepted("unreadable")

    async def close(self) -> None:
        """Ends all children and returns when they are gone; open examinations end in Closed."""
        self._closed = True
        for child in self._children:
            child.kill()
        for _ in range(self._workers):
            await self._places.acquire()
        for _ in range(self._workers):
            self._places.release()

    def _refused_at_sight(self, kind: str, received: bytes) -> str:
        match kind:
            case _ if not received:
                return "empty"
            case "image/heic":
                return "heic"
            case "application/pdf":
                return "too_large" if len(received) > self._limits.pdf else ""
            case "":
                return "wrong_kind"
            case _:
                return "too_large" if len(received) > self._limits.image else ""

    async def _asked(self, kind: str, received: bytes) -> "Child":
        if self._closed:
            raise Closed
        child = Child(self._limits.answer)
        self._children.add(child)
        try:
            await self._start(child, kind)
            child.feed(received)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._limits.wall):
                    await child.gone.wait()
        finally:
            await child.end()
            self._children.discard(child)
        if self._closed:
            raise Closed
        return child

    async def _start(self, child: "Child", kind: str) -> None:
        limits = self._limits
        bounds = (limits.pixels, limits.side, limits.pages, limits.memory, limits.cpu)
        await asyncio.get_running_loop().subprocess_exec(
            lambda: child,
            *(sys.executable, "-I", "-B", str(self._decoder), kind),
            *map(str, (*bounds, limits.open_files)),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,  # a library's last words may quote the file
            env={},  # the bot's own may hold its secrets
            cwd="/",
            start_new_session=True,  # Ctrl-C reaches the bot, which ends its children itself
        )


class Child(asyncio.SubprocessProtocol):
    """One decoder at work. Its answer is bounded: a broken one might never stop talking."""

    def __init__(self, most: int) -> None:
        self.answer = bytearray()
        self.gone = asyncio.Event()
        self._most = most
        self._unwanted = False
        self._transport: asyncio.SubprocessTransport | None = None

    @property
    def code(self) -> int | None:
        return self._transport.get_returncode() if self._transport else None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.SubprocessTransport, transport)
        if self._unwanted:
            self.kill()

    def pipe_data_received(self, fd: int, data: bytes | str) -> None:
        self.answer += cast(bytes, data)
        if len(self.answer) > self._most:
            self.kill()

    def connection_lost(self, exc: Exception | None) -> None:
        self.gone.set()

    def feed(self, received: bytes) -> None:
        assert self._transport
        stdin = cast(asyncio.WriteTransport, self._transport.get_pipe_transport(0))
        stdin.write(received)
        stdin.write_eof()

    def kill(self) -> None:
        self._unwanted = True
        if self._transport and self.code is None:
            self._transport.kill()

    async def end(self) -> None:
        """Leaves neither a process nor a pipe behind, whatever the child is doing."""
        if not self._transport:
            return
        self.kill()
        stdin = cast(asyncio.WriteTransport | None, self._transport.get_pipe_transport(0))
        if stdin and stdin.get_write_buffer_size():  # unread, if the child passed its pipes on
            stdin.abort()
        if stdout := self._transport.get_pipe_transport(1):
            stdout.close()
        await self.gone.wait()  # nobody can refuse SIGKILL, and both pipes are closed
        self._transport.close()


def kind_of(received: bytes) -> str:
    """What the first bytes say; decoding has to agree. Nobody's word for the type is asked."""
    if received.startswith(b"\xff\xd8\xff"):
        return JPEG
    if received.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if received.startswith(b"RIFF") and received[8:12] == b"WEBP":
        return WEBP
    if received.startswith(b"%PDF-"):
        return PDF
    return HEIC if brands_of(received) & HEIC_BRANDS else ""


def brands_of(received: bytes) -> set[bytes]:
    if received[4:8] != b"ftyp":
        return set()
    end = min(int.from_bytes(received[:4], "big"), BRANDS_END)
    return {received[at : at + 4] for at in range(8, end, 4)}


async def digest_of(received: bytes) -> str:
    """In a thread: twenty megabytes would hold up everybody's conversation."""
    return (await asyncio.to_thread(hashlib.sha256, received)).hexdigest()


def unpacked(answer: bytes, limits: Limits) -> list[bytes]:
    """The fields of an answer; none if it is too long, cut off or holds a picture that is none."""
    if len(answer) > limits.answer or int.from_bytes(answer[:4], "big") != len(answer) - 4:
        return []
    fields: list[bytes] = []
    at = 4
    while at < len(answer) and len(fields) <= limits.pages:
        start = at + 4
        at = start + int.from_bytes(answer[at:start], "big")
        fields.append(answer[start:at])
    return fields if at == len(answer) and all(map(is_jpeg, fields[1:])) else []


def is_jpeg(picture: bytes) -> bool:
    return picture.startswith(b"\xff\xd8\xff") and picture.endswith(b"\xff\xd9")
