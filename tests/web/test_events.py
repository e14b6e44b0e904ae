from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import ClientResponse, ClientSession
from icalendar import Calendar

from bot.store.database import Transaction
from bot.store.events import change_event, find_event
from tests.conversations.programme import DANCE, PAINTINGS, SHANGHAI, TAXES, enter_programme
from tests.runner.lodge import Watch
from tests.web.server import Server

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)


async def got(server: Server, path: str) -> tuple[ClientResponse, bytes]:
    """What an address answers."""
    async with ClientSession(server.address) as session, session.get(path) as answer:
        return answer, await answer.read()


def hidden(server: Server, event_id: int) -> None:
    """Hide an event."""

    def work(tx: Transaction) -> None:
        event = find_event(tx, event_id)
        assert event is not None
        assert change_event(tx, replace(event, is_shown=False), NOW)

    server.app.database.transact(work)


async def test_an_event_reads_back_as_it_was_entered(tmp_path: Path) -> None:
    with Server(tmp_path, Watch(NOW).now) as server:
        ids = server.app.database.transact(lambda tx: enter_programme(tx, NOW))
        answer, body = await got(server, f"/events/{ids[DANCE]}.ics?language=zh_Hans")
        _, again = await got(server, f"/events/{ids[DANCE]}.ics?language=zh_Hans")

    event = Calendar.from_ical(body).walk("VEVENT")[0]
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert (str(event["SUMMARY"]), str(event["LOCATION"])) == ("天鹅湖", "示例剧院")
    assert event.decoded("DTSTART") == datetime(2026, 11, 27, 19, 30, tzinfo=SHANGHAI)
    assert event.decoded("DTEND") - event.decoded("DTSTART") == timedelta(hours=2)
    assert event["DTSTART"].params["TZID"] == "Asia/Shanghai"
    assert b"BEGIN:VTIMEZONE" in body
    assert str(event["UID"]) == f"event-{ids[DANCE]}@talent-bot"
    assert again == body


async def test_all_day_events_have_days_and_no_hours(tmp_path: Path) -> None:
    with Server(tmp_path, Watch(NOW).now) as server:
        ids = server.app.database.transact(lambda tx: enter_programme(tx, NOW))
        _, body = await got(server, f"/events/{ids[PAINTINGS]}.ics")

    event = Calendar.from_ical(body).walk("VEVENT")[0]
    assert event.decoded("DTSTART") == date(2026, 11, 14)
    assert event.decoded("DTEND") == date(2026, 12, 14)
    assert str(event["SUMMARY"]) == "Ink and Light"


async def test_the_calendar_to_follow_has_what_is_coming_and_not_hidden(tmp_path: Path) -> None:
    with Server(tmp_path, Watch(NOW).now) as server:
        ids = server.app.database.transact(lambda tx: enter_programme(tx, NOW))
        hidden(server, ids[TAXES])
        answer, body = await got(server, "/events.ics?language=en")
        gone, _ = await got(server, f"/events/{ids[TAXES]}.ics")

    calendar = Calendar.from_ical(body)
    titles = {str(event["SUMMARY"]) for event in calendar.walk("VEVENT")}
    assert answer.status == 200
    assert titles >= {"Swan Lake", "Ink and Light", "Last day to enter the job fair"}
    assert "个税讲座" not in titles
    assert str(calendar["X-WR-CALNAME"]) == "Hongqiao Talent Center"
    assert gone.status == 404


@pytest.mark.parametrize("path", ["/events/9.ics", "/events/0.ics", "/events/x.ics", "/events/1"])
async def test_a_guessed_calendar_is_not_there(path: str, tmp_path: Path) -> None:
    with Server(tmp_path, Watch(NOW).now) as server:
        answer, _ = await got(server, path)

    assert answer.status == 404


async def test_a_language_nobody_speaks_gets_the_first(tmp_path: Path) -> None:
    with Server(tmp_path, Watch(NOW).now) as server:
        ids = server.app.database.transact(lambda tx: enter_programme(tx, NOW))
        _, body = await got(server, f"/events/{ids[DANCE]}.ics?language=%0d%0aX-EVIL:1")

    assert b"SUMMARY:Swan Lake" in body
    assert b"X-EVIL" not in body
