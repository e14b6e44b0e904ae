"""Reads everything under a centre's folder and builds the catalogue from it."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from babel.messages.catalog import Catalog
from msgspec.structs import replace as with_changes

from bot.content.calendar import Calendar, calendar_of
from bot.content.centre import NOBODY, Centre, centre_of
from bot.content.days import day_words
from bot.content.faq.indexes import Indexes
from bot.content.faq.library import (
    Library,
    faq_of,
    indexes_of,
    known_of,
    material_of,
    read_library,
)
from bot.content.faq.library import labels_of as labels_of_answers
from bot.content.files import files, one
from bot.content.flows import flow_of, version_of
from bot.content.hears import Spoken, spoken_of
from bot.content.labels import Translations, hears_of, labels_of, labels_of_asides, titles_of
from bot.content.lists import COUNTRIES, countries, listing_of
from bot.content.menu import Menu, menu_of
from bot.content.node import Fields, Node
from bot.content.notes import Notes, Placed
from bot.content.phrases import SILENT, System, system_of
from bot.content.policy import policy_of
from bot.content.problem import Place, Problem, in_order
from bot.content.stock import Building, buildings_of
from bot.content.texts import BrokenTranslations, Known, known_in, read_catalogues
from bot.engine.catalogue import Catalogue
from bot.engine.commands import SPEAK
from bot.engine.flow import Flow
from bot.engine.listing import Listing
from bot.engine.match import fold
from bot.engine.policy import Policy


@dataclass(frozen=True, slots=True)
class Content:
    """All content of a centre; `sources` are the flows' texts as published, by name.

    `answers` are the words of its answers by language, which no catalogue of translations holds.
    """

    catalogue: Catalogue
    centre: Centre
    calendar: Calendar
    stock: tuple[Building, ...]
    sources: Mapping[str, str]
    photos: Path
    system: System
    menu: Menu = Menu()
    library: Library = Library()
    indexes: Indexes | None = None
    answers: Mapping[str, Known] = field(default_factory=dict)


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


def texts_under(home: Path) -> tuple[Placed, ...]:
    """Every text under `home` that is translated, with its place."""
    notes = Notes()
    read_home(home, {}, notes)
    return tuple(notes.texts)


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
    centre_node = one(home, "content/centre.yaml", notes)
    centre = centre_of(centre_node, notes) if centre_node else NOBODY
    calendar_node = one(home, "content/calendar.yaml", notes)
    flows, sources, system = _flows(home, tuple(centre.languages), notes)
    library = read_library(home, tuple(centre.languages), notes)
    spoken = _spoken_flows(home, tuple(centre.languages), flows, notes)
    catalogue = _catalogue(home, centre, flows, system, translations, spoken, notes)
    indexes = indexes_of(library, centre.thresholds)
    catalogue = with_answers(catalogue, library, indexes, translations)
    return Content(
        catalogue=catalogue,
        centre=centre,
        calendar=calendar_of(calendar_node, notes) if calendar_node else Calendar(),
        stock=_stock(home, notes),
        sources=sources,
        photos=home / "content" / "photos",
        system=system,
        menu=_menu(home, catalogue, notes),
        library=library,
        indexes=indexes,
        answers=known_of(library, catalogue.faq, centre.languages),
    )


def with_library(content: Content, library: Library, translations: Translations) -> Content:
    """The content with other answers than it had, found anew only in languages that changed."""
    old = content.indexes
    indexes = old and old.renewed(material_of(library, old.material.thresholds))
    catalogue = with_answers(content.catalogue, library, indexes, translations)
    return replace(
        content,
        catalogue=catalogue,
        library=library,
        indexes=indexes,
        answers=known_of(library, catalogue.faq, catalogue.languages),
    )


def with_answers(
    catalogue: Catalogue, library: Library, indexes: Indexes | None, translations: Translations
) -> Catalogue:
    """The catalogue with what a library answers."""
    faq = faq_of(library, indexes, catalogue.languages)
    return with_changes(catalogue, faq=faq, answers=labels_of_answers(library, faq, translations))


def _catalogue(
    home: Path,
    centre: Centre,
    flows: Mapping[str, Flow],
    system: System,
    translations: Translations,
    spoken: Spoken,
    notes: Notes,
) -> Catalogue:
    in_force = flows.values()
    return Catalogue(
        flows=flows,
        editions={(flow.name, flow.version): flow for flow in in_force},
        policies=_policies(home, notes),
        lists=_lists(home, centre, notes),
        phrases=system.phrases,
        words={**_spoken(centre, system, notes), **system.typed.commands},
        labels={
            **labels_of(in_force, system, translations, spoken),
            **labels_of_asides(system, translations),
        },
        titles=titles_of(in_force, system, translations),
        languages=centre.languages,
        facts=centre.facts,
        zone=centre.zone,
        channels=centre.channels,
        days=day_words(centre.languages, system.typed.near_days),
        asks=system.typed.asks,
        small=system.typed.small,
        hears=hears_of(in_force, translations, spoken),
    )


def _spoken(centre: Centre, system: System, notes: Notes) -> dict[str, str]:
    """The names of the languages as commands to speak them."""
    spoken = {}
    for code, language in centre.languages.items():
        for words in (language.name, *language.also):
            if command := system.typed.commands.get(fold(words)):
                place = notes.places[f"language.{code}"]
                notes.add(place, f"{words!r} is typed for the command {command!r} already")
            spoken[fold(words)] = f"{SPEAK}{code}"
    return spoken


def _flows(
    home: Path, languages: Sequence[str], notes: Notes
) -> tuple[dict[str, Flow], dict[str, str], System]:
    flows: dict[str, Flow] = {}
    sources: dict[str, str] = {}
    system = SILENT
    for path, source, node in files(home, "flows", notes):
        if isinstance(node, Fields) and "system" in node.nodes:
            if notes.is_new("system", node.places["system"], "the system's file"):
                system = system_of(node, _words(home, languages, notes), notes)
            continue
        flow = flow_of(node, version_of(source), path, notes)
        if flow:
            flows[flow.name] = flow
            sources[flow.name] = source
    if "system" not in notes.places and not notes.unreadable:
        notes.add(Place("flows/system.yaml", 1), "the file is missing")
        notes.unreadable = True
    return flows, sources, system


def _spoken_flows(
    home: Path, languages: Sequence[str], flows: Mapping[str, Flow], notes: Notes
) -> Spoken:
    """What flows are called in other languages; what is wrong with the files is noted already."""
    if notes.unreadable:  # its flows would only seem to be missing
        return Spoken()
    return spoken_of(_words(home, languages, Notes()), flows, notes)


def _words(home: Path, languages: Sequence[str], notes: Notes) -> tuple[Node, ...]:
    """What is typed for commands in each language but the first, which stands with the phrases."""
    paths = (f"locales/{language}/words.yaml" for language in languages[1:])
    read = (one(home, path, notes) for path in paths if (home / path).is_file())
    return tuple(node for node in read if node is not None)


def _policies(home: Path, notes: Notes) -> dict[str, Policy]:
    read = (policy_of(node, notes) for _, _, node in files(home, "content/policy", notes))
    return {policy.name: policy for policy in read if policy}


def _lists(home: Path, centre: Centre, notes: Notes) -> dict[str, Listing]:
    read = (listing_of(node, notes) for _, _, node in files(home, "content/lists", notes))
    lists = {listing.name: listing for listing in read if listing}
    return {COUNTRIES: countries(tuple(centre.languages)), **lists}


def _menu(home: Path, catalogue: Catalogue, notes: Notes) -> Menu:
    """The menu below the chat; none where a centre has no file for it."""
    path = "content/menu.yaml"
    node = one(home, path, notes) if (home / path).is_file() else None
    if node is None or notes.unreadable:  # its flows would only seem to be missing
        return Menu()
    return menu_of(node, catalogue.flows, catalogue.words, notes)


def _stock(home: Path, notes: Notes) -> tuple[Building, ...]:
    read = files(home, "content/stock", notes)
    return tuple(building for _, _, node in read for building in buildings_of(node, notes))
