"""What the documentation says is so: its examples load, its commands, settings and files exist."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.pofile import read_po, write_po

from bot.cli import _parser
from bot.content.kinds import KINDS
from bot.content.load import read_content
from bot.services.services import make_services
from bot.services.vocabulary import EVENTS
from bot.settings import KNOWN, PREFIX
from bot.store.seal import Sealer

ROOT = Path(__file__).parents[2]
TOY = ROOT / "tests" / "toy"
PAGES = {
    path.relative_to(ROOT).as_posix(): path.read_text()
    for path in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
}
README, FLOWS, GLOSSARY = (
    PAGES[name] for name in ("README.md", "docs/write-a-flow.md", "docs/glossary.md")
)
CATALOGUE = Path("locales/zh_Hans/LC_MESSAGES/bot.po")
EXAMPLES = re.findall(r"<!-- example: (\S+) -->\n```yaml\n(.*?)```", FLOWS, re.DOTALL)
COMMAND = re.compile(
    r"(?:^ {4}|`)(?:\w+=\S+ )*(?:\.venv/bin/)?talent-bot ([^`\n#>]+)", re.MULTILINE
)
ALONE = {"draw": ["draw", "tea"], "case": ["case", "list"], "deposit": ["deposit", "list"]}
"""Commands that pages mention without what must follow."""
STORY = ("1", "1", "2", "Ana Núñez", "2020-05-03", "1", "1", ":q")
"""What Ana types: English, the flow, for her child, …"""


# the examples


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A centre that has nothing but what the page tells to write."""
    home = shutil.copytree(TOY, tmp_path / "home")
    for path in (*home.glob("flows/*.yaml"), *home.glob("content/policy/*.yaml")):
        if path.name != "system.yaml":
            path.unlink()
    (home / "content" / "menu.yaml").unlink()  # it names the flows that are gone
    for path, source in EXAMPLES:
        (home / path).write_text(source)
    return home


def command(home: Path, *words: str, typed: str = "") -> str:
    """What `talent-bot` prints for the centre in a folder when this is typed into it."""
    settings = {PREFIX + "HOME": str(home), PREFIX + "DATA_DIR": str(home / "data")}
    others = {k: v for k, v in os.environ.items() if not k.startswith(PREFIX)}
    done = subprocess.run(
        [sys.executable, "-m", "bot", *words],
        cwd=home,
        env={**others, **settings, "PYTHONPATH": str(ROOT)},
        input=typed,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout + done.stderr


def translate(home: Path) -> None:
    """Do a translator's work, as badly as possible: the words stay English."""
    command(home, "texts")
    with (home / CATALOGUE).open("rb") as file:
        catalogue = read_po(file, "zh_Hans")
    for message in catalogue:
        if message.id and (message.fuzzy or not message.string):
            message.flags.discard("fuzzy")
            message.string = message.id
    with (home / CATALOGUE).open("wb") as file:
        write_po(file, catalogue)


def test_the_examples_pass_the_check_once_they_are_translated(home: Path) -> None:
    translate(home)

    said = command(home, "check")

    assert said.startswith("0 problems in 1 flows")


def test_the_example_runs_before_it_is_translated(home: Path) -> None:
    said = command(home, "chat", "--name", "Ana", typed="\n".join(STORY))

    assert "You can have a card for a year" in said
    assert "• Reader: My child" in said
    assert "Your request A-" in said


def test_the_problems_shown_are_those_the_check_finds(home: Path) -> None:
    translate(home)
    shown = re.findall(r"<!-- problems -->\n```text\n(.*?)```", FLOWS, re.DOTALL)[0]
    flow, table = (home / path for path, _ in EXAMPLES)
    flow.write_text(flow.read_text().replace("text: My child}", "text: My child, go: ful_name}"))
    table.write_text("".join(table.read_text().splitlines(keepends=True)[:-1]))

    said = command(home, "check")

    assert said.splitlines()[:-1] == shown.splitlines()


# names


def table(page: str, header: str) -> list[list[str]]:
    """The rows of the table that begins with this header."""
    start = page.index(header)
    lines = page[start:].split("\n\n")[0].splitlines()[2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def names(cell: str) -> tuple[str, ...]:
    """What stands in a cell as code."""
    return tuple(re.findall(r"`([^`]+)`", cell))


def test_every_setting_stands_in_the_readme_and_no_other() -> None:
    listed = [names(row[0])[0] for row in table(README, "| setting |")]

    assert sorted(listed) == sorted(PREFIX + name for name in KNOWN)


def test_every_setting_named_anywhere_exists() -> None:
    named = {name for page in PAGES.values() for name in re.findall(r"\bBOT_([A-Z_]+)\b", page)}

    assert named <= set(KNOWN)


def commands() -> Iterator[str]:
    """Every command that a page tells to type."""
    for page in PAGES.values():
        yield from (found.strip() for found in COMMAND.findall(page))


@pytest.mark.parametrize("typed", sorted(set(commands())))
def test_every_command_is_understood(typed: str) -> None:
    words = ALONE.get(typed) or shlex.split(typed)

    understood = _parser().parse_args(words)

    assert callable(understood.run)


def test_every_target_of_make_exists() -> None:
    targets = set(re.findall(r"^([\w./-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = {
        name
        for page in PAGES.values()
        for name in re.findall(r"(?:^ {4}|`)make ([\w./-]+)", page, re.MULTILINE)
    }

    assert named
    assert named <= targets


def test_every_file_a_page_points_to_exists() -> None:
    rows = table(README, "| I want to")
    listed = {ROOT / name for row in rows for name in names(row[1])}
    linked = {
        (ROOT / page).parent / target.partition("#")[0]
        for page, text in PAGES.items()
        for target in re.findall(r"(?<!!)\[[^]]*\]\(([^)#][^)]*)\)", text)
        if "://" not in target
    }

    assert [str(path) for path in sorted(listed | linked) if not path.exists()] == []


def test_every_heading_a_page_points_to_exists() -> None:
    for page, text in PAGES.items():
        for target, heading in re.findall(r"\]\(([^):#]*)#([^)]+)\)", text):
            path = ((ROOT / page).parent / target).resolve() if target else ROOT / page
            found = re.findall(r"^#+ (.+)$", path.read_text(), re.MULTILINE)
            slugs = [re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in found]
            assert heading in slugs, f"{page} points to {target}#{heading}"


def test_every_kind_of_answer_is_described_with_its_fields() -> None:
    rows = table(FLOWS, "| `ask` | needs |")
    described = {names(row[0])[0]: (set(names(row[1])), set(names(row[2]))) for row in rows}

    known = {name: (set(kind.required), set(kind.optional)) for name, kind in KINDS.items()}
    assert described == known


def test_every_action_is_described_with_its_outcomes_and_arguments() -> None:
    content, _ = read_content(ROOT)
    actions = make_services(content, Sealer(["docs" * 8])).actions()
    rows = table(FLOWS, "| action (")
    described = {names(row[0])[0]: (names(row[1]), names(row[2])) for row in rows}

    known = {name: (action.outcomes, action.arguments) for name, action in actions.items()}
    assert described == known
    for row in rows:
        action = actions[names(row[0])[0]]
        assert action.lists or names(row[3]) == action.facts


def test_every_event_is_described_with_its_outcomes_and_facts() -> None:
    rows = table(FLOWS, "| event (")
    described = {names(row[0])[0]: (names(row[1]), names(row[2])) for row in rows}

    assert described == EVENTS


def test_the_glossary_is_sorted_and_gives_every_word_once() -> None:
    words = [row[0] for row in table(GLOSSARY, "| word |")]

    assert words == sorted(words, key=str.casefold)
    assert len(words) == len(set(words))


def test_every_word_of_the_glossary_has_a_meaning_and_what_it_is_not_called() -> None:
    rows = table(GLOSSARY, "| word |")

    assert [row[0] for row in rows if len(row) != 3 or not all(row)] == []
