"""Reads and writes the stock as files: YAML as in the content folder, CSV with a row a flat."""

import csv
import io
import json
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any

from bot.content.form import hint
from bot.content.node import is_number, read_node, trap
from bot.content.notes import Notes
from bot.content.problem import Place
from bot.content.stock import buildings_of, flat_of
from bot.services.stock import FEN
from bot.services.stock_items import flat_item, form_at, items_of, written
from bot.store.inventory import Item, Kind

LARGEST = 1024 * 1024
"""Bytes of a file: twenty thousand flats in CSV, more than any centre has."""
MOST_ROWS = 5000
REQUIRED = ("flat", "unit_type", "number", "floor", "available_from")
COLUMNS = (*REQUIRED[:1], "building", *REQUIRED[1:], "rent_yuan", "offered")
FORMULA = ("=", "+", "-", "@", "\t", "\r", "'")
"""With what a cell begins that a spreadsheet would run, or that already guards one."""

Known = Mapping[tuple[Kind, str], Item]


class Unread(Enum):
    """Why a file cannot be read at all."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    ENCODING = "encoding"
    NOT_TEXT = "not_text"
    TOO_MANY_ROWS = "too_many_rows"


@dataclass(frozen=True, slots=True)
class Read:
    """What a file says, in its order, with what is wrong and where each thing stands."""

    items: list[Item] = field(default_factory=list)
    notes: Notes = field(default_factory=Notes)


def read_file(content: bytes, known: Known) -> Read | Unread:
    """A file of stock; it is YAML when it says `buildings:`, else CSV. `known` is the stock now."""
    source = _text(content)
    if isinstance(source, Unread):
        return source
    is_yaml = any(line.startswith("buildings:") for line in source.splitlines())
    return _read_yaml(source) if is_yaml else _read_csv(source, known)


def _text(content: bytes) -> str | Unread:
    if len(content) > LARGEST:
        return Unread.TOO_LARGE
    try:
        source = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        is_other = content.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" not in content
        return Unread.ENCODING if is_other else Unread.NOT_TEXT
    if "\0" in source:
        return Unread.NOT_TEXT
    return source if source.strip() else Unread.EMPTY


def _read_yaml(source: str) -> Read:
    read = Read()
    node = read_node(source, "", read.notes)
    if node is not None:
        read.items.extend(items_of(buildings_of(node, read.notes)))
    return read


# CSV


def _read_csv(source: str, known: Known) -> Read | Unread:
    read, rents = Read(), dict[str, tuple[int, int]]()
    try:
        for count, (place, words) in enumerate(_rows(source, read.notes)):
            if count == MOST_ROWS:
                return Unread.TOO_MANY_ROWS
            _read_row(words, place, read, known)
            _read_rent(words, place, rents, read.notes)
    except csv.Error as error:
        read.notes.add(Place("", 1), f"not CSV: {error}")
    read.items[:0] = _with_rents(rents, known, read.notes)
    return read


def _rows(source: str, notes: Notes) -> Iterator[tuple[Place, dict[str, str]]]:
    """The rows under the first, each with the line it begins on."""
    reader = csv.reader(io.StringIO(source, newline=""), strict=True)
    header = [name.strip() for name in next(reader, [])]
    if not _is_header(header, notes):
        return
    start = reader.line_num + 1
    for cells in reader:
        place, start = Place("", start), reader.line_num + 1
        if len(cells) > len(header):
            notes.add(place, f"has {len(cells)} cells under {len(header)} columns")
        elif any(cell.strip() for cell in cells):
            named = zip(header, map(_unguarded, cells), strict=False)
            yield place, {name: cell for name, cell in named if cell.strip()}


def _is_header(header: Sequence[str], notes: Notes) -> bool:
    before, place = len(notes.problems), Place("", 1)
    for name in REQUIRED:
        if name not in header:
            notes.add(place, f"there is no column {name!r}")
    for name in header:
        if name not in COLUMNS:
            notes.add(place, f"there is a column {name!r} nobody knows{hint(name, COLUMNS)}")
        elif header.count(name) > 1:
            notes.add(place, f"the column {name!r} is there twice")
    return len(notes.problems) == before


def _read_row(words: Mapping[str, str], place: Place, read: Read, known: Known) -> None:
    of_flat = {name: text for name, text in words.items() if name not in ABOVE}
    form = form_at({"flat": words.get("flat", ""), **of_flat}, place, read.notes)
    unit_type = words.get("unit_type", "").strip()
    above = known.get((Kind.UNIT_TYPE, unit_type))
    building = words.get("building", "").strip()
    if above is not None and building not in ("", above.values["building_id"]):
        where = above.values["building_id"]
        read.notes.add(place, f"unit type {unit_type!r} is in building {where!r}, not {building!r}")
    flat = flat_of(form)
    if read.notes.is_new(f"flat.{flat.id}", place, f"flat {flat.id!r}"):
        read.items.append(flat_item(flat, unit_type))


ABOVE = ("building", "unit_type", "rent_yuan")
"""Columns that are not the flat's own."""


def _read_rent(
    words: Mapping[str, str], place: Place, rents: dict[str, tuple[int, int]], notes: Notes
) -> None:
    """The rent is that of the unit type: all its rows have to say the same."""
    typed, unit_type = words.get("rent_yuan", "").strip(), words.get("unit_type", "").strip()
    if not typed:
        return
    if not is_number(typed) or int(typed) < 1:
        notes.add(place, "'rent_yuan' must be a whole number, 1 or more")
        return
    rent, line = rents.setdefault(unit_type, (int(typed), place.line))
    if rent != int(typed):
        said = f"the rent of unit type {unit_type!r} is {rent} in line {line}"
        notes.add(place, f"{said} and {typed} here")


def _with_rents(rents: Mapping[str, tuple[int, int]], known: Known, notes: Notes) -> Iterator[Item]:
    for unit_type, (rent, line) in rents.items():
        item = known.get((Kind.UNIT_TYPE, unit_type))
        if item is not None:
            notes.put(f"unit_type.{unit_type}", Place("", line))
            yield replace(item, values={**item.values, "rent_fen": rent * FEN})


def write_csv(items: Iterable[Item]) -> bytes:
    """Each flat as a row; with the mark by which Excel knows UTF-8."""
    known = {item.key: item for item in items}
    lines = io.StringIO(newline="")
    writer = csv.writer(lines)
    writer.writerow(COLUMNS)
    for item in known.values():
        if item.kind == Kind.FLAT:
            above = known[Kind.UNIT_TYPE, str(item.values["unit_type_id"])]
            row = {**written(above), **written(item), "building": above.values["building_id"]}
            row["offered"] = "yes" if item.values["offered"] else "no"
            writer.writerow([_guarded(row[name]) for name in COLUMNS])
    return lines.getvalue().encode("utf-8-sig")


def _guarded(cell: object) -> str:
    text = str(cell)
    return f"'{text}" if isinstance(cell, str) and text.startswith(FORMULA) else text


def _unguarded(cell: str) -> str:
    return cell[1:] if cell[:1] == "'" and cell[1:].startswith(FORMULA) else cell


# YAML


def write_yaml(items: Iterable[Item]) -> bytes:
    """Everything, as a file of the content folder has it."""
    known = list(items)
    lines = ["buildings:" if known else "buildings: []"]
    for building in (item for item in known if item.kind == Kind.BUILDING):
        lines += _block(written(building), "  ")
        types = [item for item in known if item.parent == building.key]
        lines.append("    unit_types:" if types else "    unit_types: []")
        for unit_type in types:
            lines += _block(written(unit_type), "      ")
            flats = [item for item in known if item.parent == unit_type.key]
            lines.append("        flats:" if flats else "        flats: []")
            lines += (f"          - {_inline(written(flat))}" for flat in flats)
    return ("\n".join(lines) + "\n").encode()


def _block(fields: Mapping[str, Any], indent: str) -> Iterator[str]:
    for number, (name, value) in enumerate(fields.items()):
        yield f"{indent}{'  ' if number else '- '}{name}: {_inline(value)}"


def _inline(value: Any) -> str:
    match value:
        case Mapping():
            inner = (f"{_name(name)}: {_inline(one)}" for name, one in value.items())
            return f"{{{', '.join(inner)}}}"
        case bool():
            return "yes" if value else "no"
        case int():
            return str(value)
        case _:
            return "".join(map(_letter, json.dumps(str(value), ensure_ascii=False)))


def _name(name: str) -> str:
    return f'"{name}"' if trap(name) else name


def _letter(letter: str) -> str:
    """A letter as it is, but for those that YAML reads as the end of a line or not at all."""
    is_plain = unicodedata.category(letter)[0] not in "CZ" or letter == " "
    return letter if is_plain else f"\\U{ord(letter):08x}"
