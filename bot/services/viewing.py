"""Shows staff the papers of a case: a picture of one page, marked with who looks at it."""

import asyncio
import io
import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from PIL import Image, ImageDraw, ImageFont

from bot.services.audit import Actor, AuditLog
from bot.services.intake import PDF
from bot.store.audit import Wanted, entries
from bot.store.database import Database, Transaction
from bot.store.documents import KeptDocument, find_document, open_part
from bot.store.seal import Sealer

ID = re.compile(r"[0-9a-f]{32}")
LONGEST, SMALL = 2000, 240
"""Pixels of the longer side: small print stays legible; a picture is told from another."""
QUALITY = 85
AT_ONCE = 2
"""Pictures drawn at the same time: conversations need a processor too."""

LETTERS, LEAST_LETTERS = 55, 11
"""Letters as high as the 55th part of the longer side, but not too small to be read, in pixels."""
SLOPE = 25
"""Degrees: no mark lies along a line of print, however the paper lies."""
LIGHT, DARK = (255, 255, 255, 105), (0, 0, 0, 75)
"""Letters and their outline, half transparent: one of them shows on any ground."""

LOOKED = "looked"
PAGE_VIEW = timedelta(minutes=1)
LATEST = 50
"""Entries about one case among which somebody's look of the last minute is found."""


@dataclass(frozen=True, slots=True)
class Look:
    """Who wants to see which page, counted from 1; `mark` is what the picture carries."""

    actor: Actor
    document: str
    page: int
    mark: str
    at: datetime
    is_small: bool = False


class Viewing:
    """Draws pages for staff; each look is in the audit log before anything is shown."""

    def __init__(self, database: Database, sealer: Sealer, audit: AuditLog) -> None:
        self._database = database
        self._sealer = sealer
        self._audit = audit
        self._places = asyncio.Semaphore(AT_ONCE)

    async def open(self, document: str, actor: Actor, now: datetime) -> KeptDocument | None:
        """A document of a case, to be shown on a page; None when there is none of this id."""
        if not ID.fullmatch(document):
            return None
        kept = await self._database.read(lambda tx: find_document(tx, document))
        if kept is not None:
            about = f"case {kept.case_reference}"
            await self._database.write(
                lambda tx: self._audit.write(tx, actor, LOOKED, about, now, document=document)
            )
        return kept

    async def show(self, look: Look) -> bytes | None:
        """The page as a JPEG; None when there is no such page, or its document is of no case."""
        if not ID.fullmatch(look.document):
            return None
        found = await self._database.read(lambda tx: self._found(tx, look))
        if found is None:
            return None
        reference, content = found
        await self._database.write(lambda tx: self._note(tx, look, f"case {reference}"))
        async with self._places:
            longest = SMALL if look.is_small else LONGEST
            return await asyncio.to_thread(draw, content, look.mark, longest)

    def _found(self, tx: Transaction, look: Look) -> tuple[str, bytes] | None:
        """The case of a document, and the kept picture of the page."""
        kept = find_document(tx, look.document)
        if kept is None or not 1 <= look.page <= kept.pages:
            return None
        # A PDF is never opened here: the pictures of its pages lie behind it.
        part = look.page if kept.kind == PDF else look.page - 1
        content = open_part(tx, self._sealer, kept.id, part)
        return None if content is None else (kept.case_reference, content)

    def _note(self, tx: Transaction, look: Look, about: str) -> None:
        """An entry for each look. Small pictures belong to the look at the page they stand on:
        they get one only where the same person did not look at the case within the last minute."""
        if look.is_small and self._looked_lately(tx, look, about):
            return
        details = {"document": look.document, "page": look.page}
        size = {"size": "small"} if look.is_small else {}
        self._audit.write(tx, look.actor, LOOKED, about, look.at, **details, **size)

    def _looked_lately(self, tx: Transaction, look: Look, about: str) -> bool:
        since = look.at - PAGE_VIEW
        return any(
            (entry.who, entry.action) == (look.actor.name, LOOKED) and entry.at >= since
            for entry in entries(tx, Wanted(about=about), LATEST)
        )


def draw(content: bytes, mark: str, longest: int) -> bytes:
    """A new JPEG of a kept one, at most `longest` pixels long, with the mark all over it.

    Nothing of the old file but its pixels goes on.
    """
    picture: Image.Image = Image.open(io.BytesIO(content), formats=("JPEG",))
    picture.thumbnail((longest, longest))
    canvas = Image.new("RGB", picture.size)
    canvas.paste(picture.convert("RGB"))
    _tile(canvas, _drawn(mark, max(LEAST_LETTERS, max(canvas.size) // LETTERS)))
    written = io.BytesIO()
    canvas.save(written, "JPEG", quality=QUALITY)
    return written.getvalue()


def _drawn(mark: str, letters: int) -> Image.Image:
    """The mark once, aslant on nothing."""
    font = ImageFont.load_default(letters)
    outline = max(1, letters // 16)
    left, top, right, bottom = font.getbbox(mark, stroke_width=outline)
    flat = Image.new("RGBA", (round(right - left), round(bottom - top)), (0, 0, 0, 0))
    ImageDraw.Draw(flat).text(
        (-left, -top), mark, LIGHT, font, stroke_width=outline, stroke_fill=DARK
    )
    return flat.rotate(SLOPE, Image.Resampling.BICUBIC, expand=True)


def _tile(canvas: Image.Image, drawn: Image.Image) -> None:
    """Set the mark once in the middle, and from there all over."""
    across, down = drawn.width * 6 // 5, drawn.height * 6 // 5
    left = (canvas.width - drawn.width) // 2
    top = (canvas.height - drawn.height) // 2
    rows = canvas.height // (2 * down) + 1
    columns = canvas.width // (2 * across) + 2
    for row in range(-rows, rows + 1):
        shift = row % 2 * across // 2
        for column in range(-columns, columns + 1):
            place = (left + column * across + shift, top + row * down)
            canvas.paste(drawn, place, drawn)
