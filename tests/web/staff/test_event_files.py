import json
from datetime import UTC, datetime

import pytest

from tests.web.server import Server
from tests.web.staff.clerks import clerk
from tests.web.staff.eventbook import EVENTS, IMPORT, checks, found, imports, kept, saves

CSV = """id,kind,starts,ends,title_en,title_zh_Hans,place_en,free,link
swan,performance,2026-12-05 19:30,2026-12-05 21:30,Swan Lake,天鹅湖,Sample Theatre,no,https://t.example.org
ink,exhibition,2026-12-01,2026-12-20,Ink and Light,墨与光,Sample Museum,yes,
"""
CHINESE = """编号,类型,开始,结束,标题,英文标题,地点,票价,免费
展1,展览,2026/12/01,2026/12/20,墨与光,Ink and Light,示例美术馆,20元,否
"""
ICS = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//test//EN
BEGIN:VEVENT
UID:swan@example.org
DTSTART;TZID=Asia/Shanghai:20261205T193000
DTEND;TZID=Asia/Shanghai:20261205T213000
SUMMARY:Swan Lake\\, in four acts
LOCATION:示例剧院
CATEGORIES:Concert
URL:https://t.example.org/swan
END:VEVENT
BEGIN:VEVENT
UID:course@example.org
DTSTART:20261202T100000Z
DTEND:20261202T110000Z
RRULE:FREQ=WEEKLY;BYDAY=WE;COUNT=4
EXDATE:20261209T100000Z
SUMMARY:书法课程
END:VEVENT
BEGIN:VEVENT
UID:fair@example.org
DTSTART;VALUE=DATE:20261230
SUMMARY:Deadline of the fair
END:VEVENT
END:VCALENDAR
"""


async def test_a_file_is_shown_first_and_changes_nothing_until_it_is_applied(desk: Server) -> None:
    async with clerk(desk, "editor") as one:
        page = await checks(one, CSV)
        before = kept(desk)
        given = {"csrf": page.field("csrf"), "proposal": page.field("proposal")}
        done = await one.posts(f"{IMPORT}/apply", None, **given)
        log = one.entries("events_imported")

    assert "Added: 2. Changed: 0. Left as they are: 0." in page.words
    assert before == []
    assert "Done." in done.words
    assert [event.words["title"]["en"] for event in kept(desk)] == ["Ink and Light", "Swan Lake"]
    assert json.loads(log[0].details) == {"added": 2, "changed": 0}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
async def test_a_file_with_chinese_columns_is_read_in_each_encoding(
    encoding: str, desk: Server
) -> None:
    async with clerk(desk, "editor") as one:
        await imports(one, CHINESE.encode(encoding))

    event = kept(desk)[0]
    assert (event.kind, event.words["title"]["zh_Hans"]) == ("exhibition", "墨与光")
    assert event.words["price"] == {"zh_Hans": "20元"}


async def test_the_same_file_again_changes_what_differs_and_adds_nothing(desk: Server) -> None:
    async with clerk(desk, "editor") as one:
        await imports(one, CSV)
        same = await checks(one, CSV)
        changed = await checks(one, CSV.replace("Sample Theatre", "Sample Hall"))
        await imports(one, CSV.replace("Sample Theatre", "Sample Hall"))

    assert "The events are like this already." in same.words
    assert "Venue · English: Sample Theatre → Sample Hall" in changed.words
    assert [event.words["place"]["en"] for event in kept(desk)] == ["Sample Museum", "Sample Hall"]


async def test_what_somebody_changed_meanwhile_is_shown_again_instead(desk: Server) -> None:
    async with clerk(desk, "editor") as one:
        await imports(one, CSV)
        swan = next(event.id for event in kept(desk) if event.uid == "swan")
        page = await checks(one, CSV.replace("Sample Theatre", "Sample Hall"))
        await saves(one, f"{EVENTS}/{swan}", **{"place.en": "Elsewhere"})
        given = {"csrf": page.field("csrf"), "proposal": page.field("proposal")}
        late = await one.posts(f"{IMPORT}/apply", None, **given)

    assert "The events were changed meanwhile." in late.words
    assert found(desk, swan).words["place"]["en"] == "Elsewhere"


async def test_all_that_is_wrong_is_told_with_its_line(desk: Server) -> None:
    rows = CSV + "swan,party,soon,,,,,maybe,http://x.example\n,talk,2026-12-05,,A talk,,,,\n"
    async with clerk(desk, "editor") as one:
        page = await checks(one, rows)

    assert page.status == 422
    assert "Line 4: event 'swan' exists already: line 2" in page.words
    assert "Line 5: there is no 'id'" in page.words
    assert kept(desk) == []


async def test_icalendar_is_read_with_zones_and_recurring_events(desk: Server) -> None:
    async with clerk(desk, "editor") as one:
        await imports(one, ICS.replace("\n", "\r\n"))

    events = kept(desk)
    assert [(event.uid, event.kind) for event in events] == [
        ("course@example.org/20261202", "other"),
        ("swan@example.org", "performance"),
        ("course@example.org/20261216", "other"),
        ("course@example.org/20261223", "other"),
        ("fair@example.org", "other"),
    ]
    swan, fair = events[1], events[4]
    assert swan.starts_at == datetime(2026, 12, 5, 11, 30, tzinfo=UTC)
    assert swan.words["title"] == {"en": "Swan Lake, in four acts"}
    assert swan.words["place"] == {"zh_Hans": "示例剧院"}
    assert swan.link == "https://t.example.org/swan"
    assert events[0].words["title"] == {"zh_Hans": "书法课程"}
    assert fair.is_all_day


async def test_a_moved_time_of_a_recurring_event_takes_its_place(desk: Server) -> None:
    moved = """BEGIN:VEVENT
UID:course@example.org
RECURRENCE-ID:20261216T100000Z
DTSTART:20261217T100000Z
DTEND:20261217T110000Z
SUMMARY:书法课程
END:VEVENT
END:VCALENDAR"""
    async with clerk(desk, "editor") as one:
        await imports(one, ICS.replace("END:VCALENDAR", moved))

    days = [f"{event.starts_at:%m-%d}" for event in kept(desk) if "course" in (event.uid or "")]
    assert days == ["12-02", "12-17", "12-23"]


NO_END = "BEGIN:VEVENT\nUID:u\nDTSTART:20261205T100000Z\nSUMMARY:x\n"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\0\0\0",
        b"\xff\xfe\xfd" * 9,
        b"PK\x03\x04 a workbook",
        b"id,kind\n",
        b'id,kind,starts\n"swan',
        b"id,id,kind,starts\nx,y,z,w\n",
        b"BEGIN:VCALENDAR",
        b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nEND:VCALENDAR\n",
        b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:x\nDTSTART:soon\nSUMMARY:x\nEND:VEVENT\nEND:VCALENDAR\n",
        b"BEGIN:VCALENDAR\n" + (NO_END * 1).encode() + b"END:VEVENT\nEND:VALARM\nEND:VCALENDAR\n",
        b"BEGIN:VCALENDAR\n" + b"BEGIN:VEVENT\n" * 5000 + b"END:VCALENDAR\n",
        b"BEGIN:VCALENDAR\n"
        + NO_END.encode()
        + b"RRULE:FREQ=SECONDLY\nEND:VEVENT\nEND:VCALENDAR\n",
        b"BEGIN:VCALENDAR\n"
        + NO_END.encode()
        + b"RRULE:FREQ=DAILY;INTERVAL=0\nEND:VEVENT\nEND:VCALENDAR\n",
        b"BEGIN:VCALENDAR\n"
        + NO_END.encode().replace(b"2026", b"0001")
        + b"RRULE:FREQ=DAILY\nEND:VEVENT\nEND:VCALENDAR\n",
        b"x" * (1024 * 1024 + 1),
        b"id,kind,starts,title_en\n" + b"".join(b"%d,talk,2026-12-05,x\n" % n for n in range(1001)),
    ],
)
async def test_a_hostile_or_broken_file_is_refused_with_a_sentence(
    content: bytes, desk: Server
) -> None:
    async with clerk(desk, "editor") as one:
        page = await checks(one, content)

    assert page.status in (200, 422)
    assert 'name="proposal"' not in page.text
    assert kept(desk) == []


async def test_a_proposal_of_somebody_else_is_not_applied(desk: Server) -> None:
    async with clerk(desk, "editor") as one, clerk(desk, "manager") as other:
        page = await checks(one, CSV)
        mine = await other.gets(IMPORT)
        given = {"csrf": mine.field("csrf"), "proposal": page.field("proposal")}
        answer = await other.posts(f"{IMPORT}/apply", None, **given)

    assert answer.status == 400
    assert kept(desk) == []
