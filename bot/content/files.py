"""Reads the files of a centre's folder; what cannot be read is noted."""

from collections.abc import Iterator
from pathlib import Path

from bot.content.node import Node, read_node
from bot.content.notes import Notes
from bot.content.problem import Place


def files(home: Path, folder: str, notes: Notes) -> Iterator[tuple[str, str, Node]]:
    """The YAML files of a folder: path, text and node; unreadable ones are noted."""
    for file in sorted((home / folder).glob("*")):
        path = f"{folder}/{file.name}"
        if file.suffix == ".yml":
            notes.add(Place(path, 1), "is not read: name it .yaml")
        if file.suffix == ".yaml":
            source = _text(file, path, notes)
            node = read_node(source, path, notes) if source else None
            if node:
                yield path, source, node


def one(home: Path, path: str, notes: Notes) -> Node | None:
    """The node of one file that has to be there."""
    source = _text(home / path, path, notes)
    return read_node(source, path, notes) if source else None


def _text(file: Path, path: str, notes: Notes) -> str:
    """The text of a file with plain line ends; empty when there is none, which is then noted."""
    try:
        source = file.read_text("utf-8-sig")
    except FileNotFoundError:
        notes.add(Place(path, 1), "the file is missing")
    except UnicodeDecodeError:
        notes.add(Place(path, 1), "the file is not written in UTF-8")
    else:
        if source.strip():
            return source
        notes.add(Place(path, 1), "the file is empty")
    notes.unreadable = True
    return ""
