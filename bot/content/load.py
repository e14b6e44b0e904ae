"""Reads everything under a centre's folder and builds the catalogue from it."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from babel.messages.catalog import Catalog
from msgspec.structs import replace as with_changes

from bot.content.calendar import Calendar, calendar_of
from bot.content.centre import NOBODY, Centre, centre_of
from bot.content.flows import flow_of, version_of
from bot.content.labels import Translations, labels_of, labels_of_asides, titles_of
from bot.content.lists import COUNTRIES, countries, listing_of
from bot.content.menu import Menu, menu_of
from bot.content.node import Fields, Node, read_node
from bot.content.notes import Notes
from bot.content.phrases import SILENT, System, system_of
from bot.content.policy import policy_of
from bot.content.problem import Place, Problem, in_order
from bot.content.stock import Building, buildings_of
from bot.content.texts import BrokenTranslations, known_in, read_catalogues
from bot.engine.catalogue import Catalogue
from bot.engine.commands import SPEAK
from bot.engine.flow import Flow
from bot.engine.listing import Listing
from bot.engine.match import fold
from bot.engine.model import Text
from bot.engine.policy import Policy


@dataclass(frozen=True, slots=True)
class Content:
    """All content of a centre; `sources` are the flows' texts as published, by name."""

    catalogue: Catalogue
    centre: Centre
    calendar: Calendar
    stock: tuple[Building, ...]
    sources: Mapping[str, str]
    photos: Path
    system: System
    menu: Menu = Menu()


def read_content(home: Path) -> tuple[Content, tuple[Problem, ...]]:
    """The content under `home` with what is wrong with its form; `check` finds the rest."""
    notes = Notes()
    catalogues = catalogues_under(home, notes)
    return read_home(home, translations_of(catalogues), notes), in_order(notes.problems)


def with_editions(
    content: Content, editions: Iterable[Flow], translations: Translations
) -> Content:
    """The content with older versions of flows which conversations still pin."""
    kept = tuple(editions)
    old = content.catalogue
    catalogue = with_changes(
        old,
        editions={**{(flow.name, flow.version): flow for flow in kept}, **old.editions},
        labels={**labels_of(kept, content.system, translations), **old.labels},
    )
    return replace(content, catalogue=catalogue)


def texts_under(home: Path) -> tuple[tuple[Text, str, int], ...]:
    """Every text under `home` that is translated, with its file and line."""
    notes = Notes()
    read_home(home, {}, notes)
    return tuple((one.text, one.place.path, one.place.line) for one in notes.texts)


def catalogues_under(home: Path, notes: Notes) -> dict[str, Catalog]:
    """The files of translations; one that cannot be read is noted."""
    try:
        return read_catalogues(home)
    except BrokenTranslations as error:
        said = str(error).removeprefix(f"{home}/")
        found = re.fullmatch(r"([^:]+):(?:(\d+):)? *(.*)", said, re.DOTALL)
        path, line, message = found.groups() if found else ("locales", None, said)
        notes.add(Place(path, int(line or 1)), message)
        notes.unreadable = True
        return {}


def translations_of(catalogues: Mapping[str, Catalog]) -> Translations:
    """What the files of translations say, by language."""
    return {language: known_in(catalogue) for language, catalogue in catalogues.items()}


def read_home(home: Path, translations: Translations, notes: Notes) -> Content:
    """The content under `home`; what reading finds beside it goes to `notes`."""
    centre_node = _one(home, "content/centre.yaml", notes)
    centre = centre_of(centre_node, notes) if centre_node else NOBODY
    calendar_node = _one(home, "content/calendar.yaml", notes)
    flows, sources, system = _flows(home, notes)
    catalogue = _catalogue(home, centre, flows, system, translations, notes)
    return Content(
        catalogue=catalogue,
        centre=centre,
        calendar=calendar_of(calendar_node, notes) if calendar_node else Calendar(),
        stock=_stock(home, notes),
        sources=sources,
        photos=home / "content" / "photos",
        system=system,
        menu=_menu(home, catalogue, notes),
    )


def _catalogue(
    home: Path,
    centre: Centre,
    flows: Mapping[str, Flow],
    system: System,
    translations: Translations,
    notes: Notes,
) -> Catalogue:
    in_force = flows.values()
    return Catalogue(
        flows=flows,
        editions={(flow.name, flow.version): flow for flow in in_force},
        policies=_policies(home, notes),
        lists=_lists(home, centre, notes),
        phrases=system.phrases,
        words={**_spoken(centre, system, notes), **system.words},
        labels={
            **labels_of(in_force, system, translations),
            **labels_of_asides(system, translations),
        },
        titles=titles_of(in_force, system, translations),
        languages=centre.languages,
        facts=centre.facts,
        zone=centre.zone,
        channels=centre.channels,
    )


def _spoken(centre: Centre, system: System, notes: Notes) -> dict[str, str]:
    """The names of the languages as commands to speak them."""
    spoken = {}
    for code, language in centre.languages.items():
        for words in (language.name, *language.also):
            if command := system.words.get(fold(words)):
                place = notes.places[f"language.{code}"]
                notes.add(place, f"{words!r} is typed for the command {command!r} already")
            spoken[fold(words)] = f"{SPEAK}{code}"
    return spoken


def _flows(home: Path, notes: Notes) -> tuple[dict[str, Flow], dict[str, str], System]:
    flows: dict[str, Flow] = {}
    sources: dict[str, str] = {}
    system = SILENT
    for path, source, node in _files(home, "flows", notes):
        if isinstance(node, Fields) and "system" in node.nodes:
            if notes.is_new("system", node.places["system"], "the system's file"):
                system = system_of(node, notes)
            continue
        flow = flow_of(node, version_of(source), path, notes)
        if flow:
            flows[flow.name] = flow
            sources[flow.name] = source
    if "system" not in notes.places and not notes.unreadable:
        notes.add(Place("flows/system.yaml", 1), "the file is missing")
        notes.unreadable = True
    return flows, sources, system


def _policies(home: Path, notes: Notes) -> dict[str, Policy]:
    read = (policy_of(node, notes) for _, _, node in _files(home, "content/policy", notes))
    return {policy.name: policy for policy in read if policy}


def _lists(home: Path, centre: Centre, notes: Notes) -> dict[str, Listing]:
    read = (listing_of(node, notes) for _, _, node in _files(home, "content/lists", notes))
    lists = {listing.name: listing for listing in read if listing}
    return {COUNTRIES: countries(tuple(centre.languages)), **lists}


def _menu(home: Path, catalogue: Catalogue, notes: Notes) -> Menu:
    """The menu below the chat; none where a centre has no file for it."""
    path = "content/menu.yaml"
    node = _one(home, path, notes) if (home / path).is_file() else None
    if node is None or notes.unreadable:  # its flows would only seem to be missing
        return Menu()
    return menu_of(node, catalogue.flows, catalogue.words, notes)


def _stock(home: Path, notes: Notes) -> tuple[Building, ...]:
    files = _files(home, "content/stock", notes)
    return tuple(building for _, _, node in files for building in buildings_of(node, notes))


def _files(home: Path, folder: str, notes: Notes) -> Iterator[tuple[str, str, Node]]:
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


def _one(home: Path, path: str, notes: Notes) -> Node | None:
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
