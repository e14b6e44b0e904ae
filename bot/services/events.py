"""Events in the chat: what is on at a time, the month day by day, reminders by the clock."""

from datetime import date, datetime, timedelta, tzinfo

from bot.engine.model import Fact, Notice, Offer
from bot.services.action import Acting, Action, Outcome
from bot.services.event_facts import days_of, offer_of, overview_line, title
from bot.services.event_times import remind_at, span_of
from bot.services.letterbox import Letterbox
from bot.store import event_reminders as reminders
from bot.store import events as store
from bot.store.database import Transaction
from bot.store.event_reminders import Reminder
from bot.store.events import CalendarEvent

KINDS = ("performance", "exhibition", "talk", "course", "deadline", "other")
MOST_OFFERS = 9
"""Events shown at once: what one can compare on a telephone, and one digit each."""
MOST_READ = 200
"""Events looked at for that: what goes on for months would else hide what is on today."""
MOST_LINES = 25
"""Lines of an overview: what one message of any platform holds."""
AT_ONCE = 200
"""Reminders left in one transaction."""
PAST_KEPT = timedelta(days=90)
"""How long staff still see what is over."""


class Events:
    """What is on at one centre; `public_url` is where calendars are had."""

    def __init__(self, letterbox: Letterbox, zone: tzinfo, public_url: str) -> None:
        self._letterbox = letterbox
        self._zone = zone
        self._public_url = public_url

    def actions(self) -> tuple[Action, ...]:
        """The actions a flow may name."""
        asked = ("when", "kind", "free_kind")
        return (
            Action("list_events", (), self._list, arguments=asked, lists=True),
            Action("next_event", ("known", "none"), self._next, ("event", "day"), asked[1:]),
            Action("overview_of_events", ("listed", "none"), self._overview, ("days", "calendar")),
            Action(
                "remind_of_event", ("kept", "too_late"), self._remind, ("at",), arguments=("event",)
            ),
        )

    def _list(self, acting: Acting) -> Outcome:
        """What is on then, of the kind, with what begins or goes on first at the head."""
        begin, end = span_of(str(acting.do.arguments.get("when", "")), acting.now, self._zone)
        found = _of_kind(acting, begin, end)
        found.sort(key=lambda event: (max(event.starts_at, begin), event.ends_at))
        offers = [self._offer(event, acting.language) for event in found[:MOST_OFFERS]]
        return Outcome("", offers=tuple(offers))

    def _offer(self, event: CalendarEvent, language: str) -> Offer:
        place = f"{self._public_url}/events/{event.id}.ics?language={language}"
        return offer_of(event, self._zone, place)

    def _next(self, acting: Acting) -> Outcome:
        """What begins next, of the kind if there is one, for those who found nothing."""
        begin, end = span_of("", acting.now, self._zone)
        found = _of_kind(acting, begin, end) or store.shown_events(acting.tx, begin, end, MOST_READ)
        coming = [event for event in found if event.starts_at > begin] or found
        if not coming:
            return Outcome("none")
        day = max(days_of(coming[0], self._zone)[0], begin.astimezone(self._zone).date())
        facts: dict[str, Fact] = {"event": title(coming[0]), "day": {"date": day.isoformat()}}
        return Outcome("known", facts)

    def _overview(self, acting: Acting) -> Outcome:
        """The next 31 days, each day with what begins on it or goes on from before."""
        begin, end = span_of("days", acting.now, self._zone)
        found = store.shown_events(acting.tx, begin, end, MOST_READ)
        if not found:
            return Outcome("none")
        today, by_day = begin.astimezone(self._zone).date(), dict[date, list[Fact]]()
        for event in found[:MOST_LINES]:
            day = max(days_of(event, self._zone)[0], today)
            by_day.setdefault(day, []).append(overview_line(event, self._zone))
        facts: dict[str, Fact] = {
            "days": {"lines": [_of_day(*one) for one in by_day.items()]},
            "calendar": f"{self._public_url}/events.ics?language={acting.language}",
        }
        return Outcome("listed", facts)

    # reminders

    def _remind(self, acting: Acting) -> Outcome:
        """Keep a reminder of the picked event, once, as it is in the database now."""
        event = store.find_event(acting.tx, int(acting.do.arguments["event"]["pick"]))
        at = remind_at(event.starts_at, acting.now, self._zone) if event else None
        if event is None or not event.is_shown or at is None:
            return Outcome("too_late")
        reminders.keep_reminder(acting.tx, Reminder(acting.contact_id, event.id, at))
        return Outcome("kept", {"at": {"moment": at.isoformat()}})

    def has_due(self, tx: Transaction, now: datetime) -> bool:
        """Whether somebody is to be reminded of something."""
        return bool(reminders.due_reminders(tx, now, 1))

    def ring(self, tx: Transaction, now: datetime) -> None:
        """Leave what is due for its contacts, each once; what is hidden or begun is not told."""
        for reminder in reminders.due_reminders(tx, now, AT_ONCE):
            event = store.find_event(tx, reminder.event_id)
            if event is not None and event.is_shown and event.starts_at > now:
                self._leave(tx, reminder, event, now)
            reminders.drop_reminder(tx, reminder)

    def _leave(
        self, tx: Transaction, reminder: Reminder, event: CalendarEvent, now: datetime
    ) -> None:
        begins: Fact = {"moment": event.starts_at.isoformat()}
        if event.is_all_day:
            begins = {"date": days_of(event, self._zone)[0].isoformat()}
        facts: dict[str, Fact] = {"event": title(event), "begins": begins}
        phrase = "event_reminder"
        if place := event.words.get("place"):
            phrase, facts["place"] = "event_reminder_place", {"names": dict(place)}
        key = f"event:{reminder.contact_id}:{event.id}:{reminder.due_at.isoformat()}"
        notice = Notice(phrase, facts)
        self._letterbox.leave(tx, "clock", key, reminder.contact_id, notice, now)

    def reschedule(self, tx: Transaction, event: CalendarEvent, now: datetime) -> None:
        """Remind at the right time of an event that staff have changed; not of a hidden one."""
        at = remind_at(event.starts_at, now, self._zone) if event.is_shown else None
        if at is None:
            reminders.drop_reminders_of_event(tx, event.id)
        else:
            reminders.move_reminders(tx, event.id, at)

    def forget_past(self, tx: Transaction, now: datetime) -> int:
        """Delete what has been over for long; how many events."""
        return store.delete_past_events(tx, now - PAST_KEPT)


def _of_kind(acting: Acting, begin: datetime, end: datetime) -> list[CalendarEvent]:
    """What is on between two moments, of the kind that was asked for."""
    given = acting.do.arguments
    is_free = given.get("kind") == "free"
    wanted = str(given.get("free_kind" if is_free else "kind", ""))
    kind = wanted if wanted in KINDS else ""
    return store.shown_events(acting.tx, begin, end, MOST_READ, kind=kind, free=is_free)


def _of_day(day: date, lines: list[Fact]) -> Fact:
    facts: dict[str, Fact] = {"day": {"date": day.isoformat()}, "events": {"joined": lines}}
    return {"phrase": "event_day", "facts": facts}
