"""Lists of the console: each is filtered, sorted, paged and exported in the same way."""

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

import msgspec
from aiohttp import web

from bot.web.request import Malformed

Row = TypeVar("Row")

PAGE = 50
"""Rows of a page: what one reads without losing the thread."""
MOST_PAGES = 10_000
LONGEST_VALUE = 100
"""Characters of a filter."""
FIRST_PAGE = ("page", 1)
YEARS = range(2000, 3000)
"""Years a list may be asked for: of others a day has no next one."""
FORMATS = ("csv", "json")
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""With what a cell begins that a spreadsheet would run (OWASP, CSV injection)."""


@dataclass(frozen=True, slots=True)
class Column(Generic[Row]):
    """A column: `raw` is exported, `cell` shown; `link` leads on; a badge is a state in colour."""

    name: str
    label: str
    raw: Callable[[Row], Any]
    cell: Callable[[Row], str] | None = None
    link: Callable[[Row], str] | None = None
    is_sorted: bool = False
    is_badge: bool = False
    is_number: bool = False

    def shown(self, row: Row) -> str:
        """What the page shows in a row."""
        if self.cell is not None:
            return self.cell(row)
        value = self.raw(row)
        return "" if value is None else str(value)


@dataclass(frozen=True, slots=True)
class Filter:
    """What a list may be narrowed by: a choice of values with their labels, a day, or words."""

    name: str
    label: str
    choices: Sequence[tuple[str, str]] = ()
    is_day: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """Which part of a list is wanted."""

    path: str
    values: Mapping[str, str] = field(default_factory=dict)
    sort: str = ""
    is_down: bool = False
    page: int = 1
    format: str = ""

    @property
    def offset(self) -> int:
        """How many rows come before the page."""
        return (self.page - 1) * PAGE

    def value(self, name: str) -> str:
        """A filter's value; empty when the list is not narrowed by it."""
        return self.values.get(name, "")

    def day(self, name: str) -> date | None:
        """A filter's day."""
        typed = self.value(name)
        if not typed:
            return None
        try:
            day = date.fromisoformat(typed)
        except ValueError as error:
            raise Malformed(f"{name} is no day") from error
        if day.year not in YEARS:
            raise Malformed(f"{name} is no day of ours")
        return day

    def address(self, **changes: str | int) -> str:
        """The address of this list with something else wanted."""
        now = {**self.values, "sort": self.sort, "down": "1" if self.is_down else ""}
        given = {**now, "page": self.page, **changes}
        kept = {
            name: value for name, value in given.items() if value and (name, value) != ("page", 1)
        }
        return f"{self.path}?{urlencode(kept)}" if kept else self.path

    def sorted_by(self, column: str) -> str:
        """The address of this list sorted by a column; sorted by it already, the other way."""
        other_way = self.sort == column and not self.is_down
        return self.address(sort=column, down="1" if other_way else "", page=1)


@dataclass(frozen=True, slots=True)
class Listing(Generic[Row]):
    """A list as a page shows it."""

    query: Query
    columns: Sequence[Column[Row]]
    filters: Sequence[Filter]
    rows: Sequence[Row]
    total: int
    may_export: bool = False

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return max(1, -(-self.total // PAGE))


def read_query(
    request: web.Request, filters: Iterable[Filter], sorts: Iterable[str], sort: str
) -> Query:
    """What a list's address asks for; by default sorted by `sort`."""
    given = request.query
    values = {
        one.name: given[one.name].strip()[:LONGEST_VALUE]
        for one in filters
        if given.get(one.name, "").strip()
    }
    wanted = given.get("sort") or sort
    kind = given.get("format", "")
    page = given.get("page", "1")
    if wanted not in (*sorts, sort) or kind not in ("", *FORMATS):
        raise Malformed("an unknown order or format")
    if not (page.isascii() and page.isdigit() and 1 <= int(page) <= MOST_PAGES):
        raise Malformed("page is no whole number")
    for one in filters:
        known = [value for value, _ in one.choices]
        if known and values.get(one.name, known[0]) not in known:
            raise Malformed(f"{one.name} has no such value")
    is_down = given.get("down") == "1"
    return Query(request.path, values, wanted, is_down, int(page), kind)


def export(
    columns: Sequence[Column[Row]], rows: Iterable[Row], kind: str, name: str
) -> web.Response:
    """A list as a file: CSV as spreadsheets read it, or JSON."""
    write = _csv if kind == "csv" else _json
    content_type = "text/csv" if kind == "csv" else "application/json"
    return web.Response(
        body=write(columns, rows),
        content_type=content_type,
        charset="utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="{name}.{kind}"',
            "Cache-Control": "no-store",
        },
    )


def _csv(columns: Sequence[Column[Row]], rows: Iterable[Row]) -> bytes:
    lines = io.StringIO()
    writer = csv.writer(lines)
    writer.writerow([column.name for column in columns])
    writer.writerows([[_cell(column.raw(row)) for column in columns] for row in rows])
    return lines.getvalue().encode("utf-8-sig")


def _cell(value: Any) -> str:
    """A cell that no spreadsheet runs."""
    text = "" if value is None else str(value)
    is_formula = isinstance(value, str) and text.startswith(FORMULA)
    return f"'{text}" if is_formula else text


def _json(columns: Sequence[Column[Row]], rows: Iterable[Row]) -> bytes:
    named = [{column.name: column.raw(row) for column in columns} for row in rows]
    return msgspec.json.format(msgspec.json.encode(named))
