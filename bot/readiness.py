"""What has to be so before anything starts: the database, the key, the content."""

from collections.abc import Sequence
from datetime import datetime

from bot.content.faq.encoder import NoEncoder, read_encoder
from bot.content.faq.shelf import Shelf
from bot.content.flows import read_flow
from bot.content.load import Content, read_content, with_editions
from bot.content.problem import Problem
from bot.content.texts import Translations
from bot.services.seeding import seed
from bot.settings import Settings
from bot.store.database import Database, Transaction
from bot.store.editions import publish, published
from bot.store.migrate import current, newest, upgrade
from bot.store.seal import Sealer, Unsealable
from bot.store.turns import states_after

PROBED = 100
"""Conversations looked at for one that tells whether the key fits; the newest may be empty."""


class NotReady(Exception):
    """The program cannot start; the message says what to do first."""


class ContentProblems(NotReady):
    """The content has problems."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))


def prepare(database: Database) -> None:
    """Migrate SQLite at once; of a shared PostgreSQL ask that an operator did."""
    if database.is_sqlite:
        upgrade(database)
    elif database.look(current) != newest():
        raise NotReady("the database is not up to date: run talent-bot db upgrade first")


def check_key(database: Database, sealer: Sealer) -> None:
    """Refuse to start with a key that does not open what is kept: nobody could be answered."""
    for contact_id, sealed in database.look(lambda tx: states_after(tx, 0, PROBED)):
        if not sealed:
            continue
        try:
            sealer.open(sealed, f"conversation:{contact_id}")
            return
        except Unsealable as error:
            raise NotReady("BOT_SECRET_KEY does not fit the data in the database") from error


def pinned_content(settings: Settings, database: Database, translations: Translations) -> Content:
    """The content in force, with the older versions of flows that conversations may still pin."""
    content, problems = read_content(settings.home)
    if problems:
        raise ContentProblems(problems)
    kept = database.look(published)
    old = (read_flow(text, f"{name}.yaml") for (name, _), text in kept.items())
    flows = [flow for flow, faults in old if flow is not None and not faults]
    return with_editions(content, flows, translations.known)


def shelf_of(settings: Settings) -> Shelf:
    """Where indexes of answers are kept, with the encoder they listen to, if one is set up."""
    encoders = {}
    if settings.encoder is not None:
        try:
            encoder = read_encoder(settings.encoder)
        except NoEncoder as error:
            raise NotReady(f"BOT_ENCODER: {error}") from error
        encoders = dict.fromkeys(settings.encoder_languages, (encoder.name, encoder))
    return Shelf(settings.data_dir / "answers", encoders)


def publish_content(tx: Transaction, content: Content, moment: datetime) -> None:
    """Keep the flows in force, and enter the stock to start with."""
    flows = content.catalogue.flows
    sources = {(name, flows[name].version): text for name, text in content.sources.items()}
    publish(tx, sources, moment)
    seed(tx, content.stock, moment)
