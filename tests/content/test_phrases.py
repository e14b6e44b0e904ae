import re
from pathlib import Path

from bot.content.phrases import ASIDES, BUTTONS, PHRASES
from bot.content.typed import COMMANDS
from bot.engine.model import Text
from bot.engine.talk import placeholders

SAID = re.compile(r"""\.say\(\s*f?"([^"]+)"|Refusal\(\s*f?"([^"]+)"|"phrase": f?"([^"]+)\"""")
DRAFTED = re.compile(r'Drafted\(.*\}, "([a-z_]+)"')
CHOSEN = re.compile(r'talk\.say\("([a-z_]+)" if .* else "([a-z_]+)"\)')


def _sources(root: Path) -> list[str]:
    return [file.read_text("utf-8") for file in sorted((root / "bot/engine").rglob("*.py"))]


def _said(root: Path) -> set[str]:
    """Every phrase that the engine's sources name, in part or whole."""
    sources = _sources(root)
    found = (name for source in sources for names in SAID.findall(source) for name in names)
    chosen = (n for source in sources for names in CHOSEN.findall(source) for n in names)
    drafted = (name for source in sources for name in DRAFTED.findall(source))
    return {name for name in (*found, *chosen, *drafted) if name}


def test_every_phrase_the_engine_says_is_declared(root: Path) -> None:
    said = _said(root)

    whole = {name for name in said if "{" not in name}
    beginnings = {name.partition("{")[0] for name in said if "{" in name}

    assert len(whole) > 40
    assert whole - PHRASES.keys() == set()
    assert {"file_", "unreadable_", "change_"} <= beginnings


def test_every_question_of_the_system_has_its_phrases() -> None:
    for kind, options in ASIDES.items():
        assert {f"{kind}_question", *(f"{kind}_{option}" for option in options)} <= PHRASES.keys()


def test_every_button_is_a_phrase() -> None:
    assert set(BUTTONS) <= PHRASES.keys()


def test_every_command_that_only_says_something_has_its_phrase(root: Path) -> None:
    obeyed = {
        name
        for source in _sources(root)
        for name in re.findall(r'^ *"([a-z]+)": \w+,$', source, re.M)
    }

    assert set(COMMANDS) - obeyed - {"keep"} <= PHRASES.keys()


def test_facts_of_phrases_are_written_as_placeholders_can_be() -> None:
    for name, facts in PHRASES.items():
        text = Text(name, " ".join(f"{{{fact}}}" for fact in facts))
        assert placeholders(text) == facts
