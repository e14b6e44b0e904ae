"""What the log says of people: nothing, whatever happens and however much is logged."""

import io
import logging
from collections.abc import Iterator

import pytest
from sqlalchemy import update

from bot.app import App
from bot.engine.model import Start
from bot.logs import start_log
from bot.store.tables import conversations
from tests.runner.lodge import Guest, approve, break_action, cases_of, confirm
from tests.toy_channel import TOY, ToyPlatform

NAME = "Ana Núñez"
ADDRESS = "openid-of-ana"
REASON = "her passport has expired"
TYPED = (NAME, ADDRESS, REASON, "photograph of a passport")


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """All that is logged, with as much of it as can be asked for."""
    root, stream = logging.getLogger(), io.StringIO()
    before, level = root.handlers, root.level
    start_log("DEBUG")
    for handler in root.handlers:
        assert isinstance(handler, logging.StreamHandler)
        handler.setStream(stream)
    yield stream
    root.handlers, root.level = before, level


def assert_nothing_personal(text: str) -> None:
    for words in TYPED:
        assert words not in text
        assert repr(words).strip("'") not in text


async def test_a_whole_story_leaves_nothing_personal_in_the_log(
    log: io.StringIO, app: App, platform: ToyPlatform
) -> None:
    platform.answers = iter([500])
    ana = Guest(app, ADDRESS, TOY)
    await ana.holds(NAME)
    await ana.sends()
    assert confirm(ana)
    await app.clock.tick()

    assert (await ana.listens())[-2] == "Pavilion 1 is yours."
    assert "message not sent" in log.getvalue()
    assert_nothing_personal(log.getvalue())


async def test_a_refusal_leaves_its_reason_out_of_the_log(log: io.StringIO, app: App) -> None:
    ana = Guest(app, ADDRESS)
    await ana.submits(NAME)
    decide, reference = app.services.cases.decide, cases_of(ana)[-1].reference

    app.database.transact(
        lambda tx: decide(tx, reference, approve=False, by="Staff", now=app.now(), reason=REASON)
    )
    await app.clock.tick()

    assert f"We cannot take you: {REASON}" in await ana.listens()
    assert_nothing_personal(log.getvalue())


async def test_a_failing_turn_leaves_nothing_personal_in_the_log(
    log: io.StringIO, app: App
) -> None:
    ana = Guest(app, ADDRESS)
    await ana.does(Start("lodge", "en"))
    await ana.says("1", NAME)
    await ana.sends()
    break_action(app, "submit_case")

    await ana.says("1")

    assert "turn failed" in log.getvalue()
    assert "raised=Broken" in log.getvalue()
    assert_nothing_personal(log.getvalue())


async def test_a_failing_statement_leaves_nothing_personal_in_the_log(
    log: io.StringIO, app: App
) -> None:
    ana = Guest(app, ADDRESS)
    await ana.submits(NAME)
    approve(ana)
    spoilt = update(conversations).values(state=b"{}", language=NAME)
    app.database.transact(lambda tx: tx.execute(spoilt))

    await app.clock.tick()

    assert "failed turn not kept" in log.getvalue()
    assert_nothing_personal(log.getvalue())
