"""Brings the translations up to date with the texts that flows, policies and phrases say."""

from collections.abc import Iterable, Sequence
from io import BytesIO
from pathlib import Path, PurePath

from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po

from bot.content.notes import Placed
from bot.content.texts import catalogue_paths, read_catalogue

HEADER = r"""# What the assistant says. The sources stand in the files named below;
# `talent-bot texts` brings this file up to date with them.
msgid ""
msgstr ""
"Language: {language}\n"
"MIME-Version: 1.0\n"
"Content-Type: text/plain; charset=utf-8\n"
"Content-Transfer-Encoding: 8bit\n"
"Plural-Forms: {plural_forms}\n"

"""
"""Only what readers of the file need: a date or a name would change it for no reason."""
UNWRAPPED = 0
"""Each line of a text on a line of its own, so that one changed word changes one line."""


def extract(texts: Iterable[Placed], home: Path, language: str = "") -> Catalog:
    """A catalogue of all texts that a language needs, in the order of their places."""
    template = Catalog(fuzzy=False)
    placed = [
        (_relative(one.place.path, home), one.place.line, one.text)
        for one in texts
        if one.text.source and language not in one.inline
    ]
    for path, line, text in sorted(placed, key=lambda one: one[:2]):
        ids = (text.source, text.plural) if text.plural else text.source
        template.add(ids, locations=[(path, line)], context=text.context)
    return template


def update(home: Path, texts: Sequence[Placed]) -> tuple[Path, ...]:
    """Bring every language under `home` up to date and say which files changed.

    Translations stay; those of a changed text become doubtful (fuzzy), those of a text that is
    gone are kept at the end and come back with it. A language begins as an empty folder.
    """
    changed = []
    for language, path in catalogue_paths(home).items():
        template = extract(texts, home, language)
        before = path.read_text("utf-8") if path.is_file() else ""
        after = _updated(path, language, template)
        if after != before:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(after, "utf-8", newline="\n")
            changed.append(path)
    return tuple(changed)


def _updated(path: Path, language: str, template: Catalog) -> str:
    known = read_catalogue(path, language) if path.is_file() else Catalog(Locale.parse(language))
    for message in known.obsolete.values():
        known[message.id] = message
    known.obsolete.clear()
    known.update(template, update_creation_date=False)
    return written(known, language)


def written(catalogue: Catalog, language: str) -> str:
    """A catalogue as its file; places are files without lines, which would change all the time."""
    messages = BytesIO()
    write_po(messages, catalogue, UNWRAPPED, omit_header=True, include_lineno=False)
    header = HEADER.format(language=language, plural_forms=catalogue.plural_forms)
    return header + messages.getvalue().decode().rstrip("\n") + "\n"


def _relative(path: str, home: Path) -> str:
    plain = PurePath(path)
    return (plain.relative_to(home) if plain.is_absolute() else plain).as_posix()
