"""Documents of cases, put into the database as the intake leaves them."""

import io
import uuid
from collections.abc import Sequence

from PIL import Image

from bot.app import App
from bot.services.intake import JPEG
from bot.store.contacts import contact_ids
from bot.store.database import Transaction
from bot.store.documents import NewDocument, add_documents, assign

REFERENCE = "A-PAPERS1"
COLOURS = ("red", "lime", "blue", "yellow")


def file_document(app: App, *parts: bytes, kind: str = JPEG, reference: str = REFERENCE) -> str:
    """Keep a document, as part of a case if there is a reference; its id."""
    now = app.now()
    pages = max(1, len(parts) - 1)
    one = NewDocument(uuid.uuid4().hex, kind, bytes(32), pages, parts)

    def work(tx: Transaction) -> None:
        (contact,) = contact_ids(tx, {("web", "whose papers these are"): "en"}, now).values()
        add_documents(tx, app.sealer, contact, [one], now)
        if reference:
            assign(tx, [one.id], reference)

    app.database.transact(work)
    return one.id


def plain(colour: str = "white", size: tuple[int, int] = (600, 400), **options: object) -> bytes:
    """A picture of one colour."""
    return written(Image.new("RGB", size, colour), **options)


def quarters(size: tuple[int, int], colours: Sequence[str] = COLOURS) -> bytes:
    """A picture of four: above left and right, below left and right."""
    picture = Image.new("RGB", (2, 2))
    for n, colour in enumerate(colours):
        picture.paste(colour, (n % 2, n // 2, n % 2 + 1, n // 2 + 1))
    return written(picture.resize(size, Image.Resampling.NEAREST))


def written(picture: Image.Image, **options: object) -> bytes:
    """A picture as a JPEG."""
    content = io.BytesIO()
    picture.save(content, "JPEG", quality=90, **options)
    return content.getvalue()
