"""Papers people send: examined, counted against their limits, made ready to be kept."""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.content.centre import UploadLimits
from bot.services.intake import STANDARD, Accepted, Intake
from bot.store.database import Database
from bot.store.documents import NewDocument, count_since


@dataclass(frozen=True, slots=True)
class Examined:
    """What came of an upload: documents to keep, and why the other files were not taken."""

    documents: tuple[NewDocument, ...]
    refused: tuple[str, ...]


class Papers:
    """The intake of one centre."""

    largest = max(STANDARD.image, STANDARD.pdf)
    """Bytes after which no file is read on."""

    def __init__(
        self,
        intake: Intake,
        database: Database,
        limits: UploadLimits,
        now: Callable[[], datetime],
    ) -> None:
        self._intake = intake
        self._database = database
        self._limits = limits
        self._now = now

    async def examine(self, received: Sequence[bytes], contact_id: int | None) -> Examined:
        """Examine files one after the other; the same file twice in one upload counts once."""
        room = await self._room(contact_id)
        documents: dict[str, NewDocument] = {}
        refused: list[str] = []
        for content in received:
            if len(documents) >= room:
                refused.append("too_often")
                continue
            result = await self._intake.examine(content)
            if isinstance(result, Accepted):
                documents[result.digest] = _document(result)
            else:
                refused.append(result.reason)
        return Examined(tuple(documents.values()), tuple(dict.fromkeys(refused)))

    async def _room(self, contact_id: int | None) -> int:
        """How many more files this contact may send now."""
        if contact_id is None:
            return self._limits.per_ten_minutes
        now = self._now()
        lately = await self._count(contact_id, now - timedelta(minutes=10))
        today = await self._count(contact_id, now - timedelta(days=1))
        return min(self._limits.per_ten_minutes - lately, self._limits.per_day - today)

    async def _count(self, contact_id: int, since: datetime) -> int:
        return await self._database.read(lambda tx: count_since(tx, contact_id, since))

    async def close(self) -> None:
        """End the decoders."""
        await self._intake.close()


def _document(accepted: Accepted) -> NewDocument:
    return NewDocument(
        id=uuid.uuid4().hex,
        kind=accepted.kind,
        digest=bytes.fromhex(accepted.digest),
        pages=max(1, len(accepted.pages)),
        parts=(accepted.content, *accepted.pages),
    )
