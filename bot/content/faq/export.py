"""Writes what staff have added into the files it belongs into; order and comments stay."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

import yaml

from bot.content.faq.library import Library, read_library
from bot.content.faq.overlay import Added, AddedEntry, AddedWay, Worded, holds
from bot.content.notes import Notes


@dataclass(frozen=True, slots=True)
class Part:
    """What one file gets of one entry: ways of asking, or all that is new of it."""

    path: str
    entry: str
    ways: tuple[str, ...] = ()
    new: AddedEntry | None = None
    words: Worded | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What every file gets; `left` is what has no place there.

    An entry needs words in the source language, and a way an entry that is there in its language.
    """

    parts: tuple[Part, ...] = ()
    left: tuple[Added, ...] = ()

    def as_yaml(self) -> str:
        """All of it by file and entry."""
        told: dict[str, dict[str, object]] = {}
        for part in self.parts:
            told.setdefault(part.path, {})[part.entry] = _fields(part)
        return str(yaml.safe_dump(told, allow_unicode=True, sort_keys=False, width=10_000))


@dataclass(frozen=True, slots=True)
class _Places:
    """Where the files have, or would have, the words of entries."""

    library: Library
    languages: tuple[str, ...]
    sections: Mapping[str, str] = field(default_factory=dict)

    def of_new(self, category: str, language: str) -> str:
        source = self.sections.get(category, f"content/faq/{category}.yaml")
        name = PurePosixPath(source).name
        return source if language == self.languages[0] else f"locales/{language}/faq/{name}"

    def of_known(self, entry: str, language: str) -> str:
        wording = self.library.wordings.get(language, {}).get(entry)
        return wording.place.path if wording else ""


def plan_export(library: Library, languages: Sequence[str], additions: Sequence[Added]) -> Plan:
    """What the files lack of the additions; the library is that of the files."""
    sections = {one.name: one.facts[0].place.path for one in library.sections if one.facts}
    places = _Places(library, tuple(languages), sections)
    lacking = [one for one in additions if not holds(library, one)]
    entries = [one for one in lacking if isinstance(one, AddedEntry)]
    ways = [one for one in lacking if isinstance(one, AddedWay)]
    new = {one.entry: one for one in entries if languages[0] in one.words}
    left: list[Added] = [one for one in entries if one.entry not in new]
    grouped: dict[tuple[str, str, str], list[str]] = {}
    for way in ways:
        path = places.of_known(way.entry, way.language)
        is_new = way.entry in new and way.language in new[way.entry].words
        if path or is_new:
            grouped.setdefault((path, way.entry, way.language), []).append(way.text)
        else:
            left.append(way)
    parts = [Part(path, entry, tuple(texts)) for (path, entry, _), texts in grouped.items() if path]
    for one in new.values():
        for language, words in one.words.items():
            more = tuple(grouped.get(("", one.entry, language), ()))
            whole = Worded(words.title, words.answer, (*words.ways, *more))
            is_source = language == languages[0]
            path = places.of_new(one.category, language)
            parts.append(Part(path, one.entry, new=one if is_source else None, words=whole))
    return Plan(tuple(parts), tuple(left))


def _fields(part: Part) -> dict[str, object]:
    """The fields of an entry as a file has them."""
    if part.words is None:
        return {"ways": list(part.ways)}
    facts = {"review_by": part.new.review_by.isoformat()} if part.new else {}
    words = part.words
    return {**facts, "title": words.title, "ways": list(words.ways), "answer": words.answer}


def write_export(home: Path, languages: Sequence[str], plan: Plan) -> list[str]:
    """Write a plan into the files under `home`: their paths.

    Where the files would not be what was planned, nothing is changed and no path is given.
    """
    paths = list(dict.fromkeys(part.path for part in plan.parts))
    before = {path: _text(home / path) for path in paths}
    for path, text in before.items():
        parts = [part for part in plan.parts if part.path == path]
        (home / path).parent.mkdir(parents=True, exist_ok=True)
        (home / path).write_text(_rewritten(text or "", parts), "utf-8")
    notes = Notes()
    library = read_library(home, languages, notes)
    if not notes.problems and all(_is_there(library, part) for part in plan.parts):
        return paths
    for path, text in before.items():
        (home / path).unlink() if text is None else (home / path).write_text(text, "utf-8")
    return []


def _text(file: Path) -> str | None:
    return file.read_text("utf-8-sig") if file.is_file() else None


def _is_there(library: Library, part: Part) -> bool:
    """Whether some language has the words of a part in its file."""
    found = [
        words[part.entry]
        for words in library.wordings.values()
        if part.entry in words and words[part.entry].place.path == part.path
    ]
    ways = part.words.ways if part.words else part.ways
    return any(set(ways) <= set(one.ways) for one in found)


def _rewritten(text: str, parts: Sequence[Part]) -> str:
    """The text of a file with more in it; the places are found anew for each part."""
    for part in parts:
        if part.words is None:
            text = _with_ways(text, part)
        elif part.new is not None:
            text = _with_entry(text, part)
        else:
            text = _appended(text, len(text), [f"{part.entry}:", *_lines(part, "  ")])
    return text


def _with_ways(text: str, part: Part) -> str:
    node = _field(_entry(yaml.compose(text, yaml.SafeLoader), part.entry), "ways")
    if not isinstance(node, yaml.SequenceNode):
        return text
    if node.flow_style:
        at = node.end_mark.index - 1
        return text[:at] + "".join(f", {_quoted(way)}" for way in part.ways) + text[at:]
    indent, last = " " * node.start_mark.column, node.value[-1]
    end = text.find("\n", last.end_mark.index)
    at = len(text) if end < 0 else end + 1
    if last.style in ("|", ">"):  # which ends where the next line begins
        at = text.rfind("\n", 0, last.end_mark.index) + 1
    return _inserted(text, at, [f"{indent}- {_quoted(way)}" for way in part.ways])


def _with_entry(text: str, part: Part) -> str:
    node = _field(yaml.compose(text, yaml.SafeLoader), "entries")
    if not isinstance(node, yaml.SequenceNode) or node.flow_style:
        return text
    indent, end = " " * node.start_mark.column, node.end_mark
    at = len(text) if end.index >= len(text.rstrip()) else text.rfind("\n", 0, end.index) + 1
    lines = [f"{indent}- entry: {part.entry}", *_lines(part, f"{indent}  ")]
    return _appended(text, at, lines)


def _lines(part: Part, indent: str) -> Iterator[str]:
    """An entry's fields, each in lines of its own."""
    for name, value in _fields(part).items():
        if isinstance(value, list):
            yield f"{indent}{name}:" if value else f"{indent}{name}: []"
            yield from (f"{indent}  - {_quoted(one)}" for one in value)
        elif name == "answer":
            yield f"{indent}{name}: |-"
            yield from (f"{indent}  {line}".rstrip() for line in str(value).splitlines())
        else:
            yield f"{indent}{name}: {_quoted(str(value))}"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _appended(text: str, at: int, lines: Sequence[str]) -> str:
    """Lines after a blank one, at the end of the text or of a list in it."""
    before = text[:at].rstrip()
    return (
        _inserted(before + "\n\n" + text[at:], len(before) + 2, lines)
        if before
        else _inserted(text, at, lines)
    )


def _inserted(text: str, at: int, lines: Sequence[str]) -> str:
    before = text[:at] if not at or text[:at].endswith("\n") else text[:at] + "\n"
    return before + "".join(f"{line}\n" for line in lines) + text[at:]


def _entry(root: yaml.Node | None, name: str) -> yaml.Node | None:
    """An entry in a category's file, or in one of translations."""
    entries = _field(root, "entries")
    if not isinstance(entries, yaml.SequenceNode):
        return _field(root, name)
    items: list[yaml.Node] = entries.value
    for one in items:
        known = _field(one, "entry")
        if known is not None and known.value == name:
            return one
    return None


def _field(node: yaml.Node | None, name: str) -> yaml.Node | None:
    if not isinstance(node, yaml.MappingNode):
        return None
    fields: list[tuple[yaml.Node, yaml.Node]] = node.value
    return next((value for key, value in fields if key.value == name), None)
