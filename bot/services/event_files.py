"""Reads files of events: CSV with a row an event, or iCalendar; all that is wrong at once."""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import Enum

from bot.content.notes import Notes
from bot.content.problem import Place
from bot.services.event_ics import MOST_EVENTS, events_in
from bot.services.event_items import EventRules, event_of
from bot.store.events import CalendarEvent

LARGEST = 1024 * 1024
"""Bytes of a file."""
ENCODINGS = ("utf-8-sig", "gb18030")
"""Excel on a Chinese Windows saves CSV in the second."""
CHINESE = {
    "编号": "id",
    "类型": "kind",
    "类别": "kind",
    "开始": "starts",
    "开始时间": "starts",
    "结束": "ends",
    "结束时间": "ends",
    "免费": "free",
    "需要证件": "needs_id",
    "链接": "link",
    "订票链接": "link",
    "图片": "photo",
    "显示": "shown",
    "标题": "title.zh_Hans",
    "英文标题": "title.en",
    "地点": "place.zh_Hans",
    "英文地点": "place.en",
    "地铁": "metro.zh_Hans",
    "英文地铁": "metro.en",
    "票价": "price.zh_Hans",
    "英文票价": "price.en",
    "语言": "spoken.zh_Hans",
    "英文语言": "spoken.en",
    "简介": "about.zh_Hans",
    "英文简介": "about.en",
}
KINDS_IN_CHINESE = {
    "演出": "performance",
    "展览": "exhibition",
    "讲座": "talk",
    "课程": "course",
    "截止日期": "deadline",
    "其他": "other",
}


class Unread(Enum):
    """Why a file cannot be read at all."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    NOT_TEXT = "not_text"
    TOO_MANY = "too_many"


@dataclass(frozen=True, slots=True)
class Read:
    """The events of a file in its order, with what is wrong and in which line."""

    events: list[CalendarEvent] = field(default_factory=list)
    notes: Notes = field(default_factory=Notes)


def read_events(content: bytes, rules: EventRules, today: date) -> Read | Unread:
    """A file of events; recurring ones are read from today on."""
    source = _text(content)
    if isinstance(source, Unread):
        return source
    read = Read()
    if source.lstrip().upper().startswith("BEGIN:VCALENDAR"):
        rows = events_in(source, rules.zone, today, read.notes)
    else:
        rows = _rows(source, rules, read.notes)
    for count, (line, said) in enumerate(rows):
        if count == MOST_EVENTS:
            return Unread.TOO_MANY
        _add(read, line, said, rules)
    return read


def _text(content: bytes) -> str | Unread:
    if len(content) > LARGEST:
        return Unread.TOO_LARGE
    for encoding in ENCODINGS:
        try:
            source = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in source:
            return Unread.NOT_TEXT
        return source if source.strip() else Unread.EMPTY
    return Unread.NOT_TEXT


def _add(read: Read, line: int, said: Mapping[str, str], rules: EventRules) -> None:
    place, name = Place("", line), said.get("id", "").strip()
    if not name:
        read.notes.add(place, "there is no 'id', by which the event is known again")
        return
    if not read.notes.is_new(name, place, f"event {name[:40]!r}"):
        return
    event, wrong = event_of(said, rules)
    for message in wrong:
        read.notes.add(place, message)
    if event is not None:
        read.events.append(event)


def _rows(source: str, rules: EventRules, notes: Notes) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows of CSV under the first, each with the line it begins on."""
    reader = csv.reader(io.StringIO(source, newline=""), strict=True)
    try:
        header = [_column(name) for name in next(reader, [])]
        if not _is_header(header, rules, notes):
            return
        line = reader.line_num + 1
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield line, _said(header, cells)
            line = reader.line_num + 1
    except csv.Error as error:
        notes.add(Place("", reader.line_num), f"not CSV: {error}")


def _said(header: list[str], cells: list[str]) -> dict[str, str]:
    said = dict(zip(header, cells, strict=False))
    kind = said.get("kind", "").strip()
    return {**said, "kind": KINDS_IN_CHINESE.get(kind, kind)}


def _column(name: str) -> str:
    """A column's name in English; `title_en` is the title in `en`."""
    plain = name.strip()
    known = CHINESE.get(plain, plain)
    base, _, language = known.partition("_")
    is_words = base in ("title", "place", "metro", "price", "spoken", "about") and language
    return f"{base}.{language}" if is_words else known


def _is_header(header: list[str], rules: EventRules, notes: Notes) -> bool:
    before, place = len(notes.problems), Place("", 1)
    for name in ("id", "kind", "starts"):
        if name not in header:
            notes.add(place, f"there is no column {name!r}")
    for name in header:
        if name not in rules.fields:
            notes.add(place, f"there is a column {name[:40]!r} nobody knows")
        elif header.count(name) > 1:
            notes.add(place, f"the column {name!r} is there twice")
    return len(notes.problems) == before
