"""An invented month of events, as staff enter them."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.store.database import Transaction
from bot.store.events import CalendarEvent, add_event

SHANGHAI = ZoneInfo("Asia/Shanghai")
DANCE, CHOIR, PAINTINGS, STONES = "dance", "choir", "paintings", "stones"
TAXES, FAIR = "taxes", "fair"


def enter_programme(tx: Transaction, now: datetime) -> dict[str, int]:
    """Enter events of the coming weeks; their ids by name."""
    day = now.astimezone(SHANGHAI).date()
    return {name: add_event(tx, event, now) for name, event in programme(day).items()}


def programme(today: date) -> dict[str, CalendarEvent]:
    """Two performances and a talk in three days, two exhibitions of weeks, a deadline later."""
    soon = today + timedelta(days=3)
    return {
        DANCE: CalendarEvent(
            kind="performance",
            starts_at=at(soon, 19, 30),
            ends_at=at(soon, 21, 30),
            words={
                "title": {"en": "Swan Lake", "zh_Hans": "天鹅湖"},
                "place": {"en": "Sample Theatre", "zh_Hans": "示例剧院"},
                "metro": {"en": "Line 99, Sample Road", "zh_Hans": "99号线示例路站"},
                "price": {"en": "¥80–380", "zh_Hans": "80–380元"},
            },
            needs_id=True,
            link="https://tickets.example.org/swan",
        ),
        CHOIR: CalendarEvent(
            kind="performance",
            starts_at=at(soon, 16),
            ends_at=at(soon, 17, 30),
            words={"title": {"en": "Choir of the quarter", "zh_Hans": "社区合唱团"}},
        ),
        PAINTINGS: CalendarEvent(
            kind="exhibition",
            starts_at=at(today - timedelta(days=10)),
            ends_at=at(today + timedelta(days=20)),
            is_all_day=True,
            is_free=True,
            words={
                "title": {"en": "Ink and Light", "zh_Hans": "墨与光"},
                "place": {"en": "Sample Museum", "zh_Hans": "示例美术馆"},
                "about": {"en": "Paintings of a hundred years.", "zh_Hans": "百年绘画。"},
            },
        ),
        STONES: CalendarEvent(
            kind="exhibition",
            starts_at=at(today + timedelta(days=1)),
            ends_at=at(today + timedelta(days=9)),
            is_all_day=True,
            is_free=True,
            words={"title": {"en": "Seal stones", "zh_Hans": "印石"}},
        ),
        TAXES: CalendarEvent(
            kind="talk",
            starts_at=at(soon, 14),
            ends_at=at(soon, 14),
            is_free=True,
            words={
                "title": {"zh_Hans": "个税讲座"},
                "spoken": {"en": "Chinese", "zh_Hans": "中文"},
            },
        ),
        FAIR: CalendarEvent(
            kind="deadline",
            starts_at=at(today + timedelta(days=40)),
            ends_at=at(today + timedelta(days=41)),
            is_all_day=True,
            words={"title": {"en": "Last day to enter the job fair", "zh_Hans": "招聘会报名截止"}},
        ),
    }


def at(day: date, hour: int = 0, minute: int = 0) -> datetime:
    """A moment by the clock of the centre."""
    return datetime.combine(day, time(hour, minute), SHANGHAI)
